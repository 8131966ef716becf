"""The list of cases: whose cases, which of them, in which order, what a row says, and what htmx swaps in."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.enums import CaseOutcome, Phase
from pathways.models import PhaseProgress, ReferenceCounter
from pathways.permissions import as_system
from pathways.services import cases, checklists, templates
from pathways.views import case_list
from tests import factories
from tests.views.desk import markup

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)  # a Tuesday
VIEWS = ("attention", "mine", "open", "closed")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team():
    return factories.team(code="rowan", name="Rowan team")


@pytest.fixture
def coordinator(team):
    return factories.coordinator(team, display_name="S. Byrne")


@pytest.fixture
def version():
    return factories.published(prefix="SM")


@pytest.fixture
def opened(team, coordinator, version):
    """opened(hours=5) opens a case of the team that many hours ago; reference=12 numbers it."""

    def open_case(hours=0, reference=None, **details):
        if reference:
            ReferenceCounter.objects.update_or_create(prefix="SM", defaults={"last": reference - 1})
        at = NOW - timedelta(hours=hours)
        return factories.open_case(team, version, details, by=coordinator, opened_at=at)

    return open_case


@pytest.fixture
def look(client, coordinator):
    """look(view="open") gets the list as the coordinator, or as someone else."""

    def get(by=coordinator, **query):
        client.force_login(by)
        return client.get(f"/cases/?{urlencode(query)}")

    return get


@pytest.fixture
def swap(client, coordinator):
    """swap(view="open") gets what htmx swaps in; `trigger` is the id of the link that asked for it."""

    def get(trigger="", by=coordinator, headers=(), **query):
        client.force_login(by)
        asked = {"HX-Request": "true", "HX-Trigger": trigger, **dict(headers)}
        return client.get(f"/cases/?{urlencode(query)}", headers=asked)

    return get


def references(response):
    return re.findall(r'<th scope="row">\s*<a [^>]*>([^<]+)</a>', response.text)


def tabs(response):
    """View to the count on its tab, None where it has none, and the address behind it."""
    links = re.findall(
        r'id="view-\w+"\s+href="([^"]*view=(\w+))"[^>]*>[^<]*(?:<span class="k">(\d+)</span>)?</a>',
        response.text,
    )
    return {view: (int(count) if count else None, unescape(url)) for url, view, count in links}


def words(response):
    """What the page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def results(response):
    """The part of a page that htmx swaps, which is all of a fragment."""
    start = response.text.index('<div id="results">')
    end = response.text.find("</main>")
    return response.text[start:end].rstrip() if end > 0 else response.text.rstrip()


def steps(response):
    """Reference to the next step of each row."""
    return dict(
        zip(references(response), re.findall(r'data-l="Next step">([^<]*)<', response.text), strict=True)
    )


def record(case, by, code, **values):
    item = factories.item(case, code)
    checklists.record_item(by=by, item=item, seen=item.version, **values)


def assign(case, by, code, assignee):
    item = factories.item(case, code)
    checklists.assign_item(by=by, item=item, seen=item.version, assignee=assignee)


def test_people_see_the_cases_of_their_teams_and_auditors_see_all(opened, look, version):
    mine = opened()
    other = factories.open_case(version=version)
    assert references(look(view="open")) == [mine.reference]
    assert sorted(references(look(factories.auditor(), view="open"))) == [mine.reference, other.reference]
    assert references(look(factories.person(), view="open")) == []


def test_who_left_the_team_sees_nothing_any_more(opened, look, coordinator, team):
    opened()
    leaver = factories.member(team)
    factories.people.end_membership(by=factories.as_system(), membership=leaver.memberships.get())
    assert "No cases are open." in words(look(leaver, view="open"))


def test_the_list_begins_with_what_needs_attention_most_urgent_first(opened, look, coordinator):
    calm, late, later = opened(), opened(hours=6), opened(hours=9)
    blocked = opened()
    record(blocked, coordinator, "text", status="blocked", reason=factories.reason())
    response = look()
    assert references(response) == [later.reference, late.reference, blocked.reference]
    assert calm.reference not in response.text


def test_each_tab_of_open_cases_counts_those_behind_it(opened, look, client, coordinator):
    for hours in range(0, 12, 2):
        opened(hours)
    assign(opened(), coordinator, "text", coordinator)
    closed = opened(hours=9)
    cases.close_case(by=coordinator, case=closed, outcome=CaseOutcome.DIED)
    found = tabs(look(view="open", phase="pain"))
    assert {view: count for view, (count, _) in found.items()} == {
        "attention": 3,
        "mine": 1,
        "open": 7,
        "closed": None,
    }
    for count, url in found.values():
        assert len(references(client.get(url))) == (count or 1)


def test_the_number_of_closed_cases_stands_above_their_list(opened, look, coordinator):
    for _ in range(2):
        cases.close_case(by=coordinator, case=opened(), outcome=CaseOutcome.DIED)
    assert re.search(r"<h2[^>]*>2 cases</h2>", look(view="closed").text)


def test_those_to_whom_nothing_can_be_assigned_have_no_tab_of_their_own(look, team):
    assert "mine" in tabs(look())
    assert "mine" not in tabs(look(factories.observer(team)))
    assert "mine" not in tabs(look(factories.auditor()))


def test_mine_has_the_cases_with_an_open_item_of_mine(opened, look, coordinator):
    case = opened()
    assert references(look(view="mine")) == []
    assign(case, coordinator, "tick", coordinator)
    assert references(look(view="mine")) == [case.reference]
    record(case, coordinator, "tick", status="done", response={"value": True})
    assert references(look(view="mine")) == []


def test_a_case_on_hold_is_open_and_says_so(opened, look, coordinator):
    case, other = opened(), opened()
    cases.hold_case(by=coordinator, case=case, reason="Away.")
    assert f"{case.reference} On hold" in words(look(view="open"))
    assert references(look(view="open", status="on_hold")) == [case.reference]
    assert references(look(view="open", status="open")) == [other.reference]


def test_a_closed_case_shows_its_outcome_and_nothing_due(opened, look, coordinator):
    case = opened(hours=9)
    cases.close_case(by=coordinator, case=case, outcome=CaseOutcome.TRANSFERRED)
    response = look(view="closed")
    assert "Transferred to another service" in words(response)
    assert "overdue" not in words(response)
    assert "Next step" not in words(response)
    assert references(look(view="closed", outcome="transferred")) == [case.reference]
    assert references(look(view="closed", outcome="died")) == []


def test_a_phase_and_a_state_are_asked_of_the_same_phase(opened, look, coordinator):
    overdue = opened(hours=6)
    opened()
    assert references(look(view="open", phase="diagnosis", state="overdue")) == [overdue.reference]
    assert references(look(view="open", phase="pain", state="overdue")) == []
    assert references(look(view="open", state="overdue")) == [overdue.reference]


def test_a_phase_alone_finds_the_cases_whose_row_names_it(opened, look, coordinator):
    case = opened()
    record(case, coordinator, "text", status="in_progress")
    opened()
    response = look(view="open", phase="tumour_control")
    assert references(response) == [case.reference]
    assert "Diagnosis +1 more: Tumour control" in words(response)


def test_filters_by_team_person_and_primary_tumour(opened, look, coordinator, version):
    breast, lung = opened(primary_site="breast"), opened(primary_site="lung")
    assign(lung, coordinator, "text", coordinator)
    elsewhere = factories.open_case(version=version, details={"primary_site": "breast"})
    auditor = factories.auditor()
    team = elsewhere.team.code
    assert references(look(auditor, view="open", team=team)) == [elsewhere.reference]
    assert references(look(auditor, view="open", team="rowan", site="breast")) == [breast.reference]
    assert references(look(auditor, view="open", assignee=coordinator.pk)) == [lung.reference]


def test_one_team_needs_no_filter_and_no_column_for_it(opened, look, team):
    opened()
    assert 'name="team"' not in look(view="open").text
    auditor = factories.auditor()
    factories.team()
    assert "Rowan team" in words(look(auditor, view="open"))
    assert 'data-l="Team"' in look(auditor, view="open").text
    assert 'data-l="Team"' not in look(auditor, view="open", team="rowan").text


def test_due_is_overdue_today_this_week_or_never(opened, look, coordinator):
    late = opened(hours=6)
    today = opened()
    soon, never = opened(), opened()
    settle = {"reason": factories.reason(), "status": "not_done"}
    record(soon, coordinator, "tick", **settle)
    for code in ("tick", "date", "number", "choice"):
        record(never, coordinator, code, **settle)

    def due(choice):
        return set(references(look(view="open", due=choice)))

    assert due("overdue") == {late.reference}
    assert due("today") == {today.reference}
    assert due("week") == {today.reference, soon.reference}
    assert due("none") == {never.reference}


def test_the_day_ends_at_midnight_in_london(opened, look):
    """At noon in UTC the target of four hours is today; eight hours later it is tomorrow's."""
    opened()
    with time_machine.travel(NOW + timedelta(hours=8, minutes=30), tick=False):
        opened_late = opened(hours=-8)
        assert references(look(view="open", due="today")) == []
        assert references(look(view="open", due="week")) == [opened_late.reference]


@pytest.mark.parametrize("text", ["SM-12", "sm-12", "sm12", " 12 ", "-12"])
def test_a_search_finds_the_reference_and_those_that_begin_with_it(opened, look, text):
    for number in (1, 2, 12, 112, 120):
        opened(reference=number)
    assert references(look(view="open", q=text)) == ["SM-12", "SM-120"]


@pytest.mark.parametrize("text", ["EM-1", "breast", "SM-1-1", "%", "_", "'", "1'--", "SM 1"])
def test_a_search_for_anything_else_finds_nothing(opened, look, text):
    opened(reference=1)
    response = look(view="open", q=text)
    assert response.status_code == 200
    assert "No cases match these filters." in words(response)
    assert "Clear filters" in words(response)


def test_a_search_that_finds_nothing_leads_to_the_other_views(opened, look, client, coordinator):
    case = opened(reference=7)
    cases.close_case(by=coordinator, case=case, outcome=CaseOutcome.DIED)
    response = look(q="SM-7")
    url = unescape(re.search(r'href="([^"]+)">Search in Closed<', response.text)[1])
    assert references(client.get(url)) == ["SM-7"]


def test_references_sort_by_their_number(opened, look):
    for number in (2, 9, 10):
        opened(reference=number)
    assert references(look(view="open", sort="case")) == ["SM-2", "SM-9", "SM-10"]
    assert references(look(view="open", sort="-case")) == ["SM-10", "SM-9", "SM-2"]


def test_references_of_several_pathways_sort_by_pathway_first(opened, look, team, coordinator):
    ReferenceCounter.objects.create(prefix="AB", last=99)
    first = opened(reference=9)
    other = factories.open_case(team, factories.published(prefix="AB"), by=coordinator)
    second = opened(reference=10)
    expected = [other.reference, first.reference, second.reference]
    assert references(look(view="open", sort="case")) == expected
    assert references(look(view="open", sort="-case")) == expected[::-1]


def test_cases_without_a_due_time_come_last_either_way(opened, look, coordinator):
    early, late, never = opened(hours=3), opened(hours=1), opened()
    for code in ("tick", "date", "number", "choice"):
        record(never, coordinator, code, status="not_done", reason=factories.reason())
    assert references(look(view="open", sort="due")) == [c.reference for c in (early, late, never)]
    assert references(look(view="open", sort="-due")) == [c.reference for c in (late, early, never)]


def test_the_heading_says_how_the_list_is_sorted_and_turns_it_round(opened, look, client):
    opened(hours=1)
    opened(hours=2)
    response = look(view="open", sort="opened")
    heading = re.search(
        r'<th scope="col" aria-sort="ascending"><a class="sort" id="sort-opened" href="([^"]+)"',
        markup(response),
    )
    turned = client.get(unescape(heading[1]))
    assert references(turned) == references(response)[::-1]
    assert 'aria-sort="descending"' in turned.text
    assert response.text.count("aria-sort") == turned.text.count("aria-sort") == 1


def test_fifty_cases_a_page_and_every_case_once(opened, look, client):
    for _ in range(53):
        opened()
    first = look(view="open")
    assert len(references(first)) == 50
    assert "Page 1 of 2" in words(first)
    url = unescape(re.search(r'rel="next" href="([^"]+)"', markup(first))[1])
    second = client.get(url)
    assert len(set(references(first) + references(second))) == 53
    assert 'rel="prev"' in second.text
    assert 'rel="next"' not in second.text
    for page in ("99", "9" * 30):
        assert references(look(view="open", page=page)) == references(second)
    for page in ("0", "-1", "two", "1.5", "", "9" * 5000, "\0"):
        assert references(look(view="open", page=page)) == references(first)


@pytest.mark.parametrize("sort", ["case", "-case", "due", "-due", "opened", "-opened"])
def test_the_pages_one_after_another_are_the_whole_list_in_its_order(opened, look, monkeypatch, sort):
    """From whichever end the database counts; two cases opened at once, one has nothing due."""
    made = [opened(hours) for hours in (0, 0, 5, 9, 30, 31, 40)]
    PhaseProgress.objects.filter(case=made[3]).update(next_due=None)
    whole = references(look(view="open", sort=sort))
    assert sorted(whole) == sorted(case.reference for case in made)
    monkeypatch.setattr(case_list, "PAGE_SIZE", 2)
    pages = [references(look(view="open", sort=sort, page=page)) for page in range(1, 5)]
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [reference for page in pages for reference in page] == whole


JUNK = {
    "view": "everything",
    "phase": "wards",
    "state": "done",
    "status": "closed",
    "outcome": "died",
    "due": "soon",
    "site": "moon",
    "assignee": "9" * 40,
    "team": "larch",
    "sort": "name",
    "q": "S" * 21,
}


@pytest.mark.parametrize(("name", "value"), [*JUNK.items(), *((name, "\0") for name in JUNK)])
def test_a_filter_that_means_nothing_is_left_out_and_the_page_says_so(opened, look, name, value):
    """Another team's code is as unknown as no team's."""
    factories.team(code="larch")
    case = opened(hours=6)
    response = look(**{"view": "open", name: value})
    assert response.status_code == 422
    assert "Not every filter was understood" in words(response)
    assert references(response) == [case.reference]


def test_what_a_view_fixes_is_not_offered_there(look, coordinator):
    assert 'name="outcome"' not in look(view="open").text
    assert 'name="assignee"' not in look(view="mine").text
    closed = look(view="closed")
    for name in ("phase", "state", "status", "due", "assignee"):
        assert f'name="{name}"' not in closed.text
        assert look(view="closed", **{name: "blocked"}).status_code == 422


def test_a_chip_takes_away_its_own_filter_alone(opened, look, client):
    response = look(view="open", phase="pain", state="overdue", sort="due")
    chips = re.findall(r'<a class="chip" id="[^"]+" href="([^"]+)"[^>]*>([^<]+) <span', markup(response))
    assert [text for _, text in chips] == ["Phase: Pain", "Phase state: Overdue"]
    assert unescape(chips[0][0]) == "/cases/?view=open&state=overdue&sort=due"
    assert re.search(r'href="/cases/\?view=open" [^>]*>Clear filters</a>', markup(response))


def test_the_form_keeps_what_was_chosen(look):
    page = look(view="open", phase="pain", q="SM-1", sort="case").text
    assert '<option value="pain" selected>' in page
    assert 'name="q" value="SM-1"' in page
    assert '<input type="hidden" name="view" value="open">' in page
    assert '<input type="hidden" name="sort" value="case">' in page


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_view_says_what_would_be_there(look, view):
    said = words(look(view=view))
    assert "No " in said
    assert "match these filters" not in said


def test_who_may_open_a_case_is_offered_it(look, team, coordinator):
    assert "New case" in words(look(coordinator))
    for other in (factories.member(team), factories.observer(team), factories.auditor()):
        assert "New case" not in words(look(other))


def test_a_row_says_in_words_what_its_bars_show(opened, look, coordinator):
    case = opened(hours=6, age_years=71, sex="female", primary_site="kidney", index_level="T9")
    record(case, coordinator, "date", status="done", response={"value": "2026-11-03"})
    record(case, coordinator, "text", status="blocked", reason=factories.reason())
    response = look(view="open")
    said = words(response)
    for text in (
        f"{case.reference} 71, female Kidney, T9",
        "Diagnosis: 1 of 3 settled, overdue Pain: 0 of 2 settled",
        "Stabilisation: 0 of 1 settled",
        "Tumour control: 0 of 1 settled, blocked",
        "Rehabilitation: nothing applies",
        "breached 2 h ago (10:00) 1 blocked",
    ):
        assert text in said
    assert len(re.findall(r"<li data-phase=", response.text)) == len(Phase)
    assert 'class="w35"' in response.text


def test_the_next_step_is_what_is_due_first_with_whoever_has_it(opened, look, coordinator):
    case = opened()
    step = factories.item(case, "tick")
    assert f"{step.name} due in 4 h (16:00) {step.template_item.discipline.title}" in words(look(view="open"))
    assign(case, coordinator, "tick", coordinator)
    assert f"{step.name} due in 4 h (16:00) S. Byrne" in words(look(view="open"))
    record(case, coordinator, "tick", status="done", response={"value": True})
    following = factories.item(case, "date")
    assert f"{following.name} due in 1 day (4 Nov 12:00)" in words(look(view="open"))


def test_a_case_without_details_or_open_work_has_a_row_all_the_same(opened, look, coordinator):
    case = opened()
    for item in case.items.all():
        record(case, coordinator, item.code, status="not_done", reason=factories.reason())
    assert f"{case.reference} Not entered" in words(look(view="open"))
    assert "All settled" in words(look(view="open"))


@pytest.mark.parametrize(
    "query",
    [
        {"view": "attention"},
        {"view": "mine"},
        {"view": "open"},
        {
            "view": "open",
            "sort": "due",
            "phase": "diagnosis",
            "state": "overdue",
            "due": "overdue",
            "q": "sm",
        },
        {"view": "closed"},
    ],
    ids=lambda query: "-".join(query.values()),
)
def test_the_list_costs_the_same_however_long_it_is(opened, look, client, coordinator, query):
    def add(number):
        for _ in range(number):
            case = opened(hours=6)
            assign(case, coordinator, "tick", coordinator)
            if query["view"] == "closed":
                cases.close_case(by=coordinator, case=case, outcome=CaseOutcome.DIED)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert references(client.get(f"/cases/?{urlencode(query)}"))
        return len(queries)

    add(3)
    look(**query)
    few = cost()
    assert few <= 10
    add(12)
    assert cost() == few


def test_the_next_step_is_the_first_that_is_due_wherever_it_stands_in_the_list(look, team, coordinator):
    """What one case has to do first, another may have to do at the same moment but later than that."""
    order = [
        {"code": code, "title": code, "phase": 1, **factories.within("case_opened", interval)}
        for code, interval in (("second", "PT8H"), ("first", "PT4H"))
    ]
    version = factories.published(order)
    early, late = (
        factories.open_case(team, version, by=coordinator, opened_at=NOW - timedelta(hours=hours))
        for hours in (4, 0)
    )
    assert steps(look(view="open")) == {early.reference: "first", late.reference: "first"}
    record(late, coordinator, "first", status="not_done", reason=factories.reason())
    assert steps(look(view="open")) == {early.reference: "first", late.reference: "second"}


def test_without_anything_due_the_next_step_is_the_first_open_one_that_counts(opened, look, coordinator):
    """Neither an optional item nor one that does not apply, although they stand before."""
    case = opened()
    settled = {"status": "not_done", "reason": factories.reason()}
    for code in ("tick", "date", "number", "choice"):
        record(case, coordinator, code, **settled)
    for code in ("day", "sins", "text", "last"):
        assert steps(look(view="open")) == {case.reference: factories.item(case, code).name}
        record(case, coordinator, code, **settled)
    assert steps(look(view="open")) == {case.reference: ""}


def test_cases_without_anything_due_each_have_the_step_of_their_own_phase(opened, look, coordinator):
    early, late = opened(hours=1), opened()
    settled = {"status": "not_done", "reason": factories.reason()}
    codes = ("tick", "date", "number", "choice", "day")
    for case, number in ((early, 4), (late, 5)):
        for code in codes[:number]:
            record(case, coordinator, code, **settled)
    names = {
        case.reference: factories.item(case, code).name for case, code in ((early, "day"), (late, "sins"))
    }
    assert factories.item(early, "day").phase != factories.item(late, "sins").phase
    assert steps(look(view="open")) == names


MARKUP = "<b onclick=x>\"'&"


def test_whatever_a_name_or_a_detail_holds_is_shown_as_text(look, team, coordinator):
    item = {"code": "tick", "phase": 1, "title": MARKUP, **factories.within("case_opened", "PT4H")}
    version = factories.published([item])
    details = {"sex": MARKUP, "primary_site": MARKUP, "index_level": MARKUP}
    case = factories.open_case(team, version, details, by=coordinator, opened_at=NOW)
    other = factories.team(name=MARKUP)
    factories.open_case(other, version)
    colleague = factories.member(other, display_name=MARKUP)
    factories.people.add_membership(by=as_system(), user=colleague, team=team, role="member")
    assign(case, coordinator, "tick", colleague)
    auditor = factories.auditor()
    for response in (look(view="open"), look(auditor, view="open"), look(auditor, view="open", q=MARKUP)):
        assert "<b onclick" not in response.text
    row = look(view="open").text.partition("<tbody>")[2]
    assert row.count("&lt;b onclick=x&gt;&quot;&#x27;&amp;") == 5


def test_a_process_reads_the_words_of_a_published_version_once(opened, look, client):
    opened(primary_site="breast")
    assert "Breast" in words(look(view="open"))
    with CaptureQueriesContext(connection) as queries:
        client.get("/cases/?view=open")
    assert not [query for query in queries if "case_fields" in query["sql"]]


def test_the_words_of_a_version_published_meanwhile_are_known_at_once(opened, look):
    opened(primary_site="breast")
    look(view="open")
    choices = [{"value": "breast", "label": "Breast cancer"}, {"value": "other", "label": "Other"}]
    field = {"code": "primary_site", "title": "Primary", "type": "choice", "choices": choices}
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        items = [{"code": "tick"}]
        draft = factories.draft(items, case_fields=[field], instruments=[])
        assert "Breast cancer" not in words(look(view="open"))
        templates.publish_version(by=as_system(), version=draft, summary="Clearer.")
        assert "Breast cancer" in words(look(view="open"))


LISTS = [
    {},
    {"view": "closed"},
    {"view": "open", "phase": "pain", "state": "overdue"},
    {"view": "open", "q": "ZZ"},
    {"view": "open", "state": "junk"},
]


@pytest.mark.parametrize("query", LISTS, ids=lambda query: "-".join(query.values()) or "first")
def test_what_htmx_swaps_in_is_what_the_page_holds(opened, look, swap, query):
    opened(hours=6)
    page, fragment = look(**query), swap(**query)
    assert fragment.status_code == page.status_code
    assert fragment.text.startswith('<div id="results">')
    assert results(fragment) == results(page)


def test_only_the_answer_to_a_swap_says_how_many_cases_it_found(opened, look, swap):
    opened()
    assert json.loads(swap(view="open")["HX-Trigger"]) == {"announce": "1 case"}
    assert json.loads(swap(view="open", q="ZZ")["HX-Trigger"]) == {"announce": "0 cases"}
    assert "HX-Trigger" not in look(view="open")


@pytest.mark.parametrize("name", ["HX-History-Restore-Request", "HX-Boosted"])
def test_the_back_button_gets_a_whole_page(opened, look, swap, name):
    response = swap(view="open", headers={name: "true"})
    assert "<!DOCTYPE html>" in response.text
    assert "HX-Trigger" not in response


def test_neither_a_page_nor_a_fragment_is_kept_and_neither_passes_for_the_other(look, swap):
    for response in (look(), swap()):
        assert response["Cache-Control"] == "no-store"
        assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize(
    ("trigger", "moves"),
    [("page-next", True), ("chip-state", True), ("chip-all", True), ("sort-due", False), ("", False)],
)
def test_focus_goes_to_the_heading_of_the_list_when_what_had_it_is_gone(swap, trigger, moves):
    heading = re.search(r'<h2 id="results-count"[^>]*>', swap(trigger, view="open").text)[0]
    assert ("data-autofocus" in heading) == moves


def test_a_page_as_such_leaves_focus_alone(look):
    assert "data-autofocus" not in look(view="open", state="overdue").text


def test_what_can_have_focus_keeps_its_id_through_a_swap(opened, look):
    for number in range(51):
        opened(hours=6, reference=number + 1)
    for query in ({"view": "open", "state": "overdue", "page": 2}, {"view": "open", "q": "ZZ"}):
        tags = re.findall(r"<(?:a|button|select|input|div|h2)\b[^>]*>", results(look(**query)))
        able = [tag for tag in tags if re.match("<(a|b|s|i)", tag) or "tabindex" in tag]
        ids = [re.search(r'\sid="([^"]+)"', tag) for tag in able if 'type="hidden"' not in tag]
        assert all(ids)
        assert len({found[1] for found in ids}) == len(ids) > 10


def test_every_link_that_narrows_sorts_or_turns_the_list_also_swaps_it(opened, look):
    for number in range(101):
        opened(hours=6, reference=number + 1)
    page = " ".join(results(look(view="open", state="overdue", page=2)).split())
    links = re.findall(
        r'<a [^>]*id="((?:chip|sort|page)-\w+)"[^>]*href="([^"]+)" hx-get="([^"]+)" ([^>]+)>', page
    )
    names = {"chip-state", "chip-all", "sort-case", "sort-due", "sort-opened", "page-previous", "page-next"}
    assert {name for name, *_ in links} == names
    for _, href, swapped, how in links:
        assert href == swapped
        assert 'hx-target="#results" hx-swap="morph:outerHTML" hx-push-url="true"' in how
    form = re.search(r"<form [^>]*>", page)[0]
    assert 'hx-get="/cases/" hx-target="#results" hx-swap="morph:outerHTML" hx-push-url="true"' in form


def test_what_leads_to_another_view_loads_a_page_with_its_own_title(look):
    page = results(look(view="attention", q="ZZ"))
    links = re.findall(r'<a id="(?:view|else)-[^>]+>', page)
    assert len(links) == 6
    assert not [link for link in links if "hx-" in link]
