"""The page of a case that keeps itself up to date."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.audit.news import newest_change, news, read_mark
from pathways.http import see_other, wants_fragment
from pathways.views.case_detail import case_context, visible_case
from pathways.views.sheet import Sheet
from pathways.views.words import anchor


@require_safe
def case_live(request, reference):
    """204 while nothing changed, in three queries with the session's; else all of the page that may be other.

    `since` is the newest change that the page shows, `opened` the one that it was first shown with.
    """
    if not wants_fragment(request):
        return see_other("case_detail", reference)
    newest = newest_change(request.user, reference)
    if newest is None:
        raise Http404
    if newest == read_mark(request.GET.get("since", "")):
        return HttpResponse(status=204)
    case = visible_case(request.user, reference)
    opened = read_mark(request.GET.get("opened", "")) or newest
    sheet = Sheet(request, case)
    found = news(case, opened, request.user)
    sheet.making.news = told(found)
    context = case_context(request, case, sheet, opened=opened) | {"news": strip(found, sheet), "oob": True}
    return render(request, "pathways/_case_live.html", context)


def told(entries):
    """Item id to who changed it last and when; the newest entry comes first."""
    found: dict[int, str] = {}
    for entry in entries:
        if entry.item is not None:
            found.setdefault(entry.item.id, f"{entry.who} changed this {entry.time}.")
    return found


def strip(entries, sheet):
    """How many changes by whom, and what each was, with the row where it has one."""
    if not entries:
        return None
    who = list(dict.fromkeys(entry.who for entry in entries))
    people = " and ".join(filter(None, [", ".join(who[:-1]), who[-1]]))
    count = f"{len(entries)} change{'s' * (len(entries) > 1)}"
    return {
        "said": f"{count} by {people} since you opened this page",
        "entries": [(_row_of(entry, sheet), entry) for entry in entries],
    }


def _row_of(entry, sheet):
    shown = entry.item is not None and any(
        each.pk == entry.item.id and sheet.making.has_row(each) for each in sheet.items
    )
    return f"#{anchor(entry.item)}" if shown else ""
