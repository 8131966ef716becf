"""The history with one row for each change, for those who compare many."""

from typing import NamedTuple

from .story import Entry


class Row(NamedTuple):
    """One field of one item, or of the case; without a field where the event changed none."""

    entry: Entry
    item: str = ""
    field: str = ""
    old: str = ""
    new: str = ""


def rows(entries):
    """The rows in the order of the entries; of one event first what the person did, then what followed."""
    return [row for entry in entries for row in _of(entry) or [Row(entry, entry.title)]]


def _of(entry):
    found = [Row(entry, entry.title, *change) for change in entry.changes]
    if entry.text:
        found.append(Row(entry, entry.title, "Text", "", entry.text))
    for effect in entry.effects:
        found += _followed(entry, effect) if effect.lines else [Row(entry, new=effect.summary)]
    return found


def _followed(entry, effect):
    if not effect.what:
        return [Row(entry, "", *line) for line in effect.lines]
    return [
        Row(entry, line.label, effect.what, *(effect.values or (line.old, line.new))) for line in effect.lines
    ]
