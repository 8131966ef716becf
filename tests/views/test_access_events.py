"""Everything worth a look is an event: pages that were read, searches, refusals, conflicts."""

from datetime import timedelta

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import settings as shipped
from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.services import TakenAway, cases
from tests import factories
from tests.views.desk import HTMX, NOW, case_url, item_url, same, send, tap

RECORDED = "pathways.http.recorded_looks"
CANARY = "Canary sang at four"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "looks")]


@pytest.fixture
def looks(settings):
    """As the product is set up; other tests go without."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, RECORDED]


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=NOW - timedelta(hours=5))


@pytest.fixture
def item(case):
    return factories.item(case, "number")


def events(action):
    return AuditEvent.objects.filter(action=action).order_by("at", "reason")


def test_the_product_records_looks():
    assert shipped.MIDDLEWARE[-1] == RECORDED


@pytest.mark.parametrize("page", ["", "details/", "history/", "items/tick/1/", "items/tick/1/?part=edit"])
def test_every_page_and_part_of_a_case_is_a_look_at_it(signed_in, case, member, page):
    assert signed_in.get(case_url(case) + page, headers=HTMX if "?" in page else None).status_code == 200
    look = events(Action.READ_CASE).get()
    assert (look.actor, look.role, look.case, look.team) == (member, "member", case, case.team)
    assert (look.at, look.address, look.source) == (NOW, "127.0.0.1", "web")


def test_one_person_with_one_case_is_one_look_in_ten_minutes(signed_in, case, item):
    signed_in.get(case_url(case))
    signed_in.get(item_url(item))
    tap(signed_in, item, status="in_progress")
    assert events(Action.READ_CASE).count() == 1
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        signed_in.get(item_url(item))
    assert events(Action.READ_CASE).count() == 2


def test_a_look_through_the_answer_to_a_form_counts_and_a_redirect_shows_nothing(signed_in, case, item):
    assert send(signed_in, item, status="in_progress").status_code == 303
    assert not events(Action.READ_CASE).exists()
    assert send(signed_in, item, status="nonsense").status_code == 422
    assert events(Action.READ_CASE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_look_is_written_when_the_answer_has_gone_out(signed_in, case, rf):
    cookies = {"HTTP_COOKIE": f"sessionid={signed_in.cookies['sessionid'].value}"}
    response = WSGIHandler()(rf.get(case_url(case), **cookies).environ, lambda status, headers: None)
    assert case.reference.encode() in b"".join(response)
    assert not events(Action.READ_CASE).exists()
    response.close()
    assert events(Action.READ_CASE).count() == 1


def test_a_look_that_cannot_be_recorded_leaves_the_page_as_it_is(signed_in, case, monkeypatch):
    def busy(**about):
        raise OperationalError("database is locked")

    monkeypatch.setattr("pathways.audit.access.record_event", busy)
    assert signed_in.get(case_url(case)).status_code == 200


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("q=SM-1", "Reference: SM-1"),
        ("view=closed&q=sm&page=2&sort=case", "Reference: sm"),
        ("view=open&phase=pain&state=overdue", "Phase: Pain; Phase state: Overdue"),
    ],
)
def test_a_search_keeps_its_words(signed_in, member, query, reason):
    signed_in.get(f"/cases/?{query}")
    search = events(Action.SEARCH).get()
    assert (search.actor, search.reason, search.case, search.at) == (member, reason, None, NOW)


def test_the_list_without_a_filter_is_no_search(signed_in):
    for query in ("", "?view=closed&sort=case&page=2"):
        signed_in.get(f"/cases/{query}")
    assert not events(Action.SEARCH).exists()


def test_turning_the_pages_of_a_search_within_a_minute_is_one_search(signed_in):
    for page in (1, 2, 1):
        signed_in.get(f"/cases/?q=SM&page={page}", headers=HTMX)
    assert events(Action.SEARCH).count() == 1


def asked_for(client, reference):
    """The answer without what differs each time, and how many statements it took with what came after."""
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(f"/cases/{reference}/")
    return answer.status_code, same(answer.text), len(statements)


def test_a_case_that_is_not_theirs_looks_like_none_and_both_are_refused_attempts(client, case):
    outsider = factories.member(factories.team())
    client.force_login(outsider)
    client.get("/about/")
    hidden, missing = asked_for(client, case.reference), asked_for(client, "ZZ-999999")
    assert hidden[0] == 404
    assert hidden == missing
    first, second = events(Action.REFUSED)
    assert (first.actor, first.role, first.case, first.team) == (outsider, "", case, case.team)
    assert first.reason == f"view this case: GET /cases/{case.reference}/"
    assert (second.case, second.reason) == (None, "view this case: GET /cases/ZZ-999999/")


def test_each_thing_tried_on_a_hidden_case_is_recorded_once_a_minute(client, case, item):
    client.force_login(factories.member(factories.team()))
    for _ in range(2):
        client.get(case_url(case))
        send(client, item, status="done")
    assert [event.reason for event in events(Action.REFUSED)] == [
        f"view this case: GET {case_url(case)}",
        f"view this case: POST {item_url(item, 'save')}",
    ]


def test_a_missing_item_of_a_case_of_theirs_is_no_refused_attempt(signed_in, case):
    assert signed_in.get(f"{case_url(case)}items/none/1/").status_code == 404
    assert signed_in.get("/nowhere/").status_code == 404
    assert not events(Action.REFUSED).exists()


def test_a_form_from_an_old_page_is_a_refused_attempt_of_who_is_signed_in(case, item, member):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sign-in/", {"username": "someone"}).status_code == 403
    client.force_login(member)
    assert send(client, item, status="done").status_code == 403
    refused = events(Action.REFUSED).get()
    assert (refused.actor, refused.case) == (member, case)
    assert refused.reason == f"send a form from an old page: POST {item_url(item, 'save')}"


def test_a_change_of_a_closed_case_is_a_conflict(signed_in, case, item, member, team):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    assert send(signed_in, item, status="in_progress").status_code == 409
    conflict = events(Action.CONFLICTED).get()
    assert (conflict.actor, conflict.role, conflict.case, conflict.team) == (member, "member", case, team)


def test_a_change_of_an_item_that_was_taken_away_is_a_conflict(signed_in, case, item, monkeypatch):
    def gone(*args):
        raise TakenAway

    monkeypatch.setattr("pathways.views.sheet.Sheet.find", gone)
    assert tap(signed_in, item, status="in_progress").status_code == 409
    conflict = events(Action.CONFLICTED).get()
    assert (conflict.case, conflict.reason) == (case, "an item")


def fails(error):
    def service(**about):
        raise error(CANARY)

    return service


def test_no_text_of_a_note_comes_into_the_log(signed_in, case, item, member, team, log, monkeypatch):
    signed_in.raise_request_exception = False
    met = [send(signed_in, item, status="in_progress", note=CANARY)]
    met += [send(signed_in, item, status="done", response_value="many", note=CANARY)]
    met += [send(signed_in, item, "comment", text=CANARY * 1000)]
    met += [send(signed_in, item, version=1, token="none", note=CANARY)]
    met += [Client().post(item_url(item, "save"), {"note": CANARY})]
    met += [signed_in.post(item_url(item, "save"), {"note": CANARY * 50_000})]
    for error in (RuntimeError, DatabaseError, OperationalError):
        monkeypatch.setattr("pathways.views.items.record_item", fails(error))
        met += [send(signed_in, item, status="in_progress", note=CANARY)]
    monkeypatch.setattr("pathways.audit.access.record_event", fails(DatabaseError))
    signed_in.get(f"/cases/?q={CANARY}")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.observer(team))
    met += [send(strict, item, note=CANARY)]
    strict.handler.enforce_csrf_checks = False
    met += [send(strict, item, note=CANARY)]
    statuses = [answer.status_code for answer in met]
    assert statuses == [303, 422, 422, 422, 401, 413, 500, 500, 503, 403, 403]
    assert "Internal Server Error" in log.getvalue()
    assert '"error": "DatabaseError", "event": "a look was not recorded"' in log.getvalue()
    assert CANARY not in log.getvalue()
