"""The phase progress page: every figure is the number of cases behind it."""

import csv
import random
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.enums import CaseOutcome, Phase, PhaseState
from pathways.models import AuditEvent
from pathways.services import cases, checklists
from tests import factories

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
URL = "/dashboards/phase-progress/"
ANSWERS = {
    "tick": {"value": True},
    "date": {"value": "2026-11-02"},
    "day": {"value": "2026-11-02"},
    "number": {"value": 2, "unit": "mmol/L"},
    "choice": {"value": "low"},
    "several": {"value": ["low"]},
    "text": {"value": "Recorded."},
    "last": {"value": True},
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def version():
    return factories.published(prefix="SM")


def generate(version, team, number, seed):
    """Cases of the team in every state that a seed leads to; some on hold, some closed."""
    dice, by, reason = random.Random(seed), factories.coordinator(team), factories.reason()
    for _ in range(number):
        details = {"cord_compression": dice.choice(["suspected", "excluded"])}
        opened_at = NOW - timedelta(hours=dice.choice([1, 6, 90]))
        case = factories.open_case(team, version, details, by=by, opened_at=opened_at)
        for code in dice.sample(sorted(ANSWERS), dice.randrange(len(ANSWERS) + 1)):
            item = factories.item(case, code)
            status = dice.choice(["done", "done", "done", "blocked", "in_progress", "not_applicable"])
            checklists.record_item(
                by=by, item=item, seen=item.version, status=status, response=ANSWERS[code], reason=reason
            )
        ending = dice.random()
        if ending < 0.15:
            cases.close_case(by=by, case=case, outcome=CaseOutcome.DIED)
        elif ending < 0.3:
            cases.hold_case(by=by, case=case, reason="Away.")


def marks(page):
    """Every number of the page that leads somewhere, and the address to which it leads."""
    links = re.findall(r'<a [^>]*href="(/cases/\?[^"]+)"[^>]*>(?:Show )?(\d+)', page)
    return [(int(number), unescape(url)) for url, number in links]


def rows_behind(client, url):
    return len(re.findall(r'<th scope="row">', client.get(url).text))


def test_the_address_of_all_dashboards_leads_to_the_first(client):
    client.force_login(factories.member(factories.team()))
    assert client.get("/dashboards/").url == URL


@pytest.mark.parametrize("seed", [1, 2])
def test_every_number_is_the_number_of_cases_behind_it(client, version, seed):
    """For the members of one team, of two, and an auditor, with every team filter each of them has."""
    teams = [factories.team(), factories.team()]
    for team in teams:
        generate(version, team, 9, f"{seed} {teams.index(team)}")
    both = factories.member(teams[0])
    factories.people.add_membership(by=factories.as_system(), user=both, team=teams[1], role="observer")
    seen = 0
    for person in (factories.observer(teams[0]), both, factories.auditor()):
        client.force_login(person)
        for query in ("", *(f"?team={team.code}" for team in teams[: 1 if person != both else 2])):
            for number, url in set(marks(client.get(URL + query).text)):
                assert rows_behind(client, url) == number, url
                seen += 1
    assert seen > 50


def test_the_bars_and_the_table_show_the_same_numbers(client, version):
    team = factories.team()
    generate(version, team, 8, 5)
    client.force_login(factories.member(team))
    page = client.get(URL).text
    bars, _, table = page.partition("<details>")
    drawn = re.findall(r'data-s="\w+"\s+href="([^"]+)">(\d+)', bars)
    assert drawn
    assert drawn == re.findall(r'<td class="r">\s*<a href="([^"]+)"[^>]*>(\d+)', table)
    assert len(re.findall(r'<td class="r">', table)) == len(Phase) * (len(PhaseState) + 1)


def test_a_chosen_team_narrows_the_page_and_its_links(client, version):
    here, there = factories.team(name="Rowan team"), factories.team()
    for team in (here, here, there):
        factories.open_case(team, version)
    client.force_login(factories.auditor())
    everything, narrowed = client.get(URL).text, client.get(f"{URL}?team={here.code}").text
    assert "All teams, as at 3 Nov 2026, 12:00" in everything
    assert "Show 3 cases" in everything
    assert "Rowan team, as at" in narrowed
    assert all(f"team={here.code}" in url for _, url in marks(narrowed))
    assert (2, f"/cases/?view=open&team={here.code}") in marks(narrowed)


def test_template_version_and_tumour_narrow_the_page_and_each_number_is_what_lies_behind_it(client, version):
    team, others = factories.team(), factories.published(prefix="OT")
    for site, on in (("breast", version), ("lung", version), ("breast", others)):
        factories.open_case(team, on, {"primary_site": site})
    client.force_login(factories.observer(team))
    template, title = version.template.code, version.template.title
    for query, number, words in (
        (f"template={template}", 2, title),
        (f"template={template}~1", 2, f"{title}, version 1"),
        (f"template={template}&site=breast", 1, f"{title}, Breast"),
        ("site=breast", 2, "Breast"),
    ):
        page = client.get(f"{URL}?{query}").text
        assert f"{team.name}, {words}, as at" in page
        assert marks(page)[0][0] == number
        assert all(rows_behind(client, url) == number for number, url in set(marks(page)))


def test_the_figure_is_given_as_a_file_and_that_is_an_event(client, version):
    team = factories.team()
    person = factories.observer(team)
    generate(version, team, 6, 3)
    client.force_login(person)
    response = client.get(f"{URL}phases.csv?team={team.code}")
    lines = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert response["Content-Disposition"] == 'attachment; filename="phase-progress-2026-11-03.csv"'
    assert lines[1] == ["Filter", f"Team: {team.name}"]
    drawn = re.findall(r'<td class="r">(?:\s*<a [^>]*>)?(\d+)', client.get(URL).text)
    assert [number for line in lines[5:] for number in line[1:]] == drawn
    event = AuditEvent.objects.get(action="export_figure", actor=person)
    assert event.reason.startswith("Phase progress, Open cases by phase and state. Team: ")


def test_a_team_that_is_not_yours_is_left_out_and_the_page_says_so(client, version):
    other, mine = factories.open_case(version=version), factories.open_case(version=version)
    client.force_login(factories.observer(mine.team))
    for code in (other.team.code, "nowhere", "\0"):
        response = client.get(URL, {"team": code})
        assert response.status_code == 422
        assert "Not every filter was understood" in response.text
        assert "Show 1 case<" in response.text


def test_few_cases_are_called_few(client, version):
    team = factories.team()
    client.force_login(factories.member(team))
    by = factories.coordinator(team)
    for _ in range(4):
        factories.open_case(team, version, by=by)
    assert "(few cases)" in client.get(URL).text
    factories.open_case(team, version, by=by)
    assert "(few cases)" not in client.get(URL).text


def test_without_cases_the_page_says_so(client):
    client.force_login(factories.member(factories.team(name="Rowan team")))
    assert "No cases are open (Rowan team)." in client.get(URL).text
    client.force_login(factories.person())
    assert "No cases are open (You are in no team)." in client.get(URL).text


def test_the_page_costs_the_same_however_many_cases_there_are(client, version):
    team = factories.team()
    client.force_login(factories.member(team))
    generate(version, team, 2, 1)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    client.get(URL)
    few = cost()
    assert few <= 10
    generate(version, team, 8, 2)
    assert cost() == few
