"""Taking one change back, with what followed from it, as a change of its own."""

from django.db import transaction

from ..audit import timeline
from ..audit.recording import recording
from ..enums import Action, ItemStatus
from ..models import AuditEvent, Case, CasePhase, ChecklistItem
from ..permissions import Forbidden, Permission, require
from . import merging
from .cases import lock_case
from .checklists import RETIRED, Recorded
from .consequences import DERIVED, derived, follow, load_items
from .exceptions import BadInput, ChangedElsewhere

UNDOABLE = (
    Action.RECORD_ITEM,
    Action.ASSIGN_ITEM,
    Action.SET_DUE,
    Action.START_PHASE,
    Action.UPDATE_DETAILS,
    Action.UNDO,
    Action.RESTORE,
)


@transaction.atomic
def undo_change(*, by, event, token=None, part_of=None):
    """Set back what the event changed, until someone changes what the person had set.

    Goes by what was changed and not by whole rows: what others did beside it stays. What only followed from
    the event and has moved on since is worked out again. Only the person who made a change may undo it.
    Its Recorded has no item, and among the changed ones those that it took away. Raises ChangedElsewhere,
    BadInput, Forbidden.
    """
    require(by, Permission.RECORD, event.team_id)
    if event.actor_id != by.pk:
        raise Forbidden(Permission.RECORD, "Only the person who made a change can undo it.")
    if event.action not in UNDOABLE:
        raise BadInput({"event": "This change cannot be undone."})
    about = {"case": event.case, "token": token, "undoes": event, "part_of": part_of}
    with recording(by=by, action=Action.UNDO, **about) as undo:
        case = lock_case(event.case)
        if AuditEvent.objects.filter(undoes=event).exists():
            raise BadInput({"event": "This change was undone before."})
        items = load_items(case)
        stored, ids = derived(items), {item.pk for item in items}
        kept, changed = _set_back(case, _changes(event), items)
        standing = follow(case, kept, undo, changed=changed, stored=stored)
        if not undo.was_used:
            raise BadInput({"event": "There is nothing left of this change to undo."})
    taken = ids - {item.pk for item in kept}
    return Recorded(None, undo, [], standing.items, standing.changed | taken, standing.phases)


def _changes(event):
    """For each kind of row, id to its state before the event (None for a new row) and after it."""
    found: dict[type, dict[int, tuple]] = {Case: {}, ChecklistItem: {}, CasePhase: {}}
    for row, before in timeline.rows_of(event):
        rows = found.setdefault(row.instance_type, {})
        rows[row.id] = (rows[row.id][0] if row.id in rows else before, row)
    return found


def _set_back(case, changes, items):
    """Put back what the event changed, and save all but the items; return those left, and those to save."""
    for before, after in changes[Case].values():
        _set_back_details(case, before, after)
    kept, changed = {item.pk: item for item in items}, []
    for pk, (before, after) in changes[ChecklistItem].items():
        if pk not in kept:
            continue
        if kept[pk].retired_at:
            raise BadInput({"event": RETIRED})
        if before is None:
            _take_away(kept.pop(pk), after)
        elif _set_back_item(kept[pk], before, after):
            changed.append(kept[pk])
    _set_back_phases(case, changes[CasePhase], kept.values())
    return list(kept.values()), changed


def _set_back_details(case, before, after):
    """Key by key; a key that someone has changed since stops the undo."""
    keys = before.details.keys() | after.details.keys()
    changed = {key for key in keys if before.details.get(key) != after.details.get(key)}
    if any(case.details.get(key) != after.details.get(key) for key in changed):
        _refuse(case, after, ["details"])
    if changed:
        others = {key: value for key, value in case.details.items() if key not in changed}
        case.details = others | {key: before.details[key] for key in changed if key in before.details}
        case.save()


def _set_back_item(item, before, after):
    """Put back what the event changed; False when a person had set none of it, and nothing is to be saved."""
    groups = [group for group in merging.TOGETHER if merging.differ(before, after, group)]
    for group in groups:
        if merging.differ(item, after, group):
            _refuse(item, after, group)
        for name in group:
            setattr(item, name, getattr(before, name))
    if merging.CLINICAL in groups:
        item.settled_by_id = before.settled_by_id
    for name in DERIVED:
        if getattr(item, name) == getattr(after, name):
            setattr(item, name, getattr(before, name))
    return bool(groups)


def _take_away(occurrence, born):
    """Remove the next occurrence that the undone completion had made, if nobody has worked on it."""
    if merging.differ(occurrence, born, merging.BY_PERSONS):
        _refuse(occurrence, born, merging.BY_PERSONS)
    if comment := occurrence.comments.select_related("author").last():
        raise ChangedElsewhere(theirs=occurrence, person=comment.author, at=comment.written_at)
    occurrence.delete()


def _set_back_phases(case, changes, items):
    """A phase stops having started, unless somebody works in it."""
    begun = {item.phase for item in items if item.status != ItemStatus.NOT_STARTED}
    rows = case.phases.select_for_update(of=("self",)).filter(pk__in=changes)
    for row in rows:
        before, after = changes[row.pk]
        if row.started_at == after.started_at and row.phase not in begun:
            row.started_at, row.started_by_id = before.started_at, before.started_by_id
            row.save()


def _refuse(live, after, names):
    """Say who changed it since, and when."""
    last = merging.last_change([after, *timeline.changes_since(live, after.version)], names)
    raise ChangedElsewhere(theirs=live, person=last.history_user, at=last.history_date)
