"""The zip of one case: for auditors, recorded, readable by itself and without anything that runs."""

import io
import json
import re
import subprocess
import sys
from html import unescape
from zipfile import ZipFile

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from pathways.audit import access, seal
from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.services import checklists
from tests import factories
from tests.views.desk import NOW, case_url, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(team, member):
    case = factories.open_case(team, opened_at=NOW, details={"age_years": 71})
    record(member, case, "choice", response={"value": "low"}, note="Seen <b>twice</b>.")
    reason = factories.reason(label="Waits for theatre")
    record(member, case, "tick", status="blocked", reason=reason, reason_text="List full")
    checklists.add_comment(by=member, case=case, text="<script>alert(1)</script>")
    return case


@pytest.fixture(autouse=True)
def anchors(settings, tmp_path):
    settings.SEAL_ANCHORS = tmp_path / "anchors.jsonl"


def fetch(client, case):
    answer = client.get(f"{case_url(case)}bundle/")
    assert answer.status_code == 200
    return answer, ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def page_of(client, case):
    return fetch(client, case)[1].read(f"{case.reference}-bundle/case.html").decode()


def test_a_bundle_comes_as_one_zip_named_after_its_case(client, auditor, case):
    answer, archive = fetch(client, case)
    name = f"{case.reference}-bundle-2026-11-03.zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert {name.partition("/")[2] for name in archive.namelist()} == {
        "README.txt", "case.html", "history.csv", "history.jsonl", "rows.jsonl", "seals.jsonl",
        "anchors.jsonl", "verify.py", "manifest.json",
    }  # fmt: skip
    manifest = json.loads(archive.read(f"{case.reference}-bundle/manifest.json"))
    assert (manifest["by"], manifest["case"]) == ("I. Varga", case.reference)
    assert manifest["made"] == "2026-11-03T14:32:00.000000Z"


def test_what_was_downloaded_verifies(client, auditor, case, tmp_path):
    seal.anchor(seal.seal_all())
    fetch(client, case)[1].extractall(tmp_path)
    script = tmp_path / f"{case.reference}-bundle" / "verify.py"
    done = subprocess.run([sys.executable, "-I", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "the anchor of 2026-11-03T14:32:00.000000Z is after the last event" in done.stdout


def test_a_bundle_is_recorded_with_its_case(client, auditor, case):
    fetch(client, case)
    event = AuditEvent.objects.get(action=Action.EXPORT)
    assert (event.actor, event.case, event.role) == (auditor, case, "auditor")
    assert re.fullmatch("Case bundle, 4 events, SHA-256 [0-9a-f]{64}", event.reason)


def test_without_its_event_there_is_no_bundle(client, auditor, case, monkeypatch):
    def busy(**about):
        raise OperationalError("database is locked")

    monkeypatch.setattr("pathways.audit.bundle.record_event", busy)
    assert client.get(f"{case_url(case)}bundle/").status_code == 503


def test_the_page_tells_the_case_its_checklist_and_its_story(client, auditor, case, member):
    page = re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", page_of(client, case))))
    for words in (
        f"{case.reference} Open. Age: 71 years.",
        "Sex Not entered",
        "Response: Low",
        "Note: Seen <b>twice</b>.",
        "Done by A. Rahman, 3 Nov 14:32",
        "Blocked Reason: Waits for theatre: List full",
        "Not started Does not apply now",
        "14:32 A. Rahman (team member) commented on the case",
        "Tuesday 3 November 2026",
        "Made 3 Nov 2026, 14:32 by I. Varga",
    ):
        assert words in page, words


def test_the_page_runs_nothing_and_asks_for_nothing(client, auditor, case):
    page = page_of(client, case)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert not re.search(r"""\b(src|href|on\w+|action)\s*=""", page)
    assert "default-src 'none'" in page


def test_who_only_looked_is_in_the_files_and_not_on_the_page(client, auditor, case):
    access.read_case(by=factories.observer(case.team, display_name="O. Moreau"), reference=case.reference)
    archive = fetch(client, case)[1]
    assert b"O. Moreau" in archive.read(f"{case.reference}-bundle/history.csv")
    assert b"O. Moreau" not in archive.read(f"{case.reference}-bundle/case.html")


def test_the_cost_does_not_grow_with_the_events_of_a_page(client, auditor, case, member):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            fetch(client, case)
        return len(queries)

    fetch(client, case)
    few = cost()
    for number in range(30):
        checklists.add_comment(by=member, case=case, text=f"Comment {number}.")
    assert cost() == few <= 50


def test_looking_ahead_is_no_bundle(client, auditor, case):
    assert client.head(f"{case_url(case)}bundle/").status_code == 405
    assert not AuditEvent.objects.filter(action=Action.EXPORT).exists()
