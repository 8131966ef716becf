"""Moves the cases that still wait in a move, or in every move; may be stopped and started again at any time.

Several may run side by side: a case is moved once, whole or not at all. Without this command a move goes on
while its page is open.
"""

import sys

from django.core.management.base import BaseCommand, CommandError

from ...enums import MoveOutcome
from ...models import CaseMove, MovedCase
from ...permissions import as_system
from ...services.moving import move_case, work_through
from ..progress import Progress


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--move", type=int, help="the number of one move, as its address has it")

    def handle(self, *, move, **options):
        moves = CaseMove.objects.select_related("target__template", "event", "made_by").order_by("made_at")
        chosen = list(moves.filter(pk=move) if move else moves)
        if move and not chosen:
            raise CommandError(f"There is no move {move}.")
        waiting = MovedCase.objects.filter(move__in=chosen, outcome=MoveOutcome.WAITING)
        progress = Progress(sys.stderr, waiting.count(), "cases")
        moved = 0
        for each in chosen:
            by = each.made_by or as_system()
            outcomes = [MoveOutcome.WAITING]
            for case in work_through(each, outcomes, move_case, by=by, goes_on=lambda: True):
                progress.advance()
                moved += case.outcome == MoveOutcome.MOVED
        progress.finish()
        self.stdout.write(f"Moved {moved} of {progress.done} cases.")
