"""A web worker that is killed in mid-write, again and again, and what must be in the database afterwards."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connections
from django.test import Client

from pathways import progress
from pathways.audit import reconcile
from pathways.enums import Action, ItemStatus
from pathways.models import AuditEvent, ChecklistItem
from tests import factories

from .serving import free_port, started

LONGEST_SAVE_SECONDS = 0.03
PATIENCE_SECONDS = 30
CHECKED_EVERY = 100
SECRET = "k" * 32
SERVER = "-m gunicorn config.wsgi --workers=1 --threads=4 --preload --log-level=critical --no-control-socket"


def run(times):
    """Exit with 1 where an acknowledged change is lost or one is there in part."""
    team = factories.team()
    case = factories.open_case(team=team)
    with serving_to(factories.member(team), case) as saver:
        acknowledged, in_midst = [], 0
        for number in range(1, times + 1):
            begun, done = saver.killed(first=1_000 * number)
            acknowledged += done
            in_midst += begun > len(done)
            is_checked = number % CHECKED_EVERY == 0 or number == times
            if is_checked and (wrong := [*lost(case, acknowledged), *half_written(case)]):
                print("\n".join(wrong))
                sys.exit(1)
    print(
        f"{times} workers killed, {in_midst} of them in mid-write; {len(acknowledged)} changes acknowledged"
    )
    print("all of them are there with their history, and none is there in part")


@contextmanager
def serving_to(person, case):
    """A gunicorn of one worker, and the person who saves through it."""
    port = free_port()
    with started([*SERVER.split(), f"--bind=127.0.0.1:{port}"], port, dict(os.environ)) as master:
        yield Saver(master.pid, port, person, case)


class Saver:
    """A person who is signed in, and saves one item again and again."""

    def __init__(self, master, port, person, case):
        self.master, self.port, self.case = master, port, case
        signed_in = Client()
        signed_in.force_login(person)
        self.cookies = f"sessionid={signed_in.cookies['sessionid'].value}; csrftoken={SECRET}"

    def killed(self, first):
        """How many saves were begun until the worker was killed, and the notes of those it acknowledged."""
        begun, done, is_over = [], [], threading.Event()
        wanted = random.randint(1, 6)
        thread = threading.Thread(target=self._save, args=(first, begun, done, is_over))
        thread.start()
        end = time.monotonic() + PATIENCE_SECONDS
        while len(done) < wanted and thread.is_alive() and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(random.uniform(0, LONGEST_SAVE_SECONDS))
        worker = worker_of(self.master)
        os.kill(worker, signal.SIGKILL)
        is_over.set()
        thread.join()
        if len(done) < wanted:
            raise RuntimeError(f"The server answered {len(done)} of {wanted} saves before it was killed.")
        return len(begun), done

    def _save(self, note, begun, done, is_over):
        """Until the server is gone. Each note is another, so that each save changes something."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        path = f"/cases/{self.case.reference}/items/number/1/save/"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookies}
        try:
            while not is_over.is_set():
                note += 1
                body = urlencode(self._fields(note))
                begun.append(note)
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 303:
                    raise RuntimeError(f"A save was answered with {answer.status}.")
                done.append(str(note))
        except (HTTPException, OSError):
            return
        finally:
            connection.close()
            connections.close_all()

    def _fields(self, note):
        item = factories.item(self.case, "number")
        status = ItemStatus.IN_PROGRESS if note % 2 else ItemStatus.NOT_STARTED
        form = {"version": item.version, "status": status, "note": note, "token": uuid4().hex}
        return form | {"csrfmiddlewaretoken": SECRET}


def worker_of(master):
    """The id of the one worker, once the master has started it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
        pairs = [line.split() for line in listed.stdout.splitlines()]
        if found := [int(pid) for pid, parent in pairs if parent == str(master)]:
            return found[0]
        time.sleep(0.01)
    raise RuntimeError("The server has no worker.")


def lost(case, acknowledged):
    item = factories.item(case, "number")
    kept = set(type(item).history.filter(id=item.pk).values_list("note", flat=True))
    return [f"acknowledged, and lost: note {note}" for note in acknowledged if note not in kept]


def half_written(case):
    """Rows without history, events without rows, and counts that do not follow from the items."""
    wrong = reconcile.check().text.splitlines()
    told = AuditEvent.objects.filter(case=case, action=Action.RECORD_ITEM).values_list("pk", flat=True)
    kept = ChecklistItem.history.filter(case_id=case.pk).values_list("audit_event_id", flat=True)
    wrong += [f"an event without a change: {event}" for event in set(told) - set(kept)]
    counted = progress.of_case(case, case.items.all())
    stands = {row.phase: row for row in case.progress.all()}
    return wrong + [
        f"phase {phase}: counts are not of its items"
        for phase, counts in counted.items()
        if {name: getattr(stands[phase], name) for name in vars(counts)} != vars(counts)
    ]
