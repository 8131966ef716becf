"""make bench: how long the main pages take beside a bare signed-in view, on SQLite and on PostgreSQL."""

import argparse
import signal
import subprocess
import sys
import time

from tests.postgres import MISSING, find_programs, stop_on_sigterm

from .client import Client
from .desk import Desk
from .measure import COORDINATOR, measure
from .serving import TOP, environment, postgresql, serving, sqlite


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="one of the two only")
    parser.add_argument("--rounds", type=int, default=150, help="of five requests, one after another")
    parser.add_argument("--blocks", type=int, default=5, help="of thirty requests by each of eight clients")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, stop_on_sigterm)
    if asked.database != "postgresql":
        run("SQLite", sqlite(), asked)
    if asked.database != "sqlite":
        programs = find_programs()
        if programs is None:
            return print(MISSING)
        run("PostgreSQL", postgresql(programs), asked)
    return None


def run(title, database, asked):
    began = time.monotonic()
    with database as url:
        with serving(url) as port:
            print(f"\n{title} (filled in {time.monotonic() - began:.0f} s)", flush=True)
            case = Desk(Client(port, COORDINATOR)).case_under_way()
            for line in measure(port, case, asked.rounds, asked.blocks):
                print(line, flush=True)
        layers = [sys.executable, "-m", "tests.benchmarks.layers", case]
        subprocess.run(layers, cwd=TOP, env=environment(url), check=True)
    print(f"{title} took {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
