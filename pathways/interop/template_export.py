"""A template version written as a file that holds all it needs, and reads back as exactly the same."""

import json
import re
from decimal import Decimal
from typing import Any, NamedTuple

import yaml

from pathways.interop.template_documents import Document, digest_of
from pathways.interop.yaml_lines import UNPRINTABLE

CONTENT_TYPES = {"yaml": "application/yaml", "json": "application/json"}

# The names in the order in which people read them: a database may keep a stored object in any.
READING_ORDER = (
    "schema version template code reference_prefix value label number status digest field text rule title "
    "kind type condition goal guidance help discipline requirement applies_when target anchor within basis "
    "repeat response instrument unit min max step pattern multiple points order higher_is scope url summary "
    "sources_summary choices options components bands anchors note notes depends_on items phases "
    "case_fields instruments sources"
)
PLACES = {name: place for place, name in enumerate(READING_ORDER.split())}

# Line ends to YAML but not to JSON, and what no YAML file may hold as it is.
NEEDS_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
PARAGRAPHS = re.compile(r"\S(?:[^\n]*\S)?(?:\n+\S(?:[^\n]*\S)?)+")


class Stamp(NamedTuple):
    """Which version a file was made of."""

    number: int
    status: str


def written(document: Document, form: str, stamp: Stamp) -> str:
    """The text of the file, in a form of CONTENT_TYPES: the same for the same content, byte for byte."""
    version = {**stamp._asdict(), "digest": digest_of(document)}
    content = in_order({**document, "version": version})
    if form == "json":
        return as_json(content, "\n") + "\n"
    return yaml.dump(content, Dumper=PlainDumper, sort_keys=False, allow_unicode=True, width=10**9)


def in_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: in_order(value[name]) for name in sorted(value, key=place_of)}
    if isinstance(value, list):
        return [in_order(each) for each in value]
    return str(value) if isinstance(value, str) else value  # a member of an enumeration as its plain text


def place_of(name: str) -> tuple[int, int, str]:
    """Where a name stands among others; numbers, which some objects are keyed by, count up."""
    return PLACES.get(name, len(PLACES)), len(name), name


def digits(number: float) -> str:
    """A number without an exponent."""
    return format(Decimal(repr(number)), "f")


def as_json(value: Any, margin: str) -> str:
    """As the standard library indents it, but for numbers with an exponent and characters YAML refuses."""
    if isinstance(value, dict | list) and value:
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        inner = f"{margin}  "
        names = (
            [f"{as_json(name, inner)}: " for name in value] if isinstance(value, dict) else [""] * len(value)
        )
        values = value.values() if isinstance(value, dict) else value
        lines = [f"{inner}{name}{as_json(each, inner)}" for name, each in zip(names, values, strict=True)]
        return f"{opening}{','.join(lines)}{margin}{closing}"
    if isinstance(value, float):
        return digits(value)
    return NEEDS_ESCAPE.sub(lambda odd: f"\\u{ord(odd[0]):04x}", json.dumps(value, ensure_ascii=False))


class PlainDumper(yaml.CSafeDumper):
    """Writes paragraphs as blocks, and in quotes whatever would be read as something else without them."""

    def ignore_aliases(self, data: Any) -> bool:
        """Two equal lists are written twice, not as one and a reference."""
        return True


def represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if NEEDS_ESCAPE.search(text) or UNPRINTABLE.search(text):
        style = '"'
    elif "\n" in text:
        style = "|" if PARAGRAPHS.fullmatch(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def represent_number(dumper: yaml.CSafeDumper, number: float) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", digits(number))


PlainDumper.add_representer(str, represent_text)
PlainDumper.add_representer(float, represent_number)
