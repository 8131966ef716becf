"""Moments as addresses and date fields carry them."""

import re
from datetime import UTC, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from pathways import clocks

AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?Z)?")
TICK = timedelta(microseconds=1)
MINUTE, SECOND = timedelta(minutes=1) - TICK, timedelta(seconds=1) - TICK
TYPED = ("day", "month", "year", "time")


def then_url(case, moment):
    """The address of the case as it stood then, to the microsecond."""
    return as_at(reverse("case_detail", args=[case.reference]), moment)


def as_at(page, moment):
    """The same, where the address of the case's page is known."""
    return f"{page}?at={write_moment(moment)}"


def compare_url(case, earlier, later=None):
    """The address of what differs between the moments; without `later` up to whenever it is opened."""
    said = {name: write_moment(at) for name, at in (("from", earlier), ("to", later)) if at}
    return f"{reverse('case_compare', args=[case.reference])}?{urlencode(said)}"


def write_moment(moment):
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def is_said(typed, name):
    """Whether the moment of this name was given, in either way."""
    return any(typed.get(each, "").strip() for each in (name, *(f"{name}_{part}" for part in TYPED)))


def read_moment(typed, name):
    """A moment in UTC as `write_moment` does it, or a London minute or day, to its end. Raises ValueError."""
    if name not in typed:
        day, month, year, time = (typed.get(f"{name}_{part}", "").strip() for part in TYPED)
        wall, rest = (clocks.read_time(time), MINUTE) if time else (clocks.END_OF_DAY, SECOND)
        return min(clocks.from_wall(clocks.read_day(day, month, year), wall) + rest, timezone.now())
    if not AT.fullmatch(typed[name]):
        raise ValueError("Write it as 2026-11-03T14:32.")
    moment = datetime.fromisoformat(typed[name])
    return moment if moment.tzinfo else clocks.from_wall(moment.date(), moment.time()) + MINUTE


def typed_moment(name, moment):
    """The moment as people would type it, by the names of the fields."""
    local = moment.astimezone(clocks.LONDON)
    values = (local.day, local.month, local.year, f"{local:%H:%M}")
    return {f"{name}_{part}": value for part, value in zip(TYPED, values, strict=True)}
