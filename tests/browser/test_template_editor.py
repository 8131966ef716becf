"""An editor's work in the outline of a draft, with a mouse, with keys alone, and without scripts."""

import pytest
from playwright.sync_api import expect

from pathways.permissions import as_system
from pathways.services import people
from pathways.services.template_life import start_draft
from tests.browser import world
from tests.browser.hands import Keyboard, Mouse
from tests.browser.harness import FAILURES
from tests.browser.rows import another

pytestmark = pytest.mark.django_db(transaction=True)

DRAFT = "/templates/spinal-metastases/draft/"
WAYS = {"mouse": (Mouse, True), "keyboard": (Keyboard, True), "without scripts": (Mouse, False)}


@pytest.fixture
def prepared():
    made = world.staff()
    for username, name in (("haddad", "E. Haddad"), ("quinn", "R. Quinn")):
        people.create_person(
            by=as_system(),
            username=username,
            display_name=name,
            password=world.PASSWORD,
            is_pathway_editor=True,
        )
    start_draft(by=as_system(), template=made.version.template)


def hears(page, words, has_scripts):
    where = page.locator("#live" if has_scripts else "#flash")
    expect(where).to_contain_text(words)


def row(page, title):
    return page.locator("#outline .item").filter(has=page.locator(".t", has_text=title))


def titles(page, phase="diagnosis"):
    return page.locator(f"#p-{phase} .item:not([data-removed]) .t")


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_editor_adds_edits_reorders_moves_removes_and_takes_back(in_browser, prepared, way):
    hands, has_scripts = way

    def journey(page):
        me = hands(page)
        world.sign_in(page, "haddad")
        page.goto(DRAFT)
        count = titles(page).count()
        me.write(page.get_by_label("New item in Diagnosis"), "Fit the brace")
        page.keyboard.press("Enter")
        hears(page, "added at the end of Diagnosis", has_scripts)
        expect(page.get_by_label("New item in Diagnosis")).to_have_value("")
        added = row(page, "Fit the brace")
        expect(added.get_by_text("New", exact=True)).to_be_visible()

        me.press(added.get_by_role("link", name="Edit"))
        title = page.get_by_label("Title", exact=True)
        me.write(title, "Fit a brace")
        me.press(page.get_by_role("button", name="Save", exact=True))
        hears(page, "“Fit a brace” saved", has_scripts)
        changed = row(page, "Fit a brace")
        if has_scripts:
            expect(changed.get_by_role("link", name="Edit")).to_be_focused()

        up = changed.get_by_role("button", name="up")
        me.press(up)
        hears(page, f"moved, now {count} of {count + 1}", has_scripts)
        expect(titles(page).nth(count - 1)).to_contain_text("Fit a brace")
        if has_scripts:
            expect(up).to_be_focused()
            page.keyboard.press("Space")
            page.keyboard.press("Space")
            hears(page, f"now {count - 2} of {count + 1}", has_scripts)
            expect(up).to_be_focused()

        me.press(changed.get_by_role("link", name="More"))
        me.pick(page.get_by_label("Move to phase"), "6 Monitoring and follow-up")
        me.write(page.get_by_label("Place in it"), "1")
        me.press(page.get_by_role("button", name="Move “Fit a brace”", exact=True))
        hears(page, "moved to Monitoring and follow-up", has_scripts)
        expect(titles(page, "follow_up").first).to_contain_text("Fit a brace")
        expect(titles(page)).to_have_count(count)

        me.press(changed.get_by_role("link", name="More"))
        me.press(page.get_by_role("button", name="Remove “Fit a brace”"))
        hears(page, "removed", has_scripts)
        expect(page.locator("#outline del")).to_have_text("Fit a brace")
        me.press(page.get_by_role("button", name="Undo removing “Fit a brace”"))
        hears(page, "is back", has_scripts)

    in_browser(journey, java_script_enabled=has_scripts)


@pytest.mark.parametrize("has_scripts", [True, False], ids=["mouse", "without scripts"])
def test_two_editors_of_one_item_both_keep_what_they_wrote(in_browser, prepared, has_scripts):
    def journey(page):
        world.sign_in(page, "haddad")
        page.goto(DRAFT)
        open_form(page)
        colleague = another(page, "quinn", world.sign_in)
        colleague.goto(f"{DRAFT}items/record-presentation/")
        write(colleague, "Their words")
        write(page, "My own words")
        heading = page.get_by_role("heading", name="R. Quinn changed this while you were editing")
        expect(heading).to_be_visible()
        if has_scripts:
            expect(heading).to_be_focused()
        page.get_by_role("button", name="Save mine instead").click()
        expect(row(page, "My own words")).to_be_visible()
        colleague.context.close()

    def open_form(page):
        row(page, "Record presenting symptoms, onset and red flags").get_by_role("link", name="Edit").click()

    def write(page, title):
        page.get_by_label("Title", exact=True).fill(title)
        page.get_by_role("button", name="Save", exact=True).click()
        if title == "Their words":
            expect(page.locator("#outline")).to_contain_text("Their words")

    in_browser(journey, java_script_enabled=has_scripts)


def test_rules_are_built_from_controls_that_fit_and_said_in_words(in_browser, prepared):
    def journey(page):
        world.sign_in(page, "haddad")
        page.goto(DRAFT)
        row(page, "Establish the primary tumour and its histology").get_by_role("link", name="Edit").click()
        page.get_by_label("Requirement").select_option("conditional")
        page.get_by_label("Field 1").select_option(label="Spinal cord or cauda equina compression")
        page.get_by_label("Comparison 1").select_option(label="is one of")
        page.get_by_label("Suspected", exact=True).check()
        expect(
            page.get_by_text("In words: Spinal cord or cauda equina compression is Suspected")
        ).to_be_visible()
        expect(page.get_by_label("Suspected", exact=True)).to_be_focused()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#p-diagnosis .m", has_text="compression is Suspected").last).to_be_visible()

    in_browser(journey, allowed=FAILURES)  # htmx tells the console of a request that a later one replaced


def test_a_row_can_be_dragged_to_another_place(in_browser, prepared):
    def journey(page):
        world.sign_in(page, "haddad")
        page.goto(DRAFT)
        first = titles(page).first.inner_text()
        page.locator("#p-diagnosis .no").first.drag_to(page.locator("#p-diagnosis .item").nth(2))
        hears(page, "moved, now", True)
        expect(titles(page).first).not_to_have_text(first)

    in_browser(journey)


def test_what_could_not_be_sent_is_said_and_kept(in_browser, prepared):
    def journey(page):
        world.sign_in(page, "haddad")
        page.goto(DRAFT)
        page.locator("#p-diagnosis").get_by_role("link", name="Edit 1.2").click()
        page.get_by_label("Title", exact=True).fill("Still here")
        page.route("**/items/**", lambda route: route.abort())
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
        expect(page.get_by_label("Title", exact=True)).to_have_value("Still here")
        page.keyboard.press("Escape")

    in_browser(journey, allowed=FAILURES)
