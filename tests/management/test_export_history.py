"""Exporting from the command line: the same file, without a limit, as the system's act."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pathways.audit import export
from pathways.enums import Action, Source
from pathways.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db


def run(output, **options):
    said = StringIO()
    call_command("export_history", output=output, stdout=said, **options)
    return said.getvalue()


def test_it_writes_the_events_of_the_filter_and_records_that(tmp_path):
    case, other = factories.open_case(), factories.open_case()
    said = run(tmp_path / "x.jsonl", form="jsonl", filter=f"q={case.reference}&since=2026-11-01")
    head, *events = map(json.loads, (tmp_path / "x.jsonl").read_text().splitlines())
    assert [event["case"] for event in events] == [case.reference]
    assert other.reference not in (tmp_path / "x.jsonl").read_text()
    event = AuditEvent.objects.get(action=Action.EXPORT)
    assert (event.actor, event.role, event.source) == (None, "system", Source.COMMAND)
    assert head["export"]["person"] == "System"
    assert said == f"Wrote 1 events in 1 rows. SHA-256 {head['export']['sha256']}\n"


def test_it_has_no_limit_and_writes_csv_of_everything_unless_told(tmp_path, monkeypatch):
    monkeypatch.setattr(export, "MOST_AT_ONCE", 1)
    factories.open_case()
    count = AuditEvent.objects.count()
    assert count > 1
    assert f"Wrote {count} events" in run(tmp_path / "x.csv")
    assert f"Events,{count}\r\n" in (tmp_path / "x.csv").read_bytes().decode("utf-8-sig")


@pytest.mark.parametrize("query", ["who=nobody", "since=yesterday", "quux=1", "q=SM-1&whom=3", "SM-142", "&"])
def test_a_filter_with_a_slip_exports_nothing(tmp_path, query):
    with pytest.raises(CommandError, match="This filter is not understood"):
        run(tmp_path / "x.csv", filter=query)
    assert not (tmp_path / "x.csv").exists()
    assert not AuditEvent.objects.filter(action=Action.EXPORT).exists()


def test_a_file_that_is_there_is_left_as_it_is(tmp_path):
    (tmp_path / "x.csv").write_text("Mine.")
    with pytest.raises(CommandError, match="was not written: File exists"):
        run(tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == "Mine."
    assert not AuditEvent.objects.filter(action=Action.EXPORT).exists()
