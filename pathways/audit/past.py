"""A case as it stood at an earlier moment, put together from its history."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from ..enums import Action
from ..models import AuditEvent, Case, CasePhase, ChecklistItem, Comment
from .sentences import NO_STATE


@dataclass(frozen=True)
class Past:
    """Rows as they stood, saved nowhere. `comments` is how many each item had, by its id.

    `earlier` and `later` are the moments of the changes before the one that made this state and after it.
    """

    moment: datetime
    case: Case
    phases: list[CasePhase]
    items: list[ChecklistItem]
    comments: Counter
    earlier: datetime | None
    later: datetime | None


def as_at(case, moment):
    """The case with everything that was recorded by then, None where that was nothing; ten queries."""
    found = _standing(Case, moment, id=case.pk)
    if not found:
        return None
    (then,) = found
    items = _standing(ChecklistItem, moment, case_id=case.pk)
    for item in items:
        item.case = then
    before = list(_moments(case).filter(at__lte=moment).order_by("-at").distinct()[1:2])
    return Past(
        moment=moment,
        case=then,
        phases=sorted(_standing(CasePhase, moment, case_id=case.pk), key=lambda row: row.phase),
        items=sorted(items, key=lambda row: (row.phase, row.position, row.occurrence)),
        comments=Counter(row.item_id for row in _standing(Comment, moment, case_id=case.pk)),
        earlier=before[0] if before else None,
        later=_moments(case).filter(at__gt=moment).order_by("at").first(),
    )


def _standing(model, moment, **of_case):
    """The rows that there were, each as its newest history row by then holds it; two queries."""
    history = model.history.filter(**of_case, history_date__lte=moment).order_by(
        "id", "version", "history_id"
    )
    newest = {pk: (key, kind) for pk, key, kind in history.values_list("id", "history_id", "history_type")}
    kept = [key for key, kind in newest.values() if kind != "-"]
    return [row.instance for row in model.history.filter(history_id__in=kept)]


def _moments(case):
    """When the case was changed; looks stay out by an index of their own."""
    told = AuditEvent.objects.filter(case=case).exclude(action=Action.READ_CASE)
    return told.exclude(action__in=NO_STATE).values_list("at", flat=True)
