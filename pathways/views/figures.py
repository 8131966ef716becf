"""What a dashboard shows of a measure: rows of numbers, each the address of what it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from pathways.dashboards.measures import OWN
from pathways.enums import Phase, ReasonOrigin
from pathways.views.case_rows import width

FEW = 5
MOST_ROWS = 20
GAP = 0.8
OWN_ITEMS = "Items added to one case"


class Cell(NamedTuple):
    """A number, where it leads and how it is drawn; sizes are in per cent, the shade from 0 to 4."""

    number: int
    url: str
    label: str
    mark: str
    width: str = ""
    height: int = 0
    x: float = 0
    step: float = 0
    shade: int = 0

    @property
    def top(self):
        return 100 - self.height


class Span(NamedTuple):
    """From where to where values of a row lie, in per cent of the scale, in words, and how many they are."""

    marks: dict
    said: str
    of: int

    @property
    def box(self):
        return round(self.marks["high"] - self.marks["low"], 1) if "low" in self.marks else 0

    @property
    def is_few(self):
        return self.of < FEW


class Row(NamedTuple):
    label: str
    cells: list[Cell]
    more: list[str]
    span: Span | None

    @property
    def total(self):
        return sum(cell.number for cell in self.cells)

    @property
    def newest(self):
        return self.cells[-1].number

    @property
    def url(self):
        """Where the row's drawing leads."""
        return next((cell.url for cell in self.cells if cell.url), "")

    @property
    def rest(self):
        """The class of what a bar leaves free."""
        return f"w{max(0, 100 - sum(int(cell.width[1:]) for cell in self.cells))}"


@dataclass(frozen=True)
class Figure:
    """How measures of one page are shown. `more` works out what stands beside the numbers: it takes the
    scope, the measure and its groups, and gives for the key of a group texts under the headings `beside`,
    and what a span is drawn from. Bars that `adds_up` are each drawn as one whole, others by the longest.
    """

    title: str
    about: str
    heading: str
    unit: str
    measures: tuple[str, ...]
    drawing: str = "bars"
    beside: tuple[str, ...] = ()
    more: Callable | None = None
    scale: str = ""
    in_order: bool = False
    adds_up: bool = False
    is_turned: bool = False


@dataclass(frozen=True)
class Shown:
    """A figure with its numbers: `rows` are the first of `every`."""

    name: str
    figure: Figure
    headings: list[str]
    key: list[tuple[str, str]]
    rows: list[Row]
    every: int
    total: int
    csv: str

    @property
    def is_few(self):
        return 0 < self.total < FEW

    @property
    def most(self):
        return max(cell.number for row in self.rows for cell in row.cells)

    @property
    def head(self):
        columns = [row.label for row in self.rows] if self.figure.is_turned else self.headings
        return [self.figure.heading, *columns, *self.figure.beside]

    @property
    def lines(self):
        """The table: heading, cells and texts of each row."""
        if not self.figure.is_turned:
            return [(row.label, row.cells, row.more) for row in self.rows]
        return [
            (heading, [row.cells[place] for row in self.rows], [])
            for place, heading in enumerate(self.headings)
        ]


def shown(name, page, scope, link, csv, counted, limit=MOST_ROWS):
    """A figure of the page for this scope, from the groups `counted` of its measures; `more` may ask again.

    `link` gives a number its address.
    """
    figure, rows, total, columns = page.figures[name], [], 0, []
    for each in figure.measures:
        measure = page.measures[each]
        columns, groups = measure.columns(scope), counted[each]
        if figure.in_order:
            groups.sort(key=lambda group: group.key)
        elif figure.drawing == "heat":
            groups.sort(key=lambda group: group.newest, reverse=True)
        total += sum(group.total for group in groups)
        beside = figure.more(scope, measure, groups) if figure.more else {}
        for group in groups:
            label = label_of(each, dict(zip(measure.by, group.key, strict=True)), group.words, scope.sites)
            texts = beside.get(group.key, ([""] * len(figure.beside), None))
            rows.append(Row(label, _cells(each, measure, columns, group, link), *texts))
    limit = None if figure.in_order else limit
    key = [(column.mark, column.label) for column in columns if column.mark]
    headings = [column.label for column in columns]
    return Shown(name, figure, headings, key, drawn(figure, rows)[:limit], len(rows), total, csv)


def _cells(name, measure, columns, group, link):
    return [
        Cell(number, link(name, measure, group.key, column.name) if number else "", column.label, column.mark)
        for column, number in ((column, group.numbers[column.name]) for column in columns)
    ]


def drawn(figure, rows):
    """With the size of each mark: of its own row, of the longest, or of the greatest number."""
    longest = max((row.total for row in rows), default=0)
    most = max((cell.number for row in rows for cell in row.cells), default=0) or 1
    end = max((row.span.marks["most"] for row in rows if row.span), default=0) or 1
    return [
        row._replace(
            cells=[
                cell._replace(
                    width=width(cell.number, row.total if figure.adds_up else longest),
                    height=round(100 * cell.number / most),
                    x=round(100 * place / len(row.cells), 1),
                    step=round(100 * GAP / len(row.cells), 1),
                    shade=-(-4 * cell.number // most),
                )
                for place, cell in enumerate(row.cells)
            ],
            span=row.span and _scaled(row.span, 100 if figure.scale else end),
        )
        for row in rows
    ]


def _scaled(span, end):
    return span._replace(marks={name: round(100 * value / end, 1) for name, value in span.marks.items()})


def label_of(name, key, words, sites):
    """A group in words: what the product calls a phase, an origin, an item, or what the rows say."""
    if "item" in key:
        title = OWN_ITEMS if key["item"] == OWN else f"{words[0]} ({words[1]})"
        return f"{title}, {key['month']:%b %Y}" if "month" in key else title
    parts = [
        sites.get(value, "Not entered") if part == "site" else _part(part, value, words)
        for part, value in key.items()
    ]
    return ", ".join(parts) or name.capitalize()


def _part(name, value, words):
    if name == "phase":
        return f"{value} {Phase(value).label}"
    if name == "origin":
        return ReasonOrigin(value).label
    if name == "reason":
        return f"{words[0]} ({ReasonOrigin(words[1]).label.lower()})"
    return words[0] or OWN_ITEMS


def written(name, value):
    """One of a group's values as an address holds it."""
    if value is None:
        return ""
    return Phase(value).code if name == "phase" else str(value)


def read(name, text):
    """The value again; raises KeyError or ValueError for what is none."""
    if name == "phase":
        return Phase.from_code(text).value
    if name == "month":
        return date.fromisoformat(text)
    return text or None


def linking(page, filters):
    """A function that gives the address of the rows behind a number of this page under these filters."""
    kept = [(name, value) for name, value in filters.cleaned_data.items() if value]
    base = reverse("dashboard_rows", args=[page])

    def link(figure, measure, key, column):
        parts = [("row", written(name, value)) for name, value in zip(measure.by, key, strict=True)]
        return f"{base}?{urlencode([('figure', figure), *parts, ('column', column), *kept])}"

    return link
