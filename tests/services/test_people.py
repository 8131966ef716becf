"""People, teams, memberships and their vocabularies."""

import pytest

from pathways import models
from pathways.permissions import Forbidden, as_system
from pathways.services import BadInput, people
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_person_without_a_password_cannot_sign_in_with_one():
    person = people.create_person(by=as_system(), username="okafor", display_name="Dr R. Okafor")
    assert not person.has_usable_password()


def test_a_user_name_is_given_once():
    factories.person(username="okafor")
    with pytest.raises(BadInput, match="already"):
        people.create_person(by=as_system(), username="okafor", display_name="Another")


def test_only_a_site_administrator_manages_people():
    team = factories.team()
    with pytest.raises(Forbidden):
        people.create_team(by=factories.coordinator(team), code="new", name="New")
    assert people.create_team(by=factories.site_admin(), code="new", name="New").pk


def test_a_new_role_ends_the_old_one_and_both_stay_on_record():
    team = factories.team()
    person = factories.member(team)
    people.add_membership(by=as_system(), user=person, team=team, role="coordinator")
    old, new = person.memberships.order_by("pk")
    assert (old.role, new.role, new.ended_at) == ("member", "coordinator", None)
    assert old.ended_at == new.started_at
    assert person.roles_by_team == {team.pk: "coordinator"}


def test_the_same_role_again_changes_nothing():
    team = factories.team()
    person = factories.member(team)
    events = models.AuditEvent.objects.count()
    people.add_membership(by=as_system(), user=person, team=team, role="member")
    assert models.AuditEvent.objects.count() == events


def test_an_ended_membership_ends_once():
    team = factories.team()
    membership = factories.member(team).memberships.get()
    people.end_membership(by=as_system(), membership=membership)
    ended = people.end_membership(by=as_system(), membership=membership)
    assert ended.version == 2
    assert not models.Membership.objects.current().filter(team=team).exists()


def test_a_vocabulary_loaded_twice_changes_nothing():
    entries = [each.stored() for each in factories.vocabulary().disciplines]
    people.load_disciplines(by=as_system(), entries=entries)
    before = models.AuditEvent.objects.count(), models.Discipline.history.count()
    people.load_disciplines(by=as_system(), entries=entries)
    assert (models.AuditEvent.objects.count(), models.Discipline.history.count()) == before
    assert models.Discipline.objects.count() == 21


def test_a_changed_discipline_is_updated_and_recorded():
    entries = [each.stored() for each in factories.vocabulary().disciplines]
    people.load_disciplines(by=as_system(), entries=entries)
    people.load_disciplines(by=as_system(), entries=[entries[0] | {"title": "Said otherwise"}, *entries[1:]])
    found = models.Discipline.objects.get(code=entries[0]["code"])
    assert (found.title, found.version) == ("Said otherwise", 2)


def test_reason_codes_are_added_and_what_people_made_of_them_stays():
    entries = [each.stored() for each in factories.vocabulary().reason_codes]
    people.load_reason_codes(by=as_system(), entries=entries[1:])
    people.load_reason_codes(by=as_system(), entries=[each | {"label": "Said otherwise"} for each in entries])
    labels = dict(models.ReasonCode.objects.values_list("code", "label"))
    assert labels.pop(entries[0]["code"]) == "Said otherwise"
    assert labels == {each["code"]: each["label"] for each in entries[1:]}


CHOSEN = {"theme": "dark", "density": "compact", "fold_finished": True, "single_keys": True}


def test_everyone_sets_their_own_preferences_and_the_audit_says_so():
    person = factories.person()
    people.set_preferences(by=person, **CHOSEN)
    stored = models.User.objects.filter(pk=person.pk).values(*CHOSEN, "version").get()
    assert stored == CHOSEN | {"version": 2}
    event = models.AuditEvent.objects.get(action="set_preferences")
    assert (event.actor, event.role, event.team) == (person, "", None)
    assert person.history.latest("version").audit_event == event


def test_the_same_preferences_again_change_nothing():
    person = factories.person()
    people.set_preferences(by=person, **CHOSEN)
    people.set_preferences(by=person, **CHOSEN)
    assert models.AuditEvent.objects.filter(action="set_preferences").count() == 1
    assert person.history.count() == 2


@pytest.mark.parametrize("who", [as_system, lambda: factories.person(is_active=False)])
def test_only_a_person_who_is_active_has_preferences(who):
    with pytest.raises(Forbidden):
        people.set_preferences(by=who(), **CHOSEN)
