"""The work of a team, section by section: with a mouse, with a keyboard alone, and without scripts."""

import pytest
from playwright.sync_api import expect

from pathways.enums import Phase
from pathways.models import (
    AuditEvent,
    Case,
    ChecklistItem,
    Discipline,
    Duty,
    Mention,
    ReasonCode,
    SavedView,
)
from tests import factories
from tests.browser import world
from tests.browser.test_bulk import comes_to, go, in_each_way, is_refused, is_sound, press, says

pytestmark = pytest.mark.django_db(transaction=True)

STAGING, SUPPORT = "staging-imaging", "psychosocial-support"
NURSE, NURSES_ITEM = "clinical-nurse-specialist", "pain-score"
REASON = "Awaiting the interpreter"
COMMENT = "@adeyemi, is the scanner free?"


def go_to_team(me):
    go(me, "Cases", "Rowan team")
    comes_to(me, "Rowan team")


def take(me, discipline, name):
    me.pick(me.page.get_by_label(discipline), name)


def say_who_takes_what(me, discipline):
    """A colleague was first: what stands now is shown, and nothing was saved until it is chosen again."""
    go_to_team(me)
    with me.beside("ferreira") as colleague:
        go_to_team(colleague)
        take(colleague, discipline, "L. Ferreira")
        press(colleague, "Save who takes what")
    take(me, discipline, "P. Adeyemi")
    is_refused(me, "Save who takes what", f"L. Ferreira changed who takes {discipline}")
    expect(me.page.get_by_label(discipline).locator("option:checked")).to_have_text("L. Ferreira")
    take(me, discipline, "P. Adeyemi")
    press(me, "Save who takes what")
    says(me, "Cases opened from now on are given out so.")


def open_a_case(me):
    go(me, "Cases", "New case")
    press(me, "Continue")
    expect(me.page.locator("main")).to_contain_text("P. Adeyemi")
    press(me, "Create the case")
    comes_to(me, "SM-1")
    expect(me.row(NURSES_ITEM).locator(".who")).to_contain_text("P. Adeyemi")


def hand_over(me):
    """All at once; afterwards there is nothing left to hand over."""
    go_to_team(me)
    go(me, "Reassign the items of P. Adeyemi")
    form, title = me.page.url, me.page.get_by_role("heading", level=1).inner_text()
    count = int(title.split()[1])
    assert title.startswith(f"Reassign: {count} open items of P. Adeyemi, ")
    comes_to(me, title)
    me.pick(me.page.get_by_label("Assign to"), "L. Ferreira")
    press(me, "Preview")
    is_sound(me)
    press(me, f"Assign: {count} items")
    says(me, f"{count} changed.")
    me.page.goto(form)
    is_refused(me, "Preview", "This person has no open items")
    return count


@in_each_way
def test_who_takes_a_discipline_has_its_items_of_new_cases_until_all_are_handed_over(in_browser, way):
    made = world.staff()
    world.person(made.team, "ferreira", "L. Ferreira", "coordinator")
    title = Discipline.objects.get(code=NURSE).title

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        say_who_takes_what(me, title)
        open_a_case(me)
        return hand_over(me)

    count = in_browser(journey, java_script_enabled=way.has_scripts)
    items = Case.objects.get().items.filter(assignee__username="ferreira")
    assert set(items.values_list("template_item__discipline__code", flat=True)) == {NURSE}
    assert items.count() == count
    assert Duty.objects.get().person == made.nurse


def add_an_item_of_its_own(me):
    go(me, "Add an item to Diagnosis")
    comes_to(me, "Add an item to Diagnosis")
    is_refused(me, "Add item", "Say what is to be done")
    me.write(me.page.get_by_label("What is to be done"), "Ring the hospice")
    press(me, "Add item")
    says(me, "“Ring the hospice” was added to Diagnosis.")
    me.sees("own-1", "not_started", "Ring the hospice")
    me.do_now("own-1")
    me.sees("own-1", "done", "Done by S. Byrne")


def switch_on(me):
    """Until then it stands among what does not apply."""
    me.press(me.page.locator(".phase[data-phase='5'] summary").filter(has_text="Does not apply now"))
    go(me, "Arrange psychological, social and spiritual support")
    is_refused(me, "It applies to this case", "Say why")
    me.write(me.page.get_by_label("Why does it apply to this case?"), "The family asked.")
    press(me, "It applies to this case")
    says(me, "applies now.")
    go(me, "SM-1")
    me.sees(SUPPORT, "not_started")


@in_each_way
def test_a_case_is_given_an_item_of_its_own_and_one_that_no_rule_decides(in_browser, way):
    made = world.build()

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        page.goto(made.case)
        add_an_item_of_its_own(me)
        switch_on(me)

    in_browser(journey, java_script_enabled=way.has_scripts)
    items = Case.objects.get(reference="SM-1").items
    own = items.get(template_item=None)
    assert (own.phase, own.status) == (Phase.DIAGNOSIS, "done")
    assert items.get(code=SUPPORT).applies_since
    assert AuditEvent.objects.get(action="switch_on").reason == "The family asked."


def add_a_reason(me):
    go_to_team(me)
    go(me, "Reasons", "New reason")
    is_refused(me, "Save", "Enter a label")
    me.write(me.page.get_by_label("Label"), REASON)
    me.mark(me.page.get_by_label("For blocked"))
    press(me, "Save")
    says(me, f"“{REASON}” was saved.")


def take_it_out_of_use(me):
    go_to_team(me)
    go(me, "Reasons", REASON)
    comes_to(me, REASON)
    me.press(me.page.get_by_label("In use"))
    press(me, "Save")
    expect(me.page.get_by_role("row", name=REASON)).to_contain_text("Out of use")
    is_sound(me)


@in_each_way
def test_a_reason_is_offered_while_it_is_in_use_and_stays_where_it_was_given(in_browser, way):
    made = world.build()

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        add_a_reason(me)
        page.goto(made.case)
        me.give_reason(STAGING, "Blocked", REASON)
        me.sees(STAGING, "blocked", REASON)
        take_it_out_of_use(me)
        page.goto(made.case)
        me.sees(STAGING, "blocked", REASON)
        page.goto(f"{made.case}items/establish-primary/1/")
        expect(page.get_by_label("Reason", exact=True).locator("option", has_text=REASON)).to_have_count(0)

    in_browser(journey, java_script_enabled=way.has_scripts)
    reason = ReasonCode.objects.get(label=REASON)
    assert (reason.is_active, ChecklistItem.objects.get(reason=reason).code) == (False, STAGING)


def narrow(me, label, value):
    me.pick(me.page.get_by_label(label), value)
    me.press(me.page.get_by_role("button", name="Apply filters"))


def keep(me, link, name, **who):
    go(me, link)
    comes_to(me, "Save this view")
    is_refused(me, "Save view", "Enter a name")
    me.write(me.page.get_by_label("Name"), name)
    for each in who.values():
        me.pick(me.page.get_by_label("Who sees it"), each)
    press(me, "Save view")
    says(me, f"The view “{name}” was saved.")


def is_modified_and_reset(me):
    modified = me.page.get_by_text("Modified", exact=True)
    expect(modified).to_be_hidden()
    narrow(me, "Status", "On hold")
    expect(modified).to_be_visible()
    is_sound(me)
    go(me, "Reset")
    expect(modified).to_be_hidden()
    expect(me.page.get_by_label("Status")).to_have_value("")


def tabs(me):
    return me.page.get_by_role("navigation", name="Saved views").get_by_role("link")


@in_each_way
def test_a_view_is_kept_and_reset_and_only_seen_by_others_once_it_is_shared(in_browser, way):
    world.build()

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        go(me, "Cases", "All open 2")
        narrow(me, "Primary tumour", "Prostate")
        keep(me, "Save this view", "Mine")
        is_modified_and_reset(me)
        keep(me, "Save as new", "Ours", team="Everybody in Rowan team")
        with me.beside("adeyemi") as colleague:
            go(colleague, "Cases")
            expect(tabs(colleague)).to_have_text(["Ours Rowan team"])
            go(colleague, "Ours Rowan team")
            expect(colleague.page.locator("tbody tr")).to_have_count(1)

    in_browser(journey, java_script_enabled=way.has_scripts)
    kept = SavedView.objects.values_list("name", "team__code", "query")
    assert list(kept) == [
        (name, team, "view=open&site=prostate") for name, team in (("Mine", None), ("Ours", "rowan"))
    ]


def is_named_until_seen(me):
    named = me.page.get_by_role("region", name="Comments that name you")
    expect(named).to_contain_text(COMMENT)
    is_sound(me)
    press(me, "the comment of S. Byrne on SM-1")
    expect(me.page.get_by_role("heading", level=1)).to_have_text("My work")
    expect(named).to_have_count(0)
    is_sound(me)


@in_each_way
def test_who_is_named_in_a_comment_finds_it_in_their_work_until_they_have_seen_it(in_browser, way):
    made = world.staff()
    factories.open_case(made.team, made.version, world.DETAILS)

    def journey(page):
        me = way(page)
        me.sign_in("byrne")
        page.goto("/cases/SM-1/")
        is_refused(me, "Add comment", "Enter a comment")
        me.write(page.get_by_label("Comment", exact=True), COMMENT)
        press(me, "Add comment")
        expect(page.locator("#flash")).to_contain_text("P. Adeyemi")
        with me.beside("adeyemi") as colleague:
            is_named_until_seen(colleague)

    in_browser(journey, java_script_enabled=way.has_scripts)
    assert Mention.objects.get(person=made.nurse).seen_at
