"""What moving many cases would bring about, read in few statements and worked out without model instances."""

from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from .. import published
from ..enums import SETTLED, ItemStatus, Requirement
from ..models import CasePhase, ChecklistItem
from ..permissions import Permission, require
from .move_plans import plan_case

CASES_AT_ONCE = 250
COLUMNS = (
    "pk", "case_id", "template_item_id", "code", "title", "phase", "position", "occurrence", "status",
    "applies_since", "assignee_id", "due_at", "due_given", "response", "note", "reason_id", "reason_text",
    "settled_by_id", "settled_at", "retired_at",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class PlannedItem:
    """A checklist item as far as a plan reads it."""

    pk: int | None = None
    case_id: int = 0
    template_item_id: int | None = None
    code: str = ""
    title: str = ""
    phase: int = 0
    position: int = 0
    occurrence: int = 1
    status: str = ItemStatus.NOT_STARTED
    applies_since: object = None
    assignee_id: int | None = None
    due_at: object = None
    due_given: object = None
    response: dict = field(default_factory=dict)
    note: str = ""
    reason_id: int | None = None
    reason_text: str = ""
    settled_by_id: int | None = None
    settled_at: object = None
    retired_at: object = None
    case: Any = None
    template_item: Any = None

    @property
    def is_settled(self):
        return self.status in SETTLED

    @property
    def name(self):
        return self.template_item.title if self.template_item else self.title

    @property
    def requirement(self):
        return self.template_item.requirement if self.template_item else Requirement.REQUIRED


def preview(*, by, cases, target, renamed, at):
    """Yield each case, in the order given, with its Plan; nothing is saved, nothing locked.

    `cases` have their template version with its template. Four statements for each CASES_AT_ONCE cases.
    """
    require(by, Permission.MOVE_CASES)
    for start in range(0, len(cases), CASES_AT_ONCE):
        some = cases[start : start + CASES_AT_ONCE]
        items, phases = _items(some), _phases(some)
        for case in some:
            plan = plan_case(
                case, items.get(case.pk, []), phases[case.pk], target, renamed, at=at, make=PlannedItem
            )
            yield case, plan


def _items(cases):
    """Case id to its items, in the order of the page."""
    rows = ChecklistItem.objects.filter(case__in=cases).order_by("case", "phase", "position", "occurrence")
    found = [PlannedItem(*values) for values in rows.values_list(*COLUMNS)]
    for item in found:
        if item.template_item_id:
            item.template_item = published.template_item(item.template_item_id)
    return {case: list(items) for case, items in groupby(found, key=attrgetter("case_id"))}


def _phases(cases):
    rows = CasePhase.objects.filter(case__in=cases).order_by("case", "phase")
    return {case: list(phases) for case, phases in groupby(rows, key=attrgetter("case_id"))}
