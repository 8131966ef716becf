"""Turns a telling into a plan: the person drawn, the course filled, each line of the pathway walked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pathways.enums import CaseOutcome, Phase

from . import extras, phrases
from .chance import Dice
from .cohort import draw
from .course import Course
from .people import coordinator_of, works_in
from .shapes import SHAPES
from .steps import Do, Line, Plan, Step
from .stories import EMERGENCY, Telling
from .walk import Walk
from .wall import Wall


def plan_case(
    telling: Telling, lines: Sequence[Line], parameters: Mapping[str, Any], *, seed: int, now: datetime
) -> Plan:
    """The same telling, lines, parameters and seed give the same plan, at the same distances from `now`."""
    wall, dice = Wall(now), Dice(f"case:{seed}:{telling.number}")
    course = _course(telling, parameters, dice, wall)
    walk = Walk(course, wall, telling.team, parameters)
    for phase in Phase:
        walk.phase(phase, [line for line in lines if line.phase == phase])
    steps = [*walk.steps, *_changes(course, telling.team), *_starts(course, walk, telling.team)]
    steps += extras.steps(telling, course, walk)
    return Plan(
        telling=telling,
        opened=course.opened,
        opened_by=coordinator_of(telling.team),
        details=course.opening,
        steps=tuple(_in_order(steps, course, telling)),
        died=course.until if course.outcome == CaseOutcome.DIED else None,
    )


def _course(telling: Telling, parameters: Mapping[str, Any], dice: Dice, wall: Wall) -> Course:
    patient = draw(dice, parameters, telling.wanted)
    patient = replace(patient, **telling.twist.facts)
    began = wall.now - timedelta(seconds=int(telling.days_ago * 86_400)) - dice.hours(0, 6)
    urgent = telling.shape == "emergency"
    opened = began if urgent else _before(wall.working(began, dice), wall.now)
    course = Course(patient=patient, dice=dice, twist=telling.twist, opened=opened, until=wall.now)
    SHAPES[telling.shape](course)
    _finish(course, telling)
    return course


def _before(opened: datetime, now: datetime) -> datetime:
    """A case that would open in working hours still to come opened half a day sooner."""
    return opened if opened < now - timedelta(minutes=30) else opened - timedelta(hours=18)


def _finish(course: Course, telling: Telling) -> None:
    """Whatever ends the story first: death, the twist's outcome, or the handover of an emergency."""
    twist = telling.twist
    lifetime = timedelta(seconds=int(course.patient.survival_days * 86_400))
    course.end(course.opened + lifetime, CaseOutcome.DIED, course.dice.among(phrases.DEATHS))
    if twist.outcome and not twist.reopened:
        closed = course.opened + timedelta(days=twist.closed_on)
        course.end(closed, twist.outcome, twist.closing_reason)
    if telling.template == EMERGENCY:
        handed = course.moments["mscc-handover"] + course.dice.hours(1, 4)
        course.end(handed, CaseOutcome.PATHWAY_COMPLETE, "Handed over; this episode is complete.")


def _changes(course: Course, team: str) -> list[Step]:
    return [
        Step(at=each.at, by=works_in(team, each.discipline), do=Do.DETAILS, details=each.details)
        for each in course.changes
        if each.at < course.until
    ]


def _starts(course: Course, walk: Walk, team: str) -> list[Step]:
    """Say that a phase starts, where none of its items has started it before."""
    by = coordinator_of(team)
    return [
        Step(at=at, by=by, do=Do.START_PHASE, phase=phase)
        for phase, at in course.starts.items()
        if course.opened < at < min(course.until, walk.first.get(phase, course.until))
    ]


def _in_order(steps: list[Step], course: Course, telling: Telling) -> list[Step]:
    """By time, within the story; what fell while the case stood closed comes after."""
    kept = [step for step in steps if course.opened < step.at <= course.until]
    if between := extras.closed_between(telling, course.opened):
        kept = [_put_off(step, *between) for step in kept]
    return sorted(kept, key=lambda step: step.at)


def _put_off(step: Step, closed: datetime, reopened: datetime) -> Step:
    if not closed < step.at < reopened:
        return step
    return replace(step, at=reopened + (step.at - closed) / 30)
