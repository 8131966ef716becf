"""What editors do in a draft of a pathway template: its items, their order, and what its phases are for."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils.text import slugify

from .. import published
from ..audit.recording import create_all, recording, save_all
from ..enums import Action, Requirement, ResponseKind
from ..interop.item_reading import read_item
from ..models import AuditEvent, Discipline, TemplateItem, TemplatePhase
from ..permissions import Permission, require
from . import merging
from .exceptions import BadInput, ChangedElsewhere, TakenAway
from .template_life import lock_draft

REPLACED = "Replaced what someone else had changed meanwhile."
RESERVED = ("new",)
RESERVED_START = "own-"
LONGEST_CODE, LONGEST_TITLE = 60, 200
COPY = " (copy)"
NOT_COPIED = {"id", "version", "code", "title", "position", "was_code", "is_removed"}
ITEM_WORDS = {
    ("title",): "the title",
    ("code",): "the code",
    ("guidance",): "the guidance",
    ("discipline_id",): "the discipline",
    ("requirement", "applies_text", "applies_rule"): "when it applies",
    ("anchor", "anchor_item", "within", "basis"): "when it is due",
    ("repeat",): "how it repeats",
    ("response",): "what is recorded",
    ("depends_on",): "what it waits for",
    ("sources",): "the sources",
}
PHASE_WORDS = {("title",): "the title", ("goal",): "what the phase is for"}


@dataclass
class Edited:
    """What came of an action on a draft; `merged` says in words what others had changed and was kept.

    `event` is None where nothing changed.
    """

    row: TemplateItem | TemplatePhase
    event: AuditEvent | None = None
    merged: list[str] = field(default_factory=list)


@transaction.atomic
def add_item(*, by, draft, phase, title, token=None):
    """A required tick at the end of the phase, of the discipline of the item before it.

    Raises BadInput, DraftGone.
    """
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token) as event:
        draft, items = _lock(draft)
        title = title.strip()
        if not title:
            raise BadInput({"title": "Enter a title"})
        peers = [item for item in items if item.phase == phase]
        item = TemplateItem(
            template_version=draft,
            phase=phase,
            position=max((each.position for each in peers), default=0) + 1,
            code=propose_code(draft, items, title),
            title=title,
            discipline_id=peers[-1].discipline_id if peers else _first_discipline(),
            requirement=Requirement.REQUIRED,
            response={"kind": ResponseKind.TICK.value},
        )
        create_all(TemplateItem, [item])
    return Edited(item, event)


@transaction.atomic
def edit_item(*, by, item, seen, document, replacing=None, token=None):
    """Make the item say what `document` says, in the form of a template file.

    `seen` is the version that the form showed; `replacing` the one that was shown in a conflict and is not
    wanted. Items that name a code which changes follow it. Raises BadInput with the paths in the document
    that are wrong, ChangedElsewhere, TakenAway, DraftGone.
    """
    require(by, Permission.EDIT_TEMPLATES)
    said = REPLACED if replacing else ""
    with recording(by=by, action=Action.EDIT_DRAFT, reason=said, token=token) as event:
        draft, items = _lock(item.template_version)
        item = _same(items, item)
        wanted = _columns(document)
        merged = _reconcile(item, seen, replacing, wanted, by)
        _check_code(draft, items, item, wanted.get("code", item.code))
        was = item.code
        if not _set(item, wanted):
            return Edited(item, None, merged)
        item.save()
        if item.code != was:
            _follow_code(items, was, item.code)
    return Edited(item, event, merged)


@transaction.atomic
def duplicate_item(*, by, item, token=None):
    """A copy right after the item, with a title and a code of its own. Raises TakenAway, DraftGone."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token) as event:
        draft, items = _lock(item.template_version)
        item = _same(items, item)
        names = [each.attname for each in TemplateItem._meta.concrete_fields if each.name not in NOT_COPIED]
        copy = TemplateItem(**{name: getattr(item, name) for name in names})
        copy.title = item.title[: LONGEST_TITLE - len(COPY)] + COPY
        copy.code = propose_code(draft, items, copy.title)
        peers = _peers(items, item.phase)
        peers.insert(peers.index(item) + 1, copy)
        _renumber(peers)
        create_all(TemplateItem, [copy])
    return Edited(copy, event)


@transaction.atomic
def remove_item(*, by, item, seen, token=None):
    """Strike the item through; publishing deletes it. Raises ChangedElsewhere, TakenAway, DraftGone."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token) as event:
        item = _same(_lock(item.template_version)[1], item)
        if item.is_removed:
            return Edited(item)
        _check_seen(item, seen, [name for group in ITEM_WORDS for name in group], by)
        item.is_removed = True
        item.save()
    return Edited(item, event)


@transaction.atomic
def put_back_item(*, by, item, token=None):
    """Take back that the item was removed. Raises TakenAway, DraftGone."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token) as event:
        item = _same(_lock(item.template_version)[1], item)
        if not item.is_removed:
            return Edited(item)
        item.is_removed = False
        item.save()
    return Edited(item, event)


@transaction.atomic
def move_item(*, by, item, seen, phase, position, token=None):
    """Put the item at this place, from 1, among those of the phase that are not removed.

    A place beyond the last means the last. Raises ChangedElsewhere where another person moved it to a third
    phase, TakenAway, DraftGone.
    """
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token) as event:
        items = _lock(item.template_version)[1]
        item = _same(items, item)
        if item.phase != phase:
            _check_seen(item, seen, ["phase"], by)
        before = item.phase, item.position
        peers = [each for each in _peers(items, phase) if each is not item]
        kept = [each for each in peers if not each.is_removed]
        following = kept[max(position, 1) - 1 : max(position, 1)]
        peers.insert(peers.index(following[0]) if following else len(peers), item)
        item.phase = phase
        _renumber(peers, always=item if before[0] != phase else None)
    return Edited(item, event if (item.phase, item.position) != before else None)


@transaction.atomic
def edit_phase(*, by, row, seen, title, goal, token=None):
    """Say what a phase is called and for. Raises BadInput, ChangedElsewhere, DraftGone."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token) as event:
        draft = lock_draft(row.template_version)
        row = draft.phases.get(pk=row.pk)
        wanted = {"title": title.strip(), "goal": goal.strip()}
        if blank := [name for name, value in wanted.items() if not value]:
            raise BadInput({name: "Enter a title" if name == "title" else "Say its goal" for name in blank})
        merged = merging.reconcile(row, seen, wanted, by, PHASE_WORDS)
        if not _set(row, wanted):
            return Edited(row, None, merged)
        row.save()
    return Edited(row, event, merged)


def propose_code(draft, items, title):
    """A code made of the title that no item of the draft, or of the version before it, has."""
    taken = {item.code for item in items} | set(RESERVED)
    if draft.based_on_id:
        taken |= {item.code for item in published.items_of(draft.based_on).values()}
    slug = slugify(title).replace("_", "-")[:LONGEST_CODE].strip("-") or "item"
    if slug.startswith(RESERVED_START):
        slug = f"item-{slug}"[:LONGEST_CODE].strip("-")
    number, code = 1, slug
    while code in taken:
        number += 1
        end = f"-{number}"
        code = slug[: LONGEST_CODE - len(end)].rstrip("-") + end
    return code


def _lock(draft):
    """The draft, held, with all its items as they stand, in the order of the page."""
    draft = lock_draft(draft)
    items = list(draft.items.order_by("phase", "position", "pk"))
    for item in items:
        item.template_version = draft
    return draft, items


def _same(items, item):
    found = next((each for each in items if each.pk == item.pk), None)
    if found is None:
        raise TakenAway
    return found


def _peers(items, phase):
    return [item for item in items if item.phase == phase]


def _renumber(rows, always=None):
    """Count the rows from 1, saving those whose place changes; new ones are saved elsewhere."""
    moved = []
    for position, row in enumerate(rows, 1):
        if row.position != position or row is always:
            row.position = position
            moved.append(row)
    save_all(TemplateItem, [row for row in moved if row.pk], ["phase", "position"])


def _set(row, wanted):
    """Put the values on the row, and tell whether any of them is new."""
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _columns(document):
    """The columns that a document of one item stands for. Raises BadInput, keyed by the path in it."""
    columns, errors = read_item(document)
    discipline = Discipline.objects.filter(code=document.get("discipline", "")).first()
    if discipline is None:
        errors = {"discipline": "Choose a discipline"} | errors
    if errors or discipline is None:
        raise BadInput(errors)
    return columns | {"discipline_id": discipline.pk}


def _reconcile(item, seen, replacing, wanted, by):
    if replacing:
        merging.leave_unchanged(item, seen, wanted, ITEM_WORDS)
        return merging.reconcile(item, replacing, wanted, by, ITEM_WORDS)
    return merging.reconcile(item, seen, wanted, by, ITEM_WORDS)


def _check_seen(item, seen, names, by):
    """Raise ChangedElsewhere if another person changed any of the columns since version `seen`."""
    if seen == item.version:
        return
    last = merging.last_change(merging.since(item, seen), names)
    if last is not None and last.history_user_id != by.pk:
        raise ChangedElsewhere(theirs=item, person=last.history_user, at=last.history_date)


def _check_code(draft, items, item, code):
    if code in RESERVED or code.startswith(RESERVED_START):
        raise BadInput({"code": f"“{code}” is reserved. Choose another code"})
    if any(each.code == code for each in items if each.pk != item.pk):
        raise BadInput({"code": f"Another item of this draft has the code “{code}”. Choose another"})


def _follow_code(items, was, code):
    """Let the items that name a code name the new one."""
    naming = [each for each in items if each.anchor_item == was or was in each.depends_on]
    for each in naming:
        each.anchor_item = code if each.anchor_item == was else each.anchor_item
        each.depends_on = [code if name == was else name for name in each.depends_on]
    save_all(TemplateItem, naming, ["anchor_item", "depends_on"])


def _first_discipline():
    first = Discipline.objects.order_by("position", "pk").values_list("pk", flat=True).first()
    if first is None:
        raise BadInput({"title": "There is no discipline yet to do it"})
    return first
