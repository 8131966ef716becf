"""The menu of an item's row: what one or two taps can do, and what asks for more."""

import re
from datetime import timedelta

import pytest
import time_machine

from pathways import commonest
from pathways.enums import ItemStatus
from tests import factories
from tests.views.desk import HTMX, NOW, ask, fields, item_url, markup, record, tap, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(team):
    details = {"cord_compression": "suspected"}
    return factories.open_case(team, details=details, opened_at=NOW - timedelta(hours=5))


@pytest.fixture
def reasons():
    return [
        factories.reason(code="slot", label="Awaiting a slot", for_not_applicable=False),
        factories.reason(code="other", label="Other", needs_text=True),
        factories.reason(code="retired", label="Retired", is_active=False),
    ]


def stored(case, code, occurrence=1):
    return factories.item(case, code, occurrence)


def offered(menu):
    """What the menu offers, in its order, as status and how it is chosen."""
    html = markup(menu)
    return re.findall(r'<(p|button|summary|a)\b[^>]*>\s?<span class="g" data-s="(\w+)">', html)


def options(menu, status):
    """The markup of what can be chosen together with a status."""
    html = markup(menu)
    return html[html.index(f'<summary><span class="g" data-s="{status}">') :].partition("</details>")[0]


def hidden(html):
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))


def test_the_menu_offers_each_status_and_says_which_it_is_now(signed_in, member, reasons, case):
    record(member, case, "tick", status="in_progress")
    menu = ask(signed_in, stored(case, "tick"), "menu")
    assert offered(menu) == [
        ("button", "not_started"),
        ("p", "in_progress"),
        ("summary", "blocked"),
        ("button", "done"),
        ("summary", "not_applicable"),
        ("summary", "not_done"),
    ]
    assert {status for _, status in offered(menu)} == set(ItemStatus)
    assert menu.text.count('aria-current="true"') == 1


@pytest.mark.parametrize("code", ["number", "several", "sins", "text"])
def test_what_cannot_be_answered_by_one_tap_leads_to_its_form(signed_in, case, code):
    item = stored(case, code)
    menu = ask(signed_in, item, "menu")
    assert ("a", "done") in offered(menu)
    assert f'href="{item_url(item)}#record" data-part="edit"><span class="g" data-s="done">' in markup(menu)


def test_a_choice_of_one_is_answered_from_the_menu(signed_in, case):
    item = stored(case, "choice")
    menu = ask(signed_in, item, "menu")
    for value, label in (("low", "Low"), ("high", "High")):
        assert f'name="response_value" value="{value}">{label}</button>' in markup(menu)
    assert tap(signed_in, item, **hidden(options(menu, "done")), response_value="high").status_code == 200
    item = stored(case, "choice")
    assert (item.status, item.response) == ("done", {"value": "high"})


@pytest.mark.parametrize("status", ["blocked", "not_applicable", "not_done"])
def test_a_reason_is_one_tap_unless_it_needs_words(signed_in, reasons, case, status):
    item = stored(case, "tick")
    group = options(ask(signed_in, item, "menu"), status)
    assert ('name="reason" value="slot">Awaiting a slot<' in group) == (status != "not_applicable")
    assert f'data-part="reason&amp;status={status}&amp;reason=other">Other…</a>' in group
    assert "Retired" not in group


def test_a_reason_picked_in_the_menu_sets_the_status(signed_in, reasons, case):
    item = stored(case, "tick")
    sent = hidden(options(ask(signed_in, item, "menu"), "blocked"))
    assert tap(signed_in, item, **sent, reason="slot").status_code == 200
    item = stored(case, "tick")
    assert (item.status, item.reason) == ("blocked", reasons[0])


def test_a_reason_that_needs_words_asks_for_them_with_all_else_filled_in(signed_in, reasons, case):
    item = stored(case, "tick")
    part = ask(signed_in, item, "reason&status=not_done&reason=other")
    assert "Why will this not be done?" in text(part)
    assert '<option value="other" selected>' in markup(part)
    sent = fields(part, item_url(item, "save")) | {"reason": "other", "reason_text": "Went home."}
    assert signed_in.post(item_url(item, "save"), sent, headers=HTMX).status_code == 200
    item = stored(case, "tick")
    assert (item.status, item.reason, item.reason_text) == ("not_done", reasons[1], "Went home.")


def test_the_menu_gives_the_item_to_whoever_opened_it(signed_in, member, case):
    item = stored(case, "tick")
    menu = ask(signed_in, item, "menu")
    assert f'name="assignee" value="{member.username}">Assign to me<' in markup(menu)
    sent = fields(menu, item_url(item, "assign")) | {"assignee": member.username}
    assert signed_in.post(item_url(item, "assign"), sent, headers=HTMX).status_code == 200
    assert stored(case, "tick").assignee == member
    assert "Assign to me" not in ask(signed_in, stored(case, "tick"), "menu").text


def test_a_settled_item_has_no_due_time_to_set(signed_in, member, case):
    assert 'data-part="due"' in ask(signed_in, stored(case, "tick"), "menu").text
    record(member, case, "tick", response={"value": True})
    assert 'data-part="due"' not in ask(signed_in, stored(case, "tick"), "menu").text


def test_every_form_of_the_menu_is_sent_from_the_row_whose_menu_it_is(signed_in, reasons, case):
    menu = markup(ask(signed_in, stored(case, "choice"), "menu"))
    assert menu.count("<form") == menu.count('hx-target="#i-choice-1"') == menu.count(" hx-post=")


def test_the_commonest_reasons_of_the_last_90_days_stand_first_for_their_status():
    team = factories.team()
    lead = factories.coordinator(team)
    declined, unfit, awaiting = (factories.reason(position=place) for place in (1, 2, 3))
    for code, status, reason in (
        ("tick", "blocked", awaiting),
        ("number", "not_applicable", unfit),
        ("date", "not_done", declined),
    ):
        record(lead, factories.open_case(team, by=lead), code, status=status, reason=reason)
    known = [declined, unfit, awaiting]
    assert commonest.first(known, "blocked") == [awaiting, declined, unfit]
    assert commonest.first(known, "not_applicable") == [unfit, declined, awaiting]
    commonest.forget()
    with time_machine.travel(NOW + timedelta(days=91)):
        assert commonest.first(known, "not_applicable") == known
        assert commonest.first(known, "blocked") == [awaiting, declined, unfit]
