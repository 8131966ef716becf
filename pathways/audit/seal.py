"""Seals what happened: each audit event with its history rows joins an HMAC-SHA-256 chain after its commit.

chain = HMAC(key, "previous chain|sequence|digest"), in hexadecimal digits; the first link follows GENESIS.
"""

import hashlib
import hmac
import threading
import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from ..enums import Source
from ..models import AuditEvent, Seal
from .anchors import write_anchor
from .digests import current_columns, digest_of, lines_of, marks_of

GENESIS = "genesis"
BATCH = 200
LOOK_BACK = timedelta(hours=1)
ANCHOR_SECONDS = 60
_TURN = 7_325_120_406  # any number that no other advisory lock of this database has

log = structlog.get_logger(__name__)


def link(previous, sequence, digest):
    """The chain at a link."""
    said = f"{previous}|{sequence}|{digest}".encode()
    return hmac.new(settings.SEAL_KEY.encode(), said, hashlib.sha256).hexdigest()


def open_events(since=None):
    """Events that are not sealed yet, in the order in which they will be; all of them, or those since."""
    events = AuditEvent.objects.filter(~Exists(Seal.objects.filter(event=OuterRef("pk"))))
    return (events.filter(at__gte=since) if since else events).order_by("at", "id")


def seal_all(since=None):
    """Seal what is open, in batches; how many events joined the chain.

    Rows are read and digested outside the turn, because they never change; saves wait for the insert alone.
    """
    count = 0
    while batch := list(open_events(since).values_list("pk", "at")[:BATCH]):
        columns, since = current_columns(), batch[-1][1]
        read = lines_of([pk.hex for pk, _ in batch], columns)
        ready = {
            event: {"digest": digest_of(lines), "marks": marks_of(lines)} for event, lines in read.items()
        }
        count += _join(ready, columns)
    return count


def last_link():
    return Seal.objects.only("sequence", "chain").order_by("-sequence").first()


def anchor(added):
    """Write down where the chain stands, unless there is none yet; raises OSError."""
    if last := last_link():
        write_anchor(last.sequence, last.chain, added)
    return last


@transaction.atomic
def _join(ready, columns):
    """Add a link for each event that no other process has sealed in the meantime."""
    _take_turn()
    taken = {pk.hex for pk in Seal.objects.filter(event__in=ready).values_list("event_id", flat=True)}
    last = last_link()
    sequence, chain = (last.sequence, last.chain) if last else (0, GENESIS)
    said = columns if columns != _columns_said() else None
    links = []
    for event in (each for each in ready if each not in taken):
        sequence, chain = sequence + 1, link(chain, sequence + 1, ready[event]["digest"])
        links.append(Seal(sequence=sequence, event_id=event, chain=chain, columns=said, **ready[event]))
        said = None
    return len(Seal.objects.bulk_create(links))


def _take_turn():
    """One sealer at a time; on SQLite the transaction itself began as the only writer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _columns_said():
    """What the newest link covers."""
    said = Seal.objects.filter(columns__isnull=False).order_by("-sequence")
    return said.values_list("columns", flat=True).first()


class Background:
    """Seals a moment after a commit, in at most one thread of this process, and never in a person's way."""

    def __init__(self):
        self._lock = threading.Lock()
        self._is_wanted = self._is_running = False
        self._caught_up_at: datetime | None = None
        self._anchored_at = float("-inf")

    def soon(self):
        """Return at once; what was committed until then is sealed after SEAL_AFTER_SECONDS."""
        with self._lock:
            self._is_wanted = True
            if not self._is_running:
                threading.Thread(target=self._run, name="sealing", daemon=True).start()
                self._is_running = True

    def _run(self):
        while self._goes_on():
            time.sleep(settings.SEAL_AFTER_SECONDS)
            with self._lock:
                self._is_wanted = False
            self._seal()

    def _goes_on(self):
        with self._lock:
            self._is_running = self._is_wanted
            return self._is_running

    def _seal(self):
        """After its first run it looks back an hour only: `seal_history` finds what a failure left behind."""
        began = timezone.now()
        try:
            sealed = seal_all(since=self._caught_up_at and self._caught_up_at - LOOK_BACK)
            self._caught_up_at = began
            if sealed and time.monotonic() > self._anchored_at + ANCHOR_SECONDS:
                anchor(sealed)
                self._anchored_at = time.monotonic()
        except Exception:
            log.exception("sealing failed")
        finally:
            connection.close()


background = Background()


def seal_after_commit(event):
    """For the web alone: commands seal by `seal_history`. A failure is logged and reaches nobody."""
    if settings.SEAL_AFTER_SECONDS and event.source in (Source.WEB, Source.SIGN_IN):
        transaction.on_commit(background.soon, robust=True)
