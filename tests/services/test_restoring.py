"""Setting something back to how its history had it: a change of its own, which names the old one."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from pathways import models
from pathways.audit.recording import recording, simulated
from pathways.permissions import Forbidden, as_system
from pathways.services import (
    BadInput,
    CaseClosed,
    ChangedElsewhere,
    TakenAway,
    cases,
    checklists,
    restoring,
    undoing,
)
from tests import factories
from tests.services.test_checklists import RESPONSES, assert_stands

pytestmark = pytest.mark.django_db

WHY = "Recorded in error"
VALUES = ("status", "response", "note", "reason_id", "reason_text", "settled_by_id", "settled_at")


@pytest.fixture
def case():
    return factories.open_case(details={"cord_compression": "suspected", "age_years": 60})


@pytest.fixture
def ann(case):
    return factories.member(case.team, display_name="A. Rahman")


@pytest.fixture
def bob(case):
    return factories.member(case.team, display_name="J. Lindqvist")


@pytest.fixture
def record(case):
    def save(code, by, status="done", occurrence=1, **values):
        item = factories.item(case, code, occurrence)
        values = {"why": WHY} | values
        return checklists.record_item(by=by, item=item, seen=item.version, status=status, **values)

    return save


@pytest.fixture
def restore(case):
    def back(code, by, version, seen=None, why=WHY, occurrence=1):
        item = factories.item(case, code, occurrence)
        seen = item.version if seen is None else seen
        return restoring.restore_item(by=by, item=item, seen=seen, version=version, why=why)

    return back


def recorded(row):
    return {name: getattr(row, name) for name in VALUES}


def row_at(case, code, version):
    return factories.item(case, code).history.get(version=version)


def test_what_was_recorded_comes_back_whole_with_who_and_when(case, ann, bob, record, restore):
    record("tick", ann, response={"value": True}, note="Seen on the ward.")
    reason = factories.reason(label="Declined")
    record("tick", bob, status="not_done", reason=reason, reason_text="At home.", note="Otherwise.")
    for version in (2, 1, 3):
        restore("tick", bob, version)
        assert recorded(factories.item(case, "tick")) == recorded(row_at(case, "tick", version))


def test_it_is_one_change_that_says_why_and_names_the_old_one(case, ann, record, restore):
    first = record("number", ann, response=RESPONSES["number"])
    record("number", ann, response={"value": 4.1, "unit": "mmol/L"})
    done = restore("number", ann, 2, why=" Wrong sample ")
    event = models.AuditEvent.objects.get(pk=done.event.pk)
    assert (event.action, event.reason, event.restores) == ("restore", "Wrong sample", first.event)
    assert factories.item(case, "number").version == 4
    assert factories.item(case, "number").history.count() == 4
    assert_stands(done, case)


def test_who_it_is_given_to_and_when_it_is_due_stay(case, ann, bob, record, restore):
    record("tick", ann, status="in_progress")
    checklists.assign_item(by=ann, item=factories.item(case, "tick"), seen=2, assignee=bob)
    due = case.opened_at + timedelta(hours=2)
    checklists.set_due(by=ann, item=factories.item(case, "tick"), seen=3, due=due)
    restore("tick", ann, 1)
    item = factories.item(case, "tick")
    assert (item.status, item.assignee, item.due_given) == ("not_started", bob, due)


@pytest.mark.parametrize("why", ["", "  ", "x" * 1001])
def test_it_needs_a_reason_that_fits(case, ann, record, restore, why):
    record("tick", ann, status="in_progress")
    with pytest.raises(BadInput) as refused:
        restore("tick", ann, 1, why=why)
    assert set(refused.value.errors) == {"why"}


def test_what_stands_is_not_set_back(case, ann, record, restore):
    record("tick", ann, status="in_progress")
    record("tick", ann, status="not_started")
    for version in (1, 3):
        with pytest.raises(BadInput, match="stands now"):
            restore("tick", ann, version)


@pytest.mark.parametrize("version", [0, 99])
def test_a_version_that_never_was_cannot_come_back(restore, ann, version):
    with pytest.raises(BadInput, match="no such earlier state"):
        restore("tick", ann, version)


def test_what_someone_else_changed_since_the_preview_is_told(case, ann, bob, record, restore):
    record("tick", ann, status="in_progress")
    record("tick", bob, status="blocked", reason=factories.reason())
    with pytest.raises(ChangedElsewhere) as told:
        restore("tick", ann, 1, seen=2)
    assert told.value.person == bob
    assert factories.item(case, "tick").status == "blocked"


def test_a_note_by_someone_else_meanwhile_stays(case, ann, bob, record, restore):
    record("tick", ann, status="in_progress")
    record("tick", bob, status="in_progress", note="Family present.")
    done = restore("tick", ann, 1, seen=2)
    assert done.merged == ["J. Lindqvist changed the note meanwhile; that was kept."]
    assert (done.item.status, done.item.note) == ("not_started", "Family present.")


def test_a_status_by_someone_else_meanwhile_stays_where_the_note_alone_is_set_back(ann, bob, record, restore):
    record("tick", ann, response={"value": True}, note="Seen.")
    record("tick", ann, response={"value": True}, note="Seen twice.")
    record("tick", bob, status="in_progress")
    item = restore("tick", ann, 2, seen=3).item
    assert (item.status, item.settled_by, item.note) == ("in_progress", None, "Seen.")


def test_setting_back_to_what_someone_else_has_set_back_meanwhile_changes_nothing(ann, bob, record, restore):
    record("tick", ann, status="in_progress")
    restore("tick", bob, 1)
    with pytest.raises(BadInput, match="stands now"):
        restore("tick", ann, 1, seen=2)


def test_an_answer_that_is_incomplete_today_does_not_come_back(ann, record, restore, monkeypatch):
    record("choice", ann, response={"value": "low"})
    record("choice", ann, status="in_progress", response={})
    monkeypatch.setattr("pathways.responses.is_complete", lambda *each: False)
    with pytest.raises(BadInput) as refused:
        restore("choice", ann, 2)
    assert set(refused.value.errors) == {"response"}


def test_a_reason_that_is_no_longer_offered_may_come_back(case, ann, record, restore):
    used = factories.reason()
    record("tick", ann, status="blocked", reason=used)
    record("tick", ann, status="in_progress")
    with transaction.atomic(), recording(by=as_system(), action="load_vocabulary"):
        used.is_active = False
        used.save()
    assert restore("tick", ann, 2).item.reason == used


def test_due_times_and_occurrences_follow_and_nothing_is_removed(case, ann, record, restore):
    record("choice", ann, response={"value": "low"})
    restore("choice", ann, 1)
    following = factories.item(case, "choice", 2)
    assert (following.applies_since, following.due_at) == (None, None)
    restore("choice", ann, 2)
    settled = factories.item(case, "choice").settled_at
    assert factories.item(case, "choice", 2).due_at > settled + timedelta(days=6)
    assert case.items.filter(code="choice").count() == 2


def test_the_counts_follow(case, ann, record, restore):
    record("tick", ann, response={"value": True})
    restore("tick", ann, 1)
    assert case.progress.get(phase=1).settled == 0


def test_a_set_back_can_be_undone_and_set_back_again(case, ann, record, restore):
    record("tick", ann, response={"value": True}, note="Seen.")
    done = restore("tick", ann, 1)
    undoing.undo_change(by=ann, event=done.event)
    assert recorded(factories.item(case, "tick")) == recorded(row_at(case, "tick", 2))


def test_only_those_who_may_record_set_something_back(case, ann, record, restore):
    record("tick", ann, status="in_progress")
    for stranger in (factories.observer(case.team), factories.auditor(), factories.member(factories.team())):
        with pytest.raises(Forbidden):
            restore("tick", stranger, 1)
        with pytest.raises(Forbidden):
            restoring.restore_detail(by=stranger, case=case, seen=1, code="age_years", version=1, why=WHY)


def test_nothing_of_a_closed_case_is_set_back(case, ann, record, restore):
    record("tick", ann, status="in_progress")
    cases.close_case(by=factories.coordinator(case.team), case=case, outcome="died")
    with pytest.raises(CaseClosed):
        restore("tick", ann, 1)
    with pytest.raises(CaseClosed):
        restoring.restore_detail(by=ann, case=case, seen=2, code="age_years", version=1, why=WHY)


def test_an_item_that_was_taken_away_meanwhile_is_told(case, ann, record, restore):
    done = record("choice", ann, response={"value": "low"})
    item = factories.item(case, "choice", 2)
    undoing.undo_change(by=ann, event=done.event)
    with pytest.raises(TakenAway):
        restoring.restore_item(by=ann, item=item, seen=1, version=1, why=WHY)


def change(case, by, **values):
    live = models.Case.objects.select_related("team", "template_version").get(pk=case.pk)
    wanted = {key: value for key, value in (live.details | values).items() if value is not None}
    cases.update_case_details(by=by, case=live, seen=live.version, details=wanted)


def details_of(case):
    return models.Case.objects.get(pk=case.pk).details


def test_one_field_of_the_details_comes_back_and_the_others_stay(case, ann):
    change(case, ann, cord_compression="excluded", age_years=61)
    restoring.restore_detail(by=ann, case=case, seen=2, code="age_years", version=1, why=WHY)
    assert details_of(case) == {"cord_compression": "excluded", "age_years": 60}
    event = models.AuditEvent.objects.get(action="restore")
    assert (event.reason, event.restores.action) == (WHY, "open_case")


def test_a_field_that_was_empty_is_empty_again(case, ann):
    change(case, ann, sex="female")
    restoring.restore_detail(by=ann, case=case, seen=2, code="sex", version=1, why=WHY)
    assert "sex" not in details_of(case)


def test_items_switch_with_the_field_and_the_answers_stay(case, ann, record):
    record("several", ann, response=RESPONSES["several"])
    change(case, ann, cord_compression="excluded")
    assert factories.item(case, "several").applies_since is None
    restoring.restore_detail(by=ann, case=case, seen=2, code="cord_compression", version=1, why=WHY)
    assert factories.item(case, "several").applies_since
    restoring.restore_detail(by=ann, case=case, seen=3, code="cord_compression", version=2, why=WHY)
    item = factories.item(case, "several")
    assert (item.applies_since, item.response) == (None, RESPONSES["several"])


def test_a_field_that_someone_else_changed_since_the_preview_is_told(case, ann, bob):
    change(case, ann, age_years=61)
    change(case, bob, age_years=62)
    with pytest.raises(ChangedElsewhere) as told:
        restoring.restore_detail(by=ann, case=case, seen=2, code="age_years", version=1, why=WHY)
    assert (told.value.person, details_of(case)["age_years"]) == (bob, 62)


def test_another_field_that_someone_else_changed_meanwhile_stays(case, ann, bob):
    change(case, ann, age_years=61)
    change(case, bob, sex="male")
    kept = restoring.restore_detail(by=ann, case=case, seen=2, code="age_years", version=1, why=WHY)
    assert (kept, details_of(case)["sex"], details_of(case)["age_years"]) == (["Sex"], "male", 60)


@pytest.mark.parametrize(
    ("code", "version"), [("age_years", 2), ("sex", 1), ("nothing", 1), ("age_years", 9)]
)
def test_a_field_that_stands_or_never_was_is_not_set_back(case, ann, code, version):
    change(case, ann, age_years=61)
    with pytest.raises(BadInput) as refused:
        restoring.restore_detail(by=ann, case=case, seen=2, code=code, version=version, why=WHY)
    assert set(refused.value.errors) == {"version"}


@pytest.mark.parametrize("seen", [0, 99])
def test_details_are_not_set_back_from_a_page_that_never_was(case, ann, seen):
    change(case, ann, age_years=61)
    with pytest.raises(BadInput):
        restoring.restore_detail(by=ann, case=case, seen=seen, code="age_years", version=1, why=WHY)


def test_a_field_set_back_can_be_undone(case, ann):
    change(case, ann, age_years=61)
    restoring.restore_detail(by=ann, case=case, seen=2, code="age_years", version=1, why=WHY)
    undoing.undo_change(by=ann, event=models.AuditEvent.objects.get(action="restore"))
    assert details_of(case)["age_years"] == 61


def preview(case, code, version, occurrence=1):
    fresh = models.Case.objects.select_related("team", "template_version").get(pk=case.pk)
    item = factories.item(fresh, code, occurrence)
    return restoring.preview_item(fresh, item, version, at=timezone.now())


def codes(items):
    return [(each.code, each.occurrence) for each in items]


def test_the_preview_says_what_the_set_back_then_does(case, ann, record, restore):
    record("date", ann, response={"value": "2026-01-05T10:00:00Z"})
    record("date", ann, response={"value": (timezone.now() - timedelta(hours=1)).isoformat()})
    record("choice", ann, response={"value": "low"})
    for code, version in (("date", 2), ("date", 1), ("choice", 1)):
        told = preview(case, code, version)
        done = restore(code, ann, version)
        moved = done.changed - {done.item.pk}
        assert {each.pk for each in told.on + told.off + told.moved} == moved
        assert recorded(told.item) == recorded(factories.item(case, code))


def test_a_preview_saves_nothing_and_holds_nothing(case, ann, record):
    record("choice", ann, response={"value": "low"})
    before = models.ChecklistItem.history.count(), models.AuditEvent.objects.count()
    told = preview(case, "choice", 1)
    assert codes(told.off) == [("choice", 2)]
    assert told.item.status == "not_started"
    assert factories.item(case, "choice").status == "done"
    assert (models.ChecklistItem.history.count(), models.AuditEvent.objects.count()) == before


def test_the_preview_tells_of_due_times_that_count_from_the_item(case, ann, record):
    with simulated(case.opened_at + timedelta(days=30)):
        record("date", ann, response={"value": (case.opened_at + timedelta(days=9)).isoformat()})
        record("date", ann, response={"value": (case.opened_at + timedelta(days=19)).isoformat()})
    assert codes(preview(case, "date", 2).moved) == [("day", 1)]
    assert preview(case, "date", 3).moved == []


def test_the_preview_tells_of_occurrences_that_come_and_of_those_worked_on(case, ann, record):
    record("choice", ann, status="in_progress")
    record("choice", ann, response={"value": "low"})
    assert preview(case, "choice", 2).following.occurrence == 2
    record("choice", ann, status="in_progress", occurrence=2)
    told = preview(case, "choice", 2)
    assert (told.off, told.following.status) == ([], "in_progress")


def test_the_preview_tells_of_an_occurrence_that_was_taken_away_and_comes_again(case, ann, record, restore):
    done = record("choice", ann, response={"value": "low"})
    undoing.undo_change(by=ann, event=done.event)
    assert codes(preview(case, "choice", 2).added) == [("choice", 2)]
    restore("choice", ann, 2)
    assert factories.item(case, "choice", 2).due_at


def test_the_preview_tells_when_the_phase_would_no_longer_be_finished(case, ann, record):
    record("tick", ann, response={"value": True})
    assert not preview(case, "tick", 1).is_reopened
    one = factories.open_case(version=factories.published([{"code": "only", "phase": 1}]))
    by = factories.member(one.team)
    for status, more in (("in_progress", {}), ("done", {"response": {"value": True}})):
        item = factories.item(one, "only")
        checklists.record_item(by=by, item=item, seen=item.version, status=status, **more)
    assert preview(one, "only", 2).is_reopened
    assert not preview(one, "only", 3).is_reopened


def test_the_preview_names_who_changed_the_same_since(case, ann, bob, record):
    record("tick", ann, status="in_progress")
    record("tick", bob, status="in_progress", note="Seen.")
    checklists.assign_item(by=ann, item=factories.item(case, "tick"), seen=3, assignee=ann)
    assert [str(row.history_user) for row in preview(case, "tick", 1).since] == ["A. Rahman", "J. Lindqvist"]
    change(case, bob, age_years=61)
    change(case, ann, sex="male")
    fresh = models.Case.objects.select_related("template_version").get(pk=case.pk)
    since = restoring.preview_detail(fresh, "age_years", 1).since
    assert [str(row.history_user) for row in since] == ["J. Lindqvist"]


def test_the_preview_of_a_field_tells_which_items_switch(case, ann):
    change(case, ann, cord_compression="excluded")
    fresh = models.Case.objects.select_related("template_version").get(pk=case.pk)
    told = restoring.preview_detail(fresh, "cord_compression", 1)
    assert (codes(told.on), codes(told.off)) == ([("several", 1)], [])
