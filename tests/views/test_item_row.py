"""What comes back into the row of the case page when something is saved there by htmx."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.enums import Anchor, Requirement
from pathways.models import AuditEvent, ChecklistItem
from pathways.services import checklists
from tests import factories
from tests.views.desk import (
    NOW,
    case_url,
    element,
    ids,
    markup,
    record,
    row,
    same,
    send,
    tap,
    text,
)
from tests.views.test_case_detail import as_list, full_details

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ONE_TAP = {"status": "done", "one_tap": "yes"}
STARTED = {"status": "in_progress", "one_tap": "yes"}
WITH_REASON = {"reason": "waiting", "one_tap": "yes"}


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=NOW - timedelta(hours=5))


@pytest.fixture
def other(team):
    return factories.member(team, display_name="J. Lindqvist")


@pytest.fixture
def reason():
    return factories.reason(code="waiting", label="Awaiting a slot")


def stored(case, code, occurrence=1):
    return factories.item(case, code, occurrence)


def is_wide(answer):
    """Whether the answer holds every phase, and says to put it in their place."""
    wide = element(markup(answer), "phases") is not None
    assert answer.get("HX-Retarget") == ("#phases" if wide else None)
    assert answer.get("HX-Reswap") == ("morph:outerHTML" if wide else None)
    return wide


SAVED = {
    "a tick": ("tick", "save", ONE_TAP),
    "a number": ("number", "save", {"status": "done", "note": "Twice.", "response_value": "2.4"}),
    "a first step in a phase": ("last", "save", STARTED),
    "a reason": ("number", "save", WITH_REASON | {"status": "blocked"}),
    "nothing applicable": ("tick", "save", WITH_REASON | {"status": "not_applicable"}),
    "the next occurrence": ("choice", "save", ONE_TAP | {"response_value": "high"}),
    "another item's due time": ("date", "save", ONE_TAP),
    "what another waited for": ("sins", "save", WITH_REASON | {"status": "not_done"}),
    "an assignment": ("tick", "assign", {"assignee": "rahman"}),
    "a due time": ("tick", "due", {"due": "week"}),
    "a comment": ("tick", "comment", {"text": "Chased."}),
    "no change": ("tick", "save", {"status": "not_started", "one_tap": "yes"}),
}
SEEN_IN_OTHER_ROWS = {"the next occurrence", "another item's due time", "what another waited for"}


def without_note(html):
    """A row without what it says of the request that it answers."""
    return re.sub('<div class="note info full">.*?</div> ', "", html)


@pytest.mark.parametrize("what", SAVED)
def test_the_answer_holds_what_the_whole_page_would_show(signed_in, reason, case, what):
    code, verb, values = SAVED[what]
    answer = tap(signed_in, stored(case, code), verb, **values)
    page = markup(signed_in.get(case_url(case)))
    parts = [
        part for part in ids(markup(answer)) if re.fullmatch(r"rail|flags|phases|p\d-head|i-.+-\d+", part)
    ]
    assert answer.status_code == 200
    assert {"rail", "flags", f"p{stored(case, code).phase}-head", f"i-{code}-1"} <= set(parts)
    for part in parts:
        assert without_note(same(element(markup(answer), part))) == same(element(page, part))
    assert len(set(ids(markup(answer)))) == len(ids(markup(answer)))


def rows_of(html):
    return {
        part: without_note(same(element(html, part))) for part in ids(html) if re.fullmatch(r"i-.+-\d+", part)
    }


@pytest.mark.parametrize("what", SAVED)
def test_the_answer_holds_the_rows_that_look_different_now_or_all_where_one_came_or_went(
    signed_in, reason, case, what
):
    code, verb, values = SAVED[what]
    before = rows_of(markup(signed_in.get(case_url(case))))
    answer = tap(signed_in, stored(case, code), verb, **values)
    after, held = rows_of(markup(signed_in.get(case_url(case)))), rows_of(markup(answer))
    changed = {part for part in after if after[part] != before.get(part)} | {f"i-{code}-1"}
    assert is_wide(answer) == (before.keys() != after.keys()) == (what == "the next occurrence")
    assert held.keys() == (after.keys() if is_wide(answer) else changed)
    assert (len(changed) > 1) == (what in SEEN_IN_OTHER_ROWS)


@pytest.mark.parametrize("what", SAVED)
def test_what_is_beside_the_row_finds_its_own_place(signed_in, reason, case, what):
    code, verb, values = SAVED[what]
    answer = tap(signed_in, stored(case, code), verb, **values)
    html, row_asked = markup(answer), f"i-{code}-1"
    beside = {part: element(html, part).partition(">")[0] for part in ids(html)}
    swapped = {
        part: start.partition('hx-swap-oob="')[2][:5] for part, start in beside.items() if "-oob=" in start
    }
    rows = set() if is_wide(answer) else rows_of(html).keys() - {row_asked}
    heads = (
        set()
        if is_wide(answer)
        else {f"p{stored(case, part[2:-2]).phase}-head" for part in rows | {row_asked}}
    )
    assert swapped == dict.fromkeys(rows, "morph") | dict.fromkeys({"rail", "flags", *heads}, 'true"')


def test_a_phase_that_starts_the_clock_of_its_other_items_shows_them_too(signed_in, team):
    target = factories.within(Anchor.PHASE_STARTED, "P2D")
    items = [{"code": code, "phase": 3, **target} for code in ("first", "second")]
    case = factories.open_case(team, factories.published(items))
    answer = tap(signed_in, stored(case, "first"), **STARTED)
    assert is_wide(answer)
    assert "5 Nov" in row(answer, "second")
    assert not is_wide(tap(signed_in, stored(case, "second"), **STARTED))


def test_an_item_that_begins_or_ceases_to_apply_comes_and_goes_with_its_phase(signed_in, team):
    asked = {"code": "asked", "phase": 1, "requirement": Requirement.CONDITIONAL, "applies_text": "If so."}
    case = factories.open_case(team, factories.published([asked]))
    answer = tap(signed_in, stored(case, "asked"), **STARTED)
    assert is_wide(answer)
    assert row(answer, "asked")
    event = stored(case, "asked").history.latest("version").audit_event
    answer = tap(signed_in, stored(case, "asked"), "undo", event=event.pk)
    assert is_wide(answer)
    assert row(answer, "asked") is None
    assert "Does not apply now: 1 item" in text(answer)


@pytest.mark.parametrize(
    ("what", "words"), [("no change", "Nothing changed."), ("a comment", "Comment added 14:32.")]
)
def test_what_shows_nowhere_else_is_said_in_the_row(signed_in, case, what, words):
    code, verb, values = SAVED[what]
    assert f"<p>{words}</p>" in row(tap(signed_in, stored(case, code), verb, **values), code)


def test_what_was_done_is_announced_with_its_phase(signed_in, case):
    item = stored(case, "tick")
    said = json.loads(tap(signed_in, item, **ONE_TAP)["HX-Trigger"])["announce"]
    assert f"“{item.name}” marked done 14:32. Diagnosis: 1 of 3 settled." in said.values()


def test_the_same_post_twice_gives_the_row_again_and_is_applied_once(signed_in, case):
    item, token = stored(case, "tick"), uuid4().hex
    first, again = (tap(signed_in, item, token=token, **ONE_TAP) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert same(row(first, "tick")) == same(row(again, "tick"))
    assert "HX-Trigger" not in again
    assert AuditEvent.objects.filter(case=case, action="record_item").count() == 1


@pytest.mark.parametrize("post", [tap, send])
@pytest.mark.parametrize(
    ("verb", "first", "second"),
    [
        ("save", {"status": "in_progress", "note": "First."}, {"status": "in_progress", "note": "Second."}),
        ("comment", {"text": "First."}, {"text": "Second."}),
        ("due", {"due": "week"}, {"due_day": "27", "due_month": "Second.", "due_year": "2026"}),
    ],
)
def test_a_token_that_was_used_for_other_content_gets_a_fresh_one_and_every_word_back(
    signed_in, case, post, verb, first, second
):
    token = uuid4().hex
    post(signed_in, stored(case, "tick"), verb, token=token, **first)
    before = ChecklistItem.history.count()
    answer = post(signed_in, stored(case, "tick"), verb, token=token, part=verb, **second)
    assert answer.status_code == 422
    assert "Second." in answer.text
    assert "data-unsaved" in answer.text
    assert token not in answer.text
    assert ChecklistItem.history.count() == before


def test_an_own_change_in_another_window_is_said_in_the_row(signed_in, member, case):
    item = stored(case, "tick")
    record(member, case, "tick", status="in_progress")
    answer = tap(signed_in, item, **ONE_TAP)
    assert "You also changed this in another window." in row(answer, "tick")
    assert stored(case, "tick").status == "done"


def test_another_persons_note_is_kept_and_the_row_says_so(signed_in, other, case):
    item = stored(case, "tick")
    record(other, case, "tick", status="not_started", note="Theirs.")
    line = row(tap(signed_in, item, **ONE_TAP), "tick")
    assert "J. Lindqvist changed the note meanwhile; that was kept." in line
    assert "Note: Theirs." in line
    assert (stored(case, "tick").status, stored(case, "tick").note) == ("done", "Theirs.")
    assert "meanwhile" not in signed_in.get(case_url(case)).text


def test_one_tap_leaves_what_it_does_not_say_as_it_is(signed_in, member, reason, case):
    answers = {"number": {"value": 2.4, "unit": "mmol/L"}, "date": {"value": "2026-11-03T10:14:00Z"}}
    for code, response in answers.items():
        record(member, case, code, "blocked", reason=reason, response=response, note="Kept.")
        tap(signed_in, stored(case, code), **STARTED)
        item = stored(case, code)
        assert (item.status, item.response, item.note) == ("in_progress", response, "Kept.")


@pytest.mark.parametrize("status", ["in_progress", "blocked"])
def test_one_tap_answers_nothing_that_is_not_done(signed_in, reason, case, status):
    for code in ("tick", "date", "day"):
        answer = tap(signed_in, stored(case, code), status=status, **WITH_REASON)
        assert (answer.status_code, stored(case, code).response) == (200, {})


def test_a_saved_row_of_the_shipped_pathway_is_at_most_6000_bytes(signed_in, team):
    version = factories.shipped()
    case = factories.open_case(team, version, as_list(version, full_details(version)))
    answer = tap(signed_in, stored(case, "notify-mscc-coordinator"), **ONE_TAP)
    assert not is_wide(answer)
    assert len(answer.content) <= 6000


def cost(client, item):
    """How many queries it takes to mark the item done from its row."""
    client.get(case_url(item.case))
    with CaptureQueriesContext(connection) as queries:
        assert tap(client, item, **ONE_TAP).status_code == 200
    return len(queries)


def test_a_saved_row_costs_the_same_whatever_the_size_of_the_checklist(signed_in, team):
    many = [{"code": f"tick-{n}", "phase": 1 + n % 6} for n in range(80)]
    small, large = (factories.open_case(team, factories.published(items)) for items in (many[:10], many))
    assert cost(signed_in, stored(small, "tick-1")) == cost(signed_in, stored(large, "tick-1")) <= 30


def test_a_saved_row_costs_the_same_however_much_happened(signed_in, member, other, reason, case):
    def happen(times):
        for _ in range(times):
            record(member, case, "number", status="blocked", reason=reason)
            record(other, case, "number", status="in_progress")
            record(member, case, "text", status="in_progress", note=uuid4().hex)
            checklists.add_comment(by=other, case=case, item=stored(case, "text"), text="Said.")

    happen(1)
    few = cost(signed_in, stored(case, "tick"))
    record(member, case, "tick", status="not_started", why="Recorded in error")
    happen(12)
    assert cost(signed_in, stored(case, "tick")) == few
