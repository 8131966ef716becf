"""Plain YAML with the line of every value, refusing what a content file never needs."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import yaml

MOST_BYTES = 256 * 1024
DEEPEST = 10

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

UNSHOWABLE = "holds a character that cannot be shown"

FieldPath = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing wrong with a file, at the line (from 1) where a person will look for it."""

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        return f"{where}, {self.field}: {self.text}" if self.field else f"{where}: {self.text}"


class TemplateFileError(ValueError):
    """A content file was refused; `problems` holds everything that was found, in the order of the lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def field_name(path: FieldPath) -> str:
    """`phases[0].items[3].title`, as errors name a field."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


class Document(NamedTuple):
    """What a file holds, and the line of each value by its path."""

    file: str
    content: Any
    lines: dict[FieldPath, int]

    def problem(self, path: FieldPath, text: str) -> Problem:
        """A problem at the line of the path, or of what holds it when the path itself is absent."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, self.lines.get(known, 1), field_name(path), text)


class PlainLoader(yaml.SafeLoader):
    """Composes nodes without anchors, aliases and tags, to a limited depth, before anything is built."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: yaml.Event = self.peek_event()
        self.refuse_luxury(event)
        self.depth += isinstance(event, yaml.CollectionStartEvent)
        if self.depth > DEEPEST:
            self.refuse(event, f"is nested deeper than {DEEPEST} levels")
        node = super().compose_node(parent, index)
        self.depth -= isinstance(event, yaml.CollectionStartEvent)
        return node

    def refuse_luxury(self, event: Any) -> None:
        if event.anchor is not None:
            self.refuse(event, "anchors and aliases are not allowed")
        if event.tag is not None:
            self.refuse(event, "tags are not allowed")

    def refuse(self, event: Any, text: str) -> None:
        raise yaml.MarkedYAMLError(problem=text, problem_mark=event.start_mark)


class Builder:
    """Turns nodes into plain values and notes their lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[FieldPath, int] = {}

    def value(self, node: yaml.Node, path: FieldPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, number)) for number, child in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: FieldPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            key = self.key(key_node, path)
            if key in found:
                self.refuse(key_node, (*path, key), "stands twice")
            self.lines[*path, key] = key_node.start_mark.line + 1
            found[key] = self.value(child, (*path, key))
        return found

    def key(self, node: yaml.Node, path: FieldPath) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(node, path, "a field name must be plain text")
        return self.printable(node, path)

    def scalar(self, node: Any, path: FieldPath) -> Any:
        """YAML 1.2 core without its exotic numbers: `no` is text, and so is a date."""
        text = self.printable(node, path)
        if node.style is not None:
            return text
        if text in WORDS:
            return WORDS[text]
        if INTEGER.fullmatch(text):
            return int(text)
        return float(text) if DECIMAL.fullmatch(text) else text

    def printable(self, node: yaml.Node, path: FieldPath) -> str:
        text = str(node.value)
        if UNPRINTABLE.search(text):
            self.refuse(node, path, UNSHOWABLE)
        return text

    def refuse(self, node: yaml.Node, path: FieldPath, text: str) -> None:
        raise TemplateFileError([Problem(self.file, node.start_mark.line + 1, field_name(path), text)])


def read_yaml(text: str, *, file: str) -> Document:
    """Raise TemplateFileError for anything but one plain document of at most 256 KB."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise TemplateFileError([Problem(file, 1, "", f"is larger than {MOST_BYTES // 1024} KB")])
    node = compose(text, file)
    if node is None:
        raise TemplateFileError([Problem(file, 1, "", "is empty")])
    builder = Builder(file)
    return Document(file, builder.value(node, ()), builder.lines)


def compose(text: str, file: str) -> yaml.Node | None:
    try:
        return PlainLoader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TemplateFileError([Problem(file, line, "", error.problem or "is not YAML")]) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise TemplateFileError([Problem(file, line, "", UNSHOWABLE)]) from error
    except (ValueError, OverflowError) as error:
        # PyYAML lets the impossible code point of an escape such as "\UFFFFFFFF" through to chr().
        raise TemplateFileError([Problem(file, 1, "", "holds an impossible character escape")]) from error
