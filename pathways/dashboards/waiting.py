"""Cases that waited on an item past its due time, week by week."""

from datetime import time, timedelta

from django.db.models import Q

from ..clocks import LONDON, from_wall
from ..models import ChecklistItem
from ..models.cases import WAITED
from .measures import ITEM, ITEM_WORDS, Column, Measure

MOST_STEPS = 8
LONG = timedelta(days=100)


def steps(scope):
    """The Mondays on which the weeks of the period began, the oldest first; of a long period every fourth."""
    today = scope.now.astimezone(LONDON).date()
    next_monday = today + timedelta(days=7 - today.weekday())
    step = timedelta(weeks=4 if timedelta(days=scope.days) > LONG else 1)
    number = max(1, timedelta(days=scope.days) // step)
    return [(next_monday - back * step, step) for back in range(number, 0, -1)]


def end_of(step, now):
    """When the weeks ended, or now while they go on."""
    monday, length = step
    return min(from_wall(monday + length, time(0)), now)


def step_column(step, condition):
    monday, _ = step
    return Column(f"from-{monday:%Y-%m-%d}", f"{monday.day} {monday:%b}", condition)


def waits_at(moment):
    """Due before, and then neither settled nor of a closed case."""
    open_then = Q(settled_at__isnull=True) | Q(settled_at__gt=moment)
    asked_then = Q(case__closed_at__isnull=True) | Q(case__closed_at__gt=moment)
    return Q(due_at__lte=moment) & open_then & asked_then


def items(scope):
    """Those that waited past their due time at some time since the first of the weeks ended."""
    first = end_of(steps(scope)[-MOST_STEPS:][0], scope.now)
    open_then = Q(settled_at__isnull=True) | Q(settled_at__gt=first)
    asked_then = Q(case__closed_at__isnull=True) | Q(case__closed_at__gt=first)
    return scope.of_cases(ChecklistItem).filter(WAITED, open_then, asked_then, due_at__lte=scope.now)


def columns(scope):
    return [step_column(step, waits_at(end_of(step, scope.now))) for step in steps(scope)[-MOST_STEPS:]]


MEASURES = {"item": Measure(items, columns, ITEM, ITEM_WORDS)}
