"""What was recorded on the occurrences of a repeating item, as a small line with its table."""

from dataclasses import dataclass

from pathways import responses
from pathways.clocks import show_time
from pathways.enums import ItemStatus, ResponseKind
from pathways.views.words import shown_response

WIDTH, HEIGHT, EDGE = 300, 72, 6
FEWEST = 2
MOST = 60


@dataclass(frozen=True)
class Point:
    """One occurrence: its number, when care happened, what was recorded, and its place in the drawing."""

    occurrence: int
    when: str
    value: str
    x: float
    y: float


@dataclass(frozen=True)
class Trend:
    """The newest occurrences, oldest first; `least` and `most` are the ends of the scale in words.

    Where several stand on a page, `of` is the name of each and `nth` makes its ids its own.
    """

    points: list[Point]
    least: str
    most: str
    of: str = ""
    nth: str = ""

    width = WIDTH
    height = HEIGHT

    @property
    def line(self):
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)

    @property
    def said(self):
        first, last = self.points[0], self.points[-1]
        return f"{first.value} on {first.when}, {last.value} on {last.when}"


def trend(items, case):
    """A trend of these occurrences of one item, or None where fewer than two hold a number.

    A sum is drawn on the scale of its instrument, a number between the least and the most recorded.
    """
    done = [each for each in items if each.status == ItemStatus.DONE and _number(each) is not None]
    done = sorted(done, key=lambda each: each.settled_at)[-MOST:]
    if len(done) < FEWEST:
        return None
    values = [_number(each) for each in done]
    least, most = _scale(done[-1], case, values)
    first, last = done[0].settled_at, done[-1].settled_at
    points = [
        Point(
            occurrence=each.occurrence,
            when=show_time(each.settled_at),
            value=shown_response(each, case),
            x=_place((each.settled_at - first) / (last - first) if last > first else 0.5, WIDTH),
            y=HEIGHT - _place((value - least) / (most - least) if most > least else 0.5, HEIGHT),
        )
        for each, value in zip(done, values, strict=True)
    ]
    return Trend(points, *(responses.show_number({}, each) for each in (least, most)))


def _number(item):
    """The number that the item holds, or None: a grade is a word."""
    kind, stored = item.response_spec["kind"], item.response
    if kind == ResponseKind.NUMBER:
        return stored.get("value")
    return stored.get("total") if kind == ResponseKind.SCORE else None


def _scale(item, case, values):
    instrument = item.instrument(case.template_version) or {}
    return instrument.get("min", min(values)), instrument.get("max", max(values))


def _place(share, length):
    return EDGE + share * (length - 2 * EDGE)
