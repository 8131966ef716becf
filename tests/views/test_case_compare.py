"""A case at two times side by side: only what differs, in words, by phase."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pathways.services import cases
from pathways.views.moments import compare_url
from tests import factories
from tests.views.desk import NOW, record, text

pytestmark = pytest.mark.django_db

OPENED = NOW - timedelta(hours=5)
LATER = NOW + timedelta(days=3)


@pytest.fixture
def case(team):
    details = {"age_years": 71, "sex": "female", "primary_site": "breast", "index_level": "T9"}
    with time_machine.travel(OPENED, tick=False):
        return factories.open_case(team, details=details)


@pytest.fixture
def changed(member, case):
    """The case after an item of its first phase and one detail were changed."""
    with time_machine.travel(NOW, tick=False):
        record(member, case, "choice", "in_progress", response={"value": "low"}, note="First <look>")
        details = case.details | {"index_level": "L2"}
        cases.update_case_details(by=member, case=case, details=details, seen=case.version)
    return case


def compare(person, case, query=None, *, earlier=OPENED, later=NOW):
    address = compare_url(case, earlier, later)
    with time_machine.travel(LATER, tick=False):
        client = Client()
        client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            path = address.split("?")[0]
            page = client.get(path, query) if query is not None else client.get(address)
    page.cost = len(queries)
    return page


def compared(page):
    return text(page)


def test_it_shows_what_differs_with_both_values(member, changed):
    shown = compared(compare(member, changed))
    assert "Index vertebral level: T9" in shown
    assert "Index vertebral level: L2" in shown
    assert "Status: Not started" in shown
    assert "Status: In progress" in shown
    assert "Note: First <look>" in shown


def test_what_stayed_is_shown_only_when_asked(member, changed):
    page = compare(member, changed)
    assert "Sex:" not in compared(page)
    everything = compare(member, changed, {"from": "2026-11-03T09:40", "all": "yes"})
    assert "Sex: Female" in compared(everything)


def test_the_same_time_twice_differs_in_nothing(member, changed):
    page = compare(member, changed, earlier=NOW)
    assert "Nothing differs." in compared(page)


def test_the_times_may_be_given_either_way_round(member, changed):
    assert compared(compare(member, changed, earlier=NOW, later=OPENED)) == compared(compare(member, changed))


def test_without_a_later_time_it_is_compared_with_now(member, changed):
    assert "Index vertebral level: L2" in compared(compare(member, changed, later=None))


def test_an_item_that_came_later_was_not_on_the_checklist(member, case):
    with time_machine.travel(NOW, tick=False):
        record(member, case, "choice", response={"value": "low"})
    shown = compared(compare(member, case))
    assert "occurrence 2" in shown
    assert "Status: Not on the checklist" in shown


def test_typed_days_lead_to_the_address_of_the_comparison(member, changed):
    typed = {"from_day": "3", "from_month": "11", "from_year": "2026", "from_time": ""}
    page = compare(member, changed, typed)
    assert page.status_code == 302
    assert "from=2026-11-03T23%3A59%3A59" in page.url


@pytest.mark.parametrize(
    "query",
    [
        {"from": "yesterday"},
        {"from": ""} | {"from_day": "3"},
        {"from_day": "31", "from_month": "2", "from_year": "2026"},
        {"from": "2026-11-03T10:00", "to": "2126-11-03T10:00"},
        {"from": "2001-01-01T10:00"},
    ],
)
def test_a_time_that_cannot_be_compared_is_refused_in_words(member, changed, query):
    page = compare(member, changed, query)
    assert page.status_code == 422
    assert "time" in compared(page)


def test_without_any_time_the_page_asks_for_them(member, changed):
    page = compare(member, changed, {})
    assert page.status_code == 200
    assert 'name="from_day"' in page.content.decode()


def test_the_cost_does_not_grow_with_what_differs(member, changed):
    few = compare(member, changed).cost
    with time_machine.travel(NOW, tick=False):
        for code in ("tick", "number", "date"):
            record(member, changed, code, "in_progress", note="More")
    assert compare(member, changed).cost <= few <= 36
