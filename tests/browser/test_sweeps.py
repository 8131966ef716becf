"""Wherever the keyboard comes to, on pages and in what opens on them, there is a ring and nothing over it."""

import pytest
from playwright.sync_api import expect

from tests.browser import world
from tests.browser.rows import another, is_settled, open_menu, open_panel, row, save, slot

pytestmark = pytest.mark.django_db(transaction=True)

# Notes every element that Tab comes to: its key goes up where the focus has gone.
WATCH = """() => {
  const seen = () => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    if (element === document.body || !box.width) return null;
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const at = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, box.top + box.height / 2);
    const tops = [element, at, at?.closest('label')];
    const isShown = tops.some(each => each?.contains(at) && each.contains(element));
    return isShown && ring ? 'fine' : `${isShown ? 'no ring' : 'covered'}: ${element.outerHTML.slice(0, 99)}`;
  };
  window.stops = [];
  window.onkeyup = () => stops.push(seen());
}"""
SIZES = [(1360, 800), (640, 400), (320, 600)]
TABS = 45


def sweep(page, times=TABS):
    """What is wrong at the stops from here on and back again."""
    page.evaluate(WATCH)
    for key in ("Tab", "Shift+Tab"):
        for _ in range(times):
            page.keyboard.press(key)
    stops = list(filter(None, page.evaluate("stops")))
    assert len(stops) >= times, stops
    return [each for each in stops if each != "fine"]


def pages(page, made):
    for address in ("/cases/", made.case, f"{made.case}items/sins-assessment/1/", f"{made.case}details/"):
        page.goto(address)
        yield TABS


def panel(page, made):
    page.goto(made.case)
    open_panel(page, "sins-assessment", "All fields…")
    row(page, "sins-assessment").locator(".t a").focus()
    yield 24


def menu(page, made):
    """Of an item in the middle of the page and of the last one; whatever is folded out, it is in sight."""
    for code in ("classify-pain", "advance-care-planning"):
        open_menu(page, code)
        for each in range(page.locator("#menu summary").count()):
            page.locator("#menu summary").nth(each).press("Enter")
            expect(page.locator("#menu")).to_be_in_viewport(ratio=0.99)
            page.locator("#menu :is(a, button, summary)").first.focus()
            yield 14
        page.keyboard.press("Escape")


def conflict(page, made):
    code = "mdt-noms-discussion"
    colleague = another(page, "adeyemi", world.sign_in)
    colleague.goto(made.case)
    mine, theirs = open_panel(page, code, "All fields…"), open_panel(colleague, code, "All fields…")
    for form, note in ((theirs, "Unsteady on stairs."), (mine, "Brace refitted.")):
        form.get_by_label("Note").fill(note)
        save(form)
        expect(form).to_have_count(0)
    colleague.context.close()
    is_settled(page, code)
    expect(slot(page, code)).to_be_empty()
    row(page, code).get_by_text("Edit mine").press("Enter")
    row(page, code).locator(".t a").focus()
    yield 20


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_stop_of_the_keyboard_has_a_ring_and_is_not_covered(in_browser, size):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        return [
            (state.__name__, trouble)
            for state in (pages, panel, menu, conflict)
            for times in state(page, made)
            for trouble in sweep(page, times)
        ]

    assert in_browser(journey, viewport={"width": size[0], "height": size[1]}) == []
