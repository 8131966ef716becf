"""What browser tests share: in_browser(journey), which gives a function a page of the running product."""

import os
import re
from pathlib import Path

import pytest

from tests.browser.chromium import MISSING, find_chromium


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Everything in this folder is a browser test; on each database run the journeys with a mouse alone,
    as keys, scripts and colours are the same on both.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
            if not item.name.endswith("[mouse]"):
                item.add_marker("once")


@pytest.fixture(scope="session")
def chromium():
    """The browser's program; without one a failure in CI, elsewhere a skip that says what to install."""
    found = find_chromium()
    if not found and os.environ.get("CI"):
        pytest.fail(MISSING)
    if not found:
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="session")
def browser(chromium):
    """One Chromium a test process; its pictures of failures go to var/screens."""
    from django.conf import settings

    from tests.browser.harness import Browser

    screens = settings.VAR_DIR / "screens"
    screens.mkdir(parents=True, exist_ok=True)
    opened = Browser(chromium, screens)
    yield opened
    opened.close()


@pytest.fixture
def in_browser(browser, live_server, request):
    """in_browser(journey, **context) runs journey(page) in the browser's thread and gives what it returns.

    The page is fresh (no cookies) and its addresses are relative to the live server: page.goto("/cases/").
    The journey may not touch the database: prepare before it, check what it returns after it.
    `allowed` is what lines of the console may begin with. Context options are Playwright's:
    java_script_enabled=False, color_scheme="dark", viewport=….
    """
    name = re.sub(r"\W+", "-", request.node.name)

    def run(journey, **context):
        return browser.run(journey, name, base_url=live_server.url, **context)

    return run
