"""Cases opened and closed week by week, and the phases that were under way as each week ended."""

from datetime import time

from django.db.models import F, Q

from ..clocks import from_wall
from ..models import PhaseProgress
from .measures import Measure, with_start
from .waiting import end_of, step_column, steps


def phases(scope):
    """Of cases that were open at some time of the period; `started` is when each began."""
    start = _start(steps(scope)[0])
    rows = scope.of_cases(PhaseProgress).filter(
        Q(case__closed_at__isnull=True) | Q(case__closed_at__gt=start),
        Q(finished_at__isnull=True) | Q(finished_at__gt=start),
    )
    return with_start(rows).filter(started__lte=scope.now)


def since_the_first_week(field):
    """Cases whose field falls in the weeks, or after them."""

    def cases(scope):
        return scope.cases.filter(**{f"{field}__gte": _start(steps(scope)[0])})

    return cases


def under_way(scope):
    return [step_column(step, _under_way_at(end_of(step, scope.now))) for step in steps(scope)]


def in_week(field):
    """Columns of the weeks in which the field falls."""

    def columns(scope):
        return [
            step_column(step, Q(**{f"{field}__gte": _start(step), f"{field}__lt": end_of(step, scope.now)}))
            for step in steps(scope)
        ]

    return columns


def _under_way_at(moment):
    open_then = Q(case__closed_at__isnull=True) | Q(case__closed_at__gt=moment)
    unfinished = Q(finished_at__isnull=True) | Q(finished_at__gt=moment)
    return Q(started__lte=moment) & open_then & unfinished


def _start(step):
    return from_wall(step[0], time(0))


MEASURES = {
    "phase": Measure(phases, under_way, {"phase": F("phase")}),
    "opened": Measure(since_the_first_week("opened_at"), in_week("opened_at"), {}),
    "closed": Measure(since_the_first_week("closed_at"), in_week("closed_at"), {}),
}
