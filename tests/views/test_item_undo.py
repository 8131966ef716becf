"""Undoing one's own last change of an item, from its page."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from pathways.models import AuditEvent
from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import fields, item_url, send, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def done(member, case):
    """The event by which the member marked the tick done."""
    return checklists.record_item(
        by=member, item=factories.item(case, "tick"), seen=1, status="done", response={"value": True}
    ).event


def test_the_form_on_the_page_takes_the_change_back(signed_in, case, done):
    item = factories.item(case, "tick")
    answer = signed_in.post(
        item_url(item, "undo"), fields(signed_in.get(item_url(item)), item_url(item, "undo"))
    )
    assert (answer.status_code, answer.url) == (303, item_url(item))
    assert factories.item(case, "tick").status == "not_started"
    assert AuditEvent.objects.get(undoes=done).action == "undo"


def test_the_same_undo_twice_is_answered_alike_and_applied_once(signed_in, case, done):
    item, token = factories.item(case, "tick"), uuid4().hex
    answers = [send(signed_in, item, "undo", event=done.pk, token=token) for _ in range(2)]
    assert {(answer.status_code, answer.url) for answer in answers} == {(303, item_url(item))}
    assert AuditEvent.objects.filter(undoes=done).count() == 1


def test_a_change_that_was_undone_before_cannot_be_undone_again(signed_in, case, done):
    item = factories.item(case, "tick")
    send(signed_in, item, "undo", event=done.pk)
    assert send(signed_in, item, "undo", event=done.pk).status_code == 422


def test_someone_elses_change_since_stands_and_is_told(signed_in, team, case, done):
    item = factories.item(case, "tick")
    other = factories.member(team, display_name="J. Lindqvist")
    checklists.record_item(by=other, item=item, seen=2, status="in_progress")
    answer = send(signed_in, item, "undo", event=done.pk)
    assert answer.status_code == 409
    assert "J. Lindqvist changed this while you were editing. It was not undone." in text(answer)
    assert factories.item(case, "tick").status == "in_progress"


def test_nobody_undoes_another_persons_change(client, team, case, done):
    client.force_login(factories.member(team))
    assert send(client, factories.item(case, "tick"), "undo", event=done.pk).status_code == 403


@pytest.mark.parametrize("event", ["", "junk", "\x00", f"{UUID(int=7)}", "9" * 60])
def test_an_event_that_is_none_of_the_cases_is_refused(signed_in, case, event):
    assert send(signed_in, factories.item(case, "tick"), "undo", event=event).status_code == 422


def test_an_event_of_another_case_is_refused(signed_in, team, case, done):
    other = factories.open_case(team, case.template_version)
    assert send(signed_in, factories.item(other, "tick"), "undo", event=done.pk).status_code == 422


def test_nothing_of_a_closed_case_is_undone(signed_in, team, case, done):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    answer = send(signed_in, factories.item(case, "tick"), "undo", event=done.pk)
    assert answer.status_code == 409
    assert "is closed" in text(answer)


def test_an_observer_may_not_undo(client, team, case, done):
    client.force_login(factories.observer(team))
    assert send(client, factories.item(case, "tick"), "undo").status_code == 403
