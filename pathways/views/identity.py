"""The bar by which people make sure that this is the right case, on every page about it."""

from dataclasses import dataclass

from pathways import clocks, details, progress
from pathways.enums import ItemStatus
from pathways.views.words import is_overdue

FIELDS = (
    ("age_years", "Age"),
    ("sex", "Sex"),
    ("primary_site", "Primary"),
    ("index_level", "Index level"),
)


@dataclass(frozen=True)
class Identity:
    """Always the same fields in the same order."""

    reference: str
    facts: list[tuple[str, str]]
    status: str
    status_words: str
    overdue: int
    blocked: int


def identity(case, now, items=None):
    """Costs one query for the two counts, unless the case's items are given."""
    if items is None:
        counted_by = ("case_id", "occurrence", "status", "due_at", "applies_since", "retired_at")
        items = case.items.select_related("template_item").only(*counted_by, "template_item__requirement")
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
    )


def _status(case):
    if not case.is_closed:
        return case.get_status_display()
    return f"Closed {clocks.show_day(case.closed_at)}, {case.get_outcome_display().lower()}"
