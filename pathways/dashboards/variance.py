"""Items that were left with a reason, and how they are told apart; items that seldom apply."""

from django.db.models import Count, F, Q

from ..enums import ItemStatus, Requirement
from ..models import ChecklistItem
from .measures import ITEM, ITEM_WORDS, Measure, every


def items(scope):
    """Settled with a reason in the period, or blocked now."""
    rows = scope.of_cases(ChecklistItem).left_since(scope.since).filter(retired_at__isnull=True)
    return rows.filter(status=scope.status) if scope.status else rows


ITEMS = every("Items")
NEWEST = 500
ENOUGH = 20


def _by(by, words=()):
    return Measure(items, ITEMS, by, words)


MEASURES = {
    "reason": _by({"reason": F("reason__code")}, (F("reason__label"), F("reason__origin"))),
    "origin": _by({"origin": F("reason__origin")}),
    "phase": _by({"phase": F("phase")}),
    "item": _by(ITEM, ITEM_WORDS),
    "team": _by({"team": F("case__team__code")}, (F("case__team__name"),)),
}


def often_not_applicable(version):
    """Code of each item without a condition that half of the cases or more left as not applicable: their
    share, and of how many. It counts first occurrences settled in the newest cases of the version; one query.
    """
    newest = version.cases.order_by("-opened_at", "-pk").values("pk")[:NEWEST]
    settled = ChecklistItem.objects.filter(
        case__in=newest, template_item__template_version=version, occurrence=1, settled_at__isnull=False
    ).exclude(template_item__requirement=Requirement.CONDITIONAL)
    left_out = Count("pk", filter=Q(status=ItemStatus.NOT_APPLICABLE))
    found = settled.order_by().values_list("code").annotate(left=left_out, of=Count("pk"))
    return {code: (left / of, of) for code, left, of in found if of >= ENOUGH and 2 * left >= of}
