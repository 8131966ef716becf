"""Several items of a case changed at once and taken back: mouse, keyboard, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from pathways.models import BulkChange, ChecklistItem
from tests.browser import world
from tests.browser.harness import axe
from tests.browser.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)


in_each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)

CALL, STAGING = "call-mscc-coordinator-now", "staging-imaging"


def is_sound(me):
    assert not me.has_scripts or axe(me.page) == []


def comes_to(me, heading):
    expect(me.page.get_by_role("heading", level=1)).to_have_text(heading)
    is_sound(me)


def says(me, words):
    expect(me.page.get_by_role("status").filter(has_text=words)).to_be_visible()
    is_sound(me)


def is_refused(me, button, words):
    """The page comes again and says why, and where there are scripts its reader is taken there."""
    me.follow(me.page.get_by_role("button", name=button, exact=True))
    alert = me.page.get_by_role("alert")
    expect(alert).to_contain_text(words)
    if me.has_scripts:
        expect(alert).to_be_focused()
    is_sound(me)


def press(me, button):
    me.follow(me.page.get_by_role("button", name=button))


def go(me, *links):
    for name in links:
        me.follow(me.page.get_by_role("link", name=name, exact=True).first)


@in_each_way
def test_items_of_picked_cases_are_assigned_at_once_and_taken_back(in_browser, way):
    world.build()

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        page.goto("/cases/?view=open")
        me.mark(page.get_by_label("Select SM-1", exact=True))
        me.follow(page.get_by_role("button", name="Change several…"))
        me.mark(page.get_by_label("Assign", exact=True))
        me.pick(page.get_by_label("Assign to"), "S. Byrne")
        me.follow(page.get_by_role("button", name="Preview"))
        me.follow(page.get_by_role("button", name="Assign: "))
        says(me, "changed")
        me.follow(page.get_by_role("button", name="Undo all"))
        says(me, "taken back")

    in_browser(journey, java_script_enabled=way.has_scripts)
    assert BulkChange.objects.get().undo


def write_date(me, day, month, year):
    for label, text in (("Day", day), ("Month", month), ("Year", year)):
        me.write(me.page.get_by_label(label), text)


def choose_two_and_their_due_time(me):
    """What is missing is said one after the other, and nothing that was chosen is lost."""
    is_refused(me, "Preview", "Choose what to do")
    expect(me.page.get_by_label("Day")).to_be_hidden()
    me.mark(me.page.get_by_label("Set the due time"))
    expect(me.page.get_by_label("Assign to")).to_be_hidden()
    write_date(me, "27", "November", "2031")
    is_refused(me, "Preview", "Select at least one item")
    for title in ("Call the MSCC coordinator", "Complete staging"):
        me.mark(me.page.get_by_role("checkbox", name=re.compile(title)))
    press(me, "Preview")
    expect(me.page.locator("main")).to_contain_text("2 items will change")
    is_sound(me)


def settle_as(me, username, code):
    with me.beside(username) as colleague:
        colleague.page.goto("/cases/SM-1/")
        colleague.do_now(code)
        expect(colleague.row(code)).to_have_attribute("data-s", "done")


@in_each_way
def test_items_of_a_phase_are_changed_at_once_but_for_what_a_colleague_settled(in_browser, way):
    made = world.build()

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        page.goto(made.case)
        go(me, "Several… items of Diagnosis at once")
        comes_to(me, "Change several: Diagnosis of SM-1")
        choose_two_and_their_due_time(me)
        settle_as(me, "adeyemi", CALL)
        press(me, "Set the due time: 2 items")
        says(me, "1 changed, 1 not changed.")
        expect(page.locator("main")).to_contain_text("P. Adeyemi changed it")
        press(me, "Undo all")
        says(me, "1 taken back, 1 not changed.")
        go(me, "Back to SM-1")
        comes_to(me, "SM-1")

    in_browser(journey, java_script_enabled=way.has_scripts)
    bulk, staging = BulkChange.objects.get(), ChecklistItem.objects.get(code=STAGING, case__reference="SM-1")
    assert (bulk.undo is None, staging.due_given) == (False, None)
    assert staging.history.exclude(due_given=None).count() == 1
    settled = ChecklistItem.objects.get(code=CALL, case__reference="SM-1")
    assert (settled.status, settled.due_given) == ("done", None)


def test_no_press_is_lost_on_a_small_screen_when_the_typed_date_is_read_back(in_browser):
    made = world.build()

    def journey(page):
        me = WAYS["mouse"](page)
        me.sign_in("byrne")
        page.goto(f"{made.case}phases/diagnosis/bulk/")
        me.mark(page.get_by_role("checkbox", name=re.compile("Complete staging")))
        me.mark(page.get_by_label("Set the due time"))
        write_date(me, "27", "November", "2031")
        press(me, "Preview")
        expect(page.locator("main")).to_contain_text("27 Nov 2031")

    in_browser(journey, viewport={"width": 320, "height": 800})
