"""Fills an empty database with invented cases; never changes or removes what is there.

The same `--seed` and `--cases` give the same cases, details, actions and authors, at the same distances from
the reference moment: `--at`, or 09:00 today in London, or yesterday while that is still to come.
"""

import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pathways.clocks import LONDON, from_wall, read_iso
from pathways.demo.diary import Cast, create_staff, write
from pathways.demo.duties import SINCE, say_who_takes_what
from pathways.demo.planner import plan_case
from pathways.demo.steps import Plan
from pathways.demo.stories import Telling, tellings
from pathways.demo.version_story import tell_version_story
from pathways.management.progress import Progress
from pathways.models import Case, TemplateVersion

NINE = time(9)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=48, help="how many cases (48)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same cases (1)")
        parser.add_argument("--at", type=moment, help="the reference moment, for example 2026-11-03T09:00")
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "fixtures")

    def handle(self, *args: Any, cases: int, seed: int, at: datetime | None, folder: Path, **_: Any) -> None:
        refuse_unless_ready(cases)
        began = monotonic()
        create_staff()
        now = reference(at)
        plans, cast = plan(tellings(cases, seed), seed=seed, now=now, folder=folder)
        progress = Progress(sys.stderr, sum(each.actions for each in plans))
        begun = sum(each.opened < now - SINCE for each in plans)
        write_all(plans[:begun], cast, progress)
        say_who_takes_what(cast, now - SINCE)
        write_all(plans[begun:], cast, progress)
        progress.finish()
        tell_version_story(now)
        took = f"{monotonic() - began:.0f} s"
        self.stdout.write(f"Wrote {len(plans)} invented cases in {progress.total} actions ({took}).")


def write_all(plans: list[Plan], cast: Cast, progress: Progress) -> None:
    for each in plans:
        for _step in write(each, cast):
            progress.advance()


def refuse_unless_ready(cases: int) -> None:
    if not 1 <= cases <= 500:
        raise CommandError("Choose between 1 and 500 cases.")
    if Case.objects.exists():
        raise CommandError("There are cases in this database already; it was left as it is.")
    if not TemplateVersion.objects.published().exists():
        raise CommandError("No pathway is published yet; run load_content first.")


def moment(text: str) -> datetime:
    """Raise ValueError for no moment, so that the command line says so."""
    read = read_iso(text)
    return read if isinstance(read, datetime) else from_wall(read, NINE)


def reference(at: datetime | None) -> datetime:
    """Never in the future, so that no entry is."""
    now = timezone.now()
    if at is None:
        today = from_wall(now.astimezone(LONDON).date(), NINE)
        return today if today <= now else from_wall(now.astimezone(LONDON).date() - timedelta(days=1), NINE)
    if at > now:
        raise CommandError("The reference moment must not be in the future.")
    return at


def plan(told: list[Telling], *, seed: int, now: datetime, folder: Path) -> tuple[list[Plan], Cast]:
    """The plans of these cases, the oldest first, and the rows that they name."""
    cast = Cast.load()
    parameters = yaml.safe_load((folder / "demo_parameters.yaml").read_text(encoding="utf-8"))
    lines = {template: cast.lines(template) for template in sorted({each.template for each in told})}
    plans = [plan_case(each, lines[each.template], parameters, seed=seed, now=now) for each in told]
    return sorted(plans, key=lambda each: each.opened), cast
