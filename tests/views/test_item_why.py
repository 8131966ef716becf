"""A risky change asks why in the place where it was made; nothing that was typed or tapped is lost."""

from datetime import timedelta
from uuid import uuid4

import pytest

from pathways.models import AuditEvent
from pathways.services.risks import ONE_TAP
from tests import factories
from tests.views.desk import HTMX, NOW, ask, element, fields, item_url, markup, record, row, send, tap, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHY = "Say why: this takes back what was settled."


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=NOW - timedelta(days=5))


@pytest.fixture
def other(team):
    return factories.member(team, display_name="J. Lindqvist")


@pytest.fixture
def tick(case, member):
    """Done by the member."""
    record(member, case, "tick", response={"value": True}, note="Seen on the ward.")
    return factories.item(case, "tick")


def stored(item):
    return factories.item(item.case, item.code)


def answered(client, answer, item, **said):
    """Send the question's own form again with what is said."""
    return client.post(item_url(item, "save"), fields(answer, item_url(item, "save")) | said, headers=HTMX)


def reason_of(item):
    return AuditEvent.objects.get(pk=item.history.latest("version").audit_event_id).reason


def test_one_tap_that_takes_something_back_is_asked_why_in_its_row(signed_in, tick):
    answer = tap(signed_in, tick, status="in_progress", one_tap="yes")
    line = row(answer, "tick")
    assert answer.status_code == 422
    assert WHY in line
    assert "Done becomes in progress." in line
    assert all(f'name="why" value="{words}"' in line for words in ONE_TAP)
    assert "<textarea" not in line
    assert stored(tick).status == "done"


@pytest.mark.parametrize("words", ONE_TAP)
def test_one_more_tap_says_why_and_saves(signed_in, tick, words):
    asked = tap(signed_in, tick, status="in_progress", one_tap="yes")
    assert answered(signed_in, asked, tick, why=words).status_code == 200
    assert (stored(tick).status, stored(tick).note) == ("in_progress", "Seen on the ward.")
    assert reason_of(tick) == words


def test_so_do_words_of_ones_own(signed_in, tick):
    asked = tap(signed_in, tick, status="in_progress", one_tap="yes")
    again = answered(signed_in, asked, tick, why_text=" ")
    assert (again.status_code, WHY in row(again, "tick")) == (422, True)
    assert "why_text" not in fields(again, item_url(tick, "save"))
    answered(signed_in, again, tick, why_text="The scan was someone else's.")
    assert reason_of(tick) == "The scan was someone else's."


def test_a_tap_and_words_are_kept_together(signed_in, tick):
    send(signed_in, tick, status="in_progress", note="", why="Recorded in error", why_text="Wrong bed.")
    assert reason_of(tick) == "Recorded in error: Wrong bed."


def test_words_that_name_a_real_person_are_refused_by_their_field_and_kept(signed_in, tick):
    typed = {"note": "", "why_text": "Ask someone@example.invalid"}
    answer = send(signed_in, tick, status="in_progress", **typed)
    assert answer.status_code == 422
    assert 'href="#i-tick-1-why"' in markup(answer)
    assert 'value="Ask someone@example.invalid"' in markup(answer)


def test_the_whole_form_comes_back_with_the_question_and_all_that_was_typed(signed_in, tick):
    for headers in (None, HTMX):
        answer = send(signed_in, tick, headers=headers, status="in_progress", note="Not seen after all.")
        html = markup(answer)
        assert answer.status_code == 422
        assert 'href="#i-tick-1-why"' in html
        assert element(html, "i-tick-1-why")
        assert "Not seen after all.</textarea>" in html
        assert 'value="in_progress" checked' in html
    assert stored(tick).status == "done"


def test_the_first_button_of_a_form_that_asks_is_none_of_the_reasons(signed_in, tick):
    """Enter in any of its fields presses the first one."""
    for more in ({"one_tap": "yes"}, {"note": ""}):
        html = row(tap(signed_in, tick, status="in_progress", **more), "tick")
        form = html[html.index("<form", html.index("panel")) :]
        assert 'name="' not in form[form.index("<button") :].split(">")[0]


def test_the_form_of_a_reason_asks_too(signed_in, tick):
    reason = factories.reason(label="Awaiting transport")
    sent = {"status": "blocked", "reason": reason.code, "part": "reason", "one_tap": "yes"}
    answer = tap(signed_in, tick, **sent)
    line = row(answer, "tick")
    assert (answer.status_code, WHY in line) == (422, True)
    assert f'value="{reason.code}" selected' in line
    assert tap(signed_in, tick, **sent, why="New information").status_code == 200
    assert (stored(tick).status, reason_of(tick)) == ("blocked", "New information")


def test_save_mine_instead_asks_too_and_stays_a_replacement(signed_in, other, tick):
    record(other, tick.case, "tick", response={"value": True}, note="Seen twice.")
    clash = tap(signed_in, tick, status="in_progress", note="Not seen.")
    assert clash.status_code == 409
    asked = answered(signed_in, clash, tick)
    assert (asked.status_code, WHY in row(asked, "tick")) == (422, True)
    form = fields(asked, item_url(tick, "save"))
    assert form["replacing"] == "yes"
    sent = form | {"status": "in_progress", "note": "Not seen.", "why": "New information"}
    assert signed_in.post(item_url(tick, "save"), sent, headers=HTMX).status_code == 200
    assert (stored(tick).status, stored(tick).note) == ("in_progress", "Not seen.")
    assert reason_of(tick) == "Replaced what someone else had recorded meanwhile. New information"


def test_a_conflict_keeps_the_reason_that_was_given(signed_in, other, tick):
    record(other, tick.case, "tick", response={"value": True}, note="Seen twice.")
    clash = tap(signed_in, tick, status="in_progress", note="Not seen.", why="New information")
    assert answered(signed_in, clash, tick).status_code == 200
    assert reason_of(tick).endswith("New information")


def test_a_form_that_is_refused_for_something_else_keeps_the_reason(signed_in, tick):
    answer = tap(signed_in, tick, status="blocked", note="", why="New information", why_text="Seen again.")
    assert answer.status_code == 422
    assert 'value="New information: Seen again."' in markup(answer)


def test_ordinary_work_is_never_asked(signed_in, case, tick):
    assert "Why this change?" not in text(ask(signed_in, tick, "edit"))
    assert "Why this change?" not in text(signed_in.get(item_url(tick)))
    answer = tap(signed_in, tick, status="nonsense", note="")
    assert (answer.status_code, "Why this change?" in text(answer)) == (422, False)
    for code, more in (("extra", {"one_tap": "yes"}), ("choice", {"note": "", "response_value": "low"})):
        assert tap(signed_in, factories.item(case, code), status="done", **more).status_code == 200
    three_days_ago = {"response_day": "31", "response_month": "10", "response_year": "2026"}
    three_days_ago |= {"response_time": "10:00", "note": ""}
    assert tap(signed_in, factories.item(case, "date"), status="done", **three_days_ago).status_code == 200


def test_care_of_days_ago_is_asked_about_and_its_time_kept(signed_in, case):
    when = {"when_day": "31", "when_month": "10", "when_year": "2026", "when_time": "10:00"}
    item = factories.item(case, "extra")
    answer = tap(signed_in, item, status="done", note="", **when)
    assert "Say why: this moves when care happened back by more than a day." in row(answer, "extra")
    assert all(f'value="{value}"' in markup(answer) for value in when.values())
    assert tap(signed_in, item, status="done", note="", **when, why="Recorded late").status_code == 200


def test_the_question_is_no_part_that_can_be_asked_for(signed_in, tick):
    assert ask(signed_in, tick, "why").status_code == 404


def test_a_repeated_answer_is_applied_once(signed_in, tick):
    sent = {"token": uuid4().hex, "version": tick.version, "status": "in_progress", "why": "New information"}
    for _ in range(2):
        assert signed_in.post(item_url(tick, "save"), sent).status_code == 303
    assert stored(tick).version == tick.version + 1
