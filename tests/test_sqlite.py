"""How a writer waits for SQLite; PostgreSQL has row locks."""

import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError, connection, connections, transaction

from config.sqlite3 import base

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite alone"),
]


@pytest.fixture
def other_writer():
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def test_a_writer_begins_at_the_first_try_after_the_other_has_ended(other_writer, monkeypatch):
    naps = []

    def nap(seconds):
        naps.append(seconds)
        if len(naps) == 3:
            other_writer.execute("COMMIT")

    monkeypatch.setattr(base.time, "sleep", nap)
    with transaction.atomic():
        pass
    assert naps == [base.BETWEEN_TRIES_SECONDS] * 3


def test_a_writer_gives_up_after_the_timeout(other_writer, monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0)
    with pytest.raises(OperationalError, match="locked"), transaction.atomic():
        pass


def test_a_writer_does_not_wait_for_what_no_waiting_mends(monkeypatch):
    connection.ensure_connection()
    with monkeypatch.context() as patch:
        patch.setattr(base.time, "sleep", lambda seconds: pytest.fail("waited"))
        patch.setattr(connections["default"], "transaction_mode", "HASTILY")
        with pytest.raises(OperationalError, match="syntax"), transaction.atomic():
            pass


def test_other_statements_keep_the_whole_timeout():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (10_000,)
