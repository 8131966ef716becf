"""One change taken back, with what followed from it, as a change of its own."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways import models
from pathways.audit.recording import simulated
from pathways.enums import Action
from pathways.permissions import Forbidden
from pathways.services import BadInput, ChangedElsewhere, TakenAway, cases, checklists, undoing
from tests import factories

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


def record(case, code, by, occurrence=1, **values):
    item = factories.item(case, code, occurrence)
    return checklists.record_item(by=by, item=item, seen=item.version, **values)


def facts(case):
    """Everything a person could see of the checklist, but for versions."""
    hidden = {"id", "version"}
    rows = [
        *case.items.order_by("code", "occurrence").values(),
        *case.phases.order_by("phase").values(),
        *case.progress.order_by("phase").values(),
    ]
    return [{name: value for name, value in row.items() if name not in hidden} for row in rows]


CHANGES = {
    "a tick": lambda case, by: record(case, "tick", by, status="done", response={"value": True}),
    "a date that moves another": lambda case, by: record(
        case, "date", by, status="done", response={"value": "2026-01-05T10:00:00Z"}
    ),
    "a repeat": lambda case, by: record(case, "choice", by, status="done", response={"value": "low"}),
    "a first item of a phase": lambda case, by: record(case, "last", by, status="in_progress"),
    "a block": lambda case, by: record(case, "tick", by, status="blocked", reason=factories.reason()),
    "an assignment": lambda case, by: checklists.assign_item(
        by=by, item=factories.item(case, "tick"), seen=1, assignee=by
    ),
    "a due time": lambda case, by: checklists.set_due(
        by=by, item=factories.item(case, "tick"), seen=1, due=case.opened_at
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_undo_sets_everything_back(case, ann, name):
    before = facts(case)
    event = CHANGES[name](case, ann).event
    assert facts(case) != before
    undo = undoing.undo_change(by=ann, event=event).event
    assert facts(case) == before
    assert (undo.action, undo.undoes) == (Action.UNDO, event)


def test_undo_of_changed_details_switches_items_back(case, ann):
    before = facts(case)
    cases.update_case_details(by=ann, case=case, seen=1, details={"cord_compression": "excluded"})
    assert facts(case) != before
    event = models.AuditEvent.objects.get(case=case, action=Action.UPDATE_DETAILS)
    undoing.undo_change(by=ann, event=event)
    case.refresh_from_db()
    assert case.details == {"cord_compression": "suspected"}
    assert facts(case) == before


def test_undo_of_a_started_phase_stops_its_clocks(case, ann):
    before = facts(case)
    checklists.start_phase(by=ann, case=case, phase=6)
    event = models.AuditEvent.objects.get(case=case, action=Action.START_PHASE)
    undoing.undo_change(by=ann, event=event)
    assert facts(case) == before


def test_an_undo_says_which_items_it_changed_or_took_away(case, ann):
    done = record(case, "choice", ann, status="done", response={"value": "low"})
    following = factories.item(case, "choice", 2)
    undo = undoing.undo_change(by=ann, event=done.event)
    assert undo.changed == {done.item.pk, following.pk}
    assert following not in undo.items
    assert {each.pk: each.version for each in undo.items} == dict(case.items.values_list("pk", "version"))


def test_an_undo_can_be_undone(case, ann):
    done = record(case, "choice", ann, status="done", response={"value": "low"})
    after = facts(case)
    undo = undoing.undo_change(by=ann, event=done.event).event
    undoing.undo_change(by=ann, event=undo)
    assert facts(case) == after


def test_nothing_is_undone_twice(case, ann):
    done = record(case, "tick", ann, status="done", response={"value": True})
    undoing.undo_change(by=ann, event=done.event)
    with pytest.raises(BadInput, match="before"):
        undoing.undo_change(by=ann, event=done.event)


def test_only_the_person_who_did_it_undoes_it(case, ann, bob):
    done = record(case, "tick", ann, status="done", response={"value": True})
    with pytest.raises(Forbidden):
        undoing.undo_change(by=bob, event=done.event)


def test_undo_stops_where_someone_went_on(case, ann, bob):
    done = record(case, "tick", ann, status="in_progress")
    record(case, "tick", bob, status="done", response={"value": True})
    with pytest.raises(ChangedElsewhere) as told:
        undoing.undo_change(by=ann, event=done.event)
    assert told.value.person == bob
    assert factories.item(case, "tick").status == "done"


def test_a_completion_whose_repeat_was_worked_on_stays(case, ann, bob):
    done = record(case, "choice", ann, status="done", response={"value": "low"})
    record(case, "choice", bob, occurrence=2, status="in_progress")
    with pytest.raises(ChangedElsewhere):
        undoing.undo_change(by=ann, event=done.event)
    assert factories.item(case, "choice").status == "done"


def test_undo_works_although_another_item_moved_on(case, ann, bob):
    done = record(case, "date", ann, status="done", response={"value": "2026-01-05T10:00:00Z"})
    record(case, "day", bob, status="in_progress")
    undoing.undo_change(by=ann, event=done.event)
    day = factories.item(case, "day")
    assert (day.status, day.due_at) == ("in_progress", None)


def test_an_opening_cannot_be_undone(case):
    event = models.AuditEvent.objects.get(case=case, action=Action.OPEN_CASE)
    with pytest.raises(BadInput, match="cannot"):
        undoing.undo_change(by=event.actor, event=event)


def test_a_case_closed_meanwhile_keeps_what_was_done(case, ann):
    done = record(case, "tick", ann, status="done", response={"value": True})
    cases.close_case(by=factories.coordinator(case.team), case=case, outcome="died")
    with pytest.raises(cases.CaseClosed):
        undoing.undo_change(by=ann, event=done.event)


def test_undo_writes_each_row_once(case, ann):
    done = record(case, "last", ann, status="in_progress")
    seen = factories.item(case, "last").version
    undoing.undo_change(by=ann, event=done.event)
    assert factories.item(case, "last").version == seen + 1


def later(case, days):
    return simulated(case.opened_at + timedelta(days=days))


def test_undo_leaves_a_phase_that_others_work_in():
    items = [{"code": code, "phase": 6, **factories.within("phase_started", "P28D")} for code in ("a", "b")]
    case = factories.open_case(version=factories.published(items))
    ann, bob = factories.member(case.team), factories.member(case.team)
    with later(case, 1):
        begun = record(case, "a", ann, status="in_progress")
    with later(case, 2):
        record(case, "b", bob, status="in_progress")
    phase, due = case.phases.get(phase=6), factories.item(case, "b").due_at
    with later(case, 9):
        undoing.undo_change(by=ann, event=begun.event)
    assert case.phases.get(phase=6).started_at == phase.started_at
    assert factories.item(case, "b").due_at == due


def test_undo_of_a_start_does_not_restart_the_clocks_of_a_phase_in_use(case, ann, bob):
    with later(case, 1):
        checklists.start_phase(by=ann, case=case, phase=6)
    with later(case, 2):
        record(case, "last", bob, status="in_progress")
    due = factories.item(case, "last").due_at
    event = models.AuditEvent.objects.get(case=case, action=Action.START_PHASE)
    with later(case, 9), pytest.raises(BadInput, match="nothing left"):
        undoing.undo_change(by=ann, event=event)
    assert factories.item(case, "last").due_at == due


def test_undo_keeps_what_others_did_beside_it(case, ann, bob):
    done = record(case, "tick", ann, status="in_progress")
    item = factories.item(case, "tick")
    checklists.assign_item(by=bob, item=item, seen=item.version, assignee=bob)
    undoing.undo_change(by=ann, event=done.event)
    item = factories.item(case, "tick")
    assert (item.status, item.assignee) == ("not_started", bob)


def test_undo_works_although_the_items_due_time_moved(case, ann, bob):
    begun = record(case, "day", ann, status="in_progress")
    record(case, "date", bob, status="done", response={"value": "2026-01-05T10:00:00Z"})
    due = factories.item(case, "day").due_at
    undoing.undo_change(by=ann, event=begun.event)
    item = factories.item(case, "day")
    assert (item.status, item.due_at) == ("not_started", due)


def test_two_steps_are_undone_one_after_the_other(case, ann):
    before = facts(case)
    first = record(case, "tick", ann, status="in_progress")
    second = record(case, "tick", ann, status="done", response={"value": True})
    undoing.undo_change(by=ann, event=second.event)
    undoing.undo_change(by=ann, event=first.event)
    assert facts(case) == before


def test_undo_of_details_goes_by_key(case, ann, bob):
    details = {"cord_compression": "suspected"}
    cases.update_case_details(by=ann, case=case, seen=1, details=details | {"age_years": 70})
    event = models.AuditEvent.objects.get(case=case, action=Action.UPDATE_DETAILS)
    cases.update_case_details(by=bob, case=case, seen=2, details=details | {"age_years": 70, "sex": "male"})
    undoing.undo_change(by=ann, event=event)
    case.refresh_from_db()
    assert case.details == details | {"sex": "male"}


def test_a_next_occurrence_that_was_given_to_someone_stays(case, ann, bob):
    done = record(case, "choice", ann, status="done", response={"value": "low"})
    item = factories.item(case, "choice", 2)
    checklists.assign_item(by=bob, item=item, seen=item.version, assignee=bob)
    with pytest.raises(ChangedElsewhere) as told:
        undoing.undo_change(by=ann, event=done.event)
    assert told.value.person == bob


def test_a_comment_on_the_next_occurrence_stops_the_undo_and_names_its_author(case, ann, bob):
    done = record(case, "choice", ann, status="done", response={"value": "low"})
    checklists.add_comment(by=bob, case=case, item=factories.item(case, "choice", 2), text="Booked.")
    with pytest.raises(ChangedElsewhere) as told:
        undoing.undo_change(by=ann, event=done.event)
    assert told.value.person == bob


def test_writing_on_an_item_that_an_undo_took_away_is_told(case, ann, bob):
    done = record(case, "choice", ann, status="done", response={"value": "low"})
    gone = factories.item(case, "choice", 2)
    undoing.undo_change(by=ann, event=done.event)
    for write in (
        lambda: checklists.record_item(by=bob, item=gone, seen=1, status="in_progress"),
        lambda: checklists.assign_item(by=bob, item=gone, seen=1, assignee=bob),
        lambda: checklists.add_comment(by=bob, case=case, item=gone, text="Seen."),
    ):
        with pytest.raises(TakenAway):
            write()


def undoing_queries(dependants):
    items = [{"code": "first", "phase": 1}]
    items += [
        {"code": f"n{n}", "phase": 2, **factories.within("item", "P7D", "first")} for n in range(dependants)
    ]
    case = factories.open_case(version=factories.published(items))
    ann = factories.member(case.team)
    done = record(case, "first", ann, status="done", response={"value": True})
    with CaptureQueriesContext(connection) as queries:
        undoing.undo_change(by=ann, event=done.event)
    return len(queries)


def test_undoing_costs_the_same_however_much_had_followed():
    assert undoing_queries(1) == undoing_queries(30) <= 15
