"""The first people of an installation come from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pathways.models import AuditEvent, User
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch):
    """typed(text) is what somebody types when asked."""
    return lambda text: monkeypatch.setattr("sys.stdin", StringIO(text))


def run(*arguments, **options):
    call_command(*arguments, stdout=StringIO(), **options)


def test_a_person_is_created_with_a_password_a_team_and_a_flag(typed, client):
    run("create_team", "rowan", "Rowan team")
    typed("correct horse battery\n")
    run("create_person", "byrne", "S. Byrne", team="rowan", role="coordinator", is_auditor=True)
    person = User.objects.get(username="byrne")
    assert (person.memberships.get().role, person.is_auditor) == ("coordinator", True)
    assert client.login(username="byrne", password="correct horse battery")
    assert set(AuditEvent.objects.values_list("source", flat=True)) == {"command"}


def test_a_weak_password_creates_nobody(typed):
    typed("12345\n")
    with pytest.raises(CommandError, match="short"):
        run("create_person", "byrne", "S. Byrne")
    assert not User.objects.exists()


@pytest.mark.parametrize("option", [{"team": "nowhere"}, {"discipline": "nothing"}])
def test_an_unknown_code_creates_nobody(typed, option):
    typed("correct horse battery\n")
    with pytest.raises(CommandError, match="no "):
        run("create_person", "byrne", "S. Byrne", **option)
    assert not User.objects.exists()


def test_a_name_that_is_taken_is_said(typed):
    factories.person(username="byrne")
    typed("correct horse battery\n")
    with pytest.raises(CommandError, match="already"):
        run("create_person", "byrne", "S. Byrne")
    run("create_team", "rowan", "Rowan team")
    with pytest.raises(CommandError, match="already"):
        run("create_team", "rowan", "Rowan team")
