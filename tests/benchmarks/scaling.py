"""One database of the scale benchmark: fills it, then measures the page that each line of its input names.

Requests go through the whole product within this process, compressed, over a connection that is kept. Each is
followed by its floor, so that a noisy moment hurts both.
"""

import gzip
import json
import sys
import time
from functools import cache

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import reverse

from pathways.audit import timeline
from pathways.audit.news import changes, changes_in_teams
from pathways.models import AuditEvent, Case, ChecklistItem, User
from pathways.views.dashboard_pages import PAGES

from .client import token
from .raw import save
from .urls import SAME

AUDITOR, COORDINATOR, MEMBER = "varga", "byrne", "adeyemi"
TEAM = "rowan"
DEEP = 0.9
SLOWEST = 3
ENOUGH = 500
BARE, RAW, RAW_ALONE, TICK = (
    "bare view, one SELECT",
    "raw save, in a view",
    "raw save, alone",
    "tick one item",
)
CASE_ASKS, WORK_ASKS = "case page, nothing new", "my work, nothing new"


def run(cases):
    """Answer with a line of JSON for each line that comes: a name, or EXPLAIN and a name."""
    call_command("load_content", stdout=sys.stderr)
    if not Case.objects.exists():
        call_command("seed_scale", cases=cases, stdout=sys.stderr)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    pages = Pages()
    _say(pages.names())
    for line in sys.stdin:
        name = line.rstrip("\n")
        _say(pages.plans(name[8:]) if name.startswith("EXPLAIN ") else pages.measured(name))


def _say(answer):
    print(json.dumps(answer), flush=True)


class Pages:
    """What is measured, and as whom."""

    def __init__(self):
        self.handler, self.sessions = WSGIHandler(), {}
        self.pages = _of_a_team() | _of_everyone() | _dashboards()
        self.ticks, self.raw = _ticks(), _raw_items()

    def names(self):
        return [BARE, RAW_ALONE, RAW, TICK, CASE_ASKS, WORK_ASKS, *self.pages]

    def measured(self, name):
        """Milliseconds of the whole, of its statements and of its floor; how many statements; bytes."""
        if name == RAW_ALONE:
            began = time.perf_counter()
            save(next(self.raw))
            return {"ms": (time.perf_counter() - began) * 1000}
        took, statements, page = self._asked(name)
        return {
            "ms": took * 1000,
            "database": sum(each[0] for each in statements) * 1000,
            "floor": self._floor(name, page),
            "queries": len(statements),
            "bytes": len(page.encode()),
        }

    def plans(self, name):
        """How the database finds what the slowest statements of the page ask for."""
        statements = sorted(self._asked(name)[1], key=lambda each: -each[0])[:SLOWEST]
        how = "EXPLAIN (ANALYZE, BUFFERS)" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        found = []
        with connection.cursor() as cursor:
            for took, text, values in statements:
                if text.startswith(("SELECT", "WITH", "(SELECT")):
                    cursor.execute(f"{how} {text}", values)
                    plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
                    found.append(f"{took * 1000:.1f} ms: {text}\n{values}\n{plan}\n")
        return found

    def _asked(self, name):
        match name:
            case "bare view, one SELECT":
                return self._visit(COORDINATOR, "/select/")
            case "raw save, in a view":
                return self._visit(COORDINATOR, "/raw/", {"item": next(self.raw)})
            case "tick one item":
                path, version = next(self.ticks)
                fields = {"status": "done", "version": version, "one_tap": "yes", "token": token()}
                return self._visit(COORDINATOR, path, fields)
            case "case page, nothing new":
                newest = changes().filter(case=_a_case()).first()
                path = reverse("case_live", args=[_a_case().reference])
                return self._visit(COORDINATOR, f"{path}?since={newest.pk.hex}", by_htmx=True)
            case "my work, nothing new":
                newest = changes_in_teams(User.objects.get(username=MEMBER)).first()
                path = reverse("my_work")
                return self._visit(MEMBER, f"{path}?since={newest.pk.hex}", by_htmx=True)
        return self._visit(*self.pages[name])

    def _floor(self, name, page):
        if name in (BARE, RAW, CASE_ASKS, WORK_ASKS):
            return None
        if name == TICK:
            return self._asked(RAW)[0] * 1000
        SAME["page"] = page
        return self._visit(self.pages[name][0], "/same/")[0] * 1000

    def _visit(self, who, path, fields=None, *, by_htmx=False):
        """Seconds, statements as (seconds, text, values), and the page; a form is sent as htmx does."""
        factory = RequestFactory(headers={"host": "localhost", "accept-encoding": "gzip"})
        headers = {"hx-request": "true"} if fields or by_htmx else {}
        request = (
            factory.post(path, fields, headers=headers) if fields else factory.get(path, headers=headers)
        )
        request.COOKIES[settings.SESSION_COOKIE_NAME] = self._session(who)
        request._dont_enforce_csrf_checks = True
        statements: list = []
        with connection.execute_wrapper(lambda *asked: _noted(statements, *asked)):
            began = time.perf_counter()
            response = self.handler.get_response(request)
            took = time.perf_counter() - began
        content = response.content
        response.close()
        if response.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        if response.status_code not in (200, 204):
            raise RuntimeError(f"{path} was answered with {response.status_code}: {content[:600]!r}")
        return took, statements, content.decode()

    def _session(self, who):
        if who not in self.sessions:
            client = Client()
            client.force_login(User.objects.get(username=who))
            self.sessions[who] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self.sessions[who]


def _noted(statements, execute, text, values, many, context):
    began = time.perf_counter()
    try:
        return execute(text, values, many, context)
    finally:
        statements.append((time.perf_counter() - began, text, values))


def _of_a_team():
    """Seen by people of one team in twelve."""
    reference, work = _a_case().reference, reverse("my_work")
    return {
        "case page": (COORDINATOR, reverse("case_detail", args=[reference])),
        "case history": (COORDINATOR, reverse("case_history", args=[reference])),
        "my work": (MEMBER, work),
        "my work, coordinator": (COORDINATOR, work),
        "my work, waiting": (MEMBER, f"{work}?tab=waiting"),
        "my work, done this week": (MEMBER, f"{work}?tab=done"),
        "case list, first page, one team": (COORDINATOR, reverse("case_list")),
        "case list, mine": (MEMBER, f"{reverse('case_list')}?view=mine"),
    }


@cache
def _a_case():
    """The same at every size."""
    return Case.objects.open().filter(team__code=TEAM, reference__startswith="SM-").order_by("pk")[1]


def _of_everyone():
    """Seen by an auditor, who sees every team."""
    cases, audit = reverse("case_list"), reverse("audit")
    lists = {
        "needs attention": "view=attention",
        "open": "view=open",
        "open, deep page": "view=open&page=999999",
        "phase and state": "view=open&phase=pain&state=overdue",
        "one site": "view=open&site=breast",
        "search": "view=open&q=SM-1",
        "closed": "view=closed",
        "closed, deep page": "view=closed&page=999999",
    }
    events = AuditEvent.objects.order_by("-at", "-id")
    oldest, newest = events.last().at, events.first().at
    deep = events.filter(at__lte=newest - (newest - oldest) * DEEP)[0]
    audits = {"": "", ", deep page": f"before={timeline.write_place(deep)}", ", one phase": "phase=pain"}
    return {f"case list, {name}": (AUDITOR, f"{cases}?{asked}") for name, asked in lists.items()} | {
        f"audit{name}": (AUDITOR, f"{audit}?{asked}") for name, asked in audits.items()
    }


def _dashboards():
    """Every page of figures that there is, of all teams and of one."""
    paths = {"phase progress": reverse("dashboard_progress")}
    paths |= {page: reverse("dashboard_figures", args=[page]) for page in PAGES}
    return {f"dashboard, {name}": (AUDITOR, path) for name, path in paths.items()} | {
        f"dashboard, {name}, one team": (COORDINATOR, path) for name, path in paths.items()
    }


def _ticks():
    """Where untouched items of the team's open cases are saved, and the versions shown, each once."""
    found = ChecklistItem.objects.filter(
        case__team__code=TEAM,
        case__status="open",
        template_item__response__kind__in=["tick", "date"],
        status="not_started",
        occurrence=1,
    )
    for reference, code, version in found.order_by("-pk").values_list("case__reference", "code", "version")[
        :500
    ]:
        yield reverse("item_save", args=[reference, code, 1]), version


def _raw_items():
    """Items that nothing else here touches."""
    found = ChecklistItem.objects.filter(case__status="closed").order_by("pk")
    yield from found.values_list("pk", flat=True)[:ENOUGH]
