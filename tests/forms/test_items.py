"""What the form of an item makes of what a browser sends."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.http import QueryDict

from pathways.forms.items import ItemForm, typed
from tests import factories

NOW = datetime(2026, 11, 3, 14, 32, tzinfo=UTC)
STORED = {
    "number": {"value": 0.000002, "unit": "mmol/L"},
    "choice": {"value": "high"},
    "several": {"value": ["low", "high"]},
    "text": {"value": "Two\nlines"},
    "date": {"value": "2026-07-03T10:14:00Z"},
    "day": {"value": "2026-11-02"},
}
EXACT = STORED | {
    "sins": {"components": {"pain": "mechanical"}, "total": 3, "band": None},
    "date": {"value": "2026-07-03T10:14:37Z"},
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def free_numbers():
    """A number without bounds, so that a tiny one can be typed."""
    return {"number": {"kind": "number", "unit": "mmol/L"}}


@pytest.fixture
def case():
    return factories.open_case()


def sent(**values):
    data = QueryDict(mutable=True)
    data.update({"token": uuid4().hex, "version": "1", "status": "done", "note": ""})
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize("code", STORED)
def test_what_is_stored_comes_back_the_same_from_its_own_form(case, free_numbers, code):
    item = factories.item(case, code)
    item.template_item.response = free_numbers.get(code, item.template_item.response)
    item.response = STORED[code]
    data = typed(item)
    data.update({"token": uuid4().hex, "version": "1"})
    data["status"] = "done"
    item.response = {}
    form = ItemForm(data, item=item, now=NOW)
    assert form.is_valid(), form.errors_by_name()
    assert form.response == STORED[code]


@pytest.mark.parametrize("code", EXACT)
@pytest.mark.parametrize("status", ["done", "in_progress"])
def test_an_answer_left_as_the_form_showed_it_is_not_read_again(case, free_numbers, code, status):
    item = factories.item(case, code)
    item.template_item.response = free_numbers.get(code, item.template_item.response)
    item.response = EXACT[code]
    data = typed(item)
    data.update({"token": uuid4().hex, "version": "1"})
    data["status"] = status
    if code == "text":
        data["response_value"] = "Two\r\nlines"
    form = ItemForm(data, item=item, now=NOW)
    assert form.is_valid(), form.errors_by_name()
    assert form.response is None


def test_the_second_half_past_one_of_an_autumn_night_stays_the_second(case):
    item = factories.item(case, "date")
    item.response = {"value": "2026-10-25T01:30:00Z"}
    data = typed(item)
    data.update({"token": uuid4().hex, "version": "1", "note": "Seen at night."})
    assert data["response_time"] == "01:30"
    form = ItemForm(data, item=item, now=NOW)
    assert form.is_valid(), form.errors_by_name()
    assert form.response is None


def test_a_date_that_was_changed_is_read(case):
    item = factories.item(case, "date")
    item.response = EXACT["date"]
    data = typed(item)
    data.update({"token": uuid4().hex, "version": "1"})
    data["status"], data["response_time"] = "done", "11:15"
    form = ItemForm(data, item=item, now=NOW)
    assert form.is_valid(), form.errors_by_name()
    assert form.response == {"value": "2026-07-03T10:15:00Z"}


def test_done_now_is_this_minute(case):
    now = NOW.replace(second=37, microsecond=5)
    form = ItemForm(sent(one_tap="yes"), item=factories.item(case, "date"), now=now)
    assert form.is_valid(), form.errors_by_name()
    assert form.response == {"value": "2026-11-03T14:32:00Z"}


def test_the_form_of_an_item_offers_summer_times_as_the_wall_clock_showed_them(case):
    item = factories.item(case, "date")
    item.response = STORED["date"]
    assert typed(item)["response_time"] == "11:14"


def test_done_is_the_tick_itself_and_anything_else_takes_it_away(case):
    item = factories.item(case, "tick")
    form = ItemForm(sent(), item=item, now=NOW)
    assert form.is_valid()
    assert form.response == {"value": True}
    item.response = form.response
    form = ItemForm(sent(status="in_progress"), item=item, now=NOW)
    assert form.is_valid()
    assert form.response == {}


def test_a_blank_answer_keeps_nothing_and_changes_nothing(case):
    form = ItemForm(
        sent(status="in_progress", response_value=" "), item=factories.item(case, "number"), now=NOW
    )
    assert form.is_valid()
    assert form.response is None


def test_every_mistake_is_named_at_once(case):
    data = sent(
        response_value="many", note="SW1A 1AA", when_day="40", when_month="1", when_year="2026", reason="no"
    )
    form = ItemForm(data, item=factories.item(case, "number"), now=NOW)
    assert not form.is_valid()
    assert set(form.errors_by_name()) == {"response_value", "note", "when_day", "reason"}


def test_what_a_service_refuses_goes_by_the_name_of_its_control(case):
    form = ItemForm(sent(response_value="2.4"), item=factories.item(case, "number"), now=NOW)
    assert form.is_valid()
    form.refuse({"settled_at": "Enter a time that is not in the future.", "reason": "Choose a reason."})
    assert set(form.errors_by_name()) == {"when_day", "reason"}
