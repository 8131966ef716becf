"""Fills an empty benchmark database with very many invented cases and their history.

Nothing else is in danger: a database is refused unless its name has "bench" or "scale" in it and it holds no
case and no person. The guard is down while copies go in and stands afterwards, whatever happens; the history
is checked at the end. Events are left unsealed: a server on this database needs SEAL_AFTER_SECONDS=0.
"""

import sys
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from pathways.demo import scale
from pathways.demo.diary import create_staff
from pathways.demo.stories import tellings
from pathways.management.commands.seed_demo import plan, reference
from pathways.management.progress import Progress
from pathways.models import Case, TemplateVersion, User

MEANT = ("bench", "scale")
MOST = 1_000_000


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, required=True, help="how many cases")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same cases (1)")

    def handle(self, *args: Any, cases: int, seed: int, **_: Any) -> None:
        refuse_unless_meant(cases)
        began = monotonic()
        progress = Progress(sys.stderr, cases, "cases")
        with transaction.atomic():
            create_staff()
            create_staff(scale.TEAMS, scale.STAFF)
            now = reference(None)
            told = scale.as_told(tellings(scale.moulds_for(cases), seed))
            plans, cast = plan(told, seed=seed, now=now, folder=settings.BASE_DIR / "fixtures")
            scale.fill(cases, plans, cast, seed=seed, now=now, done=progress.advance)
        progress.finish()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"Wrote {cases} invented cases ({monotonic() - began:.0f} s).")
        call_command("check_history", stdout=self.stdout)


def refuse_unless_meant(cases: int) -> None:
    """The name must say what the database is for: no mistyped address fills one that is in use."""
    name = Path(connection.settings_dict["NAME"]).name
    if not any(word in name for word in MEANT):
        raise CommandError(f"The database {name} is not for this: its name must have bench or scale in it.")
    if not 1 <= cases <= MOST:
        raise CommandError(f"Choose between 1 and {MOST:,} cases.")
    if Case.objects.exists() or User.objects.exists():
        raise CommandError("There are cases or people in this database already; it was left as it is.")
    if not TemplateVersion.objects.published().exists():
        raise CommandError("No pathway is published yet; run load_content first.")
