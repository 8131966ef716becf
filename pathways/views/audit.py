"""The review of everything that happened, in every team, for auditors."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pathways.audit import reconcile, timeline
from pathways.audit.sentences import NO_STATE
from pathways.clocks import show_time
from pathways.permissions import Permission, require
from pathways.views import audit_filters
from pathways.views.addresses import case_address
from pathways.views.audit_review import mark_new, review_url
from pathways.views.entry_markup import shown, table
from pathways.views.moments import as_at

EXPORTS = {"csv": "Export CSV", "jsonl": "Export JSON Lines"}


@require_safe
def audit(request):
    """A page of 50 events, as a timeline or a table; `before` is where the page above ended. 9 queries."""
    require(request.user, Permission.REVIEW_AUDIT)
    filters, taken, left_out = audit_filters.read(request.GET)
    place = request.GET.get("before", "")
    before = timeline.read_place(place)
    story = timeline.review(audit_filters.wanted(taken), before=before, among=audit_filters.among(taken))
    address = case_address()
    for entry in story.entries:
        _lead_on(entry, address)
    mark_new(story.entries)
    context = {
        **shown(story),
        "exports": exports(taken),
        "review": review_url(taken, story.entries) if before is None else "",
        "is_table": "view" in taken,
        "rows": table(story.entries) if "view" in taken else "",
        "views": views(taken, before=place if before else "", to=_address),
        "filters": filters.shown(),
        "left_out": left_out,
        "chips": _chips(filters, taken),
        "is_first": before is None,
        "newest": _address(taken),
        "older": _address(taken, before=story.older) if story.older else "",
        "clear": _address({}, view=taken.get("view")),
        "checked": _last_check(),
    }
    return render(request, "pathways/audit.html", context, status=422 if left_out else 200)


def exports(taken):
    """Label and address of each form in which what these filters show may be taken along."""
    asked = urlencode({name: value for name, value in taken.items() if name != "view"})
    return [(label, f"{reverse('audit_export', args=[form])}?{asked}") for form, label in EXPORTS.items()]


def views(taken, *, before, to):
    """Label, address and whether it is this one, of both ways to see the same events."""
    return [
        (label, to(taken, view=view, before=before), view == taken.get("view", ""))
        for label, view in (("Timeline", ""), ("Table", "table"))
    ]


def _chips(filters, taken):
    return [
        (name, f"{label}: {text}", _address(taken, **{name: ""})) for name, label, text in filters.applied()
    ]


def _last_check():
    """When, how many findings and among how many rows; None before the first check."""
    checked = reconcile.last()
    return checked and (show_time(checked.at), checked.findings, f"{checked.rows:,}")


def _lead_on(entry, address):
    """Where an entry about a case leads: to the item, the case, and the case as the event left it."""
    if case := entry.event.case:
        entry.case, entry.case_url = case.reference, address.format(case.reference)
        if entry.item:
            entry.url = f"{entry.case_url}items/{entry.item.code}/{entry.item.occurrence}/"
        if entry.event.action not in NO_STATE:
            entry.then = as_at(entry.case_url, entry.at)


def _address(taken, **other):
    named = {name: value for name, value in (taken | other).items() if value}
    return f"{reverse('audit')}?{urlencode(named)}" if named else reverse("audit")
