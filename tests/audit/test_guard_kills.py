"""A web worker that dies in mid-write loses nothing that it acknowledged, and leaves nothing in part.

`python -m tests.benchmarks.kills` does the same a thousand times.
"""

import subprocess
import sys

import pytest
from django.db import connection

from tests.benchmarks.databases import ALONE
from tests.benchmarks.serving import TOP, environment

TIMES = 20


def url_of_this_database():
    settings = connection.settings_dict
    return {
        "sqlite": "sqlite:///{NAME}",
        "postgresql": "postgres://{USER}@/{NAME}?host={HOST}",
    }[connection.vendor].format(**settings)


@pytest.mark.django_db(transaction=True)
def test_workers_that_are_killed_leave_whole_changes():
    command = [sys.executable, "-m", "tests.benchmarks.databases", "tests.benchmarks.killing", str(TIMES)]
    environ = environment(url_of_this_database()) | ALONE
    done = subprocess.run(command, cwd=TOP, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{TIMES} workers killed" in done.stdout
