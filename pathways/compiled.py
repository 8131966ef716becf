"""Queries that a process puts together once, and asks again and again with other values.

Django takes longer to put most of our queries together (0.3 to 0.8 ms) than the database takes to answer
them: a third of the time of a case's page, and nearly half of a list's.
"""

import json
from copy import copy
from datetime import datetime
from functools import lru_cache, wraps
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import Expression, Field, Lookup, QuerySet, UUIDField
from django.db.transaction import TransactionManagementError

SHAPES = 64
_UUID = UUIDField()


class Given(Expression):
    """Where the value at this place goes."""

    def __init__(self, place):
        super().__init__()
        self.place = place

    def as_sql(self, compiler, connection):
        return "%s", [self]


@Field.register_lookup
class Among(Lookup):
    """`pk__among=ids`: one text for however many ids are given, where `pk__in` has a place for each."""

    lookup_name = "among"

    def as_sql(self, compiler, connection):
        return self._placed("{} IN (SELECT value FROM json_each({}))", compiler, connection)

    def as_postgresql(self, compiler, connection):
        return self._placed("{} = ANY({})", compiler, connection)

    def _placed(self, text, compiler, connection):
        left, of_left = self.process_lhs(compiler, connection)
        right, of_right = self.process_rhs(compiler, connection)
        return text.format(left, right), [*of_left, *of_right]


class _Kept(NamedTuple):
    rows: QuerySet
    compiler: object
    text: str
    places: tuple


def compiled(build):
    """Let the function answer with a list of what the queryset holds that `build` makes of its arguments.

    Positional arguments are values, other ones each time: numbers, texts, ids, moments, or for `among`
    collections of them. `build` gets a stand-in for each, and must not look at it, nor at a clock. None is
    refused, for nothing in SQL equals it; that a number fits its column is for the caller to see to.

    Named arguments are the query's shape: what is compared with JSON or with the beginning of a text, limits,
    sets of teams. The last SHAPES are kept, 100 KB each or less.
    """

    @lru_cache(maxsize=SHAPES)
    def put_together(number, **shape):
        rows = build(*map(Given, range(number)), **shape)
        compiler = rows.query.get_compiler(rows.db)
        text, places = compiler.as_sql()
        compiler.connection = None  # each thread has its own
        return _Kept(rows, compiler, text, places)

    @wraps(build)
    def ask(*values, **shape):
        if None in values:
            raise ValueError("A compiled query is not asked with None.")
        try:
            kept = put_together(len(values), **shape)
        except EmptyResultSet:
            return []
        return list(_bound(kept, [_adapted(value) for value in values]))

    return ask


def _bound(kept, values):
    """The queryset again, with these values in their places."""
    compiler, query = copy(kept.compiler), copy(kept.rows.query)
    given = tuple(values[each.place] if isinstance(each, Given) else each for each in kept.places)
    compiler.connection = connections[kept.rows.db]
    if query.select_for_update and compiler.connection.get_autocommit():
        raise TransactionManagementError("Rows are locked within a transaction only.")
    compiler.as_sql = lambda: (kept.text, given)
    query.get_compiler = lambda using: compiler  # noqa: ARG005  Django names it
    rows = object.__new__(type(kept.rows))
    rows.__dict__ = kept.rows.__dict__ | {"_query": query, "_result_cache": None}
    return rows


def _adapted(value):
    """The value as the database takes it where no field says how."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return _UUID.get_db_prep_value(value, connection)
    if isinstance(value, (list, tuple, set, frozenset)):
        values = [_adapted(each) for each in value]
        return values if connection.vendor == "postgresql" else json.dumps(values)
    return value
