"""The shared vocabularies that template files draw on, read from a folder of YAML files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from pathways.enums import ReasonOrigin
from pathways.interop.instrument_shapes import AnyInstrument
from pathways.interop.shapes import (
    Choice,
    ContentFile,
    Finding,
    Label,
    Name,
    Number,
    Paragraph,
    Shape,
    Slug,
    SourceCode,
    Title,
    doubled,
    read_shape,
    unknown,
)
from pathways.interop.yaml_lines import Problem, TemplateFileError


class Discipline(Shape):
    code: Slug
    title: Label


class Source(Shape):
    code: SourceCode
    title: Title
    url: Annotated[str, Field(pattern=r"^https://[^\s<>\"]+$", max_length=500)] | None = None


class Note(Shape):
    code: Slug
    title: Title
    text: Paragraph
    sources: list[SourceCode]


class ReasonCode(Shape):
    """A coded reason, for one or more of the statuses that demand one."""

    code: Slug
    label: Label
    origin: Annotated[ReasonOrigin, Field(strict=False)]
    for_not_applicable: bool = False
    for_not_done: bool = False
    for_blocked: bool = False
    needs_text: bool = False

    @model_validator(mode="after")
    def is_for_something(self) -> "ReasonCode":
        if not (self.for_not_applicable or self.for_not_done or self.for_blocked):
            raise ValueError("is a reason for nothing: set for_not_applicable, for_not_done or for_blocked")
        return self

    def stored(self) -> dict[str, Any]:
        """Every column, so that a flag taken out of the file is taken back."""
        return self.model_dump(mode="json")


class CaseField(Shape):
    code: Name
    title: Title
    help: Paragraph | None = None
    sources: list[SourceCode] = []

    def findings(self) -> Iterator[Finding]:
        """What is wrong beyond the shape, at paths inside the field."""
        yield from ()


class NumberField(CaseField):
    type: Literal["number"]
    unit: Label | None = None
    min: Number
    max: Number

    def findings(self) -> Iterator[Finding]:
        if self.min >= self.max:
            yield ("max",), f"must be more than the minimum, {self.min}"


class ChoiceField(CaseField):
    type: Literal["choice"]
    multiple: bool = False
    choices: Annotated[list[Choice], Field(min_length=2)]

    def findings(self) -> Iterator[Finding]:
        yield from doubled(("choices",), [choice.value for choice in self.choices], "value")


def compilable(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return pattern


class TextField(CaseField):
    type: Literal["text"]
    pattern: Annotated[str, Field(max_length=200), AfterValidator(compilable)] | None = None


class BooleanField(CaseField):
    type: Literal["boolean"]


AnyCaseField = Annotated[NumberField | ChoiceField | TextField | BooleanField, Field(discriminator="type")]


class DisciplineFile(ContentFile):
    disciplines: list[Discipline]


class SourceFile(ContentFile):
    sources: list[Source]


class CaseFieldFile(ContentFile):
    case_fields: list[AnyCaseField]


class InstrumentFile(ContentFile):
    instruments: list[AnyInstrument]


class NoteFile(ContentFile):
    notes: list[Note]


class ReasonCodeFile(ContentFile):
    reason_codes: list[ReasonCode]


@dataclass(frozen=True)
class Vocabulary:
    """Everything a template file may name, each list in the order in which people read it."""

    disciplines: list[Discipline]
    sources: list[Source]
    case_fields: list[AnyCaseField]
    instruments: list[AnyInstrument]
    notes: list[Note]
    reason_codes: list[ReasonCode]


class Reader:
    """Reads the files of one folder and collects the problems of all of them before it complains."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems: list[Problem] = []
        self.sources: list[str] | None = None

    def entries(self, file: str, shape: type[ContentFile], key: str) -> list[Any]:
        """The entries of one file, or none when it cannot be read at all."""
        try:
            document, content = read_shape(read_text(self.directory / file), shape, file=file)
        except TemplateFileError as error:
            self.problems += error.problems
            return []
        found: list[Any] = getattr(content, key)
        self.problems += [document.problem(*each) for each in findings(found, key, self.sources)]
        return found


def findings(entries: list[Any], key: str, sources: list[str] | None) -> Iterator[Finding]:
    """What is wrong beyond the shape; sources are looked up only once they could be read."""
    yield from doubled((key,), [entry.code for entry in entries], "code")
    for number, entry in enumerate(entries):
        path = (key, number)
        if sources is not None:
            yield from unknown((*path, "sources"), getattr(entry, "sources", []), sources, "a source")
        inner = entry.findings() if hasattr(entry, "findings") else ()
        yield from (((*path, *field), text) for field, text in inner)


def read_text(path: Path) -> str:
    """Raise TemplateFileError for a file that is missing or is not UTF-8 text."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise TemplateFileError([Problem(path.name, 1, "", "is missing")]) from error
    except UnicodeDecodeError as error:
        raise TemplateFileError([Problem(path.name, 1, "", "is not UTF-8 text")]) from error


def read_vocabulary(directory: Path) -> Vocabulary:
    """Raise TemplateFileError with the problems of every file in the folder."""
    reader = Reader(directory)
    sources = reader.entries("sources.yaml", SourceFile, "sources")
    reader.sources = [source.code for source in sources] or None
    vocabulary = Vocabulary(
        sources=sources,
        disciplines=reader.entries("disciplines.yaml", DisciplineFile, "disciplines"),
        case_fields=reader.entries("case_fields.yaml", CaseFieldFile, "case_fields"),
        instruments=reader.entries("instruments.yaml", InstrumentFile, "instruments"),
        notes=reader.entries("guidance_notes.yaml", NoteFile, "notes"),
        reason_codes=reader.entries("reason_codes.yaml", ReasonCodeFile, "reason_codes"),
    )
    if reader.problems:
        raise TemplateFileError(reader.problems)
    return vocabulary
