"""A draft rehearsed after one of its fields was changed: with a mouse, and without scripts."""

import pytest
from playwright.sync_api import expect

from pathways.permissions import as_system
from pathways.services import people, template_life
from tests.browser import world
from tests.browser.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)

DRAFT = "/templates/spinal-metastases/draft/"
FIELD = "Spinal cord or cauda equina compression"


@pytest.fixture
def drafted():
    version = world.staff().version
    editor = {"username": "haddad", "display_name": "E. Haddad", "password": world.PASSWORD}
    people.create_person(by=as_system(), is_pathway_editor=True, **editor)
    template_life.start_draft(by=as_system(), template=version.template)


def rehearse(me):
    me.page.goto(f"{DRAFT}rehearse/")
    expect(me.page.get_by_role("heading", name="Rehearsal of v2")).to_be_visible()
    row = me.page.get_by_role("row", name="Score pain at rest and on movement")
    expect(row).to_contain_text("200 of 200")
    expect(row).to_contain_text("4 hours")


def keep_what_is_used(me):
    """A choice that rules name is refused, with the text kept and the items named."""
    me.page.goto(f"{DRAFT}fields/")
    me.follow(me.page.get_by_role("link", name=FIELD))
    me.write(me.page.get_by_label("Choices"), "yes = Yes\nno = No")
    me.follow(me.page.get_by_role("button", name="Save"))
    expect(me.page.get_by_role("alert")).to_contain_text("would not hold together")
    expect(me.page.get_by_label("Choices")).to_have_value("yes = Yes\nno = No")
    me.follow(me.page.get_by_role("link", name="Cancel"))


def rename(me):
    me.follow(me.page.get_by_role("link", name=FIELD))
    me.write(me.page.get_by_label("Title"), "Compression")
    me.follow(me.page.get_by_role("button", name="Save"))
    expect(me.page.locator("#flash")).to_contain_text("“Compression” was saved.")


@pytest.mark.parametrize("way", [WAYS[each] for each in WAYS if each != "keyboard"])
def test_a_draft_is_rehearsed_and_its_fields_keep_what_rules_use(way, drafted, in_browser):
    def journey(page):
        me = way(page)
        world.sign_in(page, "haddad")
        rehearse(me)
        keep_what_is_used(me)
        rename(me)

    in_browser(journey, java_script_enabled=way.has_scripts)
