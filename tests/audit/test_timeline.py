"""The story of a case: who did what, when and why, in words, from the history alone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pathways.audit import timeline
from pathways.audit.recording import record_event, recording, simulated
from pathways.enums import Action, Phase, Role
from pathways.models import Case, ChecklistItem
from pathways.permissions import as_system
from pathways.services import cases, checklists, people, undoing
from tests import factories

NOW = datetime(2026, 11, 3, 10, 14, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def coordinator(team):
    return factories.coordinator(team, display_name="S. Byrne")


@pytest.fixture
def member(team):
    return factories.member(team, display_name="Dr A. Rahman")


@pytest.fixture
def case(team, coordinator):
    with time_machine.travel(NOW, tick=False):
        return factories.open_case(team, by=coordinator, details={"cord_compression": "not_suspected"})


def record(case, code, by, status="done", **kwargs):
    """Record the item as its page would; done ticks the tick."""
    item = factories.item(case, code)
    if code == "tick" and status == "done":
        kwargs.setdefault("response", {"value": True})
    return checklists.record_item(by=by, item=item, seen=item.version, status=status, **kwargs)


def newest(case, **kwargs):
    return timeline.story(case, **kwargs).entries[0]


def changed(entry):
    return [tuple(change) for change in entry.changes]


def followed(entry):
    return {effect.summary: [tuple(line) for line in effect.lines] for effect in entry.effects}


def title(case, code):
    return factories.item(case, code).name


def test_the_newest_comes_first_and_the_opening_last(case, member):
    record(case, "tick", member)
    told = [entry.lead for entry in timeline.story(case).entries]
    assert told == ["marked", "opened the case"]


def test_an_entry_says_who_in_which_role_did_what_and_when(case, member):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        record(case, "tick", member)
    entry = newest(case)
    assert (entry.who, entry.about) == ("Dr A. Rahman", "team member")
    assert entry.sentence == f"marked “{title(case, 'tick')}” done"
    assert changed(entry) == [("Status", "Not started", "Done")]
    assert (entry.day, entry.time) == ("Tuesday 3 November 2026", "11:14")


def test_the_role_is_the_one_the_person_had_at_the_time(case, member, team):
    record(case, "tick", member)
    people.add_membership(by=as_system(), user=member, team=team, role=Role.COORDINATOR)
    assert newest(case).role == "team member"


def test_what_a_command_did_was_done_by_the_system(case):
    record(case, "extra", as_system(), status="in_progress")
    entry = newest(case)
    assert (entry.who, entry.about) == ("The system", "")


def test_each_field_shows_its_old_and_its_new_value(case, member):
    reason = factories.reason(label="Awaiting a slot")
    record(case, "number", member, status="blocked", reason=reason, reason_text="Scanner", note="Rang twice")
    entry = newest(case)
    assert entry.sentence == f"blocked “{title(case, 'number')}”"
    assert changed(entry) == [
        ("Status", "Not started", "Blocked"),
        ("Note", "", "Rang twice"),
        ("Reason", "", "Awaiting a slot: Scanner"),
    ]
    record(case, "number", member, response={"value": 2.4, "unit": "mmol/L"})
    assert changed(newest(case)) == [
        ("Status", "Blocked", "Done"),
        ("Response", "", "2.40 mmol/L"),
        ("Reason", "Awaiting a slot: Scanner", ""),
    ]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("in_progress", "marked “{}” in progress"),
        ("not_applicable", "marked “{}” not applicable"),
        ("not_done", "marked “{}” not done"),
    ],
)
def test_each_status_has_a_sentence(case, member, status, sentence):
    reason = None if status == "in_progress" else factories.reason()
    record(case, "tick", member, status=status, reason=reason)
    assert newest(case).sentence == sentence.format(title(case, "tick"))
    assert newest(case).status == status


def test_an_item_set_back_says_so(case, member):
    record(case, "tick", member)
    record(case, "tick", member, status="not_started", why="Wrong item.")
    assert newest(case).sentence == f"set “{title(case, 'tick')}” back to not started"


def test_a_changed_score_shows_the_parts_that_differ(case, member):
    parts = dict.fromkeys(["pain", "bone_lesion", "alignment", "vertebral_collapse", "posterolateral"])
    picks = ["occasional", "lytic", "normal", "none", "none"]
    picked = dict(zip(parts, picks, strict=True)) | {"location": "mobile"}
    record(case, "sins", member, response={"components": picked})
    record(case, "sins", member, response={"components": picked | {"location": "rigid"}}, why="Read again.")
    entry = newest(case)
    assert entry.sentence == f"changed the response of “{title(case, 'sins')}”"
    assert changed(entry) == [
        ("Response", "SINS 5 of 18, Stable", "SINS 3 of 18, Stable"),
        ("Location", "Mobile (C3 to C6, L2 to L4)", "Rigid (S2 to S5)"),
    ]


def test_a_note_alone_is_told_as_a_note(case, member):
    record(case, "tick", member, status="not_started", note="Rang the ward")
    assert newest(case).sentence == f"added a note to “{title(case, 'tick')}”"
    record(case, "tick", member, status="not_started", note="Rang the ward twice")
    assert newest(case).sentence == f"changed the note of “{title(case, 'tick')}”"


def test_care_that_happened_earlier_says_when(case, member):
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        record(case, "tick", member, settled_at=NOW)
    assert ("Happened", "", "3 Nov 2026, 10:14") in changed(newest(case))


def test_an_assignment_names_the_person(case, coordinator, member):
    item = factories.item(case, "tick")
    checklists.assign_item(by=coordinator, item=item, seen=item.version, assignee=member)
    assert newest(case).sentence == f"assigned “{item.name}” to Dr A. Rahman"
    item.refresh_from_db()
    checklists.assign_item(by=coordinator, item=item, seen=item.version, assignee=None)
    assert newest(case).sentence == f"assigned “{item.name}” to nobody"


def give_due(case, by, due, code="tick"):
    item = factories.item(case, code)
    return checklists.set_due(by=by, item=item, seen=item.version, due=due).event


def test_a_due_time_set_by_hand_is_told_once_with_the_time_before_and_after(case, member):
    named = f"“{title(case, 'tick')}”"
    for due, told in [
        (NOW + timedelta(hours=6), ("3 Nov 2026, 14:14", "3 Nov 2026, 16:14, set by hand")),
        (NOW.replace(hour=23, minute=59, second=59), (None, "3 Nov 2026, set by hand")),
    ]:
        give_due(case, member, due)
        entry = newest(case)
        assert entry.sentence == f"set the due time of {named}"
        [(label, old, new)] = changed(entry)
        assert (label, new) == ("Due", told[1])
        assert told[0] in (None, old)
        assert entry.effects == []
    give_due(case, member, None)
    assert newest(case).sentence == f"set the due time of {named} back to the pathway's target"
    assert changed(newest(case)) == [("Due", "3 Nov 2026, set by hand", "3 Nov 2026, 14:14")]
    assert newest(case).effects == []


def test_a_due_time_set_by_hand_is_told_although_the_target_was_the_same(case, member):
    give_due(case, member, factories.item(case, "tick").due_at)
    assert changed(newest(case)) == [("Due", "3 Nov 2026, 14:14", "3 Nov 2026, 14:14, set by hand")]


def test_the_story_of_an_item_tells_its_due_time_and_the_undoing(case, member):
    event = give_due(case, member, NOW + timedelta(hours=6))
    item = factories.item(case, "tick")
    assert changed(newest(case, item=item)) == changed(newest(case))
    undoing.undo_change(by=member, event=event)
    entry = newest(case, item=item)
    assert entry.sentence.startswith("undid the change of ")
    assert entry.sentence.endswith(f" to “{item.name}”")
    assert changed(entry) == [("Due", "3 Nov 2026, 16:14, set by hand", "3 Nov 2026, 14:14")]
    assert entry.effects == []


def test_a_comment_is_told_in_full(case, member):
    checklists.add_comment(by=member, case=case, text="MDT on Thursday")
    assert (newest(case).sentence, newest(case).text) == ("commented on the case", "MDT on Thursday")
    item = factories.item(case, "tick")
    checklists.add_comment(by=member, case=case, item=item, text="Asked again")
    assert (newest(case).sentence, newest(case).text) == (f"commented on “{item.name}”", "Asked again")


def test_changed_details_tell_which_items_began_and_ceased_to_apply(case, coordinator):
    several = title(case, "several")
    cases.update_case_details(by=coordinator, case=case, seen=1, details={"cord_compression": "suspected"})
    entry = newest(case)
    compression = "Spinal cord or cauda equina compression"
    assert entry.sentence == "changed the case details"
    assert changed(entry) == [(compression, "Not suspected", "Suspected")]
    [(name, old, due)] = followed(entry)["1 item began to apply"]
    assert (name, old) == (several, "")
    assert due
    cases.update_case_details(by=coordinator, case=case, seen=2, details={})
    assert changed(newest(case)) == [(compression, "Suspected", "Not entered")]
    assert followed(newest(case)) == {"1 item no longer applies": [(several, "", "")]}


def test_a_completion_tells_the_due_times_it_moved(case, member):
    moment = "2026-11-03T09:00:00Z"
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        record(case, "date", member, response={"value": moment})
    assert followed(newest(case)) == {"1 due time moved": [(title(case, "day"), "", "10 Nov 2026")]}


def test_a_repeating_item_tells_its_next_occurrence(case, member):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        record(case, "choice", member, response={"value": "low"})
    name = f"{title(case, 'choice')}, occurrence 2"
    assert followed(newest(case)) == {"Next occurrence added": [(name, "", "10 Nov 2026")]}


def test_the_first_item_of_a_phase_tells_that_the_phase_started(case, member):
    record(case, "text", member, status="in_progress")
    assert "Tumour control started" in followed(newest(case))
    checklists.start_phase(by=member, case=case, phase=Phase.STABILISATION)
    assert newest(case).sentence == "started Stabilisation"


def test_an_item_and_what_followed_for_it_are_one_change(case, member):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        record(case, "last", member, status="in_progress")
    assert factories.item(case, "last").version == 2
    entry = newest(case)
    assert changed(entry) == [("Status", "Not started", "In progress"), ("Due", "", "1 Dec 2026")]
    assert followed(entry) == {"Follow-up started": []}


def test_an_item_saved_twice_by_one_action_is_told_once(case, member):
    item = factories.item(case, "last")
    with transaction.atomic(), recording(by=member, action=Action.RECORD_ITEM, case=case):
        for note in ("Rang.", "Rang twice."):
            item.note = note
            item.save()
    assert changed(newest(case)) == [("Note", "", "Rang twice.")]


def test_an_undo_says_what_it_took_back_and_the_undone_says_so(case, member):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        event = record(case, "choice", member, response={"value": "low"}).event
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        undoing.undo_change(by=member, event=event)
    undo, undone = timeline.story(case).entries[:2]
    assert undo.sentence == f"undid the change of 3 Nov 2026, 11:14 to “{title(case, 'choice')}”"
    assert changed(undo)[:2] == [("Status", "Done", "Not started"), ("Response", "Low", "")]
    assert "Next occurrence taken away" in followed(undo)
    assert undone.undone == "Undone by Dr A. Rahman, 3 Nov 2026, 12:14"


def test_undoing_changed_details_says_so(case, member):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        cases.update_case_details(by=member, case=case, seen=1, details={})
    undoing.undo_change(by=member, event=newest(case).event)
    assert newest(case).sentence == "undid the change to the case details of 3 Nov 2026, 11:14"


def test_holding_closing_and_reopening_say_why(case, coordinator):
    cases.hold_case(by=coordinator, case=case, reason="Away until Monday")
    assert (newest(case).sentence, newest(case).reason) == ("put the case on hold", "Away until Monday")
    cases.reopen_case(by=coordinator, case=case, reason="Back")
    assert newest(case).sentence == "took the case off hold"
    cases.close_case(by=coordinator, case=case, outcome="died")
    assert newest(case).sentence == "closed the case: Died"
    cases.reopen_case(by=coordinator, case=case, reason="Wrong case")
    assert (newest(case).sentence, newest(case).reason) == ("reopened the case", "Wrong case")


def test_opening_a_case_sums_up_its_checklist_and_what_was_entered(case):
    entry = newest(case)
    assert followed(entry) == {
        "10 items on the checklist, 9 of them apply": [],
        "1 case detail entered": [("Spinal cord or cauda equina compression", "", "Not suspected")],
    }


def test_a_refused_attempt_is_part_of_the_story(case, member):
    refused = "hold, close or reopen this case: POST /cases/SM-1/hold/"
    record_event(action=Action.REFUSED, by=member, case=case, reason=refused)
    entry = newest(case)
    assert (entry.sentence, entry.reason) == ("was not allowed to hold, close or reopen this case", "")


def test_a_simulated_time_says_so(case, member):
    with simulated(NOW + timedelta(hours=1)):
        record(case, "tick", member)
    assert newest(case).about == "team member, simulated"
    assert timeline.story(case).has_simulated


def test_the_story_of_an_item_has_what_touched_the_item_and_nothing_else(case, member):
    record(case, "tick", member)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        record(case, "date", member, response={"value": "2026-11-03T09:00:00Z"})
    day = factories.item(case, "day")
    checklists.add_comment(by=member, case=case, item=day, text="Seen")
    checklists.add_comment(by=member, case=case, text="Not about it")
    said, moved, opened = timeline.story(case, item=day).entries
    assert said.text == "Seen"
    assert moved.sentence == f"marked “{title(case, 'date')}” done"
    assert moved.changes == []
    assert followed(moved) == {"Its due time moved": [(day.name, "", "10 Nov 2026")]}
    assert (opened.sentence, opened.effects) == ("opened the case", [])


def test_a_case_does_not_tell_the_story_of_another(case, member, team):
    record(factories.open_case(team), "tick", member)
    assert [entry.sentence for entry in timeline.story(case).entries] == ["opened the case"]


def test_pages_by_key_tell_every_event_once_even_at_the_same_moment(case, member):
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        for number in range(7):
            checklists.add_comment(by=member, case=case, text=f"Comment {number}")
    told, place = [], None
    while True:
        page = timeline.story(case, before=place, limit=3)
        told += [entry.event.pk for entry in page.entries]
        if not page.older:
            break
        place = timeline.read_place(page.older)
    assert len(told) == len(set(told)) == 8


def test_a_place_is_read_as_it_was_written(case):
    event = newest(case).event
    assert timeline.read_place(timeline.write_place(event)) == (event.at, event.pk)


@pytest.mark.parametrize(
    "text", ["", "junk", "2026-02-30T10:00:00.000000Z_" + "0" * 32, "2026-11-03T99:00:00.000000Z_" + "a" * 32]
)
def test_any_other_place_is_none(text):
    assert timeline.read_place(text) is None


def test_a_page_costs_the_same_however_much_happened(case, member):
    def everything(code):
        record(case, code, member, status="in_progress", note=f"Note {code}")
        reason = factories.reason()
        record(case, code, member, status="blocked", reason=reason)
        checklists.add_comment(by=member, case=case, item=factories.item(case, code), text="Seen")
        item = factories.item(case, code)
        event = checklists.assign_item(by=member, item=item, seen=item.version, assignee=member).event
        undoing.undo_change(by=member, event=event)

    def told():
        fetched = Case.objects.select_related("template_version").get(pk=case.pk)
        with CaptureQueriesContext(connection) as queries:
            timeline.story(fetched)
        return len(queries)

    everything("text")
    told()
    before = told()
    for code in ("tick", "date", "number", "choice", "sins", "last"):
        everything(code)
    assert told() == before == 3


def test_the_row_before_is_found_by_version_never_by_time(case, member):
    record(case, "tick", member, status="in_progress")
    record(case, "tick", member)
    item = factories.item(case, "tick")
    rows = list(ChecklistItem.history.filter(id=item.pk).order_by("version"))
    pairs = timeline.with_previous(ChecklistItem, rows)
    assert [(row.version, before and before.version) for row, before in pairs] == [(1, None), (2, 1), (3, 2)]
