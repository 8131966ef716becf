"""Seals every audit event that is still open, and writes down outside the database where the chain stands."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...audit import seal


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        sealed = seal.seal_all()
        try:
            last = seal.anchor(sealed)
        except OSError as error:
            raise CommandError(f"Sealed {sealed} events, but the anchor was not written: {error}") from error
        self.stdout.write(f"Sealed {sealed} events.")
        if last:
            self.stdout.write(
                f"The chain stands at link {last.sequence}, anchored in {settings.SEAL_ANCHORS}."
            )
