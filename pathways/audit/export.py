"""Writes audit events out, as CSV for spreadsheets or as JSON Lines for programs.

A file is a header and what follows it; the header holds the SHA-256 of all bytes that follow.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import UTC
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

from ..enums import Action
from ..models.audit import LONGEST_REASON
from . import timeline
from .recording import record_event

MOST_AT_ONCE = 10_000
PAGE = 200
IN_MEMORY = 1_000_000
CHUNK = 64 * 1024

COLUMNS = (
    "time", "person", "role", "action", "sentence", "case", "template_version", "team", "item", "occurrence",
    "field", "old", "new", "reason", "comment", "followed", "source", "address", "event", "undoes",
    "restores",
)  # fmt: skip
NAMES = ("Filter", "Query", "Time", "Person", "Events", "Rows", "SHA-256")
BOM = "\ufeff"  # without it spreadsheets take UTF-8 for something else

# What a spreadsheet calculates, also after white space and as a full-width character.
FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


class About(NamedTuple):
    """What a header says; `rows` counts the lines of JSON, or of CSV below its line of names."""

    filter: str
    query: str
    time: str
    person: str
    events: int
    rows: int
    sha256: str


class Body:
    """What follows the header: a temporary file, in memory while it is small, that knows its digest."""

    def __init__(self):
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  whoever reads it closes it
        self.events = self.rows = 0
        self._digest = hashlib.sha256()

    def write(self, text):
        data = text.encode()
        self._digest.update(data)
        self.file.write(data)

    @property
    def sha256(self):
        return self._digest.hexdigest()

    def close(self):
        self.file.close()


class Export:
    """A finished file, to be read once and closed."""

    def __init__(self, about, header, body):
        self.about, self._header, self._body = about, header.encode(), body
        self.size = len(self._header) + body.file.tell()

    def __iter__(self):
        yield self._header
        self._body.file.seek(0)
        yield from iter(lambda: self._body.file.read(CHUNK), b"")

    def close(self):
        self._body.close()


def export(events, *, by, form, words, query=""):
    """The events in a form of FORMS, newest first, once that is recorded; `words` and `query` are the filter.

    A few queries for PAGE events, and memory for as many. Without its audit event there is no export.
    """
    with ExitStack() as stack:
        body = stack.enter_context(closing(write(told(events), form)))
        said = f"{form}, {body.events} events in {body.rows} rows, SHA-256 {body.sha256}. {words}"
        event = record_event(action=Action.EXPORT, by=by, reason=said[:LONGEST_REASON])
        stack.pop_all()
    return finished(body, form=form, words=words, query=query, at=event.at, by=by)


def write(entries, form):
    """What follows the header."""
    with ExitStack() as stack:
        body = stack.enter_context(closing(Body()))
        FORMS[form].write(entries, body)
        stack.pop_all()
    return body


def finished(body, *, form, words, query, at, by):
    about = About(words, query, moment(at), str(by), body.events, body.rows, body.sha256)
    return Export(about, FORMS[form].header(about), body)


def told(events):
    """Each event as the history tells it, newest first, page by page; what happens meanwhile is left out."""
    events, place = events.select_related("team"), None
    while place != "":
        story = timeline.review(events, before=place and timeline.read_place(place), limit=PAGE)
        yield from story.entries
        place = story.older


def moment(at):
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def record_of(entry):
    """An event as JSON Lines hold it."""
    event, item = entry.event, entry.item
    return {
        "time": moment(event.at),
        "person": str(event.actor or ""),
        "person_id": event.actor_id,
        "role": event.role,
        "action": event.action,
        "sentence": f"{entry.who} {entry.sentence}",
        "case": event.case.reference if event.case else "",
        "template_version": entry.version,
        "team": event.team.code if event.team else "",
        "item": item.code if item else "",
        "occurrence": item.occurrence if item else None,
        "changes": _changes(entry.changes),
        "reason": event.reason,
        "comment": entry.text,
        "effects": [
            {"summary": effect.summary, "changes": _changes(effect.lines)} for effect in entry.effects
        ],
        "source": event.source,
        "address": event.address,
        "event": event.pk.hex,
        "undoes": event.undoes_id and event.undoes_id.hex,
        "restores": event.restores_id and event.restores_id.hex,
    }


def _changes(changes):
    return [{"field": change.label, "old": change.old, "new": change.new} for change in changes]


def safe(value):
    """A cell that no spreadsheet calculates: what looks like a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def _rows_of(record):
    """A line for each change and for each part of what followed from it; at least one."""
    blank = {"field": "", "old": "", "new": ""}
    parts = [change | {"followed": ""} for change in record["changes"]]
    for effect in record["effects"]:
        parts += [line | {"followed": effect["summary"]} for line in effect["changes"] or [blank]]
    for part in parts or [blank | {"followed": ""}]:
        row = record | part
        yield [safe(row[name]) for name in COLUMNS]


def _write_csv(entries, body):
    sheet = csv.writer(body)
    sheet.writerow(COLUMNS)
    for entry in entries:
        rows = list(_rows_of(record_of(entry)))
        sheet.writerows(rows)
        body.events += 1
        body.rows += len(rows)


def _write_json(entries, body):
    for entry in entries:
        body.write(_line(record_of(entry)))
        body.events += 1
        body.rows += 1


def _line(value):
    return json.dumps(value, ensure_ascii=False) + "\n"


def _csv_header(about):
    """A line for each name and value, and an empty one: what the digest is of begins on line 10."""
    text = io.StringIO(newline="")
    values = [safe(" ".join(str(value).split())) for value in about]
    csv.writer(text).writerows([("Audit history", ""), *zip(NAMES, values, strict=True), ()])
    return BOM + text.getvalue()


def _json_header(about):
    return _line({"export": about._asdict()})


class Form(NamedTuple):
    """How a file is written, and what it says it is."""

    content_type: str
    header: Callable
    write: Callable


FORMS = {
    "csv": Form("text/csv; charset=utf-8", _csv_header, _write_csv),
    "jsonl": Form("application/jsonl", _json_header, _write_json),
}
