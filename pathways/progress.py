"""The one definition of phase progress; lists, cases, dashboards and exports all count by it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Case, F, Q, Value, When

from .enums import ItemStatus, Phase, PhaseState, Requirement
from .models import PhaseProgress


@dataclass
class Counts:
    """How far one phase is. Only first occurrences of applicable items count."""

    applicable: int = 0
    settled: int = 0
    in_progress: int = 0
    blocked: int = 0
    next_due: datetime | None = None
    finished_at: datetime | None = None


def counts(item):
    """Whether the item counts: a required one, or a conditional one that applies, in its first occurrence."""
    if item.occurrence != 1 or item.retired_at or item.requirement == Requirement.OPTIONAL:
        return False
    return item.requirement == Requirement.REQUIRED or item.applies_since is not None


def counted():
    """The same as `counts`, as a condition on ChecklistItem rows."""
    required = Q(template_item__isnull=True) | Q(template_item__requirement=Requirement.REQUIRED)
    applies = Q(template_item__requirement=Requirement.CONDITIONAL, applies_since__isnull=False)
    return Q(occurrence=1, retired_at__isnull=True) & (required | applies)


def count(items, phases=Phase):
    """Phase to Counts for all items of one case, with their template items loaded."""
    return {
        phase: _count_rows([each for each in items if each.phase == phase and counts(each)])
        for phase in phases
    }


def of_case(case, items, phases=Phase):
    """The same for a case as it stands: in a closed one nothing is due."""
    found = count(items, phases)
    if not case.is_closed:
        return found
    return {phase: replace(counts, next_due=None) for phase, counts in found.items()}


def state(progress, now):
    """The one state of a phase, from its counts and the clock."""
    if progress.next_due and progress.next_due < now:
        return PhaseState.OVERDUE
    if progress.blocked:
        return PhaseState.BLOCKED
    if progress.applicable and progress.settled == progress.applicable:
        return PhaseState.FINISHED
    if progress.in_progress or progress.settled:
        return PhaseState.IN_PROGRESS
    return PhaseState.NOT_STARTED


def state_at(now):
    """The same as `state`, as an expression on PhaseProgress rows."""
    return Case(
        When(next_due__lt=now, then=Value(PhaseState.OVERDUE)),
        When(blocked__gt=0, then=Value(PhaseState.BLOCKED)),
        When(applicable__gt=0, settled=F("applicable"), then=Value(PhaseState.FINISHED)),
        When(Q(in_progress__gt=0) | Q(settled__gt=0), then=Value(PhaseState.IN_PROGRESS)),
        default=Value(PhaseState.NOT_STARTED),
    )


def refresh(case, items, phases=Phase):
    """Write the counts of these phases, in one statement; the only writer of PhaseProgress.

    `items` are all of the case's, or at least all of these phases'.
    """
    rows = [
        PhaseProgress(case=case, phase=phase, **vars(found))
        for phase, found in of_case(case, items, phases).items()
    ]
    PhaseProgress.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["case", "phase"], update_fields=list(vars(Counts()))
    )


def _count_rows(rows):
    due = [item.due_at for item in rows if item.due_at and not item.is_settled]
    settled = [item.settled_at for item in rows if item.is_settled]
    return Counts(
        applicable=len(rows),
        settled=len(settled),
        in_progress=sum(item.status == ItemStatus.IN_PROGRESS for item in rows),
        blocked=sum(item.status == ItemStatus.BLOCKED for item in rows),
        next_due=min(due, default=None),
        finished_at=max(settled) if settled and len(settled) == len(rows) else None,
    )
