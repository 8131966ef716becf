"""The list of cases: its tabs, filters, headings and pages."""

from urllib.parse import urlencode

from django.db.models import FilteredRelation, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from pathways.clocks import show_time
from pathways.compiled import compiled
from pathways.enums import Role
from pathways.forms.filters import HIDDEN, VIEWS, CaseFilters, understood
from pathways.http import wants_fragment
from pathways.models import Team
from pathways.permissions import Permission, may, teams_where
from pathways.views.case_finding import PAGE_SIZE, WITH_NUMBER, Asked, all_pages, counts, page, sort_of
from pathways.views.case_rows import rows
from pathways.views.offered import case_words, sites, templates, versions_in_use
from pathways.views.view_tabs import saved_views

NOTHING_YET = {
    "attention": "No open case has an overdue or blocked phase.",
    "mine": "No open case has an open item assigned to you.",
    "open": "No cases are open.",
    "closed": "No cases have been closed.",
}
HEADINGS = {"case": "Case", "due": "Due", "opened": "Opened", "closed": "Closed"}
ARROWS = {"ascending": "▴", "descending": "▾"}
GONE_AFTERWARDS = ("chip-", "page-")


@require_safe
def case_list(request):
    """The page, or for htmx its results; ten queries, session, user and memberships included."""
    now, versions = timezone.now(), versions_in_use()
    words, (teams, people) = case_words(versions), teams_and_people(request.user)
    filters, left_out = understood(CaseFilters, request.GET, **_offered(versions, teams, people))
    taken = filters.cleaned_data
    request.searched_for = "; ".join(f"{label}: {text}" for _, label, text in filters.applied())
    asked = Asked.by(request.user, taken)
    numbers = counts(request.user, asked, now)
    shown = numbers[asked.name]
    pages = _pages(request.GET.get("page", ""), shown, taken)
    place = {"first": pages["first"] - 1, "last": pages["to"], "of": shown}
    found = page(request.user, asked, now, sort=sort_of(taken), **place)
    team_column = len(teams) > 1 and not taken["team"]
    names = {pk: name for pk, (_, name) in teams.items()} if team_column else {}
    picks = taken["view"] != "closed" and bool(teams_where(request.user, Permission.RECORD))
    context = {
        "rows": rows(found, now=now, teams=names, words=words, picks=picks),
        "picks": picks,
        "every": f"{reverse('case_bulk')}?{urlencode(taken | {'every': 'yes'})}" if picks else "",
        "said": f"{shown} case{'' if shown == 1 else 's'}",
        "pages": pages,
        "left_out": left_out,
        "as_at": show_time(now),
        "team_column": team_column,
    }
    context |= controls(filters, taken, numbers)
    context["saved"] = saved_views(request.user, taken)
    return _answer(request, context, teams, status=422 if left_out else 200)


def matching_cases(user, data, now):
    """The cases of the list that an address asks for, on all its pages."""
    filters, _ = understood(CaseFilters, data, **_offered(versions_in_use(), *teams_and_people(user)))
    return all_pages(user, filters.cleaned_data, now)


def _offered(versions, teams, people):
    """What each filter lets a person choose between."""
    return {
        "team": list(teams.values()),
        "assignee": people,
        "template": templates(versions),
        "site": sites(versions),
    }


def _answer(request, context, teams, status):
    """What was used to turn or narrow the list may be gone from it: focus then goes to its heading."""
    if not wants_fragment(request):
        context["own_teams"] = [teams[pk] for pk in request.user.roles_by_team if pk in teams]
        context["may_open"] = bool(teams_where(request.user, Permission.OPEN_CASE))
        return render(request, "pathways/case_list.html", context, status=status)
    context["moves_focus"] = str(request.htmx.trigger).startswith(GONE_AFTERWARDS)
    response = render(request, "pathways/_case_results.html", context, status=status)
    return trigger_client_event(response, "announce", context["said"])


def address(**filters):
    """The list of exactly these cases."""
    return f"{reverse('case_list')}?{urlencode({name: value for name, value in filters.items() if value})}"


def teams_seen(user):
    """The teams whose cases the person may see."""
    return _teams(_seen_by(user))


def _seen_by(user):
    """Their ids, or None for all."""
    return None if may(user, Permission.VIEW_CASE) else frozenset(teams_where(user, Permission.VIEW_CASE))


def _teams(ids):
    return Team.objects.all() if ids is None else Team.objects.filter(pk__in=ids)


def teams_and_people(user):
    """The same teams, as id to code and name, and who works there; one query."""
    found = _members(teams=_seen_by(user))
    people = {pk: name for *_, role, pk, name in found if role in (Role.COORDINATOR, Role.MEMBER)}
    by_name = sorted(people.items(), key=lambda each: (each[0] != user.pk, each[1]))
    labels = [(str(pk), f"{name} (you)" if pk == user.pk else name) for pk, name in by_name]
    return {pk: (code, name) for pk, code, name, *_ in found}, labels


@compiled
def _members(*, teams):
    current = FilteredRelation("memberships", condition=Q(memberships__ended_at__isnull=True))
    columns = ("pk", "code", "name", "current__role", "current__user", "current__user__display_name")
    return _teams(teams).annotate(current=current).values_list(*columns)


def _pages(asked, shown, taken):
    """The page nearest to the one asked for, with the addresses of its neighbours."""
    last = max(1, -(-shown // PAGE_SIZE))
    try:
        number = min(max(int(asked), 1), last)
    except ValueError:
        number = 1
    return {
        "number": number,
        "last": last,
        "first": (number - 1) * PAGE_SIZE + 1,
        "to": min(number * PAGE_SIZE, shown),
        "previous": address(**taken, page=number - 1) if number > 1 else "",
        "next": address(**taken, page=number + 1) if number < last else "",
    }


def controls(filters, taken, counts):
    """Tabs, chips and headings: everything on the page that leads to another list."""
    applied, view = filters.applied(), taken["view"]
    return {
        "filters": filters.shown(),
        "hidden": [(name, taken[name]) for name in HIDDEN if taken[name]],
        "tabs": _tabs(view, counts),
        "chips": [(name, f"{label}: {text}", address(**taken | {name: ""})) for name, label, text in applied],
        "clear": address(view=view),
        "headings": _headings(taken),
        "empty": "No cases match these filters." if applied else NOTHING_YET[view],
        "elsewhere": _elsewhere(taken, bool(applied)),
        "view": view,
        "view_label": VIEWS[view],
    }


def _tabs(chosen, counts):
    """What is closed only grows, and nobody works through it: its number stands above its list alone."""
    return [
        {
            "view": view,
            "url": address(view=view),
            "label": label,
            "count": counts.get(view),
            "current": view == chosen,
        }
        for view, label in VIEWS.items()
        if view in counts or view not in WITH_NUMBER
    ]


def _headings(taken):
    """For each column that sorts: where its heading leads, and how the list is sorted by it now."""
    sort = sort_of(taken)
    return {
        name: _heading(name, label, {name: "ascending", f"-{name}": "descending"}.get(sort, ""), taken)
        for name, label in HEADINGS.items()
    }


def _heading(name, label, now, taken):
    turned = f"-{name}" if now == "ascending" else name
    return {
        "name": name,
        "label": label,
        "now": now,
        "arrow": ARROWS.get(now),
        "url": address(**taken | {"sort": turned}),
    }


def _elsewhere(taken, is_filtered):
    """Where to look instead when the list is empty: other views, each a page of its own."""
    view, others = taken["view"], []
    if taken["q"]:
        others = [(other, f"Search in {VIEWS[other]}", {"q": taken["q"]}) for other in ("open", "closed")]
    elif not is_filtered and view in ("attention", "mine"):
        others = [("open", "See all open cases", {})]
    return [(other, text, address(view=other, **more)) for other, text, more in others if other != view]
