"""Taking one change back, with what followed from it, as a change of its own."""

from django.db import transaction

from ..audit import timeline
from ..audit.recording import recording
from ..enums import Action, ItemStatus
from ..models import AuditEvent, Case, ChecklistItem
from ..permissions import Forbidden, Permission, require
from . import merging
from .cases import lock_case
from .consequences import follow, load_items
from .exceptions import BadInput, ChangedElsewhere

UNDOABLE = (Action.RECORD_ITEM, Action.ASSIGN_ITEM, Action.START_PHASE, Action.UPDATE_DETAILS, Action.UNDO)


@transaction.atomic
def undo_change(*, by, event, token=None):
    """Set back every row that the event changed, until someone changes what the person had set.

    What only followed from the event and has moved on since is worked out again instead. Only the person
    who made a change may undo it. Raises ChangedElsewhere, BadInput, Forbidden.
    """
    require(by, Permission.RECORD, event.team_id)
    if event.actor_id != by.pk:
        raise Forbidden(Permission.RECORD)
    if event.action not in UNDOABLE:
        raise BadInput({"event": "This change cannot be undone."})
    with recording(by=by, action=Action.UNDO, case=event.case, token=token, undoes=event) as undo:
        case = lock_case(event.case)
        if AuditEvent.objects.filter(undoes=event).exists():
            raise BadInput({"event": "This change was undone before."})
        for before, after in _changes(event):
            _set_back(case, before, after)
        items = load_items(case)
        follow(case, items, undo, changed=items)
    return undo


def _changes(event):
    """Each row that the event changed, as its first state before (None for a new row) and its last after."""
    found: dict[tuple, tuple] = {}
    for row, before in timeline.rows_of(event):
        key = row.instance_type, row.id
        found[key] = (found[key][0] if key in found else before, row)
    return found.values()


def _set_back(case, before, after):
    model = after.instance_type
    live = (
        case if model is Case else model.objects.select_for_update(of=("self",)).filter(pk=after.id).first()
    )
    if live is None:
        return
    if before is None:
        _take_away(live)
    elif live.version == after.version:
        _restore(live, before)
    elif _set_by_the_person(before, after):
        _refuse(live)


def _restore(live, before):
    for column in [each for each in live._meta.concrete_fields if each.name not in ("id", "version")]:
        setattr(live, column.attname, getattr(before, column.attname))
    live.save()


def _take_away(occurrence):
    """Remove the next occurrence that the undone completion had made, if nobody has worked on it."""
    touched = occurrence.status != ItemStatus.NOT_STARTED or occurrence.note or occurrence.comments.exists()
    if touched:
        _refuse(occurrence)
    occurrence.delete()


def _set_by_the_person(before, after):
    if after.instance_type is Case:
        return after.details != before.details
    return after.instance_type is ChecklistItem and merging.differ(before, after, merging.BY_PERSONS)


def _refuse(live):
    last = timeline.last_event_of(live)
    raise ChangedElsewhere(theirs=live, wanted={}, person=last.actor, at=last.at)
