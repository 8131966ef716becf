"""Sessions that end, addresses that count, refusals that leave a trace, and pages that no cache keeps."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.urls import resolve, reverse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from pathways import http, kept
from pathways.audit.recording import TokenReused
from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.permissions import Forbidden, Permission, as_system
from pathways.services import checklists, people
from tests import factories

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/about/?a=1"}


@pytest.fixture
def visitor(client):
    client.force_login(factories.person())
    return client


@pytest.fixture
def asked(rf):
    """asked(path, user, data) is a request as a view sees it, a POST when it carries data."""

    def make(path="/about/", user=None, data=None, **headers):
        request = rf.get(path, headers=headers) if data is None else rf.post(path, data, headers=headers)
        request.user = user or AnonymousUser()
        request.htmx = HtmxDetails(request)
        request.resolver_match = resolve("/about/")
        return request

    return make


@pytest.mark.parametrize(
    ("headers", "fragment"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_a_fragment_answers_htmx_alone(asked, headers, fragment):
    assert http.wants_fragment(asked(**headers)) is fragment


@pytest.mark.parametrize("path", ["/about/", "/sign-in/", "/nowhere/"])
def test_no_cache_keeps_a_page_or_takes_it_for_its_fragment(visitor, path):
    response = visitor.get(path)
    assert response["Cache-Control"] == "no-store"
    assert {"HX-Request", "HX-History-Restore-Request"} <= set(response["Vary"].split(", "))


def test_pages_refuse_code_and_frames_of_others(client):
    policy = client.get("/about/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("behind_proxy", "remote", "forwarded", "address"),
    [
        (False, "192.0.2.1", None, "192.0.2.1"),
        (False, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (True, "192.0.2.1", "203.0.113.9", "203.0.113.9"),
        (True, "192.0.2.1", "198.51.100.5, 203.0.113.9", "203.0.113.9"),
        (True, "192.0.2.1", None, "192.0.2.1"),
        (True, "192.0.2.1", "nonsense", None),
        (False, "2001:db8::1", None, "2001:db8::1"),
        (False, "", None, None),
    ],
)
def test_only_our_own_proxy_is_believed(rf, settings, behind_proxy, remote, forwarded, address):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind_proxy else None
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert http.client_address(rf.get("/", REMOTE_ADDR=remote, **extra)) == address


def test_half_an_hour_without_activity_ends_the_session_and_says_so(visitor):
    visitor.get("/about/")
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        response = visitor.get("/about/")
        assert "_auth_user_id" not in visitor.session
        assert "You were signed out after 30 minutes without activity." in response.text


def test_activity_keeps_the_session(visitor):
    start = timezone.now()
    for minutes in (0, 20, 40, 60):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            visitor.get("/about/")
            assert "_auth_user_id" in visitor.session


def test_twelve_hours_end_even_a_busy_session(visitor):
    start = timezone.now()
    for quarter in range(4 * 12 + 2):
        with time_machine.travel(start + timedelta(minutes=15 * quarter)):
            visitor.get("/about/")
    assert "_auth_user_id" not in visitor.session


def test_the_last_seen_time_is_written_at_most_once_a_minute(visitor):
    start = timezone.now()
    seen = []
    for seconds in (0, 59, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            visitor.get("/about/")
        seen.append(visitor.session["seen"])
    assert seen[0] == seen[1] < seen[2]


@pytest.mark.parametrize(("headers", "status"), [({}, 303), (HTMX, 204)])
def test_staying_signed_in_keeps_the_session_and_shows_nothing_new(visitor, headers, status):
    start = timezone.now()
    for minutes in (0, 25, 50):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            response = visitor.post("/stay-signed-in/", headers=headers)
            assert (response.status_code, response.content) == (status, b"")
    assert "_auth_user_id" in visitor.session


def test_a_page_that_outlives_a_sign_in_can_read_its_new_csrf_token(visitor):
    assert not visitor.get("/preferences/").cookies["csrftoken"]["httponly"]


def test_a_page_asks_to_sign_in_and_remembers_where_one_was_going(client):
    assert client.get("/").url == "/sign-in/?next=/"


def test_a_fragment_sends_the_whole_page_to_sign_in(client):
    response = client.get("/", headers=HTMX)
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fabout%2F%3Fa%3D1"


def signed_out_post(asked, **headers):
    request = asked("/", data={"note": "What I wrote", "password": "secret", "token": "t"}, **headers)
    return http.SignInRequired(lambda request: None).handle_no_permission(request, None)


def test_what_one_wrote_after_the_session_ended_is_handed_back(asked):
    response = signed_out_post(asked)
    assert response.status_code == 401
    assert "What I wrote</textarea>" in response.text
    assert "secret" not in response.text.split("<main")[1]


def test_it_is_carried_to_the_page_for_signing_in_and_saved_by_one_more_press(client):
    """By whoever signs in, for what they may do, and with the version that was seen: nothing is stored."""
    case = factories.open_case()
    item, who = factories.item(case, "tick"), {"username": "ann", "display_name": "Ann", "password": PASSWORD}
    person = people.create_person(by=as_system(), **who)
    people.add_membership(by=as_system(), user=person, team=case.team, role="member")
    save = reverse("item_save", args=[case.reference, "tick", 1])
    fields = {"status": "done", "version": item.version, "note": "Said by phone.", "token": uuid4().hex}
    page = client.post(save, fields, headers={"referer": f"http://testserver/cases/{case.reference}/"})
    assert page.status_code == 401
    page = client.post(reverse("sign_in"), hidden(page))
    assert page.status_code == 200
    assert "What you wrote is kept for now" in page.text
    wrong = client.post(reverse("sign_in"), hidden(page) | {"username": person.username, "password": "no"})
    assert wrong.status_code == 422
    page = client.post(
        reverse("sign_in"),
        hidden(wrong) | {"username": "ann", "password": PASSWORD},
    )
    assert f"You are signed in as {person}" in page.text
    assert "Said by phone.</textarea>" in page.text
    assert f'href="/cases/{case.reference}/">Leave it' in page.text
    assert factories.item(case, "tick").note == ""
    assert f'action="{save}"' in page.text
    assert client.post(save, hidden(page)).status_code == 303
    saved = factories.item(case, "tick")
    assert (saved.note, saved.status, saved.settled_by) == ("Said by phone.", "done", person)


def test_what_changed_meanwhile_is_a_conflict_as_always(client):
    case = factories.open_case()
    ann, bob = factories.member(case.team), factories.member(case.team)
    item = factories.item(case, "tick")
    save = reverse("item_save", args=[case.reference, "tick", 1])
    fields = {"status": "not_started", "version": item.version, "note": "Mine.", "token": uuid4().hex}
    carried = hidden(client.post(save, fields))
    checklists.record_item(by=bob, item=item, seen=item.version, status="not_started", note="Theirs.")
    client.force_login(ann)
    found = kept.Kept.sent_on(carried)
    assert client.post(found.path, dict(found.pairs)).status_code == 409
    assert factories.item(case, "tick").note == "Theirs."


@pytest.mark.parametrize("path", ["", "https://example.invalid/", "//example.invalid/", "cases/"])
def test_nothing_is_carried_to_another_site(path):
    assert kept.Kept.sent_on({"kept_path": path, "kept_fields": "note=a", "kept_back": "/"}) is None
    assert kept.Kept("/cases/", "note=a", path).page == "/"


def test_secrets_are_not_carried(asked):
    sent = {"note": "a", "password": "hidden", "persona": "byrne", "csrfmiddlewaretoken": "t"}
    assert kept.Kept.of(asked("/x/?a=1", data=sent)) == ("/x/?a=1", "note=a", "")
    assert kept.Kept.of(asked("/x/", data={"csrfmiddlewaretoken": "t"})) is None


def hidden(page):
    """The hidden fields of a page's own form."""
    main = page.text.partition("<main")[2]
    found = re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', main)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_fragment_after_the_session_ended_leaves_the_page_alone(asked):
    response = signed_out_post(asked, **HTMX)
    assert response.status_code == 401
    assert "<html" not in response.text
    assert "You have been signed out" in response.text
    assert "What I wrote" not in response.text


@pytest.mark.parametrize(("headers", "where"), [({}, (None, None)), (HTMX, ("#flash", "innerHTML"))])
def test_a_problem_of_a_fragment_is_told_at_the_top_of_the_page_that_asked(asked, headers, where):
    response = http.problem(asked(**headers), 409, "Closed", "It was closed.")
    assert (response.get("HX-Retarget"), response.get("HX-Reswap")) == where


def test_a_refusal_says_who_may_and_stays_in_the_audit(asked):
    person = factories.person()
    response = http.answer_for(asked(user=person), Forbidden(Permission.OPEN_CASE))
    assert response.status_code == 403
    assert "A coordinator of the team can open cases." in response.text
    event = AuditEvent.objects.get(action=Action.REFUSED)
    assert (event.actor, event.reason) == (person, "open cases: GET /about/")


def test_a_refusal_names_the_case_it_was_about(asked):
    case = factories.open_case()
    request = asked(user=factories.observer(case.team))
    request.resolver_match.kwargs["reference"] = case.reference
    http.answer_for(request, Forbidden(Permission.RECORD))
    assert AuditEvent.objects.get(action=Action.REFUSED).case == case


def test_a_token_with_another_body_is_bad_input_and_the_text_comes_back(asked):
    request = asked(data={"note": "Mine", "token": str(uuid4())})
    response = http.answer_for(request, TokenReused())
    assert response.status_code == 422
    assert "Mine</textarea>" in response.text


def test_a_busy_database_offers_to_send_the_same_form_again(asked):
    request = asked("/about/?a=1", data={"note": ["One", "Two"], "csrfmiddlewaretoken": "old"})
    response = http.answer_for(request, OperationalError("database is locked"))
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert 'action="/about/?a=1"' in response.text
    assert 'name="note" value="One"' in response.text
    assert 'name="note" value="Two"' in response.text
    assert 'value="old"' not in response.text


def test_what_nobody_expected_is_left_to_django(asked):
    assert http.answer_for(asked(), ValueError()) is None
