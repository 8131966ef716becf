"""Puts the old and the new value of every field into words."""

from typing import NamedTuple

from .. import details, responses
from ..clocks import END_OF_DAY, LONDON, show_day, show_time
from ..enums import CaseOutcome, CaseStatus, ItemStatus, ResponseKind

BY_PERSONS = ("status", "response", "note", "reason_id", "reason_text", "assignee_id", "due_given")
SHORT = 160


class Change(NamedTuple):
    """A field's name, its old value and its new one, each empty where there is none."""

    label: str
    old: str
    new: str

    @property
    def is_long(self):
        return max(len(self.old), len(self.new)) > SHORT


def counted(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def show_due(due):
    """A target in days or longer is due at the end of its day, which goes without a time."""
    if due is None:
        return ""
    ends_day = due.astimezone(LONDON).time().replace(microsecond=0) == END_OF_DAY
    return show_day(due) if ends_day else show_time(due)


def case_changes(step, names):
    """Details field by field, the status and the outcome; for a new case the details alone."""
    old, new = step.before, step.after
    fields = names.version.case_fields
    found = [Change(*each) for each in details.changes(fields, old.details if old else {}, new.details)]
    if old is None:
        return [change._replace(old="") for change in found]
    status = [Change("Status", CaseStatus(old.status).label, CaseStatus(new.status).label)]
    outcome = [Change("Outcome", _outcome(old), _outcome(new))]
    return found + [change for change in status + outcome if change.old != change.new]


def item_changes(step, names, event):
    """Every field of an item that the event changed, in the order of the item's page."""
    old, new = step.before, step.after
    found = [
        Change("Status", ItemStatus(old.status).label, ItemStatus(new.status).label),
        *_response_changes(old, new, names),
        Change("Note", old.note, new.note),
        Change("Reason", names.reason(old), names.reason(new)),
        Change("Assigned to", names.person(old.assignee_id), names.person(new.assignee_id)),
        Change("Due", _due(old), _due(new)),
        *_settling_changes(old, new, names, event),
    ]
    return [change for change in found if change.old != change.new]


def _due(row):
    return f"{show_due(row.due_given)}, set by hand" if row.due_given else show_due(row.due_at)


def _outcome(row):
    return CaseOutcome(row.outcome).label if row.outcome else ""


def _response_changes(old, new, names):
    """The response in words, of a changed score also each part that differs; a tick repeats the status."""
    spec, instrument = names.spec(new)
    if spec["kind"] == ResponseKind.TICK:
        return []
    shown = [responses.show(spec, row.response, instrument) for row in (old, new)]
    whole = Change("Response", *shown)
    if not (instrument and instrument["type"] == "sum" and old.response and new.response):
        return [whole]
    return [whole, *(_part(part, old.response, new.response) for part in instrument["components"])]


def _part(part, old, new):
    labels = {option["value"]: option["label"] for option in part["options"]}
    picked = [labels.get(each["components"].get(part["code"]), "") for each in (old, new)]
    return Change(part["title"], *picked)


def _settling_changes(old, new, names, event):
    """When care happened, and who answers for it, where they differ from when and who recorded it."""
    spec, _ = names.spec(new)
    found = []
    if new.settled_at and new.settled_at != event.at and spec["kind"] != ResponseKind.DATE:
        found.append(Change("Happened", _moment(old), _moment(new)))
    if new.settled_by_id and new.settled_by_id != event.actor_id:
        found.append(Change("Settled by", names.person(old.settled_by_id), names.person(new.settled_by_id)))
    return found


def _moment(row):
    return show_time(row.settled_at) if row.settled_at else ""
