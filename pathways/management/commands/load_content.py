"""Loads the shipped vocabularies and pathways, and publishes what is new; loading twice changes nothing."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...enums import VersionStatus
from ...interop.template_files import TemplateFileError, read_template, read_vocabulary
from ...interop.vocabularies import read_text
from ...permissions import as_system
from ...services.people import load_disciplines, load_reason_codes
from ...services.templates import load_template_file, publish_version


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "fixtures")

    def handle(self, *, folder, **options):
        try:
            vocabulary = read_vocabulary(folder)
            files = [
                read_template(read_text(path), file=path.name, vocabulary=vocabulary)
                for path in sorted((folder / "pathways").glob("*.yaml"))
            ]
        except TemplateFileError as error:
            raise CommandError(str(error)) from error
        load_disciplines(by=as_system(), entries=[each.stored() for each in vocabulary.disciplines])
        load_reason_codes(by=as_system(), entries=[each.stored() for each in vocabulary.reason_codes])
        for file in files:
            self._publish(load_template_file(by=as_system(), file=file))

    def _publish(self, version):
        if version.status == VersionStatus.DRAFT:
            publish_version(by=as_system(), version=version, summary="Loaded from the shipped template file.")
        self.stdout.write(f"{version} is published, {version.items.count()} items.")
