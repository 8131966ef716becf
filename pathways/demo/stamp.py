"""Stamps copies of written cases, each with its whole history, past the guard: for benchmarks alone.

A copy takes new ids, a reference, a distance in whole days and perhaps another team with its people; all else
is as in the case that it is stamped from. Dates within its answers move along.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from operator import itemgetter
from random import Random
from typing import Any
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, models, transaction
from simple_history.utils import get_history_model_for_model

from pathways.audit import guard
from pathways.models import (
    AuditEvent,
    Case,
    CasePhase,
    ChecklistItem,
    Comment,
    PhaseProgress,
    ReferenceCounter,
    Team,
    User,
)

AT_ONCE = 100
DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
WITH_HISTORY = (Case, CasePhase, ChecklistItem, Comment)
LIVE = (*WITH_HISTORY, PhaseProgress)
HISTORIES = {get_history_model_for_model(model): model for model in WITH_HISTORY}
TABLES: list[Any] = [Case, AuditEvent, *LIVE[1:], *HISTORIES]
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisunique AND i.indrelid = ANY(%s::regclass[])
"""
ESCAPED = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}

Make = Callable[["Stamp"], Any]
Write = Callable[[Any], Any]
Kind = tuple[tuple[Any, Any], Make | None]


class Mould:
    """A case as rows of slots: `fixed` has what its copies share, `made` what each of them makes anew."""

    def __init__(self, case: Case) -> None:
        self.case, self.write = case, _writer()
        self.fixed: list[Any] = []
        self.made: list[tuple[int, Make]] = []
        self.slots: dict[Any, int] = {}
        self.rows = {model: list(self._rows(model)) for model in TABLES}

    def _rows(self, model: Any) -> Iterator[Callable[[list[Any]], tuple[Any, ...]]]:
        """One for each row: what picks its values from those of all slots."""
        own = "id" if HISTORIES.get(model, model) is Case else "case"
        fields = model._meta.concrete_fields
        found = model.objects.filter(**{own: self.case.pk}).order_by("pk")
        for place, row in enumerate(found.values_list(*(each.attname for each in fields))):
            slots = [self._slot(model, *pair, place) for pair in zip(fields, row, strict=True)]
            yield itemgetter(*slots)

    def _slot(self, model: Any, column: models.Field, value: Any, place: int) -> int:
        key, make = _kind(model, column, value, place)
        if key not in self.slots:
            self.slots[key] = len(self.fixed)
            if make:
                self.made.append((len(self.fixed), make))
            self.fixed.append(None if make else self.write(key[1]))
        return self.slots[key]


def _kind(model: Any, column: models.Field, value: Any, place: int) -> Kind:
    """What the value is, so that the same stays the same; how a copy makes its own, None where it is kept."""
    target = column.related_model
    live = HISTORIES.get(model) if column.name == "id" else target
    if value is None:
        return (None, None), None
    if AuditEvent in (model if column.primary_key else None, target):
        return (AuditEvent, value), lambda stamp: f"{stamp.chance.getrandbits(128):032x}"
    if column.primary_key:
        return (model, value), lambda stamp: stamp.write(stamp.first[model] + place)
    if live in LIVE:
        return (live, value), None
    if target in SWAPPED:
        return (target, value), lambda stamp: stamp.write(SWAPPED[target](stamp.copy, value))
    if column.name == "reference":
        return ("reference", value), lambda stamp: stamp.copy.reference
    if isinstance(value, datetime):
        return ("moment", value), lambda stamp: stamp.write(value + stamp.distance)
    if isinstance(column, models.JSONField):
        return _answer(json.dumps(value))
    return (type(value), value), None


def _answer(text: str) -> Kind:
    if not DATE.search(text):
        return (str, text), None
    return ("dates", text), lambda stamp: DATE.sub(stamp.moved, str(stamp.write(text)))


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One case to be; `people` maps ids of users to those who stand for them in another team."""

    mould: Mould
    reference: str
    days: int = 0
    team: int | None = None
    people: Mapping[int, int] = field(default_factory=dict)


SWAPPED: Mapping[Any, Callable[[Copy, int], int]] = {
    User: lambda copy, person: copy.people.get(person, person),
    Team: lambda copy, team: copy.team or team,
}


@dataclass(frozen=True)
class Stamp:
    """What one copy's values are made with; `first` is the first id that each table has free."""

    copy: Copy
    first: Mapping[Any, int]
    chance: Random
    write: Write
    distance: timedelta

    def moved(self, found: re.Match[str]) -> str:
        return (date.fromisoformat(found[0]) + self.distance).isoformat()

    def values(self) -> list[Any]:
        values = self.copy.mould.fixed.copy()
        for slot, make in self.copy.mould.made:
            values[slot] = make(self)
        return values


def stamp(copies: Iterable[Copy], *, seed: int = 1, done: Callable[[], None] = lambda: None) -> None:
    """Insert the copies in one transaction, with the guard down; `done` is called after each.

    Whatever stops it takes every copy back, and the guard stands as before.
    """
    with _unguarded():
        first = {model: _free_id(model) for model in (*LIVE, *HISTORIES)}
        chance, waiting = Random(seed), iter(copies)
        while batch := list(islice(waiting, AT_ONCE)):
            _write(batch, first, chance, done)
        _go_on_numbering()


def _free_id(model: Any) -> int:
    return 1 + (model.objects.aggregate(top=models.Max("pk"))["top"] or 0)


def _write(batch: list[Copy], first: dict[Any, int], chance: Random, done: Callable[[], None]) -> None:
    rows: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    write = _writer()
    for copy in batch:
        values = Stamp(copy, first, chance, write, timedelta(days=copy.days)).values()
        for model, picks in copy.mould.rows.items():
            rows[model] += [pick(values) for pick in picks]
            if model in first:
                first[model] += len(picks)
        done()
    for model in TABLES:
        _insert(model, rows[model])


def _insert(model: Any, rows: list[tuple[Any, ...]]) -> None:
    columns = [each.column for each in model._meta.concrete_fields]
    table = f"{model._meta.db_table} ({', '.join(columns)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as into:
                into.write("".join(["\t".join(row) + "\n" for row in rows]))
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608  own names


def _writer() -> Write:
    """What puts a value as COPY takes it on PostgreSQL, or as SQLite keeps it."""
    return _for_copy if connection.vendor == "postgresql" else _for_sqlite


def _for_copy(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    return r"\N" if value is None else str(value).translate(ESCAPED)


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.hex if isinstance(value, UUID) else value


@contextmanager
def _unguarded() -> Iterator[None]:
    """One transaction; what came before is checked first, as a trigger that waits cannot be dropped.

    A superuser of PostgreSQL has its foreign keys stand aside too, which saves a third of the time.
    """
    with transaction.atomic():
        connection.check_constraints()
        guard.drop_triggers()
        _watch("replica")
        with _indexes_aside():
            yield
        _watch("origin")
        guard.install()


def _watch(role: str) -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        if cursor.fetchone()[0]:
            cursor.execute(f"SET LOCAL session_replication_role = {role}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def _indexes_aside() -> Iterator[None]:
    """Indexes made at the end cost PostgreSQL half of what they cost row by row."""
    if connection.vendor != "postgresql":
        yield
        return
    tables = [model._meta.db_table for model in TABLES]
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, [tables])
        found = dict(cursor.fetchall())
        for name in found:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for statement in found.values():
            cursor.execute(statement)


def _go_on_numbering() -> None:
    """Neither PostgreSQL's sequences nor the counters of references see what was given here."""
    counters = ReferenceCounter._meta.db_table
    digits = "CAST(SUBSTR(reference, LENGTH(prefix) + 2) AS INTEGER)"
    last = f"SELECT MAX({digits}) FROM {Case._meta.db_table} WHERE reference LIKE prefix || '-%'"  # noqa: S608
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [*LIVE, *HISTORIES]):
            cursor.execute(statement)
        cursor.execute(f"UPDATE {counters} SET last = COALESCE(({last}), last)")  # noqa: S608  own names
