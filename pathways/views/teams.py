"""A team: its members, who takes which discipline's items, and the handing over of open items."""

from typing import NamedTuple

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pathways.audit.changes import counted
from pathways.audit.recording import record_event
from pathways.clocks import show_time
from pathways.enums import Action, BulkKind, CaseStatus, Role
from pathways.forms.duties import DutiesForm
from pathways.http import see_other
from pathways.models import ChecklistItem, Discipline, Membership, Team
from pathways.permissions import Permission, may, require
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere
from pathways.services.bulk import MOST
from pathways.services.bulk_outcome import read
from pathways.services.duties import set_duties
from pathways.views.bulk import Scope, bulk_answer
from pathways.views.case_detail import write_token
from pathways.views.rows import fresh_token

BY_WHETHER_IT_APPLIES = {
    "waiting": Count("pk", filter=Q(applies_since__isnull=False)),
    "resting": Count("pk", filter=Q(applies_since__isnull=True)),
}


@require_http_methods(["GET", "HEAD", "POST"])
def team_detail(request, code):
    """Members read it; who manages the team says who takes what."""
    team = visible_team(request.user, code)
    if request.method != "POST":
        return team_page(request, team)
    require(request.user, Permission.MANAGE_TEAM, team)
    form = DutiesForm(request.POST, disciplines=Discipline.objects.all(), people=workers(members(team)))
    if not form.is_valid():
        refusals = form.errors_by_name().values() or ["Choose people of the team"]
        return team_page(request, team, refusals, sent=request.POST)
    try:
        set_duties(by=request.user, team=team, token=write_token(request, form), **form.wanted())
    except AlreadyAnswered:
        return see_other("team_detail", team.code)
    except BadInput as refused:
        return team_page(request, team, refused.errors.values(), sent=request.POST)
    except ChangedElsewhere as conflict:
        record_event(action=Action.CONFLICTED, by=request.user, team=team, reason="who takes what")
        said = (
            f"{conflict.person} changed who takes {conflict.theirs.discipline} on {show_time(conflict.at)}."
        )
        said = f"{said} Nothing was saved. This is what stands now; choose again."
        return team_page(request, team, [said], status=409)
    messages.success(request, "Saved. Cases opened from now on are given out so.")
    return see_other("team_detail", team.code)


class Load(NamedTuple):
    """How many open items somebody has: those that wait, as in My work, and those that do not apply now."""

    waiting: int = 0
    resting: int = 0

    @property
    def is_some(self):
        return any(self)

    def at_rest(self, joint="that"):
        """ "2 that do not apply now", or nothing where there are none."""
        return f"{self.resting} {joint} do{'es' * (self.resting == 1)} not apply now" if self.resting else ""


def team_page(request, team, refusals=(), *, sent=None, status=422):
    """The team as it is now, or with what was `sent` and refused, and the versions that it was based on;
    5 queries.
    """
    found, duties = members(team), {each.discipline_id: each for each in team.duties.all()}
    disciplines, sent = Discipline.objects.all(), sent or {}
    people, loads = workers(found), open_items_by_person(team)
    context = {
        "team": team,
        "members": [(each, loads.get(each.user_id, Load())) for each in found],
        "duties": [duty_row(each, duties.get(each.pk), people, sent) for each in disciplines],
        "may_manage": may(request.user, Permission.MANAGE_TEAM, team),
        "may_assign": may(request.user, Permission.ASSIGN, team),
        "refusals": [(text, "") for text in refusals],
        "token": fresh_token(),
    }
    return render(request, "pathways/team_detail.html", context, status=status if refusals else 200)


def duty_row(discipline, duty, people, sent):
    """A discipline with who takes it, and who could: user name, name and whether chosen."""
    now = duty.person_id if duty else None
    holder = next((each.username for each in people if each.pk == now), "")
    chosen = sent.get(f"person-{discipline.code}", holder)
    return {
        "discipline": discipline,
        "version": sent.get(f"seen-{discipline.code}", duty.version if duty else 0),
        "holder": next((each for each in people if each.pk == now), None),
        "people": [(each.username, str(each), each.username == chosen) for each in people],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def team_reassign(request, code):
    """A person's open items of the team go to another, or to nobody."""
    team = visible_team(request.user, code)
    require(request.user, Permission.ASSIGN, team)
    found = members(team)
    person = next((each.user for each in found if each.user.username == request.GET.get("from")), None)
    if person is None:
        raise Http404
    held = held_by(team).filter(assignee=person).order_by("case", "phase", "position")
    load = Load(**held.order_by().aggregate(**BY_WHETHER_IT_APPLIES))
    total = sum(load)
    title = [f"{counted(total, 'open item')} of {person}", load.at_rest("of which")]
    scope = Scope(
        heading="Reassign",
        title=", ".join(filter(None, title)),
        back=reverse("team_detail", args=[code]),
        items=read(held[:MOST]),
        people=[each for each in workers(found) if each != person],
        kept=[("from", person.username)],
        kinds=[BulkKind.ASSIGN],
        total=total,
        nothing=[("This person has no open items", "")],
    )
    return bulk_answer(request, scope)


def visible_team(user, code):
    """A team in which the person works or that the person manages, or 404."""
    team = get_object_or_404(Team, code=code)
    if not (may(user, Permission.VIEW_CASE, team) or may(user, Permission.MANAGE_TEAM, team)):
        raise Http404
    return team


def members(team):
    """Current memberships of people who can sign in, by name; one query."""
    current = Membership.objects.current().filter(team=team, user__is_active=True)
    return list(current.select_related("user__discipline").order_by("user__display_name"))


def workers(memberships):
    return [each.user for each in memberships if each.role != Role.OBSERVER]


def held_by(team):
    """Open items of the team's cases that are not closed."""
    return ChecklistItem.objects.open().filter(case__team=team).exclude(case__status=CaseStatus.CLOSED)


def open_items_by_person(team):
    """Id of each person to their Load; one query."""
    held = held_by(team).filter(assignee__isnull=False).order_by()
    found = held.values_list("assignee").annotate(**BY_WHETHER_IT_APPLIES)
    return {person: Load(*numbers) for person, *numbers in found}
