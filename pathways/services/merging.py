"""Two people on one item: what merges, and what must be shown to both."""

import itertools

from ..audit import timeline
from .exceptions import BadInput, ChangedElsewhere

CLINICAL = ("status", "response", "reason_id", "reason_text")
TOGETHER = (CLINICAL, ("note",), ("assignee_id",))
WORDS = {CLINICAL: "the status", ("note",): "the note", ("assignee_id",): "who it is assigned to"}
BY_PERSONS = tuple(name for group in TOGETHER for name in group)


def reconcile(item, seen, wanted, by):
    """Compare what was wanted with what others did since version `seen`; return in words what was kept.

    Takes out of `wanted` what only others changed. A clinical status is never merged: its fields stand
    or fall together. Raises ChangedElsewhere where both changed the same.
    """
    if seen == item.version:
        return []
    base = timeline.at_version(item, seen)
    if base is None:
        raise BadInput({"version": "This page is out of date. Reload it and try again."})
    rows = [base, *timeline.changes_since(item, seen)]
    touching = [row for before, row in itertools.pairwise(rows) if differ(before, row, BY_PERSONS)]
    others = [row for row in touching if row.history_user_id != by.pk]
    kept = [_settle_group(item, base, group, wanted, others) for group in TOGETHER]
    if touching and not others:
        return ["You also changed this in another window."]
    return [words for words in kept if words]


def _settle_group(item, base, group, wanted, others):
    mine = {name: value for name, value in _columns(wanted).items() if name in group}
    if not others or not differ(base, item, group):
        return ""
    i_changed = any(value != getattr(base, name) for name, value in mine.items())
    if not i_changed:
        for name in group:
            wanted.pop("reason" if name == "reason_id" else name, None)
        person = others[-1].history_user
        return f"{person or 'The system'} changed {WORDS[group]} meanwhile; that was kept."
    if any(value != getattr(item, name) for name, value in mine.items()):
        last = others[-1]
        raise ChangedElsewhere(theirs=item, wanted=wanted, person=last.history_user, at=last.history_date)
    return ""


def _columns(wanted):
    columns = dict(wanted)
    if "reason" in columns:
        columns["reason_id"] = columns.pop("reason") and wanted["reason"].pk
    return columns


def differ(one, other, names):
    return any(getattr(one, name) != getattr(other, name) for name in names)
