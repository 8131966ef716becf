"""What people send about when an item is due."""

from datetime import timedelta

from django import forms

from pathways import clocks
from pathways.forms.items import EARLIEST_YEAR, ItemWriteForm

LATEST_YEAR = 2100
DAYS_AHEAD = {"today": 0, "tomorrow": 1, "week": 7}
TARGET = "target"


class DueForm(ItemWriteForm):
    """A day, perhaps with a time, or one of the buttons; a pressed button counts, whatever was typed."""

    due = forms.ChoiceField(
        choices=[(value, value) for value in (*DAYS_AHEAD, TARGET)],
        required=False,
        error_messages={"invalid_choice": "Enter a date, or choose one of the buttons"},
    )

    def __init__(self, data, *, now, **kwargs):
        super().__init__(data, **kwargs)
        self.now = now

    def clean_due(self):
        """The moment, or None for the pathway's target."""
        button = self.cleaned_data["due"]
        if button == TARGET:
            return None
        try:
            return self._picked(DAYS_AHEAD[button]) if button else self._typed()
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def wanted(self):
        return {"seen": self.cleaned_data["version"] or 0, "due": self.cleaned_data["due"]}

    def _picked(self, days):
        today = self.now.astimezone(clocks.LONDON).date()
        return clocks.from_wall(today + timedelta(days=days), clocks.END_OF_DAY)

    def _typed(self):
        """A day without a time is due when it ends."""
        day, month, year, time = (
            self.data.get(f"due_{name}", "").strip() for name in ("day", "month", "year", "time")
        )
        wanted = clocks.read_day(day, month, year)
        if not EARLIEST_YEAR <= wanted.year <= LATEST_YEAR:
            raise ValueError(f"Enter a date from {EARLIEST_YEAR} to {LATEST_YEAR}")
        return clocks.from_wall(wanted, clocks.read_time(time) if time else clocks.END_OF_DAY)
