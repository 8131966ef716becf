"""Puts the old and the new value of every field into words."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from .. import details, responses
from ..clocks import END_OF_DAY, LONDON, show_day, show_time
from ..enums import CaseOutcome, CaseStatus, ItemStatus, ResponseKind
from ..models import ChecklistItem, Comment, ReasonCode, TemplateItem, User

BY_PERSONS = ("status", "response", "note", "reason_id", "reason_text", "assignee_id", "due_given")
PEOPLE = ("assignee_id", "settled_by_id")
SHORT = 160


class Change(NamedTuple):
    """A field's name, its old value and its new one, each empty where there is none."""

    label: str
    old: str
    new: str

    @property
    def is_long(self):
        return max(len(self.old), len(self.new)) > SHORT


@dataclass(frozen=True)
class Names:
    """What the ids in history rows stand for, in a case; read once for a page of events."""

    users: dict
    reasons: dict
    template_items: dict
    case: Any = None

    @classmethod
    def of(cls, steps):
        """Three queries at most, whatever the number of steps."""
        of_items = [step for step in steps if step.model is ChecklistItem]
        rows = [row for step in of_items for row in (step.before, step.after) if row]
        remarked = [step.after.item for step in steps if step.model is Comment and step.after.item_id]
        users = {getattr(row, name) for row in rows for name in PEOPLE}
        items = {row.template_item_id for row in rows + remarked}
        return cls(
            User.objects.in_bulk(users - {None}),
            ReasonCode.objects.in_bulk({row.reason_id for row in rows} - {None}),
            TemplateItem.objects.only("title", "response").in_bulk(items - {None}),
        )

    def about(self, case):
        """The same for an event of this case, whose template version has its vocabulary loaded."""
        return replace(self, case=case)

    def title(self, row):
        """An item's title; repeats are told apart by their number."""
        title = row.title or self.template_items[row.template_item_id].title
        return title if row.occurrence == 1 else f"{title}, occurrence {row.occurrence}"

    def person(self, pk):
        return str(self.users[pk]) if pk else ""

    def reason(self, row):
        if not row.reason_id:
            return ""
        label = self.reasons[row.reason_id].label
        return f"{label}: {row.reason_text}" if row.reason_text else label

    def spec(self, row):
        """What the item asks, and the instrument it asks with."""
        found = self.template_items.get(row.template_item_id)
        spec = found.response if found else {"kind": ResponseKind.TICK}
        return spec, self.case.template_version.instrument(spec.get("instrument"))


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
    fields = names.case.template_version.case_fields
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
