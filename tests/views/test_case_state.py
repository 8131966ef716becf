"""Holding, closing and reopening a case: asked first, done once, by a coordinator."""

from uuid import uuid4

import pytest

from pathways.models import AuditEvent
from pathways.services import cases
from tests import factories
from tests.views.desk import text

ACTIONS = ("hold", "close", "reopen")
SENT = {"hold": {"reason": "Away"}, "close": {"outcome": "died"}, "reopen": {"reason": "Back"}}

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(team):
    return factories.open_case(team)


@pytest.fixture
def send(client, case):
    def post(action, **values):
        data = {"token": uuid4().hex, "was": status(case)} | SENT[action] | values
        return client.post(url(case, action), data)

    return post


def url(case, action):
    return f"/cases/{case.reference}/{action}/"


def status(case):
    case.refresh_from_db()
    return case.status


def ready_for(action, case, by):
    """Bring the case into a state from which the action is possible."""
    if action == "reopen":
        cases.close_case(by=by, case=case, outcome="died")


@pytest.mark.parametrize("action", ACTIONS)
def test_the_page_asks_before_anything_happens(client, case, coordinator, action):
    ready_for(action, case, coordinator)
    before = status(case)
    page = client.get(url(case, action))
    assert page.status_code == 200
    assert case.reference in text(page)
    assert status(case) == before


def test_a_case_on_hold_says_why_in_its_history(client, case, coordinator, send):
    answer = send("hold", reason="Away until Monday")
    assert (answer.status_code, answer.url) == (303, f"/cases/{case.reference}/")
    assert status(case) == "on_hold"
    assert f"{case.reference} is on hold." in text(client.get(answer.url))
    assert AuditEvent.objects.get(action="hold_case").reason == "Away until Monday"


def test_a_case_closes_with_its_outcome(case, coordinator, send):
    assert send("close", outcome="pathway_complete", reason="All done").status_code == 303
    assert (status(case), case.outcome) == ("closed", "pathway_complete")
    assert AuditEvent.objects.get(action="close_case").reason == "All done"


def test_a_closed_case_can_be_reopened(case, coordinator, send):
    cases.close_case(by=coordinator, case=case, outcome="died")
    assert send("reopen").status_code == 303
    assert (status(case), case.outcome) == ("open", "")


def test_a_case_that_closes_without_words_has_its_outcome_as_the_reason(case, coordinator, send):
    send("close", outcome="transferred", reason=" ")
    assert AuditEvent.objects.get(action="close_case").reason == "Transferred to another service"


@pytest.mark.parametrize(
    ("typed", "kept"), [("", "Closed in error"), ("Wrong case.", "Closed in error: Wrong case.")]
)
def test_one_tap_says_why_a_case_is_reopened(client, case, coordinator, send, typed, kept):
    cases.close_case(by=coordinator, case=case, outcome="died")
    assert 'name="tap" value="Closed in error"' in client.get(url(case, "reopen")).text
    assert send("reopen", tap="Closed in error", reason=typed).status_code == 303
    assert AuditEvent.objects.get(action="reopen_case").reason == kept


@pytest.mark.parametrize("tap", ["x" * 1001, "Ring ann@example.org", "\x00"])
def test_a_tap_that_no_button_sent_is_refused_like_text(case, coordinator, send, tap):
    cases.close_case(by=coordinator, case=case, outcome="died")
    assert send("reopen", tap=tap, reason="").status_code == 422
    assert status(case) == "closed"


def test_a_case_on_hold_is_asked_in_words(client, case, coordinator, send):
    cases.hold_case(by=coordinator, case=case, reason="Away")
    assert 'name="tap"' not in client.get(url(case, "reopen")).text
    assert 'name="tap"' not in client.get(url(case, "close")).text


def test_a_case_comes_off_hold_by_the_same_page(client, case, coordinator, send):
    cases.hold_case(by=coordinator, case=case, reason="Away")
    assert f"Take {case.reference} off hold" in text(client.get(url(case, "reopen")))
    send("reopen")
    assert status(case) == "open"


@pytest.mark.parametrize("action", ACTIONS)
def test_others_are_told_who_may(client, case, coordinator, team, send, action):
    ready_for(action, case, coordinator)
    before = status(case)
    for person in (factories.member(team), factories.observer(team), factories.auditor()):
        client.force_login(person)
        for answer in (client.get(url(case, action)), send(action)):
            assert answer.status_code == 403
            assert "A coordinator of the team can hold, close and reopen cases." in text(answer)
    assert status(case) == before


@pytest.mark.parametrize("action", ACTIONS)
def test_other_teams_do_not_find_the_case(client, case, send, action):
    client.force_login(factories.coordinator(factories.team()))
    assert client.get(url(case, action)).status_code == 404
    assert send(action).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_the_same_form_sent_twice_is_answered_the_same_and_done_once(case, coordinator, send, action):
    ready_for(action, case, coordinator)
    form = {"token": uuid4().hex, "was": status(case)}
    first, again = send(action, **form), send(action, **form)
    assert (
        (first.status_code, first.url) == (again.status_code, again.url) == (303, f"/cases/{case.reference}/")
    )
    assert AuditEvent.objects.filter(action=f"{action}_case").count() == 1


def test_the_same_token_with_another_reason_is_refused(case, coordinator, send):
    form = {"token": uuid4().hex, "was": "open"}
    send("hold", **form)
    assert send("hold", **form, reason="Other").status_code == 422


@pytest.mark.parametrize(
    ("action", "values", "wrong"),
    [
        ("hold", {"reason": " \x00"}, "Enter a reason"),
        ("hold", {"reason": "a" * 1001}, "Use at most 1,000 characters"),
        ("hold", {"reason": "Ring ann@example.org"}, "Remove the e-mail address."),
        ("close", {"outcome": ""}, "Choose an outcome"),
        ("close", {"outcome": "cured"}, "Choose an outcome"),
        ("close", {"outcome": ["died", "cured"]}, "Choose an outcome"),
        ("close", {"reason": "Lives at M1 1AE"}, "Remove the postcode."),
        ("hold", {"token": "x"}, "This form is out of date. Reload the page."),
        ("hold", {"was": ""}, "This page is out of date. Reload it and try again."),
        ("close", {"was": "asleep"}, "This page is out of date. Reload it and try again."),
    ],
)
def test_what_cannot_be_taken_is_named_and_kept(case, coordinator, send, action, values, wrong):
    answer = send(action, **values)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: " in html
    assert wrong in html
    assert str(values.get("reason", "")).replace("\x00", "") in html
    assert status(case) == "open"


def test_a_reason_of_a_megabyte_is_refused(case, coordinator, send):
    assert send("hold", reason="a" * 1_000_000).status_code in (400, 413, 422)
    assert status(case) == "open"


@pytest.mark.parametrize("action", ["hold", "close"])
def test_a_closed_case_is_neither_held_nor_closed_again(client, case, coordinator, send, action):
    cases.close_case(by=coordinator, case=case, outcome="transferred")
    assert send(action).status_code == 409
    case.refresh_from_db()
    assert case.outcome == "transferred"


@pytest.mark.parametrize(("action", "state"), [("hold", "on hold"), ("reopen", "open")])
def test_a_page_for_what_is_so_already_leads_back_to_the_case(client, case, coordinator, action, state):
    if state == "on hold":
        cases.hold_case(by=coordinator, case=case, reason="Away")
    answer = client.get(url(case, action))
    assert (answer.status_code, answer.url) == (303, f"/cases/{case.reference}/")
    assert f"{case.reference} is {state}." in text(client.get(answer.url))


@pytest.fixture
def other(team):
    return factories.coordinator(team, display_name="J. Lindqvist")


def test_a_case_that_was_closed_meanwhile_is_not_taken_off_hold(client, case, coordinator, other, send):
    cases.hold_case(by=coordinator, case=case, reason="Away")
    shown = client.get(url(case, "reopen")).content.decode()
    assert 'name="was" value="on_hold"' in shown
    cases.close_case(by=other, case=case, outcome="died")
    answer = send("reopen", was="on_hold", reason="Back at home since Monday")
    words, html = text(answer), answer.content.decode()
    assert answer.status_code == 409
    assert "J. Lindqvist changed this while you were editing." in words
    assert ", died" in words
    assert "Nothing you wrote has been lost." in words
    assert "Back at home since Monday</textarea>" in html
    assert f'href="/cases/{case.reference}/"' in html
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "died")
    assert AuditEvent.objects.filter(action="conflicted", case=case, actor=coordinator).count() == 1


def test_after_a_conflict_the_form_asks_about_the_state_that_it_shows_now(case, coordinator, other, send):
    cases.hold_case(by=other, case=case, reason="Away")
    answer = send("close", was="open", outcome="transferred", reason="Moved north")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "On hold" in text(answer)
    assert 'name="was" value="on_hold"' in html
    assert "Moved north</textarea>" in html
    assert status(case) == "on_hold"


def test_a_second_hold_is_not_swallowed_and_its_reason_is_kept(case, coordinator, other, send):
    cases.hold_case(by=other, case=case, reason="Away")
    answer = send("hold", was="open", reason="Trial screening")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Trial screening</textarea>" in html
    assert 'name="was"' not in html
    assert f'href="/cases/{case.reference}/"' in html


def test_a_refused_form_goes_on_from_the_status_that_it_was_shown_with(case, coordinator, other, send):
    cases.hold_case(by=other, case=case, reason="Away")
    refused = send("close", was="open", outcome="")
    assert refused.status_code == 422
    assert 'name="was" value="open"' in refused.content.decode()
