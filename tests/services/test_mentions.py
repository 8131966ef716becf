"""Who a comment names, and that it waits for them until they have seen it."""

import pytest

from pathways.models import AuditEvent, Mention, User
from pathways.permissions import Forbidden
from pathways.services.checklists import add_comment
from pathways.services.mentions import see_mention, waiting_for
from pathways.services.people import end_membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.open_case()


@pytest.fixture
def ann(case):
    return factories.member(case.team, username="ann")


@pytest.fixture
def bob(case):
    return factories.observer(case.team, username="bob-2")


def say(case, by, text):
    return add_comment(by=by, case=case, text=text)


def names(mentions):
    return [each.person.username for each in mentions]


@pytest.mark.parametrize("text", ["@bob-2", "Ask @Bob-2.", "(@bob-2, @bob-2) twice", "@bob-2's list"])
def test_a_comment_names_a_colleague_once_by_their_user_name(case, ann, bob, text):
    comment = say(case, ann, text)
    assert names(comment.mentions.all()) == ["bob-2"]
    assert [str(each) for each in comment.naming[0]] == [bob.display_name]
    assert waiting_for(bob) == list(comment.mentions.all())


@pytest.mark.parametrize("text", ["No name", "a@bob-2", "@@bob-2", "bob-2", "@bob-2x"])
def test_other_words_name_nobody(case, ann, bob, text):
    say(case, ann, text)
    assert not Mention.objects.exists()


def test_only_people_of_the_team_can_be_named_and_nobody_names_themselves(case, ann, bob):
    factories.member(factories.team(), username="eve")
    gone = factories.member(case.team, username="gone")
    end_membership(by=factories.as_system(), membership=gone.memberships.get())
    comment = say(case, ann, "@eve @gone @ann @nobody")
    assert comment.naming == ([], ["eve", "gone", "nobody"])


def test_a_mention_waits_until_its_person_has_seen_it(case, ann, bob):
    (mention,) = say(case, ann, "@bob-2").mentions.all()
    assert see_mention(by=bob, mention=mention).seen_at is not None
    assert not waiting_for(bob)
    events = AuditEvent.objects.count()
    see_mention(by=bob, mention=mention)
    assert AuditEvent.objects.count() == events


def test_nobody_sees_a_mention_for_another(case, ann, bob):
    (mention,) = say(case, ann, "@bob-2").mentions.all()
    with pytest.raises(Mention.DoesNotExist):
        see_mention(by=ann, mention=mention)
    with pytest.raises(Forbidden):
        see_mention(by=factories.member(factories.team()), mention=mention)


def test_who_has_left_the_team_is_no_longer_asked(case, ann, bob):
    say(case, ann, "@bob-2")
    end_membership(by=factories.as_system(), membership=bob.memberships.get())
    assert not waiting_for(User.objects.get(pk=bob.pk))
