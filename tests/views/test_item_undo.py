"""Undoing one's own last change of an item, from its page and from its row."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from pathways.models import AuditEvent
from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import HTMX, case_url, element, fields, is_back_at_row, item_url, row, send, text

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
    again = send(signed_in, item, "undo", event=done.pk)
    assert again.status_code == 422
    assert "<li>This change was undone before.</li>" in again.text


def test_someone_elses_change_since_stands_and_is_told(signed_in, team, case, done):
    item = factories.item(case, "tick")
    other = factories.member(team, display_name="J. Lindqvist")
    checklists.record_item(by=other, item=item, seen=2, status="in_progress", why="An error")
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


def undo_in_row(client, case, code="tick"):
    """The words beside the button in the item's row, or None."""
    line = row(client.get(case_url(case)), code)
    form = re.search('<form class="undo".*?</form>', line)
    assert bool(form) == (element(line, f"i-{code}-1-undo") is not None)
    return form and " ".join(re.sub("<[^>]*>", " ", form[0]).split())


def change(by, case, verb="record"):
    """Change the tick in one of the ways that its row can take back."""
    item = factories.item(case, "tick")
    if verb == "assign":
        return checklists.assign_item(by=by, item=item, seen=item.version, assignee=by)
    if verb == "due":
        return checklists.set_due(by=by, item=item, seen=item.version, due=timezone.now())
    values = {"note": "Seen."} if verb == "note" else {"response": {"value": True}}
    status = "not_started" if verb == "note" else "done"
    return checklists.record_item(by=by, item=item, seen=item.version, status=status, **values)


@pytest.mark.parametrize(
    ("verb", "words"),
    [("record", "Marked done"), ("assign", "Assigned"), ("due", "Due time set"), ("note", "Saved")],
)
@pytest.mark.parametrize("headers", [None, HTMX])
def test_a_row_takes_back_what_was_just_done_in_it(signed_in, member, case, verb, words, headers):
    undo_in_row(signed_in, case)
    change(member, case, verb)
    item, page = factories.item(case, "tick"), signed_in.get(case_url(case))
    assert undo_in_row(signed_in, case).startswith(words)
    answer = signed_in.post(item_url(item, "undo"), fields(page, item_url(item, "undo")), headers=headers)
    after = factories.item(case, "tick")
    assert (after.status, after.assignee, after.due_given, after.note) == ("not_started", None, None, "")
    assert is_back_at_row(answer, item) if headers is None else row(answer, "tick")
    assert undo_in_row(signed_in, case) is None


def test_a_row_offers_no_undo_of_what_someone_has_changed_since(signed_in, team, member, case):
    undo_in_row(signed_in, case)
    change(member, case)
    assert undo_in_row(signed_in, case)
    change(factories.member(team), case, "assign")
    assert undo_in_row(signed_in, case) is None


def test_a_row_offers_nobody_elses_change_for_undo(client, signed_in, team, member, case):
    undo_in_row(signed_in, case)
    change(member, case)
    client.force_login(factories.coordinator(team))
    assert undo_in_row(client, case) is None


def test_what_was_done_before_signing_in_is_undone_on_the_items_page_alone(signed_in, case, done):
    assert undo_in_row(signed_in, case) is None
    assert 'id="undo"' in signed_in.get(item_url(factories.item(case, "tick"))).text


def test_a_change_that_only_followed_from_ones_own_is_not_offered_for_undo(signed_in, member, case):
    undo_in_row(signed_in, case)
    item = factories.item(case, "date")
    answer = {"value": "2026-01-01T10:00:00Z"}
    checklists.record_item(by=member, item=item, seen=1, status="done", response=answer)
    assert undo_in_row(signed_in, case, "date")
    assert factories.item(case, "day").version == 2
    assert undo_in_row(signed_in, case, "day") is None
