"""A risky change needs a reason, and ordinary work never does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from pathways import models
from pathways.audit.recording import simulated
from pathways.services import BadInput, checklists, undoing
from pathways.services.risks import BACK_DATES, REWRITES, UNSETTLES, risks
from tests import factories

NOW = datetime(2026, 11, 3, 14, 32, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
SETTLED = ["done", "not_applicable", "not_done"]
OPEN = ["not_started", "in_progress", "blocked"]


def row(status="done", settled_at=NOW):
    return {"status": status, "settled_at": settled_at if status in SETTLED else None}


def found(before, after, kind="tick", *, was_finished=False):
    return risks(before, after, kind=kind, was_finished=was_finished, now=NOW)


@pytest.mark.parametrize("before", SETTLED + OPEN)
@pytest.mark.parametrize("after", SETTLED + OPEN)
def test_only_what_was_settled_and_no_longer_is_takes_something_back(before, after):
    is_taken_back = before in SETTLED and after in OPEN
    assert found(row(before), row(after)) == [UNSETTLES] * is_taken_back


YESTERDAY_BEGAN = timedelta(days=1, hours=14, minutes=32)


@pytest.mark.parametrize(
    ("back", "is_risky"),
    [(DAY, False), (YESTERDAY_BEGAN, False), (YESTERDAY_BEGAN + SECOND, True), (-30 * DAY, False)],
)
def test_care_dated_back_by_more_than_a_day_is_risky(back, is_risky):
    assert found(row("not_started"), row(settled_at=NOW - back)) == [BACK_DATES] * is_risky
    assert (
        found(row(settled_at=NOW - 4 * DAY), row(settled_at=NOW - 4 * DAY - back)) == [BACK_DATES] * is_risky
    )


def test_a_date_is_dated_back_only_when_it_was_recorded_before():
    earlier = row(settled_at=NOW - 3 * DAY)
    assert found(row("not_started"), earlier, "date") == []
    assert found(row(), earlier, "date") == [BACK_DATES]
    waived = row("not_applicable", settled_at=NOW - 3 * DAY)
    assert found(row("not_started"), waived, "date") == [BACK_DATES]


@pytest.mark.parametrize("before", SETTLED + OPEN)
def test_a_settled_item_of_a_finished_phase_is_not_rewritten_without_a_reason(before):
    assert found(row(before), row(), was_finished=True) == [REWRITES] * (before in SETTLED)


pytestmark = pytest.mark.django_db
STEPS = [
    {"code": "one", "phase": 1},
    {"code": "two", "phase": 1},
    {"code": "later", "phase": 1, "repeat": "P7D"},
]
DONE = {"status": "done", "response": {"value": True}}


@pytest.fixture
def case():
    return factories.open_case(version=factories.published(STEPS))


@pytest.fixture
def ann(case):
    return factories.member(case.team)


@pytest.fixture
def record(case, ann):
    def save(code, occurrence=1, **values):
        item = factories.item(case, code, occurrence)
        return checklists.record_item(by=ann, item=item, seen=item.version, **values)

    return save


def is_refused(record, *args, **values):
    """Whether it is refused for want of a reason, and for nothing else; nothing is saved then."""
    before = models.ChecklistItem.history.count()
    with pytest.raises(BadInput) as refused:
        record(*args, **values)
    assert models.ChecklistItem.history.count() == before
    return [*refused.value.errors] == ["why"]


def test_taking_back_a_completion_says_why(record):
    record("one", **DONE)
    assert is_refused(record, "one", status="in_progress")
    assert is_refused(record, "one", status="in_progress", why="  ")
    assert record("one", status="in_progress", why=" Recorded in error ").event.reason == "Recorded in error"


def test_all_that_is_risky_is_named(record):
    for code in ("one", "two", "later"):
        record(code, **DONE)
    with pytest.raises(BadInput, match=f"Say why: this {UNSETTLES} and {REWRITES}."):
        record("one", status="not_started")


def test_care_of_the_day_before_yesterday_says_why(record):
    long_ago = timezone.now() - 2 * DAY
    assert is_refused(record, "one", **DONE, settled_at=long_ago)
    assert record("one", **DONE, settled_at=long_ago, why="Recorded late").item.settled_at == long_ago


def test_a_finished_phase_is_changed_with_a_reason_and_goes_on_without_one(record):
    for code in ("one", "two", "later"):
        record(code, **DONE, note="As planned.")
    assert is_refused(record, "two", **DONE, note="Otherwise.")
    assert record("two", **DONE, note="Otherwise.", why="New information").event
    assert record("later", 2, **DONE).event.reason == ""


def test_saving_a_finished_item_as_it_is_asks_nothing(record):
    for code in ("one", "two", "later"):
        record(code, **DONE)
    assert record("one", **DONE).event is None


def test_ordinary_work_keeps_a_reason_that_is_given_all_the_same(record):
    assert record("one", status="in_progress", why="New information").event.reason == "New information"


def test_a_replacement_keeps_its_words_before_the_reason(record):
    record("one", **DONE)
    done = record("one", status="in_progress", why="New information", replacing=True)
    assert done.event.reason == f"{checklists.REPLACED} New information"


@pytest.mark.parametrize("replacing", [False, True])
def test_a_reason_that_is_too_long_is_refused(record, replacing):
    fits = checklists.LONGEST_REASON - replacing * (len(checklists.REPLACED) + 1)
    assert is_refused(record, "one", **DONE, why="x" * (fits + 1), replacing=replacing)
    assert len(record("one", **DONE, why="x" * fits, replacing=replacing).event.reason) == 1000


def test_an_undo_of_ones_own_change_asks_for_no_reason(record, ann, case):
    done = record("one", **DONE)
    with simulated(timezone.now() + 5 * DAY):
        undoing.undo_change(by=ann, event=done.event)
    assert factories.item(case, "one").status == "not_started"
