"""Giving an item to a person of the team."""

from uuid import uuid4

import pytest

from pathways.models import AuditEvent
from pathways.services import checklists
from tests import factories
from tests.views.desk import control, fields, item_url, markup, send, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(team):
    return factories.open_case(team)


def assignee(case):
    return factories.item(case, "tick").assignee


def test_the_form_on_the_page_assigns_and_takes_away_again(signed_in, member, case):
    item = factories.item(case, "tick")
    for username, person in (("rahman", member), ("", None)):
        sent = fields(signed_in.get(item_url(item)), item_url(item, "assign"))
        answer = signed_in.post(item_url(item, "assign"), sent | {"assignee": username})
        assert (answer.status_code, answer.url) == (303, item_url(item))
        assert assignee(case) == person


def test_those_who_may_update_the_case_are_offered(signed_in, team, case):
    factories.observer(team, display_name="O. Bserver")
    factories.member(factories.team(), display_name="E. Lsewhere")
    html = markup(signed_in.get(item_url(factories.item(case, "tick"))))
    assert '<option value="rahman">A. Rahman</option>' in html
    assert "O. Bserver" not in html
    assert "E. Lsewhere" not in html


@pytest.mark.parametrize("username", ["nobody-we-know", "\x00", "x" * 500])
def test_a_person_who_is_not_of_the_team_is_refused(signed_in, case, username):
    answer = send(signed_in, factories.item(case, "tick"), "assign", assignee=username)
    assert answer.status_code == 422 or assignee(case) is None
    assert answer.status_code < 500


def test_a_person_of_another_team_is_refused(signed_in, case):
    factories.member(factories.team(), username="elsewhere")
    item = factories.item(case, "tick")
    answer = send(signed_in, item, "assign", assignee="elsewhere")
    assert answer.status_code == 422
    assert f'href="#{control(item, "assignee")}"' in answer.content.decode()


def test_two_who_assign_at_once_are_shown_both_choices(signed_in, team, member, case):
    item = factories.item(case, "tick")
    other = factories.member(team, display_name="J. Lindqvist")
    checklists.assign_item(by=other, item=item, seen=1, assignee=other)
    page = send(signed_in, item, "assign", assignee="rahman")
    assert page.status_code == 409
    assert "J. Lindqvist changed this while you were editing." in text(page)
    again = signed_in.post(item_url(item, "assign"), fields(page, item_url(item, "assign")))
    assert again.status_code == 303
    assert assignee(case) == member


def test_the_same_post_twice_is_applied_once(signed_in, case):
    item, token = factories.item(case, "tick"), uuid4().hex
    answers = [send(signed_in, item, "assign", assignee="rahman", token=token) for _ in range(2)]
    assert {(answer.status_code, answer.url) for answer in answers} == {(303, item_url(item))}
    assert AuditEvent.objects.filter(case=case, action="assign_item").count() == 1


def test_an_observer_may_not_assign(client, team, case):
    client.force_login(factories.observer(team))
    assert send(client, factories.item(case, "tick"), "assign").status_code == 403
