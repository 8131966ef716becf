"""The filters of the audit review, read from an address that anyone may have typed."""

import re

from django import forms
from django.db.models import Q

from ..clocks import read_day, show_day
from ..enums import Action, Role, SiteRole
from ..models import TemplateItem
from .filters import PHASES, Pick, TeamFilter, Typed, Words

DAY = re.compile(r"(?P<day>\d{1,2})[ ./-]+(?P<month>\w+)[ ./-]+(?P<year>\d{4})")
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")
MOST_ITEMS = 20
TOLD_ITEMS = 3


class Day(Words):
    """A day of the London calendar, typed as 3 11 2026, 3 Nov 2026 or 2026-11-03.

    A date field of the browser's own would ask for month and day in the order of the device.
    """

    widget = Typed({"size": 11, "autocomplete": "off", "placeholder": "dd mm yyyy"})

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        parts = DAY.fullmatch(typed) or ISO.fullmatch(typed)
        try:
            return read_day(*(parts.group("day", "month", "year") if parts else ("", "", "")))
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def words(self, value):
        return show_day(value)


class ItemWords(str):
    """What was typed, with title by code of the items of any template version that it means."""

    titles: dict[str, str]


class ItemName(Words):
    """An item's code, or part of its title; one query where anything was typed."""

    def clean(self, value):
        typed = ItemWords(super().clean(value))
        if typed:
            typed.titles = _titles(typed)
            if not 0 < len(typed.titles) <= MOST_ITEMS:
                raise forms.ValidationError("No item is called that, or too many are.")
        return typed

    def words(self, value):
        titles = list(value.titles.values())
        more = f" and {len(titles) - TOLD_ITEMS} more" * (len(titles) > TOLD_ITEMS)
        return ", ".join(titles[:TOLD_ITEMS]) + more


def _titles(typed):
    """Code to title of the item with this code or else of those called so; of versions the newest's title."""
    named = Q(code=typed) | Q(title__icontains=typed)
    items = TemplateItem.objects.filter(named).order_by("template_version__number", "code")
    found = dict(items.values_list("code", "title"))
    return {typed: found[typed]} if typed in found else found


class AuditFilters(TeamFilter):
    """Whose events, of which kind and about what; the days are whole ones, both included."""

    view = Pick(label="View", choices=[("table", "Table")])
    q = Words(label="Case", max_length=20, required=False)
    who = Pick(label="Who", anything="Anyone")
    role = Pick(label="Role at that time", anything="Any role", choices=[*Role.choices, *SiteRole.choices])
    action = Pick(label="What", anything="Anything", choices=Action.choices)
    phase = Pick(label="Phase", anything="Any phase", choices=PHASES)
    item = ItemName(label="Item", max_length=80, required=False)
    field = Pick(label="Field", anything="Any field")
    since = Day(label="From", required=False)
    until = Day(label="To", required=False)
    text = Words(label="Reason", max_length=80, required=False)

    field_order = ["q", "who", "role", "action", "phase", "item", "field", "since", "until", "text", "team"]
