"""The file that an auditor gets: the events of the page's filter, recorded before it goes out."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import OperationalError

from pathways.audit import export
from pathways.audit.recording import simulated
from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.services import checklists
from tests import factories
from tests.views.desk import NOW, record, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(team, member):
    with simulated(NOW - timedelta(days=3)):
        case = factories.open_case(team)
    record(member, case, "tick", response={"value": True}, note="Seen.")
    return case


@pytest.fixture
def other():
    case = factories.open_case()
    checklists.add_comment(by=factories.member(case.team), case=case, text="Rang.")
    return case


def fetch(client, form, **query):
    answer = client.get(f"/audit/export/{form}/", query)
    return answer, b"".join(answer.streaming_content).decode("utf-8-sig")


def rows(data):
    """Each row of a CSV file by the names of its columns."""
    names, *found = list(csv.reader(io.StringIO(data, newline="")))[9:]
    return [dict(zip(names, row, strict=True)) for row in found]


def exports():
    return AuditEvent.objects.filter(action=Action.EXPORT)


def test_csv_has_the_events_of_the_filter_alone(client, auditor, case, other):
    answer, data = fetch(client, "csv", q=case.reference.lower(), since="2026-11-03", view="table")
    assert {row["case"] for row in rows(data)} == {case.reference}
    assert {row["action"] for row in rows(data)} == {"record_item"}
    assert f"Filter,Case: {case.reference.lower()}; From: 3 Nov 2026\r\n" in data
    assert f"Query,q={case.reference.lower()}&since=2026-11-03\r\n" in data
    assert "Person,I. Varga\r\n" in data
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = "audit-history-2026-11-03.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_json_lines_have_the_events_of_every_team(client, auditor, case, other):
    answer, data = fetch(client, "jsonl")
    head, *events = map(json.loads, data.splitlines())
    assert {case.reference, other.reference} <= {event["case"] for event in events}
    assert head["export"]["filter"] == "Everything"
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert int(answer.headers["Content-Length"]) == len(data.encode())


def test_an_export_is_recorded_before_it_goes_out(client, auditor, case):
    answer = client.get("/audit/export/csv/", {"q": case.reference})
    event = exports().get()
    assert (event.actor, event.role, event.address) == (auditor, "auditor", "127.0.0.1")
    assert event.reason.endswith(f". Case: {case.reference}")
    assert case.reference.encode() in answer.getvalue()


def test_without_its_event_there_is_no_export(client, auditor, case, monkeypatch):
    def busy(**about):
        raise OperationalError("database is locked")

    monkeypatch.setattr("pathways.audit.export.record_event", busy)
    answer = client.get("/audit/export/csv/")
    assert answer.status_code == 503
    assert case.reference not in answer.text


@pytest.mark.parametrize(
    "query", [{"who": "nobody"}, {"since": "yesterday"}, {"action": "dance"}, {"q": "x" * 30}]
)
def test_a_filter_that_is_not_understood_exports_nothing(client, auditor, case, query):
    answer = client.get("/audit/export/csv/", query)
    assert answer.status_code == 422
    assert "Not every filter was understood" in text(answer)
    assert not exports().exists()


def test_a_filter_that_finds_nothing_gives_a_file_without_events(client, auditor):
    _, data = fetch(client, "csv", q="ZZ-9")
    assert "Events,0\r\n" in data
    assert rows(data) == []


def test_too_many_events_are_refused_in_words_that_say_the_way_out(client, auditor, case, monkeypatch):
    count = AuditEvent.objects.count()
    monkeypatch.setattr(export, "MOST_AT_ONCE", count - 1)
    answer = client.get("/audit/export/jsonl/")
    assert answer.status_code == 422
    said = text(answer)
    assert f"More events fit this filter than a file made here holds, which is {count - 1}." in said
    assert "manage.py export_history" in said
    assert not exports().exists()
    monkeypatch.setattr(export, "MOST_AT_ONCE", count)
    assert fetch(client, "jsonl")[0].status_code == 200


@pytest.mark.parametrize("form", ["xlsx", "CSV", "pdf"])
def test_another_form_is_not_found(client, auditor, form):
    assert client.get(f"/audit/export/{form}/").status_code == 404


def test_looking_ahead_is_no_export(client, auditor):
    assert client.head("/audit/export/csv/").status_code == 405
    assert not exports().exists()
