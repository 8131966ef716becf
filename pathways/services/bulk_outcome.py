"""What became of the items of a change of many."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from .. import published
from ..audit.sentences import main_step
from ..audit.steps import steps_of
from ..enums import Action
from ..models import AuditEvent, ChecklistItem

RELATED = ("case__team", "case__template_version", "assignee", "reason")
UNREAD = tuple(f"case__{name}" for name in published.UNREAD)


@dataclass
class Outcome:
    """What became of a change of many: items changed, taken back, left out with why, and never reached."""

    changed: list = field(default_factory=list)
    taken_back: list = field(default_factory=list)
    left_out: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    not_reached: list = field(default_factory=list)

    @property
    def said(self):
        """How many of each, in words."""
        counts = [
            (len(self.changed), "changed"),
            (len(self.taken_back), "taken back"),
            (len(self.kept), "not taken back"),
            (len(self.left_out), "not changed"),
            (len(self.not_reached), "not reached"),
        ]
        return ", ".join(f"{count} {words}" for count, words in counts if count) + "."

    @property
    def lists(self):
        """Heading, and pairs of an item and what is said of it; those that need a look come first."""
        return [
            ("Not changed", self.left_out),
            ("Not taken back", self.kept),
            ("Not reached: the change broke off before them", [(item, "") for item in self.not_reached]),
            ("Changed", [(item, "") for item in self.changed]),
            ("Taken back", [(item, "") for item in self.taken_back]),
        ]


def read(items):
    """The items with their cases, and all that a change of many asks and shows of them; one query.

    What published versions hold is from memory: with each row it would be read a hundred times over.
    """
    found = list(items.select_related(*RELATED).defer(*UNREAD))
    for item in found:
        published.attach([item], published.with_vocabulary(item.case.template_version))
    return found


def standing(bulk):
    """The bulk's changes of items that nobody took back, newest first."""
    undone = AuditEvent.objects.filter(undoes=OuterRef("pk"))
    parts = parts_of(bulk).exclude(Exists(undone)).exclude(action=Action.CONFLICTED)
    return list(parts.select_related("case__team", "part_of").order_by("-at", "-pk"))


def outcome(bulk):
    """What became of each item of the bulk; 5 queries."""
    done, still = set(items_of(list(parts_of(bulk))).values()), set(items_of(standing(bulk)).values())
    asked = [pk for pk, _ in bulk.wanted["rows"]]
    items = {item.pk: item for item in read(ChecklistItem.objects.filter(pk__in=asked))}
    why = {each["item"]: each["why"] for each in bulk.left_out if not each.get("undo")}
    kept = {each["item"]: each["why"] for each in bulk.left_out if each.get("undo")}
    found = Outcome()
    for pk in asked:
        item = items.get(pk)
        if pk in why:
            found.left_out.append((item, why[pk]))
        elif pk not in done:
            found.not_reached.append(item)
        elif pk in kept:
            found.kept.append((item, kept[pk]))
        else:
            (found.changed if pk in still else found.taken_back).append(item)
    return found


def parts_of(bulk):
    """The events of its items, as a queryset."""
    return AuditEvent.objects.filter(part_of=bulk.event_id, case__isnull=False)


def items_of(events):
    """Event id to the id of the item that it changed."""
    found = {pk: main_step(steps) for pk, steps in steps_of(events).items()}
    return {pk: step.row.id for pk, step in found.items() if step}
