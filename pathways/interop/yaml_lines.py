"""Plain YAML with the line of every value, refusing what a content file never needs."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple, NoReturn

import yaml

MOST_BYTES = 256 * 1024
DEEPEST = 10

LARGEST = 10**15

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}")
WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
NEVER_IN_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

BYTE_ORDER_MARK = "\ufeff"
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


class Builder:
    """Turns the events of a document into plain values and notes their lines, refusing what is not plain."""

    def __init__(self, text: str, file: str) -> None:
        self.events = yaml.parse(text, Loader=yaml.CSafeLoader)  # libyaml: a fiftieth of the time
        self.file = file
        self.lines: dict[FieldPath, int] = {}

    def document(self) -> Any:
        """The value of the one document in the file."""
        event = self.next()
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            self.refuse(1, (), "is empty")
        content = self.value(event, ())
        while not isinstance(event, yaml.StreamEndEvent):
            event = self.next()
            if isinstance(event, yaml.DocumentStartEvent):
                self.refuse(line_of(event), (), "holds a second document")
        if content is None:
            self.refuse(1, (), "is empty")
        return content

    def next(self) -> Any:
        """The next event, unless it is a luxury."""
        event = next(self.events)
        if getattr(event, "anchor", None) is not None:
            self.refuse(line_of(event), (), "anchors and aliases are not allowed")
        if getattr(event, "tag", None) is not None:
            self.refuse(line_of(event), (), "tags are not allowed")
        return event

    def value(self, event: Any, path: FieldPath) -> Any:
        self.lines.setdefault(path, line_of(event))
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, path)
        if len(path) == DEEPEST:
            self.refuse(line_of(event), (), f"is nested deeper than {DEEPEST} levels")
        return self.mapping(path) if isinstance(event, yaml.MappingStartEvent) else self.sequence(path)

    def sequence(self, path: FieldPath) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            found.append(self.value(event, (*path, len(found))))
        return found

    def mapping(self, path: FieldPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(line_of(event), path, "a field name must be plain text")
            key = self.printable(event, path)
            if key in found:
                self.refuse(line_of(event), (*path, key), "stands twice")
            self.lines[*path, key] = line_of(event)
            found[key] = self.value(self.next(), (*path, key))
        return found

    def scalar(self, event: Any, path: FieldPath) -> Any:
        """YAML 1.2 core without its exotic numbers: `no` is text, and so is a date."""
        text = self.printable(event, path)
        if event.style:
            return text
        if text in WORDS:
            return WORDS[text]
        if INTEGER.fullmatch(text):
            return int(text)
        return decimal(text) if DECIMAL.fullmatch(text) else text

    def printable(self, event: Any, path: FieldPath) -> str:
        text = str(event.value)
        if UNPRINTABLE.search(text):
            self.refuse(line_of(event), path, UNSHOWABLE)
        return text

    def refuse(self, line: int, path: FieldPath, text: str) -> NoReturn:
        raise TemplateFileError([Problem(self.file, line, field_name(path), text)])


def line_of(event: Any) -> int:
    return int(event.start_mark.line) + 1


def decimal(text: str) -> float | str:
    """A number that can be written out again in as many digits; 0 has no sign."""
    number = float(text) + 0.0
    return number if abs(number) < LARGEST else text


def read_yaml(text: str, *, file: str) -> Document:
    """Raise TemplateFileError for anything but one plain document of at most 256 KB, in YAML or JSON."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise TemplateFileError([Problem(file, 1, "", f"is larger than {MOST_BYTES // 1024} KB")])
    text = text.removeprefix(BYTE_ORDER_MARK)
    if odd := NEVER_IN_YAML.search(text):
        raise TemplateFileError([Problem(file, text.count("\n", 0, odd.start()) + 1, "", UNSHOWABLE)])
    builder = Builder(text, file)
    try:
        return Document(file, builder.document(), builder.lines)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TemplateFileError([Problem(file, line, "", error.problem or "is not YAML")]) from error
