"""From a dashboard's number to the rows behind it and on to a case: by keyboard, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_number_leads_to_its_rows_and_a_row_to_its_case(in_browser, has_scripts):
    world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.get_by_role("link", name="Dashboards").press("Enter")
        page.get_by_role("link", name="One team").press("Enter")
        part = page.locator(".figure .seg a").first
        number = re.match("[0-9]+", part.inner_text())[0]
        part.press("Enter")
        expect(page.locator("main")).to_contain_text(re.compile(rf"\b{number} items?\b"))
        reference = page.locator("main table a").first
        named = re.search("[A-Z]+-[0-9]+", reference.inner_text())[0]
        reference.press("Enter")
        expect(page).to_have_url(re.compile(f"/cases/{named}/"))

    in_browser(journey, java_script_enabled=has_scripts)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_period_is_chosen_and_stands_in_the_address(in_browser, has_scripts):
    world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto("/dashboards/completeness/")
        page.get_by_label("Period").select_option(label="Last 365 days")
        page.get_by_role("button", name="Apply").press("Enter")
        expect(page).to_have_url(re.compile(r"days=365"))
        expect(page.get_by_label("Period")).to_have_value("365")
        page.emulate_media(media="print")
        expect(page.locator("form.fil")).to_be_hidden()
        expect(page.locator(".figure").first).to_be_visible()

    in_browser(journey, java_script_enabled=has_scripts)
