"""Compares every row with its newest history, and keeps the result: manage.py check_history."""

import sys

from django.core.management.base import BaseCommand

from ...audit import reconcile


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        """Exit with 1 where anything is wrong, after a line for each finding."""
        result = reconcile.check()
        if result.findings:
            self.stdout.write(result.text)
        self.stdout.write(str(result))
        if result.findings:
            sys.exit(1)
