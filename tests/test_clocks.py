"""Due times hold on both sides of a change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways import clocks

moments = st.integers(1_577_836_800, 2_240_611_200).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
around_changes = st.sampled_from(
    [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
).flatmap(lambda change: st.timedeltas(timedelta(days=-3), timedelta(days=3)).map(lambda span: change + span))
starts = moments | around_changes
hour_intervals = st.integers(1, 200).map("PT{}H".format)
day_intervals = st.integers(1, 200).map("P{}D".format)
long_intervals = day_intervals | st.integers(1, 60).map("P{}W".format) | st.integers(1, 30).map("P{}M".format)
intervals = hour_intervals | long_intervals


def london(*parts):
    return datetime(*parts, tzinfo=clocks.LONDON)


def wall(moment):
    return moment.astimezone(clocks.LONDON).replace(tzinfo=None)


@given(starts, starts, intervals)
def test_due_is_never_before_the_anchor_or_the_rule(anchor, applies_since, within):
    due = clocks.due_at(anchor, applies_since, within)
    assert due > anchor
    assert due > applies_since
    assert due == clocks.later(max(anchor, applies_since), clocks.parse_interval(within))


@given(starts, starts, starts, intervals)
def test_due_never_moves_back_when_the_anchor_or_the_rule_comes_later(first, second, other, within):
    early, late = sorted([first, second])
    assert clocks.due_at(early, other, within) <= clocks.due_at(late, other, within)
    assert clocks.due_at(other, early, within) <= clocks.due_at(other, late, within)


@given(starts, starts, intervals)
def test_without_anchor_rule_or_interval_there_is_no_due_time(anchor, applies_since, within):
    assert clocks.due_at(None, applies_since, within) is None
    assert clocks.due_at(anchor, None, within) is None
    assert clocks.due_at(anchor, applies_since, "") is None


@given(starts, st.integers(1, 200))
def test_hours_are_exact_elapsed_time(start, hours):
    assert clocks.later(start, clocks.parse_interval(f"PT{hours}H")) - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (london(2026, 3, 28, 12, 0), london(2026, 3, 29, 13, 0)),
        (london(2026, 10, 24, 12, 0), london(2026, 10, 25, 11, 0)),
    ],
)
def test_24_hours_stay_24_hours_when_the_clocks_change(start, due):
    later = clocks.later(start, clocks.parse_interval("PT24H"))
    assert later == due.astimezone(UTC)
    assert later.tzinfo is UTC


@given(starts, st.integers(1, 200))
def test_days_end_with_the_london_day_they_reach(start, days):
    due = wall(clocks.later(start, clocks.parse_interval(f"P{days}D")))
    assert due == datetime.combine(wall(start).date() + timedelta(days=days), time(23, 59, 59))


@given(starts, st.integers(1, 28))
def test_a_week_is_seven_days(start, weeks):
    one, other = clocks.parse_interval(f"P{weeks}W"), clocks.parse_interval(f"P{weeks * 7}D")
    assert clocks.later(start, one) == clocks.later(start, other)


def test_a_day_counts_from_the_london_date_not_from_that_of_utc():
    start = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert clocks.later(start, clocks.parse_interval("P1D")) == london(2026, 7, 3, 23, 59, 59)


@given(starts, st.integers(1, 30))
def test_months_reach_the_same_day_or_the_last_of_the_month(start, months):
    day = wall(start).date()
    due = wall(clocks.later(start, clocks.parse_interval(f"P{months}M")))
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == months
    assert due.day == day.day or (due.day < day.day and (due + timedelta(days=1)).day == 1)
    assert due.time() == time(23, 59, 59)


@pytest.mark.parametrize(
    ("start", "within", "due"),
    [
        ((2026, 1, 31), "P1M", (2026, 2, 28)),
        ((2028, 1, 31), "P1M", (2028, 2, 29)),
        ((2026, 12, 31), "P1M", (2027, 1, 31)),
        ((2026, 11, 30), "P3M", (2027, 2, 28)),
        ((2026, 5, 31), "P1M", (2026, 6, 30)),
    ],
)
def test_a_month_is_cut_at_its_end(start, within, due):
    later = clocks.later(london(*start, 9, 0), clocks.parse_interval(within))
    assert wall(later).date() == date(*due)


@given(starts, st.none() | intervals)
def test_overdue_starts_after_the_due_time(start, within):
    due = clocks.due_at(start, start, within or "")
    assert clocks.is_overdue(due, start) is False
    assert due is None or not clocks.is_overdue(due, due)
    assert due is None or clocks.is_overdue(due, due + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("text", "words", "in_hours"),
    [
        ("PT24H", "24 hours", True),
        ("PT1H", "1 hour", True),
        ("P7D", "7 days", False),
        ("P1D", "1 day", False),
        ("P2W", "2 weeks", False),
        ("P1M", "1 month", False),
    ],
)
def test_an_interval_says_itself_in_words(text, words, in_hours):
    interval = clocks.parse_interval(text)
    assert (str(interval), interval.in_hours) == (words, in_hours)


NOT_POSITIVE = ["PT0H", "P0D", "P-1D"]
NOT_ONE_UNIT = ["", "P", "PT", "P1", "P1.5D", "PT5M", "P1Y", "P1DT1H", "P99999D", None, 7]
NOT_AS_WRITTEN = ["p1d", " P1D", "P1D\n", "P\u0661D"]


@pytest.mark.parametrize("text", NOT_POSITIVE + NOT_ONE_UNIT + NOT_AS_WRITTEN)
def test_anything_else_is_no_interval(text):
    with pytest.raises(ValueError, match="is no interval; write PT24H"):
        clocks.parse_interval(text)


NOW = london(2026, 11, 3, 14, 0)


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (None, ""),
        (london(2026, 11, 3, 13, 20), "breached 40 min ago (13:20)"),
        (london(2026, 11, 3, 13, 59, 30), "breached 1 min ago (13:59)"),
        (london(2026, 11, 3, 11, 0), "breached 3 h ago (11:00)"),
        (london(2026, 11, 1, 12, 0), "breached 2 days ago (1 Nov 12:00)"),
        (london(2025, 11, 2, 13, 0), "breached 366 days ago (2 Nov 2025 13:00)"),
        (london(2026, 11, 2, 23, 59, 59), "1 day overdue"),
        (london(2026, 10, 20, 23, 59, 59), "14 days overdue"),
        (london(2026, 11, 3, 17, 20), "due in 3 h 20 min (17:20)"),
        (london(2026, 11, 3, 14, 5), "due in 5 min (14:05)"),
        (london(2026, 11, 4, 13, 0), "due in 23 h (4 Nov 13:00)"),
        (london(2026, 11, 6, 18, 0), "due in 3 days (6 Nov 18:00)"),
        (london(2026, 11, 3, 23, 59, 59), "Today"),
        (london(2026, 11, 4, 23, 59, 59), "Tomorrow"),
        (london(2026, 11, 27, 23, 59, 59), "27 Nov"),
        (london(2027, 1, 5, 23, 59, 59), "5 Jan 2027"),
    ],
)
def test_due_words_say_how_far_off_it_is(due, words):
    assert clocks.due_words(due, NOW) == words


@given(starts, starts)
def test_due_words_say_overdue_or_breached_exactly_when_it_is(due, now):
    words = clocks.due_words(due, now)
    assert (words.endswith("overdue") or words.startswith("breached")) is clocks.is_overdue(due, now)


def test_times_are_shown_on_the_london_clock():
    assert clocks.show_time(datetime(2026, 11, 3, 14, 32, tzinfo=UTC)) == "3 Nov 2026, 14:32"
    assert clocks.show_time(datetime(2026, 7, 3, 23, 32, tzinfo=UTC)) == "4 Jul 2026, 00:32"
    assert clocks.show_day(datetime(2026, 7, 3, 23, 32, tzinfo=UTC)) == "4 Jul 2026"
    assert clocks.show_day(date(2026, 11, 3)) == "3 Nov 2026"


@given(starts)
def test_a_wall_time_that_exists_reads_back_as_its_moment(start):
    local = start.astimezone(clocks.LONDON).replace(microsecond=0)
    moment = clocks.from_wall(local.date(), local.time().replace(fold=0))
    assert wall(moment) == wall(local)


def test_the_hour_that_spring_skips_is_refused_and_the_double_hour_of_autumn_is_its_first():
    with pytest.raises(
        ValueError, match="01:30 did not exist on 29 Mar 2026, because the clocks went forward"
    ):
        clocks.from_wall(date(2026, 3, 29), time(1, 30))
    assert clocks.from_wall(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(["number", "short", "long", "capitals"])
)
def test_a_date_is_read_with_its_month_in_figures_or_words(day, style):
    name = clocks.MONTHS[day.month - 1]
    month = {"number": str(day.month), "short": name[:3].lower(), "long": name, "capitals": name.upper()}[
        style
    ]
    assert clocks.read_day(f" {day.day}", month, str(day.year)) == day


@pytest.mark.parametrize(
    "parts",
    [
        ("30", "2", "2026"),
        ("29", "2", "2026"),
        ("31", "11", "2026"),
        ("0", "1", "2026"),
        ("1", "13", "2026"),
        ("1", "no", "2026"),
        ("1", "nova", "2026"),
        ("1", "", "2026"),
        ("1", "11", "26"),
        ("1", "11", "0000"),
        ("\u0663", "11", "2026"),
        ("", "", ""),
        (None, None, None),
        (["1"], "11", "2026"),
    ],
)
def test_a_date_that_no_calendar_has_is_refused(parts):
    with pytest.raises(ValueError, match="Enter a real date, for example 27 11 2026"):
        clocks.read_day(*parts)


@pytest.mark.parametrize(
    "text",
    ["25:99", "24:00", "14:60", "14", "2 pm", "", None, ["14:32"], "\u0661\u0664:\u0663\u0662", "14:32:11"],
)
def test_a_time_that_no_clock_shows_is_refused(text):
    with pytest.raises(ValueError, match="Enter a time, for example 14:32"):
        clocks.read_time(text)


def test_a_time_is_read_with_a_colon_or_a_point():
    assert clocks.read_time("14:32") == clocks.read_time(" 14.32 ") == time(14, 32)
    assert clocks.read_time("9:05") == time(9, 5)


def test_an_iso_text_is_a_date_or_a_moment_and_without_offset_a_london_one():
    assert clocks.read_iso("2026-07-03") == date(2026, 7, 3)
    moment = datetime(2026, 7, 3, 9, 14, tzinfo=UTC)
    for text in (
        "2026-07-03T09:14Z",
        "2026-07-03T09:14:00.250000+00:00",
        "2026-07-03T10:14",
        "2026-07-03 10:14:00",
    ):
        assert clocks.read_iso(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-W10-1",
        "20260703",
        "2026-03-29T01:30",
        "0001-01-01T00:00+14:00",
        "9999-12-31T23:59-14:00",
        "2026-07-03T25:99Z",
        "2026-07-03T::::::",
        "today",
        "",
        None,
        20260703,
    ],
)
def test_an_iso_text_that_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match="Enter a real date"):
        clocks.read_iso(text)
