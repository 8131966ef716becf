"""axe finds nothing on any page, in any mode, and no page scrolls sideways."""

import pytest

from tests.browser import world
from tests.browser.harness import axe

pytestmark = pytest.mark.django_db(transaction=True)

WIDE, NARROW = {"width": 1280, "height": 720}, {"width": 320, "height": 800}
MODES = ("light", "dark", "narrow", "large text", "forced colours")
ITEMS = (
    "sins-assessment", "mri-whole-spine-24h", "baseline-bloods-calcium", "establish-primary",
    "staging-imaging", "mdt-noms-discussion", "warning-signs-advice", "pain-score",
)  # fmt: skip


def lists(page, made):
    page.goto("/sign-in/")
    yield
    world.sign_in(page, "byrne")
    views = [f"/cases/?view={view}" for view in ("attention", "mine", "open", "closed")]
    others = ["/about/", "/nowhere/", "/dashboards/phase-progress/", "/cases/?q=ZZ-9", "/cases/?page=junk"]
    yield from visit(page, *others, *views)


def case_pages(page, made):
    world.sign_in(page, "byrne")
    parts = [f"{made.case}{each}/" for each in ("details", "history", "hold", "close")]
    yield from visit(page, made.case, made.closed, made.held, *parts, f"{made.held}reopen/")
    page.goto(f"{made.case}details/")
    page.get_by_label("Pain severity (team summary)").select_option("mild")
    page.locator("main form button.btn").last.click()
    yield


def new_case(page, made):
    world.sign_in(page, "byrne")
    yield from visit(page, "/cases/new/", "/cases/new/?template=spinal-metastases")
    page.locator("main form button.btn").last.click()
    yield


def items(page, made):
    world.sign_in(page, "byrne")
    yield from visit(
        page, *[f"{made.case}items/{code}/1/" for code in ITEMS], f"{made.case}items/pain-score/2/"
    )
    page.goto(f"{made.case}items/sins-assessment/1/")
    page.locator("#edit input[name=status][value=done]").check()
    page.locator("#edit").get_by_role("button", name="Save", exact=True).click()
    yield


def conflicts(page, made):
    """A stale form of an item and one of the details, after a colleague has saved the same."""
    world.sign_in(page, "byrne")
    base = page.url.split("/cases")[0]
    colleague = page.context.browser.new_context(base_url=base).new_page()
    world.sign_in(colleague, "adeyemi")
    for person in (page, colleague):
        person.goto(f"{made.case}items/mdt-noms-discussion/1/")
    for person, note in ((colleague, "Unsteady on stairs."), (page, "Brace refitted.")):
        person.locator("#edit [name=note]").fill(note)
        person.locator("#edit").get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Nothing you wrote has been lost").first.wait_for()
    yield
    for person, severity in ((page, "mild"), (colleague, "moderate")):
        person.goto(f"{made.case}details/")
        person.get_by_label("Pain severity (team summary)").select_option(severity)
        person.locator("main form button.btn").last.click()
    for person in (colleague, page):
        person.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Nothing you wrote has been lost").first.wait_for()
    yield
    colleague.context.close()


def visit(page, *addresses):
    for address in addresses:
        page.goto(address)
        yield


def turn_to(page, mode):
    page.emulate_media(
        color_scheme="dark" if mode == "dark" else "light",
        forced_colors="active" if mode == "forced colours" else "none",
    )
    page.set_viewport_size(NARROW if mode == "narrow" else WIDE)
    page.evaluate("size => document.documentElement.style.fontSize = size", "200%" * (mode == "large text"))


def look(page, mode):
    turn_to(page, mode)
    found = [f"{mode}: {line}" for line in axe(page)]
    if mode == "forced colours":
        found = [line for line in found if "color-contrast" not in line]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{mode}: {page.url}: scrolls sideways")
    return found


@pytest.mark.once
@pytest.mark.parametrize(
    "pages", [lists, case_pages, new_case, items, conflicts], ids=lambda pages: pages.__name__
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(in_browser, pages):
    """Each page once, looked at in every mode; the generators stop where there is something to look at."""
    made = world.build()

    def journey(page):
        return [line for _ in pages(page, made) for mode in MODES for line in look(page, mode)]

    assert in_browser(journey) == []


def test_an_observers_pages_are_as_clean(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "moreau")
        found = []
        for address in (made.case, f"{made.case}items/pain-score/1/", f"{made.case}details/", "/cases/new/"):
            page.goto(address)
            found += look(page, "light")
        return found

    assert in_browser(journey) == []


# Notes every element that Tab comes to: its key goes up where the focus has gone.
WATCH = """() => {
  const seen = () => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const name = element.outerHTML.slice(0, 120);
    if (element === document.body || !box.width) return null;
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const at = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, box.top + box.height / 2);
    const label = at?.closest('label');
    const covered = at && !element.contains(at) && !at.contains(element) && !label?.contains(element);
    return {name, ring, covered: Boolean(covered)};
  };
  window.stops = [];
  addEventListener('keyup', () => stops.push(seen()), true);
}"""
TABS = 45


@pytest.mark.once
@pytest.mark.parametrize("size", [(1360, 800), (640, 400), (320, 600)])
def test_every_stop_of_the_keyboard_has_a_ring_and_is_not_covered(in_browser, size):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        trouble = []
        for address in ("/cases/", made.case, f"{made.case}items/sins-assessment/1/", f"{made.case}details/"):
            page.goto(address)
            page.evaluate(WATCH)
            for _ in range(TABS):
                page.keyboard.press("Tab")
            stops = page.evaluate("stops")
            assert len(list(filter(None, stops))) >= 20, (address, stops)
            trouble += [(address, seen) for seen in stops if seen and (not seen["ring"] or seen["covered"])]
        return trouble

    assert in_browser(journey, viewport={"width": size[0], "height": size[1]}) == []
