"""Editors who work on the same cases at the same time, and what must be in the database afterwards."""

import os
import random
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from statistics import quantiles
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.core.management import CommandError, call_command
from django.test import Client

from pathways.audit import reconcile
from pathways.enums import Action
from pathways.models import AuditEvent, Case, ChecklistItem, RequestToken
from tests import factories

from .killing import half_written
from .serving import free_port, started

SECRET = "t" * 32
SERVER = "-m gunicorn config.wsgi --workers=2 --threads=4 --preload --log-level=critical --no-control-socket"
ITEMS = ("tick", "date", "number", "sins", "text", "last", "extra")
OTHER_CASES = 8
THINKING_SECONDS = (0.2, 1.2)
PATIENCE_SECONDS = 60
REPEATED = 0.05
MERGED = re.compile("also changed|was kept|stays", re.IGNORECASE)


def run(editors):
    """Exit with 1 where a write was lost or applied twice, or where anything met a 500."""
    team, version = factories.team(), factories.published()
    reason = factories.reason().code
    cases = [factories.open_case(team, version) for _ in range(2 + OTHER_CASES)]
    crowd = [
        Editor(factories.member(team), cases[:2] if n % 2 else cases[2:], team, reason, seed=n)
        for n in range(editors)
    ]
    with serving() as port:
        work(crowd, port, float(os.environ.get("TOGETHER_SECONDS", "60")))
    done = [each for editor in crowd for each in editor.done]
    report(done)
    if wrong := [*lost(done), *twice(done), *unrecorded(done), *untrue(), *failed(done)]:
        print("\n".join(wrong[:40]))
        sys.exit(1)
    print("0 lost, 0 twice, every conflict recorded, 0 errors; history complete, counts as a recount")


@contextmanager
def serving():
    port = free_port()
    with started([*SERVER.split(), f"--bind=127.0.0.1:{port}"], port, dict(os.environ)):
        yield port


def work(crowd, port, seconds):
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=editor.work, args=(port, end)) for editor in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 2 * PATIENCE_SECONDS)


class Done:
    """One request: what kind, what it met, how long it took; of a write what it wrote, and its token."""

    def __init__(self, kind, status, seconds, token="", reference="", code="", note="", text=""):
        self.kind, self.status, self.seconds, self.token = kind, status, seconds, token
        self.reference, self.code, self.note = reference, code, note
        self.is_merged = bool(MERGED.search(text))


class Editor:
    """One person with a window on one case after another, who sends what the page as last read would send."""

    def __init__(self, person, cases, team, reason, seed):
        self.cases, self.reason, self.chance, self.done = cases, reason, random.Random(seed), []
        self.name, self.versions, self.marks, self.undo = person.username, {}, {}, {}
        signed_in = Client(headers={"host": "127.0.0.1"})
        signed_in.force_login(person)
        signed_in.get("/about/")  # begins the session
        self.cookies = f"sessionid={signed_in.cookies['sessionid'].value}; csrftoken={SECRET}"

    def work(self, port, end):
        while time.monotonic() < end:
            self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            try:
                self.act(self.chance.choice(self.cases).reference)
            except (HTTPException, OSError):
                self.done.append(Done("broken", 599, 0))
            finally:
                self.connection.close()
            time.sleep(self.chance.uniform(*THINKING_SECONDS))

    def act(self, case):
        if case not in self.marks:
            return self.read(case)
        kinds = (self.read, self.poll, self.poll, self.poll, self.tick, self.note, self.note, self.block)
        return self.chance.choice([*kinds, self.assign, self.take_back])(case)

    def read(self, case):
        text = self.send("read", "GET", f"/cases/{case}/")
        self.marks[case] = re.search(
            r'name="since" value="(\w+)">\s*<input type="hidden" name="opened" value="(\w+)"', text
        ).groups()
        for code in ITEMS:
            row = re.search(rf'id="i-{code}-1".*?class="slot"', text, re.DOTALL)
            held = row and re.search(r'name="version" value="(\d+)"', row[0])
            if held:
                self.versions[case, code] = held[1]

    def poll(self, case):
        since, opened = self.marks[case]
        path = f"/cases/{case}/live/?since={since}&opened={opened}"
        text = self.send("poll", "GET", path, headers={"HX-Request": "true", "X-Background": "1"})
        if found := re.search(r'name="since" value="(\w+)"', text):
            self.marks[case] = (found[1], opened)

    def tick(self, case):
        self.write(
            "tick", case, self.chance.choice(["tick", "date", "last", "extra"]), status="done", one_tap="yes"
        )

    def note(self, case):
        note = f"Seen by {self.name}, {uuid4().hex}."
        code = self.chance.choice(ITEMS)
        status = self.chance.choice(["in_progress", "not_started"])
        self.write("note", case, code, status=status, note=note)

    def block(self, case):
        code = self.chance.choice(ITEMS)
        self.write(
            "block",
            case,
            code,
            status="blocked",
            reason=self.reason,
            reason_text="Bed awaited.",
            one_tap="yes",
        )

    def assign(self, case):
        self.write("assign", case, self.chance.choice(ITEMS), "assign", assignee=self.name)

    def take_back(self, case):
        if event := self.undo.pop(case, None):
            self.write("undo", case, event[0], "undo", event=event[1])

    def write(self, kind, case, code, verb="save", **fields):
        token = uuid4().hex
        version = self.versions.get((case, code), "1")
        body = {"token": token, "version": version, "csrfmiddlewaretoken": SECRET} | fields
        path = f"/cases/{case}/items/{code}/1/{verb}/"
        for _ in range(1 + (self.chance.random() < REPEATED)):
            about = {"token": token, "reference": case, "code": code, "note": fields.get("note", "")}
            text = self.send(kind, "POST", path, body, **about)
        if found := re.search(rf'items/{code}/1/undo/.*?name="event" value="(\w+)"', text, re.DOTALL):
            self.undo[case] = (code, found[1])
        if found := re.search(r'name="version" value="(\d+)"', text):
            self.versions[case, code] = found[1]

    def send(self, kind, method, path, body=None, headers=None, **about):
        sent = {"Cookie": self.cookies, "HX-Request": "true"} if body else {"Cookie": self.cookies}
        sent |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        began = time.perf_counter()
        self.connection.request(method, path, body and urlencode(body), sent | (headers or {}))
        answer = self.connection.getresponse()
        text = answer.read().decode()
        seconds = time.perf_counter() - began
        self.done.append(Done(kind, answer.status, seconds, text=text if body else "", **about))
        return text


def is_saved(each):
    return bool(each.token) and each.status == 200


def report(done):
    """How many of each outcome, and how long each kind of request took in milliseconds."""
    saved = [each for each in done if is_saved(each)]
    met = Counter(each.status for each in done)
    print(
        f"{len(done)} requests: saved {len(saved)}, merged {sum(each.is_merged for each in saved)},"
        f" conflicts {met[409]}, refused {met[422] + met[403] + met[404]},"
        f" lost {len(lost(done))}, twice {len(twice(done))}, 5xx {sum(n for s, n in met.items() if s >= 500)}"
    )
    kinds = defaultdict(list)
    for each in done:
        kinds[f"{each.kind} {each.status}"].append(each.seconds * 1000)
    for kind, times in sorted(kinds.items()):
        cuts = quantiles(times, n=20) if len(times) > 1 else times * 19
        print(f"{kind:12} {len(times):6}  p50 {cuts[9]:6.0f} ms  p95 {cuts[18]:6.0f} ms")


def lost(done):
    """Acknowledged writes without their event or without what they wrote in the history."""
    saved = {each.token: each for each in done if is_saved(each)}
    known = dict(RequestToken.objects.values_list("token", "event_id"))
    history = ChecklistItem.history.values_list("audit_event_id", "case__reference", "code", "note")
    written = {(event, reference, code): note for event, reference, code, note in history}
    wrong = []
    for token, each in saved.items():
        event = known.get(UUID(token), "no token")
        where = (event, each.reference, each.code)
        if event and (where not in written or (each.note and written[where] != each.note)):
            wrong.append(f"acknowledged, and lost: {each.kind} of {each.code} in {each.reference}")
    return wrong


def twice(done):
    """Notes, each of which was written once, that an item of the history began to hold more than once."""
    begun, before = Counter(), {}
    rows = ChecklistItem.history.order_by("id", "version")
    for pk, note, action in rows.values_list("id", "note", "audit_event__action"):
        if note and before.get(pk) != note and action != Action.UNDO:
            begun[note] += 1
        before[pk] = note
    mine = {each.note for each in done if each.note}
    return [f"applied {count} times: {note}" for note, count in begun.items() if count > 1 and note in mine]


def unrecorded(done):
    shown = sum(each.status == 409 for each in done)
    told = AuditEvent.objects.filter(action=Action.CONFLICTED).count()
    return [f"{shown} conflicts were shown and {told} recorded"] if shown != told else []


def untrue():
    wrong = reconcile.check().text.splitlines() if reconcile.check().findings else []
    wrong += [line for case in Case.objects.all() for line in half_written(case)]
    try:
        call_command("seal_history")
        call_command("verify_history")
    except (CommandError, SystemExit) as error:
        wrong.append(f"verify_history: {error}")
    return wrong


def failed(done):
    return [f"{each.kind} met {each.status}" for each in done if each.status >= 500]
