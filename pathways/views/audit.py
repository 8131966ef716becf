"""The review of everything that happened, in every team, for auditors."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways.audit import reconcile, timeline
from pathways.clocks import show_time
from pathways.permissions import Permission, require
from pathways.views import audit_filters
from pathways.views.moments import then_url

NOT_A_STATE = ("read_case", "refused", "conflicted")


@require_safe
def audit(request):
    """A page of 50 events; `before` is where the page above ended. At most 20 queries."""
    require(request.user, Permission.REVIEW_AUDIT)
    filters, taken, left_out = audit_filters.read(request.GET)
    before, checked = timeline.read_place(request.GET.get("before", "")), reconcile.last()
    applied = filters.applied()
    story = timeline.review(audit_filters.wanted(taken), before=before)
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
