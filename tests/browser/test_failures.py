"""What the page says and keeps when a connection, the server, a session or a person's authority fails."""

import pytest
from playwright.sync_api import expect

from tests.browser import world
from tests.browser.harness import FAILURES
from tests.browser.rows import (
    another,
    answer_as,
    asked_before_leaving,
    choose,
    has_focus,
    has_status,
    hold,
    is_settled,
    open_case,
    open_menu,
    open_panel,
    press,
    row,
    save,
    slot,
)

pytestmark = pytest.mark.django_db(transaction=True)

DATE, TEXT, PLAN = "relieve-severe-pain-now", "analgesic-plan", "follow-up-plan"
BLOCKED, STAGING, REPEAT = "mri-whole-spine-24h", "staging-imaging", "warning-signs-advice"
NOT_SAVED = "Not saved. Check your connection and try again."
NOT_OPENED = "Not opened. Check your connection and try again."
# What a browser does with a key that is held down: it presses the button with every repetition.
HOLD_ENTER = """button => {
  const again = new KeyboardEvent('keydown', {key: 'Enter', repeat: true, bubbles: true, cancelable: true});
  if (button.dispatchEvent(again)) button.click();
}"""
SHORTER = "htmx.config.timeout = 500"
AS_USUAL = "htmx.config.timeout = 15000"


def cut(page):
    page.context.set_offline(True)


def join(page):
    page.context.set_offline(False)


def answer_with(status):
    def begin(page):
        page.route("**/items/**", lambda route: route.fulfill(status=status, body="<p>Sorry</p>"))

    return begin


def answer_never(page):
    page.evaluate(SHORTER)
    page.route("**/items/**", lambda route: None)


def answer_again(page):
    page.unroute("**/items/**")
    page.evaluate(AS_USUAL)


FAULTS = {
    "offline": (cut, join),
    "no answer": (answer_never, answer_again),
    "500": (answer_with(500), answer_again),
    "503": (answer_with(503), answer_again),
}


def failed(page, code, words=NOT_SAVED):
    """The row says so, once, and has the focus."""
    note = row(page, code).locator(".failed")
    expect(note).to_have_count(1)
    expect(note).to_contain_text(words)
    has_focus(page, note)
    expect(row(page, code)).not_to_have_attribute("aria-busy", "true")
    return note


def try_again(page, code):
    row(page, code).get_by_role("button", name="Try again").press("Enter")


def changes(page, made, code):
    """How many changes the history of the item holds."""
    return page.request.get(f"{made.case}items/{code}/1/").text().count("<time ")


def a_quick_action_fails(page, made):
    press(page, DATE, "go")
    failed(page, DATE)
    expect(row(page, DATE)).to_have_attribute("data-s", "not_started")
    try_again(page, DATE)
    failed(page, DATE)


def a_form_fails(page, made):
    note = slot(page, TEXT).get_by_label("Note")
    note.fill("Taken at home.")
    save(slot(page, TEXT))
    failed(page, TEXT)
    expect(note).to_have_value("Taken at home.")
    try_again(page, TEXT)
    failed(page, TEXT)
    expect(note).to_have_value("Taken at home.")


def a_menu_fails(page, made):
    press(page, PLAN, "more")
    failed(page, PLAN, NOT_OPENED)
    expect(page.locator("#menu")).to_be_hidden()


def a_panel_fails(page, made):
    press(page, BLOCKED, "log")
    failed(page, BLOCKED, NOT_OPENED)
    expect(slot(page, BLOCKED)).to_be_empty()


def what_the_menu_sends_fails(page, made):
    """The menu does not stay open over what the row says."""
    page.locator("#menu button", has_text="In progress").press("Enter")
    failed(page, STAGING)
    expect(page.locator("#menu")).to_be_hidden()
    expect(row(page, STAGING)).to_have_attribute("data-s", "not_started")


def all_of_it_works_again(page, made):
    try_again(page, PLAN)
    has_focus(page, page.locator("#menu :is(a, button, summary)").first)
    expect(row(page, PLAN).locator(".failed")).to_have_count(0)
    page.keyboard.press("Escape")
    try_again(page, BLOCKED)
    expect(slot(page, BLOCKED).locator(".tl").first).to_be_visible()
    try_again(page, STAGING)
    has_status(page, STAGING, "in_progress")
    try_again(page, DATE)
    has_status(page, DATE, "done")
    try_again(page, TEXT)
    expect(row(page, TEXT)).to_contain_text("Note: Taken at home.")
    expect(slot(page, TEXT)).to_be_empty()
    expect(page.locator(".failed")).to_have_count(0)
    for code in (DATE, TEXT, STAGING):
        is_settled(page, code)


STEPS = (what_the_menu_sends_fails, a_quick_action_fails, a_form_fails, a_menu_fails, a_panel_fails)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_row_says_what_failed_keeps_everything_and_tries_again(in_browser, fault):
    made = world.build()
    begin, end = fault

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        before = {code: changes(page, made, code) for code in (DATE, TEXT, STAGING)}
        open_panel(page, TEXT, "All fields…")
        open_menu(page, STAGING)
        begin(page)
        for step in STEPS:
            step(page, made)
        end(page)
        all_of_it_works_again(page, made)
        assert {code: changes(page, made, code) - 1 for code in before} == before

    in_browser(journey, allowed=FAILURES)


def test_what_failed_stays_to_be_tried_again_when_all_phases_are_drawn_again(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        page.route(f"**/{DATE}/**", lambda route: route.abort())
        press(page, DATE, "go")
        failed(page, DATE)
        press(page, REPEAT, "go")
        has_status(page, REPEAT, "not_started", 2)
        expect(row(page, DATE).locator(".failed")).to_contain_text(NOT_SAVED)
        page.unroute(f"**/{DATE}/**")
        try_again(page, DATE)
        has_status(page, DATE, "done")
        expect(page.locator(".failed")).to_have_count(0)

    in_browser(journey, allowed=FAILURES)


def test_what_failed_and_is_then_cancelled_cannot_be_tried_again(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        panel = open_panel(page, TEXT, "Comment…")
        panel.get_by_label("Comment").fill("Daughter will bring the list.")
        page.route("**/comment/", lambda route: route.abort())
        save(panel, "Add comment")
        failed(page, TEXT)
        panel.get_by_role("link", name="Cancel").press("Enter")
        expect(slot(page, TEXT)).to_be_empty()
        expect(page.locator(".failed")).to_have_count(0)

    in_browser(journey, allowed=FAILURES)


def test_being_offline_is_shown_as_long_as_it_lasts(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        expect(page.locator("#offline")).to_be_hidden()
        cut(page)
        expect(page.locator("#offline")).to_be_visible()
        expect(page.locator("#live")).to_contain_text("You are offline")
        join(page)
        expect(page.locator("#offline")).to_be_hidden()

    in_browser(journey, allowed=FAILURES)


def test_offline_a_form_of_a_whole_page_is_not_sent_unasked(in_browser):
    """The browser's own page would take the place of what was written."""
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto(made.case)
        comment = page.get_by_role("textbox", name="Comment")
        comment.fill("Family told.")
        cut(page)
        with asked_before_leaving(page):
            page.get_by_role("button", name="Add comment").click()
        expect(comment).to_have_value("Family told.")
        join(page)
        page.get_by_role("button", name="Add comment").click()
        expect(page.locator("#flash")).to_contain_text("Comment added")

    in_browser(journey, allowed=FAILURES)


def lose_the_answer(page):
    """The server gets the next POST of an item and answers it, and the answer is lost."""

    def lose(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/items/**", lose)


def test_what_the_server_did_get_is_not_applied_twice(in_browser):
    """The same again gets the answer of the first; other words get an explanation, and they stay."""
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        before = {code: changes(page, made, code) for code in (DATE, TEXT, PLAN)}
        open_panel(page, TEXT, "All fields…").get_by_label("Note").fill("Taken at home.")
        open_panel(page, PLAN, "All fields…").get_by_label("Note").fill("In six weeks.")
        lose_the_answer(page)
        press(page, DATE, "go")
        failed(page, DATE)
        for code in (TEXT, PLAN):
            save(slot(page, code))
            failed(page, code)
        page.unroute("**/items/**")
        try_again(page, DATE)
        has_status(page, DATE, "done")
        try_again(page, TEXT)
        expect(row(page, TEXT)).to_contain_text("Note: Taken at home.")
        expect(slot(page, TEXT)).to_be_empty()
        slot(page, PLAN).get_by_label("Note").fill("In eight weeks.")
        try_again(page, PLAN)
        expect(slot(page, PLAN).locator("[id$=errors]")).to_contain_text("This form was sent before")
        has_focus(page, slot(page, PLAN).locator("[id$=errors]"))
        expect(slot(page, PLAN).get_by_label("Note")).to_have_value("In eight weeks.")
        save(slot(page, PLAN))
        expect(row(page, PLAN)).to_contain_text("Note: In eight weeks.")
        after = {code: changes(page, made, code) for code in before}
        assert after == {DATE: before[DATE] + 1, TEXT: before[TEXT] + 1, PLAN: before[PLAN] + 2}

    in_browser(journey, allowed=FAILURES)


def test_what_a_menu_sent_is_heard_of_though_another_menu_has_opened_since(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        held = hold(page, "**/save/")
        choose(page, STAGING, "In progress")
        open_menu(page, PLAN)
        held[0].abort()
        note = row(page, STAGING).locator(".failed")
        expect(note).to_contain_text(NOT_SAVED)
        page.keyboard.press("Escape")
        try_again(page, STAGING)
        expect(note).to_have_count(0)
        open_menu(page, PLAN)
        held[1].continue_()
        has_status(page, STAGING, "in_progress")
        expect(page.locator("#live")).to_contain_text("marked in progress")
        expect(row(page, STAGING).locator(".item")).to_have_count(0)

    in_browser(journey, allowed=FAILURES)


def test_text_outlasts_the_session_and_is_saved_after_signing_in_again_elsewhere(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        note = open_panel(page, TEXT, "All fields…").get_by_label("Note")
        note.fill("Taken at home.")
        page.context.clear_cookies(name="sessionid")
        save(slot(page, TEXT))
        said = failed(page, TEXT, "You have been signed out")
        expect(said).to_contain_text("Your text is still on this page")
        expect(note).to_have_value("Taken at home.")
        with page.expect_popup() as opened:
            said.get_by_role("link", name="Sign in").click()
        world.sign_in(opened.value, "byrne")
        opened.value.close()
        try_again(page, TEXT)
        expect(row(page, TEXT)).to_contain_text("Note: Taken at home.")
        press(page, DATE, "go")
        has_status(page, DATE, "done")
        has_focus(page, f"i-{DATE}-1-more")

    in_browser(journey, allowed=FAILURES)


def test_without_scripts_text_outlasts_the_session_and_is_saved_after_signing_in(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto(f"{made.case}items/{TEXT}/1/")
        page.get_by_label("Note").fill("Taken at home.")
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Save", exact=True).first.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("You have been signed out")
        page.get_by_role("button", name="Sign in, then save it").press("Enter")
        page.get_by_role("textbox", name="User name").fill("byrne")
        page.get_by_role("textbox", name="Password").fill(world.PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).press("Enter")
        expect(page.get_by_label("Note")).to_have_value("Taken at home.")
        page.get_by_role("button", name="Save it now").press("Enter")
        expect(row(page, TEXT)).to_contain_text("Note: Taken at home.")

    in_browser(journey, allowed=FAILURES, java_script_enabled=False)


def test_a_signed_out_menu_leads_to_sign_in_but_never_away_from_text_unasked(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        note = open_panel(page, TEXT, "All fields…").get_by_label("Note")
        note.fill("Taken at home.")
        page.context.clear_cookies(name="sessionid")
        with asked_before_leaving(page):
            press(page, DATE, "more")
        expect(note).to_have_value("Taken at home.")
        slot(page, TEXT).get_by_role("link", name="Cancel").press("Enter")
        press(page, DATE, "more")
        page.wait_for_url(f"**/sign-in/?next={made.case.replace('/', '%2F')}")

    in_browser(journey, allowed=FAILURES)


def test_a_list_that_cannot_be_swapped_loads_as_a_page(in_browser):
    world.build()

    def journey(page):
        def fail(route):
            is_part = "hx-request" in route.request.headers
            return route.fulfill(status=500, body="Sorry") if is_part else route.continue_()

        world.sign_in(page, "byrne")
        page.goto("/cases/?view=open")
        page.route("**/cases/**", fail)
        page.get_by_label("Reference").fill("SM-1")
        with page.expect_navigation(url="**/cases/**q=SM-1**"):
            page.get_by_role("button", name="Apply filters").press("Enter")
        expect(page.locator("#results-count")).to_have_text("1 case")

    in_browser(journey, allowed=FAILURES)


def is_refused(page, words, attempt):
    page.evaluate("document.getElementById('flash').replaceChildren()")
    attempt()
    problem = page.locator("#flash .note")
    expect(problem).to_contain_text(words)
    has_focus(page, problem)
    expect(page.locator("#menu")).to_be_hidden()
    expect(page.locator("[aria-busy]")).to_have_count(0)


def close_the_case(page, made):
    page.goto(f"{made.case}close/")
    page.get_by_role("radio").first.check()
    page.locator("#id_reason").fill("Family told.")
    page.get_by_role("button", name="Close the case").click()
    page.wait_for_url(f"**{made.case}")


def test_what_may_not_be_is_said_under_the_heading_and_the_row_stays(in_browser):
    """No authority, no such item, a closed case: the text stays in its form, and the menu does not open."""
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        observer = another(page, "moreau", world.sign_in)
        open_case(page, made.case)
        note = open_panel(page, TEXT, "All fields…").get_by_label("Note")
        note.fill("Taken at home.")

        def refuses(words):
            is_refused(page, words, lambda: save(slot(page, TEXT)))
            is_refused(page, words, lambda: press(page, DATE, "go"))
            is_refused(page, words, lambda: press(page, DATE, "more"))
            is_refused(page, words, lambda: press(page, BLOCKED, "log"))
            expect(note).to_have_value("Taken at home.")

        for words, address in (
            ("You do not have access to this", f"{made.case}items/{TEXT}/1/?part=edit"),
            ("Page not found", f"{made.case}items/nothing/1/"),
        ):
            answer_as(page, observer.request.get(address, headers={"HX-Request": "true"}))
            refuses(words)
            page.unroute("**/items/**")
        observer.context.close()
        colleague = another(page, "byrne", world.sign_in)
        close_the_case(colleague, made)
        colleague.context.close()
        is_refused(page, "This case is closed", lambda: save(slot(page, TEXT)))
        is_refused(page, "This case is closed", lambda: press(page, DATE, "more"))
        expect(note).to_have_value("Taken at home.")

    in_browser(journey, allowed=FAILURES)


def test_two_quick_presses_change_one_thing_once(in_browser):
    """Not what the answer puts in the button's place either: "Done now" comes where "Unblock" was."""
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        before = changes(page, made, BLOCKED)
        held = hold(page, "**/save/")
        unblock = page.locator(f"#i-{BLOCKED}-1-go")
        unblock.click()
        unblock.click()
        unblock.press("Enter")
        assert len(held) == 1
        held[0].continue_()
        has_status(page, BLOCKED, "in_progress")
        expect(unblock).to_be_focused()
        unblock.evaluate(HOLD_ENTER)
        box = unblock.bounding_box()
        page.mouse.move(box["x"] + 5, box["y"] + 5)
        page.mouse.down(click_count=2)
        page.mouse.up(click_count=2)
        expect(unblock).to_have_text("Done now “Obtain whole-spine MRI within 24 hours”")
        assert changes(page, made, BLOCKED) == before + 1
        page.unroute("**/save/")
        unblock.click()
        has_status(page, BLOCKED, "done")

    in_browser(journey)


def test_before_the_session_ends_one_is_told_and_can_stay(in_browser):
    made = world.build()

    def journey(page):
        page.clock.install()
        world.sign_in(page, "byrne")
        page.goto(made.case)
        ending = page.locator("#ending")
        seconds = int(ending.get_attribute("data-seconds"))
        page.clock.fast_forward((seconds - 125) * 1000)
        expect(ending).to_be_hidden()
        page.clock.fast_forward(10_000)
        expect(ending).to_be_visible()
        page.clock.run_for(100)
        expect(page.locator("#live")).to_contain_text("You will be signed out in 2 minutes")
        ending.get_by_role("button", name="Stay signed in").press("Enter")
        expect(ending).to_be_hidden()
        page.clock.fast_forward((seconds - 125) * 1000)
        expect(ending).to_be_hidden()
        page.clock.fast_forward(10_000)
        expect(ending).to_be_visible()

    in_browser(journey)


def test_a_failure_does_not_call_back_whoever_has_gone_on_to_another_row(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        held = hold(page)
        press(page, DATE, "go")
        expect(row(page, DATE)).to_have_attribute("aria-busy", "true")
        elsewhere = page.locator(f"#i-{BLOCKED}-1-log")
        elsewhere.focus()
        held[0].abort()
        expect(row(page, DATE).locator(".failed")).to_contain_text(NOT_SAVED)
        has_focus(page, elsewhere)

    in_browser(journey, allowed=FAILURES)
