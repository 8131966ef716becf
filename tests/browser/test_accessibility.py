"""axe finds nothing on any page, whatever is open in it, in any mode, and no page scrolls sideways."""

import pytest
from playwright.sync_api import expect

from pathways.permissions import as_system
from pathways.services import people
from tests.browser import world
from tests.browser.harness import FAILURES
from tests.browser.looking import AT_WORK, follow, look, look_in_every_mode, visit
from tests.browser.rows import (
    another,
    answer_as,
    choose,
    is_settled,
    open_menu,
    open_panel,
    press,
    row,
    save,
    slot,
)

pytestmark = pytest.mark.django_db(transaction=True)

ITEMS = (
    "sins-assessment", "mri-whole-spine-24h", "baseline-bloods-calcium", "establish-primary",
    "staging-imaging", "mdt-noms-discussion", "warning-signs-advice", "pain-score",
)  # fmt: skip
PANELS = {"record-presentation": "Assign…", "classify-pain": "Due…", "follow-up-plan": "Comment…"}
CHANGED = "analgesic-plan"
STAFF = {
    "haddad": {"display_name": "E. Haddad", "is_pathway_editor": True},
    "quinn": {"display_name": "R. Quinn", "is_pathway_editor": True},
    "varga": {"display_name": "T. Varga", "is_auditor": True},
}
DRAFT = "/templates/spinal-metastases/draft/"
VOCABULARY = ("rehearse/", "fields/", "fields/cord_compression/")
FORM = "section[aria-labelledby=record] form[data-guard]"


def lists(page, made):
    page.goto("/sign-in/")
    yield
    world.sign_in(page, "byrne")
    views = [f"/cases/?view={view}" for view in ("attention", "mine", "open", "closed")]
    others = ["/about/", "/nowhere/", "/dashboards/phase-progress/", "/cases/?q=ZZ-9", "/cases/?page=junk"]
    others += ["/help/", "/preferences/"]
    yield from visit(page, *others, *views)
    at_once = "/cases/bulk/?case=SM-1"
    doing = f"{at_once}&step=preview&kind=assign&what=i-"
    yield from visit(page, at_once, doing, "/cases/SM-1/phases/diagnosis/bulk/")
    page.goto("/cases/?view=open")
    for reference in ("SM-1", "ZZ-9"):
        page.get_by_label("Reference").fill(reference)
        page.get_by_role("button", name="Apply filters").press("Enter")
        page.wait_for_url(f"**q={reference}*")
        yield "#results"


def gallery(page, made):
    world.sign_in(page, "haddad")
    yield from visit(page, "/gallery/")


def audit(page, made):
    world.sign_in(page, "varga")
    reviewing = f"/audit/review/?q={made.case.split('/')[2]}"
    yield from visit(
        page, "/audit/", "/audit/?view=table", "/audit/?action=record_item&who=nobody", reviewing
    )
    follow(page, page.get_by_role("button", name="Mark as reviewed"))
    yield


def case_pages(page, made):
    world.sign_in(page, "byrne")
    parts = [f"{made.case}{each}/" for each in ("details", "history", "hold", "close")]
    yield from visit(page, made.case, made.closed, made.held, *parts, f"{made.held}reopen/")
    yield from visit(page, f"{made.case}history/?view=table")
    page.goto(f"{made.case}details/")
    page.get_by_label("Pain severity (team summary)").select_option("mild")
    follow(page, page.locator("main form button.btn").last)
    yield
    page.goto(f"{made.case}history/")
    follow(page, page.locator("time a").last)
    page.locator(".past summary").click()
    yield
    follow(page, page.get_by_role("link", name="Compare with now"))
    yield


def new_case(page, made):
    world.sign_in(page, "byrne")
    yield from visit(page, "/cases/new/", "/cases/new/?template=spinal-metastases")
    follow(page, page.locator("main form button.btn").last)
    yield


def items(page, made):
    world.sign_in(page, "byrne")
    yield from visit(
        page, *[f"{made.case}items/{code}/1/" for code in ITEMS], f"{made.case}items/pain-score/2/"
    )
    page.goto(f"{made.case}items/sins-assessment/1/")
    follow(page, page.locator(FORM).get_by_role("button", name="Save as done"))
    yield


def conflicts(page, made):
    """A stale form of an item and one of the details, after a colleague has saved the same."""
    world.sign_in(page, "byrne")
    base = page.url.split("/cases")[0]
    colleague = page.context.browser.new_context(base_url=base).new_page()
    world.sign_in(colleague, "adeyemi")
    for person in (page, colleague):
        person.goto(f"{made.case}items/mdt-noms-discussion/1/")
    for person, note in ((colleague, "Unsteady on stairs."), (page, "Brace refitted.")):
        person.locator(FORM).get_by_label("Note").fill(note)
        follow(person, person.locator(FORM).get_by_role("button", name="Save", exact=True))
    page.get_by_text("Nothing you wrote has been lost").first.wait_for()
    yield
    for person, severity in ((page, "mild"), (colleague, "moderate")):
        person.goto(f"{made.case}details/")
        person.get_by_label("Pain severity (team summary)").select_option(severity)
        follow(person, person.locator("main form button.btn").last)
    for person in (colleague, page):
        follow(person, person.get_by_role("button", name="Save", exact=True))
    page.get_by_text("Nothing you wrote has been lost").first.wait_for()
    yield
    page.goto(made.case)
    colleague.goto(made.case)
    press(colleague, "call-mscc-coordinator-now", "go")
    is_settled(colleague, "call-mscc-coordinator-now")
    colleague.context.close()
    page.evaluate("htmx.trigger('#case-live', 'app:poll')")
    page.locator("#news summary").press("Enter")
    yield "#case-live"


def my_work(page, made):
    """Rows of each group with a menu, a form and a refusal open, and a comment that names the person."""
    world.sign_in(page, "adeyemi")
    yield from visit(page, "/?tab=done", "/?tab=waiting", "/")
    page.locator("[id$=sins-assessment-1-go]").press("Enter")
    save(page.locator(".slot .panel"), "Save as done")
    expect(page.locator("[id$=errors]")).to_have_count(1)
    page.locator("[id$=notify-mscc-coordinator-1-go]").press("Enter")
    expect(page.locator("[id$=notify-mscc-coordinator-1-undo]")).to_be_visible()
    yield
    page.locator("[id$=notify-mscc-coordinator-1-more]").press("Enter")
    expect(page.locator("#menu-of")).to_be_visible()
    yield "#menu"


def rows_at_work(page, made):
    """All that opens in a row, in many rows at once; then the menu, which is open for one at a time."""
    world.sign_in(page, "byrne")
    page.goto(made.case)
    for code in ITEMS[:-1]:
        open_panel(page, code, "All fields…")
    page.locator("#i-pain-score-2-go").press("Enter")
    for code, words in PANELS.items():
        open_panel(page, code, words)
    press(page, CHANGED, "log")
    choose(page, "oncology-plan", "Blocked…", "Other")
    choose(page, "rehab-goals", "Assign to me")
    expect(page.locator("#i-rehab-goals-1-undo")).to_be_visible()
    slot(page, "oncology-plan").get_by_label("More about the reason").fill("Unsaved")
    page.keyboard.press("Escape")
    expect(page.locator(".slot .panel")).to_have_count(len(ITEMS) + len(PANELS) + 2)
    yield AT_WORK
    open_menu(page, "establish-primary")
    yield "#menu"
    for each in range(page.locator("#menu summary").count()):
        page.locator("#menu summary").nth(each).press("Enter")
        yield "#menu"


def refusals_and_failures(page, made):
    """What was refused, changed elsewhere, merged or not sent, in its row or under the heading."""
    world.sign_in(page, "byrne")
    page.goto(made.case)
    codes = {"edit": "sins-assessment", "stale": "mdt-noms-discussion", "merged": "establish-primary"}
    for code in codes.values():
        open_panel(page, code, "All fields…")
    colleague = another(page, "adeyemi", world.sign_in)
    colleague.goto(made.case)
    open_panel(colleague, codes["stale"], "All fields…").get_by_label("Note").fill("Unsteady on stairs.")
    save(slot(colleague, codes["stale"]))
    expect(row(colleague, codes["stale"])).to_contain_text("Unsteady")
    choose(colleague, codes["merged"], "Assign to me")
    expect(row(colleague, codes["merged"]).locator(".who")).to_contain_text("You")
    colleague.context.close()
    save(slot(page, codes["edit"]), "Save as done")
    is_settled(page, codes["edit"])
    for code in (codes["stale"], codes["merged"]):
        slot(page, code).get_by_label("Note").fill("Brace refitted.")
        save(slot(page, code))
        is_settled(page, code)
    open_panel(page, "follow-up-plan", "Due…").get_by_label("Day").fill("40")
    save(slot(page, "follow-up-plan"), "Set due time")
    is_settled(page, "follow-up-plan")
    choose(page, "clinical-review", "Not applicable…", "Contraindicated…")
    save(slot(page, "clinical-review"))
    is_settled(page, "clinical-review")
    open_panel(page, "analgesic-plan", "Comment…")
    save(slot(page, "analgesic-plan"), "Add comment")
    expect(page.locator("[id$=errors]")).to_have_count(4)
    answer_as(page, page.request.get("/nowhere/", headers={"HX-Request": "true"}))
    press(page, "mri-whole-spine-24h", "log")
    expect(page.locator("#flash .note")).to_be_visible()
    page.unroute("**/items/**")
    page.route("**/items/**", lambda route: route.abort())
    press(page, "relieve-severe-pain-now", "go")
    press(page, "mri-whole-spine-24h", "log")
    expect(page.locator(".failed")).to_have_count(2)
    page.unroute("**/items/**")
    page.context.clear_cookies(name="sessionid")
    press(page, "notify-mscc-coordinator", "go")
    expect(page.locator(".failed")).to_have_count(3)
    yield AT_WORK
    row(page, codes["stale"]).get_by_text("Edit mine").press("Enter")
    yield AT_WORK


def templates(page, made):
    """Pages of pathway templates, as their editor sees them."""
    world.sign_in(page, "haddad")
    base = "/templates/spinal-metastases/"
    page.goto(base)
    follow(page, page.get_by_role("button", name="Edit as draft"))
    yield from visit(page, "/templates/", base, "/templates/new/", f"{base}v1/", f"{base}move-cases/")
    yield from visit(page, f"{base}compare/", f"{base}v1/retire/", f"{base}publish/")
    yield from visit(page, f"{base}import/", "/templates/import/")
    yield from visit(page, *(f"{base}draft/{each}" for each in VOCABULARY))
    follow(page, page.get_by_role("button", name="Take it out of the draft"))
    yield
    page.goto(f"{base}publish/")
    follow(page, page.get_by_role("button", name="Publish v2"))
    yield


def a_draft_at_work(page, made):
    """Forms, a refusal, something removed and a conflict between two editors, in the outline of a draft."""
    world.sign_in(page, "haddad")
    page.goto("/templates/spinal-metastases/")
    follow(page, page.get_by_role("button", name="Edit as draft"))
    yield from visit(page, f"{DRAFT}phases/pain/")
    page.goto(DRAFT)
    open_in_outline(page, "Edit 1.6")
    open_in_outline(page, "More for 1.7")
    page.locator("#p-pain form.add input[name=title]").press("Enter")
    expect(page.locator("#p-pain-add-error")).to_be_visible()
    open_in_outline(page, "More for 3.1")
    page.locator("#p-stabilisation .slot").get_by_role("button", name="Remove").press("Enter")
    expect(page.locator("#outline del")).to_be_visible()
    yield "#outline"
    colleague = another(page, "quinn", world.sign_in)
    for person in (colleague, page):
        person.goto(DRAFT)
        open_in_outline(person, "Edit 2.1")
    for person, title in ((colleague, "Theirs"), (page, "Mine")):
        person.get_by_label("Title", exact=True).fill(title)
        person.locator("#p-pain .slot").get_by_role("button", name="Save", exact=True).press("Enter")
        expect(person.locator("#p-pain").get_by_text(title).first).to_be_visible()
    colleague.context.close()
    page.get_by_text("Edit mine").press("Enter")
    yield "#p-pain"


def open_in_outline(page, name):
    page.get_by_role("link", name=name, exact=True).press("Enter")
    expect(page.locator(".item:has(:focus) .slot > *")).to_be_visible()


@pytest.mark.parametrize(
    "pages",
    [
        lists,
        gallery,
        audit,
        case_pages,
        new_case,
        items,
        templates,
        a_draft_at_work,
        conflicts,
        my_work,
        rows_at_work,
        refusals_and_failures,
    ],
    ids=lambda pages: pages.__name__,
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(in_browser, pages):
    """Each page once, in every mode; the generators stop where there is something, or name a part of it."""
    made = world.build()
    for username, traits in STAFF.items():
        people.create_person(by=as_system(), username=username, password=world.PASSWORD, **traits)

    def journey(page):
        return [line for within in pages(page, made) for line in look_in_every_mode(page, within or "html")]

    assert in_browser(journey, allowed=FAILURES) == []


def test_an_observers_pages_are_as_clean(in_browser):
    made = world.build()

    def journey(page):
        world.sign_in(page, "moreau")
        found = []
        for address in (made.case, f"{made.case}items/pain-score/1/", f"{made.case}details/", "/cases/new/"):
            page.goto(address)
            found += look(page, "light")
        return found

    assert in_browser(journey) == []
