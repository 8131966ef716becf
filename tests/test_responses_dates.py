"""A date response is real, not in the future, and holds a time exactly when its target is in hours."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways import clocks, responses

NOW = datetime(2026, 11, 3, 10, 14, tzinfo=UTC)
DATE = {"kind": "date"}
REAL_DATE = "Enter a real date, for example 27 11 2026"
REAL_TIME = "Enter a time, for example 14:32"
NOT_FUTURE = "Enter a date that is not in the future"


def read(raw, *, needs_time=False, now=NOW):
    return responses.read(DATE, raw, instrument=None, needs_time=needs_time, now=now)


def show(stored):
    return responses.show(DATE, stored, None)


@pytest.mark.parametrize(
    ("raw", "stored", "shown"),
    [
        (
            {"day": "3", "month": "July", "year": "2026", "time": "10:14"},
            {"value": "2026-07-03T09:14:00Z"},
            "3 Jul 2026, 10:14",
        ),
        (
            {"value": "2026-11-03T10:14:00.5+00:00"},
            {"value": "2026-11-03T10:14:00Z"},
            "3 Nov 2026, 10:14",
        ),
        ({"value": "2026-07-03T10:14"}, {"value": "2026-07-03T09:14:00Z"}, "3 Jul 2026, 10:14"),
    ],
)
def test_a_date_with_a_target_in_hours_holds_its_time(raw, stored, shown):
    assert read(raw, needs_time=True) == stored
    assert show(stored) == shown


@pytest.mark.parametrize(
    ("raw", "needs_time", "expected"),
    [
        ({}, False, {"day": REAL_DATE}),
        ({"day": "30", "month": "2", "year": "2026"}, False, {"day": REAL_DATE}),
        ({"day": ["3"], "month": "2", "year": "2026"}, False, {"day": REAL_DATE}),
        ({"value": "2026-02-30"}, False, {"value": REAL_DATE}),
        ({"value": ["2026-02-03"]}, False, {"value": REAL_DATE}),
        ({"day": "3", "month": "2", "year": "2026"}, True, {"time": REAL_TIME}),
        ({"day": "3", "month": "2", "year": "2026", "time": "25:99"}, True, {"time": REAL_TIME}),
        ({"value": "2026-02-03"}, True, {"time": REAL_TIME}),
        ({"day": "4", "month": "11", "year": "2026"}, False, {"day": NOT_FUTURE}),
        ({"day": "3", "month": "11", "year": "2026", "time": "10:20"}, True, {"time": NOT_FUTURE}),
        ({"value": "2026-11-03T10:20Z"}, True, {"value": NOT_FUTURE}),
        ({"value": "2026-11-03T10:20Z"}, False, {"value": NOT_FUTURE}),
        ({"day": "31", "month": "12", "year": "1899"}, False, {"day": "Enter a date from 1900 on"}),
        (
            {"day": "29", "month": "3", "year": "2026", "time": "01:30"},
            True,
            {"time": "01:30 did not exist on 29 Mar 2026, because the clocks went forward"},
        ),
    ],
)
def test_a_date_is_refused_by_part(raw, needs_time, expected):
    with pytest.raises(responses.ResponseError) as refusal:
        read(raw, needs_time=needs_time)
    assert refusal.value.errors == expected


def test_a_clock_five_minutes_fast_is_forgiven():
    raw = {"day": "3", "month": "11", "year": "2026", "time": "10:19"}
    assert read(raw, needs_time=True) == {"value": "2026-11-03T10:19:00Z"}


def test_today_is_the_london_day():
    just_after_midnight = datetime(2026, 7, 3, 23, 5, tzinfo=UTC)
    assert read({"value": "2026-07-04"}, now=just_after_midnight) == {"value": "2026-07-04"}


@given(st.integers(-1_000_000_000, 0), st.booleans())
def test_every_past_moment_reads_back_as_it_was_shown(seconds, needs_time):
    moment = NOW + timedelta(seconds=seconds)
    stored = read({"value": moment.isoformat()}, needs_time=needs_time)
    assert show(stored) == (clocks.show_time if needs_time else clocks.show_day)(moment)


@given(st.dates(date(1900, 1, 1), date(2026, 11, 3)))
def test_every_past_date_typed_in_three_fields_is_stored_as_that_date(day):
    raw = {"day": str(day.day), "month": str(day.month), "year": str(day.year), "time": "12:00"}
    assert read(raw) == {"value": day.isoformat()}


def test_only_a_target_in_hours_needs_a_time():
    assert [responses.needs_time(within) for within in ("PT24H", "P1D", "P1M", "")] == [
        True,
        False,
        False,
        False,
    ]
