"""Writes the audit history, or what a filter finds of it, into a new file; however much it is."""

from pathlib import Path
from urllib.parse import parse_qsl

from django.core.management.base import BaseCommand, CommandError

from ...audit import export
from ...permissions import as_system
from ...views import audit_filters
from ...views.audit_export import asked


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--form", choices=list(export.FORMS), default="csv")
        parser.add_argument(
            "--filter", default="", help='as in the address of the audit page: "q=SM-142&since=2026-11-01"'
        )
        parser.add_argument("--output", type=Path, required=True, help="a file that does not exist yet")

    def handle(self, *, form, output, **options):
        filters, events = found(options["filter"])
        try:
            with output.open("xb") as file:
                made = export.export(events, by=as_system(), form=form, **asked(filters))
                file.writelines(made)
        except OSError as error:
            raise CommandError(f"{output} was not written: {error.strerror}.") from error
        made.close()
        about = made.about
        self.stdout.write(f"Wrote {about.events} events in {about.rows} rows. SHA-256 {about.sha256}")


def found(query):
    """The filter's form and its events. Raises CommandError: a slip must not export everything."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    filters, taken, left_out = audit_filters.read(given)
    unknown = [name for name in given if name not in filters.fields]
    if unknown or left_out or bool(query) > bool(given):
        raise CommandError(f"This filter is not understood: {', '.join(unknown + left_out) or query}.")
    return filters, audit_filters.wanted(taken)
