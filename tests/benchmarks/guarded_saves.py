"""The same save in turns with the guard's triggers and without them."""

import time
from statistics import median

from django.db import connection, transaction

from pathways.audit import guard
from pathways.audit.recording import recording
from pathways.enums import Action
from pathways.permissions import as_system
from tests import factories

WARM_UP, SAVES = 5, 25
AT_MOST_MS = {"sqlite": 0.5, "postgresql": 1.5}


def run(pairs):
    item = factories.item(factories.open_case(version=factories.shipped()), "record-presentation")
    medians = {True: [], False: []}
    for pair in range(pairs):
        for guarded in (True, False) if pair % 2 else (False, True):
            medians[guarded].append(median_ms(item, guarded=guarded))
    guard.install()
    with_it, without = median(medians[True]), median(medians[False])
    cost = median(a - b for a, b in zip(medians[True], medians[False], strict=True))
    print(f"{pairs} pairs of {SAVES} saves: {with_it:.2f} ms with the guard, {without:.2f} ms without")
    print(f"cost of the guard {cost:.2f} ms a save (target: at most {AT_MOST_MS[connection.vendor]} ms)")


def median_ms(item, *, guarded):
    """The first saves after the triggers change are not counted: the database plans its statements anew."""
    guard.install() if guarded else guard.drop_triggers()
    times = [save_ms(item, number) for number in range(WARM_UP + SAVES)]
    return median(times[WARM_UP:])


def save_ms(item, number):
    began = time.perf_counter()
    with transaction.atomic(), recording(by=as_system(), action=Action.LOAD_VOCABULARY):
        item.note = f"Note {number}"
        item.save()
    return (time.perf_counter() - began) * 1000
