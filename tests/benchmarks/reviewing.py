"""Cases worked on for weeks, copied until there are enough events, and the audit page over all of them."""

import time
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db import connection
from django.test import Client

from pathways.audit import timeline
from pathways.audit.recording import record_event, simulated
from pathways.demo.stamp import Copy, Mould, stamp
from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.services import checklists, undoing
from pathways.services.cases import hold_case, reopen_case, update_case_details
from tests import factories

from .upgrading import timed

BEGAN = datetime(2022, 3, 1, 9, 0, tzinfo=UTC)
FEW, TEAMS, CASES = 10_000, 3, 12
RARE = 60
TIMES = 9
AT_MOST = 1.5
DETAILS = {"cord_compression": "not_suspected"}


def run(events):
    """Print the table; a line whose time grew more than AT_MOST times ends in an exclamation mark."""
    work = Work()
    with timed(f"{CASES} cases worked on, {RARE} rare events"):
        work.all()
    client = Client(headers={"host": "localhost"})
    client.force_login(work.auditor)
    of_cases = AuditEvent.objects.filter(case__in=work.cases).count()
    with timed(f"filled to {FEW:,} events"):
        done = _fill(work.cases, FEW // of_cases, first=1)
    small, whole = "few", connection.settings_dict["NAME"]
    _copy_database(whole, small)
    with timed(f"filled to {events:,} events"):
        _fill(work.cases, events // of_cases - done, first=done + 1)
    print(f"{AuditEvent.objects.count():,} events, {_megabytes():,} MB\n")
    print(f"{'':<44}{'queries':>8}{FEW:>10,}{'all':>10}{'ratio':>8}", flush=True)
    for name, address in _addresses(work).items():
        for view in ("", "table"):
            asked = address | ({"view": view} if view else {})
            _line(f"{name}{', table' if view else ''}", *_measured(client, asked, (small, whole)))


def _line(name, queries, before, after):
    ratio = after / before
    mark = " !" if ratio > AT_MOST else ""
    print(f"{name:<44}{queries:>8}{before:>10.1f}{after:>10.1f}{ratio:>8.2f}{mark}", flush=True)


class Work:
    """What the teams did, each action at its simulated time."""

    def __init__(self):
        self.at = BEGAN
        version = factories.shipped()
        self.teams = [factories.team(name=f"Team {number}") for number in range(TEAMS)]
        self.people = {team: [factories.member(team) for _ in range(4)] for team in self.teams}
        leads = {team: factories.coordinator(team) for team in self.teams}
        self.auditor, self.rare = factories.auditor(), factories.auditor(display_name="Rare")
        self.cases = []
        for number in range(CASES):
            team = self.teams[number % TEAMS]
            with simulated(self.later()):
                case = factories.open_case(team, version, DETAILS, leads[team], opened_at=self.at)
            self.cases.append(case)

    def later(self, minutes=7):
        self.at += timedelta(minutes=minutes)
        return self.at

    def all(self):
        with simulated(BEGAN - timedelta(days=1)):
            for _ in range(RARE):
                record_event(action=Action.EXPORT, by=self.rare, reason="For the yearly peer review")
        for number, case in enumerate(self.cases):
            self.at = BEGAN + timedelta(hours=number)
            self.case(case, self.people[case.team], factories.coordinator(case.team))

    def case(self, case, people, lead):
        for number, item in enumerate(case.items.exclude(applies_since=None)[:60]):
            self.item(case, item.code, people[number % len(people)], number)
            self.later(300 if number % 6 == 0 else 4)
        with simulated(self.later()):
            hold_case(by=lead, case=case, reason="Away until Monday.")
        with simulated(self.later()):
            reopen_case(by=lead, case=case, reason="Back.")
        with simulated(self.later()):
            update_case_details(by=lead, case=case, seen=3, details={"cord_compression": "suspected"})

    def item(self, case, code, by, number):
        """An item begun by one person, sometimes talked about, given away, moved or taken back."""
        item = factories.item(case, code)
        with simulated(self.later()):
            event = checklists.record_item(
                by=by, item=item, seen=item.version, status="in_progress", note=f"Seen, {number}."
            ).event
        item = factories.item(case, code)
        with simulated(self.later()):
            match number % 5:
                case 0:
                    checklists.add_comment(by=by, case=case, item=item, text="Discussed in the round.")
                case 1:
                    checklists.assign_item(by=by, item=item, seen=item.version, assignee=by)
                case 2:
                    checklists.set_due(by=by, item=item, seen=item.version, due=self.at + timedelta(days=2))
                case 3:
                    undoing.undo_change(by=by, event=event)


def _fill(cases, copies, *, first):
    """Copy all cases so often, each time a day later; the planner then looks at what is there."""
    moulds = [Mould(case) for case in cases]
    stamp(
        Copy(mould=mould, reference=f"{mould.case.reference}{number:05}", days=number)
        for number in range(first, first + copies)
        for mould in moulds
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return copies


def _addresses(work):
    """What auditors ask for: all, much of it, little of it and long ago, and far down."""
    far = timeline.write_place(AuditEvent.objects.order_by("-at", "-id")[99 * 50])
    person, case = work.people[work.teams[0]][0], work.cases[0]
    return {
        "no filter": {},
        "page 100": {"before": far},
        "one person": {"who": person.pk},
        "a person who did little, long ago": {"who": work.rare.pk},
        "one role": {"role": "coordinator"},
        "a role that did little, long ago": {"role": "auditor"},
        "one team": {"team": work.teams[0].code},
        "one action": {"action": Action.ASSIGN_ITEM},
        "a rare action, long ago": {"action": Action.EXPORT},
        "one case": {"q": case.reference},
        "one phase": {"phase": "pain"},
        "one item": {"item": "record-presentation"},
        "one field": {"field": "note"},
        "a rarer field": {"field": "assigned"},
        "the case details": {"field": "details"},
        "one person, one phase": {"who": person.pk, "phase": "pain"},
        "text in the reason": {"text": "monday"},
        "a text that is rare, long ago": {"text": "yearly peer"},
        "a week long ago": {"since": "2022-03-01", "until": "2022-03-07"},
    }


def _measured(client, asked, databases):
    """Queries and the median of milliseconds in each database, in turns; the first look is not counted."""
    times = {name: [] for name in databases}
    for turn in range(TIMES + 1):
        for name in databases:
            _go_to(name)
            queries, ms = _page(client, asked)
            times[name] += [ms] if turn else []
    return queries, *(median(found) for found in times.values())


def _page(client, asked):
    queries = []
    with connection.execute_wrapper(lambda execute, *query: queries.append(query) or execute(*query)):
        began = time.perf_counter()
        answer = client.get("/audit/", asked)
        ms = (time.perf_counter() - began) * 1000
    if answer.status_code != 200 or b"No events match" in answer.content:
        raise RuntimeError(f"{asked} was answered with {answer.status_code}, or nothing was found")
    return len(queries), ms


def _go_to(name):
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _copy_database(name, copy):
    """Nobody may be connected to the original meanwhile."""
    _go_to("template1")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {copy} TEMPLATE {name}")
    _go_to(name)


def _megabytes():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0] // 1_000_000
