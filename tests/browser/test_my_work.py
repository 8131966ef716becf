"""A person's work over all their cases: with a mouse, with a keyboard alone, and without scripts."""

import pytest
from playwright.sync_api import expect

from pathways.models import ChecklistItem, Discipline
from pathways.services import checklists
from tests import factories
from tests.browser import world
from tests.browser.rows import another, choose, has_focus, has_status, is_at_rest, poll, press
from tests.browser.test_journeys import in_each_way  # noqa: F401
from tests.browser.ways import InRows

pytestmark = pytest.mark.django_db(transaction=True)

TICK, BLOCKED, FREE = "call-mscc-coordinator-now", "map-levels-escc", "establish-primary"


@pytest.fixture
def made():
    made = world.staff()
    case = factories.open_case(made.team, made.version, world.DETAILS)
    for code in (TICK, BLOCKED):
        item = factories.item(case, code)
        checklists.assign_item(by=made.lead, item=item, seen=item.version, assignee=made.nurse)
    made.case = case
    return made


def settle_and_take_back(me):
    me.do_now(TICK)
    expect(me.row(TICK)).to_have_attribute("data-s", "done")
    me.hears("marked done")
    if isinstance(me, InRows):
        me.goes_on_from(TICK, "more")
    me.undo(TICK)
    expect(me.row(TICK)).to_have_attribute("data-s", "not_started")


def block(me):
    me.give_reason(BLOCKED, "Blocked", "Awaiting a bed, theatre or scanner slot")
    expect(me.row(BLOCKED)).to_have_attribute("data-s", "blocked")


def take(me):
    me.press(me.row(FREE).get_by_role("button", name="Take this"))
    expect(me.row(FREE).locator(".who")).to_contain_text("You")


def open_in_its_case(me):
    me.follow(me.row(TICK).locator(".m a").first)
    expect(me.page.locator(f"#i-{TICK}-1")).to_be_in_viewport()


def test_a_day_is_worked_from_one_page(in_each_way, made):  # noqa: F811
    discipline = Discipline.objects.get(code=factories.item(made.case, FREE).template_item.discipline.code)
    world.person(made.team, "okafor", "Dr R. Okafor", "member", discipline)

    def journey(me):
        me.at = f"{made.case.reference}-"
        me.sign_in("adeyemi")
        expect(me.page.get_by_role("heading", level=1)).to_have_text("My work")
        with me.staying():
            settle_and_take_back(me)
            block(me)
        open_in_its_case(me)
        with me.beside("okafor") as other:
            other.at = me.at
            take(other)

    in_each_way(journey)
    statuses = dict(ChecklistItem.objects.filter(case=made.case, occurrence=1).values_list("code", "status"))
    assert (statuses[TICK], statuses[BLOCKED]) == ("not_started", "blocked")
    assert factories.item(made.case, FREE).assignee.username == "okafor"


def test_what_others_do_comes_in_and_what_one_is_at_stays(in_browser):
    case = world.build().case
    mine, done, blocked = "sins-assessment", "notify-mscc-coordinator", "mri-whole-spine-24h"

    def journey(page):
        world.sign_in(page, "adeyemi")
        reference = case.split("/")[2]
        row = lambda code: page.locator(f"#{reference}-i-{code}-1")  # noqa: E731
        expect(row(blocked)).to_have_count(0)
        assert poll(page) == 204
        row(mine).locator(".more").press("Enter")
        expect(page.locator("#menu-of")).to_be_visible()
        is_at_rest(page)
        page.locator("#menu").get_by_text("Comment…").press("Enter")
        expect(row(mine).locator("textarea")).to_be_focused()
        row(mine).locator("textarea").fill("Half a sentence")
        page.locator(f"#{reference}-i-{done}-1-go").press("Enter")
        expect(row(done)).to_have_attribute("data-s", "done")
        is_at_rest(page)
        other = another(page, "byrne", world.sign_in)
        other.goto(case)
        press(other, blocked, "go")
        has_status(other, blocked, "in_progress")
        choose(other, mine, "Assign to me")
        expect(other.locator(f"#i-{mine}-1 .who")).to_contain_text("You")
        other.context.close()
        assert poll(page) == 200
        expect(row(blocked)).to_have_attribute("data-s", "in_progress")
        expect(row(mine).locator("textarea")).to_have_value("Half a sentence")
        has_focus(page, f"{reference}-i-{done}-1-more")
        is_at_rest(page)
        row(done).get_by_role("button", name="Undo").press("Enter")
        expect(row(done)).to_have_attribute("data-s", "not_started")
        is_at_rest(page)
        assert poll(page) == 200
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        expect(row(done)).to_be_visible()
        expect(row(mine)).to_have_count(0)

    in_browser(journey)
