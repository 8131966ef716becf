"""Says what setting something back changes, in it and beside it, and where the history offers it."""

from urllib.parse import urlencode

from django.urls import reverse

from pathways import details
from pathways.audit.changes import counted
from pathways.enums import Action, ItemStatus, Phase
from pathways.models import ChecklistItem
from pathways.permissions import Permission, may
from pathways.services.merging import differ
from pathways.services.restoring import RECORDED
from pathways.views.words import reason_words, settled_words, shown_response

OF_ITEM = (Action.RECORD_ITEM, Action.RESTORE, Action.UNDO)
OF_DETAILS = (Action.UPDATE_DETAILS, Action.RESTORE, Action.UNDO)


def recorded(item, now):
    """Label and text of all that can be set back of an item."""
    return [
        ("Status", item.get_status_display()),
        ("Recorded", shown_response(item, item.case)),
        ("Reason", reason_words(item) if item.reason_id else ""),
        ("Who and when", settled_words(item, now)),
        ("Note", item.note),
    ]


def since_words(preview):
    """How often it was changed since, and by whom; empty where it was not."""
    if not preview.since:
        return ""
    people = list(dict.fromkeys(str(row.history_user or "the system") for row in preview.since))
    return f"{counted(len(preview.since), 'change')} since then, by {', '.join(people)}"


def consequences(preview):
    """Pairs of what would follow, and the items that it is about."""
    found = [
        (f"{counted(len(preview.on), 'item')} will begin to apply", preview.on),
        (f"{counted(len(preview.off), 'item')} will no longer apply", preview.off),
        (f"{counted(len(preview.moved), 'due time')} will move", preview.moved),
        ("A next occurrence will be added", preview.added),
        (f"{counted(len(_kept(preview)), 'answer')} will be kept all the same", _kept(preview)),
        ("A next occurrence has been worked on, and stays", _worked_on(preview)),
    ]
    said = [(words, [_named(each) for each in items]) for words, items in found if items]
    if preview.is_reopened:
        said.append((f"{Phase(preview.item.phase).label} will no longer be finished", []))
    return said


def _kept(preview):
    return [each for each in preview.off if each.status != ItemStatus.NOT_STARTED]


def _worked_on(preview):
    """The next occurrence, where the completion that it follows would be no more."""
    following = preview.following
    if following is None or following.status == ItemStatus.NOT_STARTED:
        return []
    return [following] * (preview.item.status not in (ItemStatus.DONE, ItemStatus.NOT_DONE))


def _named(item):
    number = f", occurrence {item.occurrence}" if item.occurrence > 1 else ""
    return f"{item.name}{number} ({item.get_phase_display()})"


def offer_restoring(entries, user, case, item=None):
    """Give each entry that left something else than stands now the address to set it back; one query.

    `item` is the one that the story is about: its case's opening left it empty.
    """
    if case.is_closed or not may(user, Permission.RECORD, case.team_id):
        return
    rows = {entry.item.id for entry in entries if entry.item and entry.event.action in OF_ITEM}
    live = case.items.in_bulk(rows) if rows else {}
    for entry in entries:
        if entry.event.action == Action.OPEN_CASE:
            entry.restore = _of_item(case, _as_opened(item), item) if item else _of_opening(case, entry.event)
        elif entry.item and entry.event.action in OF_ITEM:
            entry.restore = _of_item(case, entry.item, live.get(entry.item.id))
        elif entry.event.action in OF_DETAILS and not _stands(entry.changes, case):
            entry.restore = _of_details(case, entry.event)


def _as_opened(item):
    return ChecklistItem(code=item.code, occurrence=item.occurrence, version=1)


def _stands(changes, case):
    """Whether every field of the details reads now as these changes left it."""
    fields = case.template_version.case_fields
    now = {each["title"]: details.show(each, case.details.get(each["code"])) for each in fields}
    return all(now.get(each.label, each.new) == each.new for each in changes)


def _of_item(case, row, live):
    if live is None or not differ(live, row, RECORDED):
        return ""
    url = reverse("item_restore", args=[case.reference, row.code, row.occurrence])
    return f"{url}?{urlencode({'version': row.version})}"


def _of_opening(case, event):
    """A case that was never changed stands as it was opened."""
    return _of_details(case, event) if case.version > 1 else ""


def _of_details(case, event):
    url = reverse("case_detail_restore", args=[case.reference])
    return f"{url}?{urlencode({'event': event.pk})}"
