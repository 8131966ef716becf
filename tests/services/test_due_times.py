"""Due times go by what happened, whatever is said about it in whatever order, and the history says why.

What is expected here is worked out from the steps alone, by no function of the product.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways import models
from pathways.audit import timeline
from pathways.audit.recording import simulated
from pathways.services import cases, checklists
from tests import factories

LONDON = ZoneInfo("Europe/London")
PHASES = {"number": 2, "last": 6}
BEGIN_WITH_THE_CASE = (1, 2, 5)

hours = st.integers(0, 30)
steps = st.one_of(
    st.tuples(st.just("happened"), hours),
    st.tuples(st.just("reopened")),
    st.tuples(st.just("suspected"), st.booleans()),
    st.tuples(st.just("started"), st.sampled_from([2, 6])),
    st.tuples(st.just("begun"), st.sampled_from(sorted(PHASES))),
    st.tuples(st.just("given"), st.sampled_from(["tick", "day", "several"]), st.none() | hours),
    st.tuples(st.just("repeated"), hours),
)


@dataclass
class Told:
    """What the team said until now."""

    opened: datetime
    happened: datetime | None = None
    suspected_since: datetime | None = None
    started: dict[int, datetime] = field(default_factory=dict)
    given: dict[str, datetime | None] = field(default_factory=dict)
    chosen: list[datetime] = field(default_factory=list)

    def due(self):
        """Item code and occurrence to when it is due."""
        found = {
            ("tick", 1): self.opened + timedelta(hours=4),
            ("date", 1): self.opened + timedelta(hours=24),
            ("day", 1): self.happened and end_of_day(self.happened, 7),
            ("number", 1): 2 in self.started and end_of_day(self.started[2], 2),
            ("last", 1): 6 in self.started and end_of_day(self.started[6], 28),
            ("several", 1): self.suspected_since and self.suspected_since + timedelta(hours=24),
            ("choice", 1): end_of_day(self.opened, 1),
        }
        found |= {("choice", number): end_of_day(at, 7) for number, at in enumerate(self.chosen, start=2)}
        found |= {(code, 1): at for code, at in self.given.items() if at}
        return {place: at for place, at in found.items() if at}


def end_of_day(moment, days):
    day = moment.astimezone(LONDON).date() + timedelta(days=days)
    return datetime.combine(day, time(23, 59, 59), LONDON)


class Team:
    """Takes each step in the product and, for itself, in what is told of it."""

    def __init__(self):
        self.lead = factories.coordinator(factories.team())
        self.case = factories.open_case(self.lead.memberships.get().team, by=self.lead)
        opened = self.case.opened_at
        self.told = Told(opened, started=dict.fromkeys(BEGIN_WITH_THE_CASE, opened))

    def take(self, step, now):
        name, *values = step
        getattr(self, name)(now, *values)

    def record(self, code, status, occurrence=1, **values):
        item = factories.item(self.case, code, occurrence)
        checklists.record_item(
            by=self.lead, item=item, seen=item.version, status=status, why="As the letter says", **values
        )

    def happened(self, now, hours_ago):
        moment = max(self.told.opened, now - timedelta(hours=hours_ago)).replace(microsecond=0)
        self.record("date", "done", response={"value": moment.isoformat()})
        self.told.happened = moment

    def reopened(self, now):
        self.record("date", "not_started")
        self.told.happened = None

    def suspected(self, now, is_so):
        fresh = models.Case.objects.select_related("team", "template_version").get(pk=self.case.pk)
        details = {"cord_compression": "suspected" if is_so else "excluded"}
        cases.update_case_details(by=self.lead, case=fresh, seen=fresh.version, details=details)
        self.told.suspected_since = (self.told.suspected_since or now) if is_so else None

    def started(self, now, phase):
        checklists.start_phase(by=self.lead, case=self.case, phase=phase)
        self.told.started.setdefault(phase, now)

    def begun(self, now, code):
        self.record(code, "in_progress")
        self.told.started.setdefault(PHASES[code], now)

    def given(self, now, code, hours_on):
        item = factories.item(self.case, code)
        due = None if hours_on is None else now + timedelta(hours=hours_on)
        checklists.set_due(by=self.lead, item=item, seen=item.version, due=due)
        self.told.given[code] = due

    def repeated(self, now, hours_ago):
        moment = max(self.told.opened, now - timedelta(hours=hours_ago))
        number = len(self.told.chosen) + 1
        self.record("choice", "done", number, response={"value": "low"}, settled_at=moment)
        self.told.chosen.append(moment)
        self.told.started.setdefault(2, now)


def dues(case):
    """The same as the product has it."""
    rows = case.items.exclude(due_at=None).values_list("code", "occurrence", "due_at")
    return {(code, occurrence): at for code, occurrence, at in rows}


def title(case, code, occurrence):
    name = factories.item(case, code).name
    return f"{name}, occurrence {occurrence}" if occurrence > 1 else name


def told_by_the_newest_entry(case):
    """Titles of the items whose due times the case's newest entry says to have moved or come."""
    entry = timeline.story(case).entries[0]
    return {line.label for effect in entry.effects for line in effect.lines}


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 40), steps), min_size=2, max_size=10))
def test_whatever_is_said_in_whatever_order_due_times_go_by_what_happened(plan):
    team = Team()
    now = team.told.opened
    for hours_on, step in plan:
        now += timedelta(hours=hours_on)
        before = dues(team.case)
        with simulated(now):
            team.take(step, now)
        after = dues(team.case)
        assert after == team.told.due()
        moved = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
        named = {title(team.case, *place) for place in moved if place[0] not in step}
        assert named <= told_by_the_newest_entry(team.case)
