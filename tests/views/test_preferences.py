"""What a person prefers: asked plainly, saved on request, kept for them alone, there at the first byte."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways import navigation
from pathways.models import AuditEvent, User
from tests import factories
from tests.views.desk import text

pytestmark = pytest.mark.django_db

CHOSEN = {"theme": "dark", "density": "compact", "fold_finished": "True", "single_keys": "True"}
SAVED = CHOSEN | {"fold_finished": True, "single_keys": True}
UNCHOSEN = {"theme": "system", "density": "comfortable", "fold_finished": False, "single_keys": False}


@pytest.fixture
def person(client):
    person = factories.person()
    client.force_login(person)
    return person


@pytest.fixture
def save(client, person):
    def post(**values):
        return client.post("/preferences/", {"token": uuid4().hex} | CHOSEN | values)

    return post


def kept(person):
    return User.objects.filter(pk=person.pk).values(*CHOSEN).get()


def root(response):
    """The tag that opens the page."""
    return re.search(r"<html[^>]*>", response.text)[0]


def checked(response):
    """Question to the answer that is chosen on the page."""
    inputs = re.findall(r'<input type="radio"[^>]*>', response.text)
    return dict(
        re.search(r'name="(.+)"\s+value="(.+)" checked', each).groups()
        for each in inputs
        if "checked" in each
    )


def test_a_person_who_chose_nothing_sees_the_usual(client, person):
    page = client.get("/preferences/")
    assert checked(page) == {name: str(value) for name, value in UNCHOSEN.items()}
    assert 'data-theme="system"' in root(page)
    assert 'data-density="comfortable"' in root(page)
    assert "data-keys" not in root(page)


def test_what_was_saved_is_said_shown_and_stored(client, person, save):
    answer = save()
    assert (answer.status_code, answer.url) == (303, "/preferences/")
    assert kept(person) == SAVED
    page = client.get(answer.url)
    assert "Preferences saved." in text(page)
    assert checked(page) == CHOSEN


def test_what_was_switched_on_can_be_switched_off(person, save):
    save()
    save(**{name: str(value) for name, value in UNCHOSEN.items()})
    assert kept(person) == UNCHOSEN


def test_the_whole_page_is_in_the_chosen_theme_from_its_first_byte(client, save):
    save()
    page = client.get("/help/")
    assert 'data-theme="dark"' in root(page)
    assert 'data-density="compact"' in root(page)
    assert root(page).endswith("data-keys>")
    assert '<meta name="color-scheme" content="dark">' in page.text


def test_preferences_outlast_the_session_and_stay_with_the_person(client, person, save):
    save()
    client.post("/sign-out/")
    assert 'data-theme="system"' in root(client.get("/sign-in/"))
    client.force_login(factories.person())
    assert 'data-theme="system"' in root(client.get("/help/"))
    client.force_login(User.objects.get(pk=person.pk))
    assert 'data-theme="dark"' in root(client.get("/help/"))


def test_the_same_form_sent_twice_is_answered_the_same_and_done_once(person, save):
    form = {"token": uuid4().hex}
    first, again = save(**form), save(**form)
    assert (first.status_code, first.url) == (again.status_code, again.url) == (303, "/preferences/")
    assert AuditEvent.objects.filter(action="set_preferences", actor=person).count() == 1


def test_an_old_form_sent_again_does_not_bring_back_what_it_said(person, save):
    form = {"token": uuid4().hex}
    save(**form)
    save(theme="light")
    save(**form)
    assert kept(person)["theme"] == "light"


def test_the_same_token_with_another_body_is_refused(person, save):
    form = {"token": uuid4().hex}
    save(**form)
    assert save(**form, theme="light").status_code == 422
    assert kept(person)["theme"] == "dark"


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"theme": ""}, "Theme: Choose System, Light or Dark"),
        ({"theme": "midnight"}, "Theme: Choose System, Light or Dark"),
        ({"theme": ["dark", "midnight"]}, "Theme: Choose System, Light or Dark"),
        ({"density": "9" * 400}, "Density: Choose Comfortable or Compact"),
        ({"fold_finished": "perhaps"}, "Fold finished phases: Choose Off or On"),
        ({"single_keys": "\x00"}, "Single-key shortcuts: Choose Off or On"),
        ({"token": "x"}, "This form is out of date. Reload the page."),
    ],
)
def test_what_cannot_be_taken_is_named_at_its_question_and_nothing_is_saved(person, save, values, wrong):
    answer = save(**values)
    assert answer.status_code == 422
    assert "<title>Error: Preferences" in answer.text
    assert wrong in text(answer)
    assert kept(person) == UNCHOSEN
    assert checked(answer).items() <= CHOSEN.items()
    for control in re.findall(r'href="#(id_[^"]+)"', answer.text):
        assert f'id="{control}"' in answer.text


def test_preferences_cost_no_query(client, save, monkeypatch):
    def queries():
        with CaptureQueriesContext(connection) as made:
            client.get("/help/")
        return len(made)

    save()
    client.get("/help/")
    with_preferences = queries()
    monkeypatch.setattr(navigation, "UNCHOSEN", {})
    assert with_preferences == queries()
