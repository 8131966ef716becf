"""Lists of cases that people keep under a name, for themselves or for their team."""

from django.db import transaction
from django.db.models import Q

from ..audit.recording import recording
from ..compiled import compiled
from ..enums import Action
from ..models import SavedView
from ..models.saved_views import LONGEST_NAME, LONGEST_QUERY
from ..permissions import Permission, require
from .exceptions import BadInput, ChangedElsewhere
from .merging import since

MOST_VIEWS = 20
TAKEN = "There is a view of this name already."


def views_of(user):
    """The person's own views and those of their teams, by name; one query."""
    return _views_of(user.pk, teams=user.teams)


@compiled
def _views_of(person, *, teams):
    views = SavedView.objects.filter(Q(owner=person, team=None) | Q(team__in=teams), removed_at__isnull=True)
    return views.select_related("team").order_by("name", "pk")


@transaction.atomic
def save_view(*, by, name, query, team=None, token=None):
    """Keep the filters under a name, for the person or shared by a team. Raises BadInput."""
    require(by, Permission.SHARE_VIEWS if team else Permission.SET_PREFERENCES, team)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput({"name": f"Enter a name of at most {LONGEST_NAME} characters."})
    if len(query) > LONGEST_QUERY:
        raise BadInput({"name": "These filters are too long to be kept."})
    with recording(by=by, action=Action.SAVE_VIEW, team=team, token=token):
        there = SavedView.objects.filter(removed_at__isnull=True, **_whose(by, team))
        names = {each.name.casefold() for each in there}
        if name.casefold() in names:
            raise BadInput({"name": TAKEN})
        if len(names) >= MOST_VIEWS:
            raise BadInput({"name": f"There are {MOST_VIEWS} views already. Remove one first."})
        view = SavedView(name=name, owner=by, team=team, query=query)
        view.save()
    return view


@transaction.atomic
def replace_view(*, by, view, seen, query, token=None):
    """Let the view mean other filters. Raises ChangedElsewhere where somebody else did so meanwhile."""
    require(by, Permission.SHARE_VIEWS if view.team_id else Permission.SET_PREFERENCES, view.team_id)
    if len(query) > LONGEST_QUERY:
        raise BadInput({"name": "These filters are too long to be kept."})
    with recording(by=by, action=Action.SAVE_VIEW, team=view.team, token=token):
        view = _locked(by, view, seen)
        if view.query != query:
            view.query = query
            view.save()
    return view


@transaction.atomic
def remove_view(*, by, view, seen, token=None):
    """Take the view out of use; its history stays."""
    require(by, Permission.SHARE_VIEWS if view.team_id else Permission.SET_PREFERENCES, view.team_id)
    with recording(by=by, action=Action.REMOVE_VIEW, team=view.team, token=token) as event:
        view = _locked(by, view, seen)
        if view.removed_at is None:
            view.removed_at = event.at
            view.save()
    return view


def _whose(by, team):
    return {"team": team} if team else {"team": None, "owner": by}


def _locked(by, view, seen):
    """The view as it is now. Raises BadInput for somebody else's, ChangedElsewhere."""
    found = SavedView.objects.select_for_update(of=("self",)).get(pk=view.pk)
    if found.team_id is None and found.owner_id != by.pk:
        raise BadInput({"name": "This view is somebody else's."})
    if found.version != seen:
        row = since(found, seen)[-1]
        if row.history_user_id != by.pk:
            raise ChangedElsewhere(theirs=found, person=row.history_user, at=row.history_date)
    found.team = view.team
    return found
