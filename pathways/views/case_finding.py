"""Which cases the list holds: its views, its filters, its order and its pages."""

import re
from datetime import time, timedelta
from typing import NamedTuple

from django.db.models import F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Length

from pathways import dashboards
from pathways.clocks import LONDON, from_wall
from pathways.compiled import compiled
from pathways.dashboards.measures import narrowed_to
from pathways.enums import Phase
from pathways.models import Case, PhaseProgress
from pathways.permissions import Permission, teams_where
from pathways.views.case_rows import CASE

PAGE_SIZE = 50
WITH_NUMBER = ("attention", "mine", "open")
SHOWN = "shown"
FIRST_SORT = {"attention": "due", "mine": "due", "open": "-opened", "closed": "-closed"}
FILTERS = ("q", "phase", "state", "status", "outcome", "due", "template", "site", "assignee", "team")
REFERENCE = re.compile("([A-Z]{0,6})-?([0-9]{0,9})")
NO_CASE = Q(reference="")
PREFIX = Func(F("reference"), Value("-0123456789"), function="RTRIM")


class Asked(NamedTuple):
    """What is asked of cases, without who asks and when; `filters` are name and value of those set."""

    view: str
    has_work: bool
    filters: tuple

    @classmethod
    def by(cls, user, taken):
        """Mine is only for those to whom an item can be assigned."""
        has_work = taken["view"] == "mine" or bool(teams_where(user, Permission.RECORD))
        return cls(taken["view"], has_work, tuple((name, taken[name]) for name in FILTERS if taken[name]))

    @property
    def names(self):
        """What is counted: the views with a number, and what is shown where that is something else."""
        views = [name for name in WITH_NUMBER if name != "mine" or self.has_work]
        return views if self.view in views and not self.filters else [*views, SHOWN]

    @property
    def name(self):
        """The count of what is shown."""
        return self.names[-1] if self.names[-1] == SHOWN else self.view

    def wanted(self, person, now, until):
        """The cases that are shown; `until` is when the time ends that `due` names."""
        return _views(person, now)[self.view] & _matching(dict(self.filters), now, until)


def sort_of(taken):
    """A search puts the nearest reference first."""
    return taken["sort"] or ("case" if taken["q"] else FIRST_SORT[taken["view"]])


def counts(user, asked, now):
    """How many cases there are of each of its names; one query."""
    found = _counts(user.pk, now, _until(asked, now), sight=user.sight, asked=asked)
    return dict.fromkeys(asked.names, 0) | dict(found)


def page(user, asked, now, *, sort, first, last, of):
    """The cases from `first` to before `last` of so many; one query.

    They are counted from the nearer end: a database reads and drops all that come before.
    """
    from_end = first > of - last
    start, stop = (of - last, of - first) if from_end else (first, first + PAGE_SIZE)
    place = {"sort": sort, "start": start, "stop": stop, "from_end": from_end}
    return _page(user.pk, now, _until(asked, now), sight=user.sight, asked=asked, **place)[: last - first]


def all_pages(user, taken, now):
    """The cases on all of them."""
    asked = Asked.by(user, taken)
    return Case.objects.visible_to(user).filter(asked.wanted(user.pk, now, _until(asked, now)))


@compiled
def _counts(person, now, until, *, sight, asked):
    conditions = _views(person, now) | {SHOWN: asked.wanted(person, now, until)}
    named = {name: conditions[name] for name in asked.names}
    return dashboards.counts_of(Case.objects.visible_to(sight), **named)


@compiled
def _page(person, now, until, *, sight, asked, sort, start, stop, from_end):
    cases = Case.objects.visible_to(sight).filter(asked.wanted(person, now, until))
    in_order = _in_order(cases, sort)
    ids = (in_order.reverse() if from_end else in_order)[start:stop].values("pk")
    return _in_order(Case.objects.filter(pk__in=ids), sort).values_list(*CASE, named=True)


def _views(person, now):
    return {
        "attention": dashboards.needs_attention(now),
        "mine": dashboards.OPEN & dashboards.assigned_to(person),
        "open": dashboards.OPEN,
        "closed": dashboards.CLOSED,
    }


def _matching(filters, now, until):
    """What the filters ask of a case; a phase and a state together are asked of that one phase."""
    phase = Phase.from_code(filters["phase"]) if "phase" in filters else None
    asked = Q()
    if "state" in filters:
        asked &= dashboards.in_state(filters["state"], now=now, phase=phase)
    elif phase:
        asked &= dashboards.active_in(phase, now)
    if "assignee" in filters:
        asked &= dashboards.assigned_to(int(filters["assignee"]))
    if "due" in filters:
        asked &= _due(filters["due"], now, until)
    if "q" in filters:
        asked &= _named(filters["q"])
    asked &= narrowed_to(**{name: filters.get(name, "") for name in ("team", "template", "site")})
    return asked & Q(**{name: filters[name] for name in ("status", "outcome") if name in filters})


def _due(choice, now, until):
    if choice == "overdue":
        return dashboards.due_before(now)
    return dashboards.never_due() if choice == "none" else dashboards.due_between(now, until)


def _until(asked, now):
    """The end of the London day, at midnight; of the week, on Sunday; or now, where neither is asked for."""
    today = now.astimezone(LONDON).date()
    days = {"today": 1, "week": 7 - today.weekday()}.get(dict(asked.filters).get("due", ""))
    return from_wall(today + timedelta(days=days), time(0)) if days else now


def _named(text):
    """Cases whose reference begins so: "SM-12", "sm12" and "12" find SM-12 and SM-120."""
    match = REFERENCE.fullmatch(text.upper())
    prefix, number = match.groups() if match else ("", "")
    if prefix and number:
        return Q(reference__startswith=f"{prefix}-{number}")
    if number:
        return Q(reference__contains=f"-{number}")
    return Q(reference__startswith=prefix) if prefix else NO_CASE


def _in_order(cases, sort):
    """Cases without a time come last in both directions; the earliest opened first among equals."""
    name = sort.removeprefix("-")
    first_due = PhaseProgress.objects.filter(case=OuterRef("pk"), next_due__isnull=False).order_by("next_due")
    keys: dict[str, list] = {
        "case": [PREFIX, Length("reference"), F("reference")],
        "due": [Subquery(first_due.values("next_due")[:1])],
        "opened": [F("opened_at")],
        "closed": [F("closed_at")],
    }
    last = {"nulls_last": True} if name == "due" else {}
    if sort.startswith("-"):
        return cases.order_by(*(key.desc(**last) for key in keys[name]), "-pk")
    return cases.order_by(*(key.asc(**last) for key in keys[name]), "pk")
