"""What the form of a due time makes of what a browser sends."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.http import QueryDict

from pathways.forms.due import DueForm

NOW = datetime(2026, 11, 3, 14, 32, tzinfo=UTC)
PARTS = ("day", "month", "year", "time")


def form(*, now=NOW, due=None, **typed):
    data = QueryDict(mutable=True)
    data.update({"token": uuid4().hex, "version": "7"})
    data.update({f"due_{name}": value for name, value in typed.items()})
    if due is not None:
        data["due"] = due
    return DueForm(data, now=now)


def on(day, month, year, time=""):
    return form(**dict(zip(PARTS, (day, month, year, time), strict=True)))


def wanted(asked):
    assert asked.is_valid(), asked.errors_by_name()
    found = asked.wanted()
    assert found["seen"] == 7
    return found["due"]


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        (("27", "11", "2026"), datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC)),
        (("27", "nov", "2026"), datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC)),
        ((" 1 ", "July", "2026"), datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)),
        (("1", "7", "2026", "14:30"), datetime(2026, 7, 1, 13, 30, tzinfo=UTC)),
        (("25", "10", "2026", "01:30"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (("25", "10", "2026"), datetime(2026, 10, 25, 23, 59, 59, tzinfo=UTC)),
        (("1", "1", "1900"), datetime(1900, 1, 1, 23, 59, 59, tzinfo=UTC)),
        (("31", "12", "2100"), datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_is_due_when_it_ends_and_with_a_time_at_that_time_of_london(typed, due):
    assert wanted(on(*typed)) == due


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("", "", ""), "Enter a real date, for example 27 11 2026"),
        (("", "", "", "14:30"), "Enter a real date, for example 27 11 2026"),
        (("27", "", "2026"), "Enter a real date, for example 27 11 2026"),
        (("30", "2", "2026"), "Enter a real date, for example 27 11 2026"),
        (("9" * 400, "1", "2026"), "Enter a real date, for example 27 11 2026"),
        (("27", "11", "2026", "25:00"), "Enter a time, for example 14:32"),
        (("29", "3", "2026", "01:30"), "01:30 did not exist on 29 Mar 2026, because the clocks went forward"),
        (("31", "12", "1899"), "Enter a date from 1900 to 2100"),
        (("1", "1", "2101"), "Enter a date from 1900 to 2100"),
        (("1", "1", "0001"), "Enter a date from 1900 to 2100"),
        (("31", "12", "9999", "23:59"), "Enter a date from 1900 to 2100"),
    ],
)
def test_what_is_no_due_time_is_said_at_the_day(typed, said):
    asked = on(*typed)
    assert not asked.is_valid()
    assert asked.errors_by_name() == {"due_day": said}


@pytest.mark.parametrize(
    ("button", "due"),
    [
        ("today", datetime(2026, 11, 3, 23, 59, 59, tzinfo=UTC)),
        ("tomorrow", datetime(2026, 11, 4, 23, 59, 59, tzinfo=UTC)),
        ("week", datetime(2026, 11, 10, 23, 59, 59, tzinfo=UTC)),
        ("target", None),
    ],
)
@pytest.mark.parametrize("typed", [{}, {"day": "1", "month": "1", "year": "2027"}, {"day": "nonsense"}])
def test_a_pressed_button_counts_whatever_was_typed(button, due, typed):
    assert wanted(form(due=button, **typed)) == due


@pytest.mark.parametrize(
    ("now", "button", "due"),
    [
        ("2026-07-01T23:30+00:00", "today", "2026-07-02T23:59:59+01:00"),
        ("2026-03-28T12:00+00:00", "tomorrow", "2026-03-29T23:59:59+01:00"),
        ("2026-10-24T12:00+01:00", "week", "2026-10-31T23:59:59+00:00"),
        ("2026-12-31T12:00+00:00", "tomorrow", "2027-01-01T23:59:59+00:00"),
    ],
)
def test_the_buttons_go_by_the_days_of_london(now, button, due):
    assert wanted(form(now=datetime.fromisoformat(now), due=button)) == datetime.fromisoformat(due)


def test_an_empty_button_is_none_and_an_unknown_one_is_refused():
    assert wanted(form(due="", day="27", month="11", year="2026")) is not None
    asked = form(due="never", day="27", month="11", year="2026")
    assert not asked.is_valid()
    assert asked.errors_by_name() == {"due_day": "Enter a date, or choose one of the buttons"}


def test_what_the_service_refuses_is_said_at_the_day():
    asked = form(due="today")
    assert asked.is_valid()
    asked.refuse({"due": "This item is done."})
    assert asked.errors_by_name() == {"due_day": "This item is done."}


def test_a_form_that_was_shown_no_version_has_seen_none():
    data = QueryDict(mutable=True)
    data.update({"token": uuid4().hex, "due": "today"})
    asked = DueForm(data, now=NOW)
    assert asked.is_valid()
    assert asked.wanted()["seen"] == 0
