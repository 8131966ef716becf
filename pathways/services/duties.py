"""Who takes which discipline's items in a team."""

from django.db import transaction
from django.db.models import F

from ..audit import timeline
from ..audit.recording import recording
from ..enums import Action, Role
from ..models import Duty, Team
from ..permissions import Permission, may, require
from .exceptions import BadInput, ChangedElsewhere
from .merging import since


def people_on_duty(team):
    """Discipline id to the person who takes its items, while that person may still record; one query."""
    duties = Duty.objects.filter(
        team=team,
        person__is_active=True,
        person__memberships__team=F("team"),
        person__memberships__ended_at=None,
        person__memberships__role__in=(Role.COORDINATOR, Role.MEMBER),
    )
    return {each.discipline_id: each.person for each in duties.select_related("person")}


@transaction.atomic
def set_duties(*, by, team, seen, wanted, token=None):
    """Say who takes the items of each discipline from now on; cases that are open stay as they are.

    `wanted` is discipline id to a person or None, `seen` discipline id to the version that was shown, 0 for
    none. What the person left as it was shown stays as it is now. Raises BadInput, and ChangedElsewhere where
    both changed the same discipline.
    """
    require(by, Permission.MANAGE_TEAM, team)
    for person in filter(None, wanted.values()):
        if not may(person, Permission.RECORD, team):
            raise BadInput({"person": f"{person} cannot update cases of this team."})
    with recording(by=by, action=Action.SET_DUTY, team=team, token=token) as event:
        team = Team.objects.select_for_update(of=("self",), no_key=True).get(pk=team.pk)
        live = {each.discipline_id: each for each in team.duties.select_related("person")}
        for discipline, person in wanted.items():
            duty = live.get(discipline) or Duty(team=team, discipline_id=discipline)
            if _is_to_change(duty, seen.get(discipline, 0), person, by):
                duty.person, duty.given_at = person, event.at
                duty.save()


def _is_to_change(duty, seen, person, by):
    """Whether this changes what was shown and what is now. Raises ChangedElsewhere, BadInput."""
    now = duty.version if duty.pk else 0
    if duty.person_id == (person and person.pk):
        return False
    if seen == now:
        return True
    shown = since(duty, seen)[0].person_id if seen else None
    if shown == (person and person.pk):
        return False
    last = timeline.changes_since(duty, now - 1)[-1]
    if last.history_user_id == by.pk:
        return True
    raise ChangedElsewhere(theirs=duty, person=last.history_user, at=last.history_date)
