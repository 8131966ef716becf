"""Folds a burst of one person on one case into one line."""

from dataclasses import dataclass
from datetime import timedelta

from ..enums import Action, ItemStatus, Phase
from .changes import counted
from .sentences import MARKED

LEAST = 3
APART = timedelta(minutes=10)
AT_ONCE = {
    Action.ASSIGN_ITEM: "assigned",
    Action.SET_DUE: "set the due time of",
    Action.UNDO: "undid the changes of",
}
WORDS = MARKED | {ItemStatus.DONE: ("completed", "")}


@dataclass(frozen=True)
class Fold:
    """Entries of one burst, newest first, of one person in one role on one phase of one case; or the parts
    of one change of many items, wherever they are.
    """

    entries: list

    @property
    def newest(self):
        return self.entries[0]

    @property
    def status(self):
        """The status that all of them gave; empty where it is not one."""
        given = {entry.status for entry in self.entries}
        return given.pop() if len(given) == 1 else ""

    @property
    def lead(self):
        items = {entry.item.id for entry in self.entries}
        if self.newest.event.part_of_id:
            return f"{self._did_at_once} {counted(len(items), 'item')} at once"
        where = f"{counted(len(items), 'item')} in {Phase(self.newest.item.phase).label}"
        if len(items) < len(self.entries):
            return f"made {len(self.entries)} changes to {where}"
        verb, tail = WORDS.get(self.status, ("updated", ""))
        return f"{verb} {where} {tail}".strip()

    @property
    def _did_at_once(self):
        if self.newest.event.action != Action.RECORD_ITEM:
            return AT_ONCE[self.newest.event.action]
        return " ".join(WORDS.get(self.status, ("updated", ""))).strip()

    @property
    def span(self):
        first, last = self.entries[-1].time, self.newest.time
        return f"at {first}" if first == last else f"{first} to {last}"

    @property
    def is_version_told(self):
        return any(entry.is_version_told for entry in self.entries)


def folded(entries):
    """The entries of a day in their order, with every run of LEAST or more as a Fold."""
    runs: list[list] = []
    for entry in entries:
        if runs and _goes_on(runs[-1][-1], entry):
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return [each for run in runs for each in ([Fold(run)] if len(run) >= LEAST else run)]


def _goes_on(newer, older):
    if whole := newer.event.part_of_id:
        same = whole == older.event.part_of_id and newer.event.action == older.event.action
        return same and _is_part(newer) and _is_part(older) and newer.event.case_id == older.event.case_id
    both = _may_fold(newer) and _may_fold(older)
    return both and _burst(newer) == _burst(older) and newer.at - older.at <= APART


def _is_part(entry):
    """Of a change of many items: a move of cases has parts as well, and tells each."""
    return entry.item and entry.event.action in (*AT_ONCE, Action.RECORD_ITEM)


def _may_fold(entry):
    """One that was undone since stands by itself, and so does what no person did."""
    event = entry.event
    stands = event.actor_id and entry.item and not (entry.undone or event.part_of_id)
    return event.action == Action.RECORD_ITEM and stands


def _burst(entry):
    """What all entries of a burst share."""
    event = entry.event
    return event.actor_id, entry.about, event.case_id, entry.item.phase, entry.is_new
