"""What was left with a reason, counted by reason, phase, item and team; each number leads to its items."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import F
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways import variance
from pathways.clocks import show_time
from pathways.enums import Phase, ReasonOrigin
from pathways.forms.filters import understood
from pathways.forms.variance import VarianceFilter, VarianceRowsFilter
from pathways.models import PathwayTemplate, ReasonCode
from pathways.views.case_list import teams_seen
from pathways.views.case_rows import width

FEW = 5
ON_A_PAGE = 50
OWN_ITEMS = "Items added to one case"
HEADINGS = {"reason": "By reason", "phase": "By phase", "item": "By item", "team": "By team"}


@require_safe
def dashboard_variance(request):
    """One query a figure, and one for each list to choose from."""
    now = timezone.now()
    filters, left_out = understood(VarianceFilter, request.GET, **offered(request.user))
    rows = variance.items(request.user, now=now, **filters.chosen())
    found = {name: variance.figure(rows, name) for name in HEADINGS}
    total = sum(number for _, _, number in found["phase"])
    context = {
        "figures": [(HEADINGS[name], bars(name, each, filters)) for name, each in found.items()],
        "total": total,
        "few": total < FEW,
        "as_at": show_time(now),
        "filters": filters.shown(),
        "left_out": left_out,
    }
    return render(request, "pathways/dashboard_variance.html", context, status=422 if left_out else 200)


def offered(user):
    return {
        "team": teams_seen(user).values_list("code", "name"),
        "template": PathwayTemplate.objects.values_list("code", "title"),
    }


def bars(name, found, filters):
    """The bars of a figure, the longest first, each with its share and that of all so far in per cent."""
    total, so_far, shown = sum(number for _, _, number in found), 0, []
    for parts, words, number in found:
        so_far += number
        shown.append(
            {
                "label": label(name, parts, words),
                "number": number,
                "share": round(100 * so_far / total),
                "width": width(number, found[0][2]),
                "url": rows_address(filters, parts),
            }
        )
    return shown


def label(name, parts, words):
    if name == "phase":
        return f"{parts['phase']} {Phase(parts['phase']).label}"
    if name == "reason":
        return f"{words[0]} ({ReasonOrigin(words[1]).label.lower()})"
    return words[0] or OWN_ITEMS


def rows_address(filters, parts):
    if "phase" in parts:
        parts = {"phase": Phase(parts["phase"]).code}
    query = {name: value for name, value in (filters.cleaned_data | parts).items() if value}
    return f"{reverse('variance_rows')}?{urlencode(query)}"


@require_safe
def variance_rows(request):
    """The items behind a bar, the newest first and those blocked now before them, in pages of 50."""
    choices = offered(request.user) | {"reason": ReasonCode.objects.values_list("code", "label")}
    filters, left_out = understood(VarianceRowsFilter, request.GET, **choices)
    chosen = filters.chosen()
    chosen["phase"] = Phase.from_code(chosen["phase"]).value if chosen["phase"] else ""
    rows = variance.items(request.user, now=timezone.now(), **chosen)
    rows = rows.select_related("case", "template_item", "reason", "settled_by")
    page = Paginator(rows.order_by(F("settled_at").desc(nulls_first=True), "-pk"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    kept = {name: value for name, value in filters.cleaned_data.items() if value}
    context = {
        "page": page,
        "rows": [(each, each.settled_at and show_time(each.settled_at)) for each in page],
        "applied": [
            (title, OWN_ITEMS if words == variance.OWN else words) for _, title, words in filters.applied()
        ],
        "query": urlencode(kept),
        "left_out": left_out,
    }
    return render(request, "pathways/variance_rows.html", context, status=422 if left_out else 200)
