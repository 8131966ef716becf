"""axe finds nothing on the dashboards and on the pages of teams and reasons, in any mode."""

import pytest

from pathways.views.dashboard_pages import PAGES
from tests.browser import world
from tests.browser.harness import FAILURES
from tests.browser.looking import follow, look_in_every_mode, visit

pytestmark = pytest.mark.django_db(transaction=True)

UNFOLD = "for (const each of document.querySelectorAll('details')) each.open = true"
TEAM = "/people/teams/rowan/"


def dashboards(page, made):
    """With every table unfolded; then the rows behind a number, and one case over time."""
    world.sign_in(page, "byrne")
    drawn = 0
    for name in ("phase-progress", *PAGES, "time-in-phase/?split=site"):
        page.goto(f"/dashboards/{name}" if "?" in name else f"/dashboards/{name}/")
        page.evaluate(UNFOLD)
        drawn += page.locator("main section a[href*=row], main .bars a").count() > 0
        yield
    assert drawn > len(PAGES) / 2
    page.goto("/dashboards/team/")
    follow(page, page.locator(".figure .seg a").first)
    yield
    page.goto(f"{made.case}over-time/")
    page.evaluate(UNFOLD)
    yield


def teams(page, made):
    """A team's duties, giving work on, reasons, a saved view, an item of one case; what was done at once."""
    world.sign_in(page, "byrne")
    yield from visit(page, TEAM, f"{TEAM}reassign/", "/people/reasons/", "/people/reasons/new/")
    follow(page, page.locator("main form button.btn").last)
    yield
    page.goto("/people/reasons/")
    follow(page, page.locator("main table a").first)
    yield
    yield from visit(page, "/cases/views/new/?view=open", f"{made.case}phases/pain/items/new/")
    follow(page, page.locator("main form button.btn").last)
    yield
    page.goto(f"{made.case}items/radionuclide-therapy/1/")
    yield
    page.goto(f"{made.case}phases/diagnosis/bulk/")
    page.locator("main input[type=checkbox]").first.check()
    yield


@pytest.mark.parametrize("pages", [dashboards, teams], ids=lambda pages: pages.__name__)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(in_browser, pages):
    made = world.build()

    def journey(page):
        return [line for within in pages(page, made) for line in look_in_every_mode(page, within or "html")]

    assert in_browser(journey, allowed=FAILURES) == []
