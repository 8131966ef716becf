"""Pages of figures about cases; every number leads to the cases behind it."""

from functools import partial

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways import dashboards
from pathways.clocks import show_time
from pathways.dashboards.measures import Scope
from pathways.enums import PhaseState
from pathways.forms.figures import NowFilter
from pathways.forms.filters import understood
from pathways.views.case_list import address
from pathways.views.case_rows import width
from pathways.views.figure_csv import csv_file
from pathways.views.figure_pages import offered, query, tabs
from pathways.views.offered import versions_in_use

FEW = 5
STATES = {
    PhaseState.NOT_STARTED: "No item that counts has been begun, or none applies.",
    PhaseState.IN_PROGRESS: "An item has been begun or settled, and none is overdue or blocked.",
    PhaseState.BLOCKED: "An item is blocked, and none is overdue.",
    PhaseState.OVERDUE: "The target time of an open item has passed.",
    PhaseState.FINISHED: "Every item that applies is settled.",
}


@require_safe
def dashboard_first(request):
    return redirect("dashboard_progress")


@require_safe
def dashboard_progress(request):
    """Seven queries, session, user and memberships included."""
    filters, left_out, scope, link = _asked(request)
    cases = scope.cases.filter(dashboards.OPEN)
    figure = dashboards.phase_progress(cases, scope.now)
    tiles = _tiles(cases, scope.now, link)
    context = {
        "phases": [phase_row(phase, numbers, link) for phase, numbers in figure.items()],
        "states": [(state.value, state.label, text) for state, text in STATES.items()],
        "tiles": tiles,
        "cases": tiles[0]["number"],
        "few": tiles[0]["number"] < FEW,
        "scope": _words(filters),
        "as_at": show_time(scope.now),
        "csv": f"{reverse('dashboard_progress_csv')}?{query(filters)}",
        "tabs": tabs(),
        "filters": filters.shown(),
        "left_out": left_out,
    }
    return render(request, "pathways/dashboard_progress.html", context, status=422 if left_out else 200)


@require_safe
def dashboard_progress_csv(request):
    filters, _, scope, link = _asked(request)
    figure = dashboards.phase_progress(scope.cases.filter(dashboards.OPEN), scope.now)
    rows = [phase_row(phase, numbers, link) for phase, numbers in figure.items()]
    lines = [
        (f"{row['number']} {row['label']}", *(part["number"] for part in row["parts"]), row["total"])
        for row in rows
    ]
    head = ("Phase", *(state.label for state in STATES), "Open cases")
    titles = ("Phase progress", "Open cases by phase and state")
    return csv_file(request.user, "phase-progress", titles, filters, scope.now, [head, *lines])


def _asked(request):
    """The filters, those that were left out, whose cases they leave, and what gives the address of some."""
    choices = offered(NowFilter, request.user, versions_in_use())
    filters, left_out = understood(NowFilter, request.GET, **choices)
    scope = Scope(request.user, timezone.now(), **filters.scope())
    return filters, left_out, scope, partial(address, view="open", **filters.cleaned_data)


def _words(filters):
    """Whose cases the page is about."""
    names = filters.fields["team"].offered
    team = filters.cleaned_data["team"] or (len(names) == 1 and next(iter(names)))
    others = [text for name, _, text in filters.applied() if name != "team"]
    return ", ".join([names.get(team, "All teams" if names else "You are in no team"), *others])


def _tiles(cases, now, link):
    """The figures above the bars. A case counts once in each, however many of its phases are so."""
    counts = dashboards.case_counts(
        cases,
        open=dashboards.OPEN,
        overdue=dashboards.in_state(PhaseState.OVERDUE, now=now),
        blocked=dashboards.in_state(PhaseState.BLOCKED, now=now),
        on_hold=dashboards.ON_HOLD,
    )
    return [
        tile("Open cases", counts["open"], link()),
        tile("With an overdue phase", counts["overdue"], link(state=PhaseState.OVERDUE)),
        tile("With a blocked phase", counts["blocked"], link(state=PhaseState.BLOCKED)),
        tile("On hold", counts["on_hold"], link(status="on_hold")),
    ]


def tile(label, number, url):
    return {"label": label, "number": number, "url": url}


def phase_row(phase, numbers, link):
    """One row of the figure: a part for each state, in the order of the key."""
    total = sum(numbers.values())
    parts = [
        {
            "state": state.value,
            "label": state.label.lower(),
            "number": numbers[state],
            "width": width(numbers[state], total),
            "url": numbers[state] and link(phase=phase.code, state=state.value),
        }
        for state in STATES
    ]
    return {"number": phase.value, "label": phase.label, "parts": parts, "total": total}
