"""The rows behind a number of a figure: items, phases or cases, each with the way to its case."""

from django.db.models import F
from django.urls import reverse

from pathways.clocks import show_time
from pathways.enums import Phase
from pathways.views.figure_words import DAY, show_days
from pathways.views.words import reason_words

NOTHING = "–"  # noqa: RUF001  an en dash, as in every table
HEADINGS = {
    "item": ("Item", "Status", "Due", "Settled", "Reason"),
    "phase": ("Phase", "Started", "Finished", "Days"),
    "case": ("Team", "Opened", "Closed"),
}
RELATED = {
    "item": ("case", "template_item", "reason", "settled_by"),
    "phase": ("case",),
    "case": ("team",),
}
ORDERS = {
    "item": (F("settled_at").desc(nulls_first=True), "due_at", "pk"),
    "phase": (F("finished_at").desc(nulls_first=True), "pk"),
    "case": ("-opened_at", "pk"),
}


def in_order(unit, rows):
    """What is open first, the longest due before the others; then the newest."""
    return rows.select_related(*RELATED[unit]).order_by(*ORDERS[unit])


def row(unit, found):
    """Address, reference and what it is about, and pairs of each of HEADINGS and its cell."""
    *about, cells = {"item": _item, "phase": _phase, "case": _case}[unit](found)
    return *about, zip(HEADINGS[unit], cells, strict=True)


def _item(item):
    url = reverse("item_detail", args=[item.case.reference, item.code, item.occurrence])
    cells = (
        item.name,
        item.get_status_display(),
        _time(item.due_at),
        _time(item.settled_at),
        reason_words(item) if item.reason else NOTHING,
    )
    return url, item.case.reference, item.name, cells


def _phase(progress):
    phase, case = Phase(progress.phase), progress.case
    took = progress.finished_at - progress.started if progress.finished_at and progress.started else None
    cells = (
        f"{phase.value} {phase.label}",
        _time(progress.started),
        _time(progress.finished_at),
        show_days(took / DAY) if took else NOTHING,
    )
    return f"{_case_url(case)}#p{phase.value}", case.reference, phase.label, cells


def _case(case):
    closed = f"{_time(case.closed_at)}, {case.get_outcome_display()}" if case.closed_at else NOTHING
    return _case_url(case), case.reference, "", (case.team.name, _time(case.opened_at), closed)


def _case_url(case):
    return reverse("case_detail", args=[case.reference])


def _time(moment):
    return show_time(moment) if moment else NOTHING
