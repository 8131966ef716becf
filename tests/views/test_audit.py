"""The audit page: every event of every team for auditors, narrowed by its address."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pathways.audit import finding, reconcile, timeline
from pathways.audit.recording import record_event, recording, simulated
from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.services import cases, checklists, reviews, undoing
from tests import factories
from tests.views.desk import NOW, case_url, markup, record, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def auditor(client):
    client.force_login(factories.auditor())
    return client


@pytest.fixture
def case(team):
    with simulated(NOW - timedelta(days=3)):
        return factories.open_case(team)


@pytest.fixture
def other():
    with simulated(NOW - timedelta(days=2)):
        return factories.open_case(factories.team(name="Elm team"))


def look(client, **query):
    return client.get("/audit/", query)


def sentences(page):
    """Each event as its page words it, newest first."""
    return [
        " ".join(re.sub("<[^>]+>", " ", each).split())
        for each in re.findall(r"<p><strong>.*?</p>", markup(page))
    ]


def test_every_teams_events_are_told_with_their_case(auditor, member, case, other):
    record(member, case, "choice", response={"value": "low"}, note="Seen.")
    checklists.add_comment(by=factories.member(other.team), case=other, text="Rang.")
    page = look(auditor)
    said = sentences(page)
    title = factories.item(case, "choice").name
    assert any(f"A. Rahman (team member) marked {title} done on {case.reference}" in each for each in said)
    assert any(f"commented on the case {other.reference}" in each for each in said)
    html = markup(page)
    assert "<ins>Low</ins>" in html
    assert f'href="{case_url(case)}items/choice/1/"' in html
    assert f'href="{case_url(case)}?at=2026-11-03T14:32:00.000000Z"' in html


def test_a_response_is_read_by_the_template_of_its_own_case(auditor, member, case, team):
    field = {
        "code": "choice",
        "response": {
            "kind": "choice",
            "choices": [{"value": "low", "label": "Faint"}, {"value": "high", "label": "Strong"}],
        },
    }
    twin = factories.open_case(team, factories.published([field]))
    for each in (case, twin):
        record(member, each, "choice", response={"value": "low"})
    assert {"Low", "Faint"} <= set(re.findall(r"<ins>(Low|Faint)</ins>", markup(look(auditor))))


def test_what_is_about_no_case_is_told_too(auditor, member):
    record_event(action=Action.SIGN_IN, by=member)
    record_event(action=Action.SIGN_IN_FAILED, by=None, source="sign_in")
    said = sentences(look(auditor))
    assert "A. Rahman signed in" in said
    assert "The system failed to sign in" in said


def narrowed(auditor, **query):
    return sentences(look(auditor, **query))


def test_each_filter_narrows_the_events_and_says_so(auditor, member, case, other):
    nurse = factories.member(other.team, display_name="P. Adeyemi")
    record(member, case, "tick", response={"value": True})
    with simulated(NOW - timedelta(days=1)):
        checklists.add_comment(by=nurse, case=other, text="Rang.")
    record_event(action=Action.REFUSED, by=nurse, case=case, reason="view this case: GET /cases/")
    wanted = {
        "q": (case.reference.lower(), case.reference),
        "who": (nurse.pk, "P. Adeyemi"),
        "role": ("member", "team member"),
        "action": ("add_comment", "commented"),
        "text": ("view this", "not allowed"),
        "team": (other.team.code, other.reference),
        "since": ("2026-11-03", "marked"),
        "phase": ("diagnosis", "marked"),
        "item": ("tick", "marked"),
        "field": ("status", "marked"),
    }
    everything = len(narrowed(auditor))
    for name, (value, words) in wanted.items():
        page = look(auditor, **{name: value})
        said = sentences(page)
        assert 0 < len(said) < everything, name
        assert any(words in each for each in said), name
        assert 'href="/audit/"' in markup(page)
        assert "Filtered by" in text(page)
    assert (
        len(narrowed(auditor, until="2026-11-01")) + len(narrowed(auditor, since="2026-11-02")) == everything
    )
    assert narrowed(auditor, who=member.pk, action="add_comment") == []
    assert "No events match." in text(look(auditor, q="ZZ-9"))


def test_a_filter_that_is_not_understood_is_left_out_and_named(auditor, case):
    wrong = {
        "who": "nobody", "since": "yesterday", "action": "dance", "q": "x" * 30, "phase": "seven",
        "item": "no such item", "field": "password", "view": "graph",
    }  # fmt: skip
    for name, value in wrong.items():
        page = look(auditor, **{name: value})
        assert page.status_code == 422
        assert "Not every filter was understood" in text(page)
        assert sentences(page)


def test_an_item_is_found_by_its_code_or_its_title(auditor, member, case):
    for code in ("tick", "date"):
        record(member, case, code, "in_progress")
    title = factories.item(case, "tick").name
    for typed in ("tick", title, title.upper()):
        page = look(auditor, item=typed, field="status")
        assert len(sentences(page)) == 1
        assert f"Item: {title}" in text(page)
    assert len(narrowed(auditor, item="item", field="status")) == 2


def test_a_code_means_its_item_and_no_other_with_that_word_in_its_title(auditor, member, team):
    with simulated(NOW - timedelta(days=1)):
        case = factories.open_case(
            team, factories.published([{"code": "mri"}, {"code": "slot", "title": "MRI slot"}])
        )
    for code in ("mri", "slot"):
        record(member, case, code, "in_progress")
    assert len(narrowed(auditor, item="mri", field="status")) == 1
    assert len(narrowed(auditor, item="mri s", field="status")) == 1


def test_what_was_taken_away_changed_no_field(auditor, member, case):
    event = record_item(member, case, "choice", note="Seen.")
    item = factories.item(case, "choice")
    with transaction.atomic(), recording(by=member, action=Action.UNDO, case=case, undoes=event):
        item.delete()
    assert len(narrowed(auditor, field="note")) == 1


def test_a_rare_item_is_found_as_a_frequent_one_is(auditor, member, case, monkeypatch):
    record(member, case, "tick", "in_progress")
    few = narrowed(auditor, item="tick")
    monkeypatch.setattr(finding, "FEW_ROWS", 0)
    assert narrowed(auditor, item="tick") == few


def test_a_field_means_that_it_changed_and_of_the_item_and_phase_that_were_asked(auditor, member, case):
    record(member, case, "tick", "in_progress", note="Seen.")
    record(member, case, "choice", "in_progress")
    item = factories.item(case, "tick")
    checklists.assign_item(by=member, item=item, seen=item.version, assignee=member)
    cases.update_case_details(
        by=member, case=case, seen=case.version, details={"cord_compression": "suspected"}
    )
    counts = {"status": 2, "note": 1, "assigned": 1, "response": 0, "details": 1, "applies": 1}
    for field, count in counts.items():
        assert len(narrowed(auditor, field=field)) == count, field
    assert len(narrowed(auditor, field="status", phase="pain")) == 1
    assert len(narrowed(auditor, field="status", phase="pain", item="tick")) == 0
    assert len(narrowed(auditor, field="details", phase="pain")) == 0
    assert len(narrowed(auditor, field="note", item="tick", who=member.pk)) == 1


def test_a_page_ends_where_it_has_gone_through_many_events_and_leads_on(auditor, member, case, monkeypatch):
    record(member, case, "tick", "in_progress")
    for number in range(5):
        with simulated(NOW + timedelta(minutes=1 + number)):
            checklists.add_comment(by=member, case=case, text=f"Comment {number}.")
    whole = narrowed(auditor, field="status")
    monkeypatch.setattr(timeline, "REACH", 3)
    page, found, pages = look(auditor, field="status"), [], 1
    assert "No events match so far back. Older events may." in text(page)
    while older := re.search(r'href="([^"]+)"\s+rel="next"', markup(page)):
        page = auditor.get(older[1].replace("&amp;", "&"))
        found, pages = found + sentences(page), pages + 1
    assert found == whole
    assert pages > 2
    assert narrowed(auditor, field="status", q=case.reference) == whole
    quiet = {"field": "response", "since": "2026-10-30", "until": "2026-10-30"}
    assert 'rel="next"' not in markup(look(auditor, **quiet))


def test_the_start_of_a_phase_is_of_that_phase(auditor, member, case):
    checklists.start_phase(by=member, case=case, phase=3)
    assert any("started Stabilisation" in each for each in narrowed(auditor, phase="stabilisation"))
    assert not any("started Stabilisation" in each for each in narrowed(auditor, phase="pain"))


def test_a_burst_is_one_line_that_opens_to_its_changes(auditor, member, case):
    for code in ("tick", "date", "day"):
        record(member, case, code, "in_progress")
    html = markup(look(auditor, q=case.reference))
    fold = re.search("<details> ?<summary>(.*?)</summary>(.*?)</details>", html)
    words = " ".join(re.sub("<[^>]+>", " ", fold[1]).split())
    assert words.startswith("A. Rahman (team member) marked 3 items in Diagnosis in progress")
    assert words.endswith("at 14:32 (template version 1)")
    assert fold[2].count("<strong>A. Rahman</strong>") == 3


def cells(page):
    """The rows of the table in words, without their heading."""
    rows = re.findall("<tr>(.*?)</tr>", markup(page))[1:]
    return [
        [
            " ".join(re.sub("<[^>]+>", " ", each).split())
            for each in re.findall("<t[dh][^>]*>(.*?)</t[dh]>", row)
        ]
        for row in rows
    ]


def test_the_table_has_a_row_for_each_change_and_keeps_the_filters(auditor, member, case):
    record(member, case, "choice", response={"value": "low"}, note="Seen.")
    page = look(auditor, view="table", who=member.pk)
    title = factories.item(case, "choice").name
    start = ["3 Nov 2026, 14:32 , the case as it was then", "A. Rahman", "team member"]
    done = [*start, "marked done", case.reference]
    assert cells(page)[:4] == [
        [*done, title, "Status", "Not started", "Done", "", "1"],
        [*done, title, "Response", "", "Low", "", "1"],
        [*done, title, "Note", "", "Seen.", "", "1"],
        [*done, f"{title}, occurrence 2", "Due", "", "10 Nov 2026", "", "1"],
    ]
    assert 'aria-current="page">Table' in markup(page)
    assert f'href="/audit/?who={member.pk}">Timeline' in markup(page)
    assert '<input type="hidden" name="view" value="table">' in markup(page)
    assert 'name="view" value="table"' in markup(look(auditor, view="table", q="ZZ-9"))
    assert "view=table" in re.search('href="([^"]+)">Clear filters', markup(page))[1]


@pytest.mark.parametrize("typed", ["3 11 2026", "3 Nov 2026", "03/11/2026", "2026-11-03", "3. november 2026"])
def test_a_day_may_be_typed_as_people_write_it(auditor, case, typed):
    page = look(auditor, since=typed)
    assert page.status_code == 200
    assert "From: 3 Nov 2026" in text(page)
    assert "since=2026-11-03" in markup(page)


@pytest.mark.parametrize("typed", ["31 2 2026", "3 11", "2026-13-01", "11/2026", "٣ ١١ ٢٠٢٦x"])
def test_what_is_no_day_is_left_out_and_said(auditor, case, typed):
    page = look(auditor, until=typed)
    assert page.status_code == 422
    assert "To" in text(page)


def test_the_table_scrolls_within_a_region_that_keys_can_reach(auditor, case):
    assert (
        '<div class="scroll" role="region" aria-label="Table of changes, scrolls sideways" tabindex="0">'
        in markup(look(auditor, view="table"))
    )


def test_what_came_after_the_last_review_shows_as_new_in_both_views(auditor, member, case):
    record(member, case, "tick", "in_progress")
    assert '<span class="tag">New</span>' not in markup(look(auditor, q=case.reference))
    first = AuditEvent.objects.filter(case=case).earliest("at", "id")
    reviews.mark_reviewed(by=factories.auditor(), case=case, upto=first, note="Read.")
    for view in ("", "table"):
        assert '<span class="tag">New</span>' in markup(look(auditor, q=case.reference, view=view))


def test_what_these_filters_show_can_be_taken_along_and_marked_as_reviewed(auditor, case):
    page = markup(look(auditor, q=case.reference, view="table"))
    assert f'<a href="/audit/export/csv/?q={case.reference}">Export CSV</a>' in page
    assert f'<a href="/audit/export/jsonl/?q={case.reference}">Export JSON Lines</a>' in page
    assert f'href="/audit/review/?q={case.reference}&amp;upto=' in page
    assert "/audit/review/" not in markup(look(auditor, q=case.reference, action="record_item"))


def test_pages_go_on_where_the_one_above_ended_and_keep_the_filter(auditor, member, case):
    for number in range(60):
        checklists.add_comment(by=member, case=case, text=f"Comment {number}.")
    first = look(auditor, action="add_comment")
    older = re.search(r'href="([^"]+)"\s+rel="next"', markup(first))[1].replace("&amp;", "&")
    assert "action=add_comment" in older
    second = auditor.get(older)
    assert (len(sentences(first)), len(sentences(second))) == (50, 10)
    assert (
        urlencode({"action": "add_comment"}) in re.search(r'href="([^"]+)"\s+rel="prev"', markup(second))[1]
    )


def test_the_last_history_check_stands_at_the_top(auditor):
    assert "History has not been checked yet." in text(look(auditor))
    reconcile.check()
    assert re.search(
        "History was last checked 3 Nov 2026, 14:32: nothing wrong in [0-9,]+ rows", text(look(auditor))
    )


def everything(member, case, auditor):
    """Events of every kind: of the case's items, comments and details, of people, teams and reviews."""
    event = record_item(member, case, "choice", note="Seen.")
    undoing.undo_change(by=member, event=event)
    record(member, case, "tick", "blocked", reason=factories.reason())
    checklists.add_comment(by=member, case=case, item=factories.item(case, "tick"), text="Rang.")
    item = factories.item(case, "tick")
    checklists.assign_item(by=member, item=item, seen=item.version, assignee=member)
    reviews.mark_reviewed(by=auditor, case=case, upto=event, note="Read.")
    factories.member(factories.team())


def record_item(member, case, code, **kwargs):
    item = factories.item(case, code)
    return checklists.record_item(
        by=member, item=item, seen=item.version, status="in_progress", **kwargs
    ).event


def test_a_page_takes_fewer_than_ten_queries_for_five_events_as_for_fifty(client, member, case):
    """In all, with session, person and memberships; a filter by what was changed asks one or two more."""
    person = factories.auditor()
    client.force_login(person)

    def cost(**query):
        look(client, **query)
        with CaptureQueriesContext(connection) as queries:
            look(client, **query)
        return len(queries)

    everything(member, case, person)
    few = {view: cost(view=view) for view in ("", "table")}
    for _ in range(4):
        more = factories.open_case()
        everything(factories.member(more.team), more, person)
    assert AuditEvent.objects.count() > 50
    assert {view: cost(view=view) for view in ("", "table")} == few == {"": 9, "table": 9}
    assert cost(item="tick") == 11
    assert cost(phase="diagnosis", field="status") == 10
