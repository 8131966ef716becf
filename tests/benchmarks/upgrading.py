"""A migration of tracked tables with much history in them, and what must stand after it."""

import sys
import time
from contextlib import contextmanager
from copy import copy

from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection

from pathways.audit import guard, reconcile
from pathways.demo.stamp import Copy, Mould, stamp
from pathways.models import Case, ChecklistItem, Team
from pathways.services import checklists
from tests import factories

ALTERED = ((Case, "reference"), (ChecklistItem, "title"), (Team, "name"))


def run(cases):
    """Fill, check, upgrade, check again; exit with 1 where a trigger is missing or the history is wrong."""
    with timed(f"filled with {cases} cases"):
        copy_case(case_under_way(), copies=cases - 1)
    before = set(guard.installed())
    first = timed_check()
    with timed("columns of six tables altered, guard put back"):
        upgrade(longer=1)
    second = timed_check()
    print(f"{len(before)} triggers before, {len(guard.installed())} after")
    sys.exit(bool(first.findings or second.findings or set(guard.installed()) != before or guard.missing()))


def case_under_way():
    """A case of the shipped pathway, a third of whose items have been answered or begun."""
    team = factories.team()
    case = factories.open_case(team=team, version=factories.shipped())
    ann = factories.member(team)
    for item in case.items.all()[::3]:
        fresh = factories.item(case, item.code)
        checklists.record_item(by=ann, item=fresh, seen=fresh.version, status="in_progress", note="Begun.")
    checklists.add_comment(by=ann, case=case, text="Seen by telephone.")
    return case


def copy_case(case, *, copies):
    """Insert copies of a case and of all that belongs to it."""
    mould = Mould(case)
    stamp(Copy(mould=mould, reference=f"{case.reference}{number:05}") for number in range(1, copies + 1))


def upgrade(*, longer):
    """What `migrate` does: the guard goes down before the migrations and up after them."""
    emit_pre_migrate_signal(0, False, "default")
    for model, name in ALTERED:
        for table in (model, model.history.model):
            old = table._meta.get_field(name)
            new = copy(old)
            new.max_length = old.max_length + 1
            before, after = (old, new) if longer else (new, old)
            with connection.schema_editor() as editor:
                editor.alter_field(table, before, after)
    emit_post_migrate_signal(0, False, "default")


def timed_check():
    with timed("history checked") as clock:
        result = reconcile.check()
    print(f"{result}; {clock() / result.rows * 100_000:.2f} s per 100,000 rows", flush=True)
    return result


@contextmanager
def timed(done):
    """Say how long it took; the clock that it gives stops at the end."""
    began, took = time.monotonic(), []
    yield lambda: took[0]
    took.append(time.monotonic() - began)
    print(f"{done} in {took[0]:.1f} s", flush=True)
