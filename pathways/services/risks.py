"""Which changes of an item are risky, so that they need a reason; ordinary work never does."""

from datetime import timedelta

from ..clocks import LONDON
from ..enums import SETTLED, ItemStatus, ResponseKind

ONE_TAP = ("Recorded in error", "New information", "Recorded late", "Recorded on the wrong case")
ONE_DAY = timedelta(days=1)
UNSETTLES = "takes back what was settled"
BACK_DATES = "moves when care happened back by more than a day"
REWRITES = "changes an item of a phase that was finished"


def risks(before, after, *, kind, was_finished, now):
    """What is risky about a change, in words that go on from "this"; nothing for ordinary work.

    `before` and `after` are column to value, `kind` is that of the item's response, `was_finished` whether
    its phase was.
    """
    was_settled = before["status"] in SETTLED
    found = {
        UNSETTLES: was_settled and after["status"] not in SETTLED,
        BACK_DATES: _is_back_dated(before, after, kind, now),
        REWRITES: was_settled and was_finished,
    }
    return [words for words, is_so in found.items() if is_so]


def _is_back_dated(before, after, kind, now):
    """A date that is recorded for the first time is none: a scan of three days ago is ordinary work.

    By days of the London calendar, because a day that is typed without a time counts as its noon.
    """
    if after["settled_at"] is None:
        return False
    if before["settled_at"] is not None:
        return _day(after["settled_at"]) < _day(before["settled_at"]) - ONE_DAY
    is_date = kind == ResponseKind.DATE and after["status"] == ItemStatus.DONE
    return not is_date and _day(after["settled_at"]) < _day(now) - ONE_DAY


def _day(moment):
    return moment.astimezone(LONDON).date()
