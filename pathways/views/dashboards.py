"""Pages of figures about cases; every number leads to the cases behind it."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways import dashboards
from pathways.clocks import show_time
from pathways.enums import PhaseState
from pathways.forms.filters import TeamFilter, understood
from pathways.models import Case
from pathways.views.case_list import address, teams_seen
from pathways.views.case_rows import width

FEW = 5
STATES = {
    PhaseState.NOT_STARTED: "No item that counts has been begun, or none applies.",
    PhaseState.IN_PROGRESS: "An item has been begun or settled, and none is overdue or blocked.",
    PhaseState.BLOCKED: "An item is blocked, and none is overdue.",
    PhaseState.OVERDUE: "The target time of an open item has passed.",
    PhaseState.FINISHED: "Every item that applies is settled.",
}


@require_safe
def dashboard_progress(request):
    """Six queries, session, user and memberships included."""
    now = timezone.now()
    teams = dict(teams_seen(request.user).values_list("code", "name"))
    filters, left_out = understood(TeamFilter, request.GET, team=teams.items())
    team = filters.cleaned_data["team"]
    cases = Case.objects.visible_to(request.user).filter(dashboards.OPEN)
    cases = cases.filter(team__code=team) if team else cases
    figure = dashboards.phase_progress(cases, now)
    tiles = _tiles(cases, now, team)
    context = {
        "phases": [phase_row(phase, numbers, team) for phase, numbers in figure.items()],
        "states": [(state.value, state.label, text) for state, text in STATES.items()],
        "tiles": tiles,
        "cases": tiles[0]["number"],
        "few": tiles[0]["number"] < FEW,
        "scope": _scope(teams, team),
        "as_at": show_time(now),
        "filters": filters.shown(),
        "left_out": left_out,
    }
    return render(request, "pathways/dashboard_progress.html", context, status=422 if left_out else 200)


def _scope(names, team):
    """Whose cases the page is about."""
    if len(names) == 1:
        return next(iter(names.values()))
    return names.get(team, "All teams" if names else "You are in no team")


def _tiles(cases, now, team):
    """The figures above the bars. A case counts once in each, however many of its phases are so."""
    counts = dashboards.case_counts(
        cases,
        open=dashboards.OPEN,
        overdue=dashboards.in_state(PhaseState.OVERDUE, now=now),
        blocked=dashboards.in_state(PhaseState.BLOCKED, now=now),
        on_hold=dashboards.ON_HOLD,
    )
    return [
        tile("Open cases", counts["open"], team=team),
        tile("With an overdue phase", counts["overdue"], state=PhaseState.OVERDUE, team=team),
        tile("With a blocked phase", counts["blocked"], state=PhaseState.BLOCKED, team=team),
        tile("On hold", counts["on_hold"], status="on_hold", team=team),
    ]


def tile(label, number, **filters):
    return {"label": label, "number": number, "url": address(view="open", **filters)}


def phase_row(phase, numbers, team):
    """One row of the figure: a part for each state, in the order of the key."""
    total = sum(numbers.values())
    parts = [
        {
            "state": state.value,
            "label": state.label.lower(),
            "number": numbers[state],
            "width": width(numbers[state], total),
            "url": numbers[state] and address(view="open", phase=phase.code, state=state.value, team=team),
        }
        for state in STATES
    ]
    return {"number": phase.value, "label": phase.label, "parts": parts, "total": total}
