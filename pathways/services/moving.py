"""Moves of running cases to another version of their template, and back: a batch, case by case."""

import logging
import re

from django.db import DatabaseError, transaction

from .. import progress, published
from ..audit import timeline
from ..audit.recording import create_all, recording, save_all
from ..clocks import show_time
from ..enums import Action, ItemStatus, MoveOutcome, VersionStatus
from ..models import CaseMove, CasePhase, ChecklistItem, MovedCase
from ..permissions import Permission, require
from . import merging
from .cases import lock_case
from .checklists import reason_of
from .consequences import DERIVED, derived, load_items, work_out
from .exceptions import BadInput, CaseClosed
from .move_plans import CLOSED, NOT_PUBLISHED, fits, lines_of, place, plan_case

PLACED = ("template_item", "code", "phase", "position", "retired_at", *DERIVED)
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOVED_ON = "The case was moved to another version since."
REFUSED = "The database refused it. Nothing of the case was changed. Try it again, or tell who runs the site."
OPEN = (MoveOutcome.WAITING, MoveOutcome.NOT_MOVED)

logger = logging.getLogger(__name__)


@transaction.atomic
def plan_move(*, by, target, cases, renamed, name, reason, token=None):
    """Set down which cases shall be moved where and why; none is moved yet. Raises BadInput.

    `cases` is a queryset, of which those on other versions of the same template count; `renamed` maps codes
    of items that the target lacks to codes of items that it has.
    """
    require(by, Permission.MOVE_CASES)
    name, said = name.strip(), reason_of(reason)
    _check(target, renamed, name, said)
    with recording(by=by, action=Action.PLAN_MOVE, reason=said, token=token) as event:
        among = cases.filter(template_version__template=target.template_id).exclude(template_version=target)
        chosen = list(among.order_by("pk").values_list("pk", "template_version_id"))
        if not chosen:
            raise BadInput({"cases": "Choose at least one case that is on another version."})
        move = CaseMove(
            name=name, target=target, renamed=renamed, reason=said, made_by=event.actor, made_at=event.at
        )
        move.event = event
        move.save()
        create_all(MovedCase, [MovedCase(move=move, case_id=pk, was_id=was) for pk, was in chosen])
    return move


@transaction.atomic
def move_case(*, by, moved):
    """Move one case of a batch, whole or not at all; what stands in the way is kept as its `why`.

    A case that was moved before is left alone, so that two processes may work through one batch.
    """
    require(by, Permission.MOVE_CASES)
    move, case = moved.move, moved.case
    with recording(
        by=by, action=Action.MOVE_CASE, case=case, reason=move.reason, part_of=move.event
    ) as event:
        case, moved = _locked(moved)
        if moved.outcome not in OPEN:
            return moved
        items, phases = load_items(case), list(case.phases.all())
        plan = plan_case(case, items, phases, move.target, move.renamed, at=event.at, by=event.actor)
        if plan.problem:
            return _settle(moved, MoveOutcome.NOT_MOVED, why=plan.problem)
        save_all(ChecklistItem, plan.changed, PLACED)
        save_all(CasePhase, plan.phases, ["started_at", "started_by"])
        create_all(ChecklistItem, [*plan.gained, *plan.following])
        case.save()
        progress.refresh(case, [*items, *plan.gained, *plan.following])
        return _settle(moved, MoveOutcome.MOVED, event=event)


@transaction.atomic
def move_back(*, by, moved):
    """Put one case of a batch back on the version from which it came, with every answer as it is now.

    What the move brought goes again, unless something was recorded on it: then nothing changes and `why` says
    what stands in the way.
    """
    require(by, Permission.MOVE_CASES)
    move, case = moved.move, moved.case
    with recording(
        by=by, action=Action.MOVE_BACK, case=case, reason=move.reason, part_of=move.event
    ) as event:
        case, moved = _locked(moved)
        if moved.outcome != MoveOutcome.MOVED:
            return moved
        changes, items = _changes(moved.event), load_items(case)
        codes = {new: old for old, new in move.renamed.items()}
        gained = _brought(items, changes[ChecklistItem], lines_of(moved.was), codes)
        if problem := _way_back_is_barred(case, move, gained, changes[ChecklistItem]):
            return _settle(moved, MoveOutcome.MOVED, event=moved.event, why=problem)
        event.undoes, stored = moved.event, derived(items)
        kept = [item for item in items if item not in gained]
        for item in gained:
            item.delete()
        case.template_version = moved.was
        _put_back(case, kept, changes[ChecklistItem], codes)
        _stop_phases(case, kept, changes[CasePhase])
        phases = list(case.phases.all())
        found = work_out(case, kept, phases, at=event.at, by=event.actor, stored=stored)
        save_all(ChecklistItem, kept, PLACED)
        save_all(CasePhase, found.phases, ["started_at", "started_by"])
        create_all(ChecklistItem, found.next_occurrences)
        case.save()
        progress.refresh(case, [*kept, *found.next_occurrences])
        return _settle(moved, MoveOutcome.MOVED_BACK, event=event)


@transaction.atomic
def leave_case(*, by, moved, why):
    """Say of a case that it stays where it is, and why."""
    require(by, Permission.MOVE_CASES)
    is_open = moved.outcome in OPEN
    action = Action.MOVE_CASE if is_open else Action.MOVE_BACK
    with recording(by=by, action=action, case=moved.case, part_of=moved.move.event):
        _, moved = _locked(moved)
        outcome = MoveOutcome.NOT_MOVED if is_open else moved.outcome
        return _settle(moved, outcome, event=moved.event, why=why)


def work_through(move, outcomes, act, *, by, goes_on, a_commit=10):
    """Do `act` to every case of the batch with one of these outcomes, while `goes_on()`; yield each.

    `a_commit` cases are committed together, each whole or not at all; one that the database refuses does not
    stop the others.
    """
    ids = list(move.cases.filter(outcome__in=outcomes).values_list("pk", flat=True))
    for start in range(0, len(ids), a_commit):
        if not goes_on():
            return
        rows = move.cases.select_related("case__team", "case__template_version", "was", "event")
        with transaction.atomic():
            done = [_attempt(act, by, move, row) for row in rows.filter(pk__in=ids[start : start + a_commit])]
        yield from done


def _attempt(act, by, move, moved):
    moved.move = move
    try:
        return act(by=by, moved=moved)
    except DatabaseError:
        logger.exception("%s could not be worked through", moved)
        return leave_case(by=by, moved=moved, why=REFUSED)


def _check(target, renamed, name, reason):
    wrong = {}
    if target.status != VersionStatus.PUBLISHED:
        wrong["target"] = NOT_PUBLISHED
    if not name:
        wrong["name"] = "Enter a name for the move."
    elif len(name) > 120:
        wrong["name"] = "Use at most 120 characters."
    if not reason:
        wrong["reason"] = "Say why the cases are moved."
    lines = lines_of(target)
    if any(old in lines or new not in lines for old, new in renamed.items()):
        wrong["renamed"] = "Choose for each code that goes a code that comes, or nothing."
    elif len(set(renamed.values())) < len(renamed):
        wrong["renamed"] = "Two codes cannot become the same one."
    if wrong:
        raise BadInput(wrong)


def _locked(moved):
    """The case and its row of the batch, read again and held; a closed case too."""
    try:
        case = lock_case(moved.case)
    except CaseClosed as closed:
        case = closed.case
    fresh = MovedCase.objects.select_related("event", "was__template").get(pk=moved.pk)
    fresh.move, fresh.case = moved.move, case
    return case, fresh


def _settle(moved, outcome, *, event=None, why=""):
    if (moved.outcome, moved.event_id, moved.why) != (outcome, event and event.pk, why):
        moved.outcome, moved.event, moved.why = outcome, event, why
        moved.save()
    return moved


def _changes(event):
    """For each kind of row, id to its state before the event (None for a new row) and after it."""
    found: dict[type, dict[int, tuple]] = {ChecklistItem: {}, CasePhase: {}}
    for row, before in timeline.rows_of(event):
        rows = found.setdefault(row.instance_type, {})
        rows[row.id] = (rows[row.id][0] if row.id in rows else before, row)
    return found


def _brought(items, changes, lines, codes):
    """What the move made, and the repeats made since of what the older version does not repeat."""

    def is_new(item):
        if item.pk in changes:
            return changes[item.pk][0] is None
        line = lines.get(codes.get(item.code, item.code))
        return bool(item.template_item_id) and (line is None or (item.occurrence > 1 and not line.repeat))

    return [item for item in items if is_new(item)]


def _way_back_is_barred(case, move, gained, changes):
    """Why the case cannot go back, or nothing."""
    if case.is_closed:
        return CLOSED
    if case.template_version_id != move.target_id:
        return MOVED_ON
    for item in gained:
        born = changes[item.pk][1] if item.pk in changes else timeline.at_version(item, 1)
        if merging.differ(item, born, merging.BY_PERSONS):
            last = merging.last_change(
                [born, *timeline.changes_since(item, born.version)], merging.BY_PERSONS
            )
            return f"“{item.name}” was worked on by {last.history_user}, {show_time(last.history_date)}."
        if comment := item.comments.select_related("author").first():
            return f"“{item.name}” has a comment by {comment.author}, {show_time(comment.written_at)}."
    return ""


def _put_back(case, items, changes, codes):
    """Each item in the place that it had; one that came since takes the place of its code."""
    lines = lines_of(case.template_version)
    for item in items:
        before, after = changes.get(item.pk, (None, None))
        if before is not None:
            _restore(item, before, after)
        elif item.template_item_id:
            place(item, lines[codes.get(item.code, item.code)], [])


def _restore(item, before, after):
    if before.template_item_id:
        line = published.template_item(before.template_item_id)
        item.template_item = line if fits(item, line) else item.template_item
    for name in ("code", "phase", "position", "retired_at"):
        setattr(item, name, getattr(before, name))
    for name in DERIVED:
        if getattr(item, name) == getattr(after, name):
            setattr(item, name, getattr(before, name))


def _stop_phases(case, items, changes):
    """A phase that only the move started has not, unless somebody works in it."""
    begun = {item.phase for item in items if item.status != ItemStatus.NOT_STARTED and not item.retired_at}
    for row in case.phases.filter(pk__in=changes):
        before, after = changes[row.pk]
        if row.started_at == after.started_at and row.phase not in begun:
            row.started_at, row.started_by_id = before.started_at, before.started_by_id
            row.save()
