"""Looks leave events: how often, how fast, and never in the story that a team reads."""

import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction

from pathways.audit import access, past, timeline
from pathways.audit.recording import coming_from
from pathways.enums import Action
from pathways.models import AuditEvent, Case
from pathways.services import checklists
from pathways.services.exceptions import BadInput
from pathways.services.undoing import undo_change
from tests import factories

NOW = datetime(2026, 11, 3, 10, 14, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.open_case()


@pytest.fixture
def member(case):
    return factories.member(case.team)


def events(action):
    return AuditEvent.objects.filter(action=action)


def at(minutes, *, seconds=0):
    return time_machine.travel(NOW + timedelta(minutes=minutes, seconds=seconds), tick=False)


def many_reads(case, by, times, since=NOW):
    about = {"actor": by, "role": "member", "case": case, "team": case.team}
    AuditEvent.objects.bulk_create(
        AuditEvent(action=Action.READ_CASE, at=since + timedelta(seconds=n), **about) for n in range(times)
    )


def test_a_look_says_who_in_which_role_at_which_case_of_which_team_when_and_from_where(case, member):
    with at(0), coming_from("192.0.2.7"):
        access.read_case(by=member, reference=case.reference)
    look = events(Action.READ_CASE).get()
    assert (look.actor, look.role, look.case, look.team) == (member, "member", case, case.team)
    assert (look.at, look.address, look.reason, look.source) == (NOW, "192.0.2.7", "", "web")


def test_ten_minutes_of_looking_are_one_event_for_each_person_and_case(case, member):
    other_case, colleague = factories.open_case(case.team), factories.member(case.team)
    for minutes in (0, 5, 9):
        with at(minutes):
            access.read_case(by=member, reference=case.reference)
    assert events(Action.READ_CASE).count() == 1
    with at(9):
        access.read_case(by=colleague, reference=case.reference)
        access.read_case(by=member, reference=other_case.reference)
    assert events(Action.READ_CASE).count() == 3
    with at(10):
        access.read_case(by=member, reference=case.reference)
    assert events(Action.READ_CASE).count() == 4


def test_the_same_search_within_a_minute_is_one_event(member):
    for seconds, words in [
        (0, "Reference: SM"),
        (0, "Reference: SM-1"),
        (59, "Reference: SM"),
        (60, "Reference: SM"),
    ]:
        with at(0, seconds=seconds):
            access.searched(by=member, words=words)
    said = events(Action.SEARCH).order_by("at", "reason").values_list("reason", flat=True)
    assert list(said) == ["Reference: SM", "Reference: SM-1", "Reference: SM"]


def test_long_words_are_cut(member):
    access.searched(by=member, words="x" * 300)
    assert events(Action.SEARCH).get().reason == "x" * 200


def test_a_process_remembers_only_so_many_looks(member, monkeypatch):
    monkeypatch.setattr(access, "MOST_REMEMBERED", 2)
    for words in ("one", "two", "three", "one"):
        access.searched(by=member, words=words)
    assert events(Action.SEARCH).count() == 4
    assert len(access._recorded) == 2


@pytest.fixture
def said(caplog):
    caplog.set_level("WARNING")
    return caplog


def not_recorded(said):
    """What kept each look that the log names from being recorded."""
    return [line.msg["error"] for line in said.records if line.msg["event"] == "a look was not recorded"]


@pytest.fixture
def a_long_save(transactional_db, case):
    """Someone else's transaction that holds the case, and on SQLite the database, until the test ends."""
    holds, ends = threading.Event(), threading.Event()

    def save():
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            holds.set()
            ends.wait(10)
        connection.close()

    thread = threading.Thread(target=save)
    thread.start()
    assert holds.wait(10)
    yield ends
    ends.set()
    thread.join()


def patience():
    with connection.cursor() as cursor:
        cursor.execute(
            "SHOW statement_timeout" if connection.vendor == "postgresql" else "PRAGMA busy_timeout"
        )
        return cursor.fetchone()[0]


def test_a_busy_database_costs_one_log_line_and_little_time_and_the_next_look_counts(
    case, member, a_long_save, said
):
    before, began = patience(), time.monotonic()
    access.read_case(by=member, reference=case.reference)
    assert time.monotonic() - began < 2
    assert not_recorded(said) == ["OperationalError"]
    assert patience() == before
    assert not events(Action.READ_CASE).exists()
    a_long_save.set()
    deadline = time.monotonic() + 5
    while not events(Action.READ_CASE).exists() and time.monotonic() < deadline:
        access.read_case(by=member, reference=case.reference)
    assert events(Action.READ_CASE).get().actor == member


def test_a_fault_while_recording_a_look_goes_no_further_and_quotes_nothing(case, member, monkeypatch, said):
    def broken(**about):
        raise ValueError("the text of a note")

    monkeypatch.setattr(access, "record_event", broken)
    access.read_case(by=member, reference=case.reference)
    assert not_recorded(said) == ["ValueError"]
    assert "the text of a note" not in said.text


def test_the_story_of_a_case_tells_changes_and_never_who_looked(case, member):
    comments = [checklists.add_comment(by=member, case=case, text=f"Comment {n}") for n in range(4)]
    many_reads(case, member, 120, since=comments[-1].written_at + timedelta(seconds=1))
    first = timeline.story(case, limit=3)
    assert [entry.text for entry in first.entries] == ["Comment 3", "Comment 2", "Comment 1"]
    second = timeline.story(case, limit=3, before=timeline.read_place(first.older))
    assert [entry.lead for entry in second.entries] == ["commented on the case", "opened the case"]
    assert second.older == ""


def test_the_steps_through_a_case_go_from_change_to_change_and_never_to_a_look(case, member):
    comment = checklists.add_comment(by=member, case=case, text="Seen")
    many_reads(case, member, 3, since=case.opened_at - timedelta(days=1))
    many_reads(case, member, 3, since=comment.written_at + timedelta(seconds=1))
    then = past.as_at(case, comment.written_at + timedelta(minutes=1))
    assert (then.earlier, then.later) == (case.opened_at, None)


@pytest.mark.parametrize("before", [None, (NOW + timedelta(days=1), uuid4())])
def test_the_story_finds_changes_by_an_index_without_the_looks(case, member, before):
    many_reads(case, member, 3000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert "change_by_case" in timeline._newest(timeline._events(case, None), before)[:51].explain()


def test_a_look_cannot_be_undone(case, member):
    access.read_case(by=member, reference=case.reference)
    with pytest.raises(BadInput, match="cannot be undone"):
        undo_change(by=member, event=events(Action.READ_CASE).get())
