"""What the rows of the case page say, and the one thing each lets a person do."""

from datetime import timedelta

import pytest
import time_machine

from pathways.enums import Anchor, Requirement
from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import NOW, case_url, element, fields, item_url, record, row, text

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
    assert 'id="i-number-1-go"' not in line


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
    ("code", "status", "name"),
    [
        ("tick", "not_started", "Done now"),
        ("date", "in_progress", "Done now"),
        ("number", "not_started", "Record…"),
        ("sins", "in_progress", "Record…"),
        ("tick", "blocked", "Unblock"),
        ("number", "blocked", "Unblock"),
    ],
)
def test_an_open_row_has_one_quick_action(signed_in, member, case, code, status, name):
    reason = factories.reason() if status == "blocked" else None
    record(member, case, code, status, reason=reason)
    line = row(signed_in.get(case_url(case)), code)
    quick = element(line, f"i-{code}-1-go")
    assert f'{name}<span class="vh"> “{factories.item(case, code).name}”' in quick
    assert quick.startswith("<a") == (name == "Record…")
    assert line.count(" hx-post=") == line.count("<form")


def test_without_scripts_recording_and_changing_lead_to_the_items_own_form(signed_in, case):
    item = factories.item(case, "number")
    line = row(signed_in.get(case_url(case)), "number")
    for name in ("go", "more"):
        assert f'href="{item_url(item)}#record"' in element(line, f"i-number-1-{name}")
    assert 'id="record"' in signed_in.get(item_url(item)).text


@pytest.mark.parametrize(("before", "pressed"), [("not_started", "done"), ("blocked", "in_progress")])
def test_the_quick_form_as_rendered_does_what_its_button_says(signed_in, member, case, before, pressed):
    if before == "blocked":
        record(member, case, "tick", before, reason=factories.reason())
    item = factories.item(case, "tick")
    page = signed_in.get(case_url(case))
    assert f' name="status" value="{pressed}"' in element(row(page, "tick"), "i-tick-1-go")
    sent = fields(page, item_url(item, "save")) | {"status": pressed}
    assert signed_in.post(item_url(item, "save"), sent).status_code == 303
    assert factories.item(case, "tick").status == pressed


def test_the_history_of_an_item_is_offered_once_there_is_one(signed_in, member, case):
    record(member, case, "number", status="in_progress")
    page = signed_in.get(case_url(case))
    assert f'href="{item_url(factories.item(case, "number"))}#changes"' in element(
        row(page, "number"), "i-number-1-log"
    )
    assert element(row(page, "tick"), "i-tick-1-log") is None


def test_a_row_counts_its_comments_and_leads_to_them(signed_in, member, case):
    item = factories.item(case, "tick")
    checklists.add_comment(by=member, case=case, item=item, text="Chased.")
    link = f'<a href="{item_url(item)}#comments">'
    assert f"{link}1 comment</a>" in row(signed_in.get(case_url(case)), "tick")
    checklists.add_comment(by=member, case=case, item=item, text="Twice.")
    page = signed_in.get(case_url(case))
    assert f"{link}2 comments</a>" in row(page, "tick")
    assert "comment" not in row(page, "number")


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
    assert '<span class="due tag" data-s="overdue">breached 1 h ago (13:32)</span>' in row(page, "must")
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


def test_earlier_occurrences_are_folded_into_the_row_of_the_latest(signed_in, team, case):
    colleague = factories.member(team)
    for occurrence in (1, 2):
        record(colleague, case, "choice", occurrence=occurrence, response={"value": "high"})
    page = signed_in.get(case_url(case))
    assert row(page, "choice", 1) is row(page, "choice", 2) is None
    latest = row(page, "choice", 3)
    assert "Occurrence 3" in latest
    assert "2 earlier, last 3 Nov 14:32: High" in latest


def test_the_occurrence_that_one_has_just_completed_stays_to_be_taken_back(signed_in, member, case):
    for occurrence in (1, 2):
        record(member, case, "choice", occurrence=occurrence, response={"value": "high"})
    page = signed_in.get(case_url(case))
    assert row(page, "choice", 1) is None
    assert "Undo<" in row(page, "choice", 2)
    assert "1 earlier, last 3 Nov 14:32: High" in row(page, "choice", 3)


def test_a_reopened_earlier_occurrence_comes_back_and_the_next_waits_for_it(signed_in, member, case):
    record(member, case, "choice", response={"value": "high"})
    record(member, case, "choice", status="in_progress", why="Recorded in error")
    page = signed_in.get(case_url(case))
    assert row(page, "choice", 1)
    assert not row(page, "choice", 2)


def test_a_late_repeat_is_counted_apart(signed_in, member, case):
    record(member, case, "choice", response={"value": "high"}, settled_at=NOW - timedelta(hours=1))
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        signed_in.force_login(member)
        page = text(signed_in.get(case_url(case)))
    assert "1 of 2 settled, 1 overdue, 1 repeat overdue" in page
