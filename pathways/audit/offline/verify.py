"""Says whether a case bundle is as it was made: python verify.py, in the unpacked folder.

Needs Python 3.9 or newer and nothing else, and reads nothing but the files beside it. It prints what holds,
and what does not with its file, event and row; it ends with 1 where anything does not hold. With --key-file,
the file that holds the sealing key, it also recomputes the chain.
"""

import argparse
import csv
import hashlib
import hmac
import io
import json
import re
import sys
from functools import cached_property
from pathlib import Path

EVENTS, CASES = "pathways_auditevent", "pathways_historicalcase"
TOLD = {
    "time": "at",
    "person_id": "actor_id",
    "role": "role",
    "action": "action",
    "reason": "reason",
    "source": "source",
    "address": "address",
    "undoes": "undoes_id",
    "restores": "restores_id",
}
TEXTS = {"pathways_historicalcomment": "text", "pathways_historicalreview": "note"}
BLANK = {"field": "", "old": "", "new": ""}
HEADER_ROWS = 9
FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
MARK = 12
BEFORE_ALL: dict = {"sequence": 0, "chain": "genesis"}


class Broken(Exception):
    """What does not hold, and where."""


class Bundle:
    """The files, each read when it is asked for."""

    def __init__(self, folder, key):
        self.folder, self.key = folder, key

    def read(self, name):
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            raise Broken(f"{name} is missing") from None

    def lines(self, name):
        for number, line in enumerate(self.read(name).split(b"\n")[:-1], start=1):
            try:
                yield json.loads(line)
            except ValueError:
                raise Broken(f"{name}, line {number} cannot be read") from None

    @cached_property
    def manifest(self):
        try:
            return json.loads(self.read("manifest.json"))
        except ValueError:
            raise Broken("manifest.json cannot be read") from None

    @cached_property
    def rows(self):
        """Event to its rows."""
        found: dict = {}
        for row in self.lines("rows.jsonl"):
            found.setdefault(row["event"], []).append(row)
        return found

    @cached_property
    def seals(self):
        return list(self.lines("seals.jsonl"))

    @cached_property
    def own(self):
        """The case's own links, by event."""
        return {link["event"]: link for link in self.seals if "event" in link}

    @cached_property
    def told(self):
        """The header of history.jsonl, and each event."""
        return list(self.lines("history.jsonl"))


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def sha256(text):
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def digest_of(row):
    names = sorted(row["row"])
    return sha256(canonical([row["table"], names]) + canonical([row["row"][name] for name in names]))


def check_files(bundle):
    """The files are as the manifest lists them."""
    listed = bundle.manifest["files"]
    for name in sorted(listed):
        if sha256(bundle.read(name)) != listed[name]:
            raise Broken(f"{name} is not as manifest.json lists it")
    beside = {path.name for path in bundle.folder.iterdir()} - {*listed, "manifest.json", "__pycache__"}
    others = f" Not part of the bundle: {', '.join(sorted(beside))}." if beside else ""
    return f"All {len(listed)} files are as manifest.json lists them.{others}"


def check_rows(bundle):
    """Each sealed event's rows give the digest that was sealed."""
    for event, seal in bundle.own.items():
        if event not in bundle.rows:
            raise Broken(f"rows.jsonl, event {event}: all of its rows are gone")
        compare(event, bundle.rows[event], seal)
    count = sum(len(bundle.rows[event]) for event in bundle.own)
    return f"{count} rows give the digests under which {len(bundle.own)} events were sealed."


def compare(event, rows, seal):
    """Hold the rows of an event against its seal, which begins each row's digest in its marks."""
    lines = sorted([row["table"], row["key"], digest_of(row)] for row in rows)
    marks: dict = {}
    for table, key, digest in lines:
        marks.setdefault(table, {})[key] = digest[:MARK]
    whole, kept = sha256(canonical(lines)) == seal["digest"], json.loads(seal["marks"])
    if whole and marks == kept:
        return
    for table in sorted({*kept, *marks}):
        before, now = kept.get(table, {}), marks.get(table, {})
        for key in sorted({*before, *now}):
            if before.get(key) != now.get(key) and not whole:
                what = "is gone" if key not in now else "was changed" if key in before else "was added"
                raise Broken(f"rows.jsonl, event {event}, row {table} {key} {what} since it was sealed")
    said = "its list of rows was changed" if whole else "its digest was changed, or a row stands twice"
    raise Broken(f"seals.jsonl, event {event}: {said}")


def check_seals(bundle):
    """Every event has its place in the chain, and no link between is missing."""
    last = BEFORE_ALL
    for link in bundle.seals:
        number = link["sequence"]
        if number <= last["sequence"]:
            raise Broken(f"seals.jsonl, link {number} stands after link {last['sequence']}")
        if number == last["sequence"] + 1 and link.get("previous", last["chain"]) != last["chain"]:
            raise Broken(f"seals.jsonl, link {number}, event {link['event']}: it follows another link")
        last = link
    span, present = bundle.manifest["links"], {link["sequence"] for link in bundle.seals}
    for number in range(span["first"], span["last"] + 1) if span["first"] else ():
        if number not in present:
            raise Broken(f"seals.jsonl, link {number} is missing")
    waiting = set(bundle.manifest["not_sealed_yet"])
    for event in bundle.rows:
        if (event in bundle.own) == (event in waiting):
            what = "it is sealed, and listed as not sealed" if event in waiting else "it has no link"
            raise Broken(f"seals.jsonl, event {event}: {what}")
    more = f"not sealed yet: {', '.join(sorted(waiting))}" if waiting else "none waits to be sealed"
    return f"{len(bundle.own)} events stand in the chain in their order; {more}."


def check_anchors(bundle):
    """Where the chain was written down outside the database, it stood as it stands here."""
    chains = {link["sequence"]: link["chain"] for link in bundle.seals}
    anchors = list(bundle.lines("anchors.jsonl"))
    for anchor in anchors:
        if chains.get(anchor["sequence"]) != anchor["chain"]:
            raise Broken(f"anchors.jsonl, the anchor of {anchor['at']} is of another link")
    newest = max((link["sequence"] for link in bundle.own.values()), default=0)
    tied = [anchor["at"] for anchor in anchors if anchor["sequence"] >= newest > 0]
    apart = bundle.manifest["links"]["apart"]
    said = f"the anchor of {min(tied)} is after the last event" if tied else "none is after the last event"
    more = f" {apart} older events are too far from it to be tied to it here." if apart else ""
    return f"{len(anchors)} anchors fit the chain; {said}.{more}"


def check_versions(bundle):
    """No version of a record is missing: each counts from 1."""
    found: dict = {}
    for event, rows in bundle.rows.items():
        for table, row in ((row["table"], row["row"]) for row in rows):
            if row.get("history_type", "-") != "-":
                found.setdefault((table, row["id"]), {})[row["version"]] = event
    for (table, key), versions in found.items():
        for number, version in enumerate(sorted(versions), start=1):
            if number != version:
                where = f"rows.jsonl, event {versions[version]}"
                raise Broken(f"{where}: version {number} of {table} id {key} is missing before it")
    return f"{len(found)} records have each of their versions."


def check_history(bundle):
    """history.jsonl says of each event what its rows say."""
    head, told = bundle.told[0]["export"], bundle.told[1:]
    if sha256(bundle.read("history.jsonl").partition(b"\n")[2]) != head["sha256"]:
        raise Broken("history.jsonl is not as its first line says")
    for record in told:
        check_record(record, bundle.rows.get(record["event"], []))
    if missing := set(bundle.rows) - {record["event"] for record in told}:
        raise Broken(f"history.jsonl, event {min(missing)} is missing")
    if not len(told) == head["events"] == bundle.manifest["events"] == len(bundle.rows):
        raise Broken("history.jsonl does not have as many events as manifest.json says")
    rows = [row for found in bundle.rows.values() for row in found]
    names = {row["row"]["reference"] for row in rows if row["table"] == CASES}
    if {bundle.manifest["case"], *(record["case"] for record in told)} != names:
        raise Broken("manifest.json or history.jsonl names another case than rows.jsonl")
    return f"history.jsonl says of {len(told)} events who did what when and why as their rows do."


def check_record(record, rows):
    where = f"history.jsonl, event {record['event']}"
    own = [row["row"] for row in rows if row["table"] == EVENTS]
    if len(own) != 1:
        raise Broken(f"{where} has no row")
    for name, column in TOLD.items():
        if record[name] != own[0][column]:
            raise Broken(f"{where}: its {name.replace('_', ' ')} is not that of its row")
    texts = [row["row"][TEXTS[row["table"]]] for row in rows if row["table"] in TEXTS] or [""]
    if record["comment"] not in texts:
        raise Broken(f"{where}: its comment is not that of its row")


def check_csv(bundle):
    """history.csv holds what history.jsonl does."""
    text = bundle.read("history.csv").decode("utf-8-sig")
    names, *lines = list(csv.reader(io.StringIO(text, newline="")))[HEADER_ROWS:]
    expected = [(record["event"], row) for record in bundle.told[1:] for row in rows_of(record, names)]
    for number, (event, row) in enumerate(expected):
        if number >= len(lines) or lines[number] != row:
            raise Broken(f"history.csv, row {number + 1} is not event {event} as history.jsonl has it")
    if len(lines) > len(expected):
        raise Broken(f"history.csv, row {len(expected) + 1} is not in history.jsonl")
    return f"history.csv has the same in {len(lines)} rows."


def rows_of(record, names):
    """The rows of an event in history.csv: its changes, and after them what followed with its summary."""
    parts = [dict(change, followed="") for change in record["changes"]]
    for effect in record["effects"]:
        parts += [dict(line, followed=effect["summary"]) for line in effect["changes"] or [BLANK]]
    for part in parts or [dict(BLANK, followed="")]:
        yield [safe(dict(record, **part)[name]) for name in names]


def safe(value):
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text


def check_chain(bundle):
    """Each link follows from the one before it."""
    last, count = BEFORE_ALL, 0
    for link in bundle.seals:
        follows = link["sequence"] == last["sequence"] + 1
        previous = link.get("previous", last["chain"] if follows else None)
        said = f"{previous}|{link['sequence']}|{link['digest']}".encode()
        if previous and hmac.new(bundle.key, said, hashlib.sha256).hexdigest() != link["chain"]:
            event = f", event {link['event']}" if "event" in link else ""
            raise Broken(f"seals.jsonl, link {link['sequence']}{event}: it was not made with this key")
        last, count = link, count + bool(previous)
    return f"{count} links follow from the link before them under this key."


CHECKS = (check_files, check_rows, check_seals, check_anchors, check_versions, check_history, check_csv)


def outcome(check, bundle):
    """What holds, and what does not; one of them is empty."""
    try:
        return check(bundle), ""
    except Broken as broken:
        return "", f"{broken}."
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        return "", f"A file is not of the form that is expected ({error!r}). Not proven: {check.__doc__}"


def main():
    asked = argparse.ArgumentParser(description="Says whether a case bundle is as it was made.")
    asked.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    asked.add_argument("--key-file", type=Path, help="the file that holds the sealing key")
    given = asked.parse_args()
    key = given.key_file and given.key_file.read_text().strip().encode()
    bundle, broken = Bundle(given.folder, key), []
    for check in CHECKS + (check_chain,) * bool(key):
        holds, breaks = outcome(check, bundle)
        broken += [breaks] * bool(breaks)
        print(f"BREAK  {breaks}" if breaks else f"holds  {holds}")
    kept = "Everything holds." if key else "Everything holds that can be told without --key-file."
    print(f"BROKEN. The first break: {broken[0]}" if broken else kept)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
