"""A case page keeps itself up to date: nothing while nothing changed, else what others did meanwhile."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.models import AuditEvent
from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import HTMX, NOW, case_url, element, ids, markup, record, row, same, text

pytestmark = pytest.mark.django_db
POLL = HTMX | {"X-Background": "1"}


@pytest.fixture
def case(clock, team):
    return factories.open_case(team)


@pytest.fixture
def other(team):
    return factories.member(team, display_name="J. Lindqvist")


def marks(page):
    """What the region of the page sends along."""
    return dict(re.findall(r'name="(since|opened)" value="([0-9a-f]{32})"', markup(page)))


def poll(client, case, **asked):
    return client.get(f"{case_url(case)}live/", asked, headers=POLL)


def test_while_nothing_changed_three_queries_answer_nothing(signed_in, case):
    seen = marks(signed_in.get(case_url(case)))
    with CaptureQueriesContext(connection) as queries:
        answer = poll(signed_in, case, **seen)
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(queries) <= 3


def test_what_others_did_is_told_by_name_and_row(signed_in, member, other, case, clock):
    seen = marks(signed_in.get(case_url(case)))
    clock.shift(timedelta(minutes=2))
    record(other, case, "tick", response={"value": True})
    record(other, case, "sins", status="in_progress")
    answer = poll(signed_in, case, **seen)
    assert "2 changes by J. Lindqvist since you opened this page" in text(answer)
    assert 'href="#i-tick-1"' in element(markup(answer), "news")
    assert "J. Lindqvist changed this 14:34." in row(answer, "tick")
    assert "changed this" not in row(answer, "date")
    assert marks(answer)["opened"] == seen["opened"]
    assert poll(signed_in, case, **marks(answer)).status_code == 204
    clock.shift(timedelta(minutes=1))
    record(factories.member(case.team, display_name="P. Adeyemi"), case, "date", status="in_progress")
    again = poll(signed_in, case, **marks(answer))
    assert "3 changes by P. Adeyemi and J. Lindqvist since you opened" in text(again)


def test_ones_own_changes_bring_the_page_up_to_date_and_are_no_news(signed_in, member, case, clock):
    seen = marks(signed_in.get(case_url(case)))
    clock.shift(timedelta(minutes=2))
    record(member, case, "tick", response={"value": True})
    answer = poll(signed_in, case, **seen)
    assert 'data-s="done"' in row(answer, "tick")
    assert 'id="news"' not in markup(answer)


def test_reading_is_no_change(signed_in, other, case, clock):
    seen = marks(signed_in.get(case_url(case)))
    AuditEvent.objects.create(action="read_case", actor=other, at=NOW + timedelta(minutes=1), case=case)
    assert poll(signed_in, case, **seen).status_code == 204


def test_the_fragment_is_the_part_of_the_page(signed_in, case):
    page, answer = signed_in.get(case_url(case)), poll(signed_in, case)
    region = element(markup(page), "case-live")
    assert same(element(markup(answer), "case-live")) == same(region)
    assert set(ids(region)) - set(ids(markup(answer))) == set()
    assert 'id="flags" hx-swap-oob="true"' in markup(answer)


def test_a_case_closed_meanwhile_says_so_and_offers_nothing(signed_in, case, clock):
    seen = marks(signed_in.get(case_url(case)))
    clock.shift(timedelta(minutes=1))
    cases.close_case(by=factories.coordinator(case.team), case=case, outcome="died")
    answer = poll(signed_in, case, **seen)
    assert "This case is closed: Died." in text(answer)
    assert "Done now" not in text(answer)


def test_who_may_not_see_the_case_learns_nothing_and_an_auditor_sees_every_one(client, case):
    client.force_login(factories.member(factories.team()))
    assert poll(client, case).status_code == 404
    client.force_login(factories.auditor())
    assert poll(client, case).status_code == 200


@pytest.mark.parametrize("mark", ["", "x", "0" * 32, "\x00", "z" * 5000])
def test_a_mark_that_makes_no_sense_gets_the_page_as_it_is(signed_in, case, mark):
    answer = poll(signed_in, case, since=mark, opened=mark)
    assert answer.status_code == 200
    assert 'id="news"' not in markup(answer)


def test_without_scripts_the_address_leads_to_the_case(signed_in, case):
    answer = signed_in.get(f"{case_url(case)}live/")
    assert (answer.status_code, answer.url) == (303, case_url(case))


def test_asking_keeps_no_session_alive_and_its_end_leaves_the_page_with_its_text(signed_in, case, clock):
    seen = marks(signed_in.get(case_url(case)))
    for _ in range(3):
        clock.shift(timedelta(minutes=9))
        assert poll(signed_in, case, **seen).status_code == 204
    clock.shift(timedelta(minutes=9))
    answer = poll(signed_in, case, **seen)
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#flash"
    assert "Your text is still on this page" in text(answer)


def test_neither_queries_nor_news_grow_with_what_happened(signed_in, other, case, clock):
    seen = marks(signed_in.get(case_url(case)))

    def cost():
        poll(signed_in, case, **seen)
        with CaptureQueriesContext(connection) as queries:
            answer = poll(signed_in, case, **seen)
        return len(queries), element(markup(answer), "news").count("<li>")

    def say(times):
        for number in range(times):
            clock.shift(timedelta(seconds=1))
            checklists.add_comment(by=other, case=case, text=f"Chased {number}.")

    say(2)
    few, _ = cost()
    say(25)
    assert cost() == (few, 20)
