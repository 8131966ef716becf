"""The ground every test stands on: settings for tests, a database file of its own, a quick password hash."""

import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

SCRATCH = Path(tempfile.mkdtemp(prefix="pathways-tests-"))
ASKS = {"db", "transactional_db", "live_server", "django_db_setup"}

os.environ.update(
    DJANGO_SETTINGS_MODULE="config.settings",
    SECRET_KEY="for-tests-only",
    SEAL_KEY="for-tests-only",
    SEAL_ANCHORS=str(SCRATCH / "anchors.jsonl"),
    SEAL_AFTER_SECONDS="0",
    DEBUG="0",
    DEMO="0",
    HTTPS="0",
    STATIC_ROOT="",
    DATABASE_POOL="0",
    LOG_LEVEL="ERROR",
)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{SCRATCH}/unused.sqlite3")

hypothesis_settings.register_profile(
    "project", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("project")


def pytest_configure():
    """A SQLite test database is a file: in memory there is no WAL, and threads find the table locked.

    Events of looks are left in the tests about them alone, so that others may count queries and events.
    """
    from django.conf import settings

    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each != "pathways.http.recorded_looks"]

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(SCRATCH / "test.sqlite3")


def pytest_unconfigure():
    shutil.rmtree(SCRATCH, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """What asks no database says the same on each: it runs once."""
    for item in items:
        if not item.get_closest_marker("django_db") and ASKS.isdisjoint(item.fixturenames):
            item.add_marker("once")


def pytest_report_header():
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}"


@pytest.fixture(scope="session", autouse=True)
def nothing_outside():
    """The product makes no outbound request, so a test in which this process asks for one fails."""
    connect = socket.socket.connect

    def connect_here(sock, address):
        if sock.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "localhost", "::1"}:
            raise AssertionError(f"A connection to {address} was asked for.")
        return connect(sock, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(autouse=True)
def nothing_remembered():
    """A rolled-back test gives its ids back; what a process remembers by id may not outlive it."""
    from pathways import commonest, published
    from pathways.audit import access

    commonest.forget()
    published.forget()
    access.forget()


@pytest.fixture(scope="session", autouse=True)
def flush_without_triggers():
    """A test that really commits ends in a flush, which append-only history refuses.

    The triggers go before Django's flush; its post_migrate signal puts them back (30 to 60 ms).
    """
    from django.test import TransactionTestCase

    from pathways.audit import guard

    flush = TransactionTestCase._fixture_teardown

    def drop_then_flush(case):
        guard.drop_triggers()
        flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", drop_then_flush)
        yield
