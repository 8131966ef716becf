"""Saying when an item is due, from its page and from its row."""

from datetime import UTC, datetime, timedelta

import pytest

from pathways.services import checklists
from tests import factories
from tests.views.desk import (
    HTMX,
    NOW,
    ask,
    case_url,
    control,
    fields,
    item_url,
    markup,
    record,
    row,
    send,
    tap,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

TYPED = {"due_day": "27", "due_month": "nov", "due_year": "2026", "due_time": "09:30"}


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=NOW - timedelta(hours=2))


def stored(case, code="tick"):
    return factories.item(case, code)


@pytest.mark.parametrize("headers", [None, HTMX])
def test_the_form_sets_the_time_that_was_typed(signed_in, case, headers):
    item = stored(case)
    source = ask(signed_in, item, "due") if headers else signed_in.get(item_url(item))
    sent = fields(source, item_url(item, "due")) | TYPED
    answer = signed_in.post(item_url(item, "due"), sent, headers=headers)
    if headers:
        assert '<span class="due">due in 23 days (27 Nov 09:30)' in row(answer, "tick")
    else:
        assert (answer.status_code, answer.url) == (303, item_url(item))
        assert "Due time set to 27 Nov 2026, 09:30." in text(signed_in.get(answer.url))
    assert stored(case).due_given == datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("button", "day"), [("today", 3), ("tomorrow", 4), ("week", 10)])
def test_a_button_sets_the_end_of_its_day(signed_in, case, button, day):
    item = stored(case)
    assert f'name="due" value="{button}"' in markup(ask(signed_in, item, "due"))
    tap(signed_in, item, "due", due=button)
    assert stored(case).due_given == datetime(2026, 11, day, 23, 59, 59, tzinfo=UTC)


def test_the_way_back_to_the_target_is_offered_once_a_time_was_set_by_hand(signed_in, member, case):
    target = stored(case).due_at
    assert 'value="target"' not in ask(signed_in, stored(case), "due").text
    checklists.set_due(by=member, item=stored(case), seen=1, due=NOW + timedelta(days=9))
    assert "Set by hand, in place of the pathway’s target." in text(signed_in.get(item_url(stored(case))))
    assert 'value="target"' in ask(signed_in, stored(case), "due").text
    page = signed_in.get(send(signed_in, stored(case), "due", due="target").url)
    assert "Due time as the pathway says." in text(page)
    assert (stored(case).due_given, stored(case).due_at) == (None, target)


@pytest.mark.parametrize(
    ("due", "typed"),
    [
        (datetime(2026, 7, 1, 13, 30, tzinfo=UTC), ["1", "7", "2026", "14:30"]),
        (datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC), ["27", "11", "2026", ""]),
        (None, ["", "", "", ""]),
    ],
)
def test_the_form_holds_the_time_that_was_set_by_hand(signed_in, member, team, due, typed):
    case = factories.open_case(team, opened_at=datetime(2026, 6, 1, tzinfo=UTC))
    checklists.set_due(by=member, item=stored(case), seen=1, due=due)
    for response in (ask(signed_in, stored(case), "due"), signed_in.get(item_url(stored(case)))):
        for name, value in zip(("day", "month", "year", "time"), typed, strict=True):
            assert f'name="due_{name}" value="{value}"' in markup(response)


def test_a_time_before_the_case_was_opened_is_refused_by_its_control(signed_in, case):
    item = stored(case)
    early = TYPED | {"due_day": "1"}
    page = send(signed_in, item, "due", **early)
    assert page.status_code == 422
    assert "Enter a time after the case was opened (3 Nov 2026, 12:32)." in text(page)
    assert f'href="#{control(item, "due_day")}"' in page.text
    assert 'value="09:30"' in page.text
    assert "data-unsaved" in page.text
    assert stored(case).version == item.version


def test_a_settled_item_has_no_form_for_its_due_time_and_takes_none(signed_in, member, case):
    record(member, case, "tick", response={"value": True})
    item = stored(case)
    assert item_url(item, "due") not in signed_in.get(item_url(item)).text
    answer = tap(signed_in, item, "due", due="week")
    assert answer.status_code == 422
    assert "This item is done." in text(answer)


def test_a_due_time_counts_in_the_row_the_rail_and_at_the_top(signed_in, member, case):
    assert "overdue" not in text(signed_in.get(case_url(case)))
    item = stored(case)
    yesterday = {"due_day": "3", "due_month": "11", "due_year": "2026", "due_time": "13:32"}
    words = text(tap(signed_in, item, "due", **yesterday))
    assert words.count("breached 1 h ago (13:32)") == 2
    assert words.count("1 overdue") == 3


def test_an_observer_may_set_no_due_time(client, team, case):
    client.force_login(factories.observer(team))
    assert item_url(stored(case), "due") not in client.get(item_url(stored(case))).text
    assert send(client, stored(case), "due", due="week").status_code == 403
