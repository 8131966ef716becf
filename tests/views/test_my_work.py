"""My work: what waits for a person over all their cases, in the rows of the cases themselves."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.enums import ItemStatus
from pathways.models import Mention
from pathways.permissions import as_system
from pathways.services import cases, checklists, people
from pathways.services.mentions import waiting_for
from tests import factories
from tests.views.desk import HTMX, NOW, element, item_url, markup, record, same, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WORK = {"place": "work"}


def give(case, person, *codes):
    for code in codes:
        item = factories.item(case, code)
        checklists.assign_item(by=person, item=item, seen=item.version, assignee=person)


def work(client, tab=""):
    return client.get(f"/?tab={tab}" if tab else "/")


def anchor(case, code, occurrence=1):
    return f"{case.reference}-i-{code}-{occurrence}"


def row(response, case, code, occurrence=1):
    return element(markup(response), anchor(case, code, occurrence))


def groups(response):
    """Group to the codes of its rows."""
    parts = markup(response).split('<h2 id="group-')[1:]
    return {
        part.split(">")[1].split("<")[0].strip(): [
            each.split('"')[0].split("-i-")[1].removesuffix("-1")
            for each in part.split('class="item" id="')[1:]
        ]
        for part in parts
    }


def post(client, item, verb="save", headers=None, **data):
    sent = {"token": uuid4().hex, "version": item.version} | WORK | data
    return client.post(item_url(item, verb), sent, headers=headers)


def test_what_is_mine_stands_by_when_it_is_due(signed_in, member, case):
    give(case, member, "tick", "date", "choice", "sins", "last")
    other = factories.open_case(case.team, case.template_version, opened_at=NOW - timedelta(hours=3))
    give(other, member, "tick")
    assert groups(work(signed_in)) == {
        "Overdue": ["tick"],
        "Today": ["tick"],
        "This week": ["date", "choice"],
        "No due time": ["sins", "last"],
    }


def test_what_is_settled_closed_given_away_or_does_not_apply_is_not_there(signed_in, member, team, version):
    closed, mine = factories.open_case(team, version), factories.open_case(team, version)
    give(closed, member, "tick")
    give(mine, member, "tick", "date", "several")
    cases.close_case(by=factories.coordinator(team), case=closed, outcome="died")
    record(member, mine, "tick", response={"value": True})
    item = factories.item(mine, "date")
    checklists.assign_item(by=member, item=item, seen=item.version, assignee=factories.member(team))
    page = work(signed_in)
    assert groups(page) == {}
    assert "Nothing is waiting for you. See all open cases" in text(page)


def test_each_row_says_which_case_it_is_of_and_leads_to_its_place_there(signed_in, member, team, version):
    details = {"age_years": 71, "sex": "female", "primary_site": "breast"}
    case = factories.open_case(team, version, details=details)
    give(case, member, "tick")
    found = row(work(signed_in), case, "tick")
    assert f'<a href="/cases/{case.reference}/#i-tick-1">{case.reference}</a>' in found
    assert "71 years, Female, Breast. 1 Diagnosis" in found


def test_one_click_settles_it_and_the_row_stays_with_undo(signed_in, member, case):
    give(case, member, "tick")
    answer = post(signed_in, factories.item(case, "tick"), headers=HTMX, status="done", one_tap="yes")
    assert answer.status_code == 200
    assert answer.text.count("<li") == 1
    found = row(answer, case, "tick")
    assert 'data-s="done"' in found
    assert f'id="{anchor(case, "tick")}-undo"' in found
    assert f'href="/cases/{case.reference}/items/tick/1/?place=work#record"' in found
    assert "marked done 14:32" in answer.headers["HX-Trigger"]
    undo = found.split('name="event" value="')[1].split('"')[0]
    back = post(signed_in, factories.item(case, "tick"), "undo", HTMX, event=undo, back="case")
    assert 'data-s="not_started"' in row(back, case, "tick")


def test_without_scripts_the_row_is_there_again_to_be_taken_back(signed_in, member, case):
    give(case, member, "tick")
    item = factories.item(case, "tick")
    answer = post(signed_in, item, status="done", one_tap="yes")
    assert (answer.status_code, answer.url) == (303, f"/?row={item.pk}#{anchor(case, 'tick')}")
    page = signed_in.get(answer.url)
    assert f'id="{anchor(case, "tick")}-undo"' in row(page, case, "tick")
    assert groups(work(signed_in)) == {}


@pytest.mark.parametrize("asked", ["0", "-1", "x", "²", "9" * 30, ""])
def test_an_odd_row_or_page_in_the_address_shows_the_page(signed_in, member, case, asked):
    give(case, member, "tick")
    for name in ("row", "page", "tab"):
        assert row(signed_in.get(f"/?{name}={asked}"), case, "tick")


def test_every_part_of_a_row_answers_in_its_place(signed_in, member, case):
    give(case, member, "sins")
    item = factories.item(case, "sins")
    for part in ("menu", "edit", "assign", "due", "comment"):
        html = markup(signed_in.get(f"{item_url(item)}?place=work&part={part}", headers=HTMX))
        assert '<input type="hidden" name="place" value="work">' in html
        assert ' id="i-sins' not in html
    refused = post(signed_in, item, headers=HTMX, status="done", note="", part="edit")
    assert refused.status_code == 422
    assert f'href="#{anchor(case, "sins")}-response_location"' in refused.text
    assert post(signed_in, item, status="done", note="").status_code == 422


def test_a_conflict_is_shown_in_the_row_of_my_work(signed_in, member, team, case):
    give(case, member, "tick")
    item = factories.item(case, "tick")
    other = factories.member(team, display_name="J. Lindqvist")
    record(other, case, "tick", status="blocked", reason=factories.reason())
    answer = post(signed_in, item, headers=HTMX, status="done", one_tap="yes")
    assert answer.status_code == 409
    assert "J. Lindqvist changed this while you were editing." in text(answer)
    assert f'id="{anchor(case, "tick")}-mine-conflict"' in answer.text
    assert '<input type="hidden" name="place" value="work">' in answer.text


def test_what_nobody_of_my_discipline_took_can_be_taken(client, team, case):
    discipline = factories.item(case, "tick").template_item.discipline
    person = factories.member(team, discipline=discipline)
    client.force_login(person)
    page = work(client)
    assert groups(page)["For your discipline, not yet taken"][:2] == ["tick", "date"]
    assert "Take this" in row(page, case, "tick")
    assert row(page, case, "several") is None
    item = factories.item(case, "tick")
    answer = post(client, item, "assign", HTMX, assignee=person.username)
    assert "You</span>" in row(answer, case, "tick")
    assert "Done now" in row(answer, case, "tick")
    assert factories.item(case, "tick").assignee == person


def test_another_discipline_and_another_team_have_nothing_to_take(client, team, case):
    for person in (factories.member(team, discipline=factories.Discipline()), factories.member(team)):
        client.force_login(person)
        assert groups(work(client)) == {}
    discipline = factories.item(case, "tick").template_item.discipline
    client.force_login(factories.member(factories.team(), discipline=discipline))
    assert groups(work(client)) == {}
    assert case.reference not in work(client).text


def test_what_waits_for_others_stands_apart(signed_in, member, team, case):
    give(case, member, "text", "tick", "date")
    record(member, case, "tick", status=ItemStatus.BLOCKED, reason=factories.reason(label="No bed"))
    assert not any("tick" in codes for codes in groups(work(signed_in)).values())
    waiting = work(signed_in, "waiting")
    assert groups(waiting) == {"Waiting on others": ["tick", "text"]}
    assert "No bed" in row(waiting, case, "tick")
    assert f"Needs: {factories.item(case, 'sins').name}" in row(waiting, case, "text")
    give(case, member, "sins")
    assert groups(work(signed_in, "waiting")) == {"Waiting on others": ["tick"]}


def test_what_i_settled_since_monday_may_be_read_and_taken_back(signed_in, member, team, case):
    record(member, case, "tick", response={"value": True})
    record(factories.member(team), case, "sins", status="not_done", reason=factories.reason())
    page = work(signed_in, "done")
    assert groups(page) == {"Done this week": ["tick"]}
    assert f'id="{anchor(case, "tick")}-undo"' in row(page, case, "tick")


def test_comments_that_name_me_wait_until_i_have_seen_them(client, team, member, case):
    named = factories.member(team, username="okafor", display_name="Dr R. Okafor")
    checklists.add_comment(by=member, case=case, item=factories.item(case, "tick"), text="@okafor, please.")
    client.force_login(member)
    mention = Mention.objects.get()
    sent = {"token": uuid4().hex}
    assert client.post(f"/mentions/{mention.pk}/seen/", sent).status_code == 404
    client.force_login(named)
    page = work(client)
    assert "Comments that name you 1" in text(page)
    assert "@okafor, please." in text(page)
    for _ in range(2):
        assert client.post(f"/mentions/{mention.pk}/seen/", sent).url == "/"
    assert not waiting_for(named)
    assert "Comments that name you" not in work(client).text


def test_who_has_no_work_is_led_to_what_they_may_see(client, team):
    for person, to in (
        (factories.observer(team), "/cases/"),
        (factories.auditor(), "/cases/"),
        (factories.pathway_editor(), "/templates/"),
    ):
        client.force_login(person)
        answer = client.get("/")
        assert (answer.status_code, answer.url) == (302, to)
        assert "My work" not in client.get(to).text


def test_the_page_costs_eight_queries_however_much_waits(signed_in, member, team, version):
    def look():
        work(signed_in)
        with CaptureQueriesContext(connection) as queries:
            work(signed_in)
        return len(queries)

    give(factories.open_case(team, version), member, "tick", "text")
    few = look()
    for _ in range(3):
        give(factories.open_case(team, version), member, "tick", "date", "text", "sins")
    assert look() == few <= 8


def poll(client, **asked):
    return client.get("/", asked, headers=HTMX | {"X-Background": "1"})


def mark(page):
    return re.search(r'name="since" value="([0-9a-f]{32})"', page.content.decode())[1]


def test_it_is_asked_in_three_queries_whether_anything_changed(signed_in, member, team, version):
    give(factories.open_case(team, version), member, "tick", "text")
    seen = mark(signed_in.get("/"))
    with CaptureQueriesContext(connection) as queries:
        answer = poll(signed_in, since=seen)
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(queries) <= 3


def test_what_others_changed_comes_in_as_on_the_page(signed_in, member, team, version, clock):
    case = factories.open_case(team, version)
    seen = mark(signed_in.get("/"))
    clock.shift(timedelta(minutes=2))
    give(case, member, "tick")
    answer = poll(signed_in, since=seen)
    assert element(markup(answer), f"{case.reference}-i-tick-1")
    page = signed_in.get("/")
    assert same(element(markup(page), "work-live")) == same(element(markup(answer), "work-live"))
    assert "<h1" not in markup(answer)
    assert poll(signed_in, since=mark(answer)).status_code == 204


def test_who_left_the_team_is_led_away_from_the_page_that_asks(signed_in, member):
    seen = mark(signed_in.get("/"))
    people.end_membership(by=as_system(), membership=member.memberships.get())
    answer = poll(signed_in, since=seen)
    assert answer.headers["HX-Redirect"] == "/templates/"


def test_each_tab_says_how_many_are_under_it(signed_in, member, team, version):
    case = factories.open_case(team, version)
    give(case, member, "tick", "text", "date")
    record(member, case, "text", "blocked", reason=factories.reason())
    record(member, case, "date", response={"value": "2026-11-03"})
    for tab in ("", "waiting"):
        shown = element(markup(work(signed_in, tab)), "work-live").split("<nav")[1].split("</nav>")[0]
        assert re.findall(r'<span class="mut s">(\d+\+?)</span>', shown) == ["1", "1", "1"]
