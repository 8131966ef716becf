"""An audit event and its history rows as bytes, the same on SQLite and on PostgreSQL.

A row's digest is SHA-256 over the canonical JSON of its table, its columns by name and their values: a moment
as UTC with microseconds, a UUID as 32 digits, a truth value as 0 or 1, JSON as its canonical text. An event's
digest is SHA-256 over the canonical JSON of [table, key, digest] of its own row and of each history row, by
table and key. Rows are read as the database holds them, past Django's readers, which would hide or refuse
what somebody has put there.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db import connection
from simple_history.utils import get_history_model_for_model

from ..models import AuditEvent
from .guard import tracked_models

MARK = 12
GONE = "(this column is gone)"

_EXPRESSIONS = {
    "sqlite": {
        "DateTimeField": ("replace({0}, ' ', 'T') || CASE length({0}) WHEN 19 THEN '.000000Z' ELSE 'Z' END"),
        "BooleanField": "+{0}",
    },
    "postgresql": {
        "DateTimeField": "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        "JSONField": "{0}::text",
        "BooleanField": "{0}::int",
        "UUIDField": "replace({0}::text, '-', '')",
        "GenericIPAddressField": "host({0})",
    },
}


class Line(NamedTuple):
    """One row of an event: its table, its key as text, its digest."""

    table: str
    key: str
    digest: str


@dataclass(frozen=True)
class SealedTable:
    """A table whose rows belong to audit events; `kinds` is column to its Django type, by column name."""

    name: str
    key: str
    event: str
    kinds: dict

    @classmethod
    def of(cls, model, *, event):
        kinds = {field.column: _kind(field) for field in model._meta.concrete_fields}
        return cls(model._meta.db_table, model._meta.pk.column, event, dict(sorted(kinds.items())))

    def lines(self, events, columns):
        """(event, line) of every row of these events, with the digest over these columns; one query."""
        head = canonical([self.name, columns])
        for event, key, values in self.rows(events, columns):
            yield event, Line(self.name, key, _sha256(head + canonical(values)))

    def rows(self, events, columns):
        """(event, key, values in the order of the columns) as the digests cover them; one query."""
        chosen = [self._read(name) for name in columns]
        select = ", ".join([self._read(self.event), self._read(self.key), *chosen])
        among = ", ".join(["%s"] * len(events))
        text = f"SELECT {select} FROM {self.name} WHERE {self.event} IN ({among})"  # noqa: S608  own names
        json_at = [at for at, name in enumerate(columns) if self.kinds.get(name) == "JSONField"]
        with connection.cursor() as cursor:
            cursor.execute(text, events)
            for event, key, *values in cursor:
                for at in json_at:
                    values[at] = _canonical_text(values[at])
                yield event, str(key), values

    def _read(self, column):
        """A column that a migration took away makes every row of the older links differ."""
        if column not in self.kinds:
            return f"'{GONE}'"
        return _EXPRESSIONS[connection.vendor].get(self.kinds[column], "{0}").format(column)


@cache
def sealed_tables():
    """The table of audit events and every history table, by name."""
    histories = [get_history_model_for_model(model) for model in tracked_models()]
    tables = [SealedTable.of(AuditEvent, event="id")]
    tables += [SealedTable.of(model, event="audit_event_id") for model in histories]
    return sorted(tables, key=attrgetter("name"))


def current_columns():
    """Table to its columns, as a link states what it covers."""
    return {table.name: list(table.kinds) for table in sealed_tables()}


def lines_of(events, columns):
    """Event (32 digits) to its lines, by table and key; one query a table. An event that is gone has none."""
    found: dict[str, list[Line]] = {event: [] for event in events}
    for table in sealed_tables():
        for event, line in table.lines(events, columns.get(table.name, list(table.kinds))):
            found[event].append(line)
    return {event: sorted(lines) for event, lines in found.items()}


def digest_of(lines):
    """The digest of a whole event."""
    return _sha256(canonical(lines))


def marks_of(lines):
    """The beginning of each row's digest, as the text that a link keeps."""
    tables = groupby(lines, key=attrgetter("table"))
    return canonical({name: {line.key: line.digest[:MARK] for line in rows} for name, rows in tables})


def canonical(value):
    """JSON with sorted keys, no spaces and nothing but ASCII; what JSON cannot say as Python's own text."""
    return _encoder.encode(value)


_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=repr)


@lru_cache(maxsize=4096)
def _canonical_text(text):
    """PostgreSQL keeps JSON by its meaning, SQLite its text; what is no JSON stays as it is."""
    if text is None:
        return None
    try:
        return canonical(json.loads(text, parse_float=_number))
    except ValueError:
        return text


def _number(text):
    """PostgreSQL writes 1e2 as 100."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _kind(field):
    while field.is_relation:
        field = field.target_field
    return field.get_internal_type()


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()
