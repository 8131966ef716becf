"""Puts what happened to a case into sentences: who did what, when and why, and what followed."""

from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from ..clocks import LONDON, MONTHS, show_time
from ..enums import Action, CaseOutcome, CaseStatus, ItemStatus, Phase, Role, SiteRole, Source
from ..models import AuditEvent, Case, CasePhase, ChecklistItem, Comment
from .changes import BY_PERSONS, Change, case_changes, item_changes
from .effects import Effect, effects

ROLES = dict(Role.choices) | dict(SiteRole.choices)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MARKED = {
    ItemStatus.NOT_STARTED: ("set", "back to not started"),
    ItemStatus.IN_PROGRESS: ("marked", "in progress"),
    ItemStatus.BLOCKED: ("blocked", ""),
    ItemStatus.DONE: ("marked", "done"),
    ItemStatus.NOT_APPLICABLE: ("marked", "not applicable"),
    ItemStatus.NOT_DONE: ("marked", "not done"),
}
TRIED = (Action.REFUSED, Action.CONFLICTED)
UNDID = {
    Action.START_PHASE: "undid the start of a phase of",
    Action.UNDO: "took back the undoing of",
}


class Said(NamedTuple):
    """A sentence without its subject: words, the item that it is about if any, and more words."""

    lead: str
    item: object = None
    tail: str = ""


@dataclass
class Entry:
    """One event as the history tells it. Pages fill in addresses: `url` the item's, `then` the case's as the
    event left it, and where a page is about many cases `case_url` with the reference in `case`.
    """

    event: AuditEvent
    who: str
    role: str
    lead: str
    title: str = ""
    tail: str = ""
    item: object = None
    status: str = ""
    changes: list[Change] = field(default_factory=list)
    text: str = ""
    reason: str = ""
    effects: list[Effect] = field(default_factory=list)
    undone: str = ""
    url: str = ""
    then: str = ""
    case: str = ""
    case_url: str = ""

    @property
    def at(self):
        return self.event.at

    @property
    def time(self):
        return f"{self.at.astimezone(LONDON):%H:%M}"

    @property
    def day(self):
        local = self.at.astimezone(LONDON)
        return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"

    @property
    def is_simulated(self):
        return self.event.source == Source.DEMO

    @property
    def about(self):
        """The person's role at the time, and whether the time is invented."""
        return ", ".join(each for each in (self.role, "simulated" if self.is_simulated else "") if each)

    @property
    def sentence(self):
        title = f"“{self.title}”" if self.title else ""
        return " ".join(part for part in (self.lead, title, self.tail) if part)


@dataclass
class Story:
    """A page of entries, newest first; `older` is the place from which the next page goes on, or empty."""

    entries: list[Entry]
    older: str = ""

    @property
    def days(self):
        """Pairs of a day in words and its entries."""
        return [(day, list(entries)) for day, entries in groupby(self.entries, key=lambda each: each.day)]

    @property
    def has_simulated(self):
        return any(entry.is_simulated for entry in self.entries)


def tell(event, steps, names, *, undone_by=None, item=None):
    """The entry of an event; for the story of one item only what the event did to that item."""
    said = SENTENCES.get(event.action, _unworded)(event, steps, names)
    shown = [step for step in steps if item is None or _is_about(step, item)]
    main = _main(shown)
    return Entry(
        event=event,
        who=str(event.actor or "The system"),
        role=ROLES.get(event.role, "").lower() if event.actor else "",
        lead=said.lead,
        title=names.title(said.item) if said.item else "",
        tail=said.tail,
        item=said.item,
        status=_new_status(shown),
        changes=_changes(event, shown, names),
        text=next((step.after.text for step in shown if step.model is Comment), ""),
        reason="" if event.action in TRIED else event.reason,
        effects=effects(event, [step for step in shown if step is not main], names, item),
        undone=_undone(undone_by),
    )


def _is_about(step, item):
    if step.model is Comment:
        return step.after.item_id == item.pk
    return step.model is ChecklistItem and step.row.id == item.pk


def _main(steps):
    """The step that the person made on an item, as against what followed from it."""
    return next((step for step in steps if step.model is ChecklistItem and step.differs(*BY_PERSONS)), None)


def _find(steps, model):
    return next((step for step in steps if step.model is model), None)


def _unworded(event, steps, names):
    return Said(event.get_action_display())


def _recorded(event, steps, names):
    step = _main(steps)
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
    item = _main(steps).after
    return Said("assigned", item, f"to {names.person(item.assignee_id) or 'nobody'}")


def _due_set(event, steps, names):
    item = _main(steps).after
    return Said("set the due time of", item, "" if item.due_given else "back to the pathway's target")


def _commented(event, steps, names):
    item = _find(steps, Comment).after.item
    return Said("commented on", item) if item else Said("commented on the case")


def _opened(event, steps, names):
    return Said("opened the case")


def _closed(event, steps, names):
    return Said(f"closed the case: {CaseOutcome(_find(steps, Case).after.outcome).label}")


def _reopened(event, steps, names):
    was_held = _find(steps, Case).before.status == CaseStatus.ON_HOLD
    return Said("took the case off hold" if was_held else "reopened the case")


def _started(event, steps, names):
    return Said(f"started {Phase(_find(steps, CasePhase).row.phase).label}")


def _undid(event, steps, names):
    """An undo names the action it took back and its time, because a person does many in a day."""
    done, step = event.undoes, _main(steps)
    at = show_time(done.at)
    if done.action == Action.UPDATE_DETAILS:
        return Said(f"undid the change to the case details of {at}")
    what = UNDID.get(done.action, "undid the change of")
    return Said(f"{what} {at} to", step.after) if step else Said(f"{what} {at}")


def _conflicted(event, steps, names):
    return Said(f"tried to change {event.reason or 'this case'}; not saved, because of a change meanwhile")


def _refused(event, steps, names):
    return Said(f"was not allowed to {event.reason.partition(':')[0]}")


SENTENCES = {
    Action.OPEN_CASE: _opened,
    Action.START_PHASE: _started,
    Action.RECORD_ITEM: _recorded,
    Action.ASSIGN_ITEM: _assigned,
    Action.SET_DUE: _due_set,
    Action.ADD_COMMENT: _commented,
    Action.UNDO: _undid,
    Action.CLOSE_CASE: _closed,
    Action.REOPEN_CASE: _reopened,
    Action.CONFLICTED: _conflicted,
    Action.REFUSED: _refused,
}


def _new_status(steps):
    """The status that the event gave to an item, or put the case on hold with; empty where it gave none."""
    main, case = _main(steps), _find(steps, Case)
    if main and main.differs("status"):
        return main.after.status
    return CaseStatus.ON_HOLD.value if case and case.after.status == CaseStatus.ON_HOLD else ""


def _changes(event, steps, names):
    main, case = _main(steps), _find(steps, Case)
    found = item_changes(main, names, event) if main else []
    return found + (case_changes(case, names) if case and case.is_change else [])


def _undone(event):
    return f"Undone by {event.actor}, {show_time(event.at)}" if event else ""
