"""The bar by which people make sure that this is the right case, on every page about it."""

from dataclasses import dataclass

from django.urls import reverse

from pathways import clocks, details, progress
from pathways.enums import SETTLED, ItemStatus
from pathways.views.words import anchor, is_overdue

FIELDS = (
    ("age_years", "Age"),
    ("sex", "Sex"),
    ("primary_site", "Primary"),
    ("index_level", "Index level"),
)


COUNTED_BY = (
    *("case_id", "occurrence", "status", "due_at", "applies_since", "retired_at", "code", "title"),
    *("template_item__requirement", "template_item__title"),
)
MOST_CLOCKS = 3


@dataclass(frozen=True)
class Identity:
    """Always the same fields in the same order.

    `clocks` are the targets in hours that run now, the first due first: address, title, words, whether late.
    """

    reference: str
    facts: list[tuple[str, str]]
    status: str
    status_words: str
    overdue: int
    blocked: int
    clocks: list[tuple[str, str, str, bool]]


def identity(case, now, items=None):
    """Costs one query for what is not settled, unless the case's items are given."""
    if items is None:
        still = case.items.filter(progress.counted()).exclude(status__in=SETTLED)
        items = still.select_related("template_item").only(*COUNTED_BY)
    counted = [item for item in items if progress.counts(item)]
    fields = {each["code"]: each for each in case.template_version.case_fields}
    facts = [
        (label, details.show(fields[code], case.details.get(code)))
        for code, label in FIELDS
        if code in fields
    ]
    facts += [("Team", case.team.name), ("Opened", clocks.show_day(case.opened_at))]
    return Identity(
        reference=case.reference,
        facts=facts,
        status=case.status,
        status_words=_status(case),
        overdue=sum(is_overdue(item, case, now) for item in counted),
        blocked=sum(item.status == ItemStatus.BLOCKED for item in counted),
        clocks=[] if case.is_closed else _running(case, counted, now),
    )


def _running(case, items, now):
    """The first few of those targets; what is on hold runs on, as its due times do."""
    running = [item for item in items if not item.is_settled and clocks.is_clock(item.due_at)]
    page = reverse("case_detail", args=[case.reference])
    return [
        (
            f"{page}#{anchor(item)}",
            item.name,
            clocks.due_words(item.due_at, now),
            clocks.is_overdue(item.due_at, now),
        )
        for item in sorted(running, key=lambda item: item.due_at)[:MOST_CLOCKS]
    ]


def _status(case):
    if not case.is_closed:
        return case.get_status_display()
    return f"Closed {clocks.show_day(case.closed_at)}, {case.get_outcome_display().lower()}"
