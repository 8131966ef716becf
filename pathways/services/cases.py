"""A case from its opening to its close."""

from itertools import pairwise

from django.db import transaction

from .. import published
from ..audit import timeline
from ..audit.recording import create_all, recording, take_turn
from ..compiled import compiled
from ..enums import (
    PHASES_STARTED_AT_OPENING,
    Action,
    CaseOutcome,
    CaseStatus,
    Phase,
    Requirement,
    VersionStatus,
)
from ..models import Case, CasePhase, ChecklistItem, ReferenceCounter
from ..permissions import Permission, require
from ..progress import refresh
from .consequences import follow, load_items, work_out
from .duties import people_on_duty
from .exceptions import BadInput, CaseClosed, ChangedElsewhere
from .merging import last_change, since


@transaction.atomic
def open_case(*, by, template_version, team, details, opened_at=None, token=None):
    """Open a case and its checklist: a fixed number of queries, plus one INSERT per full SQLite batch.

    `opened_at` lets a case open earlier than it is recorded; it may not lie in the future.
    """
    require(by, Permission.OPEN_CASE, team)
    if template_version.status != VersionStatus.PUBLISHED:
        raise BadInput({"template_version": "Choose a published template version."})
    with recording(by=by, action=Action.OPEN_CASE, team=team, token=token) as event:
        opened_at = opened_at or event.at
        if opened_at > event.at:
            raise BadInput({"opened_at": "Enter a time that is not in the future."})
        case = Case(template_version=template_version, team=team, details=details, opened_at=opened_at)
        case.reference = _next_reference(template_version.template.reference_prefix)
        case.save()
        event.case = case
        phases, items = new_checklist(case, by=by)
        create_all(CasePhase, phases)
        create_all(ChecklistItem, items)
        refresh(case, items)
    return case


def new_checklist(case, *, by):
    """The phases and items that opening this case creates, given out and due times worked out; nothing saved.

    One query, for who takes which discipline.
    """
    on_duty = people_on_duty(case.team_id)
    phases = [CasePhase(case=case, phase=phase) for phase in Phase]
    for phase in phases:
        if phase.phase in PHASES_STARTED_AT_OPENING:
            phase.started_at, phase.started_by = case.opened_at, by
    items = [
        ChecklistItem(
            case=case,
            template_item=item,
            code=item.code,
            phase=item.phase,
            position=item.position,
            assignee=on_duty.get(item.discipline_id),
            applies_since=None if item.requirement == Requirement.CONDITIONAL else case.opened_at,
        )
        for item in published.items_of(case.template_version).values()
    ]
    work_out(case, items, phases, at=case.opened_at, by=by)
    return phases, items


@transaction.atomic
def update_case_details(*, by, case, seen, details, token=None):
    """Replace the structured details, key by key; items switch on and off with them.

    `details` is what the form held, `seen` the version it was rendered from. Returns the titles of the
    fields that someone else changed meanwhile and that were kept. Raises ChangedElsewhere for the same field.
    """
    require(by, Permission.RECORD, case.team_id)
    with recording(by=by, action=Action.UPDATE_DETAILS, case=case, token=token) as event:
        case = lock_case(case)
        details, kept = _merge_details(case, seen, details, by)
        if details == case.details:
            return kept
        case.details = details
        case.save()
        follow(case, load_items(case), event, changed=[])
    return kept


def preview_details(case, details):
    """The items that these details would switch on, and those they would switch off; nothing is saved."""
    trial = Case(template_version=case.template_version, details=details, opened_at=case.opened_at)
    items = load_items(case)
    applied = {item.pk: item.applies_since for item in items}
    work_out(trial, items, list(case.phases.all()), at=case.opened_at, by=None)
    first = [item for item in items if item.occurrence == 1]
    on = [item for item in first if item.applies_since and not applied[item.pk]]
    off = [item for item in first if applied[item.pk] and not item.applies_since]
    return on, off


@transaction.atomic
def hold_case(*, by, case, reason, was=None, token=None):
    """Put an open case on hold; the checklist may still be updated.

    `was` is the status that the form was rendered for. Raises ChangedElsewhere when it is another now.
    """
    require(by, Permission.MANAGE_CASE, case.team_id)
    with recording(by=by, action=Action.HOLD_CASE, case=case, reason=_reason(reason), token=token):
        case = _lock_as(case, was)
        if case.is_closed:
            raise CaseClosed(case)
        if case.status != CaseStatus.ON_HOLD:
            case.status = CaseStatus.ON_HOLD
            case.save()
    return case


@transaction.atomic
def close_case(*, by, case, outcome, reason="", was=None, token=None):
    """Close the case with an outcome; its open items stay as they are and stop being due.

    The outcome is the reason where no other is given.
    """
    require(by, Permission.MANAGE_CASE, case.team_id)
    if outcome not in CaseOutcome.values:
        raise BadInput({"outcome": "Choose one of the outcomes."})
    why = reason.strip() or CaseOutcome(outcome).label
    with recording(by=by, action=Action.CLOSE_CASE, case=case, reason=why, token=token) as event:
        case = _lock_as(case, was)
        if case.is_closed:
            raise CaseClosed(case)
        case.status, case.outcome, case.closed_at = CaseStatus.CLOSED, outcome, event.at
        case.save()
        refresh(case, load_items(case))
    return case


@transaction.atomic
def reopen_case(*, by, case, reason, was=None, token=None):
    """Reopen a closed case, or take one off hold; its checklist goes on where it stood."""
    require(by, Permission.MANAGE_CASE, case.team_id)
    with recording(by=by, action=Action.REOPEN_CASE, case=case, reason=_reason(reason), token=token):
        case = _lock_as(case, was)
        if case.status != CaseStatus.OPEN:
            case.status, case.outcome, case.closed_at = CaseStatus.OPEN, "", None
            case.save()
            refresh(case, load_items(case))
    return case


def lock_case(case):
    """Read the case again and hold it: every write about a case queues here, so none can deadlock.

    Raises CaseClosed. The team, and the template version where it is still the same, are carried over from
    `case`, not fetched again.
    """
    locked = _lock(case)
    if locked.is_closed:
        raise CaseClosed(locked)
    return locked


def _lock(case):
    (locked,) = _locked(case.pk)
    take_turn()
    locked.team = case.team
    if locked.template_version_id == case.template_version_id:
        locked.template_version = case.template_version
    return locked


@compiled
def _locked(case):
    return Case.objects.select_for_update(of=("self",), no_key=True).filter(pk=case)


def _lock_as(case, was):
    """Lock it, and see that its status is the one that the person was looking at."""
    locked = _lock(case)
    if was is not None and locked.status != was:
        rows = list(timeline.changes_since(locked, 0))
        last = last_change(rows, ["status"]) or rows[-1]
        raise ChangedElsewhere(theirs=locked, person=last.history_user, at=last.history_date)
    return locked


def _next_reference(prefix):
    counter, _ = ReferenceCounter.objects.select_for_update().get_or_create(prefix=prefix)
    counter.last += 1
    counter.save()
    return f"{prefix}-{counter.last}"


def _merge_details(case, seen, wanted, by):
    """The details to store, and the titles of fields that others changed meanwhile and that stay so."""
    if seen == case.version:
        return wanted, []
    rows = since(case, seen)
    base = rows[0]
    mine, theirs = _changed_keys(base.details, wanted), _changed_keys(base.details, case.details)
    last = {key: _last_to_change(rows, key) for key in theirs}
    others = {key for key in theirs if last[key].history_user_id != by.pk}
    clashing = [last[key] for key in mine & others if wanted.get(key) != case.details.get(key)]
    if clashing:
        row = max(clashing, key=lambda each: each.version)
        raise ChangedElsewhere(theirs=case, person=row.history_user, at=row.history_date)
    merged = {key: value for key, value in case.details.items() if key not in mine}
    merged |= {key: wanted[key] for key in mine if key in wanted}
    titles = {each["code"]: each["title"] for each in case.template_version.case_fields}
    return merged, sorted(titles.get(key, key) for key in others - mine)


def _changed_keys(before, after):
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def _last_to_change(rows, key):
    return next(
        row for before, row in reversed([*pairwise(rows)]) if before.details.get(key) != row.details.get(key)
    )


def _reason(text):
    text = text.strip()
    if not text:
        raise BadInput({"reason": "Enter a reason."})
    return text
