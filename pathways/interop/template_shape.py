"""What a template file may say: a header and six phases of items."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue

from pathways import clocks
from pathways.enums import Anchor, Basis, Phase, Requirement, VersionStatus
from pathways.interop.instrument_shapes import AnyInstrument
from pathways.interop.shapes import (
    Choice,
    ContentFile,
    Label,
    Name,
    Number,
    Paragraph,
    Shape,
    Slug,
    SourceCode,
    Title,
    shown,
)
from pathways.interop.vocabularies import AnyCaseField, Note, Source

ITEM_ANCHOR = "item:"


def known_phase(code: str) -> str:
    if code not in [phase.code for phase in Phase]:
        raise ValueError(f"{shown(code)} is not a phase")
    return code


def interval(text: str) -> str:
    clocks.parse_interval(text)
    return text


def anchor(text: str) -> str:
    if text not in (Anchor.CASE_OPENED, Anchor.PHASE_STARTED) and not text.startswith(ITEM_ANCHOR):
        raise ValueError(f"{shown(text)} is not case_opened, phase_started or item:<code>")
    return text


Interval = Annotated[str, Field(max_length=10), AfterValidator(interval)]


class AppliesWhen(Shape):
    """In words for people, and where a machine can tell, as a rule over the case fields."""

    text: Annotated[str, Field(min_length=1, max_length=300)]
    rule: dict[str, JsonValue] | None = None


class Target(Shape):
    """Due `within` an interval after the anchor."""

    anchor: Annotated[str, AfterValidator(anchor)]
    within: Interval
    basis: Annotated[Basis, Field(strict=False)]

    @property
    def anchor_item(self) -> str:
        """The code of the item that starts the clock, or nothing."""
        return self.anchor.removeprefix(ITEM_ANCHOR) if self.anchor.startswith(ITEM_ANCHOR) else ""

    def stored(self) -> dict[str, Any]:
        return {
            "anchor": Anchor.ITEM.value if self.anchor_item else self.anchor,
            "anchor_item": self.anchor_item,
            "within": self.within,
            "basis": self.basis.value,
        }


class PlainResponse(Shape):
    kind: Literal["tick", "date", "text"]


class NumberResponse(Shape):
    kind: Literal["number"]
    unit: Label
    min: Number
    max: Number


class ChoiceResponse(Shape):
    kind: Literal["choice"]
    multiple: bool = False
    choices: Annotated[list[Choice], Field(min_length=2)]


class ScoreResponse(Shape):
    kind: Literal["score"]
    instrument: Name


Response = Annotated[
    PlainResponse | NumberResponse | ChoiceResponse | ScoreResponse, Field(discriminator="kind")
]


class ItemShape(Shape):
    code: Slug
    title: Title
    guidance: Annotated[str, Field(max_length=1000)] = ""
    discipline: Slug
    requirement: Annotated[Requirement, Field(strict=False)]
    applies_when: AppliesWhen | None = None
    target: Target | None = None
    repeat: Interval | None = None
    response: Response
    depends_on: list[Slug] = []
    sources: list[SourceCode] = []

    def stored(self) -> dict[str, Any]:
        """The columns of a TemplateItem but for its version, phase, position and discipline."""
        no_target = {"anchor": "", "anchor_item": "", "within": "", "basis": ""}
        return {
            "code": self.code,
            "title": self.title,
            "guidance": self.guidance,
            "requirement": self.requirement.value,
            "applies_text": self.applies_when.text if self.applies_when else "",
            "applies_rule": self.applies_when.rule if self.applies_when else None,
            **(self.target.stored() if self.target else no_target),
            "repeat": self.repeat or "",
            "response": self.response.stored(),
            "depends_on": list(self.depends_on),
            "sources": list(self.sources),
        }


class PhaseShape(Shape):
    code: Annotated[str, AfterValidator(known_phase)]
    title: Label
    goal: Paragraph
    items: list[ItemShape]

    @property
    def phase(self) -> Phase:
        return Phase.from_code(self.code)


class HeaderShape(Shape):
    """The template itself, and the case fields and notes that its versions store."""

    code: Slug
    reference_prefix: Annotated[str, Field(pattern="^[A-Z]{2,6}$")]
    title: Title
    condition: Title
    summary: Annotated[str, Field(max_length=1000)] = ""
    sources_summary: Annotated[str, Field(max_length=1000)] = ""
    case_fields: list[Name]
    notes: list[Slug] = []


class VersionShape(Shape):
    """Where an exported file came from; nothing is stored of it."""

    number: Annotated[int, Field(ge=1)]
    status: Annotated[VersionStatus, Field(strict=False)]
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class TemplateShape(ContentFile):
    """A section of definitions that is left out is known from elsewhere: from a draft, or shared files."""

    version: VersionShape | None = None
    template: HeaderShape
    phases: list[PhaseShape]
    case_fields: list[AnyCaseField] | None = None
    instruments: list[AnyInstrument] | None = None
    sources: list[Source] | None = None
    notes: list[Note] | None = None
