"""Leaves an event where somebody looked: at a case, for cases, or at a case that is not theirs to see."""

import time
from contextlib import contextmanager

import structlog
from django.db import connection, transaction

from ..enums import Action
from ..models import Case
from ..permissions import Permission, may
from .recording import record_event

ONE_LOOK_SECONDS = 10 * 60
ONE_SEARCH_SECONDS = 60
PATIENCE_MS = 200
LONGEST_WORDS = 200
MOST_REMEMBERED = 10_000

log = structlog.get_logger(__name__)
_recorded: dict[tuple, float] = {}


def read_case(*, by, reference):
    """Once in ten minutes for each person and case; printing is covered, as what is printed was read."""
    if _is_news(key := (by.pk, reference), ONE_LOOK_SECONDS):
        with _quickly(key):
            record_event(action=Action.READ_CASE, by=by, case=_case(reference), waits=False)


def searched(*, by, words):
    """Once a minute for the same words."""
    if _is_news(key := (by.pk, Action.SEARCH, words), ONE_SEARCH_SECONDS):
        with _quickly(key):
            record_event(action=Action.SEARCH, by=by, reason=words[:LONGEST_WORDS], waits=False)


def not_found(*, by, reference, asked):
    """A case that the person may not see, or that there is not: the same work, so the time tells neither."""
    if _is_news(key := (by.pk, asked), ONE_SEARCH_SECONDS):
        with _quickly(key):
            case = _case(reference)
            if case is None or not may(by, Permission.VIEW_CASE, case.team):
                reason = f"{Permission.VIEW_CASE}: {asked}"[:1000]
                record_event(action=Action.REFUSED, by=by, case=case, reason=reason, waits=False)


def forget():
    """What was recorded lately; each process remembers for itself, so that two may leave two events."""
    _recorded.clear()


def _case(reference):
    return Case.objects.select_related("team").filter(reference=reference).first()


def _is_news(key, seconds):
    return time.time() - _recorded.get(key, 0) >= seconds


@contextmanager
def _quickly(key):
    """Write within PATIENCE_MS or not at all, and remember what was written; nobody waits, nothing fails."""
    try:
        with _impatient():
            yield
    except Exception as error:  # noqa: BLE001  the answer went out, and must not be followed by a fault
        log.warning("a look was not recorded", error=type(error).__name__)
        return
    if len(_recorded) >= MOST_REMEMBERED:
        forget()
    _recorded[key] = time.time()


@contextmanager
def _impatient():
    """A transaction that gives up early; on SQLite one statement is one, and waits only to begin.

    PostgreSQL would check keys at the commit, and there wait without limit for whoever saves the case.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            yield
            connection.check_constraints()
        return
    patience = connection.settings_dict["OPTIONS"]["timeout"] * 1000
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")
