"""What people send to change a case field, an instrument, a source or a note of a draft."""

import re
from typing import Any

from django import forms

from pathways.forms import entry_lines as lines
from pathways.forms.templates import WordsField
from pathways.forms.write import WriteForm

Entry = dict[str, Any]

NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
AREA = {"rows": 8, "cols": 60}
TYPES = [("choice", "Choice"), ("number", "Number"), ("boolean", "Yes or no"), ("text", "Text")]
INSTRUMENTS = [("sum", "Sum of the points of its parts"), ("grade", "One grade"), ("scale", "A number")]
BETTER = [("worse", "Worse"), ("better", "Better")]
OUT_OF_DATE = "This form is out of date. Reload the page."
SOURCES = "Codes of sources of this draft, with commas between them."


def lines_field(label: str, help_text: str) -> forms.CharField:
    area = forms.Textarea(AREA)
    return forms.CharField(
        label=label, help_text=help_text, widget=area, max_length=20_000, strip=False, required=False
    )


def words_field(label: str, help_text: str = "", *, limit: int = 200, required: bool = False) -> WordsField:
    area = forms.Textarea({"rows": 4, "cols": 60}) if limit > 200 else forms.TextInput({"size": 60})
    needed = {"required": f"Enter {label[0].lower()}{label[1:]}"}
    return WordsField(
        label=label,
        help_text=help_text,
        max_length=limit,
        required=required,
        widget=area,
        error_messages=needed,
    )


def number_field(label: str, help_text: str = "") -> forms.CharField:
    """Read by `number`, so that 1 and 1.0 stay what was typed."""
    return forms.CharField(label=label, help_text=help_text, max_length=20, required=False)


def number(text: str) -> int | float | str:
    """What is no number stays as it is, for the rules of the entry to refuse."""
    if not NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


class EntryForm(WriteForm):
    """The parts of one entry; `entry` is what they say as a file says it."""

    use_required_attribute = False
    title = words_field("Title", required=True)
    code = forms.CharField(
        label="Code",
        max_length=60,
        error_messages={"required": "Enter a code"},
        help_text="What rules, items and files call it. It stays while anything uses it.",
    )

    def clean_version(self) -> int:
        """Every form of an entry is about a draft as it stood."""
        if self.cleaned_data["version"] is None:
            raise forms.ValidationError(OUT_OF_DATE)
        return int(self.cleaned_data["version"])

    def shown(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in ("token", "version")]

    def entry(self) -> Entry:
        """For a valid form."""
        given = self.cleaned_data
        return {name: value for name, value in self.parts(given).items() if value not in ("", [], {}, None)}

    def parts(self, given: Entry) -> Entry:
        return {"code": given["code"], "title": given["title"]}

    @staticmethod
    def shown_of(entry: Entry) -> Entry:
        """What the form shows of an entry that is there."""
        return entry | {"sources": ", ".join(entry.get("sources", []))}

    def refuse(self, errors: dict[str, str]) -> None:
        """Take over what the service refused; what has no control of its own stands at the code."""
        for name, text in errors.items():
            self.add_error(name if name in self.fields else "code", text)

    def refusals(self) -> list[tuple[Any, str]]:
        """Pairs of what is wrong and the id of its control, in the order of the page."""
        named = [(self.errors[name][0], f"id_{name}") for name in self.fields if name in self.errors]
        return [(text, "" if control in ("id_token", "id_version") else control) for text, control in named]


class FieldForm(EntryForm):
    type = forms.ChoiceField(label="Type", choices=TYPES)
    help = words_field("Help for the person who fills it in", limit=1000)
    choices = lines_field("Choices", "For a choice: one a line, written value = Label.")
    multiple = forms.BooleanField(label="More than one choice may be picked", required=False)
    unit = words_field("Unit", "For a number.", limit=120)
    min = number_field("Least", "For a number.")
    max = number_field("Most", "For a number.")
    pattern = forms.CharField(
        label="Pattern", help_text="For a text: a regular expression.", max_length=200, required=False
    )
    sources = forms.CharField(label="Sources", help_text=SOURCES, max_length=1000, required=False)

    def clean_choices(self) -> list[Entry]:
        return lines.read_choices(self.cleaned_data["choices"])

    def parts(self, given: Entry) -> Entry:
        of_type: dict[str, Entry] = {
            "choice": {"multiple": given["multiple"] or None, "choices": given["choices"]},
            "number": {"unit": given["unit"], "min": number(given["min"]), "max": number(given["max"])},
            "text": {"pattern": given["pattern"]},
        }
        shared = {"type": given["type"], "help": given["help"], "sources": lines.codes_of(given["sources"])}
        return super().parts(given) | shared | of_type.get(given["type"], {})

    @staticmethod
    def shown_of(entry: Entry) -> Entry:
        return EntryForm.shown_of(entry) | {"choices": lines.write_choices(entry.get("choices", []))}


PARTS = (
    "For a sum: each part as code = Title, and below it each option as - value = Label | points. For a grade:"
    " each grade as value = Label, from the lowest. For a number: what its ends mean, as 0 = No pain."
)


class InstrumentForm(EntryForm):
    type = forms.ChoiceField(label="Kind", choices=INSTRUMENTS)
    scope = words_field("What it is about", "For example: the whole person.", required=True)
    higher_is = forms.ChoiceField(label="Higher is", choices=BETTER)
    body = lines_field("Parts", PARTS)
    bands = lines_field("Bands", "One a line, written code = Label | 0 to 6. They leave no gap.")
    min = number_field("Least", "For a number.")
    max = number_field("Most", "For a number.")
    step = number_field("Step", "For a number.")
    number = number_field("Version", "Of the instrument, as its authors count. 1 for the first.")
    note = words_field("Note", limit=1000)
    sources = forms.CharField(label="Sources", help_text=SOURCES, max_length=1000, required=False)

    def clean_bands(self) -> list[Entry]:
        return lines.read_bands(self.cleaned_data["bands"])

    def clean_body(self) -> Entry:
        text = self.cleaned_data["body"]
        kind = self.cleaned_data.get("type")
        if kind == "sum":
            parts = lines.read_components(text)
            points = [[option["points"] for option in part["options"]] or [0] for part in parts]
            return {"components": parts, "min": sum(map(min, points)), "max": sum(map(max, points))}
        if kind == "grade":
            return {"options": lines.read_grades(text)}
        return {"anchors": dict(lines.read_pair(*each) for each in lines.lines_of(text))}

    def parts(self, given: Entry) -> Entry:
        shared = {name: given[name] for name in ("type", "scope", "higher_is", "bands", "note")}
        shared |= {"version": number(given["number"]), "sources": lines.codes_of(given["sources"])}
        if given["type"] == "scale":
            shared |= {name: number(given[name]) for name in ("min", "max", "step")}
        return super().parts(given) | shared | given["body"]

    @staticmethod
    def shown_of(entry: Entry) -> Entry:
        body = {
            "sum": lambda: lines.write_components(entry["components"]),
            "grade": lambda: lines.write_grades(entry["options"]),
            "scale": lambda: "\n".join(f"{at} = {text}" for at, text in entry.get("anchors", {}).items()),
        }[entry["type"]]
        of_form = {"body": body(), "bands": lines.write_bands(entry["bands"]), "number": entry["version"]}
        named = {name: value for name, value in entry.items() if name != "version"}
        return EntryForm.shown_of(named) | of_form

    def refuse(self, errors: dict[str, str]) -> None:
        of_form = {"components": "body", "options": "body", "anchors": "body", "version": "number"}
        super().refuse({of_form.get(name, name): text for name, text in errors.items()})


class SourceForm(EntryForm):
    url = forms.CharField(
        label="Address",
        help_text="Begins with https://. You may leave it empty.",
        max_length=500,
        required=False,
    )

    def parts(self, given: Entry) -> Entry:
        return super().parts(given) | {"url": given["url"]}


class NoteForm(EntryForm):
    text = words_field("Text", limit=1000, required=True)
    sources = forms.CharField(label="Sources", help_text=SOURCES, max_length=1000, required=False)

    def entry(self) -> Entry:
        """A note says its sources even where it has none."""
        return {"sources": []} | super().entry()

    def parts(self, given: Entry) -> Entry:
        return super().parts(given) | {"text": given["text"], "sources": lines.codes_of(given["sources"])}
