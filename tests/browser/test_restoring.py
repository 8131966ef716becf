"""Taking back what was settled, and setting it back again: with a mouse, a keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser import world
from tests.browser.harness import axe
from tests.browser.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "spinal-examination"


def take_back(me):
    """What one tap had meant is asked about, in the row or on the page, and one more tap does it."""
    if me.has_scripts:
        me.choose_in_menu(CODE, "In progress")
        expect(me.row(CODE).get_by_role("alert")).to_be_focused()
    else:
        form = me.open_form(CODE)
        me.mark(form.get_by_label("In progress"))
        me.send(form)
    expect(me.page.get_by_role("alert")).to_contain_text("Say why: this takes back what was settled")
    me.press(me.page.get_by_role("button", name="Recorded in error"))
    me.sees(CODE, "in_progress")
    assert "Reason: Recorded in error" in me.read_history(CODE)


def set_back(me, case):
    me.page.goto(f"{case}items/{CODE}/1/restore/?version=2")
    expect(me.page.get_by_role("heading", level=1)).to_contain_text("Set back")
    assert not me.has_scripts or axe(me.page) == []
    form = me.page.locator("form[data-guard]")
    me.write(form.get_by_label("In your own words"), "Seen after all.")
    me.send(form, "Set back")
    expect(me.page.locator("#flash")).to_contain_text("was set back to how it was on")
    me.page.goto(case)
    me.sees(CODE, "done", "Done by P. Adeyemi")


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_was_settled_is_taken_back_and_set_back_again(in_browser, way):
    made = world.build()

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        page.goto(made.case)
        take_back(me)
        set_back(me, made.case)

    in_browser(journey, java_script_enabled=way.has_scripts)
