"""The case fields, instruments, sources and notes of a draft, added, changed, moved and taken out one by one.

`kind` is the column that holds them. What anything in the draft names can neither go nor be renamed.
"""

from itertools import pairwise

from django.db import transaction

from ..audit.recording import recording
from ..enums import Action
from ..interop.draft_entries import broken_rules, read_entry, uses_of
from ..permissions import Permission, require
from .exceptions import BadInput, ChangedElsewhere
from .merging import since
from .template_life import lock_draft

NOUNS = {"case_fields": "case field", "instruments": "instrument", "sources": "source", "notes": "note"}
MOST_ENTRIES = 200
MOST_NAMED = 5


@transaction.atomic
def save_entry(*, by, draft, kind, entry, seen, code="", token=None):
    """Add the entry, or put it in the place of the one with this code; what others changed beside it stays.

    `entry` is as a file says it, `seen` the version of the draft that the form was rendered from. Raises
    BadInput with a text for each part of the entry, and ChangedElsewhere where another changed the same one.
    """
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token):
        draft = lock_draft(draft)
        new = _read(draft, kind, entry)
        _see_that_it_stands(draft, kind, code, seen, by, wanted=new)
        entries = getattr(draft, kind)
        wanted = [new if each["code"] == code else each for each in entries]
        if _entry(draft, kind, code) is None:
            wanted.append(new)
        _check_codes(wanted, kind)
        if code not in ("", new["code"]):
            _check_unused(draft, kind, code, "have another code")
        _check_rules(draft, kind, wanted)
        _store(draft, kind, wanted)
    return draft


@transaction.atomic
def remove_entry(*, by, draft, kind, code, seen, token=None):
    """Take the entry out; one that is gone already stays so. Raises as `save_entry` does."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token):
        draft = lock_draft(draft)
        _see_that_it_stands(draft, kind, code, seen, by, wanted=None)
        _check_unused(draft, kind, code, "be taken out")
        _store(draft, kind, [each for each in getattr(draft, kind) if each["code"] != code])
    return draft


@transaction.atomic
def move_entry(*, by, draft, kind, code, step, token=None):
    """Move the entry by `step` places, -1 or 1; at the end of the list it stays where it is."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.EDIT_DRAFT, token=token):
        draft = lock_draft(draft)
        entries = list(getattr(draft, kind))
        place = next((number for number, each in enumerate(entries) if each["code"] == code), None)
        if place is not None:
            entry = entries.pop(place)
            entries.insert(max(place + step, 0), entry)
            _store(draft, kind, entries)
    return draft


def _store(draft, kind, entries):
    if entries != getattr(draft, kind):
        setattr(draft, kind, entries)
        draft.save()


def _read(draft, kind, entry):
    """The entry as it is stored; BadInput names the first part of each path that is wrong."""
    sources = [each["code"] for each in draft.sources]
    stored, found = read_entry(kind, entry, sources)
    errors: dict[str, str] = {}
    for path, text in found:
        lead = f"Line {path[1] + 1}: " if len(path) > 1 and isinstance(path[1], int) else ""
        errors.setdefault(str(path[0]) if path else "code", lead + text)
    if errors:
        raise BadInput(errors)
    return stored


def _see_that_it_stands(draft, kind, code, seen, by, *, wanted):
    """Raise ChangedElsewhere where someone else changed this entry since version `seen` to something else."""
    now = _entry(draft, kind, code)
    if not code or now == wanted or seen == draft.version:
        return
    rows = since(draft, seen)
    if _entry(rows[0], kind, code) == now:
        return
    last = next(
        row
        for before, row in reversed([*pairwise(rows)])
        if _entry(before, kind, code) != _entry(row, kind, code)
    )
    if last.history_user_id != by.pk:
        raise ChangedElsewhere(theirs=draft, person=last.history_user, at=last.history_date)


def _entry(row, kind, code):
    return next((each for each in getattr(row, kind) if each["code"] == code), None)


def _check_codes(entries, kind):
    codes = [each["code"] for each in entries]
    if len(set(codes)) < len(codes):
        raise BadInput({"code": f"Another {NOUNS[kind]} has this code. Choose another."})
    if len(codes) > MOST_ENTRIES:
        raise BadInput({"code": f"A draft holds {MOST_ENTRIES} at most."})


def _check_unused(draft, kind, code, what):
    uses = uses_of(kind, code, draft, _items(draft))
    if uses:
        named = _named([use.title for use in uses])
        raise BadInput({"code": f"It cannot {what} while it is used by {named}."})


def _check_rules(draft, kind, wanted):
    """No rule of an item may lose the field or the choice that it names, nor the type that it compares."""
    if kind != "case_fields":
        return
    broken = list(broken_rules(_items(draft), draft.case_fields, wanted))
    if broken:
        named = _named([item.title for item, _ in broken])
        raise BadInput({"code": f"The rule of {named} would not hold together. {broken[0][1]}."})


def _items(draft):
    return list(draft.items.filter(is_removed=False).order_by("phase", "position"))


def _named(titles):
    more = len(titles) - MOST_NAMED
    listed = ", ".join(f"“{title}”" for title in titles[:MOST_NAMED])
    return f"{listed} and {more} more" if more > 0 else listed
