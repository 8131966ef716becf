"""What people send about a whole case: its details, its opening, and why it is held, closed or reopened."""

from dataclasses import dataclass, field

from django import forms

from pathways import details
from pathways.enums import CaseOutcome, CaseStatus
from pathways.forms.why import optional_text
from pathways.forms.write import LARGEST_VERSION, WriteForm
from pathways.models.audit import LONGEST_REASON

PREFIX = "details-"
OUT_OF_DATE = "This page is out of date. Reload it and try again."
UNCHOSEN = ("", details.NOT_ENTERED)
YES_OR_NO = [("yes", "Yes"), ("no", "No"), ("", details.NOT_ENTERED)]
UNSEEN = ("token", "version", "step", "was", "__all__")
REVIEW, CHANGE, SAVE = "review", "change", "save"


@dataclass(frozen=True)
class Option:
    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Control:
    """One case detail as the form shows it; `kind` is text, number, select, radios or checkboxes."""

    id: str
    name: str
    title: str
    kind: str
    hint: str
    value: str
    error: str
    options: list[Option] = field(default_factory=list)

    @property
    def described_by(self):
        parts = [(self.hint, f"{self.id}-hint"), (self.error, f"{self.id}-error")]
        return " ".join(name for text, name in parts if text)


class Values(forms.Widget):
    """Takes everything that was sent under a name, so that too much of it can be refused."""

    def value_from_datadict(self, data, files, name):
        return data.getlist(name)


class DetailField(forms.Field):
    """One case field of a template; never required, because nothing is concluded from what is not entered."""

    widget = Values

    def __init__(self, described):
        super().__init__(required=False, label=described["title"])
        self.described = described

    def clean(self, value):
        """The value to store, or None."""
        code, several = self.described["code"], self.described.get("multiple")
        raw = value[0] if len(value) == 1 and not several else value
        try:
            return details.read([self.described], {code: raw}).get(code)
        except details.DetailsError as refusal:
            raise forms.ValidationError(refusal.errors[code]) from None


class CaseWriteForm(WriteForm):
    """A form whose refusals lead to the controls where they can be put right."""

    def refusals(self):
        """Pairs of what is wrong and the id of its control, if people see one."""
        return [
            (
                f"{self.fields[name].label}: {text}" if name.startswith(PREFIX) else text,
                self._control_id(name),
            )
            for name, texts in self.errors.items()
            for text in texts
        ]

    def _control_id(self, name):
        return "" if name in UNSEEN else f"id_{name}"


class DetailsForm(CaseWriteForm):
    """The case details of a template, with the step that the person asks for next."""

    version = forms.IntegerField(
        min_value=0,
        max_value=LARGEST_VERSION,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), OUT_OF_DATE),
    )
    step = forms.ChoiceField(
        choices=[(step, step) for step in (REVIEW, CHANGE, SAVE)],
        error_messages={"required": OUT_OF_DATE, "invalid_choice": OUT_OF_DATE},
    )

    def __init__(self, data=None, *, case_fields, stored=None, **kwargs):
        """`stored` is what the controls show before anyone has typed."""
        super().__init__(data, **kwargs)
        self.case_fields = case_fields
        for each in case_fields:
            self.fields[PREFIX + each["code"]] = DetailField(each)
        self.initial = dict(_typed(case_fields, stored or {}))

    @property
    def details(self):
        """What was entered, by field code; for a valid form."""
        found = {each["code"]: self.cleaned_data[PREFIX + each["code"]] for each in self.case_fields}
        return {code: value for code, value in found.items() if value is not None}

    def groups(self):
        """Pairs of a heading and its controls."""
        return [
            (title, [self._control(each) for each in members])
            for title, members in details.grouped(self.case_fields)
        ]

    def sent(self):
        """Name and value of every entry, for a next step to carry along."""
        return [
            (name, value)
            for name in self.fields
            if name not in UNSEEN
            for value in self.data.getlist(name)
            if value
        ]

    def _control(self, described):
        name = PREFIX + described["code"]
        values, box = self[name].value() or [], f"id_{name}"
        kind = _kind(described)
        return Control(
            id=box,
            name=name,
            title=described["title"],
            kind=kind,
            hint=_hint(described),
            value=values[0] if values else "",
            error=" ".join(map(str, self.errors.get(name, []))),
            options=[
                Option(f"{box}-{place}" if place else box, value, label, value in (values or [""]))
                for place, (value, label) in enumerate(_options(described, kind))
            ],
        )


class OpenCaseForm(DetailsForm):
    """A new case; `version` is the number of the template version that the person has looked at."""

    def __init__(self, data=None, *, teams, **kwargs):
        super().__init__(data, **kwargs)
        self.teams = teams
        self.fields["team"] = forms.ModelChoiceField(
            teams, error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a team")
        )
        self.order_fields(["team"])
        self.initial["team"] = teams[0].pk if len(teams) == 1 else None

    def team_options(self):
        """Teams in which the person opens cases, each with whether it is chosen."""
        chosen = str(self["team"].value() or "")
        return [(team.pk, team.name, str(team.pk) == chosen) for team in self.teams]


class StateForm(CaseWriteForm):
    """A change of a case's state; `was` is the status of the case for which the form was rendered."""

    was = forms.ChoiceField(
        choices=CaseStatus.choices,
        error_messages={"required": OUT_OF_DATE, "invalid_choice": OUT_OF_DATE},
    )

    def wanted(self):
        """The arguments of the service that the form holds."""
        return {"was": self.cleaned_data["was"], "reason": self.cleaned_data["reason"]}


class ReasonForm(StateForm):
    """Why a case is held or reopened."""

    reason = forms.CharField(required=False)

    def clean_reason(self):
        """What was said with one tap, and what was typed."""
        said = [text for text in (self.data.get("tap", "").strip(), self.cleaned_data["reason"]) if text]
        if not said:
            raise forms.ValidationError("Enter a reason")
        return optional_text(": ".join(said), LONGEST_REASON)


class CloseForm(StateForm):
    """How a case ended."""

    outcome = forms.ChoiceField(
        choices=CaseOutcome.choices,
        error_messages={"required": "Choose an outcome", "invalid_choice": "Choose an outcome"},
    )
    reason = forms.CharField(required=False)

    def clean_reason(self):
        return optional_text(self.cleaned_data["reason"], LONGEST_REASON)

    def wanted(self):
        return super().wanted() | {"outcome": self.cleaned_data["outcome"]}


def as_sent(case_fields, stored):
    """Name and value of every entry that a form with these details would send."""
    return [(name, value) for name, values in _typed(case_fields, stored) for value in values]


def _typed(case_fields, stored):
    """Stored details as people would type or pick them."""
    for each in case_fields:
        value = stored.get(each["code"])
        if value is not None:
            yield (
                PREFIX + each["code"],
                [_written(one) for one in (value if isinstance(value, list) else [value])],
            )


def _written(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _kind(described):
    if described["type"] == "boolean":
        return "radios"
    if described["type"] == "choice":
        return "checkboxes" if described.get("multiple") else "select"
    return described["type"]


def _options(described, kind):
    if kind == "radios":
        return YES_OR_NO
    choices = [(each["value"], each["label"]) for each in described.get("choices", [])]
    return [UNCHOSEN, *choices] if kind == "select" else choices


def _hint(described):
    parts = [described.get("help", ""), _bounds(described)]
    if example := details.EXAMPLES.get(described["code"]):
        parts.append(f"For example {example}.")
    return " ".join(part for part in parts if part)


def _bounds(described):
    least, most = described.get("min"), described.get("max")
    if described["type"] != "number" or least is None or most is None:
        return ""
    return f"{least} to {most} {described.get('unit', '')}".strip() + "."
