"""Time on the London wall clock: as people write it, as they read it, and when something falls due."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
END_OF_DAY = time(23, 59, 59)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UNITS = {"H": "hour", "D": "day", "W": "week", "M": "month"}
REAL_DATE = "Enter a real date, for example 27 11 2026"
REAL_TIME = "Enter a time, for example 14:32"
ISO_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2})?)?")
ISO_INTERVAL = re.compile(r"P(?:T([0-9]{1,4})(H)|([0-9]{1,4})([DWM]))")


@dataclass(frozen=True)
class Interval:
    """A positive length of time in one unit: H, D, W or M."""

    amount: int
    unit: str

    @property
    def in_hours(self) -> bool:
        return self.unit == "H"

    def __str__(self) -> str:
        return f"{self.amount} {UNITS[self.unit]}{'' if self.amount == 1 else 's'}"


def parse_interval(text: str) -> Interval:
    """Raise ValueError for anything but a positive PTnH, PnD, PnW or PnM."""
    match = ISO_INTERVAL.fullmatch(text) if isinstance(text, str) else None
    amount, unit = [part for part in match.groups() if part] if match else ("0", "")
    if int(amount) < 1:
        raise ValueError(f"{text!r} is no interval; write PT24H, P7D, P2W or P1M")
    return Interval(int(amount), unit)


def _add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day: 31 January and one month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def from_wall(day: date, at: time) -> datetime:
    """Raise ValueError for a wall time that London skips in spring; of two in autumn take the first."""
    moment = datetime.combine(day, at, LONDON).astimezone(UTC)
    if moment.astimezone(LONDON).replace(tzinfo=None) != datetime.combine(day, at):
        raise ValueError(f"{at:%H:%M} did not exist on {show_day(day)}, because the clocks went forward")
    return moment


def later(start: datetime, interval: Interval) -> datetime:
    """Hours are exact elapsed time; days, weeks and months run to the end of the London day they reach."""
    if interval.in_hours:
        return start.astimezone(UTC) + timedelta(hours=interval.amount)
    day = start.astimezone(LONDON).date()
    if interval.unit == "M":
        day = _add_months(day, interval.amount)
    else:
        day += timedelta(days=interval.amount * (7 if interval.unit == "W" else 1))
    return from_wall(day, END_OF_DAY)


def due_at(anchor: datetime | None, applies_since: datetime | None, within: str) -> datetime | None:
    """The later of the anchor and the moment the rule became true, plus the interval."""
    if anchor is None or applies_since is None or not within:
        return None
    return later(max(anchor, applies_since), parse_interval(within))


def is_overdue(due: datetime | None, now: datetime) -> bool:
    return due is not None and now > due


def is_clock(due: datetime | None) -> bool:
    """Whether it is due at a time of day, as targets in hours are, and not when a day ends."""
    return due is not None and due.astimezone(LONDON).time().replace(microsecond=0) != END_OF_DAY


def due_words(due: datetime | None, now: datetime) -> str:
    """Say when something is due as a list shows it; a due time at the end of a day counts in days.

    A clock goes on to the minute, with the moment itself: "due in 3 h 20 min (17:20)".
    """
    if due is None:
        return ""
    words = countdown(due, now)
    return f"{words} ({_moment(due, now)})" if is_clock(due) else words


def countdown(due: datetime, now: datetime) -> str:
    """The same without the moment, for where that stands already."""
    local = due.astimezone(LONDON)
    days = (local.date() - now.astimezone(LONDON).date()).days
    if now > due:
        return f"breached {_elapsed(now - due)} ago" if is_clock(due) else f"{_days(-days)} overdue"
    if is_clock(due):
        return f"due in {_elapsed(due - now)}"
    if days < 2:
        return "Tomorrow" if days else "Today"
    return _day(local, now)


def _moment(due: datetime, now: datetime) -> str:
    local = due.astimezone(LONDON)
    is_today = local.date() == now.astimezone(LONDON).date()
    return f"{local:%H:%M}" if is_today else f"{_day(local, now)} {local:%H:%M}"


def _day(local: datetime, now: datetime) -> str:
    year = "" if local.year == now.astimezone(LONDON).year else f" {local.year}"
    return f"{local.day} {MONTHS[local.month - 1][:3]}{year}"


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _elapsed(span: timedelta) -> str:
    """Whole days from one day on; below that hours and minutes, at least one minute."""
    if span >= timedelta(days=1):
        return _days(span.days)
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    if not hours:
        return f"{max(minutes, 1)} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def show_day(day: date) -> str:
    """Show a date, or the London date of a moment, as "3 Nov 2026"."""
    if isinstance(day, datetime):
        day = day.astimezone(LONDON)
    return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"


def show_time(moment: datetime) -> str:
    """Show a moment on the London wall clock as "3 Nov 2026, 14:32"."""
    return f"{show_day(moment)}, {moment.astimezone(LONDON):%H:%M}"


def _month(text: str) -> int:
    """Accept 11, nov and November; raise ValueError for the rest."""
    word = text.strip().rstrip(".").casefold()
    if re.fullmatch("[0-9]{1,2}", word):
        return int(word)
    named = [number for number, name in enumerate(MONTHS, 1) if name.casefold().startswith(word)]
    if len(word) < 3 or not named:
        raise ValueError("no month")
    return named[0]


def _digits(text: str, length: str) -> int:
    if not re.fullmatch(f"[0-9]{{{length}}}", text.strip()):
        raise ValueError("no digits")
    return int(text)


def read_day(day: str, month: str, year: str) -> date:
    """Read a date typed in three fields; raise ValueError with a text for people."""
    try:
        return date(_digits(year, "4"), _month(month), _digits(day, "1,2"))
    except (AttributeError, ValueError):
        raise ValueError(REAL_DATE) from None


def read_time(text: str) -> time:
    """Read a time of day such as 14:32; raise ValueError with a text for people."""
    match = re.fullmatch("([0-9]{1,2})[:.]([0-9]{2})", text.strip()) if isinstance(text, str) else None
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(REAL_TIME)
    return time(int(match[1]), int(match[2]))


def read_iso(text: str) -> date:
    """Read a date, or a moment into UTC; without an offset it is a London one. Raise as `read_day`."""
    if not isinstance(text, str) or not ISO_MOMENT.fullmatch(text.strip()):
        raise ValueError(REAL_DATE)
    try:
        if len(text.strip()) == 10:
            return date.fromisoformat(text.strip())
        moment = datetime.fromisoformat(text.strip()).replace(microsecond=0)
        return moment.astimezone(UTC) if moment.tzinfo else from_wall(moment.date(), moment.time())
    except (ValueError, OverflowError):
        raise ValueError(REAL_DATE) from None
