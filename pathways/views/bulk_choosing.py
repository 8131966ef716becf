"""From where many items are chosen: cases of the list, and a phase of one case."""

import re
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pathways import published
from pathways.audit.changes import counted
from pathways.enums import Role
from pathways.http import see_other
from pathways.models import Case, ChecklistItem, Discipline, TemplateVersion, User
from pathways.permissions import Forbidden, Permission, require, teams_where
from pathways.services.bulk import MOST
from pathways.services.bulk_outcome import read
from pathways.services.checklists import people_to_assign
from pathways.views.bulk import ASKED, Scope, bulk_answer
from pathways.views.case_detail import get_phase, visible_case
from pathways.views.case_list import matching_cases

CHOICE = (*ASKED, "what", "step")
LONGEST_ID = 19
REFERENCE = re.compile("[A-Z][A-Z0-9]{0,5}-[1-9][0-9]{0,8}")


@require_http_methods(["GET", "HEAD", "POST"])
def case_bulk(request):
    """Items of the cases that were picked in the list, or of all that match its filters."""
    teams = teams_where(request.user, Permission.RECORD)
    if not teams:
        raise Forbidden(Permission.RECORD)
    data = request.GET
    cases, total = chosen_cases(request.user, data, teams)
    if not cases:
        messages.error(request, "Select at least one case.")
        return see_other("case_list")
    request.searched_for = ", ".join(case.reference for case in cases)[:1000]
    what = data.get("what", "")
    found, offers = read(of_kind(open_items(cases), what)), one_of_each(cases)
    rest = rest_of(data, cases[-1].pk) if total > MOST else data.get("rest", "")
    scope = Scope(
        title=counted(total, "case") if total <= MOST else f"{MOST} of {total} cases",
        back=reverse("case_list"),
        items=found,
        people=workers(teams),
        kept=[*(("case", case.reference) for case in cases), *([("rest", rest)] if rest else [])],
        more=f"{request.path}?{rest}&{urlencode(pairs(data, CHOICE))}" if rest else "",
        offers=offers,
        whats=kinds_of_items(offers, what),
        total=len(found),
        nothing=[("Choose items that are open in these cases", "what")],
    )
    return bulk_answer(request, scope)


@require_http_methods(["GET", "HEAD", "POST"])
def phase_bulk(request, reference, phase):
    """The open items of one phase."""
    case = visible_case(request.user, reference)
    require(request.user, Permission.RECORD, case.team_id)
    phase = get_phase(phase)
    items = read(open_items([case]).filter(phase=phase))
    scope = Scope(
        title=f"{phase.label} of {case.reference}",
        back=f"{reverse('case_detail', args=[reference])}#p{phase.value}",
        items=items,
        offers=items,
        people=people_to_assign(case),
        lists_items=True,
        total=len(items),
    )
    return bulk_answer(request, scope)


def chosen_cases(user, data, teams):
    """Those picked, at most MOST of them, and how many there are; those `after` a case, by its id."""
    cases = Case.objects.open().filter(team__in=teams)
    if data.get("every") == "yes":
        matching = matching_cases(user, data, timezone.now())
        found = cases.filter(pk__in=matching.order_by().values("pk"))
    else:
        picked = [text for text in data.getlist("case") if REFERENCE.fullmatch(text)]
        found = cases.filter(reference__in=picked[:MOST])
    after = data.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < LONGEST_ID:
        found = found.filter(pk__gt=int(after))
    return list(found.order_by("pk")[:MOST]), found.count()


def rest_of(data, last):
    """The query of the cases that come after the last of these."""
    chosen = [name for name in data if name not in (*CHOICE, "after", "rest")]
    return urlencode([*pairs(data, chosen), ("after", last)])


def pairs(data, names):
    return [(name, value) for name in names for value in data.getlist(name)]


def open_items(cases):
    """Their open items in the order of the checklist."""
    items = ChecklistItem.objects.open().filter(case__in=cases)
    return items.order_by("case", "phase", "position", "occurrence")


def of_kind(items, what):
    """Those that are the item, or of the discipline, that was chosen."""
    kind, _, code = what.partition("-")
    column = {"i": "code", "d": "template_item__discipline__code"}.get(kind)
    return items.filter(**{column: code}) if column else items.none()


def one_of_each(cases):
    """An item of no case for each that is open in any of these, in the order of the checklist; two queries.

    It applies if one of them does.
    """
    columns = ("phase", "position", "code", "title", "template_item_id")
    found = open_items(cases).order_by(*columns).values(*columns).annotate(applies_since=Max("applies_since"))
    versions = TemplateVersion.objects.filter(cases__in=cases).distinct().only("published_at")
    return published.attach([ChecklistItem(**each) for each in found], *versions)


def kinds_of_items(items, chosen):
    """Value, label and whether chosen: all items of each discipline, then each item by its title."""
    titles = {f"i-{item.code}": item.name for item in items if item.applies_since}
    ids = {item.template_item.discipline_id for item in items if item.template_item}
    disciplines = Discipline.objects.filter(pk__in=ids)
    all_of = {f"d-{each.code}": f"All items of {each.title}" for each in disciplines}
    found = sorted(all_of.items(), key=lambda each: each[1]) + list(titles.items())
    return [(value, label, value == chosen) for value, label in found]


def workers(teams):
    """Who may be given items in any of the teams, by name; one query."""
    working = {"memberships__team__in": teams, "memberships__ended_at": None, "is_active": True}
    people = User.objects.filter(memberships__role__in=(Role.COORDINATOR, Role.MEMBER), **working)
    return list(people.distinct().order_by("display_name"))
