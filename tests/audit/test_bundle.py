"""A case bundle proves itself far from here: what is changed in any of its files is found and named."""

import ast
import hashlib
import json
import re
import subprocess
import sys
from types import SimpleNamespace
from zipfile import ZipFile

import pytest

from pathways.audit import bundle, digests, export, seal
from pathways.audit.bundle import OFFLINE, Bundle
from pathways.audit.offline import verify
from pathways.audit.recording import record_event
from pathways.enums import Action
from pathways.models import AuditEvent, Seal
from pathways.services import checklists, undoing
from tests import factories
from tests.views.desk import record

from .sealing import ITEMS, seal_and_anchor, work

pytestmark = pytest.mark.django_db

PAGE = "<!DOCTYPE html><title>A page</title>"
KEY = "for-tests-only"


@pytest.fixture
def case():
    """A case with work among that of other cases, sealed and anchored."""
    work()
    case = factories.open_case()
    by = factories.member(case.team)
    record(by, case, "choice", response={"value": "low"}, note="=Seen.")
    work()
    checklists.add_comment(by=by, case=case, text="Rang, “Zoë” was in.")
    record(by, case, "tick", status="in_progress")
    item = factories.item(case, "tick")
    undoing.undo_change(by=by, event=item.history.latest("version").audit_event)
    record_event(action=Action.REFUSED, by=by, case=case, reason="view this case: GET /")
    work()
    seal_and_anchor()
    return case


@pytest.fixture
def unpacked(case, tmp_path):
    return unpack(case, tmp_path)


def unpack(case, folder):
    with Bundle(case, by=factories.auditor()).zipped(PAGE) as file, ZipFile(file) as archive:
        archive.extractall(folder)
    return folder / f"{case.reference}-bundle"


def verified(folder, *, with_key=False):
    """How the verifier ends, and what it prints."""
    command = [sys.executable, "-I", str(folder / "verify.py")]
    if with_key:
        key = folder.parent / "key"
        key.write_text(f"{KEY}\n")
        command += ["--key-file", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.returncode, done.stdout


def lines(folder, name):
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def write_lines(folder, name, values):
    (folder / name).write_text("".join(f"{json.dumps(value)}\n" for value in values))


def list_anew(folder):
    """Make the manifest and the header of the history fit again, as whoever changes a file would."""
    head, *events = (folder / "history.jsonl").read_bytes().split(b"\n")
    said = json.loads(head)
    said["export"]["sha256"] = hashlib.sha256(b"\n".join(events)).hexdigest()
    (folder / "history.jsonl").write_bytes(b"\n".join([json.dumps(said).encode(), *events]))
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest["files"]
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_an_untouched_bundle_holds_without_the_key_and_with_it(unpacked):
    ended, said = verified(unpacked)
    assert ended == 0, said
    assert said.count("holds  ") == 7
    assert said.endswith("Everything holds that can be told without --key-file.\n")
    ended, said = verified(unpacked, with_key=True)
    assert ended == 0, said
    assert re.search("holds  [0-9]+ links follow from the link before them under this key", said)
    assert said.endswith("Everything holds.\n")


def test_a_bundle_is_the_same_each_time_but_for_what_happened_and_when(case, monkeypatch):
    monkeypatch.setattr(bundle, "record_event", lambda **about: None)
    monkeypatch.setattr(bundle.timezone, "now", lambda: case.opened_at)
    by = factories.auditor()
    one, other = (Bundle(case, by=by).zipped(PAGE) for _ in range(2))
    with one, other:
        assert one.read() == other.read()
        assert {info.date_time for info in ZipFile(one).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_happens_while_a_bundle_is_made_is_left_out(case, tmp_path, monkeypatch):
    def meanwhile(step):
        def busy(*args, **kwargs):
            checklists.add_comment(by=by, case=case, text="Meanwhile.")
            seal_and_anchor()
            return step(*args, **kwargs)

        return busy

    by = factories.member(case.team)
    links = SimpleNamespace(filter=meanwhile(Seal.objects.filter))
    monkeypatch.setattr(bundle, "Seal", SimpleNamespace(objects=links))
    monkeypatch.setattr(bundle, "told", meanwhile(bundle.told))
    monkeypatch.setattr(bundle, "stretches", meanwhile(bundle.stretches))
    folder = unpack(case, tmp_path)
    ended, said = verified(folder, with_key=True)
    assert ended == 0, said
    assert json.loads((folder / "manifest.json").read_text())["events"] == 6
    assert not any(b"Meanwhile." in path.read_bytes() for path in folder.iterdir())


def test_a_bundle_is_an_event_of_the_case_with_its_digest(case):
    by = factories.auditor()
    with Bundle(case, by=by).zipped(PAGE) as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    event = AuditEvent.objects.get(action=Action.EXPORT)
    assert (event.actor, event.case, event.team) == (by, case, case.team)
    assert event.reason == f"Case bundle, 6 events, SHA-256 {digest}"


def test_the_verifier_runs_on_python_3_9_and_needs_nothing(unpacked):
    tree = ast.parse((OFFLINE / "verify.py").read_text(), feature_version=(3, 9))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {name.name for node in imports if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module for node in imports if isinstance(node, ast.ImportFrom)}
    assert names <= sys.stdlib_module_names
    assert not names & {"tomllib", "zoneinfo"}


def test_the_verifier_takes_formulas_as_the_export_does():
    assert verify.FORMULA.pattern == export.FORMULA.pattern


# Each of these changes something and gives where the verifier should find it. The first are found though
# manifest.json was made to fit; those that need the key are found with it alone.


def a_cell_of_a_row(folder):
    rows = lines(folder, "rows.jsonl")
    row = next(each for each in rows if each["row"].get("note") == "=Seen.")
    row["row"]["note"] = "Not seen."
    write_lines(folder, "rows.jsonl", rows)
    return f"rows.jsonl, event {row['event']}, row {ITEMS} {row['key']} was changed since it was sealed"


def a_dropped_row(folder):
    rows = lines(folder, "rows.jsonl")
    gone = next(each for each in rows if each["table"] == ITEMS)
    write_lines(folder, "rows.jsonl", [each for each in rows if each is not gone])
    return f"rows.jsonl, event {gone['event']}, row {ITEMS} {gone['key']} is gone since it was sealed"


def swapped_rows(folder):
    """Two events each tell what the other did."""
    rows = lines(folder, "rows.jsonl")
    one, other = [each for each in rows if each["table"] == ITEMS and each["row"]["version"] == 2][:2]
    one["row"], other["row"] = other["row"], one["row"]
    write_lines(folder, "rows.jsonl", rows)
    return f"rows.jsonl, event {one['event']}, row {ITEMS} {one['key']} was changed since it was sealed"


def an_added_row(folder):
    rows = lines(folder, "rows.jsonl")
    last = next(each for each in rows if each["table"] == ITEMS)
    rows.append(last | {"key": "999999", "row": last["row"] | {"version": 9}})
    write_lines(folder, "rows.jsonl", rows)
    return f"rows.jsonl, event {last['event']}, row {ITEMS} 999999 was added since it was sealed"


def a_doubled_row(folder):
    rows = lines(folder, "rows.jsonl")
    write_lines(folder, "rows.jsonl", [*rows, rows[0]])
    return f"seals.jsonl, event {rows[0]['event']}: its digest was changed, or a row stands twice"


def who_did_it(folder):
    told = lines(folder, "history.jsonl")
    told[2]["person_id"] += 1
    write_lines(folder, "history.jsonl", told)
    return f"history.jsonl, event {told[2]['event']}: its person id is not that of its row"


def when_it_was(folder):
    told = lines(folder, "history.jsonl")
    told[1]["time"] = "2026-11-03T10:14:00.000000Z"
    write_lines(folder, "history.jsonl", told)
    return f"history.jsonl, event {told[1]['event']}: its time is not that of its row"


def what_was_said(folder):
    told = lines(folder, "history.jsonl")
    found = next(each for each in told[1:] if each["comment"])
    found["comment"] = "Rang, nobody was in."
    write_lines(folder, "history.jsonl", told)
    return f"history.jsonl, event {found['event']}: its comment is not that of its row"


def a_dropped_history_line(folder):
    told = lines(folder, "history.jsonl")
    write_lines(folder, "history.jsonl", told[:-1])
    return f"history.jsonl, event {told[-1]['event']} is missing"


def a_cell_of_the_sheet(folder):
    path = folder / "history.csv"
    path.write_bytes(path.read_bytes().replace(b"'=Seen.", b"=1+1"))
    return "history.csv, row "


def a_row_more_in_the_sheet(folder):
    path = folder / "history.csv"
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])
    return "is not in history.jsonl"


def a_digest_of_a_seal(folder):
    seals = lines(folder, "seals.jsonl")
    own = next(each for each in seals if "event" in each)
    own["digest"] = "0" * 64
    write_lines(folder, "seals.jsonl", seals)
    return f"seals.jsonl, event {own['event']}: its digest was changed, or a row stands twice"


def the_marks_of_a_seal(folder):
    seals = lines(folder, "seals.jsonl")
    own = next(each for each in seals if "event" in each)
    own["marks"] = "{}"
    write_lines(folder, "seals.jsonl", seals)
    return f"seals.jsonl, event {own['event']}: its list of rows was changed"


def a_dropped_seal(folder):
    seals = lines(folder, "seals.jsonl")
    own = next(each for each in seals if "event" in each)
    write_lines(folder, "seals.jsonl", [each for each in seals if each is not own])
    return f"seals.jsonl, link {own['sequence']} is missing"


def a_dropped_link_of_others(folder):
    seals = lines(folder, "seals.jsonl")
    other = next(each for each in seals if "event" not in each)
    write_lines(folder, "seals.jsonl", [each for each in seals if each is not other])
    return f"seals.jsonl, link {other['sequence']} is missing"


def seals_in_another_order(folder):
    one, other, *seals = lines(folder, "seals.jsonl")
    write_lines(folder, "seals.jsonl", [other, one, *seals])
    return f"seals.jsonl, link {one['sequence']} stands after link {other['sequence']}"


def another_link_before(folder):
    seals = lines(folder, "seals.jsonl")
    own = [each for each in seals if "event" in each][-1]
    own["previous"] = "0" * 64
    write_lines(folder, "seals.jsonl", seals)
    return f"seals.jsonl, link {own['sequence']}, event {own['event']}: it follows another link"


def an_event_made_out_as_another_cases(folder):
    """Its rows, its history and what its link says of it are gone, as if it had never been of the case."""
    seals, told = lines(folder, "seals.jsonl"), lines(folder, "history.jsonl")
    event = next(each for each in told[1:] if each["action"] == "record_item")["event"]
    own = next(each for each in seals if each.get("event") == event)
    for name in ("event", "marks", "previous"):
        del own[name]
    rows = [each for each in lines(folder, "rows.jsonl") if each["event"] != event]
    write_lines(folder, "seals.jsonl", seals)
    write_lines(folder, "rows.jsonl", rows)
    write_lines(folder, "history.jsonl", [each for each in told if each.get("event") != event])
    return ": version 2 of "


def an_anchor(folder):
    (anchor,) = lines(folder, "anchors.jsonl")
    write_lines(folder, "anchors.jsonl", [anchor | {"chain": "0" * 64}])
    return f"anchors.jsonl, the anchor of {anchor['at']} is of another link"


def the_case_of_the_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"case": "SM-999"}))
    return "manifest.json or history.jsonl names another case than rows.jsonl"


def the_events_of_the_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"events": 3}))
    return "history.jsonl does not have as many events as manifest.json says"


def a_sealed_event_made_out_as_open(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    event = lines(folder, "history.jsonl")[1]["event"]
    (folder / "manifest.json").write_text(json.dumps(manifest | {"not_sealed_yet": [event]}))
    return f"seals.jsonl, event {event}: it is sealed, and listed as not sealed"


def nonsense_in_a_line(folder):
    path = folder / "seals.jsonl"
    path.write_text(path.read_text().replace("{", "[", 1))
    return "seals.jsonl, line 1 cannot be read"


def another_shape(folder):
    write_lines(folder, "rows.jsonl", [{"event": "a row"}])
    return "A file is not of the form that is expected"


TAMPERINGS = [
    a_cell_of_a_row, a_dropped_row, swapped_rows, an_added_row, a_doubled_row, who_did_it, when_it_was,
    what_was_said, a_dropped_history_line, a_cell_of_the_sheet, a_row_more_in_the_sheet, a_digest_of_a_seal,
    the_marks_of_a_seal, a_dropped_seal, a_dropped_link_of_others, seals_in_another_order,
    another_link_before, an_event_made_out_as_another_cases, an_anchor, the_case_of_the_manifest,
    the_events_of_the_manifest, a_sealed_event_made_out_as_open, nonsense_in_a_line, another_shape,
]  # fmt: skip

each_tampering = pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda act: act.__name__)


@each_tampering
def test_tampering_is_found_and_its_place_named_though_the_manifest_fits(tamper, unpacked):
    place = tamper(unpacked)
    list_anew(unpacked)
    ended, said = verified(unpacked)
    assert ended == 1, said
    assert place in said
    first = said.partition("BREAK  ")[2].partition("\n")[0]
    assert said.endswith(f"BROKEN. The first break: {first}\n")


def test_a_file_that_is_not_as_listed_is_named(unpacked):
    names = json.loads((unpacked / "manifest.json").read_text())["files"]
    assert set(names) == {path.name for path in unpacked.iterdir()} - {"manifest.json"}
    for name in names:
        path = unpacked / name
        kept = path.read_bytes()
        path.write_bytes(kept + b"\n")
        ended, said = verified(unpacked)
        assert ended == 1, said
        assert f"BREAK  {name} is not as manifest.json lists it." in said
        path.write_bytes(kept)
    (unpacked / "case.html").unlink()
    assert "BREAK  case.html is missing." in verified(unpacked)[1]


def test_a_bundle_without_its_manifest_holds_nothing(unpacked):
    (unpacked / "manifest.json").write_text("{")
    assert "manifest.json cannot be read" in verified(unpacked)[1]
    (unpacked / "manifest.json").unlink()
    ended, said = verified(unpacked)
    assert ended == 1
    assert "BROKEN. The first break: manifest.json is missing." in said


def test_a_file_that_was_put_beside_is_told(unpacked):
    (unpacked / "letter.txt").write_text("Trust me.")
    ended, said = verified(unpacked)
    assert ended == 0
    assert "Not part of the bundle: letter.txt." in said


def a_whole_new_truth(folder):
    """Row, marks, digest, history and manifest all changed to fit: only the chain's key tells."""
    rows, seals = lines(folder, "rows.jsonl"), lines(folder, "seals.jsonl")
    row = next(each for each in rows if each["row"].get("note") == "=Seen.")
    row["row"]["note"] = "Not seen."
    own = next(each for each in seals if each.get("event") == row["event"])
    of_event = [each for each in rows if each["event"] == row["event"]]
    digests = sorted([each["table"], each["key"], verify.digest_of(each)] for each in of_event)
    own["digest"] = verify.sha256(verify.canonical(digests))
    marks: dict = {}
    for table, key, digest in digests:
        marks.setdefault(table, {})[key] = digest[:12]
    own["marks"] = verify.canonical(marks)
    write_lines(folder, "rows.jsonl", rows)
    write_lines(folder, "seals.jsonl", seals)
    list_anew(folder)
    return f"seals.jsonl, link {own['sequence']}, event {own['event']}: it was not made with this key"


def test_what_was_made_anew_from_end_to_end_is_found_with_the_key_alone(unpacked):
    place = a_whole_new_truth(unpacked)
    assert verified(unpacked)[0] == 0
    ended, said = verified(unpacked, with_key=True)
    assert ended == 1
    assert place in said


def test_a_link_of_others_that_was_changed_is_found_with_the_key(unpacked):
    seals = lines(unpacked, "seals.jsonl")
    other = next(each for each in seals[1:] if "event" not in each)
    other["digest"] = "0" * 64
    write_lines(unpacked, "seals.jsonl", seals)
    list_anew(unpacked)
    said = verified(unpacked, with_key=True)[1]
    assert f"seals.jsonl, link {other['sequence']}: it was not made with this key" in said


def test_the_rows_are_exactly_those_that_the_seals_cover(unpacked, case):
    rows = lines(unpacked, "rows.jsonl")
    events = {row["event"] for row in rows}
    sealed = digests.lines_of(sorted(events), digests.current_columns())
    found = [(row["event"], (row["table"], row["key"], verify.digest_of(row))) for row in rows]
    assert sorted(found) == sorted((event, line) for event in events for line in sealed[event])
    assert {event.pk.hex for event in AuditEvent.objects.filter(case=case)} == events | {exported()}


def exported():
    return AuditEvent.objects.get(action=Action.EXPORT).pk.hex


def test_every_row_is_of_the_case(unpacked, case):
    for row in lines(unpacked, "rows.jsonl"):
        column = "id" if row["table"] == "pathways_historicalcase" else "case_id"
        assert row["row"][column] == case.pk


def test_nothing_of_other_cases_is_in_a_bundle_but_bare_digests(tmp_path):
    other = factories.open_case()
    by = factories.member(other.team, display_name="C. Anary")
    record(by, other, "choice", response={"value": "low"}, note="Canary sang.")
    case = factories.open_case(team=other.team, version=other.template_version)
    checklists.add_comment(by=by, case=other, text="Canary rang.")
    checklists.add_comment(by=factories.member(case.team), case=case, text="Seen.")
    seal_and_anchor()
    folder = unpack(case, tmp_path)
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    events = AuditEvent.objects.filter(case=other)
    for trace in ("anary", other.reference, *(event.pk.hex for event in events)):
        assert trace.encode() not in everything
    bare = [each for each in lines(folder, "seals.jsonl") if "event" not in each]
    assert len(bare) >= 2
    assert {name for each in bare for name in each} == {"sequence", "digest", "chain"}


def test_what_is_not_sealed_yet_is_listed_and_holds(case, tmp_path):
    checklists.add_comment(by=factories.member(case.team), case=case, text="Later.")
    event = AuditEvent.objects.filter(case=case).latest("at")
    ended, said = verified(unpack(case, tmp_path), with_key=True)
    assert ended == 0, said
    assert f"not sealed yet: {event.pk.hex}." in said


def test_a_case_of_which_nothing_is_sealed_says_so(tmp_path):
    case = factories.open_case()
    folder = unpack(case, tmp_path)
    ended, said = verified(folder, with_key=True)
    assert ended == 0, said
    assert "0 anchors fit the chain; none is after the last event." in said
    assert json.loads((folder / "manifest.json").read_text())["chain"] is None


def test_links_lead_on_to_the_first_anchor_after_the_case(case, tmp_path):
    reached = seal.last_link().sequence
    work()
    seal_and_anchor()
    folder = unpack(case, tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["links"]["last"] == reached
    assert manifest["chain"]["sequence"] == seal.last_link().sequence
    assert [each["sequence"] for each in lines(folder, "anchors.jsonl")] == [reached]


def test_too_many_links_are_cut_before_the_anchor_and_that_is_said(case, tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "MOST_LINKS", 10)
    folder = unpack(case, tmp_path)
    seals, manifest = lines(folder, "seals.jsonl"), json.loads((folder / "manifest.json").read_text())
    apart = [each for each in seals if each["sequence"] < manifest["links"]["first"]]
    assert len(seals) - len(apart) == 10
    assert len(apart) == manifest["links"]["apart"] > 0
    ended, said = verified(folder, with_key=True)
    assert ended == 0, said
    assert f"{len(apart)} older events are too far from it to be tied to it here." in said


def test_a_bundle_that_cannot_be_recorded_is_not_made(case, monkeypatch):
    def fails(**about):
        raise OSError

    monkeypatch.setattr(bundle, "record_event", fails)
    with pytest.raises(OSError):  # noqa: PT011
        Bundle(case, by=factories.auditor()).zipped(PAGE)
