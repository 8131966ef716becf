"""The pages of the reasons: everybody reads them, coordinators and site administrators edit them."""

from uuid import uuid4

import pytest
from django.urls import reverse

from pathways import models
from pathways.forms.reason_codes import ASKED
from tests import factories
from tests.views.desk import markup, text

pytestmark = pytest.mark.django_db

LIST = reverse("reason_list")
NEW = reverse("reason_new")
REASON = {"label": "No theatre slot", "origin": "patient", "position": "3"}
WANTED = REASON | {"for_blocked": "on", "is_active": "on"}


def address(reason):
    return reverse("reason_detail", args=[reason.code])


def send(client, path, **values):
    return client.post(path, {"token": uuid4().hex} | WANTED | values)


@pytest.fixture
def lead(client):
    person = factories.coordinator(factories.team())
    client.force_login(person)
    return person


def test_the_list_groups_by_origin_and_offers_editing_to_those_who_may(client, lead):
    reason = factories.reason(label="Declined", origin="patient")
    factories.reason(label="Old", origin="service", is_active=False)
    shown = client.get(LIST)
    assert text(shown).index("Patient") < text(shown).index("Declined") < text(shown).index("Service")
    assert "Out of use" in text(shown)
    assert address(reason) in shown.text
    client.force_login(factories.member(factories.team()))
    assert address(reason) not in client.get(LIST).text


def test_the_list_takes_as_many_queries_for_many_reasons(client, lead, django_assert_num_queries):
    for _ in range(12):
        factories.reason()
    client.get(LIST)
    with django_assert_num_queries(4):
        client.get(LIST)


def test_a_new_reason_is_added_once_however_often_it_is_sent(client, lead):
    once = uuid4().hex
    answers = [send(client, NEW, token=once) for _ in range(2)]
    assert [(each.status_code, each.url) for each in answers] == [(303, LIST)] * 2
    assert models.ReasonCode.objects.get().label == "No theatre slot"
    assert "“No theatre slot” was saved." in text(client.get(LIST))


def test_the_form_of_a_reason_shows_what_it_is(client, lead):
    reason = factories.reason(label="Declined", position=7)
    shown = client.get(address(reason)).text
    assert 'value="Declined"' in shown
    assert 'value="7"' in shown


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("label", "", "Enter a label"),
        ("label", "x" * 121, "at most 120"),
        ("origin", "weather", "weather"),
        ("for_blocked", "", "Choose at least one status"),
        ("position", "9" * 40, "Enter a whole number"),
        ("position", "first", "Enter a whole number"),
        ("token", "nonsense", "out of date"),
        ("version", "", "out of date"),
    ],
)
def test_what_makes_no_sense_is_refused_and_shown_again(client, lead, name, value, said):
    reason = factories.reason()
    answer = send(client, address(reason), **{"version": "1", "label": "Kept words"} | {name: value})
    assert answer.status_code == 422
    assert said in text(answer)
    assert name == "label" or 'value="Kept words"' in answer.text
    reason.refresh_from_db()
    assert reason.version == 1


def test_two_people_at_one_reason_see_each_others_words(client, lead):
    reason = factories.reason()
    send(client, address(reason), version=1, label="Theirs")
    client.force_login(factories.site_admin())
    answer = send(client, address(reason), version=1, label="Mine")
    assert answer.status_code == 409
    assert f"{lead} changed this while you were editing" in text(answer)
    assert 'value="Mine"' in answer.text
    assert "Theirs" in text(answer)
    assert models.AuditEvent.objects.filter(action="conflicted").count() == 1
    assert send(client, address(reason), version=2, label="Mine").status_code == 303


def test_every_part_that_can_be_sent_has_its_control_on_the_page(client, lead):
    shown = markup(client.get(address(factories.reason())))
    assert [name for name in ASKED if f'name="{name}"' not in shown] == []
    refused = markup(send(client, NEW, for_blocked=""))
    assert 'aria-describedby="id_for_blocked_error"' in refused
    assert 'id="id_for_blocked_error"' in refused


def test_an_unknown_reason_is_not_found(client, lead):
    assert client.get(reverse("reason_detail", args=["unknown"])).status_code == 404
