"""The case page as at an earlier time: the same page, which nobody can change."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import NOW, case_url, element, ids, markup, record, row, same, text

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=3)
AT = "2026-11-03T14:32:00.000000Z"


@pytest.fixture
def case(team):
    details = {"age_years": 71, "sex": "female", "primary_site": "breast", "index_level": "T9"}
    with time_machine.travel(NOW - timedelta(hours=5), tick=False):
        return factories.open_case(team, details=details)


@pytest.fixture
def observer(team):
    return factories.observer(team)


def visit(person, path, query=None, *, at=LATER + timedelta(hours=1)):
    """The page as the person gets it at that moment, having just signed in."""
    with time_machine.travel(at, tick=False):
        client = Client()
        client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path, query)
    page.cost = len(queries)
    return page


def work(member, case):
    """An afternoon that leaves rows of every kind, with a repeat and comments."""
    with time_machine.travel(NOW, tick=False):
        record(member, case, "choice", response={"value": "low"})
        record(member, case, "number", "blocked", reason=factories.reason(label="Awaiting a result"))
        checklists.add_comment(by=member, case=case, item=factories.item(case, "tick"), text="Rang.")
        checklists.add_comment(by=member, case=case, text="Family present.")
        checklists.assign_item(by=member, item=factories.item(case, "date"), seen=1, assignee=member)


def change_everything(member, case):
    with time_machine.travel(LATER, tick=False):
        record(member, case, "number", "in_progress", note="Arrived.")
        record(member, case, "tick", response={"value": True})
        record(member, case, "choice", occurrence=2, response={"value": "high"})
        checklists.add_comment(by=member, case=case, item=factories.item(case, "tick"), text="Again.")
        checklists.add_comment(by=member, case=case, text="Gone home.")
        cases.close_case(by=factories.coordinator(case.team), case=case, outcome="transferred")


def as_at(person, case, at=AT, **typed):
    return visit(person, case_url(case), typed or {"at": at})


def shown(page, part):
    """A part of the page without the links to what happened since."""
    return re.sub(r'<a class="btn quiet log".*?</a>', "", same(element(markup(page), part)))


def test_it_shows_what_an_observer_saw_at_that_time(observer, member, case):
    work(member, case)
    page = visit(observer, case_url(case), at=NOW)
    change_everything(member, case)
    then = as_at(observer, case)
    for part in ("phases", "rail", "flags"):
        assert shown(then, part) == shown(page, part)
    assert "Family present." in text(then)
    assert "Gone home." not in text(then)
    assert shown(as_at(observer, case, "2026-11-06T14:32"), "phases") != shown(page, "phases")


def test_nobody_can_change_anything_there(member, case):
    work(member, case)
    then = as_at(factories.coordinator(case.team), case)
    assert f"{case.reference} as it was on 3 Nov 2026 at 14:32. You cannot change anything here." in text(
        then
    )
    main = element(markup(then), "main")
    assert 'method="post"' not in main
    assert "data-part" not in main
    assert "rows.js" not in then.text
    assert f"<title>{case.reference} as at 3 Nov 2026, 14:32 – Cases" in markup(then)


def test_one_steps_from_change_to_change(observer, member, case):
    work(member, case)
    change_everything(member, case)
    then = as_at(observer, case)
    earlier, later = re.findall(r'href="([^"]*)">(?:Earlier|Later)', markup(then))
    assert earlier.endswith("at=2026-11-03T09:32:00.000000Z")
    assert later.endswith("at=2026-11-06T14:32:00.000000Z")
    assert "as it was on 3 Nov 2026 at 09:32" in text(visit(observer, earlier))
    assert "Later change" not in text(visit(observer, later))


def test_the_history_leads_to_the_case_as_each_change_left_it(observer, member, case):
    work(member, case)
    page = markup(visit(observer, f"{case_url(case)}history/"))
    links = re.findall(rf'<time [^>]*><a href="({case_url(case)}\?at=[^"]+)"', page)
    assert len(links) == 6
    assert 'data-s="blocked"' in row(visit(observer, links[0]), "number")
    assert 'data-s="not_started"' in row(visit(observer, links[-1]), "number")


def test_a_day_and_time_lead_to_their_address_and_to_the_end_of_that_minute(observer, member, case):
    typed = {"at_day": "3", "at_month": "nov", "at_year": "2026", "at_time": "14:32"}
    work(member, case)
    answer = as_at(observer, case, **typed)
    assert answer["Location"].endswith("?at=2026-11-03T14:32:59.999999Z")
    assert as_at(observer, case, **typed | {"at_time": ""})["Location"].endswith(
        "?at=2026-11-03T23:59:59.999999Z"
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"at": "yesterday"}, "This is not a date and time"),
        ({"at": "2026-02-31T10:00"}, "This is not a date and time"),
        ({"at": "2026-03-29T01:30"}, "This is not a date and time"),
        ({"at_day": "31", "at_month": "2", "at_year": "2026"}, "Enter a real date"),
        ({"at": "2030-01-01T10:00"}, "That time is still to come"),
        ({"at": "2025-01-01T10:00"}, "Nothing had been recorded"),
    ],
)
def test_a_time_that_cannot_be_shown_says_why(observer, case, query, words):
    answer = as_at(observer, case, **query)
    assert answer.status_code == 422
    assert words in text(answer)


def test_another_teams_case_was_never_there(case):
    assert as_at(factories.member(factories.team()), case).status_code == 404


def test_ids_are_unique_and_the_cost_does_not_grow(observer, member, case):
    work(member, case)

    as_at(observer, case)
    few = as_at(observer, case, "2026-11-06T14:32")
    change_everything(member, case)
    many = as_at(observer, case, "2026-11-06T14:32")
    assert len(set(ids(markup(many)))) == len(ids(markup(many)))
    assert many.cost <= few.cost <= 24
