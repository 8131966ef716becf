"""Where the focus is after everything that a row can do, and what is spoken then, with the keyboard alone."""

import re

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
    is_settled,
    open_case,
    open_menu,
    open_panel,
    press,
    release,
    row,
    save,
    sentences,
    slot,
)

pytestmark = pytest.mark.django_db(transaction=True)

DATE, TICK, TEXT, BLOCKED = (
    "relieve-severe-pain-now",
    "warning-signs-advice",
    "analgesic-plan",
    "mri-whole-spine-24h",
)
CHOICE, STALE, FOLDED = "establish-primary", "mdt-noms-discussion", "physiotherapy-programme"
FIELD = ":is(input, select, textarea):not([type=hidden])"
FOLD_AND_PRESS = """id => {
  const list = document.getElementById(id).closest('ul'), fold = document.createElement('details');
  document.getElementById(`${id}-more`).focus();
  list.before(fold);
  fold.moveBefore(list, null);
  document.getElementById(`${id}-go`).click();
}"""


def part(code, name):
    return f"i-{code}-1-{name}"


def done_now_leads_to_the_menu_as_its_button_is_gone(page, made):
    press(page, DATE, "go")
    has_status(page, DATE, "done")
    has_focus(page, part(DATE, "more"))
    hears(page, "marked done")
    hears(page, "Pain: ")


def undo_leads_to_the_menu(page, made):
    press(page, DATE, "undo")
    has_status(page, DATE, "not_started")
    has_focus(page, part(DATE, "more"))
    hears(page, "Undone")


def the_same_words_are_spoken_again(page, made):
    said = sentences(page)
    assert len(said) == 2
    press(page, DATE, "go")
    has_status(page, DATE, "done")
    hears(page, "marked done")
    press(page, DATE, "undo")
    has_status(page, DATE, "not_started")
    hears(page, "Undone")
    assert [each[:6] for each in sentences(page)] == [each[:6] for each in said * 2]
    assert set(page.evaluate("said")[1::2]) == {""}


def a_wide_answer_leads_to_the_menu_too(page, made):
    press(page, TICK, "go")
    expect(row(page, TICK, 2)).to_be_visible()
    has_focus(page, part(TICK, "more"))
    press(page, TICK, "undo")
    expect(row(page, TICK, 2)).to_have_count(0)
    has_focus(page, part(TICK, "more"))


def unblock_keeps_the_focus_on_the_button_that_takes_its_place(page, made):
    press(page, BLOCKED, "go")
    has_status(page, BLOCKED, "in_progress")
    has_focus(page, part(BLOCKED, "go"))
    expect(page.locator(f"#{part(BLOCKED, 'go')}")).to_have_text(re.compile("^Done now"))


def the_menu_is_entered_at_its_first_control_and_left_to_its_button(page, made):
    open_menu(page, CHOICE)
    has_focus(page, page.locator("#menu :is(a, button, summary)").first)
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    has_focus(page, part(CHOICE, "more"))


def what_the_menu_saves_leads_back_to_its_button(page, made):
    choose(page, CHOICE, "In progress")
    has_status(page, CHOICE, "in_progress")
    has_focus(page, part(CHOICE, "more"))
    choose(page, CHOICE, "Done…", "Biopsy planned")
    has_status(page, CHOICE, "done")
    has_focus(page, part(CHOICE, "more"))
    choose(page, TEXT, "Assign to me")
    expect(row(page, TEXT).locator(".who")).to_contain_text("You")
    is_settled(page, TEXT)
    has_focus(page, part(TEXT, "more"))


def copying_the_link_stays_at_the_menus_button(page, made):
    choose(page, TEXT, "Copy link")
    has_focus(page, part(TEXT, "more"))
    hears(page, "Link copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{made.case}#i-{TEXT}-1")


def each_form_opens_at_its_first_field_and_closes_to_what_opened_it(page, made):
    for words, leave in (
        ("All fields…", "Close"),
        ("Assign…", "Cancel"),
        ("Due…", "Escape"),
        ("Comment…", "Cancel"),
    ):
        panel = open_panel(page, TEXT, words)
        has_focus(page, panel.locator(FIELD).first)
        if leave == "Escape":
            page.keyboard.press(leave)
        else:
            panel.get_by_role("link", name=leave).press("Enter")
        expect(panel).to_have_count(0)
        has_focus(page, part(TEXT, "more"))
    choose(page, TEXT, "Blocked…", "Other")
    has_focus(page, slot(page, TEXT).locator("select"))
    page.keyboard.press("Escape")


def whoever_is_in_a_field_of_the_form_already_stays_there(page, made):
    page.evaluate("""() => document.addEventListener('htmx:afterSwap', () => {
      document.querySelector('.slot [name=note]').focus();
    }, {once: true})""")
    press(page, TEXT, "go")
    is_settled(page, TEXT)
    has_focus(page, slot(page, TEXT).get_by_label("Note"))
    page.keyboard.press("Escape")


def the_history_opens_at_its_heading_and_closes_to_its_button(page, made):
    press(page, DATE, "log")
    has_focus(page, slot(page, DATE).locator("h3").first)
    page.keyboard.press("Escape")
    has_focus(page, part(DATE, "log"))
    press(page, DATE, "go")
    has_status(page, DATE, "done")
    has_focus(page, part(DATE, "more"))


def a_saved_form_leads_to_what_opened_it(page, made):
    press(page, TEXT, "go")
    has_focus(page, slot(page, TEXT).locator(FIELD).first)
    slot(page, TEXT).get_by_label("Note").fill("Taken at home.")
    save(slot(page, TEXT))
    expect(row(page, TEXT)).to_contain_text("Note: Taken at home.")
    expect(slot(page, TEXT)).to_be_empty()
    has_focus(page, part(TEXT, "go"))
    hears(page, "saved")
    panel = open_panel(page, TEXT, "Comment…")
    panel.get_by_label("Comment").fill("Daughter will bring the list.")
    save(panel, "Add comment")
    expect(row(page, TEXT)).to_contain_text("1 comment")
    has_focus(page, part(TEXT, "more"))
    hears(page, "Comment added")


def control_enter_saves_the_form_that_one_is_in(page, made):
    panel = open_panel(page, TEXT, "All fields…")
    panel.get_by_label("Note").fill("Taken at night.")
    panel.get_by_label("Note").press("Control+Enter")
    expect(row(page, TEXT)).to_contain_text("Note: Taken at night.")
    has_focus(page, part(TEXT, "more"))


def a_refused_form_leads_to_what_is_wrong_with_it_and_then_back(page, made):
    choose(page, TEXT, "Not applicable…", "Contraindicated…")
    save(slot(page, TEXT))
    has_focus(page, slot(page, TEXT).locator("[id$=errors]"))
    slot(page, TEXT).locator("[id$=errors] a").press("Enter")
    has_focus(page, slot(page, TEXT).get_by_label("More about the reason"))
    page.keyboard.type("Renal failure.")
    page.keyboard.press("Enter")
    has_status(page, TEXT, "not_applicable")
    has_focus(page, part(TEXT, "more"))


def a_conflict_leads_to_its_heading_and_from_there_back(page, made):
    colleague = another(page, "adeyemi", world.sign_in)
    for answer in ("Keep theirs", "Save mine instead"):
        colleague.goto(made.case)
        panel, theirs = open_panel(page, STALE, "All fields…"), open_panel(colleague, STALE, "All fields…")
        for each, note in ((theirs, f"Theirs before {answer}."), (panel, f"Mine to {answer}.")):
            each.get_by_label("Note").fill(note)
            save(each)
            expect(each).to_have_count(0)
        has_focus(page, part(STALE, "mine-conflict"))
        row(page, STALE).get_by_text(answer, exact=True).press("Enter")
        expect(row(page, STALE).locator(".conflict")).to_have_count(0)
        is_settled(page, STALE)
        has_focus(page, part(STALE, "more"))
    colleague.context.close()
    expect(row(page, STALE)).to_contain_text("Note: Mine to Save mine instead.")


def what_others_changed_meanwhile_is_spoken_and_stays_to_be_read(page, made):
    colleague = another(page, "adeyemi", world.sign_in)
    colleague.goto(made.case)
    panel = open_panel(page, CHOICE, "All fields…")
    choose(colleague, CHOICE, "Assign to me")
    expect(row(colleague, CHOICE).locator(".who")).to_contain_text("You")
    colleague.context.close()
    panel.get_by_label("Note").fill("Slides requested.")
    save(panel)
    has_focus(page, part(CHOICE, "more"))
    hears(page, "P. Adeyemi changed who it is assigned to meanwhile")
    expect(row(page, CHOICE).locator(".note.info")).to_contain_text(
        "P. Adeyemi changed who it is assigned to"
    )
    expect(row(page, CHOICE)).to_contain_text("Note: Slides requested.")


def a_row_that_is_folded_away_meanwhile_comes_into_sight_again(page, made):
    page.evaluate(FOLD_AND_PRESS, f"i-{FOLDED}-1")
    has_status(page, FOLDED, "done")
    expect(row(page, FOLDED)).to_be_visible()
    has_focus(page, part(FOLDED, "more"))


def a_menu_asked_for_during_a_save_opens_after_it(page, made):
    held = hold(page)
    press(page, FOLDED, "undo")
    press(page, FOLDED, "more")
    expect(row(page, FOLDED)).to_have_attribute("aria-busy", "true")
    expect(page.locator("#menu")).to_be_hidden()
    release(page, held)
    expect(page.locator("#menu [aria-current]")).to_contain_text("Not started")
    has_focus(page, page.locator("#menu :is(a, button, summary)").first)
    page.keyboard.press("Escape")


def whoever_has_gone_on_elsewhere_is_not_called_back(page, made):
    held = hold(page)
    for name in ("more", "log"):
        press(page, TEXT, name)
        elsewhere = page.locator(f"#{part(DATE, name)}")
        elsewhere.focus()
        held.pop().continue_()
        is_settled(page, TEXT)
        has_focus(page, elsewhere)
        expect(page.locator("#menu")).to_be_hidden()
    release(page, held)


def whoever_has_gone_on_to_another_row_is_not_called_back_by_a_refusal(page, made):
    choose(page, CHOICE, "Not applicable…", "Contraindicated…")
    slot(page, CHOICE).get_by_role("button", name="Save", exact=True).wait_for()
    held = hold(page)
    save(slot(page, CHOICE))
    expect(row(page, CHOICE)).to_have_attribute("aria-busy", "true")
    elsewhere = page.locator(f"#{part(DATE, 'log')}")
    elsewhere.focus()
    release(page, held)
    expect(slot(page, CHOICE).locator("[id$=errors]")).to_be_visible()
    is_settled(page, CHOICE)
    has_focus(page, elsewhere)


STEPS = (
    done_now_leads_to_the_menu_as_its_button_is_gone,
    undo_leads_to_the_menu,
    the_same_words_are_spoken_again,
    a_wide_answer_leads_to_the_menu_too,
    unblock_keeps_the_focus_on_the_button_that_takes_its_place,
    the_menu_is_entered_at_its_first_control_and_left_to_its_button,
    what_the_menu_saves_leads_back_to_its_button,
    copying_the_link_stays_at_the_menus_button,
    each_form_opens_at_its_first_field_and_closes_to_what_opened_it,
    whoever_is_in_a_field_of_the_form_already_stays_there,
    the_history_opens_at_its_heading_and_closes_to_its_button,
    a_saved_form_leads_to_what_opened_it,
    control_enter_saves_the_form_that_one_is_in,
    a_refused_form_leads_to_what_is_wrong_with_it_and_then_back,
    a_conflict_leads_to_its_heading_and_from_there_back,
    what_others_changed_meanwhile_is_spoken_and_stays_to_be_read,
    a_row_that_is_folded_away_meanwhile_comes_into_sight_again,
    a_menu_asked_for_during_a_save_opens_after_it,
    whoever_has_gone_on_elsewhere_is_not_called_back,
    whoever_has_gone_on_to_another_row_is_not_called_back_by_a_refusal,
)


def test_the_focus_goes_where_work_goes_on_after_everything_a_row_does(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        for step in STEPS:
            step(page, made)

    in_browser(journey, permissions=["clipboard-read", "clipboard-write"])
