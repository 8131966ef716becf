"""Writers that are killed in mid-write, and what must be in the database afterwards."""

import os
import random
import signal
import sys
import time
from itertools import count

from django.db import connections

from pathways import progress
from pathways.audit import reconcile
from pathways.enums import Action, ItemStatus
from pathways.models import AuditEvent, ChecklistItem
from pathways.services import checklists
from tests import factories

LONGEST_SAVE_SECONDS = 0.012
CHECKED_EVERY = 100


def run(times):
    """Exit with 1 where an acknowledged change is lost or one is there in part."""
    team = factories.team()
    by, case = factories.member(team), factories.open_case(team=team)
    acknowledged, in_midst = [], 0
    for number in range(1, times + 1):
        begun, done = killed(by, case, first=1_000 * number)
        acknowledged += done
        in_midst += begun > len(done)
        is_checked = number % CHECKED_EVERY == 0 or number == times
        if is_checked and (wrong := [*lost(case, acknowledged), *half_written(case)]):
            print("\n".join(wrong))
            sys.exit(1)
    print(
        f"{times} writers killed, {in_midst} of them in mid-write; {len(acknowledged)} changes acknowledged"
    )
    print("all of them are there with their history, and none is there in part")


def killed(by, case, *, first):
    """How many saves a writer began until it was killed, and the notes of those that it acknowledged.

    Raises ValueError for a writer that ended by itself.
    """
    connections.close_all()
    reading, writing = os.pipe()
    writer = os.fork()
    if not writer:
        try:
            write(by, case, first, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = [pipe.readline() for _ in range(random.randint(1, 6))]
        time.sleep(random.uniform(0, LONGEST_SAVE_SECONDS))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        words = [line.split() for line in [*said, *pipe]]
    return sum(word == "begun" for word, _ in words), [note for word, note in words if word == "done"]


def write(by, case, number, pipe):
    """Save one item again and again, and say so before and after; ends with the process."""
    for note in count(number):
        status = ItemStatus.IN_PROGRESS if note % 2 else ItemStatus.NOT_STARTED
        item = factories.item(case, "number")
        os.write(pipe, f"begun {note}\n".encode())
        checklists.record_item(by=by, item=item, seen=item.version, status=status, note=str(note))
        os.write(pipe, f"done {note}\n".encode())


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
    counted = progress.count(case.items.all())
    stands = {row.phase: row for row in case.progress.all()}
    return wrong + [
        f"phase {phase}: counts are not of its items"
        for phase, counts in counted.items()
        if {name: getattr(stands[phase], name) for name in vars(counts)} != vars(counts)
    ]
