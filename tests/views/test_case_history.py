"""The history page: every event of the case in sentences, a page at a time."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.audit import timeline
from pathways.services import checklists, undoing
from tests import factories
from tests.views.desk import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(team, client):
    person = factories.member(team, display_name="Dr A. Rahman")
    client.force_login(person)
    return person


@pytest.fixture
def case(team):
    return factories.open_case(team)


def url(case):
    return f"/cases/{case.reference}/history/"


def comment(case, by, times=1):
    for number in range(times):
        checklists.add_comment(by=by, case=case, text=f"Comment {number} of {times}")


def record(case, by, code="choice", **kwargs):
    item = factories.item(case, code)
    wanted = {"status": "done", "response": {"value": "low"}} | kwargs
    return checklists.record_item(by=by, item=item, seen=item.version, **wanted).event


def test_an_event_is_told_with_its_person_item_and_values(client, case, member):
    record(case, member, note="Seen at home")
    page = client.get(url(case))
    item = factories.item(case, "choice")
    assert f"Dr A. Rahman (team member) marked {item.name} done" in text(page)
    html = page.content.decode()
    assert f'href="/cases/{case.reference}/items/choice/1/"' in html
    assert "<del>Not started</del>" in html
    assert "<ins>Low</ins>" in html
    assert "<ins>Seen at home</ins>" in html
    assert "<summary>Next occurrence added</summary>" in html


def test_what_people_wrote_is_shown_as_text_and_never_as_markup(client, case, member):
    checklists.add_comment(by=member, case=case, text="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(url(case)).content.decode()


def test_a_long_note_is_folded(client, case, member):
    record(case, member, note="Long. " * 100)
    assert "<summary>Note added</summary>" in client.get(url(case)).content.decode()


def test_an_undone_event_and_its_undo_stand_side_by_side(client, case, member):
    undoing.undo_change(by=member, event=record(case, member))
    words = text(client.get(url(case)))
    assert "undid the change of" in words
    assert "Undone by Dr A. Rahman" in words


def test_everyone_who_sees_the_case_sees_its_history(client, case, team):
    for person in (factories.observer(team), factories.auditor()):
        client.force_login(person)
        assert client.get(url(case)).status_code == 200


def test_other_teams_do_not_find_it(client, case):
    client.force_login(factories.member(factories.team()))
    assert client.get(url(case)).status_code == 404


def test_older_events_are_on_pages_of_fifty(client, case, member):
    comment(case, member, times=60)
    page = client.get(url(case))
    assert page.content.decode().count("<time ") == timeline.ENTRIES_A_PAGE
    assert "opened the case" not in text(page)
    older = re.search(r'href="(\?before=[^"]+)" rel="next"', page.content.decode())[1]
    last = client.get(url(case) + older)
    assert last.content.decode().count("<time ") == 11
    assert "opened the case" in text(last)
    assert 'rel="next"' not in last.content.decode()
    assert "Newest changes" in text(last)


def test_before_the_first_event_there_is_nothing(client, case, member):
    page = client.get(url(case), {"before": "2000-01-01T00:00:00.000000Z_" + "0" * 32})
    assert page.status_code == 200
    assert "Nothing happened before this." in text(page)


@pytest.mark.parametrize("before", ["junk", "\x00", "9" * 5000, "2026-02-30T10:00:00.000000Z_" + "0" * 32])
def test_a_place_that_is_none_is_the_first_page(client, case, member, before):
    assert "opened the case" in text(client.get(url(case), {"before": before}))


def test_one_item_has_a_history_of_its_own(client, case, member):
    comment(case, member)
    record(case, member)
    page = client.get(url(case), {"item": "choice/1"})
    assert "Comment 0" not in text(page)
    assert f"marked {factories.item(case, 'choice').name} done" in text(page)
    assert f"Filtered by {factories.item(case, 'choice').name}" in text(page)


@pytest.mark.parametrize(
    "item", ["choice", "choice/2", "nothing/1", "choice/\x00", "choice/99999999999999999999"]
)
def test_an_item_that_the_case_does_not_have_is_not_found(client, case, member, item):
    assert client.get(url(case), {"item": item}).status_code == 404


def test_the_table_has_a_row_for_each_change_of_the_case(client, case, member):
    record(case, member, note="Seen at home")
    page = client.get(url(case), {"view": "table", "item": "choice/1"})
    name = factories.item(case, "choice").name
    assert f"marked done {name} Status Not started Done" in text(page)
    assert f"marked done {name} Note Seen at home" in text(page)
    assert f'href="?view=table">{name}' in page.content.decode()
    assert "Timeline" in text(page)
    assert "<table" not in client.get(url(case)).content.decode()


def test_a_burst_is_one_line_that_holds_the_reasons(client, case, member):
    for code in ("tick", "date", "day"):
        record(case, member, code, status="in_progress", response=None, why=f"Asked for {code}.")
    html = client.get(url(case)).content.decode()
    assert "marked 3 items in Diagnosis in progress" in html
    fold = re.search("(?s)<details>.*?<summary>.*?marked 3 items.*?</details>", html)[0]
    assert all(f"Reason: Asked for {code}." in fold for code in ("tick", "date", "day"))


def test_the_page_costs_the_same_however_much_happened(client, case, member):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(url(case))
        return len(queries)

    def everything(code):
        blocked = {"status": "blocked", "response": None, "reason": factories.reason()}
        event = record(case, member, code=code, **blocked)
        undoing.undo_change(by=member, event=event)
        comment(case, member)

    everything("sins")
    cost()
    before = cost()
    for code in ("tick", "choice", "text", "last"):
        everything(code)
    assert cost() == before <= 9


def test_who_may_record_is_offered_to_set_back_what_no_longer_stands(client, case, member):
    for note in ("One", "Two"):
        record(case, member, code="number", status="in_progress", response=None, note=note)
    page = client.get(url(case)).content.decode()
    assert f"/cases/{case.reference}/items/number/1/restore/?version=2" in page
    assert f"/cases/{case.reference}/items/number/1/restore/?version=3" not in page
    client.force_login(factories.observer(case.team))
    assert "/restore/" not in client.get(url(case)).content.decode()


def test_only_an_auditor_is_offered_exports_the_bundle_and_a_review(client, case, member):
    leads_to = [f"/cases/{case.reference}/bundle/", "/audit/export/csv/", "/audit/review/"]
    page = client.get(url(case)).content.decode()
    assert f"/cases/{case.reference}/compare/" in page
    assert not any(each in page for each in leads_to)
    client.force_login(factories.auditor())
    page = client.get(url(case)).content.decode()
    assert all(each in page for each in leads_to)
