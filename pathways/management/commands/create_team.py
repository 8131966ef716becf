"""Creates a team: manage.py create_team rowan "Rowan team"."""

from django.core.management.base import BaseCommand, CommandError

from ...permissions import as_system
from ...services import BadInput
from ...services.people import create_team


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("code", help="the team's short name in addresses")
        parser.add_argument("name")

    def handle(self, *, code, name, **options):
        try:
            create_team(by=as_system(), code=code, name=name)
        except BadInput as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{name} is there.")
