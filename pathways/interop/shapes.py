"""The strict base, the field types and the worded errors that all content files share."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pathways.interop.yaml_lines import Document, FieldPath, Problem, TemplateFileError, read_yaml
from pathways.near import near

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
VALUE = re.compile(r"[A-Za-z0-9]+(_[a-z0-9]+)*")
SOURCE_CODE = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")

Finding = tuple[FieldPath, str]

WORDING = {
    "missing": "is missing",
    "union_tag_not_found": "is missing",
    "extra_forbidden": "is not a known field{near}",
    "string_type": "must be text (a number, true or false needs quotes)",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "{input} does not fit the pattern {pattern}",
    "int_type": "must be a number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must hold named fields",
    "model_type": "must hold named fields",
    "model_attributes_type": "must hold named fields",
    "too_short": "needs at least {min_length}",
    "literal_error": "{input} is not one of {expected}",
    "enum": "{input} is not one of {expected}",
    "union_tag_invalid": "'{tag}' is not one of {expected_tags}",
    "value_error": "{error}",
}


MOST_PROBLEMS = 100


class Shape(BaseModel):
    """Refuses unknown fields and converts nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)

    def stored(self) -> dict[str, Any]:
        """As JSON columns hold it: what the file said, without what only repeats a default."""
        return self.model_dump(mode="json", exclude_defaults=True)


class ContentFile(Shape):
    """Every content file says which schema it was written for."""

    file_schema: Literal[1] = Field(alias="schema")


ShapeT = TypeVar("ShapeT", bound=Shape)


def shown(value: object) -> str:
    """A value as an error quotes it, cut to a length that people read."""
    text = "nothing" if value is None else f"'{value}'"
    return text if len(text) <= 60 else f"{text[:57]}…'"


def matching(pattern: re.Pattern[str], kind: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"{shown(value)} is not {kind}")
        return value

    return AfterValidator(check)


Slug = Annotated[
    str, Field(max_length=60), matching(SLUG, "a code of small letters and digits joined by hyphens")
]
Name = Annotated[
    str, Field(max_length=60), matching(NAME, "a code of small letters and digits joined by underscores")
]
Value = Annotated[
    str, Field(max_length=60), matching(VALUE, "a value of letters and digits joined by underscores")
]
SourceCode = Annotated[
    str, Field(max_length=60), matching(SOURCE_CODE, "a code of letters and digits joined by hyphens")
]
Label = Annotated[str, Field(min_length=1, max_length=120)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Paragraph = Annotated[str, Field(min_length=1, max_length=1000)]
Number = int | float


class Choice(Shape):
    """One answer to pick."""

    value: Value
    label: Title


def doubled(path: FieldPath, codes: Iterable[str], *inner: str) -> Iterator[Finding]:
    """A finding for each code of a list that stood there before; `inner` leads from an entry to its code."""
    met: set[str] = set()
    for number, code in enumerate(codes):
        if code in met:
            yield (*path, number, *inner), f"'{code}' stands twice"
        met.add(code)


def unknown(path: FieldPath, codes: Iterable[str], known: Iterable[str], kind: str) -> Iterator[Finding]:
    """A finding for each code of a list that names nothing."""
    names = dict.fromkeys(known)
    for number, code in enumerate(codes):
        if code not in names:
            yield (*path, number), f"'{code}' is not {kind}{near(code, names)}"


def read_shape(text: str, shape: type[ShapeT], *, file: str) -> tuple[Document, ShapeT]:
    """Raise TemplateFileError with the first hundred errors of shape, each at its line."""
    document = read_yaml(text, file=file)
    try:
        return document, shape.model_validate(document.content)
    except ValidationError as error:
        errors = error.errors(include_url=False)[:MOST_PROBLEMS]
        raise TemplateFileError(worded(document, each) for each in errors) from error


def worded(document: Document, error: Any) -> Problem:
    context = {**error.get("ctx", {}), "input": shown(error["input"]), "near": ""}
    wording = WORDING.get(error["type"])
    if error["type"] == "extra_forbidden":
        context["near"] = near(error["loc"][-1], field_names(Shape))
    return document.problem(path_of(document, error), wording.format(**context) if wording else error["msg"])


@cache
def field_names(shape: type[Shape]) -> set[str]:
    """Those of the shape and of all that are derived from it."""
    derived = (field_names(each) for each in shape.__subclasses__())
    return {field.alias or name for name, field in shape.model_fields.items()}.union(*derived)


def path_of(document: Document, error: Any) -> FieldPath:
    """Where the file has the error: pydantic's path without the union tags it inserts."""
    path: FieldPath = ()
    for part in error["loc"]:
        if (*path, part) in document.lines:
            path = (*path, part)
    if error["type"] == "missing":
        return (*path, error["loc"][-1])
    discriminator = error.get("ctx", {}).get("discriminator")
    return (*path, discriminator.strip("'")) if discriminator else path
