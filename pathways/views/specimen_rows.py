"""Specimens of the rows of a checklist."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

from django.utils.safestring import mark_safe

from pathways import clocks
from pathways.audit.steps import Step
from pathways.enums import NEEDS_REASON, ItemStatus, Requirement
from pathways.views.sheet import OwnChange
from pathways.views.specimen_conflicts import conflicts
from pathways.views.specimen_forms import NUMBER, SCORE, TEXT
from pathways.views.specimen_stories import LONG
from pathways.views.specimens import COLLEAGUE, NURSE, OBSERVER, YOU, Specimen, reason_for
from pathways.views.words import did

LONG_TITLE = (
    "Discuss the findings of imaging of the whole spine with the spinal, oncology and radiology teams,"
    " and write down who was there and what was agreed"
)
KEPT = ["Dr J. Lindqvist changed the note meanwhile; that was kept."]


def rows(sample):
    yield Specimen("Each status", statuses(sample), "items")
    yield Specimen("Due times", due_times(sample), "items")
    yield Specimen("What a row can say", facts(sample), "items")
    yield Specimen("After a change of yours", undoable(sample), "items")
    yield Specimen("What came of saving", saving(sample), "items")
    yield Specimen("Two people changed the same", conflicts(sample), "items")
    yield Specimen("For those who may only look", read_only(sample), "items")


def statuses(sample):
    """Every status with each of what may stand beside it."""
    late = {"due_at": sample.ago(days=2)}
    optional = {"requirement": Requirement.OPTIONAL}
    traits: dict[str, dict] = {
        "not assigned": {},
        "target passed, assigned to you": late | {"assignee": YOU},
        "optional, target passed, assigned to a colleague": late | optional | {"assignee": NURSE},
    }
    items = [
        sample.item(f"{status.label}, {title}", **sample.standing(status) | fields)
        for status in ItemStatus
        for title, fields in traits.items()
    ]
    under_way = [item for item in items if item.status in (ItemStatus.IN_PROGRESS, ItemStatus.BLOCKED)]
    givers = {item.pk: (COLLEAGUE, sample.ago(hours=2)) for item in under_way}
    return sample.listed(items, givers=givers)


def due_times(sample):
    today = sample.now.astimezone(clocks.LONDON).date()
    ends = [clocks.from_wall(today + timedelta(days=days), clocks.END_OF_DAY) for days in (0, 1, 20, 400, -1)]
    names = ("Due today", "Due tomorrow", "Due in three weeks", "Due in another year", "Due yesterday")
    items = [sample.item(name, due_at=end) for name, end in zip(names, ends, strict=True)]
    items.append(sample.item("Due within hours", due_at=sample.ahead(hours=3, minutes=20)))
    items.append(sample.item("Due minutes ago", due_at=sample.ago(minutes=40)))
    return sample.listed(items)


def facts(sample):
    """Answers, reasons, notes, needs, comments, and occurrences that are folded into the latest one."""
    first = sample.item("Needed first")
    talked = sample.item("With comments")
    whole = sample.item("With everything", TEXT.asks, requirement=Requirement.OPTIONAL, note=LONG)
    whole.response, whole.due_at, whole.assignee = {"value": LONG}, sample.ahead(days=3), COLLEAGUE
    items = [
        first,
        sample.item("Waits for another item", needs=[first.code]),
        sample.answered(NUMBER, "Done with a number"),
        sample.answered(SCORE, "Done with a score"),
        sample.answered(TEXT, "Done with a text"),
        explained(sample),
        sample.item("With a long note", note=LONG),
        sample.item(LONG_TITLE, due_at=sample.ahead(days=3)),
        talked,
        whole,
        own_item(sample),
        *repeated(sample, "Repeated, the latest one open", 2),
        sample.item("Repeated, the latest one open", NUMBER.asks, occurrence=3),
        *repeated(sample, "Repeated, all of them done", 3),
    ]
    return sample.listed(items, talks={talked.pk: 1, whole.pk: 12})


def explained(sample):
    """A reason with words beside it."""
    status = NEEDS_REASON[0]
    words = {"reason": reason_for(status), "reason_text": "Seen again on Thursday."}
    return sample.item("Blocked, with words beside the reason", status=status, **words)


def own_item(sample):
    """An item made for this one case has no discipline."""
    item = sample.item("Made for this case alone")
    item.template_item, item.title = None, "Made for this case alone"
    return item


def repeated(sample, title, times):
    """Occurrences that are done; all but the latest of an item are folded into its row."""
    return [sample.answered(NUMBER, title, occurrence=number) for number in range(1, times + 1)]


def undoable(sample):
    """Each kind of change that its row offers to take back."""
    changes = {"status": ItemStatus.DONE, "assignee_id": YOU.pk, "due_given": sample.now, "note": "New"}
    before = dict.fromkeys(changes) | {"status": ItemStatus.NOT_STARTED}
    own = {}
    for name, value in changes.items():
        item = sample.item(f"{name.removesuffix('_id').replace('_', ' ').capitalize()} changed")
        step = Step(SimpleNamespace(**before), SimpleNamespace(**before | {name: value}))
        own[item] = OwnChange(UUID(int=1), sample.ago(minutes=1), did(step))
    return sample.listed(list(own), own={item.pk: change for item, change in own.items()})


def saving(sample):
    """On the way, failed, and saved together with a colleague's change."""
    busy, failed, merged = (sample.item(title) for title in ("On its way", "Not saved", "Merged"))
    answers = {
        failed.pk: {"said": sample.show("pathways/_failed.html")},
        merged.pk: {"said": sample.show("pathways/_said.html", said=KEPT)},
    }
    html = sample.listed([busy, failed, merged], answers=answers)
    return mark_safe(html.replace('tabindex="-1"', 'tabindex="-1" aria-busy="true"', 1))  # noqa: S308  a template made it


def read_only(sample):
    items = [sample.item(f"{each.label}, to be looked at", **sample.standing(each)) for each in ItemStatus]
    return sample.listed(items, viewer=OBSERVER)
