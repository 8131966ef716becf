"""A case page that keeps itself up to date takes in what others did, and leaves what somebody is doing."""

import pytest
from playwright.sync_api import expect

from tests.browser import world
from tests.browser.rows import (
    another,
    choose,
    has_focus,
    has_status,
    hears,
    hold,
    open_case,
    open_menu,
    open_panel,
    poll,
    press,
    release,
    row,
    slot,
)
from tests.browser.test_unsaved import CARET, it_is_all_there, write_in_every_kind_of_control

pytestmark = pytest.mark.django_db(transaction=True)

THEIRS, SAME, REST = "call-mscc-coordinator-now", "record-presentation", "notify-mscc-coordinator"
LIVE = "**/live/**"


def older_answer(page):
    """What the server says now. It comes to the page when it is given."""
    held = []
    page.route(LIVE, lambda route: held.append((route, route.fetch())))
    page.evaluate("htmx.trigger('#case-live', 'app:poll')")
    while not held:
        page.wait_for_timeout(50)
    return held[0]


def give(page, held):
    route, answer = held
    with page.expect_response(LIVE):
        route.fulfill(response=answer)
    page.unroute(LIVE)


def test_others_changes_come_in_and_nothing_that_is_under_way_is_lost(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        assert poll(page) == 204
        other = another(page, "adeyemi", world.sign_in)
        open_case(other, made.case)
        write_in_every_kind_of_control(page)
        page.locator("#p1-head ~ details.rest summary").first.press("Enter")
        slot(page, SAME).get_by_label("Note").focus()
        slot(page, SAME).get_by_label("Note").evaluate("note => note.setSelectionRange(4, 4)")
        press(other, THEIRS, "go")
        has_status(other, THEIRS, "done")
        choose(other, SAME, "Blocked…", "Awaiting transport")
        has_status(other, SAME, "blocked")
        other.context.close()
        assert poll(page) == 200
        has_status(page, THEIRS, "done")
        has_status(page, SAME, "blocked")
        it_is_all_there(page)
        has_focus(page, slot(page, SAME).get_by_label("Note"))
        assert page.evaluate(CARET) == 4
        expect(page.locator("#p1-head ~ details.rest").first).to_have_attribute("open", "")
        said = slot(page, SAME).get_attribute("data-said")
        assert said.startswith("P. Adeyemi changed this ")
        assert said.endswith("Your text is not saved yet.")
        expect(page.locator("#news summary")).to_have_text(
            "2 changes by P. Adeyemi since you opened this page"
        )
        hears(page, "2 changes by P. Adeyemi")
        expect(row(page, THEIRS)).to_contain_text("P. Adeyemi changed this")
        page.locator("#news summary").press("Enter")
        page.locator(f"#news a[href='#i-{THEIRS}-1']").press("Enter")
        expect(row(page, THEIRS)).to_be_in_viewport()
        assert poll(page) == 204

    in_browser(journey)


def test_an_open_menu_stays_and_an_answer_older_than_a_save_is_left_aside(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        press(page, THEIRS, "go")
        has_status(page, THEIRS, "done")
        open_menu(page, SAME)
        assert poll(page) == 200
        expect(page.locator("#menu")).to_be_visible()
        page.keyboard.press("Escape")
        press(page, THEIRS, "undo")
        has_status(page, THEIRS, "not_started")
        older = older_answer(page)
        press(page, REST, "go")
        expect(row(page, REST)).to_have_attribute("data-s", "done")
        give(page, older)
        has_status(page, REST, "done")
        save = hold(page)
        press(page, REST, "undo")
        expect(row(page, REST)).to_have_attribute("aria-busy", "true")
        older = older_answer(page)
        release(page, save)
        expect(row(page, REST)).to_have_attribute("data-s", "not_started")
        give(page, older)
        has_status(page, REST, "not_started")
        press(page, REST, "go")
        has_status(page, REST, "done")
        assert poll(page) == 200
        has_status(page, REST, "done")
        open_panel(page, SAME, "Comment…").locator("textarea").fill("Kept.")
        assert poll(page) == 204
        expect(slot(page, SAME).locator("textarea")).to_have_value("Kept.")

    in_browser(journey)


def test_it_asks_by_itself_while_somebody_is_there_and_says_when_it_pauses(in_browser):
    made = world.build()

    def journey(page):
        page.clock.install()
        world.sign_in(page, "byrne")
        page.goto(made.case)
        with page.expect_response(LIVE):
            page.clock.run_for(20_000)
        page.clock.run_for(21 * 60_000)
        expect(page.locator("#paused")).to_be_visible()
        page.get_by_role("button", name="Resume").click()
        expect(page.locator("#paused")).to_be_hidden()
        with page.expect_response(LIVE):
            page.clock.run_for(20_000)

    in_browser(journey)
