"""Recomputes the sealed history; ends with 1 and names the first broken link where something was changed."""

import sys
from time import monotonic

from django.core.management.base import BaseCommand
from django.utils import timezone

from ...audit.verify import Verification


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        began = monotonic()
        found = Verification().run()
        took = monotonic() - began
        for number, finding in enumerate(found.findings):
            place = f"link {finding.sequence}" if finding.sequence else "no link"
            self.stdout.write(f"{'also' if number else 'BROKEN'} at {place}: {finding.said}.")
        for note in found.notes:
            self.stdout.write(note)
        pace = f"{found.rows / took:,.0f} rows a second" if took else ""
        self.stdout.write(f"Verified {found.links} links over {found.rows} rows in {took:.1f} s ({pace}).")
        self.stdout.write(open_line(*found.open()))
        if found.findings:
            sys.exit(1)
        self.stdout.write("The sealed history is as it was sealed.")


def open_line(count, oldest):
    if not count:
        return "Every event is sealed."
    age = timezone.now() - oldest
    hours, minutes = divmod(age.seconds // 60, 60)
    return f"{count} events are not sealed yet; the oldest is {age.days} d {hours} h {minutes} min old."
