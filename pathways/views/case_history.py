"""What happened to a case, newest first."""

import re
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.audit import timeline
from pathways.views.answers import date_parts
from pathways.views.case_detail import visible_case
from pathways.views.identity import identity
from pathways.views.moments import then_url

ITEM = re.compile("([-a-zA-Z0-9_]{1,60})/([1-9][0-9]{0,4})")


@require_safe
def case_history(request, reference):
    """A page of 50 events; `before` is where the page above ended, `item` a code and an occurrence."""
    case = visible_case(request.user, reference)
    item = chosen_item(case, request.GET.get("item", ""))
    before = timeline.read_place(request.GET.get("before", ""))
    story = timeline.story(case, item=item, before=before)
    page = reverse("case_detail", args=[reference])
    for entry in story.entries:
        entry.url = f"{page}items/{entry.item.code}/{entry.item.occurrence}/" if entry.item else ""
        entry.then = then_url(case, entry.at)
    context = {
        "case": case,
        "identity": identity(case, timezone.now()),
        "story": story,
        "item": item,
        "parts": date_parts("at_", {}, with_time=True),
        "is_first": before is None,
        "newest": address(item),
        "older": address(item, story.older) if story.older else "",
    }
    return render(request, "pathways/case_history.html", context)


def chosen_item(case, wanted):
    """The item that the address names, or None for all; 404 for one that the case does not have."""
    if not wanted:
        return None
    match = ITEM.fullmatch(wanted)
    if not match:
        raise Http404
    items = case.items.select_related("template_item")
    return get_object_or_404(items, code=match[1], occurrence=int(match[2]))


def address(item, before=""):
    """The query of a page of the same story."""
    narrowed = {"item": f"{item.code}/{item.occurrence}"} if item else {}
    return urlencode(narrowed | ({"before": before} if before else {}))
