"""Commenting on an item."""

from uuid import uuid4

import pytest

from pathways.models import Comment
from pathways.services import cases
from tests import factories
from tests.views.desk import control, fields, item_url, send, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(team):
    return factories.open_case(team)


def test_the_form_on_the_page_adds_a_comment(signed_in, case):
    item = factories.item(case, "tick")
    sent = fields(signed_in.get(item_url(item)), item_url(item, "comment")) | {"text": "Chased.\r\nTwice."}
    for _ in range(2):
        answer = signed_in.post(item_url(item, "comment"), sent)
        assert (answer.status_code, answer.url) == (303, f"{item_url(item)}#comments")
    comment = Comment.objects.get()
    assert (comment.item, comment.text) == (item, "Chased.\nTwice.")
    assert "A. Rahman" in text(signed_in.get(item_url(item)))


@pytest.mark.parametrize("comment", ["", " \n ", "Mail a.person@example.invalid", "z" * 10_001])
def test_a_comment_that_cannot_be_kept_comes_back_with_the_reason(signed_in, case, comment):
    item = factories.item(case, "tick")
    answer = send(signed_in, item, "comment", text=comment)
    assert answer.status_code == 422
    assert f'href="#{control(item, "text")}"' in answer.content.decode()
    assert comment in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_closed_case_takes_no_comment_and_hands_the_text_back(signed_in, team, case):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    answer = send(signed_in, factories.item(case, "tick"), "comment", text="Too late.")
    assert answer.status_code == 409
    assert "Too late." in answer.content.decode()


def test_an_observer_may_not_comment(client, team, case):
    client.force_login(factories.observer(team))
    assert send(client, factories.item(case, "tick"), "comment", text="Hello").status_code == 403


def test_the_same_token_with_another_text_is_refused(signed_in, case):
    item, token = factories.item(case, "tick"), uuid4().hex
    send(signed_in, item, "comment", text="First.", token=token)
    assert send(signed_in, item, "comment", text="Second.", token=token).status_code == 422
    assert Comment.objects.count() == 1
