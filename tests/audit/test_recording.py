"""The one door through which writes pass."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from pathways import models
from pathways.audit.recording import (
    AlreadyAnswered,
    Token,
    TokenReused,
    coming_from,
    record_event,
    recording,
    save_all,
)
from pathways.enums import Action, Source
from pathways.permissions import as_system
from pathways.services import checklists
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_recording_that_writes_nothing_leaves_no_event():
    before = models.AuditEvent.objects.count()
    with transaction.atomic(), recording(by=as_system(), action=Action.LOAD_VOCABULARY):
        pass
    assert models.AuditEvent.objects.count() == before


def test_an_inner_recording_joins_the_outer():
    before = models.AuditEvent.objects.count()
    with transaction.atomic(), recording(by=as_system(), action=Action.LOAD_VOCABULARY) as outer:
        with recording(by=as_system(), action=Action.CREATE_TEAM) as inner:
            models.Team(code="inner", name="Inner").save()
        models.Team(code="outer", name="Outer").save()
    assert inner is outer
    assert models.AuditEvent.objects.count() == before + 1
    events = {
        team.history.get().audit_event_id for team in models.Team.objects.filter(code__in=["inner", "outer"])
    }
    assert events == {outer.pk}


@pytest.mark.django_db(transaction=True)
def test_a_recording_needs_a_transaction():
    with (
        pytest.raises(RuntimeError, match="transaction"),
        recording(by=as_system(), action=Action.CREATE_TEAM),
    ):
        pass


def test_a_failure_leaves_neither_row_nor_history_nor_event():
    before = models.AuditEvent.objects.count()

    @transaction.atomic
    def fail():
        with recording(by=as_system(), action=Action.CREATE_TEAM):
            models.Team(code="half", name="Half").save()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not models.Team.objects.filter(code="half").exists()
    assert not models.Team.history.filter(code="half").exists()
    assert models.AuditEvent.objects.count() == before


def test_an_event_says_who_as_what_and_from_where():
    team = factories.team()
    person = factories.coordinator(team)
    with (
        coming_from("192.0.2.7"),
        transaction.atomic(),
        recording(by=person, action=Action.CREATE_TEAM, team=team),
    ):
        models.Team(code="new", name="New").save()
    event = models.Team.history.get(code="new").audit_event
    assert (event.actor, event.role, event.team, event.address, event.source) == (
        person,
        "coordinator",
        team,
        "192.0.2.7",
        Source.WEB,
    )


def test_a_command_acts_as_the_system():
    event = factories.team().history.get().audit_event
    assert (event.actor, event.role, event.source) == (None, "system", Source.COMMAND)


def test_many_rows_change_with_their_history_in_two_statements(django_assert_num_queries):
    teams = [factories.team() for _ in range(12)]
    for team in teams:
        team.name = "Renamed"
    with (
        transaction.atomic(),
        recording(by=as_system(), action=Action.LOAD_VOCABULARY),
        django_assert_num_queries(2),
    ):
        save_all(models.Team, teams, ["name"])
    assert {team.history.latest("version").name for team in teams} == {"Renamed"}


def test_a_row_that_is_not_there_cannot_be_saved():
    gone = models.Team(pk=0, code="gone", name="Gone")
    with (
        pytest.raises(DatabaseError, match="not there"),
        transaction.atomic(),
        recording(by=as_system(), action=Action.LOAD_VOCABULARY),
    ):
        save_all(models.Team, [factories.team(), gone], ["name"])


def start(case, by, token):
    return checklists.start_phase(by=by, case=case, phase=6, token=token)


def test_the_same_post_again_is_answered_with_the_first():
    case = factories.open_case()
    by, token = factories.member(case.team), Token(uuid4(), "digest")
    start(case, by, token)
    with pytest.raises(AlreadyAnswered) as again:
        start(case, by, token)
    assert (again.value.event.action, again.value.event.case) == (Action.START_PHASE, case)
    assert models.AuditEvent.objects.filter(action=Action.START_PHASE).count() == 1


def test_a_post_that_changed_nothing_is_answered_once_too():
    case = factories.open_case()
    by, token = factories.member(case.team), Token(uuid4(), "digest")
    start(case, by, None)
    start(case, by, token)
    with pytest.raises(AlreadyAnswered) as again:
        start(case, by, token)
    assert again.value.event is None


def test_the_same_token_with_another_body_or_person_is_refused():
    case = factories.open_case()
    by, other, value = factories.member(case.team), factories.member(case.team), uuid4()
    start(case, by, Token(value, "digest"))
    with pytest.raises(TokenReused):
        start(case, by, Token(value, "another"))
    with pytest.raises(TokenReused):
        start(case, other, Token(value, "digest"))


def test_an_event_that_changes_nothing_is_kept_all_the_same():
    event = record_event(action=Action.SIGN_IN_FAILED, source=Source.SIGN_IN, reason="someone")
    assert models.AuditEvent.objects.get(pk=event.pk).actor is None
