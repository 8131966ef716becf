"""Recomputes the chain from the rows as they are now, and names what no longer holds."""

import json
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Min

from ..models import AuditEvent, Seal
from .anchors import read_anchors
from .digests import MARK, current_columns, digest_of, lines_of, marks_of, sealed_tables
from .seal import GENESIS, link, open_events

BATCH = 500
ENOUGH = 20
NO_ANCHORS = "There are no anchors: a chain that was cut at its end, or rewritten with its key, looks whole."


class Finding(NamedTuple):
    """What no longer holds, and at which link (0 for none)."""

    sequence: int
    said: str


class Verification:
    """One walk along the chain; it stops at the twentieth finding. Reads only, in batches of 500 links."""

    def __init__(self):
        self.anchors = read_anchors()
        self.notes = list(self.anchors.unread)
        self.findings = []
        self.links = self.rows = 0
        self.sequence, self.chain = 0, GENESIS

    def run(self):
        for seal, lines in _sealed():
            self._follow(seal, lines)
            if len(self.findings) >= ENOUGH:
                self.notes.append(f"Stopped at link {seal.sequence}: that is enough.")
                return self
        self._end()
        self._find_strays()
        return self

    def open(self):
        """How many events are not sealed yet, and when the oldest of them happened."""
        found = open_events().order_by().aggregate(count=Count("pk"), oldest=Min("at"))
        return found["count"], found["oldest"]

    def _find(self, sequence, said):
        self.findings.append(Finding(sequence, said))

    def _follow(self, seal, lines):
        if seal.sequence != self.sequence + 1:
            self._find(seal.sequence, f"{_links(self.sequence + 1, seal.sequence - 1)} missing before it")
        for said in _differences(seal, lines):
            self._find(seal.sequence, f"event {seal.event_id.hex}: {said}")
        if seal.sequence == self.sequence + 1 and link(self.chain, seal.sequence, seal.digest) != seal.chain:
            self._find(seal.sequence, "it does not follow from the link before it")
        for anchor in self.anchors.by_sequence.get(seal.sequence, []):
            if anchor.chain != seal.chain:
                self._find(seal.sequence, f"the anchor of {anchor.at} is of another chain: it was rewritten")
        self.sequence, self.chain = seal.sequence, seal.chain
        self.links += 1
        self.rows += len(lines)

    def _end(self):
        """Without an anchor nothing tells that a chain was once longer."""
        furthest = max(self.anchors.by_sequence, default=0)
        if furthest > self.sequence:
            at = self.anchors.by_sequence[furthest][0].at
            gone = _links(self.sequence + 1, furthest)
            self._find(self.sequence, f"the chain ends here: {gone} missing, known from the anchor of {at}")
        if self.links and not self.anchors.by_sequence:
            self.notes.append(NO_ANCHORS)

    def _find_strays(self):
        for table in sealed_tables():
            if key := _stray(table):
                self._find(0, f"{table.name} row {key} belongs to no audit event")


def _sealed():
    """Each link with the lines of its event as they are now."""
    for first, last, columns in stretches():
        links = Seal.objects.filter(sequence__gte=first).defer("columns").order_by("sequence")
        links = links.filter(sequence__lt=last) if last else links
        while batch := list(links[:BATCH]):
            lines = lines_of([seal.event_id.hex for seal in batch], columns)
            yield from ((seal, lines[seal.event_id.hex]) for seal in batch)
            links = links.filter(sequence__gt=batch[-1].sequence)


def stretches():
    """(first link, link after the last or None, columns) of each part of the chain that covers the same."""
    said = list(Seal.objects.filter(columns__isnull=False).order_by("sequence").values_list("pk", "columns"))
    starts = said if said and said[0][0] == 1 else [(1, current_columns()), *said]
    ends = [first for first, _ in starts[1:]] + [None]
    return [(first, last, columns) for (first, columns), last in zip(starts, ends, strict=True)]


def _differences(seal, lines):
    """In words, row by row, what of the event is not as it was sealed."""
    now, kept = marks_of(lines), seal.marks
    whole = digest_of(lines) == seal.digest
    if whole and now == kept:
        return []
    rows = _row_differences(_by_row(kept), _by_row(now))
    if whole:
        return ["the list of its rows was changed in the seal"]
    return rows or ["its digest was changed in the seal"]


def _row_differences(kept, now):
    found = []
    for row in sorted(kept.keys() | now.keys()):
        place = f"{row[0]} row {row[1]}"
        if row not in now:
            found.append(f"{place} is gone")
        elif row not in kept:
            found.append(f"{place} was added")
        elif kept[row] != now[row]:
            found.append(f"{place} was changed")
    return found


def _by_row(marks):
    """(table, key) to the beginning of its digest; a text that is none of ours holds no rows."""
    try:
        return {
            (table, key): str(mark)[:MARK]
            for table, rows in json.loads(marks).items()
            for key, mark in rows.items()
        }
    except (ValueError, AttributeError):
        return {}


def _stray(table):
    """The key of a row whose event is not there, or None."""
    events = AuditEvent._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {table.key} FROM {table.name} WHERE NOT EXISTS "  # noqa: S608  own names
            f"(SELECT 1 FROM {events} e WHERE e.id = {table.name}.{table.event}) LIMIT 1"
        )
        found = cursor.fetchone()
    return found and found[0]


def _links(first, last):
    return f"link {first} is" if first == last else f"links {first} to {last} are"
