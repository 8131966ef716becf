"""Cases in which a phase, or a field of the case's details, is recorded in full."""

from django.db.models import F, Q

from ..models import PhaseProgress
from .measures import EVERY, Column, Measure, with_start

RECORDED = Q(settled=F("applicable"))


def phases(scope):
    """Those with something to record, of the cases opened in the period."""
    rows = scope.of_cases(PhaseProgress).filter(applicable__gt=0)
    return with_start(rows.filter(case__opened_at__gt=scope.since, case__opened_at__lte=scope.now))


def cases(scope):
    return scope.cases.filter(opened_at__gt=scope.since, opened_at__lte=scope.now)


def in_full(scope):
    return [
        Column("all", "Recorded", RECORDED, "finished"),
        Column("part", "In part", ~RECORDED & Q(settled__gt=0), "in_progress"),
        Column("none", "Nothing", Q(settled=0), "not_started"),
    ]


def filled(scope):
    """A column for each field, of cases that have it, and one of all."""
    fields = [Column(f"field-{code}", title, Q(details__has_key=code)) for code, title in scope.fields]
    return [Column(EVERY, "Cases"), *fields]


MEASURES = {
    "recorded": Measure(cases, filled, {}),
    "phase": Measure(phases, in_full, {"phase": F("phase")}),
    "team": Measure(phases, in_full, {"team": F("case__team__code")}, (F("case__team__name"),)),
}
