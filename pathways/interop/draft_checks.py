"""What stands in the way of publishing a draft, and what an editor had better look at first.

The rules of template files, plus those that need to know what was published and who works here. It reads a
document, so that a draft, a file and what it would become are judged alike.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from pathways.interop import template_checks, vocabularies
from pathways.interop.item_findings import exclusion_warnings, order_warnings, rule_errors
from pathways.interop.shapes import path_of, worded
from pathways.interop.template_documents import VOCABULARY, Document
from pathways.interop.template_shape import TemplateShape
from pathways.interop.vocabularies import Discipline, Vocabulary
from pathways.interop.yaml_lines import Document as Located
from pathways.interop.yaml_lines import FieldPath

Level = Literal["error", "warning"]

# What belongs to the template and not to its draft; a draft cannot mend it.
HEADER = {"code": "draft", "reference_prefix": "DR", "title": "Draft", "condition": "Any"}
PARTS = {"case_fields": "case_field", "instruments": "instrument", "sources": "source", "notes": "note"}
LABELS = {"applies_when": "Applies when", "target": "Due", "repeat": "Repeats", "depends_on": "Waits for"}


@dataclass(frozen=True)
class Finding:
    """One thing found, an error if it stops publishing, about the entry with this code.

    `part` is item, phase, case_field, instrument, source, note, or draft where it is about the whole.
    """

    level: Level
    part: str
    code: str
    title: str
    field: str
    text: str

    @property
    def label(self) -> str:
        """The field as an editor shows it."""
        return LABELS.get(self.field, self.field.replace("_", " ").capitalize())


def findings_of(
    document: Document,
    *,
    disciplines: dict[str, str],
    was_codes: dict[str, str],
    published_codes: frozenset[str] = frozenset(),
    unstaffed: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Errors first, each kind in the order of the page.

    `disciplines` is code to title, `was_codes` an item's code to the one it had when it was copied from the
    version whose `published_codes` these are, and `unstaffed` the disciplines that nobody active has.
    """
    errors = [*_errors(document, disciplines)]
    warnings = [*_empty_phases(document), *_codes(document, was_codes, published_codes)]
    warnings += [*_repeats(document), *_unstaffed(document, disciplines, unstaffed)]
    if not errors:
        warnings += [*_about_items(document, "warning", _item_warnings(document))]
    found = list(dict.fromkeys([*errors, *warnings]))
    return sorted(found, key=lambda each: each.level != "error")


def _errors(document: Document, disciplines: dict[str, str]) -> Iterator[Finding]:
    """Of shape first, and when there is none, of meaning, as for files."""
    lists = {name: document[name] for name in VOCABULARY}
    header = document["template"] | HEADER
    content = {"schema": 1, "template": header, "phases": document["phases"], **lists}
    shape, found = _read(content)
    if shape:
        vocabulary = _vocabulary(shape, disciplines)
        sources = [each.code for each in vocabulary.sources]
        for name in VOCABULARY:
            found += vocabularies.findings(getattr(vocabulary, name), name, sources)
        found += template_checks.findings(shape, vocabulary)
    yield from (_placed(document, path, text) for path, text in found)
    if not any(phase["items"] for phase in document["phases"]):
        yield Finding("error", "draft", "", "", "", "No phase has an item: add one")
    if not found:
        fields = document["case_fields"]
        yield from _about_items(document, "error", rule_errors(_items(document), fields))


def _read(content: Document) -> tuple[TemplateShape | None, list[tuple[FieldPath, str]]]:
    """The content in its shape, or None with what is wrong, each at its path."""
    try:
        return TemplateShape.model_validate(content), []
    except ValidationError as refused:
        located = Located("", content, dict.fromkeys(_paths(content, ()), 1))
        errors = refused.errors(include_url=False)
        return None, [(path_of(located, each), worded(located, each).text) for each in errors]


def _vocabulary(shape: TemplateShape, disciplines: dict[str, str]) -> Vocabulary:
    return Vocabulary(
        disciplines=[Discipline(code=code, title=title) for code, title in disciplines.items()],
        reason_codes=[],
        case_fields=shape.case_fields or [],
        instruments=shape.instruments or [],
        sources=shape.sources or [],
        notes=shape.notes or [],
    )


def _paths(value: Any, path: FieldPath) -> Iterator[FieldPath]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from _paths(each, (*path, name))


def _placed(document: Document, path: FieldPath, text: str) -> Finding:
    """The finding about the entry that the path leads to, and the field of it."""
    match path:
        case ("phases", int(number), "items", int(place), *rest):
            return _error("item", document["phases"][number]["items"][place], rest, text)
        case ("phases", int(number), *rest):
            return _error("phase", document["phases"][number], rest, text)
        case (str(name), int(number), *rest) if name in PARTS:
            return _error(PARTS[name], document[name][number], rest, text)
        case ("template", str(name), int(number), *rest) if name in PARTS:
            return _error(PARTS[name], document[name][number], ["code"], text)
    return Finding("error", "draft", "", "", str(path[-1]) if path else "", text)


def _error(part: str, entry: Document, rest: list[Any], text: str) -> Finding:
    field = str(rest[0]) if rest else ""
    return Finding("error", part, entry.get("code", ""), entry.get("title", ""), field, text)


def _about_items(
    document: Document, level: Level, found: Iterator[tuple[str, str, str]]
) -> Iterator[Finding]:
    titles = {item["code"]: item["title"] for item in _items(document)}
    for code, field, text in found:
        yield Finding(level, "item", code, titles[code], field, text)


def _items(document: Document) -> list[Document]:
    return [item for phase in document["phases"] for item in phase["items"]]


def _empty_phases(document: Document) -> Iterator[Finding]:
    for phase in document["phases"]:
        if not phase["items"]:
            yield Finding("warning", "phase", phase["code"], phase["title"], "", "This phase has no item")


def _codes(
    document: Document, was_codes: dict[str, str], published_codes: frozenset[str]
) -> Iterator[Finding]:
    for item in _items(document):
        code, was = item["code"], was_codes.get(item["code"], "")
        text = ""
        if was and was != code:
            text = f"Was {was}. Cases follow the code: map it when you move cases"
        elif not was and code in published_codes:
            text = "Another item had this code. Cases that are moved will take this one for it"
        if text:
            yield Finding("warning", "item", code, item["title"], "code", text)


def _unstaffed(
    document: Document, disciplines: dict[str, str], unstaffed: frozenset[str]
) -> Iterator[Finding]:
    """One for each discipline, at the first of its items."""
    items = [item for item in _items(document) if item["discipline"] in unstaffed]
    counted = Counter(item["discipline"] for item in items)
    first = {item["discipline"]: item for item in reversed(items)}
    for code, count in counted.items():
        owned = f"{count} item{'s' * (count > 1)}"
        text = f"Nobody active belongs to {disciplines.get(code, code)}, which has {owned}"
        yield Finding("warning", "item", first[code]["code"], first[code]["title"], "discipline", text)


def _repeats(document: Document) -> Iterator[Finding]:
    for item in _items(document):
        if item.get("repeat") and not item.get("target"):
            text = "Has no target, so that no time round falls due"
            yield Finding("warning", "item", item["code"], item["title"], "repeat", text)


def _item_warnings(document: Document) -> Iterator[tuple[str, str, str]]:
    """Item code, field and text, of items whose every reference leads somewhere."""
    yield from order_warnings(document)
    yield from exclusion_warnings(_items(document), document["case_fields"])
