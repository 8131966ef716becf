"""Creates a person who may sign in; the password is asked for, or read from standard input."""

import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ...enums import Role
from ...models import Discipline, Team
from ...permissions import as_system
from ...services import BadInput
from ...services.people import add_membership, create_person

FLAGS = ("is_pathway_editor", "is_auditor", "is_site_admin")


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("display_name")
        parser.add_argument("--discipline", help="the code of a discipline")
        parser.add_argument("--team", help="the code of a team")
        parser.add_argument("--role", choices=Role.values, default=Role.MEMBER)
        for flag in FLAGS:
            parser.add_argument(
                f"--{flag.removeprefix('is_').replace('_', '-')}", action="store_true", dest=flag
            )

    def handle(self, *, username, display_name, discipline, team, role, **options):
        try:
            with transaction.atomic():
                person = create_person(
                    by=as_system(),
                    username=username,
                    display_name=display_name,
                    discipline=self._found(Discipline, discipline),
                    password=self._password(),
                    **{flag: options[flag] for flag in FLAGS},
                )
                if team:
                    add_membership(by=as_system(), user=person, team=self._found(Team, team), role=role)
        except (BadInput, ValidationError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{display_name} may sign in as {username}.")

    def _password(self):
        password = getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        validate_password(password)
        return password

    def _found(self, model, code):
        if code is None:
            return None
        found = model.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"There is no {model._meta.verbose_name} with the code {code}.")
        return found
