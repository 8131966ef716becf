"""Saving an item: every kind of response, every status, bad input, repeats, and two people at once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pathways.audit.recording import recording
from pathways.enums import Action, ItemStatus
from pathways.services import checklists
from tests import factories
from tests.views.desk import NOW, case_url, control, is_back_at_row, item_url, markup, send, text

SINS = {
    "response_location": "semirigid",
    "response_pain": "mechanical",
    "response_bone_lesion": "lytic",
    "response_alignment": "normal",
    "response_vertebral_collapse": "under_half",
    "response_posterolateral": "bilateral",
}
ANSWERS = {
    "tick": ({}, {"value": True}),
    "date": (
        {"response_day": "3", "response_month": "nov", "response_year": "2026", "response_time": "10:14"},
        {"value": "2026-11-03T10:14:00Z"},
    ),
    "day": (
        {"response_day": "2", "response_month": "11", "response_year": "2026"},
        {"value": "2026-11-02"},
    ),
    "number": ({"response_value": "2.4"}, {"value": 2.4, "unit": "mmol/L"}),
    "choice": ({"response_value": "high"}, {"value": "high"}),
    "several": ({"response_value": ["high", "low"]}, {"value": ["low", "high"]}),
    "text": ({"response_value": "Agreed.\r\nStart Monday."}, {"value": "Agreed.\nStart Monday."}),
}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=NOW - timedelta(days=2))


def stored(case, code, occurrence=1):
    return factories.item(case, code, occurrence)


@pytest.mark.parametrize("code", ANSWERS)
def test_a_response_of_every_kind_is_stored_and_makes_the_item_done(signed_in, member, case, code):
    answer, response = ANSWERS[code]
    item = stored(case, code)
    assert is_back_at_row(send(signed_in, item, status="done", note="", **answer), item)
    item = stored(case, code)
    assert (item.status, item.response, item.settled_by) == ("done", response, member)


def test_a_score_is_added_up_on_the_server(signed_in, case):
    item = stored(case, "sins")
    assert is_back_at_row(send(signed_in, item, status="done", note="", **SINS), item)
    response = stored(case, "sins").response
    assert (response["total"], response["band"]) == (11, "Potentially unstable")


def test_half_a_score_may_be_kept_but_is_not_done(signed_in, case):
    half = dict(list(SINS.items())[:3])
    item = stored(case, "sins")
    refused = send(signed_in, item, status="done", note="", **half)
    assert refused.status_code == 422
    assert "Enter the response before marking this done" in text(refused)
    assert f'href="#{control(item, "response_location")}"' in refused.content.decode()
    assert is_back_at_row(send(signed_in, item, status="in_progress", note="", **half), item)
    assert stored(case, "sins").response["band"] is None


@pytest.mark.parametrize("code", ["tick", "date", "day"])
def test_one_click_marks_a_tick_or_a_date_one_tap(signed_in, case, code):
    item = stored(case, code)
    assert is_back_at_row(send(signed_in, item, status="done", one_tap="yes"), item)
    item = stored(case, code)
    assert item.status == ItemStatus.DONE
    assert item.settled_at.date() == NOW.date()


def test_a_note_added_to_a_date_leaves_the_moment_of_care_alone(signed_in, member, case):
    given = {"value": "2026-11-03T10:14:37Z"}
    checklists.record_item(by=member, item=stored(case, "date"), seen=1, status="done", response=given)
    before = stored(case, "date")
    shown = {"response_day": "3", "response_month": "11", "response_year": "2026", "response_time": "10:14"}
    same = signed_in.get(send(signed_in, before, status="done", note="", **shown).url)
    assert "Nothing changed." in text(same)
    send(signed_in, before, status="done", note="Seen by two of us.", **shown)
    after = stored(case, "date")
    assert after.note == "Seen by two of us."
    assert (after.response, after.settled_at) == (given, before.settled_at)


def test_one_click_leaves_the_note_as_it_is(signed_in, member, case):
    item = stored(case, "tick")
    item = checklists.record_item(by=member, item=item, seen=1, status="in_progress", note="Keep me.").item
    send(signed_in, stored(case, "tick"), status="done", one_tap="yes")
    assert stored(case, "tick").note == "Keep me."


@pytest.mark.parametrize("status", ["blocked", "not_applicable", "not_done"])
def test_a_status_that_needs_a_reason_takes_one(signed_in, case, status):
    reason = factories.reason(needs_text=True)
    item = stored(case, "number")
    without = send(signed_in, item, status=status, note="")
    assert without.status_code == 422
    assert "Choose a reason" in text(without)
    silent = send(signed_in, item, status=status, note="", reason=reason.code)
    assert silent.status_code == 422
    assert "Say what the reason is" in text(silent)
    assert is_back_at_row(
        send(signed_in, item, status=status, note="", reason=reason.code, reason_text="No scanner"), item
    )
    item = stored(case, "number")
    assert (item.status, item.reason, item.reason_text) == (status, reason, "No scanner")


def test_a_reason_that_does_not_fit_the_status_is_refused(signed_in, case):
    reason = factories.reason(for_blocked=False)
    item = stored(case, "tick")
    answer = send(signed_in, item, status="blocked", note="", reason=reason.code)
    assert answer.status_code == 422
    assert f'href="#{control(item, "reason")}"' in answer.content.decode()


def test_when_care_happened_may_be_given(signed_in, case):
    when = {"when_day": "2", "when_month": "November", "when_year": "2026", "when_time": "15:05"}
    send(signed_in, stored(case, "choice"), status="done", note="", response_value="low", **when)
    assert stored(case, "choice").settled_at == datetime(2026, 11, 2, 15, 5, tzinfo=UTC)


def test_a_day_of_care_without_a_time_counts_as_noon_and_today_never_lies_ahead(signed_in, member, case):
    when = {"when_day": "2", "when_month": "11", "when_year": "2026", "when_time": "", "why": "Recorded late"}
    send(signed_in, stored(case, "choice"), status="done", note="", response_value="low", **when)
    assert stored(case, "choice").settled_at == datetime(2026, 11, 2, 12, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 11, 4, 8, tzinfo=UTC), tick=False):
        signed_in.force_login(member)
        send(signed_in, stored(case, "tick"), status="done", note="", **(when | {"when_day": "4"}))
    assert stored(case, "tick").settled_at == datetime(2026, 11, 4, 8, tzinfo=UTC)


def test_the_message_says_what_was_saved_and_when(signed_in, case):
    item = stored(case, "tick")
    answer = signed_in.get(send(signed_in, item, status="done", one_tap="yes").url)
    assert f"“{item.name}” marked done 14:32." in text(answer)


def test_saving_what_is_already_so_changes_nothing(signed_in, case):
    item = stored(case, "tick")
    answer = signed_in.get(send(signed_in, item, status="not_started", note="").url)
    assert "Nothing changed." in text(answer)
    assert stored(case, "tick").version == item.version


@pytest.mark.parametrize(
    ("code", "answer", "name"),
    [
        ("number", {"response_value": "9.5"}, "response_value"),
        ("number", {"response_value": "NaN"}, "response_value"),
        ("number", {"response_value": "1" * 400}, "response_value"),
        ("choice", {"response_value": "purple"}, "response_value"),
        ("several", {"response_value": ["low", "purple"]}, "response_value"),
        (
            "date",
            {"response_day": "30", "response_month": "2", "response_year": "2026", "response_time": "10:00"},
            "response_day",
        ),
        (
            "date",
            {"response_day": "3", "response_month": "11", "response_year": "2026", "response_time": "26:00"},
            "response_time",
        ),
        ("day", {"response_day": "3", "response_month": "11", "response_year": "2027"}, "response_day"),
        ("sins", {"response_location": "elbow"}, "response_location"),
        ("text", {"response_value": "Call 020 7946 0018 first"}, "response_value"),
        ("text", {"response_value": "x" * 10_001}, "response_value"),
        ("number", {"note": "Write to a.person@example.invalid"}, "note"),
        ("number", {"note": "y" * 10_001}, "note"),
        ("tick", {"when_day": "31", "when_month": "6", "when_year": "2026"}, "when_day"),
        (
            "tick",
            {"when_day": "4", "when_month": "11", "when_year": "2026", "when_time": "10:00"},
            "when_day",
        ),
        ("tick", {"when_day": "4", "when_month": "11", "when_year": "1066"}, "when_day"),
        ("tick", {"status": "finished"}, "status"),
        ("tick", {"version": "many"}, "status"),
        ("tick", {"version": "9" * 40}, "status"),
        ("tick", {"version": "77"}, "status"),
        ("tick", {"token": "again"}, "status"),
        ("tick", {"reason": "no-such-reason"}, "reason"),
        ("tick", {"reason_text": "SW1A 1AA"}, "reason_text"),
    ],
)
def test_bad_input_is_explained_by_its_control_and_what_was_typed_is_kept(
    signed_in, case, code, answer, name
):
    item = stored(case, code)
    page = send(signed_in, item, **({"status": "done", "note": "My words stay."} | answer))
    html = page.content.decode()
    assert page.status_code == 422
    assert f'href="#{control(item, name)}"' in html
    assert f'id="{control(item, name)}"' in html
    assert "<title>Error: " in html
    if "note" not in answer:
        assert "My words stay." in html
    assert stored(case, code).version == item.version


def test_nul_bytes_are_cleaned_away(signed_in, case):
    send(signed_in, stored(case, "text"), status="done", note="a\x00b", response_value="c\x00d")
    item = stored(case, "text")
    assert (item.note, item.response) == ("ab", {"value": "cd"})


def test_a_megabyte_of_note_is_refused(signed_in, case):
    answer = send(signed_in, stored(case, "tick"), status="done", note="z" * 2**20)
    assert 400 <= answer.status_code < 500
    assert stored(case, "tick").status == ItemStatus.NOT_STARTED


def test_a_response_with_a_status_left_at_not_started_asks_for_the_status(signed_in, case):
    item = stored(case, "number")
    answer = send(signed_in, item, status="not_started", note="", response_value="2.4")
    assert answer.status_code == 422
    assert f'href="#{control(item, "status")}"' in answer.content.decode()
    assert 'value="2.4"' in answer.content.decode()


def test_the_button_for_done_does_not_overrule_a_status_that_was_picked(signed_in, case):
    item = stored(case, "tick")
    both = send(signed_in, item, status=["blocked", "done"], was="not_started", note="")
    assert both.status_code == 422
    assert "Choose one status: Blocked or Done" in text(both)
    assert (
        send(signed_in, item, status=["not_started", "done"], was="not_started", note="").status_code == 303
    )
    assert send(signed_in, item, status=["nonsense", "done"], was="not_started", note="").status_code < 500


def test_an_answer_can_be_taken_away_while_the_item_is_not_done(signed_in, case):
    send(signed_in, stored(case, "number"), status="in_progress", note="", response_value="2.4")
    send(signed_in, stored(case, "number"), status="in_progress", note="", response_value="")
    assert stored(case, "number").response == {}


def test_an_observer_may_look_but_not_touch(client, team, case):
    client.force_login(factories.observer(team))
    item = stored(case, "tick")
    assert client.get(item_url(item)).status_code == 200
    assert send(client, item, status="done", one_tap="yes").status_code == 403
    assert send(client, item, status="nonsense").status_code == 403
    assert stored(case, "tick").status == ItemStatus.NOT_STARTED


def test_another_teams_case_does_not_exist(client, case):
    client.force_login(factories.member(factories.team()))
    assert send(client, stored(case, "tick"), status="done").status_code == 404


@pytest.mark.parametrize(
    "place", ["none/1/", "tick/2/", "tick/99999/", "tick/99999999999999999999/", "tick/0/", "%00/1/"]
)
def test_an_item_that_does_not_exist_is_not_found(signed_in, case, place):
    address = f"{case_url(case)}items/{place}"
    assert signed_in.get(address).status_code == 404
    assert signed_in.post(f"{address}save/", {"status": "done"}).status_code == 404


def test_a_save_is_a_post(signed_in, case):
    assert signed_in.get(item_url(stored(case, "tick"), "save")).status_code == 405


def test_saving_costs_the_same_few_statements_whatever_the_size_of_the_checklist(signed_in, team):
    many = [{"code": f"tick-{n}", "phase": 1 + n % 6} for n in range(80)]
    costs = []
    for items in (many[:10], many):
        case = factories.open_case(team, factories.published(items))
        item = stored(case, "tick-1")
        send(signed_in, stored(case, "tick-2"), status="done", one_tap="yes")
        with CaptureQueriesContext(connection) as queries:
            send(signed_in, item, status="done", one_tap="yes")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 24


def test_a_reason_that_is_out_of_use_stays_where_it_was_given(signed_in, member, case):
    gone, other = factories.reason(), factories.reason()
    checklists.record_item(by=member, item=stored(case, "tick"), seen=1, status="blocked", reason=gone)
    gone.is_active = False
    with transaction.atomic(), recording(by=member, action=Action.CHANGE_REASON_CODE):
        gone.save()
    item = stored(case, "tick")
    assert f'value="{gone.code}" selected' in markup(signed_in.get(item_url(item)))
    again = {"status": "blocked", "reason": gone.code, "note": "Rang."}
    assert is_back_at_row(send(signed_in, item, **again), item)
    other_item = stored(case, "sins")
    assert send(signed_in, other_item, status="blocked", reason=gone.code, note="").status_code == 422
    assert send(signed_in, other_item, status="blocked", reason=other.code, note="").status_code == 303
