"""The case list as people use it with JavaScript: what changes, what is spoken, and where focus stays."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import world
from tests.browser.harness import axe
from tests.browser.rows import has_focus, hears

pytestmark = pytest.mark.django_db(transaction=True)


def holds(page, count):
    expect(page.locator("#results-count")).to_have_text(count)


def says_that_it_holds(page, count):
    hears(page, re.compile(f"^{count}$"))
    holds(page, count)


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
        says_that_it_holds(page, "1 case")
        has_focus(page, "filter-apply")
        expect(page).to_have_url(re.compile("status=on_hold"))
        press(page, page.get_by_role("link", name="Due", exact=True))
        page.wait_for_url("**sort=due")
        has_focus(page, "sort-due")
        press(page, page.get_by_role("link", name="Status: On hold , remove filter"))
        says_that_it_holds(page, "2 cases")
        has_focus(page, "results-count")
        expect(page.get_by_label("Status")).to_have_value("")
        assert page.evaluate("window.stayed")
        assert axe(page) == []
        page.go_back()
        page.get_by_role("heading", name="1 case").wait_for()
        expect(page.locator("h1")).to_have_text("Cases")
        expect(page.get_by_label("Status")).to_have_value("on_hold")

    in_browser(journey)


def test_without_javascript_the_same_controls_load_pages(in_browser):
    world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto("/cases/?view=open")
        page.get_by_label("Status").select_option("on_hold")
        page.get_by_role("button", name="Apply filters").click()
        holds(page, "1 case")
        page.get_by_role("link", name="Due", exact=True).click()
        page.wait_for_url("**sort=due")
        page.get_by_role("link", name="Clear filters").click()
        holds(page, "2 cases")

    in_browser(journey, java_script_enabled=False)
