"""A burst of one person on one case folds into a line, and nothing is lost or reordered by it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.audit.folding import APART, LEAST, Fold, folded
from pathways.audit.story import Entry
from pathways.enums import Action, ItemStatus, Phase
from pathways.models import AuditEvent

NOW = datetime(2026, 11, 3, 10, 9, tzinfo=UTC)


def entry(minutes=0, *, actor=1, case=1, phase=Phase.DIAGNOSIS, number=1, status="done", **fields):
    """Something that a person did to an item so many minutes ago."""
    action = fields.pop("action", Action.RECORD_ITEM)
    event = AuditEvent(actor_id=actor, case_id=case, action=action, at=NOW - timedelta(minutes=minutes))
    item = SimpleNamespace(id=number, phase=phase)
    told = {"who": f"P. {actor}", "role": "team member", "lead": "marked"} | fields
    return Entry(event=event, item=item, status=status, **told)


def burst(count=LEAST, **fields):
    return [entry(number, number=number, **fields) for number in range(count)]


def flat(shown):
    return [each for one in shown for each in (one.entries if isinstance(one, Fold) else [one])]


SOME = st.lists(
    st.builds(
        entry,
        actor=st.sampled_from([1, 2, None]),
        case=st.sampled_from([1, 2]),
        phase=st.sampled_from([Phase.DIAGNOSIS, Phase.PAIN]),
        number=st.integers(1, 3),
        status=st.sampled_from(["done", "blocked"]),
        action=st.sampled_from([Action.RECORD_ITEM, Action.RECORD_ITEM, Action.ADD_COMMENT]),
        role=st.sampled_from(["team member", "coordinator"]),
        is_new=st.booleans(),
        undone=st.sampled_from(["", "", "Undone by P. 1"]),
    ),
    max_size=12,
)
GAPS = st.lists(st.sampled_from([0, 1, 10, 11]), min_size=12, max_size=12)


@given(SOME, GAPS)
def test_the_folds_hold_every_entry_in_its_order(entries, gaps):
    minutes = 0
    for each, gap in zip(entries, gaps, strict=False):
        minutes += gap
        each.event.at = NOW - timedelta(minutes=minutes)
    shown = folded(entries)
    assert flat(shown) == entries
    for fold in shown:
        if isinstance(fold, Fold):
            assert len(fold.entries) >= LEAST
            assert {each.event.action for each in fold.entries} == {Action.RECORD_ITEM}
            assert (
                len({(e.event.actor_id, e.about, e.event.case_id, e.item.phase) for e in fold.entries}) == 1
            )
            assert fold.newest.event.actor_id
            assert all(newer.at - older.at <= APART for newer, older in pairwise(fold.entries))


def test_a_burst_is_one_line_with_its_count_its_phase_and_its_time():
    [fold] = folded(burst(5))
    assert (fold.lead, fold.span, fold.status) == ("completed 5 items in Diagnosis", "10:05 to 10:09", "done")


@pytest.mark.parametrize("status", ItemStatus)
def test_every_status_has_words_for_many_items(status):
    [fold] = folded(burst(status=status))
    assert not fold.lead.startswith("updated")
    assert " 3 items in Diagnosis" in fold.lead


def test_an_undone_change_is_in_no_fold():
    entries = burst(undone="Undone by P. 1")
    assert folded(entries) == entries


def test_items_of_several_statuses_were_updated():
    [fold] = folded([*burst(2), entry(3, number=3, status="blocked")])
    assert (fold.lead, fold.status) == ("updated 3 items in Diagnosis", "")


def test_an_item_that_changed_more_than_once_is_counted_once():
    [fold] = folded([entry(0), entry(1, status=""), entry(2, number=2), entry(3)])
    assert fold.lead == "made 4 changes to 2 items in Diagnosis"
    assert folded([entry(0), entry(1), entry(2)])[0].lead == "made 3 changes to 1 item in Diagnosis"


def test_what_happened_in_one_minute_has_one_time():
    [fold] = folded([entry(0, number=number) for number in range(3)])
    assert fold.span == "at 10:09"


def test_two_changes_are_no_burst():
    assert not [each for each in folded(burst(2)) if isinstance(each, Fold)]


@pytest.mark.parametrize(
    "other",
    [
        {"actor": 2},
        {"case": 2},
        {"phase": Phase.PAIN},
        {"role": "coordinator"},
        {"action": Action.ADD_COMMENT},
        {"undone": "Undone by P. 1"},
        {"is_new": True},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_burst_is_never_folded_over_something_else(other):
    entries = [entry(0, number=1), entry(1, number=2), entry(2, **other), entry(3, number=3)]
    assert folded(entries) == entries


def test_a_pause_ends_a_burst():
    near, far = entry(10, number=3), entry(11, number=3)
    assert len(folded([entry(0), near, entry(20, number=4)])) == 1
    assert len(folded([entry(0), far, entry(20, number=4)])) == 3


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Action.RECORD_ITEM, "completed 3 items at once"),
        (Action.ASSIGN_ITEM, "assigned 3 items at once"),
        (Action.UNDO, "undid the changes of 3 items at once"),
    ],
)
def test_the_parts_of_a_change_of_many_are_one_line_across_phases(action, said):
    parts = [entry(number=n, phase=phase, action=action) for n, phase in enumerate(list(Phase)[:3])]
    alone = entry(number=9, action=action)
    for each in parts:
        each.event.part_of_id = 7
    fold, last = folded([*parts, alone])
    assert (fold.lead, fold.entries, last) == (said, parts, alone)
