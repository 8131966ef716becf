"""What the rows of the case page say, and the one thing each lets a person do."""

from datetime import timedelta

import pytest
import time_machine

from pathways.enums import Anchor, Requirement
from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import NOW, case_url, fields, item_url, record, row, send, text

READ_ONLY = "You can view this case. To change it, ask the coordinator."

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(team):
    details = {"age_years": 71, "sex": "female", "primary_site": "breast", "index_level": "T9"}
    return factories.open_case(team, details=details, opened_at=NOW - timedelta(hours=5))


def test_a_done_row_says_what_was_recorded_by_whom_and_when(signed_in, member, case):
    record(
        member, case, "number", response={"value": 2.4, "unit": "mmol/L"}, settled_at=NOW - timedelta(hours=4)
    )
    line = row(signed_in.get(case_url(case)), "number")
    assert 'data-s="done"' in line
    assert "2.40 mmol/L" in line
    assert "Done by A. Rahman, 3 Nov 10:32" in line
    assert "<form" not in line


def test_a_date_without_a_time_of_day_is_not_given_one(signed_in, member, case):
    record(member, case, "day", response={"value": "2026-11-02"})
    assert "Done by A. Rahman, 2 Nov 2026<" in row(signed_in.get(case_url(case)), "day")


def test_a_blocked_row_says_why_who_and_when(signed_in, member, case):
    reason = factories.reason(label="Awaiting a result")
    record(
        member,
        case,
        "number",
        status="blocked",
        reason=reason,
        reason_text="Second sample",
        note="Sent at ten.",
    )
    other = factories.member(case.team)
    checklists.assign_item(by=other, item=factories.item(case, "number"), seen=2, assignee=other)
    line = row(signed_in.get(case_url(case)), "number")
    assert "Awaiting a result: Second sample" in line
    assert "Set by A. Rahman, 3 Nov 14:32" in line
    assert "Note: Sent at ten." in line


def test_a_long_note_is_shortened_in_its_row(signed_in, member, case):
    record(member, case, "text", status="in_progress", note="word " * 2000)
    assert len(row(signed_in.get(case_url(case)), "text")) < 2000


@pytest.mark.parametrize(
    ("code", "action"), [("tick", "done"), ("date", "done"), ("number", "record"), ("sins", "record")]
)
def test_an_open_row_has_one_quick_action(signed_in, case, code, action):
    line = row(signed_in.get(case_url(case)), code)
    item = factories.item(case, code)
    if action == "done":
        assert line.count("<form") == 1
        assert f'Done now<span class="vh"> “{item.name}”' in line
    else:
        assert "<form" not in line
        assert f'<a class="btn sec" href="{item_url(item)}">Record…' in line


def test_the_quick_form_as_rendered_marks_the_item_done(signed_in, case):
    item = factories.item(case, "tick")
    page = signed_in.get(case_url(case))
    sent = fields(page, item_url(item, "save")) | {"status": "done"}
    assert signed_in.post(item_url(item, "save"), sent).status_code == 303
    assert factories.item(case, "tick").status == "done"


def test_the_row_just_saved_offers_to_undo_it_until_someone_changes_it(signed_in, team, case):
    item = factories.item(case, "tick")
    saved = send(signed_in, item, status="done", done_now="yes")
    page = signed_in.get(saved.url)
    sent = fields(page, item_url(item, "undo"))
    checklists.record_item(by=factories.member(team), item=item, seen=2, status="in_progress")
    assert "Undo<" not in row(signed_in.get(saved.url), "tick")
    assert signed_in.post(item_url(item, "undo"), sent).status_code == 409


def test_undo_in_the_row_leads_back_to_the_row(signed_in, case):
    item = factories.item(case, "tick")
    page = signed_in.get(send(signed_in, item, status="done", done_now="yes").url)
    answer = signed_in.post(item_url(item, "undo"), fields(page, item_url(item, "undo")))
    assert (answer.status_code, factories.item(case, "tick").status) == (303, "not_started")
    assert answer.url.endswith("#i-tick-1")
    assert "Undo<" not in row(signed_in.get(answer.url), "tick")


@pytest.mark.parametrize("place", ["tick.1", "tick", "none.7", "\x00", "tick.99999999999999999999", ""])
def test_an_address_that_names_no_change_of_ones_own_offers_nothing(signed_in, case, place):
    page = signed_in.get(case_url(case), {"saved": place})
    assert page.status_code == 200
    assert "Undo<" not in page.content.decode()


def test_a_row_names_the_prerequisites_that_are_still_open(signed_in, member, case):
    assert "Needs: " in row(signed_in.get(case_url(case)), "text")
    record(member, case, "sins", status="not_done", reason=factories.reason())
    assert "Needs: " not in row(signed_in.get(case_url(case)), "text")


def test_a_prerequisite_that_does_not_apply_holds_nothing_up(signed_in, team):
    items = [
        {
            "code": "first",
            "phase": 1,
            "requirement": Requirement.CONDITIONAL,
            "applies_text": "If asked for.",
        },
        {"code": "second", "phase": 1, "depends_on": ["first"]},
    ]
    case = factories.open_case(team, factories.published(items))
    assert "Needs: " not in row(signed_in.get(case_url(case)), "second")


def test_a_row_says_who_has_it_or_whose_discipline_it_waits_for(signed_in, member, team, case):
    other = factories.member(team, display_name="Dr J. Lindqvist")
    for code, assignee in (("tick", member), ("date", other)):
        checklists.assign_item(by=member, item=factories.item(case, code), seen=1, assignee=assignee)
    page = signed_in.get(case_url(case))
    assert "You</span>" in row(page, "tick")
    assert "JL</span>Dr J. Lindqvist" in row(page, "date")
    assert factories.item(case, "number").template_item.discipline.title in row(page, "number")


def test_a_late_row_says_how_late_and_an_optional_one_is_never_late(signed_in, team):
    target = factories.within(Anchor.CASE_OPENED, "PT4H")
    items = [
        {"code": "must", "phase": 1, **target},
        {"code": "may", "phase": 1, "requirement": Requirement.OPTIONAL, **target},
    ]
    case = factories.open_case(team, factories.published(items), opened_at=NOW - timedelta(hours=5))
    page = signed_in.get(case_url(case))
    assert '<span class="due tag" data-s="overdue">1 h overdue</span>' in row(page, "must")
    assert "overdue" not in row(page, "may")
    assert '<span class="tag">Optional</span>' in row(page, "may")


def test_items_that_do_not_apply_are_folded_away_with_what_would_make_them_apply(signed_in, case):
    page = signed_in.get(case_url(case))
    assert row(page, "several") is None
    assert "Does not apply now: 1 item" in text(page)
    assert "Compression is suspected." in text(page)


def test_an_answer_to_an_item_that_ceased_to_apply_is_still_shown(signed_in, member, case):
    suspected = case.details | {"cord_compression": "suspected"}
    cases.update_case_details(by=member, case=case, seen=1, details=suspected)
    record(member, case, "several", response={"value": ["high"]})
    case.refresh_from_db()
    cases.update_case_details(by=member, case=case, seen=case.version, details={})
    page = signed_in.get(case_url(case))
    assert row(page, "several") is None
    assert "Compression is suspected. Done. High" in text(page)


def test_earlier_occurrences_are_folded_into_the_row_of_the_latest(signed_in, member, case):
    for occurrence in (1, 2):
        record(member, case, "choice", occurrence=occurrence, response={"value": "high"})
    page = signed_in.get(case_url(case))
    assert row(page, "choice", 1) is row(page, "choice", 2) is None
    latest = row(page, "choice", 3)
    assert "Occurrence 3" in latest
    assert "2 earlier, last 3 Nov 14:32: High" in latest


def test_a_reopened_earlier_occurrence_comes_back_and_the_next_waits_for_it(signed_in, member, case):
    record(member, case, "choice", response={"value": "high"})
    record(member, case, "choice", status="in_progress")
    page = signed_in.get(case_url(case))
    assert row(page, "choice", 1)
    assert not row(page, "choice", 2)


def test_a_late_repeat_is_counted_apart(signed_in, member, case):
    record(member, case, "choice", response={"value": "high"}, settled_at=NOW - timedelta(hours=1))
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        signed_in.force_login(member)
        page = text(signed_in.get(case_url(case)))
    assert "1 of 2 settled, 1 overdue, 1 repeat overdue" in page
