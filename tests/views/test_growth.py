"""A page of the team's work takes as many queries when there is much to show as when there is little."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pathways.services import checklists
from tests import factories
from tests.views.desk import record
from tests.views.test_bulk import confirm, preview

pytestmark = pytest.mark.django_db
MOST_QUERIES = 16


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def lead(team, client):
    person = factories.coordinator(team)
    client.force_login(person)
    return person


@pytest.fixture
def version():
    return factories.published()


def grow(team, version, lead):
    """Three more people, and three more cases in which each of them has items, answers and comments."""
    for _ in range(3):
        person, case = factories.member(team), factories.open_case(team, version)
        for code, by in (("tick", person), ("text", lead), ("sins", lead)):
            item = factories.item(case, code)
            checklists.assign_item(by=lead, item=item, seen=item.version, assignee=by)
        record(person, case, "choice", response={"value": "low"})
        checklists.add_comment(by=person, case=case, text=f"@{lead.username}, please look.")


def all_cases(client):
    return client.get("/cases/bulk/", {"every": "yes", "view": "open"})


def preview_of_all(client, lead):
    asked = {"every": "yes", "view": "open", "kind": "assign", "assignee": lead.username, "what": "i-date"}
    return preview(client, "/cases/bulk/", **asked)


def result_of_all(client, lead):
    done, _ = confirm(client, preview_of_all(client, lead))
    return done.url


PAGES = {
    "choosing what to do with many cases": lambda client, lead: all_cases(client),
    "the preview of it": preview_of_all,
    "a team": lambda client, lead: client.get(reverse("team_detail", args=[team_of(lead).code])),
    "handing over what somebody has": lambda client, lead: client.get(
        reverse("team_reassign", args=[team_of(lead).code]), {"from": lead.username}
    ),
    "the reasons": lambda client, lead: client.get(reverse("reason_list")),
    "the list of cases": lambda client, lead: client.get("/cases/?view=open"),
}


def team_of(person):
    return person.memberships.get().team


def queries(look):
    look()
    with CaptureQueriesContext(connection) as found:
        assert look().status_code == 200
    return len(found)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_more_of_everything_takes_no_more_queries(client, team, version, lead, page):
    grow(team, version, lead)
    few = queries(partial(page, client, lead))
    grow(team, version, lead)
    assert queries(partial(page, client, lead)) == few <= MOST_QUERIES


def test_the_result_of_a_change_of_many_takes_no_more_queries(client, team, version, lead):
    grow(team, version, lead)
    few = result_of_all(client, lead)
    grow(team, version, factories.coordinator(team))
    many = result_of_all(client, lead)
    found = [queries(partial(client.get, address)) for address in (few, many)]
    assert found[0] == found[1] <= MOST_QUERIES


def test_what_a_version_holds_is_not_read_with_each_of_many_items(client, team, version, lead):
    grow(team, version, lead)
    preview_of_all(client, lead)
    with CaptureQueriesContext(connection) as found:
        preview_of_all(client, lead)
    assert not any("case_fields" in each["sql"] for each in found)


@pytest.mark.parametrize(("name", "phase"), [("phase_bulk", "diagnosis"), ("case_item_new", "diagnosis")])
def test_a_phase_with_more_items_takes_no_more_queries(client, team, lead, name, phase):
    def of(number):
        items = [{"code": f"i-{n}", "phase": 1} for n in range(number)]
        case = factories.open_case(team, factories.published(items))
        return reverse(name, args=[case.reference, phase])

    found = [queries(partial(client.get, of(number))) for number in (2, 20)]
    assert found[0] == found[1] <= MOST_QUERIES
