"""What people send to add or change a reason code."""

from django import forms

from pathways.enums import NEEDS_REASON, ReasonOrigin
from pathways.forms.templates import WordsField
from pathways.forms.write import WriteForm

FOR_NOTHING = "Choose at least one status that it is a reason for"
LAST_PLACE = 30_000
PLACE = f"Enter a whole number from 1 to {LAST_PLACE}"
OUT_OF_DATE = "This form is out of date. Reload the page."
FITS = tuple(f"for_{status}" for status in NEEDS_REASON)
ASKED = ("label", "origin", *FITS, "needs_text", "position", "is_active")


class ReasonCodeForm(WriteForm):
    """A new reason has no version; `wanted` is what the service stores."""

    use_required_attribute = False
    label = WordsField(
        max_length=120,
        widget=forms.TextInput({"size": 60}),
        help_text="As people pick it and as figures name it.",
        error_messages={"required": "Enter a label"},
    )
    origin = forms.ChoiceField(choices=ReasonOrigin.choices, help_text="Where the cause lies.")
    for_blocked = forms.BooleanField(required=False, label="For blocked")
    for_not_applicable = forms.BooleanField(required=False, label="For not applicable")
    for_not_done = forms.BooleanField(required=False, label="For not done")
    needs_text = forms.BooleanField(required=False, label="Asks for words as well")
    position = forms.IntegerField(
        label="Place in the list",
        min_value=1,
        max_value=LAST_PLACE,
        help_text="Reasons that are given equally often stand in this order.",
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), PLACE),
    )
    is_active = forms.BooleanField(
        required=False,
        label="In use",
        help_text="Out of use it is no longer offered. Items that have it keep it.",
    )

    @classmethod
    def of(cls, reason):
        return cls(initial={name: getattr(reason, name) for name in ASKED})

    def clean(self):
        given = super().clean() or {}
        if not any(given.get(name) for name in FITS):
            self.add_error("for_blocked", FOR_NOTHING)
        return given

    def refuse(self, errors):
        """Take over what the service refused."""
        for name, text in errors.items():
            self.add_error(name, text)

    def refusals(self):
        """Pairs of what is wrong and the id of its control, if people see one."""
        return [(texts[0], f"id_{name}" if name in ASKED else "") for name, texts in self.errors.items()]

    def wanted(self):
        return {name: self.cleaned_data[name] for name in ASKED}

    def in_words(self, reason):
        """Label and value of each part of a reason as it stands."""
        return [(self[name].label, _words(reason, name)) for name in ASKED]


def _words(reason, name):
    value = reason.get_origin_display() if name == "origin" else getattr(reason, name)
    return {True: "Yes", False: "No"}[value] if isinstance(value, bool) else str(value)
