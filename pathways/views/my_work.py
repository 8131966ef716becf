"""What waits for a person over all their cases, what they wait for, and what they did this week."""

from collections import Counter
from datetime import time, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from pathways import clocks
from pathways.audit.news import newest_change_in_teams, read_mark
from pathways.clocks import LONDON, show_time
from pathways.enums import ItemStatus
from pathways.http import wants_fragment
from pathways.permissions import Permission, may_somewhere, teams_where
from pathways.services.mentions import waiting_for
from pathways.views.rows import fresh_token
from pathways.views.words import brief, is_overdue
from pathways.views.work_rows import Work

TABS = {"now": "Now", "waiting": "Waiting on others", "done": "Done this week"}
GROUPS = ("Overdue", "Today", "This week", "Later", "No due time")
PAGE_SIZE = 50
UNTAKEN_SHOWN = 20
MOST = 300
MENTIONS_SHOWN = 20


@require_safe
def my_work(request):
    """Eight queries with the session's; four more for what was just done without scripts.

    The page asks for its changing part by itself: 204 while nothing changed in the person's teams, in three
    queries. Who has no work here is led to what they may see.
    """
    if wants_fragment(request) and _is_up_to_date(request):
        return HttpResponse(status=204)
    if not teams_where(request.user, Permission.RECORD):
        there = reverse("case_list" if may_somewhere(request.user, Permission.VIEW_CASE) else "template_list")
        return HttpResponseClientRedirect(there) if wants_fragment(request) else redirect(there)
    now = timezone.now()
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "now"
    work = Work(request, now)
    since, settled = work.newest_change_and_settled_since(_monday(now))
    context = {"now": _now, "waiting": _waiting, "done": _done}[tab](request, work)
    counts = context.pop("counts", {}) | {"done": settled}
    tabs = [(code, label, counts.get(code), code == tab) for code, label in TABS.items()]
    context |= {"tab": tab, "tabs": tabs, "row": _asked_row(request), "since": since, "as_at": show_time(now)}
    template = "pathways/_work_live.html" if wants_fragment(request) else "pathways/my_work.html"
    return render(request, template, context)


def _is_up_to_date(request):
    shown = read_mark(request.GET.get("since", ""))
    return shown is not None and shown == newest_change_in_teams(request.user)


def _now(request, work):
    """What may be done now, by when it is due; what nobody of the discipline took; who names the person.

    `row` in the address is an item that the person has just changed: it stays in sight, to be taken back.
    """
    asked = _asked_row(request)
    found = work.mine(limit=MOST + 1, also=asked)
    ready = [item for item in found[:MOST] if item.status != ItemStatus.BLOCKED or item.pk == asked]
    first, pages = _page(request, ready)
    shown = ready[first : first + PAGE_SIZE]
    ids = [item.pk for item in shown]
    rows = work.html(ids, untaken=UNTAKEN_SHOWN + 1 if not first else 0)
    taking = [row for pk, row in rows.items() if pk not in ids]
    counts = Counter(_group(item, work.now) for item in ready)
    groups: dict[str, list] = {}
    for item in shown:
        groups.setdefault(_group(item, work.now), []).append(item)
    return {
        "counts": _counts(work, found),
        "groups": [(name, counts[name], _of(rows, items)) for name, items in groups.items()],
        "more_than": MOST if len(found) > MOST else 0,
        "pages": pages,
        "untaken": taking[:UNTAKEN_SHOWN],
        "untaken_more": len(taking) > UNTAKEN_SHOWN,
        "mentions": _mentions(request.user, work.now) if not first else [],
    }


def _waiting(request, work):
    """What is blocked, and what needs something first that is not the person's own to do."""
    mine = work.mine(limit=MOST + 1)
    found = [item.pk for item in mine[:MOST] if work.waits(item)]
    return {"counts": _counts(work, mine)} | _in_one_group("Waiting on others", request, work, found)


def _counts(work, mine):
    """How many are under each heading, with a plus where not all of them were read."""
    more, mine = "+" * (len(mine) > MOST), [item for item in mine[:MOST] if not item.is_settled]
    now = sum(item.status != ItemStatus.BLOCKED for item in mine)
    return {"now": f"{now}{more}", "waiting": f"{sum(map(work.waits, mine))}{more}"}


def _done(request, work):
    """Newest first, since Monday."""
    found = work.settled_since(_monday(work.now), limit=MOST)
    return _in_one_group("Done this week", request, work, found)


def _in_one_group(name, request, work, ids):
    first, pages = _page(request, ids)
    rows = list(work.html(ids[first : first + PAGE_SIZE]).values())
    return {"groups": [(name, len(ids), rows)] if rows else [], "pages": pages}


def _of(rows, items):
    """The markup of these; what was removed after it was found has none."""
    return [rows[item.pk] for item in items if item.pk in rows]


def _monday(now):
    """The beginning of the week, in London."""
    today = now.astimezone(LONDON).date()
    return clocks.from_wall(today - timedelta(days=today.weekday()), time(0))


def _asked_row(request):
    """The id in the address, or None for anything else."""
    asked = request.GET.get("row", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None


def _group(item, now):
    """By when it is due; the London day ends at midnight, the week on Sunday."""
    if item.is_settled or item.due_at is None:
        return GROUPS[-1]
    if is_overdue(item, item, now):
        return GROUPS[0]
    days = (item.due_at.astimezone(LONDON).date() - now.astimezone(LONDON).date()).days
    if days <= 0:
        return GROUPS[1]
    return GROUPS[2] if days < 7 - now.astimezone(LONDON).weekday() else GROUPS[3]


def _page(request, items):
    """Where the page of them that was asked for begins, and how it stands among its neighbours."""
    last = max(1, -(-len(items) // PAGE_SIZE))
    asked = request.GET.get("page", "")
    number = min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    return (number - 1) * PAGE_SIZE, {"number": number, "last": last}


def _mentions(user, now):
    """Comments that name the person and that they have not seen; one query."""
    return [
        {
            "pk": mention.pk,
            "token": fresh_token(),
            "who": str(mention.comment.author),
            "when": brief(mention.comment.written_at, now),
            "case": mention.comment.case.reference,
            "item": mention.comment.item,
            "text": mention.comment.text,
        }
        for mention in waiting_for(user, limit=MENTIONS_SHOWN)
    ]
