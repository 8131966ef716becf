"""Several items of a case changed at once and taken back: mouse, keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect

from pathways.models import BulkChange
from tests.browser import world
from tests.browser.harness import axe
from tests.browser.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)


def result(me, words):
    expect(me.page.get_by_role("status").filter(has_text=words)).to_be_visible()
    assert not me.has_scripts or axe(me.page) == []


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_items_of_picked_cases_are_assigned_at_once_and_taken_back(in_browser, way):
    world.build()

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        page.goto("/cases/?view=open")
        me.mark(page.get_by_label("Select SM-1", exact=True))
        me.follow(page.get_by_role("button", name="Change several…"))
        me.mark(page.get_by_label("Assign", exact=True))
        me.pick(page.get_by_label("Assign to"), "S. Byrne")
        me.follow(page.get_by_role("button", name="Preview"))
        me.follow(page.get_by_role("button", name="Assign: "))
        result(me, "changed")
        me.follow(page.get_by_role("button", name="Undo all"))
        result(me, "taken back")

    in_browser(journey, java_script_enabled=way.has_scripts)
    assert BulkChange.objects.get().undo
