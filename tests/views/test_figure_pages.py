"""The dashboards: every number is that of the rows behind it, under every filter, for whoever asks."""

import csv
import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.views.dashboard_pages import PAGES
from pathways.views.figure_words import wilson
from tests import factories
from tests.dashboards.cohort import NOW, cohort
from tests.views.desk import text

pytestmark = pytest.mark.django_db
FILTERS = ({}, {"days": "30", "site": "lung"}, {"days": "365", "status": "not_done"})


def address(page, verb="figures", *args):
    return reverse(f"dashboard_{verb}", args=[page, *args])


def marks(html):
    """Every number that leads to rows, with its address: of bars, tables and drawings."""
    plain = re.findall(r'href="([^"]*/rows/\?[^"]*)"[^>]*>(\d+)[<\s]', html)
    drawn = re.findall(r'href="([^"]*/rows/\?[^"]*)"[^>]*aria-label="[^":]*: (\d+)"', html)
    return {(unescape(url), int(number)) for url, number in plain + drawn}


@pytest.fixture
def people():
    teams, leads = cohort()
    with time_machine.travel(NOW, tick=False):
        yield {"lead": leads[0], "auditor": factories.auditor(), "team": teams[1]}


def test_every_number_of_every_page_is_that_of_the_rows_behind_it(client, people):
    seen = 0
    for person, more in (("lead", {}), ("auditor", {}), ("auditor", {"team": people["team"].code})):
        client.force_login(people[person])
        for page in PAGES:
            for chosen in FILTERS if not more else FILTERS[:1]:
                fits = {name: value for name, value in chosen.items() if name in PAGES[page].form.base_fields}
                for url, number in marks(client.get(address(page), fits | more).text):
                    assert client.get(url).context["pages"].paginator.count == number, url
                    seen += 1
    assert seen > 700


@pytest.mark.parametrize("split", ["site", "team"])
def test_time_in_phase_is_told_apart_by_tumour_and_by_team(client, people, split):
    client.force_login(people["auditor"])
    page = client.get(address("time-in-phase"), {"split": split})
    words = text(page).partition("Download CSV")[2]
    assert ("Pain, Breast" in words) == (split == "site")
    assert (f"Pain, {people['team'].name}" in words) == (split == "team")
    for url, number in marks(page.text):
        assert client.get(url).context["pages"].paginator.count == number, url


def test_a_version_of_a_template_narrows_every_page(client, people):
    client.force_login(people["auditor"])
    code = people["team"].cases.first().template_version.template.code
    for page in PAGES:
        whole, one, none = (
            client.get(address(page), {"template": value, "days": "365"}).context["figures"]
            for value in (code, f"{code}~1", "")
        )
        assert [each.total for each in whole] == [each.total for each in one]
        assert sum(each.total for each in one) < sum(each.total for each in none)


def test_the_csv_has_the_numbers_of_the_page_and_is_an_event(client, people):
    client.force_login(people["auditor"])
    shown = client.get(address("standards")).context["figures"][0]
    answer = client.get(address("standards", "csv", "standard"))
    lines = list(csv.reader(answer.text.removeprefix("\ufeff").splitlines()))
    assert lines[0] == ["Standards", "Met over eligible"]
    assert lines[4] == shown.head
    assert [line[1:4] for line in lines[5:]] == [
        [str(cell.number) for cell in cells] for _, cells, _ in shown.lines
    ]
    event = AuditEvent.objects.get(action=Action.EXPORT_FIGURE)
    assert (event.actor, event.reason) == (people["auditor"], "Standards, Met over eligible. Everything")


def test_a_cell_of_the_csv_is_no_formula(client):
    team = factories.team(name="=1+1")
    factories.open_case(team)
    client.force_login(factories.auditor())
    assert "'=1+1" in client.get(address("completeness", "csv", "team")).text


def test_what_there_is_not_is_not_found(client, people):
    client.force_login(people["auditor"])
    rows = address("overdue", "rows")
    for url in (
        address("nonsense"),
        address("nonsense", "rows"),
        address("overdue", "csv", "nonsense"),
        rows,
        f"{rows}?figure=nonsense",
        f"{rows}?figure=item&row=a&row=b&column=nonsense",
        f"{rows}?figure=item&row=a&column=late-1",
        f"{rows}?figure=item&row=%00&row=b&column=late-1",
        f"{address('flow', 'rows')}?figure=phase&row=seven&column=from-2026-11-02",
        f"{address('standards', 'rows')}?figure=month&row=a&row=b&row=c&column=met",
    ):
        assert client.get(url).status_code == 404, url
    assert "0 items" in text(client.get(f"{rows}?figure=item&row=a&row=b&column=late-1"))


def test_an_unknown_filter_is_said_and_left_out(client, people):
    client.force_login(people["lead"])
    for page in PAGES:
        answer = client.get(address(page), {"template": "nonsense", "team": people["team"].code})
        assert answer.status_code == 422
        assert "Not every filter was understood" in text(answer)


def test_few_are_called_few_and_nothing_is_said_in_words(client):
    case = factories.open_case()
    client.force_login(factories.member(case.team))
    assert "Few cases" not in text(client.get(address("overdue")))
    assert "No item is overdue." in text(client.get(address("overdue")))
    assert "Few: 1 in all." in text(client.get(address("flow")))


def test_the_worst_three_are_named_above_where_cases_wait(client, people):
    client.force_login(people["auditor"])
    page = client.get(address("waiting"))
    worst = page.context["worst"]
    assert len(worst) == 3
    assert [cell.number for _, cell in worst] == sorted((cell.number for _, cell in worst), reverse=True)
    assert worst[0][1].number == max(row.newest for row in page.context["figures"][0].rows)
    assert f"Most cases wait now on {worst[0][0]} ({worst[0][1].number})" in text(page)


@pytest.mark.parametrize("page", [*PAGES, "time-in-phase?split=site", "time-in-phase?split=team"])
def test_a_page_takes_as_many_queries_for_many_cases(client, people, page, django_assert_max_num_queries):
    client.force_login(people["auditor"])
    page, _, query = page.partition("?")
    client.get(f"{address(page)}?{query}")
    with django_assert_max_num_queries(9):
        client.get(f"{address(page)}?{query}")


@pytest.mark.parametrize(
    ("met", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 10, 0, 0.2775), (1, 1, 0.2065, 1), (0, 0, 0, 1)],
)
def test_the_interval_is_wilsons(met, of, low, high):
    """The first is the example of Newcombe, Statistics in Medicine 1998, 17, 857."""
    assert wilson(met, of) == pytest.approx((low, high), abs=1e-4)
