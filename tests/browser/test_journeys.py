"""What people do with cases, each in three ways: with a mouse, with a keyboard alone, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import world
from tests.browser.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)

DIAGNOSIS, STABILISATION = 1, 3
SINS = {
    "location": "semirigid",
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "normal",
    "vertebral_collapse": "under_half",
    "posterolateral": "bilateral",
}
MOVES = (
    ("Put on hold", "Put on hold", "Away for two weeks.", "On hold"),
    ("Take off hold", "Take off hold", "Back at home.", "Open"),
    ("Close case", "Close the case", "Family told.", "Closed"),
    ("Reopen case", "Reopen the case", "Closed in error.", "Open"),
)
TOLD = (
    "S. Byrne", "P. Adeyemi", "opened the case", "1 Mar 2026", "Biopsy planned", "SINS 11 of 18",
    "Awaiting a bed, theatre or scanner slot", "Contraindicated", "undid", "Unsteady on stairs",
    "Brace refitted", "Hypercalcaemia",
)  # fmt: skip


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def in_each_way(request, in_browser):
    """in_each_way(journey) runs journey(me), where `me` is a person who has just come to the sign-in page."""

    def run(journey):
        way = request.param
        return in_browser(lambda page: journey(way(page)), java_script_enabled=way.has_scripts)

    return run


def find(me):
    me.go_to_search()
    expect(me.page.get_by_label("Reference")).to_be_focused()
    me.write(me.page.get_by_label("Reference"), "sm1")
    me.press(me.page.get_by_role("button", name="Apply filters"))
    me.follow(me.page.get_by_role("link", name="SM-1", exact=True))
    expect(me.page.get_by_role("heading", level=1)).to_have_text("SM-1")


def tick(me):
    with me.settling(DIAGNOSIS):
        me.do_now("call-mscc-coordinator-now")
    me.sees("call-mscc-coordinator-now", "done", "Done by S. Byrne")
    me.hears("marked done")
    me.goes_on_from("call-mscc-coordinator-now", "more")


def date(me):
    with me.settling(DIAGNOSIS):
        form = me.open_form("notify-mscc-coordinator")
        for name, text in (("day", "1"), ("month", "March"), ("year", "2026"), ("time", "14:32")):
            me.write(form.locator(f"[name=response_{name}]"), text)
        me.press(form.get_by_role("button", name="Save as done"))
    me.sees("notify-mscc-coordinator", "done", "1 Mar 14:32")
    me.goes_on_from("notify-mscc-coordinator", "more")


def choose(me):
    with me.settling(DIAGNOSIS):
        me.choose("establish-primary", "Biopsy planned")
    me.sees("establish-primary", "done", "Biopsy planned")
    me.hears("marked done")
    me.goes_on_from("establish-primary", "more")


def score_sins(me):
    with me.settling(STABILISATION):
        form = me.open_form("sins-assessment")
        for component, value in SINS.items():
            me.mark(form.locator(f"[name=response_{component}][value={value}]"))
        if me.has_scripts:
            expect(form.locator("[data-total]")).to_have_text("11")
            expect(form.locator("[data-from]:visible")).to_have_text("Potentially unstable (7 to 12)")
        me.press(form.get_by_role("button", name="Save as done"))
    me.sees("sins-assessment", "done", "SINS 11 of 18, Potentially unstable")
    me.goes_on_from("sins-assessment", "more")


def block_with_a_reason(me):
    me.give_reason("staging-imaging", "Blocked", "Awaiting a bed, theatre or scanner slot")
    me.sees("staging-imaging", "blocked", "Awaiting a bed", "Set by S. Byrne")
    me.hears("marked blocked")
    me.goes_on_from("staging-imaging", "more")


def explain_why_not_applicable(me):
    """Contraindicated needs words: without them it is refused, and nothing of it is lost."""
    with me.settling(DIAGNOSIS):
        me.explain("consider-alternatives", "Not applicable", "Contraindicated", "Renal failure.")
    me.sees("consider-alternatives", "not_applicable", "Contraindicated: Renal failure.")
    me.goes_on_from("consider-alternatives", "more")


def undo(me):
    with me.settling(DIAGNOSIS, by=-1):
        me.undo("consider-alternatives")
    me.sees("consider-alternatives", "not_started")
    me.hears("Undone")
    me.goes_on_from("consider-alternatives", "more")


def resolve_a_conflict(me):
    """My form is stale; what I wrote is kept, and then saved in place of my colleague's."""
    code = "mdt-noms-discussion"
    mine, theirs = "Brace refitted, skin intact.", "Unsteady on stairs since yesterday."
    with me.beside("adeyemi") as colleague:
        colleague.page.goto(f"/cases/SM-1/#i-{code}-1")
        my_form, form = me.open_form(code), colleague.open_form(code)
        colleague.write(form.get_by_label("Note"), theirs)
        colleague.send(form)
        colleague.sees(code, "not_started", theirs)
        me.write(my_form.get_by_label("Note"), mine)
        me.send(my_form)
        me.is_shown_both(code, "P. Adeyemi", "Nothing you wrote has been lost", theirs, mine)
        me.replace_theirs(code)
        me.sees(code, "not_started", f"Note: {mine}")
        me.goes_on_from(code, "go")


def switch_items_on(me):
    expect(me.row("treat-hypercalcaemia")).to_have_count(0)
    me.follow(me.page.get_by_role("link", name="Details", exact=True))
    me.pick(me.page.get_by_label("Hypercalcaemia", exact=True), "Present")
    me.send(me.page.get_by_role("main").locator("form"), "Review changes")
    expect(me.page.locator("main")).to_contain_text("1 item will begin to apply")
    me.follow(me.page.get_by_role("button", name="Save", exact=True))
    me.sees("treat-hypercalcaemia", "not_started")


def read_an_items_history(me):
    assert "Awaiting a bed, theatre or scanner slot" in me.read_history("staging-imaging")


def read_the_history(me):
    me.follow(me.page.get_by_role("link", name="History", exact=True))
    for words in TOLD:
        expect(me.page.locator(".story")).to_contain_text(words)
    me.follow(me.page.locator(".up a"))


def print_the_case(me):
    me.print()
    me.page.emulate_media(media="print")
    expect(me.page.locator(".sheet-foot")).to_contain_text("Printed by S. Byrne")
    expect(me.row("sins-assessment")).to_contain_text("SINS 11 of 18")
    expect(me.page.get_by_role("banner").get_by_role("link")).to_have_count(0)
    me.page.emulate_media(media="screen")


def share_and_reload(me):
    """What opens in a row has an address that leads anybody to a whole page, and so has the row."""
    part = me.page.locator("#i-staging-imaging-1-more").get_attribute("href")
    for address, heading in ((part, "Complete staging"), ("/cases/SM-1/#i-staging-imaging-1", "SM-1")):
        me.page.goto(address)
        me.page.reload()
        expect(me.page.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(me.page.get_by_role("navigation", name="Main")).to_be_visible()


ON_THE_CHECKLIST = (
    tick, date, block_with_a_reason, explain_why_not_applicable, undo, choose, resolve_a_conflict, score_sins,
)  # fmt: skip
AFTERWARDS = (
    share_and_reload, read_an_items_history, switch_items_on, read_the_history, print_the_case, find,
)  # fmt: skip


def test_two_people_work_a_case(in_each_way):
    world.build()

    def journey(me):
        me.sign_in("byrne")
        find(me)
        with me.staying():
            for step in ON_THE_CHECKLIST:
                step(me)
        for step in AFTERWARDS:
            step(me)

    in_each_way(journey)


def test_the_list_is_filtered_and_back_brings_the_old_list(in_each_way):
    world.build()

    def journey(me):
        me.sign_in("byrne")
        me.follow(me.page.get_by_role("link", name="All open"))
        expect(me.page.locator("tbody tr")).to_have_count(2)
        with me.staying():
            me.pick(me.page.get_by_label("Primary tumour"), "Prostate")
            me.press(me.page.get_by_role("button", name="Apply filters"))
            only_one_is_listed(me)
            if me.has_scripts:
                expect(me.page.get_by_role("button", name="Apply filters")).to_be_focused()
                me.hears("1 case")
        another = me.page.context.new_page()
        another.goto(me.page.url)
        only_one_is_listed(type(me)(another))
        me.page.go_back()
        expect(me.page.get_by_label("Primary tumour")).to_have_value("")
        expect(me.page.locator("tbody tr")).to_have_count(2)
        me.page.go_forward()
        only_one_is_listed(me)

    in_each_way(journey)


def only_one_is_listed(me):
    """On a whole page, at an address that says so."""
    expect(me.page).to_have_url(re.compile("site=prostate"))
    expect(me.page.locator("tbody tr")).to_have_count(1)
    expect(me.page.get_by_role("heading", level=1, name="Cases")).to_be_visible()


def test_a_case_is_opened_with_a_preview_held_closed_and_reopened(in_each_way):
    world.staff()

    def journey(me):
        me.sign_in("byrne")
        me.follow(me.page.get_by_role("link", name="Cases", exact=True))
        me.follow(me.page.get_by_role("link", name="New case"))
        me.pick(me.page.get_by_label("Primary tumour"), "Breast")
        me.pick(me.page.get_by_label("Spinal cord or cauda equina compression"), "Suspected")
        me.send(me.page.get_by_role("main").locator("form"), "Continue")
        expect(me.page.locator("main")).to_contain_text("Obtain whole-spine MRI within 24 hours")
        me.follow(me.page.get_by_role("button", name="Create the case"))
        stands(me, "Open")
        for link, button, reason, status in MOVES:
            me.follow(me.page.get_by_role("link", name=link))
            if link == "Close case":
                me.mark(me.page.get_by_label("Died"))
            me.write(me.page.get_by_role("main").get_by_role("textbox"), reason)
            with me.page.expect_navigation():
                me.send(me.page.get_by_role("main").locator("form"), button)
            stands(me, status)
        me.follow(me.page.get_by_role("link", name="History", exact=True))
        for _, _, reason, _ in MOVES:
            expect(me.page.locator(".story")).to_contain_text(reason)

    in_each_way(journey)


def stands(me, status):
    expect(me.page.get_by_role("heading", level=1)).to_have_text("SM-1")
    expect(me.page.locator(".idbar")).to_contain_text(re.compile(f"Status\\s+{status}"))


def test_a_chosen_theme_is_there_with_the_first_byte_of_every_page(in_each_way):
    world.staff()

    def journey(me):
        me.sign_in("byrne")
        me.follow(me.page.get_by_role("link", name="S. Byrne"))
        me.mark(me.page.get_by_label("Dark"))
        me.follow(me.page.get_by_role("button", name="Save", exact=True))
        expect(me.page.locator("#flash")).to_contain_text("saved")
        assert 'data-theme="dark"' in me.page.goto("/cases/").text()
        assert me.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"

    in_each_way(journey)
