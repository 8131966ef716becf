"""What events did to rows, read from the history of all tables in one statement."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from uuid import UUID

from django.db import connection, models

from .. import published
from ..models import (
    AuditEvent,
    BulkChange,
    Case,
    CaseMove,
    CasePhase,
    ChecklistItem,
    Comment,
    Discipline,
    Duty,
    Membership,
    Mention,
    MovedCase,
    PathwayTemplate,
    ReasonCode,
    Review,
    SavedView,
    Team,
    TemplateItem,
    TemplatePhase,
    TemplateVersion,
    User,
)

CASE_MODELS = (Case, CasePhase, ChecklistItem, Comment)
TEMPLATE_MODELS = (PathwayTemplate, TemplateVersion, TemplatePhase, TemplateItem, CaseMove, MovedCase)
TEAM_MODELS = (Duty, SavedView, BulkChange, Mention)
SITE_MODELS = (User, Team, Membership, Discipline, ReasonCode, *TEMPLATE_MODELS, Review, *TEAM_MODELS)
TOLD = CASE_MODELS + SITE_MODELS
OF_A_CASE = (*CASE_MODELS, MovedCase, Review, Mention)
AS_IN_JSON = (models.IntegerField, models.CharField, models.TextField)


@dataclass(frozen=True)
class Step:
    """What one event did to one row: as it was before and as it was after, None where there was no row."""

    before: object
    after: object

    @property
    def row(self):
        return self.after or self.before

    @property
    def model(self):
        return self.row.instance_type

    @property
    def is_change(self):
        return bool(self.before and self.after)

    def differs(self, *names):
        """Whether the row was there before and after and any of these columns changed."""
        return self.is_change and any(
            getattr(self.before, name) != getattr(self.after, name) for name in names
        )


def steps_of(events):
    """Event to its steps; a row that an event saved twice makes one step. One query.

    Where all events are about a case, only the tables in which such an event writes are asked: to plan for
    all of them takes longer than to find the rows.
    """
    found: dict[UUID, list[Step]] = {event.pk: [] for event in events}
    pairs = pairs_of(events, OF_A_CASE if all(event.case_id for event in events) else TOLD)
    for (event, _, _), saved in groupby(pairs, key=_of_row):
        found[event].append(as_step(list(saved)))
    return found


def pairs_of(events, tracked=CASE_MODELS):
    """Every history row of the events with the row before it where there is one, version by version."""
    if not events:
        return []
    pk = AuditEvent._meta.pk
    ids = [pk.get_db_prep_value(event.pk, connection) for event in events]
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor, tracked, len(ids)), ids)
        found = cursor.fetchall()
    pairs = [tuple(each and _row(tracked[number], each) for each in rows) for number, *rows in found]
    places = {model: place for place, model in enumerate(tracked)}
    return sorted(pairs, key=lambda pair: (places[pair[0].instance_type], pair[0].id, pair[0].history_id))


def as_step(saved):
    """The step that pairs of one row make, oldest first."""
    first, before = saved[0]
    last, _ = saved[-1]
    removed = last.history_type == "-"
    return Step(before or (first if removed else None), None if removed else last)


def _of_row(pair):
    row, _ = pair
    return row.audit_event_id, row.instance_type, row.id


@cache
def _statement(vendor, tracked, events):
    """A row as an array in JSON: what differs between databases is the name of the function alone."""
    array = {"postgresql": "json_build_array", "sqlite": "json_array"}[vendor]
    places = ", ".join(["(%s)"] * events)
    selects = " UNION ALL ".join(_select(array, number, model) for number, model in enumerate(tracked))
    return f"WITH wanted(event) AS (VALUES {places}) {selects}"


def _select(array, number, model):
    table = model.history.model._meta.db_table
    now, before = (
        f"CAST({array}({', '.join(_column(row, each) for each in _fields(model))}) AS text)" for row in "hb"
    )
    return (
        f"SELECT {number}, {now}, CASE WHEN b.id IS NOT NULL THEN {before} END "  # noqa: S608  own names
        f"FROM {table} h LEFT JOIN {table} b ON b.id = h.id AND b.version = h.version - 1 "
        f"AND h.history_type = '~' "
        f"WHERE h.audit_event_id IN (SELECT event FROM wanted)"
    )


def _column(row, field):
    column = f"{row}.{field.column}"
    return f"CAST({column} AS text)" if isinstance(field, models.JSONField) else column


@cache
def _fields(model):
    """Without a template version's vocabulary, which is long and of which no sentence tells."""
    unread = published.VOCABULARY if model is TemplateVersion else ()
    return [each for each in model.history.model._meta.concrete_fields if each.name not in unread]


def _row(model, text):
    values = json.loads(text)
    for place, reader in _readers(model):
        if values[place] is not None:
            values[place] = reader(values[place])
    return model.history.model.from_db(connection.alias, _names(model), values)


@cache
def _names(model):
    return [field.attname for field in _fields(model)]


@cache
def _readers(model):
    """Place and reader of each column whose values are not in JSON what they are in a row."""
    readers = [_reader(field) for field in _fields(model)]
    return [(place, reader) for place, reader in enumerate(readers) if reader]


def _reader(field):
    column = field.target_field if field.is_relation else field
    if isinstance(column, models.DateTimeField):
        return _moment
    if isinstance(column, models.JSONField):
        return json.loads
    return None if isinstance(column, AS_IN_JSON) else column.to_python


def _moment(text):
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
