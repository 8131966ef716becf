"""The ground: settings that are safe unless told otherwise, complete locks, a server that leaves nothing."""

import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from io import StringIO
from pathlib import Path

import pytest
import structlog
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.template.loader import get_template

from config.settings import database, without_values
from tests import postgres

TOP = Path(__file__).parent.parent
LOCKS = ["requirements.txt", "requirements-dev.txt"]
ASK = (
    "from django.conf import settings as s; "
    "print(s.DEBUG, s.DEMO, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, "
    "s.SECURE_HSTS_SECONDS > 0, s.ALLOWED_HOSTS)"
)
VISIT = """
import django
django.setup()
from django.test import Client
visitor = Client(SERVER_NAME="example.invalid")
plain = visitor.get("/sign-in/")
print(plain.status_code, plain["Location"])
safe = visitor.get("/sign-in/", secure=True)
print(safe["Strict-Transport-Security"], safe.content.decode())
"""


def start(*arguments, **environment):
    """A process of its own, with these settings and none of this one's but a key for the seals."""
    ours = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", "SEAL_KEY": "given"}
    return subprocess.run(
        [sys.executable, *arguments],
        env=ours | environment,
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )


def requirement_names(specifications):
    return {re.match(r"[A-Za-z0-9-]+", text)[0].lower() for text in specifications if isinstance(text, str)}


def test_production_without_a_secret_key_refuses_to_start_and_says_why():
    done = start("-c", ASK)
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_production_without_a_key_for_the_seals_refuses_to_start_and_says_why(tmp_path):
    done = start("-c", ASK, SECRET_KEY="given", SEAL_KEY="")
    assert done.returncode != 0
    assert "SEAL_KEY is not set, nor SEAL_KEY_FILE" in done.stderr
    kept = tmp_path / "key"
    nowhere = start("-c", ASK, SECRET_KEY="given", SEAL_KEY="", SEAL_KEY_FILE=str(kept))
    assert "SEAL_KEY_FILE cannot be read" in nowhere.stderr
    kept.write_text("\n")
    empty = start("-c", ASK, SECRET_KEY="given", SEAL_KEY="", SEAL_KEY_FILE=str(kept))
    assert "SEAL_KEY_FILE is empty" in empty.stderr


def test_the_key_for_the_seals_comes_from_a_file_too(tmp_path):
    kept = tmp_path / "key"
    kept.write_text("from a file\n")
    ask = "from django.conf import settings as s; print(s.SEAL_KEY, s.SEAL_ANCHORS)"
    url, file = f"sqlite:///{tmp_path}/care.sqlite3", str(kept)
    done = start("-c", ask, SECRET_KEY="given", SEAL_KEY="", SEAL_KEY_FILE=file, DATABASE_URL=url)
    assert done.stdout.strip() == f"from a file {tmp_path}/anchors.jsonl", done.stderr


def test_settings_are_safe_unless_told_otherwise():
    done = start("-c", ASK, SECRET_KEY="given")
    assert done.stdout.strip() == "False False True True True True []"


def test_the_demonstration_serves_this_machine_alone_over_plain_http():
    done = start("-c", ASK, SECRET_KEY="given", DEMO="1")
    assert done.stdout.strip() == "False True False False False False ['127.0.0.1', 'localhost', '[::1]']"


def test_a_variable_that_is_no_number_is_named():
    done = start("-c", ASK, SECRET_KEY="given", DATABASE_URL="postgres://a@/b", DATABASE_POOL="many")
    assert "DATABASE_POOL must be a whole number, not 'many'" in done.stderr


def test_djangos_own_deployment_checks_find_nothing():
    done = start(
        "manage.py",
        "check",
        "--deploy",
        "--fail-level=WARNING",
        SECRET_KEY="0123456789abcdef" * 5,
        ALLOWED_HOSTS="example.invalid",
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.once
def test_a_server_of_ones_own_serves_hashed_compressed_files_over_https_only(tmp_path):
    ours = {"SECRET_KEY": "given", "ALLOWED_HOSTS": "example.invalid", "STATIC_ROOT": str(tmp_path)}
    collected = start("manage.py", "collectstatic", "--no-input", **ours)
    assert collected.returncode == 0, collected.stderr
    page = start("-c", VISIT, **ours).stdout
    assert "301 https://example.invalid/sign-in/" in page
    assert "max-age=31536000" in page
    styles = re.search(r"/static/(pathways/app\.[0-9a-f]{12}\.css)", page)[1]
    assert (tmp_path / f"{styles}.br").is_file()


def test_a_postgresql_address_is_read_whole():
    read = database("postgres://me:p%40ss@db.example.invalid:5433/care?sslmode=require")
    assert (read["USER"], read["PASSWORD"], read["HOST"]) == ("me", "p@ss", "db.example.invalid")
    assert (read["PORT"], read["NAME"], read["OPTIONS"]["sslmode"]) == ("5433", "care", "require")


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite://", "care.sqlite3"])
def test_another_database_is_refused(url):
    with pytest.raises(Exception, match="DATABASE_URL must begin"):
        database(url)


def test_sqlite_waits_in_turn_and_keeps_what_it_confirmed(transactional_db):
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        found = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert Path(connection.settings_dict["NAME"]).is_file()


def test_models_and_migrations_agree(db):
    said = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=said)
    assert "No changes detected" in said.getvalue()


def test_the_page_may_load_nothing_from_elsewhere_and_run_nothing_inline():
    allowed = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert allowed["default-src"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & {
        word for words in allowed.values() for word in words
    }


def refuse(message):
    raise DatabaseError(message)


def test_a_log_line_tells_where_an_error_came_from_but_not_what_was_written():
    with pytest.raises(DatabaseError) as caught:
        refuse("Failing row contains (7, the note's text)")
    told = without_values((caught.type, caught.value, caught.tb))
    assert "DatabaseError" in told
    assert "test_setup.py" in told
    assert "note's text" not in told


def test_log_lines_leave_the_messages_of_exceptions_out():
    said = StringIO()
    formatter = settings.LOGGING["formatters"]["lines"]
    handler = logging.StreamHandler(said)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=formatter["foreign_pre_chain"], processor=formatter["processor"]
        )
    )
    logger = logging.getLogger("tests.setup")
    logger.addHandler(handler)
    try:
        refuse("the note's text")
    except DatabaseError:
        logger.exception("could not be saved")
    finally:
        logger.removeHandler(handler)
    assert "could not be saved" in said.getvalue()
    assert "DatabaseError" in said.getvalue()
    assert "note's text" not in said.getvalue()


def test_nothing_outside_this_machine_can_be_reached():
    with socket.socket() as attempt, pytest.raises(AssertionError, match="asked for"):
        attempt.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashes_and_no_address(name):
    text = (TOP / name).read_text()
    assert text.count("==") <= text.count("--hash=sha256:")
    assert not re.search(r"https?:|file:|index-url|find-links", text)


def test_every_dependency_is_locked():
    project = tomllib.loads((TOP / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    wanted = {
        "requirements.txt": runtime,
        "requirements-dev.txt": runtime + project["dependency-groups"]["dev"],
    }
    for name, specifications in wanted.items():
        locked = set(re.findall(r"^([a-z0-9-]+)==", (TOP / name).read_text(), flags=re.MULTILINE))
        assert requirement_names(specifications) <= locked


def test_every_dependency_says_why_it_is_there():
    lines = (TOP / "pyproject.toml").read_text().splitlines()
    first = lines.index("dependencies = [")
    last = lines.index("]", lines.index("dev = ["))
    asked = [number for number in range(first, last) if re.match(r'    "[A-Za-z]', lines[number])]
    silent = [
        lines[n]
        for n in asked
        if not lines[n - 1].startswith("    #") and "stubs" not in lines[n] + lines[n - 1]
    ]
    assert silent == []


def test_templates_lose_their_indentation_and_keep_their_lines():
    source = get_template("base.html").template.source
    assert "\n " not in source
    written = (settings.BASE_DIR / "templates" / "base.html").read_text()
    assert [line.strip() for line in source.splitlines()] == [line.strip() for line in written.splitlines()]


def test_the_throwaway_server_leaves_no_folder(tmp_path):
    programs = postgres.find_programs()
    if programs is None:
        pytest.skip(postgres.MISSING)
    with postgres.ThrowawayPostgres(programs) as server:
        assert (server.folder / "data").is_dir()
        assert len(str(server.folder / ".s.PGSQL.5432")) < 107
    assert not server.folder.exists()


@pytest.mark.once
def test_the_throwaway_server_runs_from_programs_that_its_account_cannot_reach(tmp_path):
    programs = postgres.find_programs()
    if programs is None:
        pytest.skip(postgres.MISSING)
    hidden = tmp_path / "hidden"
    shutil.copytree(programs.parent, hidden)
    hidden.chmod(0o700)
    server = postgres.ThrowawayPostgres(hidden / programs.name)
    try:
        server.make_readable()
        assert server.run("postgres", "--version").returncode == 0
    finally:
        server.__exit__()
