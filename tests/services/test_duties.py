"""Assignment by role: a team says once who takes a discipline's items."""

import pytest

from pathways import models
from pathways.permissions import Forbidden, as_system
from pathways.services import BadInput, ChangedElsewhere, duties, people
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return factories.published()


@pytest.fixture
def discipline(version):
    return version.items.first().discipline_id


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def lead(team):
    return factories.coordinator(team)


def give(by, team, discipline, person, seen=0):
    duties.set_duties(by=by, team=team, seen={discipline: seen}, wanted={discipline: person})


def test_a_case_is_given_out_as_the_team_has_said(version, discipline, team, lead):
    person = factories.member(team)
    give(lead, team, discipline, person)
    case = factories.open_case(team=team, version=version, by=lead)
    assert {item.assignee for item in case.items.all()} == {person}


def test_who_left_the_team_is_given_nothing(version, discipline, team, lead):
    person = factories.member(team)
    give(lead, team, discipline, person)
    people.end_membership(by=as_system(), membership=person.memberships.get())
    case = factories.open_case(team=team, version=version, by=lead)
    assert {item.assignee for item in case.items.all()} == {None}


def test_the_duties_of_another_team_do_not_count(version, discipline, team, lead):
    give(lead, team, discipline, factories.member(team))
    assert {item.assignee for item in factories.open_case(version=version).items.all()} == {None}


def test_two_coordinators_never_overwrite_each_other_silently(discipline, team, lead):
    first, second = factories.member(team), factories.member(team)
    give(lead, team, discipline, first)
    with pytest.raises(ChangedElsewhere) as conflict:
        give(factories.coordinator(team), team, discipline, second)
    assert conflict.value.person == lead
    assert models.Duty.objects.get().person == first


def test_what_a_coordinator_left_alone_stays_as_the_other_one_set_it(discipline, team, lead):
    person, other = factories.member(team), factories.Discipline()
    give(lead, team, discipline, person)
    duties.set_duties(
        by=factories.coordinator(team), team=team, seen={}, wanted={discipline: None, other.pk: person}
    )
    assert set(models.Duty.objects.values_list("discipline", "person")) == {
        (discipline, person.pk),
        (other.pk, person.pk),
    }


def test_who_may_not_record_takes_nothing(discipline, team, lead):
    with pytest.raises(BadInput):
        give(lead, team, discipline, factories.observer(team))


def test_a_member_may_not_say_who_takes_what(discipline, team):
    person = factories.member(team)
    with pytest.raises(Forbidden):
        give(person, team, discipline, person)
