"""What surrounds the checklist of a case: work begun or blocked, assignments, comments, hold and close."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pathways.enums import ItemStatus, Role

from . import phrases
from .course import Course
from .people import STAFF, coordinator_of, works_in
from .steps import Do, Step, span_of
from .stories import Telling
from .walk import BLOCKED_REASONS, Left, Walk

SOON = timedelta(days=6)
BEGUN_SHARE = 0.16
BLOCKED_SHARE = 0.13
ASSIGNED_SHARE = 0.35
COMMENTED = {0: 0.35, 1: 0.4, 2: 0.25}


def steps(telling: Telling, course: Course, walk: Walk) -> list[Step]:
    """Every step that is not a line's own entry, in no order."""
    found = [*_comments(telling, course), *_hold(telling, course), *_close(telling, course)]
    if course.outcome is None:
        found += [step for left in walk.left for step in _open_work(telling, course, left)]
    return found


def closed_between(telling: Telling, opened: datetime) -> tuple[datetime, datetime] | None:
    """While a case that is reopened stood closed; nobody can change it then."""
    if not telling.twist.reopened:
        return None
    closed = opened + timedelta(days=telling.twist.closed_on)
    return closed, closed + timedelta(days=1.1)


def _open_work(telling: Telling, course: Course, left: Left) -> Iterator[Step]:
    """Some of what is due now has been begun, is blocked, or waits for someone by name."""
    room = course.until - left.since
    due = left.since + span_of(left.line.within if left.occurrence == 1 else left.line.repeat)
    if room < timedelta(hours=2) or due > course.until + SOON or left.line.code in course.verdicts:
        return
    by = works_in(telling.team, left.line.discipline)
    at = (left.since + room * course.dice.between(0.3, 0.95)).replace(microsecond=0)
    if course.dice.chance(ASSIGNED_SHARE):
        yield Step(
            at=at - timedelta(minutes=30),
            by=coordinator_of(telling.team),
            do=Do.ASSIGN,
            code=left.line.code,
            occurrence=left.occurrence,
            assignee=by,
        )
    status, reason = ItemStatus.IN_PROGRESS, ""
    if course.dice.chance(BLOCKED_SHARE):
        status, reason = ItemStatus.BLOCKED, course.dice.pick(BLOCKED_REASONS)
    elif not course.dice.chance(BEGUN_SHARE):
        return
    yield Step(
        at=at,
        by=by,
        do=Do.RECORD,
        code=left.line.code,
        occurrence=left.occurrence,
        status=status,
        reason=reason,
    )


def _comments(telling: Telling, course: Course) -> Iterator[Step]:
    members = [
        each.username for each in STAFF if each.teams.get(telling.team) in (Role.COORDINATOR, Role.MEMBER)
    ]
    for _ in range(course.dice.pick(COMMENTED)):
        at = course.opened + (course.until - course.opened) * course.dice.between(0.05, 0.9)
        yield Step(
            at=at.replace(microsecond=0),
            by=course.dice.among(members),
            do=Do.COMMENT,
            text=course.dice.among(phrases.COMMENTS),
        )


def _hold(telling: Telling, course: Course) -> Iterator[Step]:
    if telling.twist.held_on:
        at = course.opened + timedelta(days=telling.twist.held_on)
        by = coordinator_of(telling.team)
        yield Step(at=at, by=by, do=Do.HOLD, text=telling.twist.hold_reason)


def _close(telling: Telling, course: Course) -> Iterator[Step]:
    by, twist = coordinator_of(telling.team), telling.twist
    if between := closed_between(telling, course.opened):
        closed, reopened = between
        yield Step(at=closed, by=by, do=Do.CLOSE, outcome=twist.outcome, text=twist.closing_reason)
        yield Step(at=reopened, by=by, do=Do.REOPEN, text=twist.reopened)
    if course.outcome is not None:
        yield Step(at=course.until, by=by, do=Do.CLOSE, outcome=course.outcome, text=course.closing_reason)
