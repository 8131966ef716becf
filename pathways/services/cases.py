"""A case from its opening to its close."""

from django.db import transaction

from ..audit import timeline
from ..audit.recording import create_all, recording
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
from .exceptions import BadInput, CaseClosed, ChangedElsewhere


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
    """The phases and items that opening this case creates, due times worked out, nothing saved."""
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
            applies_since=None if item.requirement == Requirement.CONDITIONAL else case.opened_at,
        )
        for item in case.template_version.items.select_related("discipline")
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
def hold_case(*, by, case, reason, token=None):
    """Put an open case on hold; the checklist may still be updated."""
    require(by, Permission.MANAGE_CASE, case.team_id)
    with recording(by=by, action=Action.HOLD_CASE, case=case, reason=_reason(reason), token=token):
        case = lock_case(case)
        if case.status != CaseStatus.ON_HOLD:
            case.status = CaseStatus.ON_HOLD
            case.save()
    return case


@transaction.atomic
def close_case(*, by, case, outcome, reason="", token=None):
    """Close the case with an outcome; its open items stay as they are and stop being due."""
    require(by, Permission.MANAGE_CASE, case.team_id)
    if outcome not in CaseOutcome.values:
        raise BadInput({"outcome": "Choose one of the outcomes."})
    with recording(by=by, action=Action.CLOSE_CASE, case=case, reason=reason.strip(), token=token) as event:
        case = lock_case(case)
        case.status, case.outcome, case.closed_at = CaseStatus.CLOSED, outcome, event.at
        case.save()
    return case


@transaction.atomic
def reopen_case(*, by, case, reason, token=None):
    """Reopen a closed case, or take one off hold; its checklist goes on where it stood."""
    require(by, Permission.MANAGE_CASE, case.team_id)
    with recording(by=by, action=Action.REOPEN_CASE, case=case, reason=_reason(reason), token=token):
        case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
        if case.status != CaseStatus.OPEN:
            case.status, case.outcome, case.closed_at = CaseStatus.OPEN, "", None
            case.save()
    return case


def lock_case(case):
    """Read the case again and hold it: every write about a case queues here, so none can deadlock.

    Raises CaseClosed. The team and the template version are carried over from `case`, not fetched again.
    """
    locked = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if locked.is_closed:
        raise CaseClosed(locked)
    locked.team, locked.template_version = case.team, case.template_version
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
    since = timeline.changes_since(case, seen)
    base = timeline.at_version(case, seen)
    if base is None:
        raise BadInput({"version": "This page is out of date. Reload it and try again."})
    mine = {k for k in wanted.keys() | base.details.keys() if wanted.get(k) != base.details.get(k)}
    theirs = {
        k for k in case.details.keys() | base.details.keys() if case.details.get(k) != base.details.get(k)
    }
    clashing = {k for k in mine & theirs if wanted.get(k) != case.details.get(k)}
    others = [row for row in since if row.history_user_id != by.pk]
    if clashing and others:
        last = others[-1]
        raise ChangedElsewhere(theirs=case, wanted=wanted, person=last.history_user, at=last.history_date)
    merged = dict(case.details)
    for key in mine:
        merged.pop(key, None) if wanted.get(key) is None else merged.update({key: wanted[key]})
    titles = {each["code"]: each["title"] for each in case.template_version.case_fields}
    return merged, sorted(titles.get(key, key) for key in theirs - mine)


def _reason(text):
    text = text.strip()
    if not text:
        raise BadInput({"reason": "Enter a reason."})
    return text
