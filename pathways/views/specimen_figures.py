"""Specimens of the dashboards' figures, of each drawing there is, with numbers that no case has."""

from dataclasses import replace

from pathways.dashboards.measures import Column
from pathways.enums import Phase, PhaseState
from pathways.forms.figures import PeriodFilter
from pathways.views.case_time import Mark, Stretch
from pathways.views.dashboard_pages import PAGES
from pathways.views.figures import Cell, Row, Shown, Span, drawn
from pathways.views.specimens import Specimen

PLACES = [
    (PhaseState.FINISHED, 0, 60),
    (PhaseState.IN_PROGRESS, 10, 90),
    (PhaseState.BLOCKED, 40, 60),
    (PhaseState.OVERDUE, 90, 10),
    (PhaseState.FINISHED, 20, 1),
    (PhaseState.NOT_STARTED, 0, 0),
]
LEADS = "/dashboards/"
NUMBERS = {"Stabilisation": [3, 0, 12], "Rehabilitation, in a team with a long name": [1, 7, 2]}


def drawings(sample):
    tabs = [(LEADS, "Phase progress", False), (LEADS, "Overdue", True)]
    yield Specimen("The way to each dashboard", sample.show("pathways/_dashboard_tabs.html", tabs=tabs))
    filters = PeriodFilter({"days": "30"}, team=[("rowan", "Rowan team"), ("alder", "Alder team")])
    shown = sample.show("pathways/_dashboard_filters.html", filters=filters.shown())
    yield Specimen("What a dashboard counts", shown)
    for page, name, caption in (
        ("overdue", "item", "Bars of the longest"),
        ("team", "age", "Bars by age"),
        ("completeness", "phase", "Bars of a whole"),
        ("waiting", "item", "Numbers with a shade"),
        ("flow", "phase", "Columns week by week"),
        ("time-in-phase", "phase", "Spans"),
    ):
        yield Specimen(caption, sample.show("pathways/_figure.html", shown=figure(page, name)))
    yield Specimen("One case over time", sample.show("pathways/_stretches.html", stretches=stretches()))
    nothing = replace(figure("overdue", "item"), name="empty", total=0)
    yield Specimen(
        "Nothing to draw", sample.show("pathways/_figure.html", shown=nothing, page=PAGES["overdue"])
    )


def stretches():
    marks = [
        Mark("Obtain the scan", LEADS, "1 Nov 2026, 10:00", 20),
        Mark("Operate", LEADS, "9 Nov 2026, 10:00", 45),
    ]
    for phase, (state, start, width) in zip(Phase, PLACES, strict=True):
        said = f"from 1 Nov 2026, {width} days" if width else "not started"
        yield Stretch(phase, state.value, state.label, said, start, width, marks if width > 50 else [])


def figure(page, name):
    shape = PAGES[page].figures[name]
    marks = {"overdue": "late", "team": "age"}.get(page, "")
    states = ("finished", "in_progress", "not_started")
    labels = ["First", "Second", "Third"]
    columns = [
        Column(label, label, mark=f"{marks}-{place}" if marks else states[place - 1])
        for place, label in enumerate(labels, start=1)
    ]
    rows = [_row(shape, label, numbers, columns) for label, numbers in NUMBERS.items()]
    key = [(column.mark, column.label) for column in columns] if shape.drawing == "bars" else []
    return Shown(f"{page}-{name}", shape, labels, key, drawn(shape, rows), len(rows), 25, LEADS)


def _row(shape, label, numbers, columns):
    cells = [
        Cell(number, LEADS if number else "", column.label, column.mark)
        for number, column in zip(numbers, columns, strict=True)
    ]
    span = Span(
        {"least": 0.4, "low": 2, "median": 4, "high": 9, "most": 20}, "median 4.0, middle half 2 to 9", 15
    )
    return Row(label, cells, ["4.0"] * len(shape.beside), span if shape.drawing == "spans" else None)
