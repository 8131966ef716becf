"""What editors send about a draft: one item with every property, where it goes, what a phase is for."""

import re

from django import forms
from django.http import QueryDict

from pathways import clocks
from pathways.enums import Anchor, Basis, Phase, Requirement, ResponseKind
from pathways.forms.template_rules import read_number, read_rule, typed_rule
from pathways.forms.write import LARGEST_VERSION, WriteForm
from pathways.rules import describe

TO = re.compile(r"(?P<pk>[0-9]{1,18})\.(?P<seen>[0-9]{1,9})\.(?P<phase>[1-6])\.(?P<position>[0-9]{1,4})")
AMOUNT = re.compile(r"[1-9][0-9]{0,3}")
BAD_AMOUNT = "Enter a whole number from 1 to 9999"
OPTION_VALUE = re.compile(r"[^a-z0-9]+")
LONGEST_APPLIES = 300
# Where the page shows what is wrong with a part of the document.
CONTROLS = {
    "applies_when.text": "applies_text",
    "applies_when.rule": "applies_text",
    "target.within": "within_amount",
    "target.anchor": "anchor",
    "target.basis": "basis",
    "repeat": "repeat_amount",
    "response": "kind",
    "response.unit": "unit",
    "response.min": "min",
    "response.max": "max",
    "response.instrument": "instrument",
    "response.choices": "options",
    "response.choices.value": "options",
    "response.choices.label": "options",
    "version": "title",
    "token": "title",
}
ON_PAGE = (
    "title", "guidance", "discipline", "requirement", "clause", "applies_text", "anchor", "within_amount",
    "anchor_item", "basis", "repeat_amount", "kind", "unit", "min", "max", "options", "instrument",
    "depends_on", "sources", "code",
)  # fmt: skip


class DraftWriteForm(WriteForm):
    """A form whose refusals, its own and a service's, go by the name of the control that people see."""

    data: QueryDict

    def __init__(self, data=None, **kwargs):
        super().__init__(data, **kwargs)
        self.refused: dict[str, str] = {}

    def refuse(self, errors):
        self.refused |= {CONTROLS.get(name, name): text for name, text in errors.items()}

    def errors_by_name(self):
        """Control name to text, in the order of the page."""
        found = {CONTROLS.get(name, name): texts[0] for name, texts in self.errors.items()}
        found.pop("__all__", None)
        found |= self.refused
        return {name: found[name] for name in sorted(found, key=_place)}


def _place(name):
    start = "clause" if name.startswith("clause") else name
    return ON_PAGE.index(start) if start in ON_PAGE else -1


class ActForm(DraftWriteForm):
    """A button that says all by itself."""

    def wanted(self):
        return {}


class RemoveForm(DraftWriteForm):
    """The button that removes an item, with the version that was shown of it."""

    def wanted(self):
        return {"seen": self.cleaned_data["version"] or 0}


class AddForm(DraftWriteForm):
    """The title of a new item, and its phase."""

    title = forms.CharField(
        max_length=200,
        error_messages={"required": "Enter a title", "max_length": "Use at most 200 characters"},
    )
    phase = forms.ChoiceField(
        choices=[(each.code, each.label) for each in Phase],
        error_messages={"required": "Choose a phase", "invalid_choice": "Choose a phase"},
    )

    def wanted(self):
        given = self.cleaned_data
        return {"phase": Phase.from_code(given["phase"]), "title": given["title"]}


class MoveForm(DraftWriteForm):
    """Which item goes where: in one value, as the buttons `up` and `down` send it, or field by field."""

    pk = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    up = forms.CharField(required=False)
    down = forms.CharField(required=False)
    phase = forms.ChoiceField(choices=[(str(each.value), each.label) for each in Phase], required=False)
    position = forms.IntegerField(
        min_value=1,
        max_value=9999,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Enter a place, from 1"),
    )

    def clean(self):
        given = self.cleaned_data
        if match := TO.fullmatch(given.get("up") or given.get("down") or ""):
            self.move = {name: int(value) for name, value in match.groupdict().items()}
        elif given.get("pk") and given.get("phase") and given.get("position"):
            names = {"pk": given["pk"], "seen": given.get("version") or 0}
            self.move = names | {"phase": int(given["phase"]), "position": given["position"]}
        elif not self.errors:
            self.refused["position"] = "Choose a phase and a place in it"
            raise forms.ValidationError("Nowhere.")
        return given

    @property
    def control(self):
        """The one that was used."""
        return next((name for name in ("up", "down") if name in self.data), "more")

    def wanted(self):
        return {name: value for name, value in self.move.items() if name != "pk"}


class PhaseForm(DraftWriteForm):
    """What a phase is called, and its goal."""

    title = forms.CharField(max_length=120, error_messages={"required": "Enter a title"})
    goal = forms.CharField(max_length=1000, error_messages={"required": "Say what this phase is for"})

    def wanted(self):
        given = self.cleaned_data
        return {"seen": given["version"] or 0, "title": given["title"], "goal": given["goal"]}


class TemplateItemForm(DraftWriteForm):
    """Every property of an item; what does not belong to the kinds that were chosen is not read."""

    replacing = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION, required=False)

    def __init__(self, data, *, draft, **kwargs):
        super().__init__(data, **kwargs)
        self.draft = draft

    def clean(self):
        self.document = self._document()
        if self.refused:
            raise forms.ValidationError("Not everything can be saved as it was entered.")
        return self.cleaned_data

    def wanted(self):
        """The arguments of `edit_item` that the form holds."""
        given = self.cleaned_data
        replacing = given.get("replacing")
        return {"seen": given["version"] or 0, "replacing": replacing, "document": self.document}

    def _document(self):
        found = {
            name: self._text(name) for name in ("code", "title", "guidance", "discipline", "requirement")
        }
        if not found["title"]:
            self.refused["title"] = "Enter a title"
        if not found["code"]:
            self.refused["code"] = "Enter a code"
        if found["requirement"] not in Requirement.values:
            self.refused["requirement"] = "Choose one"
        found |= {"applies_when": self._applies(), "target": self._target(), "response": self._response()}
        found["repeat"] = self._interval("repeat") if self._text("repeat_amount") else None
        found["depends_on"] = list(dict.fromkeys(self.data.getlist("depends_on")))
        found["sources"] = list(dict.fromkeys(self.data.getlist("sources")))
        return {name: value for name, value in found.items() if value not in (None, "", [])}

    def _text(self, name):
        return self.data.get(name, "").replace("\r\n", "\n").strip()

    def _applies(self):
        """Without words of its own a rule speaks for itself."""
        if self._text("requirement") != Requirement.CONDITIONAL:
            return None
        rule, errors = read_rule(self.data, self.draft.case_fields)
        self.refused |= errors
        text = self._text("applies_text")
        if not text and rule and not errors:
            text = describe(rule, self.draft.case_fields)[:LONGEST_APPLIES]
        if not text and not errors:
            self.refused["applies_text"] = "Say when it applies, in words or with a rule"
        return {"text": text} | ({"rule": rule} if rule else {})

    def _target(self):
        anchor = self._text("anchor")
        if not anchor:
            return None
        if anchor not in Anchor.values:
            self.refused["anchor"] = "Choose what it is counted from"
        if anchor == Anchor.ITEM:
            if not self._text("anchor_item"):
                self.refused["anchor_item"] = "Choose the item it is counted from"
            anchor = f"item:{self._text('anchor_item')}"
        basis = self._text("basis")
        if basis not in Basis.values:
            self.refused["basis"] = "Choose whether the target is published or local"
        return {"anchor": anchor, "within": self._interval("within"), "basis": basis}

    def _interval(self, name):
        amount, unit = self._text(f"{name}_amount"), self._text(f"{name}_unit")
        if not AMOUNT.fullmatch(amount) or unit not in clocks.UNITS:
            self.refused[f"{name}_amount"] = BAD_AMOUNT
        return f"P{'T' * (unit == 'H')}{amount}{unit}"

    def _response(self):
        kind = self._text("kind")
        if kind not in ResponseKind.values:
            self.refused["kind"] = "Choose what is recorded"
        if kind == ResponseKind.NUMBER:
            return {
                "kind": kind,
                "unit": self._text("unit"),
                "min": self._number("min"),
                "max": self._number("max"),
            }
        if kind == ResponseKind.CHOICE:
            several = {"multiple": True} if self._text("multiple") else {}
            return {"kind": kind, **several, "choices": self._options()}
        if kind == ResponseKind.SCORE:
            return {"kind": kind, "instrument": self._text("instrument")}
        return {"kind": kind}

    def _number(self, name):
        try:
            return read_number(self._text(name))
        except ValueError as wrong:
            self.refused[name] = str(wrong)
            return 0

    def _options(self):
        """A line for each, "value = Label", or the label alone, of which the value is made."""
        lines = [line.strip() for line in self._text("options").splitlines() if line.strip()]
        pairs = [line.rpartition(" = ") for line in lines]
        made = [
            {
                "value": value.strip() or OPTION_VALUE.sub("_", label.lower()).strip("_")[:60],
                "label": label.strip(),
            }
            for value, _, label in pairs
        ]
        if len(made) < 2:
            self.refused["options"] = "Enter at least two options, each on a line of its own"
        elif len({each["value"] for each in made}) < len(made):
            self.refused["options"] = "Two options have the same value"
        return made


def typed_item(item):
    """The values with which the item's form is first shown."""
    values = QueryDict(mutable=True)
    for name in (
        "code",
        "title",
        "guidance",
        "requirement",
        "applies_text",
        "anchor",
        "anchor_item",
        "basis",
    ):
        values[name] = getattr(item, name)
    values["discipline"] = item.discipline.code
    for name in ("within", "repeat"):
        interval = clocks.parse_interval(getattr(item, name)) if getattr(item, name) else None
        values[f"{name}_amount"] = str(interval.amount) if interval else ""
        values[f"{name}_unit"] = interval.unit if interval else "D"
    response = item.response
    values["kind"] = response["kind"]
    for name in ("unit", "min", "max", "instrument"):
        values[name] = str(response.get(name, ""))
    values["multiple"] = "yes" if response.get("multiple") else ""
    values["options"] = "\n".join(f"{e['value']} = {e['label']}" for e in response.get("choices", []))
    lists = {"depends_on": item.depends_on, "sources": item.sources, **typed_rule(item.applies_rule)}
    for name, several in lists.items():
        values.setlist(name, several)
    return values
