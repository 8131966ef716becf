"""Two people on one item: what merges, and what must be shown to both."""

from itertools import pairwise

from ..audit import timeline
from .exceptions import BadInput, ChangedElsewhere

CLINICAL = ("status", "response", "reason_id", "reason_text", "settled_at")
WORDS = {
    CLINICAL: "the status",
    ("note",): "the note",
    ("assignee_id",): "who it is assigned to",
    ("due_given",): "the due time",
}
TOGETHER = tuple(WORDS)
BY_PERSONS = tuple(name for group in TOGETHER for name in group)
OTHER_WINDOW = "You also changed this in another window."
OUT_OF_DATE = "This page is out of date. Reload it and try again."


def reconcile(item, seen, wanted, by, words=WORDS):
    """Compare what was wanted with what happened since version `seen`; return in words what was kept.

    `wanted` is column to value, `words` names each group of columns that stand or fall together. What the
    person left alone is taken out of `wanted` where it has changed since.
    Raises ChangedElsewhere where both changed the same group, unless the last change was the person's own,
    in another window.
    """
    if seen == item.version:
        return []
    rows = since(item, seen)
    said = [_settle_group(item, rows, group, wanted, by, words[group]) for group in words]
    return list(dict.fromkeys(each for each in said if each))


def leave_unchanged(item, seen, wanted, words):
    """Take out of `wanted` every group that the person left as version `seen` had it."""
    base = since(item, seen)[0]
    for group in words:
        if all(wanted[name] == getattr(base, name) for name in group if name in wanted):
            for name in group:
                wanted.pop(name, None)


def since(row, seen):
    """Its history from version `seen` on, oldest first; BadInput where it never had that version."""
    rows = timeline.changes_since(row, seen - 1)
    if not rows or rows[0].version != seen:
        raise BadInput({"version": OUT_OF_DATE})
    return rows


def last_change(rows, names):
    """The newest of these history rows, oldest first, that changed any of the columns; None for none."""
    return next((row for before, row in reversed([*pairwise(rows)]) if differ(before, row, names)), None)


def differ(one, other, names):
    return any(getattr(one, name) != getattr(other, name) for name in names)


def _settle_group(item, rows, group, wanted, by, words):
    last = last_change(rows, group)
    if last is None:
        return ""
    mine = {name: wanted[name] for name in group if name in wanted}
    is_own = last.history_user_id == by.pk
    if all(value == getattr(rows[0], name) for name, value in mine.items()):
        for name in mine:
            del wanted[name]
        return OTHER_WINDOW if is_own else _kept(last, words)
    if all(value == getattr(item, name) for name, value in mine.items()):
        return ""
    if is_own:
        return OTHER_WINDOW
    raise ChangedElsewhere(theirs=item, person=last.history_user, at=last.history_date)


def _kept(last, words):
    return f"{last.history_user or 'The system'} changed {words} meanwhile; that was kept."
