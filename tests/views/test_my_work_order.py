"""My work: in which order its rows stand, how many of them are counted and read, and what they need."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.models import TemplateItem
from pathways.services import cases, checklists
from pathways.services.own_items import add_own_item
from pathways.views import my_work
from tests import factories
from tests.views.desk import NOW, element, markup, record, text
from tests.views.test_my_work import anchor, give, groups, row, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
UNTAKEN = "For your discipline, not yet taken"


@pytest.fixture
def of_discipline(client, team, version):
    """A member whose discipline all items are for, signed in."""
    discipline = TemplateItem.objects.filter(template_version=version).first().discipline
    person = factories.member(team, discipline=discipline)
    client.force_login(person)
    return person


def shown(response):
    """The rows as their case and item, in order."""
    return re.findall(r'class="item" id="([^"]+)"', markup(response))


def of(case, *codes):
    return [anchor(case, code) for code in codes]


def on_tabs(response):
    tabs = element(markup(response), "work-live").split("<nav")[1].split("</nav>")[0]
    return re.findall(r'<span class="mut s">(\d+\+?)</span>', tabs)


def test_what_is_due_at_the_same_time_stands_as_it_was_made(signed_in, member, team, version):
    first, second = (factories.open_case(team, version, opened_at=NOW) for _ in range(2))
    for each in (second, first):
        give(each, member, "sins", "choice", "date")
    in_turn = [(each, code) for code in ("date", "choice", "sins") for each in (first, second)]
    assert shown(work(signed_in)) == [anchor(*each) for each in in_turn]


def test_what_nobody_took_is_offered_as_it_is_due(client, of_discipline, case, monkeypatch):
    other = factories.open_case(case.team, case.template_version, opened_at=NOW - timedelta(hours=7))
    every = work(client)
    assert groups(every)[UNTAKEN][-3:] == ["text", "extra", "last"]
    assert "there are more" not in text(every)
    monkeypatch.setattr(my_work, "UNTAKEN_SHOWN", 3)
    page = work(client)
    assert shown(page) == [*of(other, "tick"), *of(case, "tick"), *of(other, "date")]
    assert "The first 3 are listed here; there are more." in text(page)


def test_what_nobody_took_in_a_closed_case_or_beyond_the_pathway_is_not_offered(client, of_discipline, case):
    closed = factories.open_case(case.team, case.template_version)
    coordinator = factories.coordinator(case.team)
    cases.close_case(by=coordinator, case=closed, outcome="died")
    add_own_item(by=coordinator, case=case, phase=1, title="Ask the family")
    page = work(client)
    assert not any(each.startswith(closed.reference) for each in shown(page))
    assert "Ask the family" not in text(page)


def test_a_person_without_a_discipline_is_not_offered_what_has_none(signed_in, member, case):
    add_own_item(by=member, case=case, phase=1, title="Ask the family")
    assert groups(work(signed_in)) == {}


def test_only_the_first_so_many_are_read_and_counted_with_a_plus(signed_in, member, case, monkeypatch):
    give(case, member, "tick", "date", "choice", "text", "last")
    monkeypatch.setattr(my_work, "MOST", 4)
    page = work(signed_in)
    assert shown(page) == of(case, "tick", "date", "choice", "text")
    assert on_tabs(page) == ["4+", "1+", "0"]
    assert "The first 4 of your open items are listed here." in text(page)
    assert on_tabs(work(signed_in, "waiting")) == ["4+", "1+", "0"]
    monkeypatch.setattr(my_work, "MOST", 5)
    page = work(signed_in)
    assert on_tabs(page) == ["5", "1", "0"]
    assert "of your open items are listed here" not in text(page)


@pytest.mark.parametrize("tab", ["", "done"])
def test_the_second_page_goes_on_where_the_first_ended(client, of_discipline, case, monkeypatch, tab):
    monkeypatch.setattr(my_work, "PAGE_SIZE", 2)
    give(case, of_discipline, "tick", "date", "sins")
    if tab:
        for code in ("tick", "extra", "last"):
            record(of_discipline, case, code, response={"value": True})
    first, second = (client.get("/", {"tab": tab, "page": page}) for page in (1, 2))
    own = of(case, "last", "extra", "tick") if tab else of(case, "tick", "date", "sins")
    assert shown(first)[:2] == own[:2]
    assert shown(second) == own[2:]
    assert "Page 2 of 2" in text(second)
    assert (UNTAKEN in groups(first), UNTAKEN in groups(second)) == (not tab, False)


def test_a_group_counts_what_is_of_it_on_other_pages_too(signed_in, member, case, monkeypatch):
    monkeypatch.setattr(my_work, "PAGE_SIZE", 2)
    give(case, member, "tick", "sins", "last", "text")
    assert "No due time 3" in text(work(signed_in))


def test_what_was_just_given_back_stays_in_sight(client, of_discipline, case):
    give(case, of_discipline, "tick", "last")
    item = factories.item(case, "last")
    checklists.assign_item(by=of_discipline, item=item, seen=item.version, assignee=None)
    page = client.get(f"/?row={item.pk}")
    assert shown(page)[:2] == of(case, "last", "tick")
    assert shown(page).count(anchor(case, "last")) == 1
    assert on_tabs(page)[0] == "2"


def test_a_row_of_another_team_is_not_brought_into_sight(signed_in, member, case):
    other = factories.open_case(factories.team(), case.template_version)
    give(case, member, "tick")
    page = signed_in.get(f"/?row={factories.item(other, 'tick').pk}")
    assert shown(page) == of(case, "tick")


def test_a_row_says_what_it_needs_whoever_has_that(signed_in, member, team, version):
    mine, of_another, settled = (factories.open_case(team, version) for _ in range(3))
    other = factories.member(team)
    for each in (mine, of_another, settled):
        give(each, member, "text")
    give(mine, member, "sins")
    give(of_another, other, "sins")
    record(other, settled, "sins", status="not_done", reason=factories.reason())
    name = factories.item(mine, "sins").name
    page = work(signed_in)
    assert [f"Needs: {name}" in row(page, each, "text") for each in (mine, of_another, settled)] == [
        True,
        True,
        False,
    ]
    assert on_tabs(page)[:2] == ["4", "1"]
    assert shown(work(signed_in, "waiting")) == of(of_another, "text")


def test_an_item_of_one_case_alone_stands_among_them(signed_in, member, case):
    own = add_own_item(by=member, case=case, phase=1, title="Ask the family")
    give(case, member, own.code, "tick")
    page = work(signed_in)
    assert groups(page) == {"Overdue": ["tick"], "No due time": [own.code]}
    assert "Ask the family" in row(page, case, own.code)


@pytest.mark.parametrize("tab", ["", "waiting"])
def test_eight_queries_suffice_for_a_person_of_a_discipline(client, of_discipline, team, version, tab):
    def look():
        work(client, tab)
        with CaptureQueriesContext(connection) as queries:
            work(client, tab)
        return len(queries)

    give(factories.open_case(team, version), of_discipline, "tick", "text")
    few = look()
    for _ in range(3):
        give(factories.open_case(team, version), of_discipline, "tick", "date", "text")
    assert look() == few <= 8


def test_what_was_just_settled_stays_in_sight_beside_what_has_no_due_time(signed_in, member, case):
    give(case, member, "tick", "sins", "last")
    record(member, case, "tick", response={"value": True})
    page = signed_in.get(f"/?row={factories.item(case, 'tick').pk}")
    assert groups(page) == {"No due time": ["tick", "sins", "last"]}
    assert markup(page).count('<h2 id="group-') == 1


def test_what_was_just_given_back_stays_in_sight_before_what_is_due_sooner(signed_in, member, case):
    give(case, member, "tick", "date", "choice")
    item = factories.item(case, "choice")
    checklists.assign_item(by=member, item=item, seen=item.version, assignee=None)
    page = signed_in.get(f"/?row={item.pk}")
    assert groups(page) == {"This week": ["choice", "date"], "Overdue": ["tick"]}
