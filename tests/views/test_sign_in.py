"""Who gets in, who does not, and what the audit remembers of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pathways.demo.people import PERSONAS
from pathways.enums import Action, Source
from pathways.models import AuditEvent
from pathways.permissions import as_system
from pathways.services.people import create_person
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def someone():
    return create_person(by=as_system(), username="someone", display_name="S. Omeone", password=PASSWORD)


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    return factories.person(username="okafor", display_name="Dr R. Okafor")


def attempt(client, username="someone", password=PASSWORD, **extra):
    return client.post("/sign-in/", {"username": username, "password": password}, **extra)


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_user_name_and_its_password_open_the_door(client, someone):
    response = attempt(client)
    assert (response.status_code, response.url) == (303, "/")
    assert signed_in(client)


def test_a_wrong_password_says_so_and_keeps_the_name(client, someone):
    response = attempt(client, password="wrong")
    assert response.status_code == 422
    assert "The user name or the password is not right" in response.text
    assert 'value="someone"' in response.text
    assert not signed_in(client)


def test_someone_deactivated_stays_out(client):
    factories.person(username="gone", is_active=False)
    assert attempt(client, username="gone").status_code == 422


def test_a_person_without_a_password_needs_the_demonstration(client, demo, settings):
    settings.DEMO = False
    assert client.post("/sign-in/", {"persona": "okafor"}).status_code == 422
    assert attempt(client, username="okafor", password="").status_code == 422


@pytest.mark.parametrize("name", ["", "\x00", "someone\x00", "é" * 500, "' OR 1=1 --"])
def test_odd_names_are_only_wrong(client, someone, name):
    assert attempt(client, username=name, password="wrong").status_code == 422


def test_a_persona_is_one_button(client, demo):
    response = client.post("/sign-in/", {"persona": "okafor"})
    assert response.status_code == 303
    assert client.session["_auth_user_id"] == str(demo.pk)


def test_only_people_of_the_demonstration_are_personas(client, demo, someone):
    assert client.post("/sign-in/", {"persona": "someone"}).status_code == 422


def test_personas_are_shown_in_a_demonstration_alone(client, demo, settings):
    assert "Dr R. Okafor" in client.get("/sign-in/").text
    settings.DEMO = False
    assert "Dr R. Okafor" not in client.get("/sign-in/").text


def test_the_personas_have_every_part_to_play():
    described = " ".join(persona.description for persona in PERSONAS).lower()
    parts = ["surgeon", "oncologist", "radiologist", "palliative", "physiotherapist", "nurse specialist"]
    parts += ["coordinator", "pathway editor", "auditor", "observer"]
    assert [part for part in parts if part not in described] == []
    assert {team for persona in PERSONAS for team in persona.teams} == {"rowan", "larch"}


def test_browsers_and_password_managers_may_help(client):
    page = client.get("/sign-in/").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


@pytest.mark.parametrize("path", ["/about/", "/cases/?view=mine&page=2"])
def test_signing_in_leads_to_the_page_one_came_for(client, someone, path):
    shown = client.get("/sign-in/", {"next": path})
    assert shown.context["next"] == path
    sent = client.post("/sign-in/", {"username": "someone", "password": PASSWORD, "next": path})
    assert sent.url == path


@pytest.mark.parametrize(
    "path",
    ["https://example.invalid/", "//example.invalid", "/\\example.invalid", "javascript:alert(1)", "about/"],
)
def test_signing_in_never_leads_to_another_site(client, someone, path):
    sent = client.post("/sign-in/", {"username": "someone", "password": PASSWORD, "next": path})
    assert sent.url == "/"


def test_signing_in_is_an_audit_event(client, someone):
    attempt(client, REMOTE_ADDR="192.0.2.7")
    event = AuditEvent.objects.get(action=Action.SIGN_IN)
    assert (event.actor, event.source, event.address) == (someone, Source.SIGN_IN, "192.0.2.7")


def test_failing_to_sign_in_is_an_audit_event_without_the_password(client, someone):
    attempt(client, password="a secret typed here")
    event = AuditEvent.objects.get(action=Action.SIGN_IN_FAILED)
    assert (event.actor, event.reason, event.source) == (None, "someone", Source.SIGN_IN)


def test_ten_failures_make_the_eleventh_wait_even_with_the_right_password(client, someone):
    for _ in range(10):
        assert attempt(client, password="wrong").status_code == 422
    response = attempt(client)
    assert response.status_code == 429
    assert "Try again in 15 minutes" in response.text
    assert int(response["Retry-After"]) == 15 * 60


def failed_before(address="127.0.0.1", name="someone", minutes=1, times=10):
    at = timezone.now() - timedelta(minutes=minutes)
    event = {"action": Action.SIGN_IN_FAILED, "source": Source.SIGN_IN, "reason": name, "address": address}
    AuditEvent.objects.bulk_create([AuditEvent(at=at, **event) for _ in range(times)])


def test_the_wait_ends_a_quarter_of_an_hour_after_the_failures(client, someone):
    failed_before(minutes=14)
    assert "Try again in 1 minute<" in attempt(client).text
    failed_before(name="another", minutes=16)
    assert attempt(client, username="another").status_code == 422


@pytest.mark.parametrize("other", [{"address": "192.0.2.9"}, {"name": "someone-else"}, {"times": 9}])
def test_failures_of_another_name_or_address_do_not_count(client, someone, other):
    failed_before(**other)
    assert attempt(client).status_code == 303


def test_signing_out_ends_the_session_and_is_an_audit_event(client, someone):
    attempt(client)
    response = client.post("/sign-out/")
    assert (response.status_code, response.url) == (303, "/sign-in/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not signed_in(client)
    assert AuditEvent.objects.get(action=Action.SIGN_OUT).actor == someone


def test_signing_out_twice_is_no_error(client):
    assert client.post("/sign-out/").status_code == 303
    assert not AuditEvent.objects.exists()


def test_a_link_cannot_sign_anyone_out(client):
    assert client.get("/sign-out/").status_code == 405


def test_a_form_from_another_site_is_refused_without_showing_its_text(someone):
    response = attempt(Client(enforce_csrf_checks=True), username="planted text")
    assert response.status_code == 403
    assert "This page was open too long" in response.text
    assert "planted text" not in response.text
