"""Changes of many items at once: each item for itself, all of them taken back together."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways import models
from pathways.enums import Action, BulkKind
from pathways.permissions import Forbidden
from pathways.services import AlreadyAnswered, BadInput, Token, bulk, bulk_outcome, cases, checklists
from tests import factories

CODES = ("tick", "date", "day", "number", "choice", "extra")
KEPT = ("status", "response", "note", "assignee_id", "due_given", "due_at", "reason_id", "settled_at")


@pytest.fixture
def case(db):
    return factories.open_case()


@pytest.fixture
def ann(case):
    return factories.member(case.team)


@pytest.fixture
def bob(case):
    return factories.member(case.team)


def rows(case, *codes):
    return [(each, each.version) for each in (factories.item(case, code) for code in codes)]


def complete(by, chosen, **more):
    return bulk.change_many(by=by, kind=BulkKind.COMPLETE, wanted={"choice": ""}, rows=chosen, **more)


def why(done):
    return {models.ChecklistItem.objects.get(pk=each["item"]).code: each["why"] for each in done.left_out}


def values(case):
    return {item.code: [getattr(item, name) for name in KEPT] for item in case.items.filter(occurrence=1)}


def test_what_can_be_done_is_done_and_the_rest_is_left_out_with_why(case, ann):
    done = complete(ann, rows(case, "tick", "date", "number", "several"))
    assert [factories.item(case, code).status for code in ("tick", "date")] == ["done", "done"]
    assert why(done) == {
        "number": "It needs an answer of its own.",
        "several": "It does not apply to this case.",
    }
    parts = models.AuditEvent.objects.filter(part_of=done.event, case=case)
    assert [each.action for each in parts] == [Action.RECORD_ITEM] * 2


def test_a_single_choice_is_answered_by_the_option_that_was_picked(case, ann):
    bulk.change_many(by=ann, kind=BulkKind.COMPLETE, wanted={"choice": "low"}, rows=rows(case, "choice"))
    assert factories.item(case, "choice").response == {"value": "low"}


def test_the_preview_says_what_the_change_then_does(case, ann):
    items = [factories.item(case, code) for code in (*CODES, "several")]
    planned = bulk.plan_bulk(by=ann, kind=BulkKind.COMPLETE, wanted={"choice": "low"}, items=items)
    done = bulk.change_many(
        by=ann,
        kind=BulkKind.COMPLETE,
        wanted={"choice": "low"},
        rows=[(each, each.version) for each in items],
    )
    assert {each.item.code: each.problem for each in planned if each.problem} == why(done)


def test_a_row_that_someone_changed_meanwhile_is_left_out_and_leaves_a_conflict(case, ann, bob):
    chosen = rows(case, "tick", "date")
    tick = chosen[0][0]
    checklists.record_item(by=bob, item=tick, seen=tick.version, status="in_progress", note="Mine.")
    done = complete(ann, chosen)
    assert list(why(done)) == ["tick"]
    assert str(bob) in why(done)["tick"]
    assert factories.item(case, "tick").status == "in_progress"
    assert models.AuditEvent.objects.filter(action=Action.CONFLICTED, actor=ann, case=case).count() == 1


def test_a_closed_case_is_left_out(case, ann):
    other = factories.open_case(team=case.team, version=case.template_version)
    chosen = rows(case, "tick") + rows(other, "tick")
    cases.close_case(by=factories.coordinator(case.team), case=other, outcome="died")
    done = complete(ann, chosen)
    assert [each["why"] for each in done.left_out] == [
        f"{other.reference} is closed. Reopen it to change anything."
    ]


def test_an_item_of_a_team_in_which_the_person_may_not_record_is_left_out(case, ann):
    other = factories.open_case(version=case.template_version)
    done = complete(ann, rows(case, "tick") + rows(other, "tick"))
    assert [each["item"] for each in done.left_out] == [factories.item(other, "tick").pk]


def test_an_observer_may_not_change_many(case):
    with pytest.raises(Forbidden):
        complete(factories.observer(case.team), rows(case, "tick"))
    assert not models.BulkChange.objects.exists()


def test_a_repeated_bulk_is_applied_once(case, ann):
    token, chosen = Token(uuid4(), "x"), rows(case, "tick")
    done = complete(ann, chosen, token=token)
    with pytest.raises(AlreadyAnswered) as answered:
        complete(ann, chosen, token=token)
    assert answered.value.event == done.event


def test_nothing_and_too_much_are_refused(case, ann):
    for chosen in ([], rows(case, "tick") * (bulk.MOST + 1)):
        with pytest.raises(BadInput):
            complete(ann, chosen)


def test_what_was_done_before_a_crash_stays_and_the_rest_is_told_as_not_reached(case, ann, monkeypatch):
    real, calls = bulk.record_item, []

    def crash(**kwargs):
        calls.append(1)
        if len(calls) > 1:
            raise MemoryError
        return real(**kwargs)

    monkeypatch.setattr(bulk, "record_item", crash)
    with pytest.raises(MemoryError):
        complete(ann, rows(case, "tick", "date"))
    found = bulk_outcome.outcome(models.BulkChange.objects.get())
    assert [each.code for each in found.changed] == ["tick"]
    assert [each.code for each in found.not_reached] == ["date"]


def test_what_someone_changed_since_is_not_taken_back_and_says_who(case, ann, bob):
    done = complete(ann, rows(case, "tick", "date"))
    tick = factories.item(case, "tick")
    checklists.record_item(by=bob, item=tick, seen=tick.version, status="in_progress", why="New information")
    found = bulk_outcome.outcome(bulk.undo_many(by=ann, bulk=done))
    assert [each.code for each in found.taken_back] == ["date"]
    assert [(item.code, str(bob) in said) for item, said in found.kept] == [("tick", True)]
    assert factories.item(case, "date").status == "not_started"


def test_only_the_person_who_made_a_bulk_may_take_it_back(case, ann, bob):
    done = complete(ann, rows(case, "tick"))
    with pytest.raises(Forbidden):
        bulk.undo_many(by=bob, bulk=done)


def test_an_undo_that_is_sent_again_takes_back_only_what_still_stands(case, ann):
    done = complete(ann, rows(case, "tick", "date"))
    bulk.undo_many(by=ann, bulk=done)
    bulk.undo_many(by=ann, bulk=done)
    assert models.AuditEvent.objects.filter(action=Action.UNDO, case=case).count() == 2


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(BulkKind), codes=st.sets(st.sampled_from(CODES), min_size=1))
def test_a_bulk_taken_back_leaves_everything_as_it_was(case, ann, kind, codes):
    wanted = {
        BulkKind.ASSIGN: {"assignee": ann.pk},
        BulkKind.DUE: {"due": "2032-01-05T12:00:00+00:00"},
        BulkKind.COMPLETE: {"choice": "low"},
        BulkKind.NOT_APPLICABLE: {"reason": factories.reason().pk, "reason_text": ""},
    }[kind]
    before = values(case)
    done = bulk.change_many(by=ann, kind=kind, wanted=wanted, rows=rows(case, *codes))
    bulk.undo_many(by=ann, bulk=done)
    assert values(case) == before
