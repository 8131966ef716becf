"""Setting an item, or one field of the case details, back to how its history had it: a change of its own."""

from dataclasses import dataclass, field
from itertools import pairwise

from django.db import transaction

from ..audit import timeline
from ..audit.recording import recording
from ..enums import Action
from ..permissions import Permission, require
from . import merging
from .cases import lock_case, preview_details, update_case_details
from .checklists import Recorded, check_response, is_finished, reason_of, same_item
from .consequences import derived, follow, load_items, work_out
from .exceptions import BadInput

RECORDED = (*merging.CLINICAL, "note")
SAY_WHY = "Say why it is set back."
NO_SUCH_VERSION = "There is no such earlier state. Open the history and choose one there."
STANDS = "This is what stands now."


@dataclass
class Preview:
    """What setting back would bring about, and the history rows that changed the same since, oldest first.

    `item` is the item as it would be, `following` its next occurrence if there is one; `is_reopened` says
    that the phase would no longer be finished.
    """

    since: list
    item: object = None
    on: list = field(default_factory=list)
    off: list = field(default_factory=list)
    moved: list = field(default_factory=list)
    added: list = field(default_factory=list)
    following: object = None
    is_reopened: bool = False


@transaction.atomic
def restore_item(*, by, item, seen, version, why, token=None):
    """Set what is recorded on the item back to how it was at `version`; assignee and due time stay.

    `seen` is the version from which the preview was drawn. Raises ChangedElsewhere, CaseClosed, BadInput.
    """
    require(by, Permission.RECORD, item.case.team_id)
    old, said = _earlier(item, version), _reason(why)
    with recording(
        by=by, action=Action.RESTORE, case=item.case, reason=said, token=token, restores=old.audit_event
    ) as event:
        case = lock_case(item.case)
        items = load_items(case)
        item = same_item(items, item)
        wanted = {name: getattr(old, name) for name in RECORDED}
        merged = merging.reconcile(item, seen, wanted, by)
        if not _set_back(item, old, wanted):
            raise BadInput({"version": STANDS})
        check_response(case, item)
        standing = follow(case, items, event, changed=[item])
    return Recorded(item, event, merged, *standing)


@transaction.atomic
def restore_detail(*, by, case, seen, code, version, why, token=None):
    """Set one field of the details back to what it was at this version of the case; items follow it.

    `seen` is the version from which the preview was drawn. Returns the titles of the fields that someone else
    changed meanwhile. Raises ChangedElsewhere, CaseClosed, BadInput.
    """
    require(by, Permission.RECORD, case.team_id)
    old, said = _earlier(case, version), _reason(why)
    with recording(
        by=by, action=Action.RESTORE, case=case, reason=said, token=token, restores=old.audit_event
    ) as event:
        wanted = with_field(_earlier(case, seen).details, code, old.details)
        kept = update_case_details(by=by, case=case, seen=seen, details=wanted)
        if not event.was_used:
            raise BadInput({"version": STANDS})
    return kept


def preview_item(case, item, version, *, at):
    """What `restore_item` would bring about `at` this moment; nothing is saved, nothing locked."""
    old, items = _earlier(item, version), load_items(case)
    item = same_item(items, item)
    stored, was = derived(items), is_finished(items, item.phase)
    _set_back(item, old, {name: getattr(old, name) for name in RECORDED})
    found = work_out(case, items, list(case.phases.all()), at=at, by=None, stored=stored)
    others = [each for each in found.items if each is not item]
    applied = {each.pk: stored[id(each)][0] for each in others}
    return Preview(
        since=_changes_since(item, version, lambda row: [getattr(row, name) for name in RECORDED]),
        item=item,
        on=[each for each in others if each.applies_since and not applied[each.pk]],
        off=[each for each in others if applied[each.pk] and not each.applies_since],
        moved=[each for each in others if bool(each.applies_since) == bool(applied[each.pk])],
        added=found.next_occurrences,
        following=_following(items, item),
        is_reopened=was and not is_finished(items, item.phase),
    )


def preview_detail(case, code, version):
    """What `restore_detail` would bring about; nothing is saved, nothing locked."""
    old = _earlier(case, version)
    on, off = preview_details(case, with_field(case.details, code, old.details))
    return Preview(since=_changes_since(case, version, lambda row: row.details.get(code)), on=on, off=off)


def with_field(stored, code, others):
    """The details with this one field as `others` have it, or without it where they have none."""
    kept = {key: value for key, value in stored.items() if key != code}
    return kept | ({code: others[code]} if code in others else {})


def _earlier(row, version):
    found = timeline.at_version(row, version)
    if found is None:
        raise BadInput({"version": NO_SUCH_VERSION})
    return found


def _reason(why):
    if not why.strip():
        raise BadInput({"why": SAY_WHY})
    return reason_of(why)


def _set_back(item, old, wanted):
    """Put the wanted values of the old row on the item; False when they are what stands."""
    if not merging.differ(item, old, [*wanted]):
        return False
    for name in wanted:
        setattr(item, name, getattr(old, name))
    if "status" in wanted:
        item.settled_by_id = old.settled_by_id
    return True


def _following(items, item):
    return next((e for e in items if (e.code, e.occurrence) == (item.code, item.occurrence + 1)), None)


def _changes_since(row, version, read):
    """The history rows newer than the version that changed what `read` reads of them."""
    rows = [timeline.at_version(row, version), *timeline.changes_since(row, version)]
    return [after for before, after in pairwise(rows) if read(before) != read(after)]
