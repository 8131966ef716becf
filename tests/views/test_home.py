"""The front door, the page that says what this is, and the page that says how to use it."""

import re

import pytest

from pathways.enums import ItemStatus
from tests import factories

pytestmark = pytest.mark.django_db


def header_of(page):
    return page.text.split("<header>")[1].split("</header>")[0]


def test_anyone_may_read_what_this_is(client):
    page = client.get("/about/").text
    assert "it is not a medical device" in page
    assert "Never enter details of a real person." in page
    assert "seek urgent medical help" in page


def test_every_status_is_explained_beside_its_shape(client):
    page = client.get("/help/").text
    for status in ItemStatus:
        assert f'data-s="{status}">{status.label}<' in page
    assert 'data-s="overdue">Overdue<' in page


@pytest.mark.parametrize("who", [None, factories.person, factories.site_admin])
def test_help_is_one_step_away_on_every_page_in_the_same_place(client, who):
    if who:
        client.force_login(who())
    for path in ("/about/", "/help/", "/sign-in/", "/nowhere/"):
        header = header_of(client.get(path))
        assert header.count('href="/help/"') == 1
        before, _, after = header.partition('href="/help/"')
        assert 'class="brand"' in before
        assert "Sign out" in after if who else "Sign in" not in before


def test_about_leads_to_help_and_help_to_about(client):
    for here, there in (("/about/", "/help/"), ("/help/", "/about/")):
        assert f'href="{there}"' in client.get(here).text.split("<main")[1].split("</main>")[0]


def test_help_answers_without_advising(client):
    page = client.get("/help/").text
    assert "never advises" in page
    for section in ("statuses", "words", "saving", "together", "shortcuts", "ask"):
        assert f'id="{section}"' in page
    for key in ("Ctrl or ⌘ + K", "Ctrl or ⌘ + Enter", "Esc", *"jkedba", "g, then c", "?"):
        assert f"<kbd>{key}</kbd>" in page


def test_finding_a_case_leads_to_a_field_of_the_case_list(client):
    client.force_login(factories.observer(factories.team()))
    header = header_of(client.get("/help/"))
    path, _, field = re.search(r'id="find" href="([^"]+)"', header)[1].partition("#")
    assert f'id="{field}"' in client.get(path).text


def test_nobody_is_sent_to_find_a_case_who_may_see_none(client):
    for who in (None, factories.site_admin()):
        if who:
            client.force_login(who)
        assert 'id="find"' not in client.get("/help/").text


def test_a_persons_name_leads_to_their_preferences(client):
    client.force_login(factories.person(display_name="S. Byrne"))
    assert (
        '<a href="/preferences/">S. Byrne<span class="vh"> (your preferences)</span></a>'
        in client.get("/help/").text
    )
