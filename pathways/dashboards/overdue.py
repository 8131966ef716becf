"""Open items whose due time has passed, by how long ago that was."""

from datetime import timedelta

from django.db.models import F, Q

from ..enums import CaseStatus
from ..models import ChecklistItem
from .measures import ITEM, ITEM_WORDS, Column, Measure

BANDS = (
    ("late-1", "Up to 3 days", 0, 3),
    ("late-2", "4 to 7 days", 3, 7),
    ("late-3", "8 days or more", 7, None),
)


def items(scope):
    return scope.of_cases(ChecklistItem).filter(
        ~Q(case__status=CaseStatus.CLOSED),
        due_at__lt=scope.now,
        settled_at__isnull=True,
        retired_at__isnull=True,
    )


def bands(scope):
    """Whole days round up: what was due 3 days and an hour ago is in its fourth."""
    found = []
    for name, label, least, most in BANDS:
        late = Q(due_at__lt=scope.now - timedelta(days=least))
        not_later = Q(due_at__gte=scope.now - timedelta(days=most)) if most else Q()
        found.append(Column(name, label, late & not_later, name))
    return found


MEASURES = {
    "item": Measure(items, bands, ITEM, ITEM_WORDS),
    "discipline": Measure(
        items, bands, {"discipline": F("template_item__discipline__code")},
        (F("template_item__discipline__title"),),
    ),
}  # fmt: skip
