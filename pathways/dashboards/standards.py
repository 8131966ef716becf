"""Items whose target a source has published, and whether they were done by it."""

from django.db.models import DateField, F, Q
from django.db.models.functions import TruncMonth

from ..enums import Basis, ItemStatus
from ..models import ChecklistItem
from .measures import ITEM, ITEM_WORDS, Column, Measure

MET = Q(status=ItemStatus.DONE, settled_at__lte=F("due_at"))
BY_ITS_TARGET = Q(due_given__isnull=True)
MONTH = TruncMonth("due_at", output_field=DateField())


def items(scope):
    """Those that were due in the period. What does not apply was not due, nor what its case, closed before,
    no longer asked for.
    """
    still_asked = Q(case__closed_at__isnull=True) | Q(case__closed_at__gte=F("due_at"))
    return (
        scope.of_cases(ChecklistItem)
        .filter(
            still_asked | Q(settled_at__isnull=False),
            template_item__basis=Basis.PUBLISHED,
            applies_since__isnull=False,
            due_at__gt=scope.since,
            due_at__lte=scope.now,
        )
        .exclude(status=ItemStatus.NOT_APPLICABLE)
    )


def columns(scope):
    return [
        Column("met", "Met", BY_ITS_TARGET & MET, "finished"),
        Column("missed", "Not met", BY_ITS_TARGET & ~MET, "overdue"),
        Column("own", "Own due time", ~BY_ITS_TARGET),
    ]


MEASURES = {
    "standard": Measure(items, columns, ITEM, ITEM_WORDS),
    "month": Measure(items, columns, ITEM | {"month": MONTH}, ITEM_WORDS),
}
