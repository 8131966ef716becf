"""What somebody has written or chosen, and not saved, outlasts everything that happens around it."""

import pytest
from playwright.sync_api import expect

from tests.browser import world
from tests.browser.rows import (
    another,
    asked_before_leaving,
    choose,
    has_focus,
    has_status,
    hears,
    is_settled,
    open_case,
    open_panel,
    press,
    row,
    save,
    slot,
)

pytestmark = pytest.mark.django_db(transaction=True)

ALONE, NEEDED, REPEAT = "notify-mscc-coordinator", "call-mscc-coordinator-now", "warning-signs-advice"
CHOICES, SINS, TEXT, DATE = (
    "record-presentation",
    "sins-assessment",
    "analgesic-plan",
    "relieve-severe-pain-now",
)
STALE, PLAN = "mdt-noms-discussion", "follow-up-plan"
WAITING = "mri-whole-spine-24h"
RECORD = "section[aria-labelledby=record] form[data-guard]"
UNSAVED = "You have unsaved text here. Save it, or choose Cancel."
CARET = "document.activeElement.selectionStart"
STORED = "({...localStorage, ...sessionStorage})"


def write_in_every_kind_of_control(page):
    """Text, checkboxes, radio buttons, a list, a part that is folded out; the caret is within the text."""
    form = open_panel(page, CHOICES, "All fields…")
    form.locator("input[type=checkbox]").nth(1).check()
    form.locator("input[name=status][value=blocked]").check()
    form.get_by_label("Reason", exact=True).select_option("awaiting-transport")
    form.locator("details").evaluate("fold => fold.open = true")
    form.get_by_label("Time").fill("14:32")
    score = open_panel(page, SINS, "All fields…")
    score.locator("input[name=response_pain][value=mechanical]").check()
    expect(score.locator("[data-total]")).to_have_text("3")
    form.get_by_label("Note").fill("Weak legs since Tuesday.")
    form.get_by_label("Note").evaluate("note => note.setSelectionRange(4, 4)")


def it_is_all_there(page):
    form, score = slot(page, CHOICES), slot(page, SINS)
    expect(form.locator("input[type=checkbox]").nth(1)).to_be_checked()
    expect(form.locator("input[name=status][value=blocked]")).to_be_checked()
    expect(form.get_by_label("Reason", exact=True)).to_have_value("awaiting-transport")
    expect(form.locator("details")).to_have_attribute("open", "")
    expect(form.get_by_label("Time")).to_have_value("14:32")
    expect(form.get_by_label("Note")).to_have_value("Weak legs since Tuesday.")
    expect(score.locator("input[name=response_pain][value=mechanical]")).to_be_checked()
    expect(score.locator("[data-total]")).to_have_text("3")


def another_row_is_saved(page, made):
    write_in_every_kind_of_control(page)
    press(page, ALONE, "go")
    has_status(page, ALONE, "done")
    it_is_all_there(page)


def its_row_changes_because_of_another(page, made):
    waiting = row(page, WAITING)
    expect(waiting).to_contain_text("Needs: ")
    open_panel(page, WAITING, "Comment…").locator("textarea").fill("Scanner booked.")
    press(page, NEEDED, "go")
    expect(waiting).not_to_contain_text("Needs: ")
    expect(slot(page, WAITING).locator("textarea")).to_have_value("Scanner booked.")
    press(page, NEEDED, "undo")
    expect(waiting).to_contain_text("Needs: ")
    expect(slot(page, WAITING).locator("textarea")).to_have_value("Scanner booked.")
    slot(page, WAITING).get_by_role("link", name="Cancel").press("Enter")


def draw_all_again(page, occurrence):
    """What is done again and again gets its next row, and all phases come with it."""
    page.locator(f"#i-{REPEAT}-{occurrence}-go").evaluate("button => button.click()")
    has_status(page, REPEAT, "not_started", occurrence + 1)


def all_phases_are_drawn_again(page, made):
    """The focus and the caret stay where they are."""
    note = slot(page, CHOICES).get_by_label("Note")
    note.focus()
    note.evaluate("note => note.setSelectionRange(4, 4)")
    draw_all_again(page, 1)
    is_settled(page, CHOICES)
    has_focus(page, note)
    assert page.evaluate(CARET) == 4
    it_is_all_there(page)


def its_own_row_is_changed_by_a_quick_action(page, made):
    """The form is then of an older version; what it holds is saved beside the quick action all the same."""
    choose(page, CHOICES, "Assign to me")
    expect(row(page, CHOICES).locator(".who")).to_contain_text("You")
    is_settled(page, CHOICES)
    it_is_all_there(page)
    slot(page, CHOICES).get_by_label("Time").fill("")
    save(slot(page, CHOICES))
    has_status(page, CHOICES, "blocked")
    expect(row(page, CHOICES)).to_contain_text("Note: Weak legs since Tuesday.")
    expect(row(page, CHOICES).locator(".who")).to_contain_text("You")
    expect(slot(page, CHOICES)).to_be_empty()


def a_panel_that_is_only_open_stays_open(page, made):
    press(page, TEXT, "log")
    expect(slot(page, TEXT).locator(".tl").first).to_be_visible()
    choose(page, TEXT, "Assign to me")
    expect(row(page, TEXT).locator(".who")).to_contain_text("You")
    is_settled(page, TEXT)
    expect(slot(page, TEXT).locator(".tl").first).to_be_visible()


def another_panel_is_asked_for_in_its_place(page, made):
    """It is refused in words that can be heard and read, until there is nothing to lose."""
    choose(page, SINS, "Comment…")
    hears(page, UNSAVED)
    assert UNSAVED in slot(page, SINS).evaluate("slot => getComputedStyle(slot, '::before').content")
    expect(slot(page, SINS).locator("input[name=response_pain][value=mechanical]")).to_be_checked()
    slot(page, SINS).get_by_role("link", name="Cancel").press("Enter")
    expect(slot(page, SINS)).to_be_empty()
    open_panel(page, SINS, "Comment…")
    assert slot(page, SINS).evaluate("slot => getComputedStyle(slot, '::before').content") == "none"


def escape_closes_what_is_clean_and_nothing_else(page, made):
    comment = slot(page, SINS).get_by_role("textbox", name="Comment")
    comment.fill("Bed booked.")
    comment.press("Escape")
    hears(page, UNSAVED)
    has_focus(page, comment)
    comment.fill("")
    comment.press("Escape")
    expect(slot(page, SINS)).to_be_empty()


def who_is_chosen_counts_as_unsaved_too(page, made):
    person = open_panel(page, SINS, "Assign…").get_by_label("Person")
    person.select_option(label="S. Byrne (You)" if person.get_by_text("(You)").count() else "S. Byrne")
    person.press("Escape")
    hears(page, UNSAVED)
    press(page, DATE, "go")
    has_status(page, DATE, "done")
    expect(person).to_have_value("byrne")
    slot(page, SINS).get_by_role("link", name="Cancel").press("Enter")


def what_is_written_while_it_is_saved(page, made):
    """The first words are saved, and the form stays with those that came later."""
    form = open_panel(page, PLAN, "All fields…")
    page.route("**/save/", lambda route: (page.wait_for_timeout(400), route.continue_()))
    form.get_by_label("Note").fill("Seen on Monday.")
    form.get_by_label("Note").press("Control+Enter")
    expect(row(page, PLAN)).to_have_attribute("aria-busy", "true")
    page.keyboard.type(" Brace fits.")
    expect(row(page, PLAN)).to_contain_text("Note: Seen on Monday.")
    page.unroute("**/save/")
    is_settled(page, PLAN)
    expect(form.get_by_label("Note")).to_have_value("Seen on Monday. Brace fits.")
    for _ in range(2):
        save(form)
        is_settled(page, PLAN)
    expect(row(page, PLAN)).to_contain_text("Note: Seen on Monday. Brace fits.")
    expect(slot(page, PLAN)).to_be_empty()


def a_refused_form_after_all_phases_are_drawn_again(page, made):
    choose(page, PLAN, "Not applicable…", "Contraindicated…")
    save(slot(page, PLAN))
    has_focus(page, slot(page, PLAN).locator("[id$=errors]"))
    draw_all_again(page, 2)
    expect(slot(page, PLAN).locator("[id$=errors]")).to_be_visible()
    expect(slot(page, PLAN).get_by_label("Reason", exact=True)).to_have_value("contraindicated")
    slot(page, PLAN).get_by_role("link", name="Cancel").press("Enter")


def a_conflict_after_a_quick_action_and_a_wide_answer(page, made):
    colleague = another(page, "adeyemi", world.sign_in)
    colleague.goto(made.case)
    mine, theirs = open_panel(page, STALE, "All fields…"), open_panel(colleague, STALE, "All fields…")
    for form, note in ((theirs, "Unsteady on stairs."), (mine, "Brace refitted.")):
        form.get_by_label("Note").fill(note)
        save(form)
        expect(form).to_have_count(0)
    colleague.context.close()
    panel = row(page, STALE).locator(".conflict")
    choose(page, STALE, "Assign to me")
    expect(row(page, STALE).locator(".who")).to_contain_text("You")
    draw_all_again(page, 3)
    expect(panel).to_contain_text("P. Adeyemi changed this while you were editing")
    expect(panel).to_contain_text("Unsteady on stairs.")
    panel.get_by_text("Edit mine").press("Enter")
    expect(panel.get_by_label("Note")).to_have_value("Brace refitted.")
    panel.get_by_label("Note").fill("Brace refitted, unsteady on stairs.")
    panel.locator("form[data-unsaved]").last.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(panel).to_have_count(0)
    expect(row(page, STALE)).to_contain_text("Note: Brace refitted, unsteady on stairs.")


def nothing_of_a_case_is_stored_but_its_address(page, made):
    assert page.evaluate(STORED) == {"htmx-current-path-for-history": made.case}


STEPS = (
    another_row_is_saved,
    its_row_changes_because_of_another,
    all_phases_are_drawn_again,
    its_own_row_is_changed_by_a_quick_action,
    a_panel_that_is_only_open_stays_open,
    another_panel_is_asked_for_in_its_place,
    escape_closes_what_is_clean_and_nothing_else,
    who_is_chosen_counts_as_unsaved_too,
    what_is_written_while_it_is_saved,
    a_refused_form_after_all_phases_are_drawn_again,
    a_conflict_after_a_quick_action_and_a_wide_answer,
    nothing_of_a_case_is_stored_but_its_address,
)


def test_unsaved_text_and_choices_survive_when(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        for step in STEPS:
            step(page, made)

    in_browser(journey)


def test_leaving_asks_first_as_long_as_something_is_unsaved_and_only_then(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto(made.case)
        history = page.get_by_role("link", name="History", exact=True)
        form = open_panel(page, TEXT, "All fields…")
        form.get_by_label("Note").fill("Taken at home.")
        with asked_before_leaving(page):
            history.click()
        with asked_before_leaving(page):
            page.get_by_role("button", name="Sign out").click()
        with asked_before_leaving(page):
            page.get_by_role("button", name="Start phase").first.click()
        save(form)
        expect(slot(page, TEXT)).to_be_empty()
        choose(page, TEXT, "Not applicable…", "Contraindicated…")
        save(slot(page, TEXT))
        expect(slot(page, TEXT).locator("[id$=errors]")).to_be_visible()
        with asked_before_leaving(page):
            history.click()
        slot(page, TEXT).get_by_role("link", name="Cancel").click()
        page.get_by_role("textbox", name="Comment").fill("Family told.")
        with asked_before_leaving(page):
            history.click()
        page.get_by_role("button", name="Add comment").click()
        expect(page.locator("#flash")).to_contain_text("Comment added")
        page.on("dialog", lambda dialog: asked.append(dialog.type) or dialog.accept())
        asked = []
        history.click()
        page.wait_for_url("**/history/")
        assert not asked

    in_browser(journey)


def test_saving_one_form_of_a_page_asks_about_the_others(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto(f"{made.case}items/{TEXT}/1/")
        form, comment = page.locator(RECORD), page.get_by_role("textbox", name="Comment")
        form.get_by_label("Note").fill("Taken at home.")
        comment.fill("Family told.")
        with asked_before_leaving(page):
            form.get_by_role("button", name="Save", exact=True).click()
        comment.fill("")
        with asked_before_leaving(page):
            page.get_by_role("link", name="Cases").first.click()
        form.get_by_role("button", name="Save", exact=True).click()
        expect(row(page, TEXT)).to_contain_text("Note: Taken at home.")

    in_browser(journey)


def test_on_a_page_of_its_own_a_form_may_be_saved_or_cancelled_unasked(in_browser):
    made = world.build()
    item = f"{made.case}items/{TEXT}/1/"

    def journey(page):
        world.sign_in(page, "byrne")
        page.on("dialog", lambda dialog: asked.append(dialog.type) or dialog.accept())
        asked = []
        for name in ("Cancel", "Save"):
            page.goto(item)
            form = page.locator(RECORD)
            form.get_by_label("Note").fill("Taken at home.")
            form.get_by_text(name, exact=True).click()
            page.wait_for_url(f"**{made.case}*")
        expect(row(page, TEXT)).to_contain_text("Note: Taken at home.")
        assert not asked
        page.goto(item)
        page.get_by_role("textbox", name="Comment").fill("Family told.")
        page.locator(RECORD).get_by_text("Cancel").click()
        page.wait_for_url(f"**{made.case}*")
        assert asked == ["beforeunload"]

    in_browser(journey)


def test_a_page_from_the_back_forward_cache_loads_again(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto(made.case)
        page.evaluate("window.isOld = true")
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: false}))")
        page.wait_for_timeout(100)
        assert page.evaluate("window.isOld")
        with page.expect_navigation():
            page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
        assert not page.evaluate("window.isOld")

    in_browser(journey)
