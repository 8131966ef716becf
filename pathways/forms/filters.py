"""The filters of the case list and of the dashboards, read from an address that anyone may have typed."""

from copy import copy
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html

from ..enums import CaseOutcome, CaseStatus, Phase, PhaseState

VIEWS = {
    "attention": "Needs attention",
    "mine": "Mine",
    "open": "All open",
    "closed": "Closed",
}
SORTS = ("case", "due", "opened", "closed")
STATUSES = {CaseStatus.OPEN.value: "Not on hold", CaseStatus.ON_HOLD.value: "On hold"}
DUE = {"overdue": "Overdue", "today": "Today", "week": "This week", "none": "No due time"}
PHASES = [(phase.code, phase.label) for phase in Phase]
HIDDEN = ("view", "sort", "saved")
SPENT = {
    "attention": ["outcome"],
    "mine": ["outcome", "assignee"],
    "open": ["outcome"],
    "closed": ["phase", "state", "status", "due", "assignee"],
}


class Choices(forms.Select):
    """A select that writes its own markup: Django's renders a template for each of its options."""

    def render(self, name, value, attrs=None, renderer=None):
        options = [_option(str(each), str(label), each == (value or "")) for each, label in self.choices]
        inside = format_html("{}" * len(options), *options)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(attrs), inside)


class Typed(forms.TextInput):
    """A text field that writes its own markup, as Django renders three templates for it."""

    def render(self, name, value, attrs=None, renderer=None):
        typed = format_html(' value="{}"', value) if value else ""
        return format_html(
            '<input type="text" name="{}"{}{}>', name, typed, flatatt(self.build_attrs(self.attrs, attrs))
        )


@lru_cache(maxsize=1024)
def _option(value, label, is_chosen):
    """The same few come on page after page."""
    return format_html('<option value="{}"{}>{}</option>', value, " selected" * is_chosen, label)


class Pick(forms.ChoiceField):
    """A select that may stay empty; `anything` is how its empty choice reads."""

    widget = Choices

    def __init__(self, *, label, anything="", choices=()):
        super().__init__(label=label, required=False)
        self.anything = anything
        self.offer(choices)

    def __deepcopy__(self, memo):
        """Each form has its own choices; the rest never changes, and takes half a millisecond to copy."""
        field = copy(self)
        field.widget = copy(self.widget)
        return field

    def offer(self, choices):
        self.offered = dict(choices)
        self.choices = [("", self.anything), *self.offered.items()]

    @property
    def is_open(self):
        """Whether there is anything to choose between."""
        return len(self.offered) > 1

    def words(self, value):
        return self.offered[value]


class Words(forms.CharField):
    """What was typed, such as part of a case's reference."""

    is_open = True
    widget = Typed({"size": 9, "autocomplete": "off"})

    def words(self, value):
        return value


class TeamFilter(forms.Form):
    """What a dashboard is about: one of the person's teams, or all of them."""

    fields: dict[str, Any]

    team = Pick(label="Team", anything="All teams")

    def __init__(self, data, **offered):
        """`offered` gives choices by field name; a field without any takes no value."""
        super().__init__(data, auto_id="filter-%s")
        for name, choices in offered.items():
            self.fields[name].offer(choices)

    def shown(self):
        """The fields that a person sees."""
        return [self[name] for name, field in self.fields.items() if name not in HIDDEN and field.is_open]

    def applied(self):
        """Name, label and value in words of each filter that is set."""
        return [
            (name, field.label, field.words(self.cleaned_data[name]))
            for name, field in self.fields.items()
            if name not in HIDDEN and self.cleaned_data[name]
        ]


class CaseFilters(TeamFilter):
    """The case list's form. What a view fixes is not offered there, and refused as any unknown value."""

    view = Pick(label="View", choices=VIEWS.items())
    q = Words(label="Reference", max_length=20, required=False)
    phase = Pick(label="Phase", anything="Any phase", choices=PHASES)
    state = Pick(label="Phase state", anything="Any state", choices=PhaseState.choices)
    status = Pick(label="Status", anything="Any status", choices=STATUSES.items())
    outcome = Pick(label="Outcome", anything="Any outcome", choices=CaseOutcome.choices)
    due = Pick(label="Due", anything="Any time", choices=DUE.items())
    template = Pick(label="Template", anything="All templates")
    site = Pick(label="Primary tumour", anything="Any")
    assignee = Pick(label="Assigned to", anything="Anyone")
    sort = Pick(label="Sort", choices=[(sign + name, name) for name in SORTS for sign in ("", "-")])

    saved = Words(label="Saved view", max_length=18, required=False)

    field_order = [
        "view", "q", "phase", "state", "status", "outcome", "due", "template", "site", "assignee", "team",
    ]  # fmt: skip

    def __init__(self, data, **offered):
        self.chosen_view = data["view"] if data.get("view") in VIEWS else "attention"
        super().__init__(data, **offered | dict.fromkeys(SPENT[self.chosen_view], ()))

    def clean_view(self):
        return self.chosen_view


def understood(form_class, data, **offered):
    """The form holding only what it understands, and the labels of the filters that were left out."""
    form = form_class(data, **offered)
    left_out = [form.fields[name].label for name in form.errors]
    if left_out:
        data = {name: data[name] for name in form.fields if name in data and name not in form.errors}
        form = form_class(data, **offered)
        form.full_clean()
    return form, left_out
