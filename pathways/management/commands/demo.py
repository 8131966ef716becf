"""Prepares the demonstration and serves it on this machine alone."""

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.core.management.base import CommandParser

from pathways.demo.people import PERSONAS, TEAMS, Persona
from pathways.models import Case

SEED = 1
HOST = "127.0.0.1"
SERVER = [
    "-m",
    "gunicorn",
    "config.wsgi",
    "--workers=2",
    "--threads=4",
    "--preload",
    "--log-level=warning",
    "--no-control-socket",
]


class Command(BaseCommand):
    help = "Migrates and fills the demonstration's database where it is empty, then serves it (make demo)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--cases", type=int, default=48, help="how many, where there are none yet")

    def handle(self, *args: Any, port: int, cases: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This serves the demonstration only: set DEMO=1, or use make demo.")
        refuse_a_taken_port(port)
        self.prepare(cases)
        self.stdout.write("\nSign in as one of these invented people; each has a button on the sign-in page.")
        for persona in PERSONAS:
            self.stdout.write(f"  {line_for(persona)}")
        self.stdout.write(f"\nThe demonstration is at http://{HOST}:{port}/sign-in/ (Ctrl-C stops it)")
        self.stdout.flush()
        os.execv(sys.executable, [sys.executable, *SERVER, f"--bind={HOST}:{port}"])

    def prepare(self, cases: int) -> None:
        """Idempotent: a second run changes nothing and takes a second or two."""
        call_command("migrate", verbosity=0)
        call_command("load_content", verbosity=0)
        if not Case.objects.exists():
            call_command("seed_demo", cases=cases, seed=SEED)
            call_command("seal_history")


def line_for(persona: Persona) -> str:
    """Name, what they do, and their teams."""
    teams = ", ".join(TEAMS[code] for code in persona.teams)
    return f"{persona.display_name:<20}{persona.description:<36}{teams}".rstrip()


def refuse_a_taken_port(port: int) -> None:
    """Say so before the work, not after it."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError as error:
            raise CommandError(f"Port {port} is taken; choose another: make demo PORT={port + 1}") from error
