"""The rows of a case in the hands of somebody with a keyboard, and what the page says and holds meanwhile."""

import re
from contextlib import contextmanager

from playwright.sync_api import expect

from tests.browser.harness import STEP_MILLISECONDS

# Everything that the live region has said, in order; it is emptied between two sentences.
HEAR = """() => {
  window.said = [];
  const live = document.getElementById('live');
  new MutationObserver(() => said.push(live.textContent)).observe(live, {childList: true});
}"""


def open_case(page, address):
    page.goto(address)
    page.evaluate(HEAR)


def row(page, code, occurrence=1):
    return page.locator(f"#i-{code}-{occurrence}")


def slot(page, code):
    return row(page, code).locator(".slot")


def press(page, code, part):
    """One of the row's own controls: go, more, log or undo."""
    page.locator(f"#i-{code}-1-{part}").press("Enter")


def open_menu(page, code):
    press(page, code, "more")
    expect(page.locator("#menu-of")).to_be_visible()


def choose(page, code, *path):
    """In the menu, one after the other; the last sends something or opens a form."""
    open_menu(page, code)
    controls = page.locator("#menu").locator("summary, button, a")
    for words in path:
        controls.filter(has_text=words, visible=True).first.press("Enter")
    expect(page.locator("#menu")).to_be_hidden()


def open_panel(page, code, words):
    """The form or list that the menu opens in the row."""
    choose(page, code, words)
    panel = slot(page, code).locator(".panel").first
    expect(panel).to_be_visible()
    is_at_rest(page)
    return panel


def save(panel, name="Save"):
    button = panel.get_by_role("button", name=name, exact=True)
    button.wait_for()
    is_at_rest(panel.page)
    button.press("Enter")


def is_settled(page, code, occurrence=1):
    """The row carries its answer."""
    expect(row(page, code, occurrence)).not_to_have_attribute("aria-busy", "true")
    is_at_rest(page)


def is_at_rest(page):
    """htmx has taken in what came last; for some milliseconds the browser itself would send its forms."""
    expect(page.locator(".htmx-settling, .htmx-swapping, .htmx-request")).to_have_count(0)


def poll(page):
    """What the page does by itself every quarter of a minute; the status of the answer."""
    with page.expect_response(lambda answer: answer.request.headers.get("x-background") == "1") as answer:
        page.evaluate("htmx.trigger('[data-live]', 'app:poll')")
    return answer.value.status


def has_status(page, code, status, occurrence=1):
    expect(row(page, code, occurrence)).to_have_attribute("data-s", status)
    is_settled(page, code, occurrence)


def has_focus(page, control):
    """`control` is an id or a locator."""
    expect(page.locator(f"#{control}") if isinstance(control, str) else control).to_be_focused()


def hears(page, words):
    expect(page.locator("#live")).to_contain_text(words)


def sentences(page):
    return [each for each in page.evaluate("said") if each]


@contextmanager
def asked_before_leaving(page):
    """The answer is to stay."""
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        yield
    assert asked.value.type == "beforeunload"


def another(page, username, sign_in):
    """The page of somebody else, in a browser of their own."""
    base = re.match(r"https?://[^/]+", page.url)[0]
    other = page.context.browser.new_context(base_url=base).new_page()
    other.set_default_timeout(STEP_MILLISECONDS)
    sign_in(other, username)
    return other


def answer_as(page, answer):
    """Whatever is asked of an item from now on gets this answer of the server's."""
    real = {"status": answer.status, "headers": answer.headers, "body": answer.text()}
    page.route("**/items/**", lambda route: route.fulfill(**real))


def hold(page, what="**/items/**"):
    """What is asked of items from now on, unanswered until it is released."""
    held = []
    page.route(what, lambda route: held.append(route))
    return held


def release(page, held, what="**/items/**"):
    page.route(what, lambda route: route.continue_())
    for route in held:
        route.continue_()
    page.unroute(what)
