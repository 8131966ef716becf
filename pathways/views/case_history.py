"""What happened to a case, newest first."""

import re
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.audit import timeline
from pathways.permissions import Permission, may
from pathways.views.answers import date_parts
from pathways.views.audit import exports, views
from pathways.views.case_detail import visible_case
from pathways.views.entry_markup import shown, table
from pathways.views.identity import identity
from pathways.views.moments import as_at
from pathways.views.restore_words import offer_restoring

ITEM = re.compile("([-a-zA-Z0-9_]{1,60})/([1-9][0-9]{0,4})")


@require_safe
def case_history(request, reference):
    """A page of 50 events, as a timeline or a table; `before` is where the page above ended, `item` a code
    and an occurrence.
    """
    case = visible_case(request.user, reference)
    item = chosen_item(case, request.GET.get("item", ""))
    place = request.GET.get("before", "")
    before, taken = timeline.read_place(place), _taken(request.GET, item)
    story = timeline.story(case, item=item, before=before)
    page = reverse("case_detail", args=[reference])
    for entry in story.entries:
        _lead_on(entry, page)
    offer_restoring(story.entries, request.user, case, item)
    context = {
        "case": case,
        "identity": identity(case, timezone.now()),
        **shown(story),
        "rows": table(story.entries, of_one_case=True) if "view" in taken else "",
        "views": views(taken, before=place if before else "", to=address),
        "item": item,
        "exports": exports({"q": reference}) if may(request.user, Permission.REVIEW_AUDIT) else [],
        "parts": date_parts("at_", {}, with_time=True),
        "is_first": before is None,
        "newest": address(taken),
        "older": address(taken, before=story.older) if story.older else "",
        "all_items": address(taken, item=""),
    }
    return render(request, "pathways/case_history.html", context)


def _lead_on(entry, page):
    """Where an entry leads: to the item, and to the case as the event left it."""
    entry.url = f"{page}items/{entry.item.code}/{entry.item.occurrence}/" if entry.item else ""
    entry.then = as_at(page, entry.at)


def chosen_item(case, wanted):
    """The item that the address names, or None for all; 404 for one that the case does not have."""
    if not wanted:
        return None
    match = ITEM.fullmatch(wanted)
    if not match:
        raise Http404
    items = case.items.select_related("template_item")
    return get_object_or_404(items, code=match[1], occurrence=int(match[2]))


def _taken(data, item):
    """What the address asks for by name."""
    narrowed = {"item": f"{item.code}/{item.occurrence}"} if item else {}
    return narrowed | ({"view": "table"} if data.get("view") == "table" else {})


def address(taken, **other):
    """The query of a page of the same story."""
    return f"?{urlencode({name: value for name, value in (taken | other).items() if value})}"
