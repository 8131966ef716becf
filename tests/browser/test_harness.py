"""The ground of the browser tests: what they must notice, and what they must not be able to do."""

import pytest
from django.core.exceptions import SynchronousOnlyOperation
from playwright.sync_api import Error

from pathways.models import User
from tests.browser.chromium import find_chromium
from tests.browser.harness import axe


def test_a_journey_may_not_touch_the_database(in_browser):
    with pytest.raises(SynchronousOnlyOperation):
        in_browser(lambda page: User.objects.exists())


def test_an_error_of_a_script_fails_the_journey(in_browser):
    def journey(page):
        page.goto("/sign-in/")
        with page.expect_event("pageerror"):
            page.evaluate("setTimeout(() => { throw new Error('broken') })")

    with pytest.raises(AssertionError, match="broken"):
        in_browser(journey)


def test_a_script_that_the_csp_refuses_fails_the_journey(in_browser):
    def journey(page):
        page.goto("/sign-in/")
        with page.expect_console_message():
            page.evaluate(
                "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))"
            )

    with pytest.raises(AssertionError, match="Content Security Policy"):
        in_browser(journey)


def test_a_request_to_another_host_fails_the_journey(in_browser):
    def journey(page):
        with pytest.raises(Error):
            page.goto("http://elsewhere.invalid/")

    with pytest.raises(AssertionError, match=r"Asked for http://elsewhere\.invalid/"):
        in_browser(journey)


def test_axe_names_the_rule_and_the_element(in_browser):
    def journey(page):
        page.goto("/sign-in/")
        page.evaluate("document.querySelector('main').append(document.createElement('img'))")
        return axe(page)

    assert any("image-alt" in finding and "<img" in finding for finding in in_browser(journey))


def test_every_journey_starts_without_cookies(in_browser):
    def journey(page):
        page.goto("/sign-in/")
        before = page.evaluate("document.cookie.includes('left')")
        page.evaluate("document.cookie = 'left=behind'")
        return before

    assert (in_browser(journey), in_browser(journey)) == (False, False)


def test_the_variable_chromium_wins_over_what_the_system_has(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "sh")
    assert find_chromium().endswith("/sh")
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert find_chromium() is None
