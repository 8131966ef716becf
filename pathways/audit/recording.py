"""The one door through which writes pass: one action, one audit event, one time."""

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from simple_history.utils import get_history_model_for_model

from ..enums import Source
from ..models import AuditEvent, RequestToken
from ..models.audit import open_event
from ..permissions import System, roles
from .seal import seal_after_commit

_address: ContextVar[str | None] = ContextVar("address", default=None)
_simulated_time: ContextVar = ContextVar("simulated_time", default=None)


class Token(NamedTuple):
    """What makes a POST recognisable when it is sent again: its token, and a digest of its body."""

    value: UUID
    digest: str


class AlreadyAnswered(Exception):
    """This POST was answered before; `event` is what it did then, or None when it changed nothing."""

    def __init__(self, event):
        super().__init__("This was already saved.")
        self.event = event


class TokenReused(Exception):
    """A token came back with another body or from another person."""


@contextmanager
def recording(*, by, action, case=None, team=None, reason="", token=None, **related):
    """Yield the audit event that every write inside belongs to; it is inserted if anything was written.

    `related` are earlier events that it `undoes`, `restores` or is `part_of`.
    Runs inside the service's transaction. An inner recording joins the outer one.
    Raises AlreadyAnswered or TokenReused before anything is written.
    """
    if outer := open_event.get():
        yield outer
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a recording needs a transaction around it")
    event = _new_event(by=by, action=action, case=case, team=team, reason=reason, **related)
    _claim(token, by, event)
    reset = open_event.set(event)
    try:
        yield event
    finally:
        open_event.reset(reset)
    _keep(event, token)


def take_turn():
    """Let the action happen now that its turn has come, and not when it began to wait for a lock."""
    event = open_event.get()
    if event and not _simulated_time.get():
        event.at = timezone.now()


def record_event(*, action, by=None, case=None, team=None, reason="", source=None, waits=True):
    """Insert an event that changes nothing: a sign-in, a refusal, a read.

    In a transaction it waits for its turn as every write does; a bare statement that waits inside SQLite was
    seen to hold up the other threads of the process, the one it waits for among them.
    """
    event = _new_event(by=by, action=action, case=case, team=team, reason=reason)
    event.source = source or event.source
    with transaction.atomic(savepoint=False) if waits else nullcontext():
        event.save(force_insert=True)
    seal_after_commit(event)
    return event


def create_all(model, rows):
    """Insert new tracked rows with their history, in two statements on PostgreSQL; they have ids then."""
    for row in rows:
        row.version = 1
    if rows:
        model.objects.bulk_create(rows)
        _copy_to_history(model, rows, "+")


def save_all(model, rows, fields):
    """Update these fields of tracked rows with their history, in two statements.

    The update is one text with a list of values: `bulk_update` makes a CASE of each column and row, which
    takes twice as long.
    """
    if not rows:
        return
    for row in rows:
        row.version += 1
    columns = [model._meta.get_field(name) for name in [*fields, "version"]]
    places = ", ".join(f"{each.column} = %s" for each in columns)
    update = f"UPDATE {model._meta.db_table} SET {places} WHERE id = %s"  # noqa: S608  own names
    with connection.cursor() as cursor:
        if len(rows) == 1:  # psycopg opens a pipeline for many, whose round trips take longer
            cursor.execute(update, [*_prepared(rows[0], columns), rows[0].pk])
        else:
            cursor.executemany(update, [[*_prepared(row, columns), row.pk] for row in rows])
    _copy_to_history(model, rows, "~")


@contextmanager
def coming_from(address):
    """Put a network address on the events recorded inside."""
    reset = _address.set(address)
    try:
        yield
    finally:
        _address.reset(reset)


@contextmanager
def simulated(at):
    """Let demonstration data happen at another time; its events say so in their source."""
    reset = _simulated_time.set(at)
    try:
        yield
    finally:
        _simulated_time.reset(reset)


def _new_event(*, by, action, case, team, reason, **related):
    team = team or (case and case.team)
    return AuditEvent(
        actor=None if isinstance(by, System) else by,
        role=next((role.value for role in roles(by, team)), "") if by else "",
        action=action,
        at=_simulated_time.get() or timezone.now(),
        case=case,
        team=team,
        reason=reason,
        source=_source(by),
        address=_address.get(),
        **related,
    )


def _source(by):
    if isinstance(by, System):
        return Source.COMMAND
    return Source.DEMO if _simulated_time.get() else Source.WEB


def _claim(token, by, event):
    """Insert the token, or say what came of the POST that had it first; waits for that POST to end."""
    if token is None:
        return
    mine = RequestToken(token=token.value, person=by, digest=token.digest, event=event)
    if _insert(mine):
        return
    first = RequestToken.objects.select_related("event__case").get(token=token.value)
    if (first.person_id, first.digest) != (by.pk, token.digest):
        raise TokenReused
    raise AlreadyAnswered(first.event)


def _insert(row):
    """Whether the row is new. Django's own way to pass over one that is there does not tell."""
    columns = row._meta.concrete_fields
    names, places = _listed(columns), ", ".join(["%s"] * len(columns))
    insert = f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(insert, _prepared(row, columns, is_new=True))
        return cursor.rowcount == 1


def _copy_to_history(model, rows, kind):
    """Keep the rows as the database holds them now, in a quarter of the time that making lines here takes.

    Raises DatabaseError for a row that is not there.
    """
    history, any_row = get_history_model_for_model(model), rows[0]
    line = history(history_type=kind, history_date=any_row._history_date, history_user=any_row._history_user)
    copied = [each.name for each in history.tracked_fields]
    added = [each for each in history._meta.concrete_fields if each.name not in [*copied, "history_id"]]
    kept, places = _listed(history.tracked_fields), ", ".join(["%s"] * len(added))
    copy = (
        f"INSERT INTO {history._meta.db_table} ({kept}, {_listed(added)}) SELECT {kept}, {places} "  # noqa: S608
        f"FROM {model._meta.db_table} WHERE id IN ({', '.join(['%s'] * len(rows))}) ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(copy, [*_prepared(line, added), *(row.pk for row in rows)])
        if cursor.rowcount != len(rows):
            raise DatabaseError("a row to be saved is not there")


def _listed(columns):
    return ", ".join(each.column for each in columns)


def _prepared(row, columns, *, is_new=False):
    """The row's values as the database takes them."""
    return [each.get_db_prep_save(each.pre_save(row, is_new), connection) for each in columns]


def _keep(event, token):
    if event.was_used:
        event.save(force_insert=True)
        seal_after_commit(event)
    elif token is not None:
        RequestToken.objects.filter(token=token.value).update(event=None)
