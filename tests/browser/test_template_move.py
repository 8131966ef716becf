"""Cases moved to a newer version and back again: mouse, keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from pathways.models import Case
from pathways.permissions import as_system
from pathways.services import cases, people, template_life, templates
from pathways.views import template_move
from tests import factories
from tests.browser import world
from tests.browser.harness import axe
from tests.browser.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/templates/spinal-metastases/move-cases/"
GONE = "Examine the spine for tenderness and deformity"


@pytest.fixture
def two_versions():
    """The shipped pathway with two cases on it, and a version after it that has one item less."""
    made = world.staff()
    editor = {"username": "haddad", "display_name": "E. Haddad", "password": world.PASSWORD}
    people.create_person(by=as_system(), is_pathway_editor=True, **editor)
    for _ in range(2):
        cases.open_case(by=made.lead, template_version=made.version, team=made.team, details=world.DETAILS)
    draft = template_life.start_draft(by=as_system(), template=made.version.template)
    factories.edited(draft.items.get(title=GONE), is_removed=True)
    templates.publish_version(by=as_system(), version=draft, summary="One item less.")


def choose(me):
    me.page.goto(PAGE)
    me.follow(me.page.get_by_role("button", name="Preview the move"))
    expect(me.page.get_by_role("alert")).to_contain_text("Select at least one case.")
    assert not me.has_scripts or axe(me.page) == []
    me.mark(me.page.get_by_label("All 2 that match"))
    me.follow(me.page.get_by_role("button", name="Preview the move"))
    expect(me.page.get_by_role("heading", level=2)).to_have_text("What moving 2 cases to v2 brings")
    expect(me.page.get_by_role("table")).to_contain_text(GONE)
    assert not me.has_scripts or axe(me.page) == []


def move(me):
    button = me.page.get_by_role("button", name="Move 2 cases to v2")
    me.follow(button)
    expect(me.page.get_by_role("alert")).to_contain_text("Enter a reason")
    me.write(me.page.get_by_label("Name of the move"), "Autumn update")
    me.write(me.page.get_by_label("Reason"), "Pain is scored once.")
    me.follow(button)
    expect(me.page).to_have_url(re.compile("/moves/[0-9]+/$"))
    expect(me.page.get_by_role("heading", level=2)).to_have_text("Autumn update")


def is_everywhere(me, outcome):
    expect(me.page.locator("tbody tr").filter(has_text=outcome)).to_have_count(2)
    assert not me.has_scripts or axe(me.page) == []


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_cases_are_moved_and_moved_back(in_browser, two_versions, way):
    def journey(page):
        me = way(page)
        me.sign_in("haddad")
        choose(me)
        move(me)
        is_everywhere(me, "Moved")
        me.press(me.page.get_by_text("Undo the move…"))
        me.follow(me.page.get_by_role("button", name="Undo: move 2 back"))
        is_everywhere(me, "Moved back")

    in_browser(journey, java_script_enabled=way.has_scripts)
    assert set(Case.objects.values_list("template_version__number", flat=True)) == {1}


def test_the_page_goes_on_by_itself_with_a_batch_that_is_longer_than_a_request(
    in_browser, two_versions, monkeypatch
):
    def journey(page):
        me = WAYS["mouse"](page)
        me.sign_in("haddad")
        choose(me)
        monkeypatch.setattr(template_move, "SECONDS_A_REQUEST", 0)
        move(me)
        expect(me.page.get_by_role("button", name="Go on with 2")).to_be_visible()
        monkeypatch.undo()
        is_everywhere(me, "Moved")

    in_browser(journey)
    assert set(Case.objects.values_list("template_version__number", flat=True)) == {2}
