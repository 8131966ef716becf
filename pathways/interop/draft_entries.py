"""One entry of a draft's vocabulary: read by the rules of files, and what of the draft makes use of it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from pathways import rules
from pathways.interop.instrument_shapes import AnyInstrument
from pathways.interop.shapes import Finding, path_of, unknown, worded
from pathways.interop.template_documents import VOCABULARY
from pathways.interop.vocabularies import AnyCaseField, Note, Source
from pathways.interop.yaml_lines import Document as Located
from pathways.interop.yaml_lines import FieldPath
from pathways.models import TemplateItem, TemplateVersion

Entry = dict[str, Any]

SHAPES: dict[str, TypeAdapter[Any]] = {
    "case_fields": TypeAdapter(AnyCaseField),
    "instruments": TypeAdapter(AnyInstrument),
    "sources": TypeAdapter(Source),
    "notes": TypeAdapter(Note),
}


class Use(NamedTuple):
    """Something that names an entry: an item, or an entry of the vocabulary `part`."""

    part: str
    code: str
    title: str


def read_entry(kind: str, content: Entry, sources: list[str]) -> tuple[Entry, list[Finding]]:
    """The entry as it is stored, or what is wrong with it, at paths inside it."""
    try:
        shape = SHAPES[kind].validate_python(content)
    except ValidationError as refused:
        located = Located("", content, dict.fromkeys(_paths(content, ()), 1))
        errors = refused.errors(include_url=False)
        return {}, [(path_of(located, each), worded(located, each).text) for each in errors]
    found = list(shape.findings()) if hasattr(shape, "findings") else []
    found += unknown(("sources",), getattr(shape, "sources", []), sources, "a source of this draft")
    return shape.stored(), found


def _paths(value: Any, path: FieldPath) -> Iterator[FieldPath]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in inner:
        yield from _paths(each, (*path, name))


def uses_of(kind: str, code: str, draft: TemplateVersion, items: list[TemplateItem]) -> list[Use]:
    """Everything of the draft that names the entry; removed items are not among `items`."""
    named = [Use("items", item.code, item.title) for item in items if code in _names(kind, item)]
    if kind == "sources":
        named += [
            Use(part, each["code"], each["title"])
            for part in VOCABULARY
            for each in getattr(draft, part)
            if code in each.get("sources", [])
        ]
    return named


def _names(kind: str, item: TemplateItem) -> list[str]:
    """The codes of this kind that the item names."""
    if kind == "case_fields":
        return [clause["field"] for clause in _clauses(item.applies_rule)]
    if kind == "instruments":
        return [item.response.get("instrument", "")]
    return item.sources if kind == "sources" else []


def _clauses(rule: rules.Rule | None) -> list[Entry]:
    return [clause for clauses in (rule or {}).values() for clause in clauses]


def broken_rules(
    items: list[TemplateItem], before: list[Entry], after: list[Entry]
) -> Iterator[tuple[TemplateItem, str]]:
    """Items whose rule was in order with the fields as they were and is not as they would be, and why."""
    for item in items:
        if not rules.problems(item.applies_rule, before):
            found = rules.problems(item.applies_rule, after)
            if found:
                yield item, found[0]
