"""The main pages at 1,000, 10,000 and 100,000 cases: python -m tests.benchmarks.scale --sizes 1000,10000.

Each size is filled by `manage.py seed_scale` in a database that is thrown away, and asked in turns with the
others. Times are medians of milliseconds. The last columns are of the largest size: what its statements took,
growth from the smallest, the floor measured in between and how often it fits in. The floor of a page is a
static page of the same bytes, that of a tick two raw statements that write one row with its history; both
are views for someone signed in. 100,000 cases take 16 GB. --explain shows the plans of what is slow.
"""

import argparse
import json
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from statistics import median

from tests.postgres import MISSING, OPTIONS, find_programs, stop_on_sigterm

from .databases import ALONE
from .serving import TOP, environment, postgresql, sqlite

SIZES = "1000,10000,100000"
LIKE_A_SERVER = {"shared_buffers": "1GB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB"}
KEPT = {"DATABASE_POOL": "1"}
TURNS, AT_ONCE = 6, 3
SLOW_MS = 40
NAME, CELL = 40, 10


def main():
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.scale",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", default=SIZES, help=f"numbers of cases ({SIZES})")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--explain", action="store_true", help=f"plans of pages over {SLOW_MS} ms")
    parser.add_argument("--only", default="", help="pages whose name contains this")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, stop_on_sigterm)
    sizes = [int(each) for each in asked.sizes.split(",")]
    with ExitStack() as stack:
        urls = stack.enter_context({"sqlite": of_sqlite, "postgresql": of_postgresql}[asked.database](sizes))
        workers = [stack.enter_context(worker(size, urls[size])) for size in sizes]
        show(workers, sizes, asked)


@contextmanager
def of_sqlite(sizes):
    with sqlite() as url:
        yield {size: url.replace("bench.sqlite3", f"scale-{size}.sqlite3") for size in sizes}


@contextmanager
def of_postgresql(sizes):
    programs = find_programs()
    if programs is None:
        sys.exit(MISSING)
    OPTIONS.update(LIKE_A_SERVER)
    with postgresql(programs) as url:
        for size in sizes:
            make = (
                f"from django.db import connection as c; c.cursor().execute('CREATE DATABASE scale_{size}')"
            )
            command = [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", make]
            subprocess.run(command, cwd=TOP, env=environment(url) | ALONE, check=True)
        yield {size: url.replace("/postgres?", f"/scale_{size}?") for size in sizes}


@contextmanager
def worker(size, url):
    """A function that asks the process of this size, which lives as long as it is needed."""
    command = [sys.executable, "-m", "tests.benchmarks.databases", "tests.benchmarks.scaling", str(size)]
    process = subprocess.Popen(
        command,
        cwd=TOP,
        env=environment(url) | ALONE | KEPT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ask(line):
        if line:
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise RuntimeError(f"The process of {size} cases ended.")
        return json.loads(answer)

    try:
        ask.names = ask("")
        yield ask
    finally:
        process.terminate()
        process.wait(30)


def show(workers, sizes, asked):
    heads = ["queries", "bytes", "bytes ×", *(f"{size:,}" for size in sizes)]
    heads += ["database", "growth", "floor", "× floor"]
    print(f"\n{asked.database}\n{'':<{NAME}}{''.join(head.rjust(CELL) for head in heads)}", flush=True)
    for name in (each for each in workers[0].names if asked.only in each):
        found = measured(workers, name)
        times = [median(each["ms"] for each in answers) for answers in found]
        line(name, found, times)
        if asked.explain and times[-1] > SLOW_MS:
            print("\n".join(workers[-1](f"EXPLAIN {name}")), flush=True)


def measured(workers, name):
    """The answers of each size, asked in turns."""
    found = [[] for _ in workers]
    for turn in range(TURNS + 1):
        for ask, answers in zip(workers, found, strict=True):
            answers += [ask(name) for _ in range(AT_ONCE)][: None if turn else 0]
    return found


def line(name, found, times):
    """The numbers of statements and bytes are those of the largest size; a list that was short at the
    smallest is told by how many times the bytes it has then.
    """
    first, answers = found[0][-1], found[-1]
    made, growth = answers[-1], f"{times[-1] / times[0]:.2f}"
    database = median(each.get("database", 0) for each in answers)
    floor = median(each.get("floor") or 0 for each in answers)
    cells = [str(made.get("queries", "")), f"{made['bytes']:,}" if "bytes" in made else ""]
    cells.append(f"{made['bytes'] / first['bytes']:.1f}" if first.get("bytes") else "")
    cells += [*(f"{each:.1f}" for each in times), f"{database:.1f}", growth]
    cells += [f"{floor:.1f}", f"{times[-1] / floor:.1f}"] if floor else []
    print(f"{name:<{NAME}}{''.join(cell.rjust(CELL) for cell in cells)}", flush=True)


if __name__ == "__main__":
    main()
