"""What a team does with a checklist."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pathways import models
from pathways.audit.recording import recording, simulated
from pathways.permissions import Forbidden, as_system
from pathways.services import BadInput, ChangedElsewhere, TakenAway, cases, checklists
from tests import factories

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def case():
    return factories.open_case(details={"cord_compression": "suspected"})


@pytest.fixture
def ann(case):
    return factories.member(case.team, display_name="A. Rahman")


@pytest.fixture
def bob(case):
    return factories.member(case.team, display_name="J. Lindqvist")


# An ordinary afternoon, then near midnight, the clocks changed on that day or in the days before.
HARD_TIMES = [
    "2026-11-03T14:32+00:00",
    "2026-03-29T23:30+01:00",
    "2026-04-06T00:30+01:00",
    "2026-10-25T23:30+00:00",
    "2026-10-31T00:30+00:00",
]


@pytest.fixture(params=HARD_TIMES)
def now(request):
    """The moment at which the clock stands."""
    with time_machine.travel(datetime.fromisoformat(request.param), tick=False):
        yield timezone.now()


def record(item, by, seen=None, **values):
    return checklists.record_item(by=by, item=item, seen=item.version if seen is None else seen, **values)


RESPONSES = {
    "tick": {"value": True},
    "date": {"value": "2026-01-05T10:14:00Z"},
    "day": {"value": "2026-01-05"},
    "number": {"value": 2.4, "unit": "mmol/L"},
    "choice": {"value": "low"},
    "several": {"value": ["low", "high"]},
    "text": {"value": "Agreed with the family."},
}
SINS = {
    "location": "semirigid",
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "normal",
    "vertebral_collapse": "under_half",
    "posterolateral": "bilateral",
}


@pytest.mark.parametrize("code", RESPONSES)
def test_every_kind_of_response_settles_its_item(case, ann, code):
    record(factories.item(case, code), ann, status="done", response=RESPONSES[code])
    item = factories.item(case, code)
    assert (item.status, item.response, item.settled_by) == ("done", RESPONSES[code], ann)


@pytest.mark.parametrize("code", RESPONSES)
def test_done_needs_its_response(case, ann, code):
    with pytest.raises(BadInput, match="response"):
        record(factories.item(case, code), ann, status="done")
    assert factories.item(case, code).status == "not_started"


def test_a_score_is_added_up_on_the_server(case, ann):
    lie = {"components": SINS, "total": 0, "band": "Stable"}
    record(factories.item(case, "sins"), ann, status="done", response=lie)
    stored = factories.item(case, "sins").response
    assert stored["total"] == 1 + 3 + 2 + 0 + 2 + 3
    assert stored["band"] == "Potentially unstable"
    assert (stored["components"], stored["version"]) == (SINS, 1)


def test_a_half_answered_score_has_no_band_and_is_not_done(case, ann):
    half = {"components": {"location": "junctional"}}
    with pytest.raises(BadInput):
        record(factories.item(case, "sins"), ann, status="done", response=half)
    record(factories.item(case, "sins"), ann, status="in_progress", response=half)
    assert factories.item(case, "sins").response["band"] is None


def test_a_date_is_the_moment_of_care(case, ann):
    record(factories.item(case, "date"), ann, status="done", response={"value": "2026-01-05T10:14:00Z"})
    assert factories.item(case, "date").settled_at == datetime(2026, 1, 5, 10, 14, tzinfo=ZoneInfo("UTC"))


def test_care_is_never_recorded_before_it_happened(case, ann):
    tomorrow = timezone.now() + timedelta(days=1)
    with pytest.raises(BadInput, match="future"):
        record(
            factories.item(case, "tick"), ann, status="done", response={"value": True}, settled_at=tomorrow
        )


def test_care_may_be_recorded_after_it_happened(case, ann):
    yesterday = timezone.now() - timedelta(hours=23)
    record(factories.item(case, "tick"), ann, status="done", response={"value": True}, settled_at=yesterday)
    item = factories.item(case, "tick")
    assert item.settled_at == yesterday
    assert item.history.latest("version").history_date > yesterday


@pytest.mark.parametrize("status", ["blocked", "not_applicable", "not_done"])
def test_these_need_a_reason_that_fits(case, ann, status):
    item = factories.item(case, "tick")
    with pytest.raises(BadInput, match="reason"):
        record(item, ann, status=status)
    with pytest.raises(BadInput, match="reason"):
        record(item, ann, status=status, reason=factories.reason(**{f"for_{status}": False}))
    with pytest.raises(BadInput, match="reason"):
        record(item, ann, status=status, reason=factories.reason(is_active=False))
    record(item, ann, status=status, reason=factories.reason(label="Declined"))
    assert factories.item(case, "tick").reason.label == "Declined"


def test_a_reason_that_demands_words_gets_them(case, ann):
    reason = factories.reason(needs_text=True)
    with pytest.raises(BadInput, match="Say"):
        record(factories.item(case, "tick"), ann, status="blocked", reason=reason, reason_text="  ")
    record(factories.item(case, "tick"), ann, status="blocked", reason=reason, reason_text="Scanner is down")
    assert factories.item(case, "tick").reason_text == "Scanner is down"


def test_a_reason_goes_when_the_status_no_longer_needs_it(case, ann):
    record(factories.item(case, "tick"), ann, status="blocked", reason=factories.reason(), reason_text="Wait")
    record(factories.item(case, "tick"), ann, status="in_progress")
    item = factories.item(case, "tick")
    assert (item.reason, item.reason_text) == (None, "")


def test_an_unknown_status_is_refused(case, ann):
    with pytest.raises(BadInput):
        record(factories.item(case, "tick"), ann, status="finished")


def test_recording_nothing_new_leaves_no_line_in_the_record(case, ann):
    record(factories.item(case, "tick"), ann, status="in_progress", note="Called")
    events = models.AuditEvent.objects.count()
    assert record(factories.item(case, "tick"), ann, status="in_progress", note="Called").event is None
    assert models.AuditEvent.objects.count() == events


def test_the_first_item_starts_its_phase(case, ann):
    record(factories.item(case, "text"), ann, status="in_progress")
    phase = case.phases.get(phase=4)
    assert phase.started_by == ann
    assert case.phases.get(phase=6).started_at is None


def test_a_started_phase_sets_the_clocks_that_wait_for_it(case, ann):
    assert factories.item(case, "last").due_at is None
    row = checklists.start_phase(by=ann, case=case, phase=6)
    due = factories.item(case, "last").due_at.astimezone(LONDON)
    assert due.date() == (row.started_at.astimezone(LONDON) + timedelta(days=28)).date()
    assert (due.hour, due.minute) == (23, 59)
    assert case.progress.get(phase=6).next_due == factories.item(case, "last").due_at


def test_starting_a_phase_again_changes_nothing(case, ann):
    checklists.start_phase(by=ann, case=case, phase=6)
    events = models.AuditEvent.objects.count()
    checklists.start_phase(by=ann, case=case, phase=6)
    assert models.AuditEvent.objects.count() == events


def test_a_redated_completion_moves_what_is_due_from_it_forwards_and_back(case, ann):
    dues = []
    for value in ("2026-01-05T10:00:00Z", "2026-01-08T10:00:00Z", "2026-01-02T10:00:00Z"):
        record(factories.item(case, "date"), ann, status="done", response={"value": value}, why="Corrected")
        dues.append(factories.item(case, "day").due_at)
    opened = case.opened_at.astimezone(LONDON).date() + timedelta(days=7)
    assert {due.astimezone(LONDON).date() for due in dues} == {opened}
    assert factories.item(case, "day").history.latest("version").audit_event.case == case


def ago(now, days):
    """As many days ago by the calendar of London, at the same time of day."""
    return (now.astimezone(LONDON) - timedelta(days=days)).astimezone(UTC)


def test_a_later_anchor_moves_its_dependants_in_the_same_event(now):
    case = factories.open_case(opened_at=ago(now, 20))
    ann = factories.member(case.team)
    days = []
    for number in (10, 4, 12):
        moment = ago(now, number).strftime("%Y-%m-%dT%H:%M:%SZ")
        answer = {"response": {"value": moment}, "why": "Corrected"}
        done = record(factories.item(case, "date"), ann, status="done", **answer)
        item = factories.item(case, "day")
        days.append((item.due_at.astimezone(LONDON).date() - now.astimezone(LONDON).date()).days)
        assert item.history.latest("version").audit_event_id == done.event.pk
    assert days == [-3, 3, -5]


def test_completing_a_repeat_makes_the_next_due_from_the_completion(now):
    case = factories.open_case(opened_at=ago(now, 9))
    ann = factories.member(case.team)
    done_at = ago(now, 2)
    answer = {"response": {"value": "low"}, "settled_at": done_at, "why": "Recorded late"}
    record(factories.item(case, "choice"), ann, status="done", **answer)
    following = factories.item(case, "choice", 2)
    assert following.status == "not_started"
    days = following.due_at.astimezone(LONDON).date() - done_at.astimezone(LONDON).date()
    assert days == timedelta(days=7)


def test_a_missed_occurrence_is_followed_by_the_next(case, ann):
    record(factories.item(case, "choice"), ann, status="not_done", reason=factories.reason())
    assert factories.item(case, "choice", 2).due_at is not None


def test_stopping_a_repeat_is_a_recorded_decision(case, ann):
    record(factories.item(case, "choice"), ann, status="done", response={"value": "low"})
    reason = factories.reason(label="No longer needed")
    record(factories.item(case, "choice", 2), ann, status="not_applicable", reason=reason)
    assert not case.items.filter(code="choice", occurrence=3).exists()
    assert factories.item(case, "choice", 2).reason == reason


def test_a_repeat_is_made_once(case, ann):
    record(factories.item(case, "choice"), ann, status="done", response={"value": "low"})
    record(factories.item(case, "choice"), ann, status="done", response={"value": "high"})
    assert case.items.filter(code="choice").count() == 2


def test_later_occurrences_never_change_the_counts(case, ann):
    record(factories.item(case, "choice"), ann, status="done", response={"value": "low"})
    before = case.progress.filter(phase=2).values().get()
    record(factories.item(case, "choice", 2), ann, status="done", response={"value": "low"})
    assert case.progress.filter(phase=2).values().get() == before


def test_an_assignee_is_someone_who_may_work_on_the_case(case, ann, bob):
    item = factories.item(case, "tick")
    checklists.assign_item(by=ann, item=item, seen=1, assignee=bob)
    assert factories.item(case, "tick").assignee == bob
    for stranger in (factories.observer(case.team), factories.member(factories.team())):
        with pytest.raises(BadInput, match="cannot"):
            checklists.assign_item(by=ann, item=factories.item(case, "tick"), seen=2, assignee=stranger)
    checklists.assign_item(by=ann, item=factories.item(case, "tick"), seen=2, assignee=None)
    assert factories.item(case, "tick").assignee is None


def test_a_comment_needs_words(case, ann):
    with pytest.raises(BadInput):
        checklists.add_comment(by=ann, case=case, text="  ")
    comment = checklists.add_comment(by=ann, case=case, item=factories.item(case, "tick"), text=" Seen. ")
    assert (comment.text, comment.author) == ("Seen.", ann)


def test_an_observer_may_look_but_not_touch(case):
    observer = factories.observer(case.team)
    item = factories.item(case, "tick")
    for act in (
        lambda: record(item, observer, status="in_progress"),
        lambda: checklists.assign_item(by=observer, item=item, seen=1, assignee=None),
        lambda: checklists.add_comment(by=observer, case=case, text="Hello"),
        lambda: checklists.start_phase(by=observer, case=case, phase=6),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_status_set_by_two_people_is_never_merged(case, ann, bob):
    item = factories.item(case, "tick")
    record(item, bob, seen=1, status="blocked", reason=factories.reason(), reason_text="Waiting for the scan")
    with pytest.raises(ChangedElsewhere) as told:
        record(item, ann, seen=1, status="done", response={"value": True})
    assert told.value.person == bob
    assert told.value.theirs.status == "blocked"
    assert factories.item(case, "tick").status == "blocked"


def test_the_same_status_by_two_people_is_already_saved(case, ann, bob):
    item = factories.item(case, "tick")
    record(item, bob, seen=1, status="done", response={"value": True})
    assert record(item, ann, seen=1, status="done", response={"value": True}).event is None
    assert factories.item(case, "tick").settled_by == bob


def test_a_note_and_a_status_by_two_people_both_stay(case, ann, bob):
    item = factories.item(case, "tick")
    record(item, bob, seen=1, status="in_progress")
    told = record(item, ann, seen=1, status="not_started", note="Family present, plan explained.")
    item = factories.item(case, "tick")
    assert (item.status, item.note) == ("in_progress", "Family present, plan explained.")
    assert told.merged == ["J. Lindqvist changed the status meanwhile; that was kept."]


def test_two_notes_are_never_merged(case, ann, bob):
    item = factories.item(case, "tick")
    record(item, bob, seen=1, status="not_started", note="Unsteady on stairs.")
    with pytest.raises(ChangedElsewhere):
        record(item, ann, seen=1, status="not_started", note="Brace refitted, skin intact.")
    assert factories.item(case, "tick").note == "Unsteady on stairs."


def test_ones_own_other_window_is_no_conflict(case, ann):
    item = factories.item(case, "tick")
    record(item, ann, seen=1, status="in_progress")
    told = record(item, ann, seen=1, status="done", response={"value": True})
    assert told.merged == ["You also changed this in another window."]
    assert factories.item(case, "tick").status == "done"


def test_a_due_time_that_moved_is_no_conflict(case, ann, bob):
    seen = factories.item(case, "day").version
    record(factories.item(case, "date"), bob, status="done", response={"value": "2026-01-05T10:00:00Z"})
    assert factories.item(case, "day").version > seen
    record(factories.item(case, "day"), ann, seen=seen, status="in_progress")
    assert factories.item(case, "day").status == "in_progress"


def test_a_replacement_is_recorded_as_one(case, ann, bob):
    item = factories.item(case, "tick")
    record(item, bob, status="in_progress")
    told = record(factories.item(case, "tick"), ann, status="done", response={"value": True}, replacing=True)
    assert "Replaced" in told.event.reason


@pytest.mark.parametrize("seen", [0, 99, 2**31 - 1])
def test_a_version_that_never_was_is_refused(case, ann, seen):
    with pytest.raises(BadInput, match="out of date"):
        record(factories.item(case, "tick"), ann, seen=seen, status="in_progress")


def columns(item):
    return {each.attname: getattr(item, each.attname) for each in item._meta.concrete_fields}


def assert_stands(done, case):
    """What it gives back is what a page would read: each row as stored, in the order of the page."""
    stored = case.items.order_by("phase", "position", "occurrence")
    assert [columns(each) for each in done.items] == [columns(each) for each in stored]
    assert any(done.item is each for each in done.items)
    assert done.changed == {row.id for row in models.ChecklistItem.history.filter(audit_event=done.event)}


def test_a_save_gives_the_checklist_as_it_stands_now_and_says_what_changed(case, ann):
    repeating = record(factories.item(case, "choice"), ann, status="done", response=RESPONSES["choice"])
    assert_stands(repeating, case)
    assert len(repeating.changed) == 2
    awaited = record(factories.item(case, "date"), ann, status="done", response=RESPONSES["date"])
    assert_stands(awaited, case)
    assert {each.code for each in awaited.items if each.pk in awaited.changed} == {"date", "day"}
    nothing = record(factories.item(case, "date"), ann, status="done")
    assert nothing.event is None
    assert_stands(nothing, case)


def test_so_do_an_assignment_and_a_due_time(case, ann):
    item = factories.item(case, "tick")
    assert_stands(checklists.assign_item(by=ann, item=item, seen=1, assignee=ann), case)
    due = case.opened_at + timedelta(hours=1)
    assert_stands(checklists.set_due(by=ann, item=item, seen=2, due=due), case)


def test_a_save_and_what_follows_for_the_same_item_are_one_version(case, ann):
    """The phase starts with the item, from which its due time counts."""
    done = record(factories.item(case, "last"), ann, status="in_progress")
    assert done.item.due_at is not None
    assert [row.version for row in models.ChecklistItem.history.filter(audit_event=done.event)] == [2]


def saving_queries(case, by, code, **values):
    item = factories.item(case, code)
    by.__dict__.pop("roles_by_team", None)
    with CaptureQueriesContext(connection) as queries:
        record(item, by, **values)
    return len(queries)


def test_saving_costs_the_same_however_much_follows_from_it():
    dependants = [
        {"code": f"after-{n}", "phase": 4, **factories.within("item", "P7D", "first")} for n in range(30)
    ]
    first = {"code": "first", "phase": 3, "repeat": "P7D"}
    team = factories.team()
    by = factories.member(team)
    counts = []
    for number in (1, 30):
        case = factories.open_case(team, factories.published([first, *dependants[:number]]))
        counts.append(saving_queries(case, by, "first", status="done", response={"value": True}))
    assert counts[0] == counts[1] <= 14


def test_a_simulated_day_has_one_time_for_everything(case, ann):
    at = timezone.now() - timedelta(hours=1)
    with simulated(at):
        done = record(factories.item(case, "tick"), ann, status="done", response={"value": True})
    assert factories.item(case, "tick").settled_at == done.event.at == at


def test_an_anchor_that_repeats_counts_from_its_first_completion(now):
    items = [
        {"code": "first", "phase": 1, "repeat": "P7D"},
        {"code": "after", "phase": 1, **factories.within("item", "P3D", "first")},
    ]
    case = factories.open_case(version=factories.published(items), opened_at=ago(now, 20))
    ann = factories.member(case.team)
    for occurrence, days in ((1, 12), (2, 5)):
        item = factories.item(case, "first", occurrence)
        when = {"settled_at": ago(now, days), "why": "Recorded late"}
        record(item, ann, status="done", response={"value": True}, **when)
    due = factories.item(case, "after").due_at.astimezone(LONDON).date()
    assert due == ago(now, 9).astimezone(LONDON).date()


def test_a_conditional_item_without_a_rule_applies_once_a_person_records_it():
    items = [
        {"code": "support", "phase": 5, "requirement": "conditional", "applies_text": "Distress is seen."}
    ]
    case = factories.open_case(version=factories.published(items))
    assert factories.item(case, "support").applies_since is None
    done = record(factories.item(case, "support"), factories.member(case.team), status="in_progress")
    assert factories.item(case, "support").applies_since == done.event.at
    assert case.progress.get(phase=5).in_progress == 1


def test_a_rule_that_turns_false_ends_the_repeats_and_keeps_the_answers():
    rule = {"all": [{"field": "immobilised", "is": True}]}
    item = {"code": "daily", "phase": 3, "requirement": "conditional", "applies_text": "Lying flat."}
    version = factories.published([item | {"applies_rule": rule, "repeat": "P1D"}])
    case = factories.open_case(version=version, details={"immobilised": True})
    ann = factories.member(case.team)
    record(factories.item(case, "daily"), ann, status="done", response={"value": True})
    assert factories.item(case, "daily", 2).due_at is not None
    cases.update_case_details(by=ann, case=case, seen=1, details={"immobilised": False})
    following = factories.item(case, "daily", 2)
    assert (following.applies_since, following.due_at) == (None, None)
    record(following, ann, status="done", response={"value": True})
    assert not case.items.filter(code="daily", occurrence=3).exists()
    assert factories.item(case, "daily").response == {"value": True}


def test_when_care_happened_is_never_merged(case, ann, bob):
    now, tick = timezone.now(), {"status": "done", "response": {"value": True}}
    item = factories.item(case, "tick")
    record(item, bob, seen=1, **tick, settled_at=now - timedelta(hours=3))
    with pytest.raises(ChangedElsewhere):
        record(item, ann, seen=1, **tick, settled_at=now - timedelta(hours=1))
    assert factories.item(case, "tick").settled_at == now - timedelta(hours=3)


def test_a_day_without_a_time_stays_when_it_is_saved_again(ann, case):
    at = case.opened_at + timedelta(days=1)
    day = at.astimezone(LONDON).date().isoformat()
    with simulated(at):
        record(factories.item(case, "day"), ann, status="done", response={"value": day})
    first = factories.item(case, "day").settled_at
    with simulated(at + timedelta(minutes=90)):
        assert record(factories.item(case, "day"), ann, status="done", response={"value": day}).event is None
    assert factories.item(case, "day").settled_at == first


def test_a_conflict_names_who_changed_the_same_and_not_who_came_last(case, ann, bob):
    carol = factories.member(case.team)
    item = factories.item(case, "tick")
    record(item, bob, seen=1, status="blocked", reason=factories.reason())
    record(item, carol, seen=1, status="not_started", note="Seen by telephone.")
    with pytest.raises(ChangedElsewhere) as told:
        record(item, ann, seen=1, status="done", response={"value": True})
    assert told.value.person == bob


def test_ones_own_status_beside_anothers_note_is_no_conflict(case, ann, bob):
    item = factories.item(case, "tick")
    record(item, ann, seen=1, status="in_progress")
    record(item, bob, seen=1, status="not_started", note="Seen by telephone.")
    told = record(item, ann, seen=1, status="done", response={"value": True})
    assert told.event
    assert factories.item(case, "tick").note == "Seen by telephone."


def test_a_status_that_went_away_and_came_back_is_told_all_the_same(case, ann, bob):
    item = factories.item(case, "tick")
    record(item, bob, seen=1, status="blocked", reason=factories.reason())
    record(factories.item(case, "tick"), bob, status="not_started")
    with pytest.raises(ChangedElsewhere):
        record(item, ann, seen=1, status="done", response={"value": True})


def test_a_completion_corrected_to_not_applicable_ends_the_series(case, ann):
    record(factories.item(case, "choice"), ann, status="done", response={"value": "low"})
    record(factories.item(case, "choice"), ann, status="not_applicable", reason=factories.reason())
    following = factories.item(case, "choice", 2)
    assert (following.applies_since, following.due_at) == (None, None)
    record(factories.item(case, "choice"), ann, status="done")
    assert factories.item(case, "choice", 2).due_at is not None


def test_a_reason_that_is_no_longer_offered_may_stay(case, ann):
    reason = factories.reason(is_active=False)
    with pytest.raises(BadInput):
        record(factories.item(case, "tick"), ann, status="blocked", reason=reason)
    used = factories.reason()
    record(factories.item(case, "tick"), ann, status="blocked", reason=used)
    with transaction.atomic(), recording(by=as_system(), action="load_vocabulary"):
        used.is_active = False
        used.save()
    record(factories.item(case, "tick"), ann, status="blocked", reason=used, note="Still waiting.")
    assert factories.item(case, "tick").note == "Still waiting."


def test_a_comment_stays_with_the_items_of_its_own_case(case, ann):
    other = factories.item(factories.open_case(), "tick")
    with pytest.raises(TakenAway):
        checklists.add_comment(by=ann, case=case, item=other, text="Seen.")
