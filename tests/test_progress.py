"""The one definition of phase progress."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways import progress
from pathways.enums import SETTLED, ItemStatus, Phase, PhaseState, Requirement

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


def item(**values):
    row = {
        "phase": Phase.PAIN,
        "requirement": Requirement.REQUIRED,
        "occurrence": 1,
        "status": ItemStatus.NOT_STARTED,
        "applies_since": NOW,
        "due_at": None,
        "settled_at": None,
        "retired_at": None,
    } | values
    return SimpleNamespace(**row, is_settled=row["status"] in SETTLED)


def done(**values):
    return item(status=ItemStatus.DONE, settled_at=NOW, **values)


def pain(*items):
    return progress.count(items)[Phase.PAIN]


def test_a_required_item_counts_whatever_its_status():
    assert pain(item(), done(), item(status=ItemStatus.NOT_APPLICABLE, settled_at=NOW)).applicable == 3


def test_a_conditional_item_counts_while_it_applies():
    conditional = {"requirement": Requirement.CONDITIONAL}
    assert pain(done(**conditional), done(**conditional, applies_since=None)).settled == 1


@pytest.mark.parametrize(
    "left_out", [{"requirement": Requirement.OPTIONAL}, {"occurrence": 2}, {"retired_at": NOW}]
)
def test_optional_and_retired_items_and_later_occurrences_never_count(left_out):
    counts = pain(item(**left_out, due_at=NOW - timedelta(days=1)), done(**left_out))
    assert counts == progress.Counts()


def test_the_next_due_is_the_earliest_that_is_open():
    counts = pain(
        done(due_at=NOW - timedelta(days=9)),
        item(due_at=NOW + timedelta(days=2)),
        item(due_at=NOW + timedelta(days=5)),
    )
    assert counts.next_due == NOW + timedelta(days=2)


def test_a_phase_finishes_with_its_last_settled_item():
    later = NOW + timedelta(hours=3)
    counts = pain(done(), item(status=ItemStatus.NOT_DONE, settled_at=later))
    assert counts.finished_at == later
    assert pain(done(), item()).finished_at is None
    assert pain().finished_at is None


STATES = [
    (PhaseState.FINISHED, progress.Counts(applicable=2, settled=2)),
    (PhaseState.OVERDUE, progress.Counts(applicable=2, blocked=1, next_due=NOW - timedelta(seconds=1))),
    (PhaseState.BLOCKED, progress.Counts(applicable=3, blocked=1, in_progress=1)),
    (PhaseState.IN_PROGRESS, progress.Counts(applicable=3, in_progress=1)),
    (PhaseState.IN_PROGRESS, progress.Counts(applicable=3, settled=1)),
    (PhaseState.NOT_STARTED, progress.Counts(applicable=3, next_due=NOW)),
    (PhaseState.NOT_STARTED, progress.Counts()),
]


@pytest.mark.parametrize(("state", "counts"), STATES)
def test_a_phase_has_one_state(state, counts):
    assert progress.state(counts, NOW) == state


items = st.builds(
    item,
    phase=st.sampled_from(Phase),
    requirement=st.sampled_from(Requirement),
    occurrence=st.integers(1, 3),
    status=st.sampled_from(ItemStatus),
    applies_since=st.sampled_from([None, NOW]),
    due_at=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    settled_at=st.just(NOW),
)


@given(st.lists(items, max_size=30), st.randoms())
def test_the_counts_do_not_depend_on_the_order(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert progress.count(rows) == progress.count(shuffled)


@given(st.lists(items, max_size=30))
def test_the_parts_never_exceed_the_whole(rows):
    for counts in progress.count(rows).values():
        assert counts.settled + counts.in_progress + counts.blocked <= counts.applicable
        assert (counts.finished_at is not None) is (counts.applicable == counts.settled > 0)
