"""One case over time: its phases from start to finish, the dates recorded, its numbers as trends."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from pathways.enums import CaseOutcome
from pathways.models import User
from pathways.services import cases
from tests import factories
from tests.views.desk import item_url, record, text

OPENED = datetime(2026, 10, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(OPENED, tick=False) as clock:
        yield clock


@pytest.fixture
def lead(clock):
    return factories.coordinator(factories.team())


@pytest.fixture
def case(lead):
    return factories.open_case(lead.memberships.get().team, by=lead)


def page(client, case):
    """As an auditor sees it who has just signed in: a session ends sooner than these cases."""
    client.force_login(User.objects.filter(is_auditor=True).first() or factories.auditor())
    return client.get(reverse("case_time", args=[case.reference]))


def stretch(client, case, phase):
    return page(client, case).context["stretches"][phase - 1]


def test_a_phase_is_drawn_from_its_start_to_its_finish(client, case, lead, clock):
    clock.shift(2 * DAY)
    record(lead, case, "sins", status="not_applicable", reason=factories.reason())
    clock.shift(8 * DAY)
    third = stretch(client, case, 3)
    assert (third.start, third.width, third.state) == (20, 0, "finished")
    first = stretch(client, case, 1)
    assert (first.start, first.width, first.said) == (0, 100, "from 1 Oct 2026, 10 days so far")
    assert stretch(client, case, 4).said == "not started"


def test_the_strip_of_a_closed_case_ends_with_it(client, case, lead, clock):
    clock.shift(4 * DAY)
    cases.close_case(by=lead, case=case, outcome=CaseOutcome.DIED)
    clock.shift(100 * DAY)
    assert stretch(client, case, 1).said == "from 1 Oct 2026, 4.0 days, until the case was closed"
    assert "to 5 Oct 2026, when it was closed." in text(page(client, case))


def test_dates_that_were_recorded_stand_where_care_happened(client, case, lead, clock):
    clock.shift(4 * DAY)
    record(lead, case, "date", response={"value": "2026-10-02T13:00+01:00"})
    record(lead, case, "tick", response={"value": True})
    (mark,) = stretch(client, case, 1).marks
    assert (mark.at, mark.when) == (25, "2 Oct 2026, 13:00")
    assert mark.url == item_url(factories.item(case, "date"))
    assert "2 Oct 2026, 13:00" in text(page(client, case))


def test_what_was_recorded_twice_is_a_trend(client, case, lead, clock):
    items = [each | ({"repeat": "P1D"} if each["code"] == "number" else {}) for each in factories.SMALL]
    version = factories.published(items)
    case = factories.open_case(case.team, version, by=lead)
    record(lead, case, "number", response={"value": 3, "unit": "mmol/L"})
    assert page(client, case).context["trends"] == []
    clock.shift(DAY)
    record(lead, case, "number", occurrence=2, response={"value": 5, "unit": "mmol/L"})
    (trend,) = page(client, case).context["trends"]
    assert [point.value for point in trend.points] == ["3.00 mmol/L", "5.00 mmol/L"]


def test_a_case_opened_this_moment_is_drawn(client, case):
    assert page(client, case).status_code == 200


def test_the_page_takes_as_many_queries_for_a_long_checklist(client, case, lead, django_assert_num_queries):
    long = factories.open_case(case.team, factories.shipped(), by=lead)
    for each in (case, long):
        page(client, each)
        with django_assert_num_queries(6):
            client.get(reverse("case_time", args=[each.reference]))
