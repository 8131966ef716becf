"""One case over time: its six phases as a strip, what happened when, and its repeated numbers as trends."""

from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.clocks import show_day, show_time
from pathways.enums import ItemStatus, Phase, ResponseKind
from pathways.models import CasePhase
from pathways.progress import state
from pathways.services.consequences import load_items
from pathways.views.case_detail import visible_case
from pathways.views.figure_words import DAY, show_days
from pathways.views.identity import identity
from pathways.views.item_forms import item_url
from pathways.views.trend import trend

WHOLE = 100


class Mark(NamedTuple):
    """An item that was done on a day, and where that is on the strip, in per cent."""

    name: str
    url: str
    when: str
    at: float


class Stretch(NamedTuple):
    """A phase from its start to its finish, or as far as it has come; places in per cent of the strip."""

    phase: Phase
    state: str
    label: str
    said: str
    start: float
    width: float
    marks: list[Mark]


@require_safe
def case_time(request, reference):
    """Four queries beside the case's own, however long its checklist is."""
    case, now = visible_case(request.user, reference), timezone.now()
    items = load_items(case)
    end = case.closed_at or now
    stretches = [_stretch(each, case, items, end, now) for each in _phases(case)]
    context = {
        "case": case,
        "identity": identity(case, now, items),
        "stretches": stretches,
        "marks": [(each.phase, mark) for each in stretches for mark in each.marks],
        "trends": _trends(items, case),
        "first": show_day(case.opened_at),
        "last": f"{show_day(end)}{', when it was closed' if case.is_closed else ''}",
    }
    return render(request, "pathways/case_time.html", context)


def _phases(case):
    start = CasePhase.objects.filter(case=case.pk, phase=OuterRef("phase")).order_by()
    return case.progress.annotate(started=Subquery(start.values("started_at")))


def _stretch(progress, case, items, end, now):
    phase, found = Phase(progress.phase), state(progress, now)
    done = [each for each in items if each.phase == phase and _is_milestone(each)]
    marks = [
        Mark(each.name, item_url(each), show_time(each.settled_at), _place(each.settled_at, case, end))
        for each in sorted(done, key=lambda each: each.settled_at)
    ]
    if progress.started is None:
        return Stretch(phase, found.value, found.label, "not started", 0, 0, marks)
    until = min(progress.finished_at or end, end)
    start, finish = _place(progress.started, case, end), _place(until, case, end)
    days = show_days(max(0.0, (until - progress.started) / DAY))
    ending = "" if progress.finished_at else ", until the case was closed" if case.is_closed else " so far"
    said = f"from {show_day(progress.started)}, {days} days{ending}"
    return Stretch(phase, found.value, found.label, said, start, max(0, round(finish - start, 1)), marks)


def _is_milestone(item):
    return item.status == ItemStatus.DONE and item.response_spec["kind"] == ResponseKind.DATE


def _place(moment, case, end):
    """On the strip from the case's opening to its end; what happened before it was opened is at its start."""
    whole = (end - case.opened_at) / DAY
    share = (moment - case.opened_at) / DAY / whole if whole else 0
    return round(WHOLE * min(1, max(0, share)), 1)


def _trends(items, case):
    """The trend of each item that was recorded more than once."""
    in_order = sorted(items, key=lambda each: (each.phase, each.position, each.code))
    groups = [list(group) for _, group in groupby(in_order, lambda each: each.code)]
    drawn = [(group[0], found) for group in groups if len(group) > 1 and (found := trend(group, case))]
    return [replace(found, of=item.name, nth=str(nth)) for nth, (item, found) in enumerate(drawn)]
