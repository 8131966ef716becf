"""What a file may say of an instrument: its parts, its points and its bands."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pathways.interop.shapes import Finding, Label, Name, Paragraph, Shape, SourceCode, Title, Value, doubled


class Band(Shape):
    """A range of totals (or of the order of grades) with the name its authors published."""

    code: Name
    label: Label
    min: int
    max: int


class Instrument(Shape):
    code: Name
    title: Title
    version: Annotated[int, Field(ge=1)]
    higher_is: Literal["worse", "better"]
    scope: Title
    bands: Annotated[list[Band], Field(min_length=1)]
    note: Paragraph | None = None
    sources: list[SourceCode] = []

    def span(self) -> tuple[int, int]:
        """The lowest and highest number that the bands must cover."""
        raise NotImplementedError

    def findings(self) -> Iterator[Finding]:
        """What is wrong beyond the shape, at paths inside the instrument."""
        yield from doubled(("bands",), [band.code for band in self.bands], "code")
        low, high = self.span()
        expected = low
        for number, band in enumerate(self.bands):
            if band.min != expected or band.max < band.min:
                yield ("bands", number, "min"), f"the bands leave a gap or overlap: expected {expected}"
            expected = band.max + 1
        if expected != high + 1:
            yield ("bands", len(self.bands) - 1, "max"), f"the bands end at {expected - 1}, not at {high}"


class PointsOption(Shape):
    value: Value
    label: Title
    points: int


class Component(Shape):
    code: Name
    title: Title
    options: Annotated[list[PointsOption], Field(min_length=2)]


class SumInstrument(Instrument):
    """A total of the points of one option from each component."""

    type: Literal["sum"]
    min: int
    max: int
    components: Annotated[list[Component], Field(min_length=1)]

    def span(self) -> tuple[int, int]:
        points = [[option.points for option in component.options] for component in self.components]
        return sum(map(min, points)), sum(map(max, points))

    def findings(self) -> Iterator[Finding]:
        yield from super().findings()
        low, high = self.span()
        if (self.min, self.max) != (low, high):
            yield ("max",), f"the points add up to {low} to {high}, not {self.min} to {self.max}"
        yield from doubled(("components",), [each.code for each in self.components], "code")
        for number, component in enumerate(self.components):
            path = ("components", number, "options")
            yield from doubled(path, [option.value for option in component.options], "value")


class GradeOption(Shape):
    value: Value
    label: Title
    order: int
    frankel: Title | None = None
    karnofsky: Title | None = None
    closes_case: bool = False


class GradeInstrument(Instrument):
    """One grade out of an ordered list."""

    type: Literal["grade"]
    options: Annotated[list[GradeOption], Field(min_length=2)]

    def span(self) -> tuple[int, int]:
        return 0, len(self.options) - 1

    def findings(self) -> Iterator[Finding]:
        yield from super().findings()
        yield from doubled(("options",), [option.value for option in self.options], "value")
        for number, option in enumerate(self.options):
            if option.order != number:
                yield ("options", number, "order"), f"the grades are numbered from 0: expected {number}"


class ScaleInstrument(Instrument):
    """One number that the person reports."""

    type: Literal["scale"]
    min: int
    max: int
    step: Annotated[int, Field(ge=1)]
    anchors: dict[str, str] = {}

    def span(self) -> tuple[int, int]:
        return self.min, self.max


AnyInstrument = Annotated[SumInstrument | GradeInstrument | ScaleInstrument, Field(discriminator="type")]
