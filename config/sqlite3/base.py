"""Django's SQLite, but for how a writer waits: SQLite sleeps up to 100 ms between two tries, this 5 ms."""

import sqlite3
import time

from django.db import OperationalError
from django.db.backends.sqlite3 import base

BETWEEN_TRIES_SECONDS = 0.005


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins transactions by its own patience; every other statement waits as SQLite does."""

    def _start_transaction_under_autocommit(self) -> None:
        """Raise OperationalError when the database is still locked after the connection's timeout."""
        patience: float = self.settings_dict["OPTIONS"]["timeout"]
        end = time.monotonic() + patience
        self._wait_in_sqlite(0)
        try:
            while not self._has_begun(is_last_try=time.monotonic() > end):
                time.sleep(BETWEEN_TRIES_SECONDS)
        finally:
            self._wait_in_sqlite(patience)

    def _has_begun(self, *, is_last_try: bool) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except OperationalError as error:
            if is_last_try or not _is_busy(error):
                raise
            return False
        return True

    def _wait_in_sqlite(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _is_busy(error: OperationalError) -> bool:
    """The last byte of SQLite's code; the others say why."""
    return getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
