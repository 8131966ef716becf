"""The review of everything that happened, in every team, for auditors."""

from datetime import time, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways.audit import reconcile, timeline
from pathways.clocks import from_wall, show_time
from pathways.forms.audit import AuditFilters
from pathways.forms.filters import understood
from pathways.models import AuditEvent, Team, User
from pathways.permissions import Permission, require
from pathways.views.case_past import then_url

COLUMNS = {"who": "actor", "role": "role", "action": "action", "team": "team__code"}
NOT_A_STATE = ("read_case", "refused", "conflicted")


@require_safe
def audit(request):
    """A page of 50 events; `before` is where the page above ended. At most 20 queries."""
    require(request.user, Permission.REVIEW_AUDIT)
    offered = {"who": _people(), "team": list(Team.objects.values_list("code", "name"))}
    filters, left_out = understood(AuditFilters, request.GET, **offered)
    taken = {name: value for name, value in filters.cleaned_data.items() if value}
    before, checked = timeline.read_place(request.GET.get("before", "")), reconcile.last()
    applied = filters.applied()
    story = timeline.review(AuditEvent.objects.filter(_wanted(taken)), before=before)
    for entry in story.entries:
        _lead_on(entry)
    context = {
        "story": story,
        "filters": filters.shown(),
        "left_out": left_out,
        "chips": [(name, f"{label}: {text}", _address(taken, **{name: ""})) for name, label, text in applied],
        "is_first": before is None,
        "newest": _address(taken),
        "older": _address(taken, before=story.older) if story.older else "",
        "clear": _address({}),
        "checked": checked,
        "checked_at": show_time(checked.at) if checked else "",
        "checked_rows": f"{checked.rows:,}" if checked else "",
    }
    return render(request, "pathways/audit.html", context, status=422 if left_out else 200)


def _people():
    people = User.objects.order_by("display_name").values_list("pk", "display_name")
    return [(str(pk), name) for pk, name in people]


def _wanted(taken):
    """What the filters ask of an event."""
    asked = Q(**{column: taken[name] for name, column in COLUMNS.items() if name in taken})
    if "q" in taken:
        asked &= Q(case__reference__iexact=taken["q"])
    if "text" in taken:
        asked &= Q(reason__icontains=taken["text"])
    if "since" in taken:
        asked &= Q(at__gte=from_wall(taken["since"], time(0)))
    if "until" in taken:
        asked &= Q(at__lt=from_wall(taken["until"] + timedelta(days=1), time(0)))
    return asked


def _lead_on(entry):
    """Where an entry about a case leads: to the item, the case, and the case as the event left it."""
    if case := entry.event.case:
        entry.case, entry.case_url = case.reference, reverse("case_detail", args=[case.reference])
        if entry.item:
            entry.url = f"{entry.case_url}items/{entry.item.code}/{entry.item.occurrence}/"
        if entry.event.action not in NOT_A_STATE:
            entry.then = then_url(case, entry.at)


def _address(taken, **other):
    named = {name: value for name, value in (taken | other).items() if value}
    return f"{reverse('audit')}?{urlencode(named)}" if named else reverse("audit")
