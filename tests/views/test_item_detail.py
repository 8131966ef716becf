"""The page of one item: what it asks, what it knows, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.enums import Anchor, Basis, ItemStatus, Requirement
from pathways.permissions import as_system
from pathways.services import cases, checklists, templates
from tests import factories
from tests.views.desk import NOW, item_url, markup, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=NOW - timedelta(hours=5))


@pytest.fixture
def look(client, member):
    """look(case, "tick") gets the page of an item as a member of the team, or as someone else."""

    def get(case, code, occurrence=1, by=member):
        client.force_login(by)
        return client.get(item_url(factories.item(case, code, occurrence)))

    return get


@pytest.fixture
def record(member):
    def save(case, code, status="done", occurrence=1, by=member, **kwargs):
        item = factories.item(case, code, occurrence)
        return checklists.record_item(by=by, item=item, seen=item.version, status=status, **kwargs)

    return save


def controls(page, kind):
    return re.findall(rf'<input[^>]*type="{kind}"[^>]*name="(response_\w+)"', markup(page))


def checked(page):
    return re.findall(r'name="([\w]+)" value="([\w-]+)"[^>]* checked', markup(page))


def test_each_kind_of_response_has_its_controls(look, team, case):
    suspected = factories.open_case(team, details={"cord_compression": "suspected"})
    assert controls(look(case, "choice"), "radio") == ["response_value"] * 2
    assert controls(look(suspected, "several"), "checkbox") == ["response_value"] * 2
    assert (
        'name="response_value" value="" size="12" inputmode="decimal"'
        in look(case, "number").content.decode()
    )
    assert '<textarea id="i-text-1-response_value"' in look(case, "text").content.decode()
    assert "response_" not in look(case, "tick").content.decode()


def test_a_number_names_its_unit_and_range(look, case):
    page = text(look(case, "number"))
    assert "Value (mmol/L)" in page
    assert "Between 1.0 and 5.0" in page


def test_a_date_asks_for_a_time_only_where_the_target_is_in_hours(look, case):
    assert 'name="response_time"' in look(case, "date").content.decode()
    assert 'name="response_time"' not in look(case, "day").content.decode()


def test_a_score_shows_points_and_preselects_nothing(look, team):
    case = factories.open_case(
        team, details={"index_level": "T9", "lesion_type": "lytic", "pain_pattern": "mechanical"}
    )
    page = look(case, "sins")
    assert len(set(controls(page, "radio"))) == 6
    assert checked(page) == [("status", "not_started")]
    assert 'data-points="4"' in page.content.decode()
    assert "SINS – of 18 0 of 6 answered" in text(page)


def test_a_saved_score_shows_its_total_and_band_beside_its_parts(look, record, case):
    parts = ("semirigid", "mechanical", "lytic", "normal", "under_half", "bilateral")
    names = ("location", "pain", "bone_lesion", "alignment", "vertebral_collapse", "posterolateral")
    record(case, "sins", response={"components": dict(zip(names, parts, strict=True))})
    page = look(case, "sins")
    assert "SINS 11 of 18, Potentially unstable" in text(page)
    bands = re.findall(r'<strong data-from="\d+" data-to="\d+">([^<]*)<', markup(page))
    assert bands == ["Potentially unstable (7 to 12)"]
    assert ("response_location", "semirigid") in checked(page)


def test_all_six_statuses_may_be_chosen_and_each_reason_stands_under_what_it_fits(look, case):
    factories.reason(label="Awaiting a slot", for_not_applicable=False, for_not_done=False)
    factories.reason(label="Other", needs_text=True)
    factories.reason(label="Retired", is_active=False)
    html = markup(look(case, "tick"))
    assert re.findall(r'type="radio" name="status" value="(\w+)"', html) == list(ItemStatus.values)
    groups = dict(re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', html))
    assert list(groups) == ["Blocked", "Not applicable", "Not done"]
    assert ["Awaiting a slot" in group for group in groups.values()] == [True, False, False]
    assert all("Other (say which below)" in group for group in groups.values())
    assert "Retired" not in html


ABOUT = {
    "code": "second",
    "guidance": "Look at every level.",
    "requirement": Requirement.CONDITIONAL,
    "applies_text": "Compression is suspected.",
    "applies_rule": {"all": [{"field": "cord_compression", "is": "suspected"}]},
    "depends_on": ["first"],
    "sources": ["NG234", "practice"],
    "repeat": "P7D",
    "anchor": Anchor.ITEM,
    "anchor_item": "first",
    "within": "PT24H",
    "basis": Basis.PUBLISHED,
}
COMPRESSION = {
    "code": "cord_compression",
    "title": "Compression",
    "type": "choice",
    "choices": [{"value": "none", "label": "None"}, {"value": "suspected", "label": "Suspected"}],
}
SOURCES = [
    {"code": "NG234", "title": "NICE NG234", "url": "https://example.invalid/ng234"},
    {"code": "practice", "title": "Common practice"},
]


def test_the_page_says_what_the_item_is_about(look, team):
    asked = {"case_fields": [COMPRESSION], "instruments": [], "sources": SOURCES}
    version = factories.draft([{"code": "first", "title": "Scan the spine"}, ABOUT], **asked)
    version = templates.publish_version(by=as_system(), version=version, summary="First version.")
    page = look(factories.open_case(team, version, {"cord_compression": "suspected"}), "second")
    words = text(page)
    assert "Look at every level." in words
    assert "Conditional: Compression is suspected. Applies since 3 Nov 14:32." in words
    assert "Within 24 hours after “Scan the spine” was done; published target" in words
    assert "Every 7 days" in words
    assert "Scan the spine Not started, still open" in words
    assert '<a href="https://example.invalid/ng234" rel="noreferrer">NICE NG234</a>' in page.content.decode()
    assert "Common practice" in words


def test_a_late_item_says_when_it_was_due(look, case):
    assert "Within 4 hours after the case was opened; local default" in text(look(case, "tick"))
    assert "3 Nov 2026, 13:32 (breached 1 h ago)" in text(look(case, "tick"))


def test_an_optional_item_is_never_called_overdue(look, team):
    items = [
        {"code": "may", "phase": 1, "requirement": "optional", **factories.within(Anchor.CASE_OPENED, "PT4H")}
    ]
    case = factories.open_case(team, factories.published(items), opened_at=NOW - timedelta(days=3))
    assert "overdue)" not in text(look(case, "may"))


def test_the_page_lists_the_other_occurrences(look, record, case):
    for occurrence, value in ((1, "high"), (2, "low")):
        record(case, "choice", occurrence=occurrence, response={"value": value})
    page = text(look(case, "choice", 3))
    assert "Occurrence 2 : Done. Low. Done by A. Rahman, 3 Nov 14:32" in page
    assert "Occurrence 1 : Done. High." in page


def test_the_page_tells_the_items_history_and_comments(look, record, member, case):
    item = factories.item(case, "tick")
    record(case, "tick", status="in_progress", note="Asked for it.")
    checklists.add_comment(by=member, case=case, item=item, text="Chased twice.")
    page = text(look(case, "tick"))
    assert page.count("Chased twice.") == 2
    assert "in progress" in page
    assert "Asked for it." in page


def test_undo_is_offered_for_ones_own_last_change_alone(look, record, team, case):
    other = factories.member(team)
    assert 'id="undo"' not in look(case, "tick").content.decode()
    record(case, "tick", response={"value": True})
    assert 'id="undo"' in look(case, "tick").content.decode()
    assert 'id="undo"' not in look(case, "tick", by=other).content.decode()
    record(case, "tick", by=other, note="Seen.")
    assert 'id="undo"' not in look(case, "tick").content.decode()


def test_a_change_of_something_else_is_not_offered_for_undo_here(look, record, case):
    record(case, "date", response={"value": "2026-11-03T10:00:00Z"})
    assert 'id="undo"' not in look(case, "day").content.decode()


def test_an_observer_reads_without_controls(look, team, case):
    page = look(case, "tick", by=factories.observer(team))
    assert "You can view this case. To change it, ask the coordinator." in text(page)
    assert re.findall('<form[^>]*action="/cases', page.content.decode()) == []


def test_a_closed_case_shows_its_items_without_controls(look, team, case):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    page = look(case, "tick")
    assert "This case is closed." in text(page)
    assert re.findall('<form[^>]*action="/cases', page.content.decode()) == []


def test_what_is_written_is_shown_as_text_and_never_as_markup(look, record, case):
    record(
        case,
        "text",
        status="in_progress",
        note="<script>alert(1)</script>",
        response={"value": "<b>bold</b>"},
    )
    html = markup(look(case, "text"))
    assert "<script>alert(1)" not in html
    assert "<b>bold" not in html


def test_the_page_costs_the_same_however_much_is_stored(look, record, member, case):
    def cost(occurrence):
        look(case, "choice", occurrence)
        with CaptureQueriesContext(connection) as queries:
            look(case, "choice", occurrence)
        return len(queries)

    for occurrence in (1, 2):
        record(case, "choice", occurrence=occurrence, response={"value": "high"})
        checklists.add_comment(
            by=member, case=case, item=factories.item(case, "choice", 3 - occurrence), text="Said."
        )
    few = cost(2)
    for occurrence in range(3, 9):
        record(case, "choice", occurrence=occurrence, response={"value": "low"})
    for _ in range(8):
        checklists.add_comment(by=member, case=case, item=factories.item(case, "choice", 8), text="Said.")
        record(case, "choice", occurrence=8, status="in_progress", why="An error")
        record(case, "choice", occurrence=8, response={"value": "high"})
    assert cost(8) <= few + 1
    assert few <= 30
