"""The case list as people use it with JavaScript: what changes, what is spoken, and where focus stays."""

import pytest

from tests.browser import world
from tests.browser.harness import axe

pytestmark = pytest.mark.django_db(transaction=True)

FOCUSED = "document.activeElement.id"


def settled(page, count):
    """Wait until the list says how many it holds, and a screen reader has been told so."""
    page.wait_for_function("text => document.getElementById('live').textContent === text", arg=count)
    assert page.locator("#results-count").inner_text() == count


def press(page, locator):
    locator.focus()
    page.keyboard.press("Enter")


def test_filtering_sorting_and_clearing_keep_focus_and_say_how_many_cases_there_are(in_browser):
    world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto("/cases/?view=open")
        page.evaluate("window.stayed = true")
        page.get_by_label("Status").select_option("on_hold")
        press(page, page.get_by_role("button", name="Apply filters"))
        settled(page, "1 case")
        assert (page.evaluate(FOCUSED), "status=on_hold" in page.url) == ("filter-apply", True)
        press(page, page.get_by_role("link", name="Due", exact=True))
        page.wait_for_url("**sort=due")
        assert page.evaluate(FOCUSED) == "sort-due"
        press(page, page.get_by_role("link", name="Status: On hold , remove filter"))
        settled(page, "2 cases")
        page.wait_for_function(f"{FOCUSED} === 'results-count'")
        assert page.get_by_label("Status").input_value() == ""
        assert page.evaluate("window.stayed")
        assert axe(page) == []
        page.go_back()
        page.get_by_role("heading", name="1 case").wait_for()
        assert page.locator("h1").inner_text() == "Cases"
        assert page.get_by_label("Status").input_value() == "on_hold"

    in_browser(journey)


def test_without_javascript_the_same_controls_load_pages(in_browser):
    world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto("/cases/?view=open")
        page.get_by_label("Status").select_option("on_hold")
        page.get_by_role("button", name="Apply filters").click()
        assert page.locator("#results-count").inner_text() == "1 case"
        page.get_by_role("link", name="Due", exact=True).click()
        page.wait_for_url("**sort=due")
        page.get_by_role("link", name="Clear filters").click()
        assert page.locator("#results-count").inner_text() == "2 cases"

    in_browser(journey, java_script_enabled=False)
