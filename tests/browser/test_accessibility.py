"""axe finds nothing on any page, in any mode, and no page scrolls sideways."""

import pytest

from tests.browser import world
from tests.browser.harness import axe

pytestmark = pytest.mark.django_db(transaction=True)

MODES = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 320, "height": 800}},
    "large text": {},
    "forced colours": {"forced_colors": "active"},
}
ITEMS = (
    "sins-assessment", "mri-whole-spine-24h", "baseline-bloods-calcium", "establish-primary",
    "staging-imaging", "mdt-noms-discussion", "warning-signs-advice", "pain-score",
)  # fmt: skip


def addresses(made):
    case = made.case
    lists = [f"/cases/?view={view}" for view in ("attention", "mine", "open", "closed")]
    items = [f"{case}items/{code}/1/" for code in ITEMS]
    states = [f"{case}{each}/" for each in ("details", "history", "hold", "close")] + [f"{made.held}reopen/"]
    return [
        "/about/", "/nowhere/", "/dashboards/phase-progress/", *lists, "/cases/?q=ZZ-9", "/cases/?page=junk",
        "/cases/new/", "/cases/new/?template=spinal-metastases", case, made.closed, made.held,
        *items, f"{case}items/pain-score/2/", *states,
    ]  # fmt: skip


def look(page, mode):
    if mode == "large text":
        page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = axe(page)
    if mode == "forced colours":
        found = [line for line in found if "color-contrast" not in line]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{page.url}: scrolls sideways ({mode})")
    return found


def refused_forms(page, made):
    """Pages that only a POST shows: a refused form, a preview, a conflict."""
    page.goto(f"{made.case}items/sins-assessment/1/")
    page.locator("#edit input[name=status][value=done]").check()
    page.locator("#edit").get_by_role("button", name="Save", exact=True).click()
    yield
    page.goto("/cases/new/?template=spinal-metastases")
    page.locator("main form button.btn").last.click()
    yield
    page.goto(f"{made.case}details/")
    page.get_by_label("Pain severity (team summary)").select_option("mild")
    page.locator("main form button.btn").last.click()
    yield


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(in_browser, mode):
    made = world.build()

    def journey(page):
        page.goto("/sign-in/")
        found = look(page, mode)
        world.sign_in(page, "byrne")
        for address in addresses(made):
            page.goto(address)
            found += look(page, mode)
        for _ in refused_forms(page, made):
            found += look(page, mode)
        return found

    assert in_browser(journey, **MODES[mode]) == []


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


SEEN = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const name = element.outerHTML.slice(0, 120);
  if (element === document.body || !box.width) return null;
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const at = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, box.top + box.height / 2);
  const label = at?.closest('label');
  const covered = at && !element.contains(at) && !at.contains(element) && !label?.contains(element);
  return {name, ring, covered: Boolean(covered)};
}"""


@pytest.mark.parametrize("size", [(1360, 800), (640, 400), (320, 600)])
def test_every_stop_of_the_keyboard_has_a_ring_and_is_not_covered(in_browser, size):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        trouble = []
        for address in ("/cases/", made.case, f"{made.case}items/sins-assessment/1/", f"{made.case}details/"):
            page.goto(address)
            for _ in range(45):
                page.keyboard.press("Tab")
                seen = page.evaluate(SEEN)
                if seen and (not seen["ring"] or seen["covered"]):
                    trouble.append((address, seen))
        return trouble

    assert in_browser(journey, viewport={"width": size[0], "height": size[1]}) == []
