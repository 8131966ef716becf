"""On paper each page says which case it shows, who printed it and when, and from which template version."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.utils import timezone
from pypdf import PdfReader

from pathways.clocks import show_time
from pathways.models import Case
from pathways.services import checklists
from tests import factories
from tests.browser import world

pytestmark = pytest.mark.django_db(transaction=True)

VERSION = "Spinal metastases care pathway, version 1"
DEMONSTRATION = "Demonstration only. All cases are invented. Not for use in the care of any person."
FOR_THE_SCREEN = (
    "Skip to", "Dashboards", "Find a case", "Sign out", "About this demonstration", "Put on hold",
    "Close case", "Start phase", "Done now", "Add comment",
)  # fmt: skip
FOR_THE_SCREEN_OF_AN_ITEM = ("It happened at another time", "Save", "Person", "Due time", "Add comment")
FOR_THE_SCREEN_OF_WORK = ("Refresh", "Waiting on others", "Done this week", "Take this", "Record…", "Seen")
ITEM = "items/analgesic-plan/1/"
LINE = 8
ROW = ".item > :first-child"
LAST_WORDS = "Last words of the note."
A4 = {"width": "210mm", "height": "297mm"}
MANY_PAGES = {"width": "210mm", "height": "118mm"}


def read(pdf):
    """The pages of the file: the words of each, and how high above the edge its lines stand, in points."""
    return [page_of(each) for each in PdfReader(BytesIO(pdf)).pages]


def page_of(sheet):
    lines = []

    def hear(text, matrix, text_matrix, *_):
        if text.strip():
            lines.append((text_matrix[4] * matrix[1] + text_matrix[5] * matrix[3] + matrix[5], text.strip()))

    return SimpleNamespace(words=joined(sheet.extract_text(visitor_text=hear)), lines=sorted(lines))


def joined(text):
    """Without any space: a line ends elsewhere on paper than on the screen."""
    return "".join(text.split())


def in_words(pages):
    return "".join(page.words for page in pages)


def printed(page, address, paper=A4):
    page.goto(address)
    return read(page.pdf(**paper))


@pytest.fixture
def made():
    """The small world, with a note and a comment of many lines on one item."""
    made = world.build()
    made.reference = made.case.split("/")[2]
    case = Case.objects.get(reference=made.reference)
    item = factories.item(case, "analgesic-plan")
    nurse = case.team.memberships.get(user__username="adeyemi").user
    made.note = "Family present at the bedside, plan explained twice. " * 20 + LAST_WORDS
    checklists.record_item(by=nurse, item=item, seen=item.version, status="in_progress", note=made.note)
    checklists.add_comment(by=nurse, case=case, text=made.note)
    return made


@pytest.mark.parametrize(("part", "at_least"), [("", 4), (ITEM, 2), ("history/", 2)])
def test_every_page_says_which_case_who_when_which_version_and_that_it_is_invented(
    in_browser, made, part, at_least
):
    def journey(page):
        world.sign_in(page, "byrne")
        return printed(page, made.case + part)

    times = [show_time(timezone.now())]
    pages = in_browser(journey, java_script_enabled=False)
    times.append(show_time(timezone.now()))
    assert len(pages) >= at_least
    for number, page in enumerate(pages, 1):
        assert page.words.startswith(f"{number}/{len(pages)}")
        assert joined(DEMONSTRATION) in page.words
        told = [joined(f"{made.reference} {VERSION} Printed by S. Byrne, {time}") for time in times]
        assert any(each in page.words for each in told)
        alone = joined(f"{number}/{len(pages)} {DEMONSTRATION}")
        assert sorted(foot_of(page)) in [sorted(alone + each) for each in told]


def foot_of(page):
    """The letters of the foot, and of what would stand under it or touch it."""
    top = next(height for height, text in page.lines if text.startswith("Printed by"))
    return joined("".join(text for height, text in page.lines if height < top + LINE))


def test_a_case_sheet_holds_each_row_whole_with_its_status_in_words(in_browser, made):
    def journey(page):
        world.sign_in(page, "byrne")
        return printed(page, made.case, MANY_PAGES), *words_of(page, ROW, ".rail li", ".rest li")

    pages, rows, phases, resting = in_browser(journey)
    assert len(rows) > 30
    assert len(phases) == 6
    assert resting
    assert [row for row in rows if not any(row in page.words for page in pages)] == []
    for status in ("Notstarted", "Inprogress", "Blocked", "Done", "Notapplicable", "Notdone"):
        assert any(status in row for row in rows)
    assert [each for each in phases + resting if each not in in_words(pages)] == []
    assert joined(LAST_WORDS) in in_words(pages)


def test_no_phase_begins_at_the_bottom_of_a_page_without_a_row(in_browser, made):
    def journey(page):
        world.sign_in(page, "byrne")
        return printed(page, made.case, MANY_PAGES), *words_of(
            page, ".goal", ".item:first-child > :first-child"
        )

    pages, goals, first_rows = in_browser(journey)
    assert len(goals) == len(first_rows) == 6
    for goal, row in zip(goals, first_rows, strict=True):
        assert any(goal in page.words and row in page.words for page in pages), goal


def words_of(page, *selectors):
    return [list(map(joined, page.locator(each).all_text_contents())) for each in selectors]


@pytest.mark.parametrize("part", ["", ITEM])
def test_what_is_for_the_screen_is_not_printed(in_browser, made, part):
    words = FOR_THE_SCREEN_OF_AN_ITEM if part else FOR_THE_SCREEN

    def journey(page):
        world.sign_in(page, "byrne")
        pages = printed(page, made.case + part)
        return in_words(pages), joined(page.locator("body").inner_text())

    paper, screen = in_browser(journey)
    assert [each for each in words if joined(each) not in screen] == []
    assert [each for each in words if joined(each) in paper] == []


def test_the_work_of_a_person_prints_as_a_list_with_who_and_when(in_browser, made):
    def journey(page):
        world.sign_in(page, "adeyemi")
        pages = printed(page, "/")
        return pages, *words_of(page, ROW)

    pages, rows = in_browser(journey)
    assert rows
    assert [row for row in rows if row not in in_words(pages)] == []
    for page in pages:
        assert joined("Printed by P. Adeyemi, ") in page.words
        assert joined(DEMONSTRATION) in page.words
        assert [each for each in FOR_THE_SCREEN_OF_WORK if joined(each) in page.words] == []


def test_a_history_prints_with_its_folded_notes_open(in_browser, made):
    """The note stands once in the comment and once, on the screen folded away, among the changes."""

    def journey(page):
        world.sign_in(page, "byrne")
        pages = printed(page, f"{made.case}history/")
        return in_words(pages), joined(page.locator("main").inner_text())

    paper, screen = in_browser(journey)
    assert screen.count(joined(made.note)) == 1
    assert paper.count(joined(made.note)) == 2


def test_dark_colours_stay_on_the_screen(in_browser, made):
    colour = "getComputedStyle(document.querySelector('h1')).color"

    def journey(page):
        world.sign_in(page, "byrne")
        page.goto(made.case)
        found = []
        for medium, scheme in (("screen", "light"), ("screen", "dark"), ("print", "dark")):
            page.emulate_media(media=medium, color_scheme=scheme)
            found.append(page.evaluate(colour))
        return found

    light, dark, paper = in_browser(journey)
    assert dark != light
    assert paper == light
