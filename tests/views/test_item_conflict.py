"""Two people on one item, one form sent twice, and a case that was closed meanwhile."""

from datetime import timedelta
from uuid import uuid4

import pytest

from pathways.enums import ItemStatus
from pathways.models import AuditEvent
from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import NOW, fields, is_back_at_row, item_url, markup, send, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=NOW - timedelta(days=2))


def stored(case, code, occurrence=1):
    return factories.item(case, code, occurrence)


def edit_mine(page):
    """The markup of the form that holds what was not saved."""
    return markup(page).partition("Edit mine")[2]


def test_the_same_post_twice_is_answered_alike_and_applied_once(signed_in, case):
    item = stored(case, "tick")
    data = {"status": "done", "one_tap": "yes", "token": uuid4().hex}
    first, second = send(signed_in, item, **data), send(signed_in, item, **data)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert AuditEvent.objects.filter(case=case, action="record_item").count() == 1


def test_the_same_token_with_another_body_is_refused(signed_in, case):
    item, token = stored(case, "tick"), uuid4().hex
    send(signed_in, item, status="done", one_tap="yes", token=token)
    assert send(signed_in, item, status="in_progress", note="Other", token=token).status_code == 422


def test_a_form_older_than_another_persons_change_gets_both_versions_and_keeps_every_word(
    signed_in, team, member, case
):
    item = stored(case, "number")
    other = factories.member(team, display_name="J. Lindqvist")
    checklists.record_item(
        by=other, item=item, seen=1, status="in_progress", response={"value": 3.1, "unit": "mmol/L"}
    )
    page = send(signed_in, item, status="done", response_value="2.4", note="Written\nlong and well.")
    words = text(page)
    assert page.status_code == 409
    assert "J. Lindqvist changed this while you were editing." in words
    assert "Nothing you wrote has been lost." in words
    assert "3.10 mmol/L" in words
    assert "2.40 mmol/L" in words
    assert "Written\nlong and well." in page.content.decode()
    assert stored(case, "number").response["value"] == 3.1


def test_save_mine_instead_replaces_theirs_and_says_so_in_the_audit(signed_in, team, case):
    item = stored(case, "number")
    other = factories.member(team)
    checklists.record_item(by=other, item=item, seen=1, status="in_progress", note="Theirs")
    page = send(signed_in, item, status="done", response_value="2.4", note="Mine")
    again = fields(page, item_url(item, "save"))
    assert is_back_at_row(signed_in.post(item_url(item, "save"), again), item)
    item = stored(case, "number")
    assert (item.status, item.note, item.response["value"]) == ("done", "Mine", 2.4)
    assert "Replaced" in item.history.latest("version").audit_event.reason


def test_save_mine_instead_leaves_another_persons_note_alone_where_mine_was_never_edited(
    signed_in, team, case
):
    item = stored(case, "number")
    checklists.record_item(by=factories.member(team), item=item, seen=1, status="in_progress", note="Theirs")
    page = send(signed_in, item, status="done", response_value="2.4", note="")
    edit = edit_mine(page)
    assert ">Theirs</textarea>" in edit
    assert 'value="2.4"' in edit
    signed_in.post(item_url(item, "save"), fields(page, item_url(item, "save")))
    item = stored(case, "number")
    assert (item.status, item.response["value"], item.note) == ("done", 2.4, "Theirs")


def test_save_mine_instead_leaves_another_persons_answer_alone_where_only_the_note_is_mine(
    signed_in, team, member, case
):
    answer = {"value": 2.4, "unit": "mmol/L"}
    checklists.record_item(
        by=member, item=stored(case, "number"), seen=1, status="in_progress", response=answer
    )
    item = stored(case, "number")
    theirs = {"status": "done", "response": answer | {"value": 3.1}, "note": "Theirs"}
    checklists.record_item(by=factories.member(team), item=item, seen=item.version, **theirs)
    page = send(signed_in, item, status="in_progress", was="in_progress", response_value="2.4", note="Mine")
    assert page.status_code == 409
    edit = edit_mine(page)
    assert 'value="3.1"' in edit
    assert ">Mine</textarea>" in edit
    signed_in.post(item_url(item, "save"), fields(page, item_url(item, "save")))
    item = stored(case, "number")
    assert (item.status, item.response["value"], item.note) == ("done", 3.1, "Mine")


def test_edit_mine_starts_from_the_version_that_was_just_shown(signed_in, team, case):
    item = stored(case, "number")
    checklists.record_item(by=factories.member(team), item=item, seen=1, status="in_progress", note="Theirs")
    edit = edit_mine(send(signed_in, item, status="done", response_value="2.4", note="Mine"))
    assert f'name="version" value="{stored(case, "number").version}"' in edit
    assert 'value="2.4"' in edit
    assert ">Mine</textarea>" in edit


def test_one_click_on_a_stale_row_keeps_the_other_persons_note_in_the_form(signed_in, team, case):
    item = stored(case, "tick")
    reason = factories.reason()
    checklists.record_item(
        by=factories.member(team), item=item, seen=1, status="blocked", reason=reason, note="Theirs"
    )
    page = send(signed_in, item, status="done", one_tap="yes")
    assert page.status_code == 409
    assert ">Theirs</textarea>" in page.content.decode()
    assert (
        send(signed_in, item, **fields(page, item_url(item, "save")) | {"token": uuid4().hex}).status_code
        == 303
    )
    assert (stored(case, "tick").status, stored(case, "tick").note) == ("done", "Theirs")


def test_a_refused_form_goes_on_from_the_version_it_was_shown_with(signed_in, team, case):
    item = stored(case, "number")
    checklists.record_item(by=factories.member(team), item=item, seen=1, status="in_progress")
    refused = send(signed_in, item, status="done", response_value="nothing", note="")
    assert fields(refused, item_url(item, "save"))["version"] == str(item.version)
    assert send(signed_in, item, status="done", response_value="2.4", note="").status_code == 409


def test_a_change_of_another_field_is_kept_and_told(signed_in, team, case):
    item = stored(case, "tick")
    other = factories.member(team, display_name="J. Lindqvist")
    checklists.assign_item(by=other, item=item, seen=1, assignee=other)
    answer = signed_in.get(send(signed_in, item, status="done", one_tap="yes").url)
    assert "J. Lindqvist changed who it is assigned to meanwhile; that was kept." in text(answer)


def test_a_closed_case_takes_no_change_and_hands_the_text_back(signed_in, team, case):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    answer = send(signed_in, stored(case, "text"), status="done", response_value="Agreed on Monday.", note="")
    assert answer.status_code == 409
    assert f"{case.reference} is closed" in text(answer)
    assert "Agreed on Monday." in answer.content.decode()
    assert stored(case, "text").status == ItemStatus.NOT_STARTED
