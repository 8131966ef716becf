"""Everything that is recorded of one case in one zip, with a verifier that needs nothing but the zip."""

import hashlib
import json
from contextlib import ExitStack, closing
from functools import cached_property
from heapq import merge
from math import inf
from operator import itemgetter
from pathlib import Path
from tempfile import SpooledTemporaryFile
from urllib.parse import urlencode
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

from ..enums import Action
from ..models import AuditEvent, Seal
from .anchors import read_anchors
from .digests import canonical, current_columns, sealed_tables
from .export import CHUNK, IN_MEMORY, finished, moment, told, write
from .recording import record_event
from .seal import GENESIS, last_link
from .verify import stretches

BATCH = 200
MOST_LINKS = 50_000
OFFLINE = Path(__file__).parent / "offline"
SAME_TIME = (1980, 1, 1, 0, 0, 0)


class Bundle:
    """What is recorded of a case until now, newest first in `entries`; what happens meanwhile is left out."""

    def __init__(self, case, *, by):
        self.case, self.by, self.at = case, by, timezone.now()
        found = AuditEvent.objects.filter(case=case).order_by("at", "id")
        self.events = [pk.hex for pk in found.values_list("pk", flat=True)]
        known = set(self.events)
        links = Seal.objects.filter(event__case=case).order_by("sequence")
        self.links = [link for link in links.defer("columns") if link.event_id.hex in known]
        self.head = last_link()
        self.anchors = read_anchors().by_sequence
        entries = told(AuditEvent.objects.filter(case=case))
        self.entries = [entry for entry in entries if entry.event.pk.hex in known]
        self.rows = 0

    @cached_property
    def open(self):
        """Events that are not sealed yet."""
        sealed = {link.event_id.hex for link in self.links}
        return [event for event in self.events if event not in sealed]

    @cached_property
    def span(self):
        """The first and the last of the links between the case's and on to an anchor, MOST_LINKS at most."""
        if not self.links:
            return None
        newest = self.links[-1].sequence
        last = min((each for each in self.anchors if each >= newest), default=newest)
        return max(self.links[0].sequence, last - MOST_LINKS + 1), last

    def zipped(self, page):
        """The zip, to be read and closed, once that is recorded; `page` is the case as HTML."""
        with ExitStack() as stack:
            file = stack.enter_context(SpooledTemporaryFile(max_size=IN_MEMORY))
            self._fill(file, page)
            said = f"Case bundle, {len(self.events)} events, SHA-256 {_sha256_of(file)}"
            record_event(action=Action.EXPORT, by=self.by, case=self.case, reason=said)
            stack.pop_all()
        file.seek(0)
        return file

    def _fill(self, file, page):
        with ZipFile(file, "w") as archive:
            sums = {name: self._put(archive, name, pieces) for name, pieces in self._files(page)}
            self._put(archive, "manifest.json", [json.dumps(self._manifest(sums), indent=1).encode()])

    def _files(self, page):
        yield "README.txt", [(OFFLINE / "README.txt").read_bytes()]
        yield "case.html", [page.encode()]
        yield "history.csv", self._history("csv")
        yield "history.jsonl", self._history("jsonl")
        yield "rows.jsonl", _lines(self._rows())
        yield "seals.jsonl", _lines(merge(self._own_links(), self._other_links(), key=itemgetter("sequence")))
        yield "anchors.jsonl", _lines(self._anchors())
        yield "verify.py", [(OFFLINE / "verify.py").read_bytes()]

    def _put(self, archive, name, pieces):
        """Add a file, always of the same time, and give its digest."""
        info, digest = ZipInfo(f"{self.case.reference}-bundle/{name}", SAME_TIME), hashlib.sha256()
        info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
        with archive.open(info, "w") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        return digest.hexdigest()

    def _history(self, form):
        asked = {"words": f"Case: {self.case.reference}", "query": urlencode({"q": self.case.reference})}
        with closing(finished(write(self.entries, form), form=form, **asked, at=self.at, by=self.by)) as made:
            yield from made

    def _rows(self):
        """Each row with the columns and values that its digest covers; events in the order of the chain."""
        for first, after, columns in stretches():
            here = [link for link in self.links if first <= link.sequence < (after or inf)]
            yield from self._rows_of([link.event_id.hex for link in here], columns)
        yield from self._rows_of(self.open, current_columns())

    def _rows_of(self, events, columns):
        for start in range(0, len(events), BATCH):
            batch = events[start : start + BATCH]
            found: dict[str, list[dict]] = {event: [] for event in batch}
            for table in sealed_tables():
                names = columns.get(table.name, list(table.kinds))
                for event, key, values in table.rows(batch, names):
                    row = dict(zip(names, values, strict=True))
                    found[event].append({"event": event, "table": table.name, "key": key, "row": row})
            for rows in found.values():
                self.rows += len(rows)
                yield from sorted(rows, key=itemgetter("table", "key"))

    def _own_links(self):
        """The case's links in full, each with the chain as it stood before it."""
        before = [link.sequence - 1 for link in self.links]
        chains = dict(Seal.objects.filter(sequence__in=before).values_list("sequence", "chain"))
        for link in self.links:
            yield {
                "sequence": link.sequence,
                "event": link.event_id.hex,
                "digest": link.digest,
                "previous": chains.get(link.sequence - 1, GENESIS if link.sequence == 1 else None),
                "chain": link.chain,
                "marks": link.marks,
            }

    def _other_links(self):
        """The links between, without anything of what they are about."""
        own, names = {link.sequence for link in self.links}, ("sequence", "digest", "chain")
        found = (
            Seal.objects.filter(sequence__range=self.span or (0, 0)).order_by("sequence").values_list(*names)
        )
        for values in found.iterator():
            if values[0] not in own:
                yield dict(zip(names, values, strict=True))

    def _anchors(self):
        """Those of links that are in the bundle."""
        first, last = self.span or (1, 0)
        own = {link.sequence for link in self.links}
        for sequence in sorted(self.anchors):
            if sequence in own or first <= sequence <= last:
                yield from (anchor._asdict() for anchor in self.anchors[sequence])

    def _manifest(self, sums):
        first, last = self.span or (None, None)
        apart = sum(link.sequence < first for link in self.links) if first else 0
        return {
            "case": self.case.reference,
            "made": moment(self.at),
            "by": str(self.by),
            "events": len(self.events),
            "rows": self.rows,
            "not_sealed_yet": self.open,
            "links": {"first": first, "last": last, "apart": apart},
            "chain": self.head and {"sequence": self.head.sequence, "chain": self.head.chain},
            "files": sums,
        }


def _lines(values):
    for value in values:
        yield f"{canonical(value)}\n".encode()


def _sha256_of(file):
    file.seek(0)
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(CHUNK), b""):
        digest.update(piece)
    return digest.hexdigest()
