"""Figures about cases, one function and one query each, and the conditions that find their cases."""

from django.db.models import Count, Exists, F, OuterRef, Q, Value

from ..enums import CaseStatus, Phase, PhaseState
from ..models import ChecklistItem, PhaseProgress
from ..progress import state_at

OPEN = ~Q(status=CaseStatus.CLOSED)
CLOSED = Q(status=CaseStatus.CLOSED)
ON_HOLD = Q(status=CaseStatus.ON_HOLD)
NOTHING = Q(pk__in=[])
UNDER_WAY = (PhaseState.IN_PROGRESS, PhaseState.BLOCKED, PhaseState.OVERDUE)


def in_state(*states, now, phase=None):
    """Cases with a phase in one of these states; any phase, unless one is named."""
    rows = _progress().filter(_is_one_of(states, now))
    return Q(Exists(rows.filter(phase=phase) if phase else rows))


def _is_one_of(states, now):
    """The same as asking `state_at`, without its CASE, which costs three times as much to put together.

    From its last condition to its first: each lets its own state in, or keeps it out, before all that follow.
    """
    ladder = state_at(now)
    found = ~NOTHING if ladder.default.value in states else NOTHING
    for when in reversed(ladder.cases):
        found = when.condition | found if when.result.value in states else ~when.condition & found
    return found


def needs_attention(now):
    """Open cases, those on hold among them, with an overdue or a blocked phase."""
    return OPEN & in_state(PhaseState.OVERDUE, PhaseState.BLOCKED, now=now)


def active_in(phase, now):
    """Cases in which the phase is under way, or is the first that still has open work."""
    open_phases = _progress().filter(settled__lt=F("applicable"))
    first = Q(Exists(open_phases.filter(phase=phase))) & ~Q(Exists(open_phases.filter(phase__lt=phase)))
    return in_state(*UNDER_WAY, now=now, phase=phase) | first


def assigned_to(person):
    """Cases with an open item that applies and is assigned to the person; `person` is a User or an id."""
    is_open = {"settled_at": None, "retired_at": None, "applies_since__isnull": False}
    return Q(Exists(ChecklistItem.objects.filter(case=OuterRef("pk"), assignee=person, **is_open)))


def due_between(start, end):
    """Cases whose earliest due time is in [start, end)."""
    due = Exists(_progress().filter(next_due__gte=start, next_due__lt=end))
    return Q(due) & ~due_before(start)


def due_before(moment):
    return Q(Exists(_progress().filter(next_due__lt=moment)))


def never_due():
    return ~Q(Exists(_progress().filter(next_due__isnull=False)))


def phase_progress(cases, now):
    """Phase to state to number of these cases: the figure behind the dashboard of the same name."""
    rows = PhaseProgress.objects.filter(Exists(cases.filter(pk=OuterRef("case")))).order_by()
    found = rows.annotate(state=state_at(now)).values_list("phase", "state").annotate(number=Count("pk"))
    figure = {phase: dict.fromkeys(PhaseState, 0) for phase in Phase}
    for phase, state, number in found:
        figure[Phase(phase)][PhaseState(state)] = number
    return figure


def case_counts(cases, **conditions):
    """How many of these cases meet each named condition; one query."""
    return dict.fromkeys(conditions, 0) | dict(counts_of(cases, **conditions))


def counts_of(cases, **conditions):
    """The query for it, in which each condition has its own plan; it leaves out what nothing meets."""
    counts = [
        cases.order_by()
        .filter(condition)
        .annotate(name=Value(name))
        .values_list("name")
        .annotate(Count("pk"))
        for name, condition in conditions.items()
    ]
    first, *others = counts
    return first.union(*others, all=True)


def _progress():
    return PhaseProgress.objects.filter(case=OuterRef("pk")).order_by()
