"""A draft compared with what is published, reviewed and published: mouse, keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from pathways.models import TemplateVersion
from pathways.permissions import as_system
from pathways.services import people, template_life
from tests import factories
from tests.browser import world
from tests.browser.harness import axe
from tests.browser.rows import has_focus
from tests.browser.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)

TEMPLATE = "/templates/spinal-metastases/"
TITLE = "Score pain at rest and on movement"


@pytest.fixture
def drafted():
    """The shipped pathway with a draft in which one item asks for less."""
    version = world.staff().version
    editor = {"username": "haddad", "display_name": "E. Haddad", "password": world.PASSWORD}
    people.create_person(by=as_system(), is_pathway_editor=True, **editor)
    draft = template_life.start_draft(by=as_system(), template=version.template)
    factories.edited(draft.items.get(title=TITLE), requirement="optional", repeat="P14D")


def compare(me):
    me.page.goto(TEMPLATE)
    me.follow(me.page.get_by_role("link", name="Changes"))
    first = me.page.get_by_role("heading", level=2).first
    expect(first).to_have_text("Check these")
    expect(me.page.locator(".conflict")).to_contain_text("Was required, now optional")
    expect(me.page.locator("del", has_text="Required")).to_be_visible()
    assert not me.has_scripts or axe(me.page) == []
    me.pick(me.page.get_by_label("To", exact=True), "v1")
    me.follow(me.page.get_by_role("button", name="Compare"))
    expect(me.page.get_by_text("no differences")).to_be_visible()
    me.page.go_back()


def publish(me):
    me.follow(me.page.get_by_role("link", name="Review and publish"))
    button = me.page.get_by_role("button", name="Publish v2")
    me.follow(button)
    expect(me.page.get_by_role("alert")).to_contain_text("Enter a summary of what this version changes")
    if me.has_scripts:
        has_focus(me.page, "errors")
    assert not me.has_scripts or axe(me.page) == []
    me.write(me.page.get_by_label("What this version changes, and why"), "Pain is scored less often.")
    me.follow(button)
    expect(me.page).to_have_url(re.compile(f"{TEMPLATE}$"))
    expect(me.page.locator("#flash")).to_contain_text("v2 is published. New cases open on it.")
    expect(me.page.get_by_role("table")).to_contain_text("Pain is scored less often.")


def retire(me):
    me.follow(me.page.get_by_role("link", name="Retire v1"))
    me.write(me.page.get_by_label("Why is it taken out of use?"), "Replaced by v2.")
    me.follow(me.page.get_by_role("button", name="Retire v1"))
    expect(me.page.locator("#flash")).to_contain_text("v1 is retired.")


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_draft_is_compared_and_published_and_its_forerunner_retired(in_browser, drafted, way):
    def journey(page):
        me = way(page)
        me.sign_in("haddad")
        compare(me)
        publish(me)
        retire(me)

    in_browser(journey, java_script_enabled=way.has_scripts)
    statuses = TemplateVersion.objects.order_by("number").values_list("status", flat=True)
    assert list(statuses) == ["retired", "published"]
