"""The variance page: every number is that of the items behind its link, under every filter."""

import random
import re
from datetime import timedelta
from html import unescape
from itertools import product

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.views.desk import record, text

pytestmark = pytest.mark.django_db

PAGE, ROWS = reverse("dashboard_variance"), reverse("variance_rows")
STATUSES = ("blocked", "not_applicable", "not_done")
CODES = ("tick", "date", "number", "text", "choice")


@pytest.fixture
def lead(client):
    """A coordinator of two teams, whose cases have items left for every kind of reason, now and long ago."""
    teams = [factories.team(), factories.team()]
    person = factories.coordinator(teams[0])
    factories.Membership(user=person, team=teams[1], role="coordinator")
    person.__dict__.pop("roles_by_team", None)
    chance = random.Random(7)
    reasons = [factories.reason(origin=origin) for origin in ("patient", "service", "external")]
    versions = [factories.published(), factories.published()]
    for team, version, age in product(teams, versions, (0, 60)):
        with time_machine.travel(timezone.now() - timedelta(days=age)):
            case = factories.open_case(team, version, by=person)
            for code in chance.sample(CODES, 4):
                given = {"status": chance.choice(STATUSES), "reason": chance.choice(reasons)}
                record(person, case, code, **given)
    client.force_login(person)
    return person


def links(html):
    found = re.findall(rf'href="({re.escape(ROWS)}\?[^"]*)">(\d+)<span', html)
    return [(unescape(url), int(number)) for url, number in found]


def test_every_bar_has_as_many_items_as_stand_behind_it_under_every_filter(client, lead):
    team = lead.memberships.first().team.code
    template = lead.memberships.first().team.cases.first().template_version.template.code
    seen = 0
    for days, status, where in product(
        ("", "30"), ("", "blocked", "not_done"), ({}, {"team": team}, {"template": template})
    ):
        html = client.get(PAGE, {"days": days, "status": status} | where).text
        for url, number in links(html):
            answer = client.get(url)
            assert answer.context["page"].paginator.count == number, url
            seen += 1
    assert seen > 100


def test_every_figure_adds_up_to_the_same_items(client, lead):
    context = client.get(PAGE).context
    totals = {sum(bar["number"] for bar in bars) for _, bars in context["figures"]}
    assert totals == {context["total"]} == {32}
    assert all(bars[-1]["share"] == 100 for _, bars in context["figures"])


def test_nobody_counts_what_they_may_not_see(client, lead):
    client.force_login(factories.member(factories.team()))
    assert client.get(PAGE).context["total"] == 0
    assert client.get(ROWS).context["page"].paginator.count == 0


def test_an_unknown_filter_is_said_and_left_out(client, lead):
    for address in (PAGE, ROWS):
        answer = client.get(address, {"days": "nonsense", "team": "9" * 400})
        assert answer.status_code == 422
        assert "Not every filter was understood" in text(answer)
    assert client.get(ROWS, {"page": "nonsense", "item": "' OR 1=1"}).status_code == 200


def test_the_page_takes_as_many_queries_for_many_items(client, lead, django_assert_max_num_queries):
    client.get(PAGE)
    with django_assert_max_num_queries(9):
        client.get(PAGE)
    with django_assert_max_num_queries(8):
        client.get(ROWS)
