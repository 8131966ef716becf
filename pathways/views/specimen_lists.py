"""Specimens of lists of cases: the table, what narrows it, what an empty one says, and the figures."""

from types import SimpleNamespace

from django.urls import reverse

from pathways.clocks import show_time
from pathways.enums import CaseOutcome, CaseStatus, Phase, PhaseState
from pathways.forms.filters import CaseFilters, understood
from pathways.models import PhaseProgress, SavedView
from pathways.views import case_list, case_rows, dashboards
from pathways.views.specimens import (
    COLLEAGUE,
    DISCIPLINE,
    REFERENCE,
    TEAM,
    YOU,
    Sample,
    Specimen,
    sent,
    template_version,
)

OFFERED = {
    "team": [(TEAM.code, TEAM.name), ("alder", "Alder team")],
    "assignee": [("1", f"{YOU} (you)"), ("2", str(COLLEAGUE))],
    "template": [
        ("spinal-metastases", "Spinal metastases"),
        ("spinal-metastases~1", "Spinal metastases, version 1"),
    ],
    "site": [("prostate", "Prostate"), ("breast", "Breast")],
}
COUNTS = {"attention": 120, "mine": 3, "open": 240}
ONLY, MIDDLE = {"number": 1, "first": 1, "to": 4, "last": 1}, {"number": 2, "first": 51, "to": 54, "last": 3}

NOTHING, UNTOUCHED, FINISHED = {"applicable": 0}, {"applicable": 6}, {"applicable": 6, "settled": 6}
BEGUN, STUCK = {"applicable": 6, "settled": 3}, {"applicable": 6, "settled": 2, "blocked": 1}
CLOSED = {"status": CaseStatus.CLOSED}
VIEW = SavedView(pk=1, version=1, name="Pain, overdue", team=TEAM)
SAVED = {
    "tabs": [(VIEW, "", True), (SavedView(pk=2, name="Mine"), "", False)],
    "chosen": VIEW,
    "modified": True,
    "may_change": True,
    "reset": "",
    "query": "",
    "new": "/cases/views/new/",
    "token": "0" * 32,
}
NEXT = {
    "title": "",
    "template_item__title": "The step that is due first",
    "template_item__discipline__title": DISCIPLINE.title,
    "assignee__display_name": None,
}


def lists(sample):
    narrowed = {"view": "attention", "due": "overdue", "phase": "pain", "state": "none"}
    yield results("Open cases, narrowed", sample, open_rows(sample), MIDDLE, **narrowed)
    yield results("Closed cases", sample, closed_rows(sample), ONLY, view="closed")
    yield results("Nothing matches", sample, [], ONLY, view="open", q="SM-9", status="on_hold")
    yield results("Nothing to do", sample, [], ONLY, view="mine")


def figures(sample):
    """Every state in every phase, and none at all."""
    spread = {state: 3 * (number + 1) for number, state in enumerate(PhaseState)}
    for caption, numbers in (("Figures", spread), ("Figures of no cases", dict.fromkeys(PhaseState, 0))):
        context = {
            "phases": [dashboards.phase_row(phase, numbers, case_list.address) for phase in Phase],
            "states": [(state.value, state.label, text) for state, text in dashboards.STATES.items()],
            "tiles": [
                dashboards.tile("Open cases", sum(numbers.values()), case_list.address()),
                dashboards.tile("On hold", 0, ""),
            ],
            "cases": sum(numbers.values()),
            "few": not any(numbers.values()),
            "csv": reverse("dashboard_progress_csv"),
        }
        yield Specimen(caption, sample.show("pathways/_progress_figure.html", **context))


def results(caption, sample, rows, pages, **asked):
    """The list as its page shows it; what was asked for in vain is left out."""
    filters, left_out = understood(CaseFilters, sent(**asked), **OFFERED)
    others = {name: case_list.address(page=1) if pages["last"] > 1 else "" for name in ("previous", "next")}
    context = {
        "rows": rows,
        "said": f"{len(rows)} cases",
        "pages": pages | others,
        "left_out": left_out,
        "as_at": show_time(sample.now),
        "team_column": True,
        "request": SimpleNamespace(path=reverse("case_list"), get_full_path=reverse("case_list")),
    }
    context |= case_list.controls(filters, filters.cleaned_data, COUNTS)
    context["saved"] = SAVED
    return Specimen(caption, sample.show("pathways/_case_results.html", **context))


def open_rows(sample):
    """Every state of a phase, and every state of a next step."""
    late, soon = {"due_at": sample.ago(days=2)}, {"due_at": sample.ahead(days=3)}
    states = [FINISHED, STUCK | {"next_due": sample.ago(days=2)}, STUCK, BEGUN, UNTOUCHED, NOTHING]
    return [
        case_row(sample, 1, states, step=late | {"assignee__display_name": str(COLLEAGUE)}),
        case_row(sample, 2, [FINISHED] * 5 + [BEGUN], step=soon, status=CaseStatus.ON_HOLD),
        case_row(sample, 3, [UNTOUCHED] * 6, step={"due_at": None}, details={}),
        case_row(sample, 4, [FINISHED] * 6),
    ]


def closed_rows(sample):
    return [
        case_row(
            sample, number, [FINISHED] * 3 + [BEGUN] * 3, **CLOSED, closed_at=sample.now, outcome=outcome
        )
        for number, outcome in enumerate(CaseOutcome, start=1)
    ]


def case_row(sample, number, phases, *, step=None, **fields):
    case = Sample(sample.request, reference=f"{REFERENCE}{number}", **fields).case
    counts = [PhaseProgress(phase=phase, **each) for phase, each in zip(Phase, phases, strict=True)]
    step = step and SimpleNamespace(**NEXT | step)
    url = reverse("case_detail", args=[case.reference])
    return case_rows.row(case, counts, step, now=sample.now, words=words(), url=url, team=TEAM.name)


def words():
    """Labels by case field and value."""
    choices = {each["code"]: each.get("choices", []) for each in template_version().case_fields}
    return {code: {each["value"]: each["label"] for each in offered} for code, offered in choices.items()}
