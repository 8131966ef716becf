"""Who may do what, as the table of roles says."""

import pytest
from django.contrib.auth.models import AnonymousUser

from pathways.enums import Role, SiteRole
from pathways.models import Case
from pathways.permissions import (
    EVERYONES,
    GRANTS,
    WHO_MAY,
    Forbidden,
    Permission,
    as_system,
    may,
    require,
    teams_where,
)
from pathways.services import people
from tests import factories

pytestmark = pytest.mark.django_db

MAKE = {
    Role.COORDINATOR: factories.coordinator,
    Role.MEMBER: factories.member,
    Role.OBSERVER: factories.observer,
    SiteRole.PATHWAY_EDITOR: lambda team: factories.pathway_editor(),
    SiteRole.AUDITOR: lambda team: factories.auditor(),
    SiteRole.SITE_ADMIN: lambda team: factories.site_admin(),
    SiteRole.SYSTEM: lambda team: as_system(),
}


@pytest.mark.parametrize("role", GRANTS)
@pytest.mark.parametrize("permission", [each for each in Permission if each not in EVERYONES])
def test_a_role_grants_what_the_table_says(role, permission):
    team = factories.team()
    assert may(MAKE[role](team), permission, team) is (permission in GRANTS[role])


@pytest.mark.parametrize("permission", EVERYONES)
def test_what_is_everyones_takes_no_role_but_an_active_person(permission):
    gone = factories.person(is_active=False)
    people = [factories.person(), factories.auditor(), factories.observer(factories.team())]
    assert all(may(person, permission) for person in people)
    assert not any(may(other, permission) for other in (gone, as_system(), AnonymousUser()))


def test_a_role_in_one_team_says_nothing_of_another():
    lead = factories.coordinator(factories.team())
    assert not may(lead, Permission.OPEN_CASE, factories.team())
    assert teams_where(lead, Permission.OPEN_CASE) == [lead.memberships.get().team_id]


@pytest.mark.parametrize("permission", WHO_MAY)
def test_a_refusal_says_who_may(permission):
    with pytest.raises(Forbidden, match=r"coordinator|editor|administrator|auditor"):
        require(factories.person(), permission, factories.team())


def test_a_deactivated_person_may_nothing_and_sees_nothing():
    team = factories.team()
    case = factories.open_case(team)
    person = factories.coordinator(team)
    person.is_active = False
    assert not may(person, Permission.VIEW_CASE, team)
    assert case not in Case.objects.visible_to(person)


def test_an_ended_membership_closes_the_door():
    team = factories.team()
    person = factories.member(team)
    people.end_membership(by=as_system(), membership=person.memberships.get())
    person.__dict__.pop("roles_by_team", None)
    assert not may(person, Permission.RECORD, team)
    assert not Case.objects.visible_to(person).exists()


def test_a_case_is_visible_to_its_team_and_to_auditors():
    team = factories.team()
    case = factories.open_case(team)
    sees = {
        "member": factories.member(team),
        "observer": factories.observer(team),
        "auditor": factories.auditor(),
        "stranger": factories.coordinator(factories.team()),
        "editor": factories.pathway_editor(),
    }
    visible = {name: case in Case.objects.visible_to(person) for name, person in sees.items()}
    assert visible == {"member": True, "observer": True, "auditor": True, "stranger": False, "editor": False}


def test_whoever_has_the_same_sight_sees_the_same_cases():
    team, other = factories.team(), factories.team()
    cases = {factories.open_case(team), factories.open_case(other)}
    people = [factories.member(team), factories.observer(team), factories.auditor(), factories.person()]
    assert len({person.sight for person in people}) == 3
    for person in people:
        seen = set(Case.objects.visible_to(person.sight))
        assert seen == set(Case.objects.visible_to(person)) <= cases


def test_the_sight_of_a_deactivated_person_is_empty():
    person = factories.auditor()
    factories.open_case()
    person.is_active = False
    assert not Case.objects.visible_to(person.sight).exists()
