"""When an item is due because a person said so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from pathways import models, progress
from pathways.audit.recording import create_all, recording, simulated
from pathways.enums import Action
from pathways.permissions import Forbidden
from pathways.services import (
    AlreadyAnswered,
    BadInput,
    CaseClosed,
    ChangedElsewhere,
    Token,
    cases,
    checklists,
    undoing,
)
from tests import factories
from tests.services.test_undoing import facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.open_case(details={"cord_compression": "suspected"})


@pytest.fixture
def ann(case):
    return factories.member(case.team)


@pytest.fixture
def bob(case):
    return factories.member(case.team)


@pytest.fixture
def soon(case):
    """Before anything of the case is due by the pathway."""
    return case.opened_at + timedelta(hours=1)


def set_due(case, by, due, code="tick", occurrence=1, seen=None, token=None):
    item = factories.item(case, code, occurrence)
    seen = item.version if seen is None else seen
    return checklists.set_due(by=by, item=item, seen=seen, due=due, token=token)


def record(case, by, code="tick", occurrence=1, **values):
    item = factories.item(case, code, occurrence)
    return checklists.record_item(by=by, item=item, seen=item.version, **values)


def dues(case, code="tick", occurrence=1):
    item = factories.item(case, code, occurrence)
    return item.due_given, item.due_at


def recounted(case):
    """Next due times by phase as they stand, having seen that a recount says the same."""
    stored = dict(case.progress.values_list("phase", "next_due"))
    items = list(case.items.select_related("template_item"))
    assert stored == {phase: found.next_due for phase, found in progress.of_case(case, items).items()}
    return stored


def test_what_a_person_says_counts_in_place_of_the_target(case, ann, soon):
    saved = set_due(case, ann, soon)
    assert dues(case) == (soon, soon)
    assert (saved.item.due_at, saved.merged) == (soon, [])
    event = factories.item(case, "tick").history.latest("version").audit_event
    assert (event.pk, event.action, event.actor) == (saved.event.pk, Action.SET_DUE, ann)


@pytest.mark.parametrize("hours", [1, 30, 24 * 400])
def test_the_counts_follow_a_due_time_wherever_it_goes(case, ann, hours):
    for due in (case.opened_at + timedelta(hours=hours), None):
        set_due(case, ann, due)
        others = factories.item(case, "date").due_at
        assert recounted(case)[1] == min(others, factories.item(case, "tick").due_at)


def test_a_due_time_that_was_given_is_the_next_of_its_phase(case, ann, soon):
    set_due(case, ann, soon, code="day")
    assert recounted(case)[1] == soon


def test_nothing_of_a_closed_case_is_due_and_all_of_it_again_once_it_is_reopened(case, ann):
    lead, before = factories.coordinator(case.team), recounted(case)
    assert any(before.values())
    closed = cases.close_case(by=lead, case=case, outcome="died")
    assert recounted(closed) == dict.fromkeys(before)
    assert recounted(cases.reopen_case(by=lead, case=closed, reason="Closed in error.")) == before


def test_back_to_the_target_is_as_if_nobody_had_said_anything(case, ann, soon):
    before = facts(case)
    set_due(case, ann, soon, code="number")
    set_due(case, ann, None, code="number")
    assert facts(case) == before


def test_a_given_due_time_is_never_without_the_one_in_force(case, soon):
    item = case.items.filter(code="tick")
    with pytest.raises(IntegrityError, match="item_due_as_given"), transaction.atomic():
        item.update(due_given=soon, due_at=None, version=F("version") + 1)


def test_one_change_is_one_line_of_the_items_history(case, ann, soon):
    for due in (soon, None):
        version = factories.item(case, "tick").version
        set_due(case, ann, due)
        assert factories.item(case, "tick").version == version + 1


def test_a_due_time_as_the_target_has_it_is_given_all_the_same(case, ann):
    target = factories.item(case, "day").due_at or case.opened_at + timedelta(days=7)
    set_due(case, ann, target, code="day")
    assert dues(case, "day") == (target, target)
    same = factories.item(case, "tick").due_at
    assert set_due(case, ann, same).event is not None
    assert dues(case) == (same, same)


def test_a_due_time_costs_the_same_on_any_case(django_assert_max_num_queries):
    items = [
        {"code": f"step-{number}", "phase": 1, **factories.within("case_opened", "P1D")}
        for number in range(60)
    ]
    case = factories.open_case(version=factories.published(items))
    ann, item = factories.member(case.team), factories.item(case, "step-1")
    with django_assert_max_num_queries(10):
        checklists.set_due(by=ann, item=item, seen=1, due=case.opened_at)


def test_saying_the_same_again_changes_nothing(case, ann, soon):
    assert set_due(case, ann, None).event is None
    set_due(case, ann, soon)
    events = models.AuditEvent.objects.count()
    assert set_due(case, ann, soon).event is None
    assert models.AuditEvent.objects.count() == events


def test_a_given_due_time_stays_when_the_target_moves(case, ann, soon):
    set_due(case, ann, soon, code="day")
    record(case, ann, "date", status="done", response={"value": "2026-01-05T10:00:00Z"})
    assert dues(case, "day") == (soon, soon)
    set_due(case, ann, None, code="day")
    assert factories.item(case, "day").due_at > soon


def test_an_item_without_a_target_may_be_due(case, ann, soon):
    set_due(case, ann, soon, code="sins")
    assert dues(case, "sins") == (soon, soon)
    assert recounted(case)[3] == soon
    set_due(case, ann, None, code="sins")
    assert dues(case, "sins") == (None, None)


def test_an_item_made_for_one_case_may_be_due(case, ann, soon):
    with simulated(case.opened_at), recording(by=ann, action=Action.OPEN_CASE, case=case):
        own = models.ChecklistItem(case=case, code="own-1", title="Ring the hospice", phase=1, position=99)
        create_all(models.ChecklistItem, [own])
    set_due(case, ann, soon, code="own-1")
    assert dues(case, "own-1") == (soon, soon)
    assert recounted(case)[1] == soon
    set_due(case, ann, None, code="own-1")
    assert dues(case, "own-1") == (None, None)


def test_an_item_that_does_not_apply_is_due_by_hand_alone(case, ann, soon):
    lead = factories.coordinator(case.team)
    set_due(case, ann, soon, code="several")
    cases.update_case_details(by=lead, case=case, seen=1, details={"cord_compression": "excluded"})
    assert dues(case, "several") == (soon, soon)
    assert recounted(case)[3] is None
    set_due(case, ann, None, code="several")
    assert dues(case, "several") == (None, None)


def test_a_next_occurrence_goes_by_the_pathway(case, ann, soon):
    set_due(case, ann, soon, code="choice")
    record(case, ann, "choice", status="done", response={"value": "low"})
    given, due = dues(case, "choice", 2)
    assert given is None
    assert due > soon


def test_a_settled_item_is_no_longer_due(case, ann, soon):
    set_due(case, ann, soon)
    record(case, ann, status="not_applicable", reason=factories.reason())
    for due in (soon + timedelta(days=1), None):
        with pytest.raises(BadInput) as refused:
            set_due(case, ann, due)
        assert refused.value.errors == {"due": f"This item is not applicable. {checklists.REOPEN_FIRST}"}
    record(case, ann, status="in_progress", why="Recorded in error")
    assert dues(case) == (soon, soon)
    assert set_due(case, ann, None).event


def test_a_settled_item_that_is_begun_again_is_due_as_before(case, ann, soon):
    set_due(case, ann, soon)
    record(case, ann, status="done", response={"value": True})
    assert recounted(case)[1] != soon
    record(case, ann, status="in_progress", why="Recorded in error")
    assert recounted(case)[1] == soon


def test_something_may_have_been_due_yesterday_but_not_before_its_case(ann, case):
    with simulated(case.opened_at + timedelta(days=9)):
        set_due(case, ann, case.opened_at + timedelta(days=8))
        set_due(case, ann, case.opened_at)
        with pytest.raises(BadInput, match="after the case was opened") as refused:
            set_due(case, ann, case.opened_at - timedelta(seconds=1))
    assert set(refused.value.errors) == {"due"}
    assert dues(case) == (case.opened_at, case.opened_at)


def test_nothing_of_a_closed_case_is_given_a_due_time(case, ann, soon):
    cases.close_case(by=factories.coordinator(case.team), case=case, outcome="died")
    with pytest.raises(CaseClosed):
        set_due(case, ann, soon)


def test_an_observer_gives_no_due_time(case, soon):
    with pytest.raises(Forbidden):
        set_due(case, factories.observer(case.team), soon)


def test_two_due_times_are_never_merged(case, ann, bob, soon):
    set_due(case, bob, soon)
    with pytest.raises(ChangedElsewhere) as told:
        set_due(case, ann, soon + timedelta(days=1), seen=1)
    assert (told.value.person, told.value.theirs.due_given) == (bob, soon)
    assert dues(case) == (soon, soon)


def test_the_target_wanted_back_meanwhile_given_by_another_keeps_what_they_gave(case, ann, bob, soon):
    set_due(case, bob, soon)
    saved = set_due(case, ann, None, seen=1)
    assert saved.event is None
    assert saved.merged == [f"{bob} changed the due time meanwhile; that was kept."]
    assert dues(case) == (soon, soon)


def test_ones_own_other_window_is_no_conflict(case, ann, soon):
    set_due(case, ann, soon)
    saved = set_due(case, ann, soon + timedelta(days=1), seen=1)
    assert saved.merged == ["You also changed this in another window."]
    assert factories.item(case, "tick").due_given == soon + timedelta(days=1)


def test_a_due_time_and_a_note_by_two_people_both_stay(case, ann, bob, soon):
    record(case, bob, status="not_started", note="Rang the ward")
    saved = set_due(case, ann, soon, seen=1)
    assert saved.merged == [f"{bob} changed the note meanwhile; that was kept."]
    item = factories.item(case, "tick")
    assert (item.note, item.due_at) == ("Rang the ward", soon)


def test_a_note_saved_from_before_a_due_time_was_given_keeps_it(case, ann, bob, soon):
    set_due(case, bob, soon)
    item = factories.item(case, "tick")
    saved = checklists.record_item(by=ann, item=item, seen=1, status="not_started", note="Rang the ward")
    assert saved.merged == [f"{bob} changed the due time meanwhile; that was kept."]
    assert dues(case) == (soon, soon)


def test_a_target_that_moved_meanwhile_is_no_conflict(case, ann, bob, soon):
    record(case, bob, "date", status="done", response={"value": "2026-01-05T10:00:00Z"})
    assert factories.item(case, "day").version == 2
    saved = set_due(case, ann, soon, code="day", seen=1)
    assert (saved.merged, saved.item.due_at) == ([], soon)


def test_the_same_post_again_is_answered_once(case, ann, soon):
    token = Token("7c1f8c52-6f0e-4a52-8d3a-3f1a5d1f4c11", "digest")
    first = set_due(case, ann, soon, seen=1, token=token)
    with pytest.raises(AlreadyAnswered) as again:
        set_due(case, ann, soon, seen=1, token=token)
    assert again.value.event.pk == first.event.pk


def test_undo_brings_the_target_back_where_it_is_by_then(case, ann, bob, soon):
    given = set_due(case, ann, soon, code="day")
    record(case, bob, "date", status="done", response={"value": "2026-01-05T10:00:00Z"})
    undoing.undo_change(by=ann, event=given.event)
    given, due = dues(case, "day")
    assert given is None
    assert due == dues_of_a_fresh_case(case, bob)
    assert recounted(case)[1] is not None


def dues_of_a_fresh_case(case, by):
    """When "day" is due in the same case without anybody having said so."""
    other = factories.open_case(case.team, version=case.template_version, opened_at=case.opened_at)
    record(other, by, "date", status="done", response={"value": "2026-01-05T10:00:00Z"})
    return factories.item(other, "day").due_at


def test_undo_of_going_back_to_the_target_gives_the_time_again(case, ann, bob, soon):
    set_due(case, ann, soon, code="day")
    back = set_due(case, ann, None, code="day")
    record(case, bob, "date", status="done", response={"value": "2026-01-05T10:00:00Z"})
    assert factories.item(case, "day").due_at not in (soon, None)
    undoing.undo_change(by=ann, event=back.event)
    assert dues(case, "day") == (soon, soon)
    assert recounted(case)[1] == soon


def test_undo_of_another_change_leaves_a_given_due_time(case, ann, bob, soon):
    begun = record(case, ann, "last", status="in_progress")
    moved = factories.item(case, "last").due_at
    assert moved is not None
    set_due(case, bob, moved, code="last")
    undoing.undo_change(by=ann, event=begun.event)
    item = factories.item(case, "last")
    assert (item.status, item.due_given, item.due_at) == ("not_started", moved, moved)


def test_undo_of_a_due_time_stops_where_someone_gave_another(case, ann, bob, soon):
    given = set_due(case, ann, soon)
    set_due(case, bob, soon + timedelta(days=1))
    with pytest.raises(ChangedElsewhere) as told:
        undoing.undo_change(by=ann, event=given.event)
    assert told.value.person == bob


def test_undo_of_a_due_time_keeps_what_others_did_beside_it(case, ann, bob, soon):
    target = factories.item(case, "tick").due_at
    given = set_due(case, ann, soon)
    record(case, bob, status="in_progress", note="Rang the ward")
    undoing.undo_change(by=ann, event=given.event)
    item = factories.item(case, "tick")
    assert (item.status, item.note, item.due_given, item.due_at) == (
        "in_progress",
        "Rang the ward",
        None,
        target,
    )


def test_a_next_occurrence_with_a_due_time_of_its_own_stays(case, ann, bob, soon):
    done = record(case, ann, "choice", status="done", response={"value": "low"})
    set_due(case, bob, soon, code="choice", occurrence=2)
    with pytest.raises(ChangedElsewhere) as told:
        undoing.undo_change(by=ann, event=done.event)
    assert told.value.person == bob
