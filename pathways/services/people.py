"""People, teams and memberships, and the vocabularies that belong to them."""

from django.db import transaction

from ..audit.recording import recording
from ..enums import Action
from ..models import Discipline, Membership, ReasonCode, Team, User
from ..permissions import Permission, require
from .exceptions import BadInput


@transaction.atomic
def create_person(
    *,
    by,
    username,
    display_name,
    discipline=None,
    password=None,
    is_pathway_editor=False,
    is_auditor=False,
    is_site_admin=False,
):
    """Create someone who may sign in; without a password only as a demonstration persona."""
    require(by, Permission.MANAGE_PEOPLE)
    if User.objects.filter(username=username).exists():
        raise BadInput({"username": f"There is already a person with the user name {username}."})
    person = User(
        username=username,
        display_name=display_name,
        discipline=discipline,
        is_pathway_editor=is_pathway_editor,
        is_auditor=is_auditor,
        is_site_admin=is_site_admin,
    )
    person.set_password(password)
    with recording(by=by, action=Action.CREATE_PERSON):
        person.save()
    return person


@transaction.atomic
def create_team(*, by, code, name):
    require(by, Permission.MANAGE_PEOPLE)
    if Team.objects.filter(code=code).exists():
        raise BadInput({"code": f"There is already a team with the code {code}."})
    team = Team(code=code, name=name)
    with recording(by=by, action=Action.CREATE_TEAM):
        team.save()
    return team


@transaction.atomic
def add_membership(*, by, user, team, role):
    """Give the person a role in the team; another current role ends first, the same one changes nothing."""
    require(by, Permission.MANAGE_PEOPLE)
    with recording(by=by, action=Action.ADD_MEMBERSHIP, team=team) as event:
        current = (
            Membership.objects.select_for_update(of=("self",)).current().filter(user=user, team=team).first()
        )
        if current and current.role == role:
            return current
        if current:
            current.ended_at = event.at
            current.save()
        membership = Membership(user=user, team=team, role=role, started_at=event.at)
        membership.save()
    user.__dict__.pop("roles_by_team", None)
    return membership


@transaction.atomic
def end_membership(*, by, membership):
    """End it now; ending what has ended changes nothing."""
    require(by, Permission.MANAGE_PEOPLE)
    with recording(by=by, action=Action.END_MEMBERSHIP, team=membership.team) as event:
        membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
        if membership.ended_at is None:
            membership.ended_at = event.at
            membership.save()
    return membership


@transaction.atomic
def load_disciplines(*, by, entries):
    """Add or update disciplines from a vocabulary; unchanged ones are left alone."""
    require(by, Permission.MANAGE_PEOPLE)
    _load(Discipline, entries, by)


@transaction.atomic
def load_reason_codes(*, by, entries):
    """Add the reason codes of a vocabulary that are not there; what people have made of them stays."""
    require(by, Permission.MANAGE_PEOPLE)
    _load(ReasonCode, entries, by, is_edited=True)


@transaction.atomic
def set_preferences(*, by, theme, density, fold_finished, single_keys, token=None):
    """Keep how the person wants pages to look and keys to work; of two windows the later one wins."""
    require(by, Permission.SET_PREFERENCES)
    wanted = {
        "theme": theme,
        "density": density,
        "fold_finished": fold_finished,
        "single_keys": single_keys,
    }
    with recording(by=by, action=Action.SET_PREFERENCES, token=token):
        person = User.objects.select_for_update(of=("self",)).get(pk=by.pk)
        if _take_over(person, wanted):
            person.save()
    return person


def _load(model, entries, by, *, is_edited=False):
    known = {row.code: row for row in model.objects.select_for_update(of=("self",))}
    with recording(by=by, action=Action.LOAD_VOCABULARY):
        for position, entry in enumerate(entries, start=1):
            if is_edited and entry["code"] in known:
                continue
            wanted = entry | {"position": position}
            row = known.get(entry["code"]) or model(**wanted)
            if _take_over(row, wanted) or row.pk is None:
                row.save()


def _take_over(row, wanted):
    """Set what differs on the row, unsaved, and say whether anything did."""
    differs = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in differs:
        setattr(row, name, wanted[name])
    return bool(differs)
