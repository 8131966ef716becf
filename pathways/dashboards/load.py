"""What one team has on its hands today: open items by discipline, and how long phases are under way."""

from datetime import time, timedelta

from django.db.models import F, Q

from ..clocks import LONDON, from_wall
from ..enums import CaseStatus
from ..models import ChecklistItem, PhaseProgress
from .measures import Column, Measure, with_start

AGES = (("age-1", "Up to 7 days", 0, 7), ("age-2", "8 to 28 days", 7, 28), ("age-3", "29 to 84 days", 28, 84),
        ("age-4", "85 days or more", 84, None))  # fmt: skip


def items(scope):
    """Open items that apply, of open cases."""
    return scope.of_cases(ChecklistItem).filter(
        ~Q(case__status=CaseStatus.CLOSED),
        applies_since__isnull=False,
        settled_at__isnull=True,
        retired_at__isnull=True,
    )


def due(scope):
    """The London day ends at midnight, the week after seven of them."""
    today = scope.now.astimezone(LONDON).date()
    tonight, next_week = (from_wall(today + timedelta(days=days), time(0)) for days in (1, 7))
    return [
        Column("overdue", "Overdue", Q(due_at__lt=scope.now), "overdue"),
        Column("today", "Today", Q(due_at__gte=scope.now, due_at__lt=tonight), "age-4"),
        Column("soon", "Within 7 days", Q(due_at__gte=tonight, due_at__lt=next_week), "age-2"),
        Column("later", "Later or no due time", Q(due_at__gte=next_week) | Q(due_at=None), "age-1"),
    ]


def phases(scope):
    """Phases under way in open cases; `started` is when each began."""
    still_open = ~Q(case__status=CaseStatus.CLOSED)
    rows = scope.of_cases(PhaseProgress).filter(still_open, finished_at__isnull=True, applicable__gt=0)
    return with_start(rows).filter(started__lte=scope.now)


def ages(scope):
    found = []
    for name, label, least, most in AGES:
        old = Q(started__lte=scope.now - timedelta(days=least))
        not_older = Q(started__gt=scope.now - timedelta(days=most)) if most else Q()
        found.append(Column(name, label, old & not_older, name))
    return found


MEASURES = {
    "discipline": Measure(
        items, due, {"discipline": F("template_item__discipline__code")},
        (F("template_item__discipline__title"),),
    ),
    "age": Measure(phases, ages, {"phase": F("phase")}),
}  # fmt: skip
