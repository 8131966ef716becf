"""Runs one measurement in a process of its own on a migrated SQLite and on a PostgreSQL, both thrown away."""

import argparse
import signal
import subprocess
import sys
from importlib import import_module

import django
from django.core.management import call_command

from tests.postgres import MISSING, find_programs, stop_on_sigterm

from .serving import TOP, environment, postgresql, sqlite

ALONE = {"LOG_LEVEL": "ERROR", "SEAL_AFTER_SECONDS": "0", "DATABASE_POOL": "0"}


def on_each_database(module, parser, number):
    """Run the module's `run` with the number that was asked for; exit as the first failure did."""
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="one of the two only")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, stop_on_sigterm)
    command = [sys.executable, "-m", __name__, module, str(getattr(asked, number))]
    if asked.database != "postgresql":
        _run("SQLite", sqlite(), command)
    if asked.database != "sqlite":
        programs = find_programs()
        _run("PostgreSQL", postgresql(programs), command) if programs else print(MISSING)


def _run(title, database, command):
    with database as url:
        print(f"\n{title}", flush=True)
        done = subprocess.run(command, cwd=TOP, env=environment(url) | ALONE, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def asking(**options):
    return argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter, **options)


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    import_module(sys.argv[1]).run(int(sys.argv[2]))
