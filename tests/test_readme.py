"""Every command of the README is run: by CI itself, or here."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

TOP = Path(__file__).parent.parent
RUN_BY_CI = {"make test", "make lint"}
RUN_HERE = {"make demo", "make demo PORT=8001", "make demo-reset", "make help"}
CASES = 2  # of 48: what is proven here is the way, not the seed
FIRST_START_SECONDS = 240
LATER_START_SECONDS = 30


def readme_commands():
    blocks = re.findall(r"^```sh\n(.*?)^```", (TOP / "README.md").read_text(), flags=re.MULTILINE | re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return {line for line in lines if line}


def a_free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def a_copy_of_the_project(folder):
    """What git would give a newcomer, with the changes that are not committed yet."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (TOP / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, folder / name)


def plain_environment():
    """A newcomer's: none of the variables that the tests set."""
    ours = {
        "SECRET_KEY",
        "SEAL_KEY",
        "SEAL_ANCHORS",
        "SEAL_AFTER_SECONDS",
        "DATABASE_URL",
        "DATABASE_POOL",
        "DATABASE_PREPARES_AFTER",
        "DEBUG",
        "DEMO",
        "HTTPS",
        "STATIC_ROOT",
        "LOG_LEVEL",
    }
    ours |= {"DJANGO_SETTINGS_MODULE", "MAKEFLAGS", "MAKELEVEL", "VIRTUAL_ENV", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name not in ours}


@contextmanager
def serving(command, folder, patience):
    """The command's sign-in page, once it answers; the command and its children are stopped at the end."""
    port = a_free_port()
    with (
        (folder / "said").open("w+") as said,
        subprocess.Popen(
            [*command.split(), f"PORT={port}", f"CASES={CASES}"],
            cwd=folder,
            env=plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield page_when_ready(f"http://127.0.0.1:{port}/sign-in/", process, patience, folder / "said")
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)


def page_when_ready(url, process, patience, said):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        assert process.poll() is None, said.read_text()
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read().decode()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer within {patience} s:\n{said.read_text()}")


def test_every_command_of_the_readme_is_run():
    assert readme_commands() <= RUN_BY_CI | RUN_HERE


def test_ci_runs_the_tests_and_the_linters():
    assert set((TOP / ".ci/run").read_text().splitlines()) >= RUN_BY_CI


def test_make_help_lists_every_command():
    said = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=TOP, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r"^(\S+)", said, flags=re.MULTILINE) == [
        "help", "demo", "demo-reset", "test", "bench", "lint", "format", "lock",
    ]  # fmt: skip


@pytest.mark.once
def test_make_demo_goes_from_a_clean_copy_to_the_sign_in_page_and_keeps_its_data(tmp_path):
    a_copy_of_the_project(tmp_path)
    with serving("make demo", tmp_path, FIRST_START_SECONDS) as page:
        assert "Clinical nurse specialist" in page
    kept = (tmp_path / "var/demo.sqlite3").stat().st_ino
    with serving("make demo", tmp_path, LATER_START_SECONDS) as page:
        assert "Demonstration only" in page
    assert (tmp_path / "var/demo.sqlite3").stat().st_ino == kept
    with serving("make demo-reset", tmp_path, FIRST_START_SECONDS) as page:
        assert "Clinical nurse specialist" in page
