"""The main job, done by two people in a real browser: once with JavaScript, once without."""

import re

import pytest

from tests.browser import world

pytestmark = pytest.mark.django_db(transaction=True)

SINS = ("semirigid", "mechanical", "lytic", "normal", "under_half", "bilateral")


def row(page, code, occurrence=1):
    return page.locator(f"#i-{code}-{occurrence}")


def open_item(page, made, code, occurrence=1):
    page.goto(f"{made.case}items/{code}/{occurrence}/")


def save(page):
    page.locator("#edit").get_by_role("button", name="Save", exact=True).click()


def note_of(page):
    return page.locator("#flash").inner_text()


def find_the_case(page, made):
    reference = made.case.split("/")[2]
    page.get_by_label("Reference").fill(reference)
    page.get_by_role("button", name="Apply filters").click()
    page.get_by_role("link", name=reference, exact=True).click()
    assert page.locator("h1").inner_text() == reference


def tick(page, made):
    row(page, "call-mscc-coordinator-now").get_by_role("button", name="Done now").click()
    assert "marked done" in note_of(page)
    assert row(page, "call-mscc-coordinator-now").get_attribute("data-s") == "done"


def date(page, made):
    open_item(page, made, "notify-mscc-coordinator")
    for name, text in (("day", "1"), ("month", "March"), ("year", "2026"), ("time", "14:32")):
        page.locator(f"[name=response_{name}]").fill(text)
    page.locator("#edit input[name=status][value=done]").check()
    save(page)
    assert re.search(r"1 Mar( 2026)? 14:32", row(page, "notify-mscc-coordinator").inner_text())


def choose(page, made):
    open_item(page, made, "establish-primary")
    page.get_by_label("Biopsy planned").check()
    page.locator("#edit input[name=status][value=done]").check()
    save(page)
    assert "Biopsy planned" in row(page, "establish-primary").inner_text()


def score_sins(page, made):
    open_item(page, made, "sins-assessment")
    for value in SINS[:4] + SINS[4:]:
        page.locator(f"#edit fieldset input[value={value}]").first.check()
    page.locator("#edit input[name=status][value=done]").check()
    save(page)
    assert "SINS 11 of 18, Potentially unstable" in row(page, "sins-assessment").inner_text()


def block_with_a_reason(page, made):
    open_item(page, made, "staging-imaging")
    page.locator("#edit input[name=status][value=blocked]").check()
    save(page)
    assert "There is a problem" in page.locator("main").inner_text()
    page.get_by_label("Reason", exact=True).select_option("awaiting-slot")
    save(page)
    assert "Awaiting a bed" in row(page, "staging-imaging").inner_text()


def not_applicable(page, made):
    open_item(page, made, "consider-alternatives")
    page.locator("#edit input[name=status][value=not_applicable]").check()
    page.get_by_label("Reason", exact=True).select_option("done-elsewhere")
    save(page)
    assert row(page, "consider-alternatives").get_attribute("data-s") == "not_applicable"


def undo(page, made):
    open_item(page, made, "consider-alternatives")
    page.get_by_role("button", name="Undo").first.click()
    page.goto(made.case)
    assert row(page, "consider-alternatives").get_attribute("data-s") == "not_started"


def switch_items_on(page, made):
    page.goto(made.case)
    assert row(page, "treat-hypercalcaemia").count() == 0
    page.goto(f"{made.case}details/")
    page.get_by_label("Hypercalcaemia", exact=True).select_option("present")
    page.locator("main form button.btn").last.click()
    assert "hypercalcaemia" in page.locator("main").inner_text().lower()
    page.get_by_role("button", name=re.compile("Save")).click()
    assert row(page, "treat-hypercalcaemia").count() == 1


def read_the_history(page, made):
    page.goto(f"{made.case}history/")
    told = page.locator("main").inner_text()
    for words in ("S. Byrne", "SINS 11 of 18", "Awaiting a bed", "opened the case"):
        assert words in told


def resolve_a_conflict(page, made):
    """The first person's form is stale; what they typed is kept, and then saved in place of the other's."""
    settings = {"base_url": page.url.split("/cases")[0], "java_script_enabled": made.scripts}
    other = page.context.browser.new_context(**settings).new_page()
    world.sign_in(other, "adeyemi")
    for person in (page, other):
        open_item(person, made, "mdt-noms-discussion")
    other.locator("#edit [name=note]").fill("Unsteady on stairs since yesterday.")
    save(other)
    page.locator("#edit [name=note]").fill("Brace refitted, skin intact.")
    save(page)
    said = page.locator("main").inner_text()
    assert "P. Adeyemi changed this while you were editing" in said
    assert "Unsteady on stairs since yesterday." in said
    assert "Brace refitted, skin intact." in page.content()
    page.get_by_role("button", name=re.compile("Save mine")).click()
    open_item(page, made, "mdt-noms-discussion")
    assert page.locator("#edit [name=note]").input_value() == "Brace refitted, skin intact."
    other.context.close()


STEPS = (
    find_the_case, tick, date, choose, score_sins, block_with_a_reason, not_applicable, undo, switch_items_on,
    resolve_a_conflict, read_the_history,
)  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_people_work_a_case(in_browser, scripts):
    made = world.build()
    made.scripts = scripts

    def journey(page):
        world.sign_in(page, "byrne")
        for step in STEPS:
            step(page, made)

    in_browser(journey, java_script_enabled=scripts)


def test_a_case_is_opened_with_a_preview(in_browser):
    world.build()

    def journey(page):
        world.sign_in(page, "byrne")
        page.get_by_role("link", name="New case").click()
        page.get_by_label("Primary tumour").select_option("breast")
        page.get_by_label("Spinal cord or cauda equina compression").select_option("suspected")
        page.locator("main form button.btn").last.click()
        preview = page.locator("main").inner_text()
        assert "Obtain whole-spine MRI within 24 hours" in preview
        page.get_by_role("button", name=re.compile("Create")).click()
        assert page.locator("h1").inner_text() == "SM-4"
        assert "opened" in note_of(page)

    in_browser(journey, java_script_enabled=False)
