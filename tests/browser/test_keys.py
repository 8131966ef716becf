"""Shortcuts of a single key: for those who switched them on, and never where somebody writes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import world
from tests.browser.rows import has_focus, has_status, open_case, open_menu, row, slot

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND, LAST = "record-presentation", "notify-mscc-coordinator", "advance-care-planning"
DATE = "relieve-severe-pain-now"


def j_and_k_go_from_item_to_item_and_round(page, made):
    for key, code in (("j", FIRST), ("j", SECOND), ("k", FIRST), ("k", LAST), ("j", FIRST)):
        page.keyboard.press(key)
        has_focus(page, row(page, code))


def what_is_folded_away_is_passed_over(page, made):
    page.evaluate(
        """id => {
          const row = document.getElementById(id), fold = document.createElement('details');
          row.before(fold);
          fold.append(row);
        }""",
        f"i-{SECOND}-1",
    )
    page.keyboard.press("j")
    has_focus(page, row(page, "call-mscc-coordinator-now"))
    page.reload()


def e_b_and_a_open_a_form_of_the_item(page, made):
    row(page, FIRST).focus()
    for key, heading in (("e", "Record “"), ("b", "What is it waiting for?"), ("a", "Assign “")):
        page.keyboard.press(key)
        expect(slot(page, FIRST).locator("h3")).to_contain_text(heading)
        expect(slot(page, FIRST).locator(":focus")).to_have_count(1)
        page.keyboard.press("Escape")
        row(page, FIRST).focus()


def in_a_field_a_letter_is_a_letter(page, made):
    page.keyboard.press("e")
    note = slot(page, FIRST).get_by_label("Note")
    note.focus()
    page.keyboard.type("jkedbagc?")
    expect(note).to_have_value("jkedbagc?")
    slot(page, FIRST).locator("input[type=radio]").first.focus()
    page.keyboard.type("jgc?")
    slot(page, FIRST).get_by_label("Reason", exact=True).focus()
    page.keyboard.type("j")
    expect(note).to_have_value("jkedbagc?")
    expect(page).to_have_url(re.compile(made.case))
    slot(page, FIRST).get_by_role("link", name="Cancel").press("Enter")


def while_the_menu_is_open_or_with_a_modifier_nothing_happens(page, made):
    open_menu(page, DATE)
    page.keyboard.type("jde")
    expect(page.locator("#menu")).to_be_visible()
    page.keyboard.press("Escape")
    row(page, DATE).focus()
    for modified in ("Control+d", "Alt+d", "Meta+j", "Control+e"):
        page.keyboard.press(modified)
    has_focus(page, row(page, DATE))
    expect(row(page, DATE)).to_have_attribute("data-s", "not_started")


def d_marks_the_item_done(page, made):
    page.keyboard.press("d")
    has_status(page, DATE, "done")
    page.keyboard.press("d")
    expect(row(page, DATE)).not_to_have_attribute("aria-busy", "true")


def g_then_c_goes_to_the_cases_and_a_question_mark_to_the_list(page, made):
    page.keyboard.type("gxc")
    expect(page).to_have_url(re.compile(made.case))
    page.keyboard.press("?")
    page.wait_for_url("**/help/#shortcuts")
    page.keyboard.type("gc")
    page.wait_for_url("**/cases/")


STEPS = (
    j_and_k_go_from_item_to_item_and_round,
    what_is_folded_away_is_passed_over,
    e_b_and_a_open_a_form_of_the_item,
    in_a_field_a_letter_is_a_letter,
    while_the_menu_is_open_or_with_a_modifier_nothing_happens,
    d_marks_the_item_done,
    g_then_c_goes_to_the_cases_and_a_question_mark_to_the_list,
)


def test_single_keys_work_for_who_switched_them_on(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto("/preferences/")
        page.get_by_role("group", name="Single").get_by_label("On").check()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#flash")).to_contain_text("Preferences saved")
        open_case(page, made.case)
        for step in STEPS:
            step(page, made)

    in_browser(journey)


def test_nobody_has_single_keys_unasked(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        open_case(page, made.case)
        row(page, DATE).focus()
        page.keyboard.type("jedba?gc")
        page.wait_for_timeout(200)
        has_focus(page, row(page, DATE))
        expect(row(page, DATE)).to_have_attribute("data-s", "not_started")

    in_browser(journey)
