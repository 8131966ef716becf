"""Sealing and verifying from the command line."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from pathways.audit import guard
from pathways.audit.recording import record_event, simulated
from pathways.enums import Action, Source
from pathways.models import AuditEvent, Seal, Team
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anchors(settings, tmp_path):
    settings.SEAL_ANCHORS = tmp_path / "beside" / "anchors.jsonl"
    return settings.SEAL_ANCHORS


def run(command):
    said = StringIO()
    call_command(command, stdout=said)
    return said.getvalue()


def test_sealing_writes_a_line_about_the_chain_outside_the_database(anchors):
    factories.team()
    assert "Sealed 1 events.\nThe chain stands at link 1" in run("seal_history")
    run("seal_history")
    first, second = [json.loads(line) for line in anchors.read_text().splitlines()]
    chain = Seal.objects.get().chain
    assert (first["sequence"], first["chain"], first["added"]) == (1, chain, 1)
    assert (second["sequence"], second["chain"], second["added"]) == (1, chain, 0)
    assert second["at"] > first["at"]


def test_without_an_event_there_is_nothing_to_seal_or_to_verify(anchors):
    assert run("seal_history") == "Sealed 0 events.\n"
    assert not anchors.exists()
    assert "Verified 0 links" in run("verify_history")


def test_an_anchor_that_cannot_be_written_is_said(settings, tmp_path):
    factories.team()
    settings.SEAL_ANCHORS = tmp_path
    with pytest.raises(CommandError, match="Sealed 1 events, but the anchor was not written"):
        run("seal_history")


def test_an_untouched_history_verifies_and_tells_what_is_still_open():
    factories.team()
    run("seal_history")
    with simulated(timezone.now() - timedelta(days=1, hours=2, minutes=3)):
        record_event(action=Action.SIGN_IN_FAILED, source=Source.SIGN_IN)
    said = run("verify_history")
    assert "Verified 1 links over 2 rows" in said
    assert "1 events are not sealed yet; the oldest is 1 d 2 h 3 min old." in said
    assert said.endswith("The sealed history is as it was sealed.\n")


def test_a_change_ends_with_one_and_names_the_first_broken_link(capsys):
    team, other = factories.team(), factories.team()
    run("seal_history")
    connection.check_constraints()
    guard.drop_triggers()
    Team.history.filter(id__in=[team.pk, other.pk]).update(name="Renamed")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_history")
    said = capsys.readouterr().out
    event = AuditEvent.objects.earliest("at", "id").pk.hex
    row = Team.history.get(audit_event=event).pk
    assert ended.value.code == 1
    assert said.startswith(
        f"BROKEN at link 1: event {event}: pathways_historicalteam row {row} was changed.\nalso at link 2:"
    )
    assert "as it was sealed." not in said
