"""A file of the history holds what the page tells, does nothing in a spreadsheet, and proves itself."""

import csv
import hashlib
import io
import json
from contextlib import closing

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as st

from pathways.audit import export, timeline
from pathways.audit.recording import record_event
from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.permissions import as_system
from pathways.services import checklists
from tests import factories
from tests.views.desk import record

from .sealing import work

EVERYTHING = {"words": "Everything", "query": ""}


def exported(events=None, form="csv", by=None, **asked):
    """The whole file."""
    events = AuditEvent.objects.all() if events is None else events
    with closing(export.export(events, by=by or as_system(), form=form, **EVERYTHING | asked)) as made:
        data = b"".join(made)
        assert len(data) == made.size
    return data


def sheet(data):
    """The header by name, and each row by column name, of a CSV file."""
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert lines[8] == []
    names, *rows = lines[9:]
    return dict(lines[:8]), [dict(zip(names, row, strict=True)) for row in rows]


def lines(data):
    """The header, and each event, of a file of JSON Lines."""
    head, *events = [json.loads(line) for line in data.decode().splitlines()]
    return head["export"], events


@pytest.mark.django_db
def test_csv_has_a_row_for_each_change_and_what_followed_and_one_for_an_event_without():
    case = factories.open_case(details={"age_years": 71})
    member = factories.member(case.team, display_name="A. Rahman")
    record(member, case, "choice", response={"value": "low"}, note="Seen.")
    checklists.add_comment(by=member, case=case, text="Rang.")
    _, rows = sheet(exported(AuditEvent.objects.filter(case=case)))
    title = factories.item(case, "choice").name
    said = [(row["action"], row["followed"], row["field"], row["old"], row["new"]) for row in rows]
    due = said[4][4]
    assert said == [
        ("add_comment", "", "", "", ""),
        ("record_item", "", "Status", "Not started", "Done"),
        ("record_item", "", "Response", "", "Low"),
        ("record_item", "", "Note", "", "Seen."),
        ("record_item", "Next occurrence added", f"{title}, occurrence 2", "", due),
        ("open_case", "10 items on the checklist, 9 of them apply", "", "", ""),
        ("open_case", "1 case detail entered", "Age at opening (whole years)", "", "71 years"),
    ]
    assert due
    event = AuditEvent.objects.get(action="record_item")
    first, row = rows[0], rows[1]
    assert (first["comment"], first["role"], first["team"]) == ("Rang.", "member", case.team.code)
    assert row["sentence"] == f"A. Rahman marked “{title}” done"
    assert row["time"] == f"{event.at:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert (row["case"], row["item"], row["occurrence"]) == (case.reference, "choice", "1")
    assert (row["event"], row["source"]) == (event.pk.hex, "web")


@pytest.mark.django_db
def test_json_lines_have_an_event_a_line_with_its_changes_and_what_followed():
    case = factories.open_case()
    member = factories.member(case.team)
    record(member, case, "choice", response={"value": "low"}, note="=Seen.")
    _, (event,) = lines(exported(AuditEvent.objects.filter(action="record_item"), "jsonl"))
    assert {"field": "Note", "old": "", "new": "=Seen."} in event["changes"]
    (effect,) = event["effects"]
    assert effect["summary"] == "Next occurrence added"
    assert (event["person"], event["person_id"]) == (member.display_name, member.pk)
    assert (event["undoes"], event["restores"], event["address"]) == (None, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize("form", export.FORMS)
def test_the_header_states_filter_time_person_counts_and_the_digest_of_what_follows(form):
    work()
    count, auditor = AuditEvent.objects.count(), factories.auditor(display_name="I. Varga")
    count += 1
    asked = {"words": 'Reason: "so"\nit is', "query": "text=so"}
    data = exported(form=form, by=auditor, **asked)
    event = AuditEvent.objects.get(action=Action.EXPORT)
    if form == "csv":
        head, rows = sheet(data)
        rest = data.split(b"\r\n", 9)[9]
        said = [head[name] for name in ("Filter", "Query", "Time", "Person", "Events", "Rows", "SHA-256")]
        assert said[0] == 'Reason: "so" it is'
    else:
        head, rows = lines(data)
        rest = data.split(b"\n", 1)[1]
        said = [str(value) for value in head.values()]
        assert said[0] == asked["words"]
    digest = hashlib.sha256(rest).hexdigest()
    at = f"{event.at:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert said[1:] == ["text=so", at, "I. Varga", str(count), str(len(rows)), digest]
    assert len({row["event"] for row in rows}) == count


@pytest.mark.django_db
def test_an_export_is_an_event_with_its_filter_counts_and_digest():
    work()
    auditor = factories.auditor()
    head, _ = sheet(exported(AuditEvent.objects.filter(action="sign_out"), by=auditor, words="What: out"))
    event = AuditEvent.objects.get(action=Action.EXPORT)
    assert (event.actor, event.role, event.case) == (auditor, "auditor", None)
    assert event.reason == f"csv, 2 events in 2 rows, SHA-256 {head['SHA-256']}. What: out"


@pytest.mark.django_db
def test_a_long_filter_does_not_keep_an_export_from_being_recorded():
    exported(words="x" * 2000)
    assert len(AuditEvent.objects.get(action=Action.EXPORT).reason) == 1000


@pytest.mark.django_db
def test_what_cannot_be_recorded_is_not_exported(monkeypatch):
    def fails(**about):
        raise DatabaseError

    monkeypatch.setattr("pathways.audit.export.record_event", fails)
    with pytest.raises(DatabaseError):
        exported()


@pytest.mark.django_db
def test_a_file_goes_over_pages_and_leaves_out_what_happens_meanwhile(monkeypatch):
    monkeypatch.setattr(export, "PAGE", 2)
    work()
    before = list(AuditEvent.objects.order_by("-at", "-id").values_list("pk", flat=True))
    review = timeline.review

    def busy(events, **page):
        record_event(action=Action.SIGN_OUT, by=factories.auditor())
        return review(events, **page)

    first = export.told(AuditEvent.objects.all())
    told = [next(first).event.pk]
    monkeypatch.setattr(timeline, "review", busy)
    told += [entry.event.pk for entry in first]
    assert told == before


@pytest.mark.django_db
def test_the_cost_of_a_page_does_not_grow_with_its_events():
    def cost():
        with CaptureQueriesContext(connection) as queries:
            exported()
        return len(queries)

    work()
    cost()
    few = cost()
    for _ in range(4):
        work()
    cost()
    assert cost() == few <= 12


CALCULATED = "=+-@\uff1d\uff0b\uff0d\uff20"
SKIPPED = " \t\r\n\u00a0\u200b\ufeff"


CELL = st.text(st.sampled_from(f"{CALCULATED}{SKIPPED}\",;ab1'"), max_size=9)


@given(st.lists(CELL, min_size=1, max_size=6))
@example(["=1+1", " =1", "\t=1", "\uff1d1", "-2", "\u00a0@SUM(A1)", "a=1", "", "'", "\u200b+1", "\rx"])
def test_no_cell_begins_as_a_formula_and_every_cell_comes_back(cells):
    text = io.StringIO(newline="")
    csv.writer(text).writerow([export.safe(cell) for cell in cells])
    (back,) = csv.reader(io.StringIO(text.getvalue(), newline=""))
    assert [kept.removeprefix("'") for kept in back] == [cell.removeprefix("'") for cell in cells]
    assert not any(kept.lstrip(SKIPPED)[:1] in tuple(CALCULATED) for kept in back)
    assert not any(kept[:1] in ("\t", "\r", "\n") for kept in back)


@pytest.mark.parametrize("text", ["a=1", "", "'", "SM-1", " plain", "“=1”"])
def test_an_ordinary_cell_is_left_as_it_is(text):
    assert export.safe(text) == text


@pytest.mark.django_db
def test_a_formula_typed_as_a_note_arrives_in_the_sheet_as_text():
    case = factories.open_case()
    record(factories.member(case.team), case, "tick", status="in_progress", note='=HYPERLINK("x")')
    _, rows = sheet(exported())
    assert [row["new"] for row in rows if row["field"] == "Note"] == ['\'=HYPERLINK("x")']
