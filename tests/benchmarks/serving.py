"""A server as `make demo` runs it, on a database that the benchmark fills and throws away."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch
from urllib.error import URLError

from tests.postgres import OPTIONS, ThrowawayPostgres

TOP = Path(__file__).parents[2]
CASES = 48
PATIENCE_SECONDS = 300
TO_DISK = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


@contextmanager
def sqlite():
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield f"sqlite:///{folder}/bench.sqlite3"


@contextmanager
def postgresql(programs):
    """Its commits reach the disk, as a real server's do and SQLite's; those of the tests' server do not.

    Its anchors are thrown away with it: the next database has a chain of its own.
    """
    OPTIONS.update(TO_DISK)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        patch.dict(os.environ, SEAL_ANCHORS=f"{folder}/anchors.jsonl"),
        ThrowawayPostgres(programs) as server,
    ):
        yield server.url


@contextmanager
def serving(url):
    """The port of a filled demonstration on this database."""
    port = free_port()
    with started(["manage.py", "demo", f"--port={port}", f"--cases={CASES}"], port, environment(url)):
        yield port


@contextmanager
def started(command, port, environ):
    """The process of a server that is ready; it is stopped by its process id."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=TOP,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            _wait(port, process, said)
            yield process
        finally:
            process.terminate()
            process.wait(30)


def environment(url):
    ours = {"DATABASE_URL": url, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings"}
    others = {"DEBUG", "HTTPS", "STATIC_ROOT", "BEHIND_PROXY", "LOG_LEVEL"}
    return {name: value for name, value in os.environ.items() if name not in others} | ours


def _wait(port, process, said):
    end = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    said.seek(0)
    raise RuntimeError(f"The server did not start:\n{said.read()[-2000:]}")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
