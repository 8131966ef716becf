"""Puts what happened to a case into sentences without their subject."""

from typing import NamedTuple

from ..clocks import show_time
from ..enums import Action, CaseOutcome, CaseStatus, ItemStatus, Phase
from ..models import Case, CasePhase, ChecklistItem, Comment
from .changes import BY_PERSONS

MARKED = {
    ItemStatus.NOT_STARTED: ("set", "back to not started"),
    ItemStatus.IN_PROGRESS: ("marked", "in progress"),
    ItemStatus.BLOCKED: ("blocked", ""),
    ItemStatus.DONE: ("marked", "done"),
    ItemStatus.NOT_APPLICABLE: ("marked", "not applicable"),
    ItemStatus.NOT_DONE: ("marked", "not done"),
}
TRIED = (Action.REFUSED, Action.CONFLICTED)
NO_STATE = (*TRIED, Action.READ_CASE, Action.REVIEW, Action.EXPORT)
UNDID = {
    Action.START_PHASE: "undid the start of a phase of",
    Action.UNDO: "took back the undoing of",
}


class Said(NamedTuple):
    """A sentence without its subject: words, the item that it is about if any, and more words."""

    lead: str
    item: object = None
    tail: str = ""


def main_step(steps):
    """The step that the person made on an item, as against what followed from it."""
    return next((step for step in steps if step.model is ChecklistItem and step.differs(*BY_PERSONS)), None)


def find(steps, model):
    return next((step for step in steps if step.model is model), None)


def unworded(event, steps, names):
    return Said(event.get_action_display())


def _recorded(event, steps, names):
    step = main_step(steps)
    if step is None:
        return Said("updated an item")
    if step.differs("status"):
        lead, tail = MARKED[step.after.status]
        return Said(lead, step.after, tail)
    if step.differs("response"):
        verb = "changed" if step.before.response else "recorded"
        return Said(f"{verb} the response of", step.after)
    if step.differs("reason_id", "reason_text"):
        return Said("changed the reason of", step.after)
    return Said("changed the note of" if step.before.note else "added a note to", step.after)


def _assigned(event, steps, names):
    item = main_step(steps).after
    return Said("assigned", item, f"to {names.person(item.assignee_id) or 'nobody'}")


def _due_set(event, steps, names):
    item = main_step(steps).after
    return Said("set the due time of", item, "" if item.due_given else "back to the pathway's target")


def _commented(event, steps, names):
    item = names.remarked(find(steps, Comment).after)
    return Said("commented on", item) if item else Said("commented on the case")


def _closed(event, steps, names):
    return Said(f"closed the case: {CaseOutcome(find(steps, Case).after.outcome).label}")


def _reopened(event, steps, names):
    was_held = find(steps, Case).before.status == CaseStatus.ON_HOLD
    return Said("took the case off hold" if was_held else "reopened the case")


def _started(event, steps, names):
    return Said(f"started {Phase(find(steps, CasePhase).row.phase).label}")


def _undid(event, steps, names):
    """An undo names the action it took back and its time, because a person does many in a day."""
    done, step = event.undoes, main_step(steps)
    at = show_time(done.at)
    if done.action == Action.UPDATE_DETAILS:
        return Said(f"undid the change to the case details of {at}")
    what = UNDID.get(done.action, "undid the change of")
    return Said(f"{what} {at} to", step.after) if step else Said(f"{what} {at}")


def _restored(event, steps, names):
    """What was set back, and to which moment."""
    step, at = main_step(steps), show_time(event.restores.at)
    if step:
        return Said("set", step.after, f"back to how it was on {at}")
    return Said(f"set the case details back to how they were on {at}")


def _added(event, steps, names):
    row = find(steps, ChecklistItem).row
    return Said("added", row, f"to {Phase(row.phase).label}")


def _switched(event, steps, names):
    step = next(step for step in steps if step.model is ChecklistItem and step.differs("applies_since"))
    return Said("switched on" if step.after.applies_since else "switched off", step.after)


def _conflicted(event, steps, names):
    return Said(f"tried to change {event.reason or 'this case'}; not saved, because of a change meanwhile")


def _refused(event, steps, names):
    return Said(f"was not allowed to {event.reason.partition(':')[0]}")


CASE_SENTENCES = {
    Action.START_PHASE: _started,
    Action.RECORD_ITEM: _recorded,
    Action.ASSIGN_ITEM: _assigned,
    Action.SET_DUE: _due_set,
    Action.ADD_COMMENT: _commented,
    Action.UNDO: _undid,
    Action.CLOSE_CASE: _closed,
    Action.REOPEN_CASE: _reopened,
    Action.RESTORE: _restored,
    Action.ADD_ITEM: _added,
    Action.SWITCH_ON: _switched,
    Action.SWITCH_OFF: _switched,
    Action.CONFLICTED: _conflicted,
    Action.REFUSED: _refused,
}
