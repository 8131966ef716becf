"""The one door through which writes pass: one action, one audit event, one time."""

from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from ..enums import Source
from ..models import AuditEvent, RequestToken
from ..models.audit import open_event
from ..permissions import System, roles

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
def recording(*, by, action, case=None, team=None, reason="", token=None, undoes=None):
    """Yield the audit event that every write inside belongs to; it is inserted if anything was written.

    Runs inside the service's transaction. An inner recording joins the outer one.
    Raises AlreadyAnswered or TokenReused before anything is written.
    """
    if outer := open_event.get():
        yield outer
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a recording needs a transaction around it")
    event = _new_event(by=by, action=action, case=case, team=team, reason=reason, undoes=undoes)
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


def record_event(*, action, by=None, case=None, team=None, reason="", source=None):
    """Insert an event that changes nothing: a sign-in, a refusal, a read."""
    event = _new_event(by=by, action=action, case=case, team=team, reason=reason)
    event.source = source or event.source
    event.save(force_insert=True)
    return event


def create_all(model, rows):
    """Insert new tracked rows with their history, in one INSERT each per full parameter batch."""
    for row in rows:
        row.version = 1
    return bulk_create_with_history(rows, model) if rows else []


def save_all(model, rows, fields):
    """Update these fields of tracked rows with their history; rows must hold what the database holds."""
    for row in rows:
        row.version += 1
    if rows:
        bulk_update_with_history(rows, model, [*fields, "version"])


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


def _new_event(*, by, action, case, team, reason, undoes=None):
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
        undoes=undoes,
    )


def _source(by):
    if isinstance(by, System):
        return Source.COMMAND
    return Source.DEMO if _simulated_time.get() else Source.WEB


def _claim(token, by, event):
    if token is None:
        return
    claim = uuid4()
    mine = RequestToken(token=token.value, person=by, digest=token.digest, claim=claim, event=event)
    RequestToken.objects.bulk_create([mine], ignore_conflicts=True)
    first = RequestToken.objects.select_related("event__case").get(token=token.value)
    if first.claim == claim:
        return
    if (first.person_id, first.digest) != (by.pk, token.digest):
        raise TokenReused
    raise AlreadyAnswered(first.event)


def _keep(event, token):
    if event.was_used:
        event.save(force_insert=True)
    elif token is not None:
        RequestToken.objects.filter(token=token.value).update(event=None)
