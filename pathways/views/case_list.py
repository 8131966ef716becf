"""The list of cases: its views, filters, order and pages."""

import re
from datetime import time, timedelta
from urllib.parse import urlencode

from django.db.models import F, FilteredRelation, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Length
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from pathways import dashboards
from pathways.clocks import LONDON, from_wall, show_time
from pathways.dashboards.measures import narrowed_to
from pathways.enums import Phase, Role
from pathways.forms.filters import HIDDEN, VIEWS, CaseFilters, understood
from pathways.http import wants_fragment
from pathways.models import Case, PhaseProgress, Team
from pathways.permissions import Permission, may, teams_where
from pathways.views.case_rows import rows
from pathways.views.offered import case_words, sites, templates, versions_in_use
from pathways.views.view_tabs import saved_views

PAGE_SIZE = 50
REFERENCE = re.compile("([A-Z]{0,6})-?([0-9]{0,9})")
WITH_NUMBER = ("attention", "mine", "open")
NO_CASE = Q(reference="")
PREFIX = Func(F("reference"), Value("-0123456789"), function="RTRIM")
FIRST_SORT = {"attention": "due", "mine": "due", "open": "-opened", "closed": "-closed"}
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
    cases, views = Case.objects.visible_to(request.user), _views(request.user, taken["view"], now)
    matching = _matching(taken, now)
    wanted = views[taken["view"]] & matching
    counted = {name: views[name] for name in views if name in WITH_NUMBER}
    has_own = bool(matching) or taken["view"] not in counted
    counts = dashboards.case_counts(cases, **counted, **({"shown": wanted} if has_own else {}))
    shown = counts["shown" if has_own else taken["view"]]
    pages = _pages(request.GET.get("page", ""), shown, taken)
    on_page = _on_page(_in_order(cases.filter(wanted), _sort(taken)), pages, shown)
    found = _in_order(Case.objects.filter(pk__in=on_page.values("pk")), _sort(taken))
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
    context |= controls(filters, taken, counts)
    context["saved"] = saved_views(request.user, taken)
    return _answer(request, context, teams, status=422 if left_out else 200)


def matching_cases(user, asked, now):
    """The cases of the list that an address asks for, on all its pages."""
    filters, _ = understood(CaseFilters, asked, **_offered(versions_in_use(), *teams_and_people(user)))
    taken = filters.cleaned_data
    wanted = _views(user, taken["view"], now)[taken["view"]] & _matching(taken, now)
    return Case.objects.visible_to(user).filter(wanted)


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
    teams = Team.objects.all()
    if may(user, Permission.VIEW_CASE):
        return teams
    return teams.filter(pk__in=teams_where(user, Permission.VIEW_CASE))


def teams_and_people(user):
    """The same teams, as id to code and name, and who works there; one query."""
    current = FilteredRelation("memberships", condition=Q(memberships__ended_at__isnull=True))
    columns = ("pk", "code", "name", "current__role", "current__user", "current__user__display_name")
    found = list(teams_seen(user).annotate(current=current).values_list(*columns))
    people = {pk: name for *_, role, pk, name in found if role in (Role.COORDINATOR, Role.MEMBER)}
    by_name = sorted(people.items(), key=lambda each: (each[0] != user.pk, each[1]))
    labels = [(str(pk), f"{name} (you)" if pk == user.pk else name) for pk, name in by_name]
    return {pk: (code, name) for pk, code, name, *_ in found}, labels


def _views(user, chosen, now):
    """Which cases are in each view. Mine is only for those to whom an item can be assigned."""
    has_work = chosen == "mine" or teams_where(user, Permission.RECORD)
    mine = {"mine": dashboards.OPEN & dashboards.assigned_to(user)} if has_work else {}
    return {
        "attention": dashboards.needs_attention(now),
        **mine,
        "open": dashboards.OPEN,
        "closed": dashboards.CLOSED,
    }


def _matching(taken, now):
    """What the chosen filters ask of a case; a phase and a state together are asked of that one phase."""
    phase = taken["phase"] and Phase.from_code(taken["phase"])
    asked = Q()
    if taken["state"]:
        asked &= dashboards.in_state(taken["state"], now=now, phase=phase)
    elif phase:
        asked &= dashboards.active_in(phase, now)
    if taken["assignee"]:
        asked &= dashboards.assigned_to(int(taken["assignee"]))
    if taken["due"]:
        asked &= _due(taken["due"], now)
    if taken["q"]:
        asked &= _named(taken["q"])
    asked &= narrowed_to(**{name: taken[name] for name in ("team", "template", "site")})
    return asked & Q(**{name: taken[name] for name in ("status", "outcome") if taken[name]})


def _due(choice, now):
    """The London day ends at midnight, the week on Sunday."""
    today = now.astimezone(LONDON).date()
    if choice == "overdue":
        return dashboards.due_before(now)
    if choice == "none":
        return dashboards.never_due()
    days = 1 if choice == "today" else 7 - today.weekday()
    return dashboards.due_between(now, from_wall(today + timedelta(days=days), time(0)))


def _named(text):
    """Cases whose reference begins so: "SM-12", "sm12" and "12" find SM-12 and SM-120."""
    match = REFERENCE.fullmatch(text.upper())
    prefix, number = match.groups() if match else ("", "")
    if prefix and number:
        return Q(reference__startswith=f"{prefix}-{number}")
    if number:
        return Q(reference__contains=f"-{number}")
    return Q(reference__startswith=prefix) if prefix else NO_CASE


def _sort(taken):
    """A search puts the nearest reference first."""
    return taken["sort"] or ("case" if taken["q"] else FIRST_SORT[taken["view"]])


def _in_order(cases, sort):
    """Cases without a time come last in both directions; the earliest opened first among equals."""
    name = sort.removeprefix("-")
    first_due = PhaseProgress.objects.filter(case=OuterRef("pk"), next_due__isnull=False).order_by("next_due")
    keys: dict[str, list] = {
        "case": [PREFIX, Length("reference"), F("reference")],
        "due": [Subquery(first_due.values("next_due")[:1])],
        "opened": [F("opened_at")],
        "closed": [F("closed_at")],
    }
    last = {"nulls_last": True} if name == "due" else {}
    if sort.startswith("-"):
        return cases.order_by(*(key.desc(**last) for key in keys[name]), "-pk")
    return cases.order_by(*(key.asc(**last) for key in keys[name]), "pk")


def _on_page(cases, pages, shown):
    """Those of one page, counted from the nearer end: a database reads and drops all that come before."""
    first, last = pages["first"] - 1, pages["to"]
    return cases.reverse()[shown - last : shown - first] if first > shown - last else cases[first:last]


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
    sort = _sort(taken)
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
