"""Bad input meets a clear 4xx, writes nothing and loses nothing; it never meets a 5xx."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways import models
from pathways.services import cases
from tests import factories

pytestmark = pytest.mark.django_db

HUGE = "9" * 400
NUL = "before\x00after"
SURROGATE = "\ud800"
MEGABYTE = "x" * 1_000_000
ODD = ["nonsense", HUGE, "-1", "1e400", "NaN", "[]", "' OR 1=1 --", "\u202e", "💉" * 50]


@pytest.fixture
def case():
    return factories.open_case(details={"cord_compression": "suspected"})


@pytest.fixture
def lead(case, client):
    person = factories.coordinator(case.team)
    client.force_login(person)
    return person


def body(**values):
    return {"token": uuid4().hex, "version": 1} | values


def written():
    return [
        model.objects.count()
        for model in (models.ChecklistItem.history.model, models.Case.history.model, models.Comment)
    ]


def post(client, case, path, **values):
    """Send it, see that nothing was written, and give the answer."""
    before = written()
    response = client.post(f"/cases/{case.reference}/{path}", body(**values))
    assert written() == before
    return response


ITEM_FIELDS = {
    "tick": ["status", "version", "token", "reason", "when_day"],
    "date": ["response_day", "response_month", "response_year", "response_time"],
    "number": ["response_value"],
    "choice": ["response_value"],
    "several": ["response_value"],
    "sins": ["response_location"],
}
WHOLE = {
    "date": {"response_day": "1", "response_month": "3", "response_year": "2026", "response_time": "14:32"},
    "number": {"response_value": "2.4"},
    "choice": {"response_value": "low"},
    "several": {"response_value": "low"},
    "sins": {},
    "tick": {},
}


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize(
    ("code", "name"), [(code, name) for code, names in ITEM_FIELDS.items() for name in names]
)
def test_a_value_that_makes_no_sense_is_refused_and_shown_again(client, case, lead, code, name, value):
    values = {"status": "done"} | WHOLE[code] | {name: value}
    response = post(client, case, f"items/{code}/1/save/", **values)
    assert response.status_code == 422
    assert "There is a problem" in response.text


DUE = {"due_day": "27", "due_month": "11", "due_year": "2026", "due_time": "14:32"}


@pytest.mark.parametrize("value", ODD)
@pytest.mark.parametrize("name", ["due", "version", "token", *DUE])
def test_a_due_time_that_makes_no_sense_is_refused_and_shown_again(client, case, lead, name, value):
    response = post(client, case, "items/tick/1/due/", **DUE | {name: value})
    assert response.status_code == 422
    assert "There is a problem" in response.text


@pytest.mark.parametrize("value", ["nonsense", HUGE, NUL, "menu", "reason", "due"])
@pytest.mark.parametrize("verb", ["save", "assign", "due", "comment", "undo"])
def test_a_part_that_makes_no_sense_never_breaks_the_answer(client, case, lead, verb, value):
    sent = body(part=value, status="nonsense", assignee="nonsense", due="nonsense", text="")
    response = client.post(
        f"/cases/{case.reference}/items/tick/1/{verb}/", sent, headers={"HX-Request": "true"}
    )
    assert response.status_code in {404, 422}
    assert "<html" not in response.text


@pytest.mark.parametrize("field", ["note", "reason_text", "response_value"])
def test_nul_bytes_and_lone_surrogates_are_cleaned_out_and_the_rest_is_kept(client, case, lead, field):
    reason = factories.reason()
    status = (
        {"status": "blocked", "reason": reason.code} if field == "reason_text" else {"status": "in_progress"}
    )
    raw = f"{field}={NUL}%ED%A0%80&token={uuid4().hex}&version=1&" + "&".join(
        f"{k}={v}" for k, v in status.items()
    )
    response = client.post(
        f"/cases/{case.reference}/items/text/1/save/", raw, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 303
    item = factories.item(case, "text")
    kept = {"note": item.note, "reason_text": item.reason_text, "response_value": item.response.get("value")}
    assert kept[field].startswith("beforeafter")


def test_the_30th_of_february_is_no_date(client, case, lead):
    parts = {"response_day": "30", "response_month": "2", "response_year": "2026", "response_time": "10:00"}
    response = post(client, case, "items/date/1/save/", status="done", note="", **parts)
    assert response.status_code == 422
    assert "Enter a real date" in response.text
    assert 'value="30"' in response.text


def test_a_note_of_a_megabyte_is_refused(client, case, lead):
    assert post(client, case, "items/tick/1/save/", status="in_progress", note=MEGABYTE).status_code == 413
    long = "x" * 10_001
    response = post(client, case, "items/tick/1/save/", status="in_progress", note=long)
    assert response.status_code == 422
    assert long in response.text


@pytest.mark.parametrize("text", ["a.person@example.invalid", "07700 900123", "SW1A 1AA", "943 476 5919"])
@pytest.mark.parametrize("path", ["items/tick/1/comment/", "comment/"])
def test_what_looks_like_a_real_person_is_refused(client, case, lead, path, text):
    response = post(client, case, path, text=f"Call {text}")
    assert response.status_code == 422
    assert "Demonstration data only" in response.text


PATHS = [
    "items/nothing/1/", "items/tick/2/", "items/tick/0/", f"items/tick/{HUGE}/", "items/%00/1/",
    "phases/nose/start/",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_an_address_that_names_nothing_is_not_found(client, case, lead, path):
    send = client.post if path.endswith("start/") else client.get
    assert send(f"/cases/{case.reference}/{path}").status_code == 404


@pytest.mark.parametrize("reference", ["SM-0", "SM-999999", f"SM-{HUGE}", "sm-1", "%00", "SM-1%00"])
def test_a_reference_that_names_no_case_is_not_found(client, case, lead, reference):
    assert client.get(f"/cases/{reference}/").status_code == 404


POSTS = [
    "items/tick/1/save/", "items/tick/1/undo/", "items/tick/1/assign/", "items/tick/1/due/",
    "items/tick/1/comment/", "items/tick/1/restore/?version=1", "details/restore/?field=age_years&version=1",
    "comment/", "details/", "hold/", "close/", "reopen/", "phases/follow_up/start/",
]  # fmt: skip


@pytest.mark.parametrize("path", POSTS)
def test_another_teams_case_cannot_be_found(client, case, path):
    client.force_login(factories.coordinator(factories.team()))
    assert post(client, case, path, status="in_progress", text="Hello").status_code == 404


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("token", ["", "nonsense", HUGE])
def test_a_form_without_its_token_is_out_of_date(client, case, lead, path, token):
    response = post(client, case, path, token=token, status="in_progress", text="Hello", reason="Because")
    assert response.status_code in {422, 303}


CLOSED = [
    "items/tick/1/save/", "items/tick/1/assign/", "items/tick/1/due/", "comment/", "details/",
    "phases/follow_up/start/",
]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_a_closed_case_answers_so(client, case, lead, path):
    cases.close_case(by=lead, case=case, outcome="died")
    values = {"status": "in_progress", "text": "Hello", "step": "save", "version": 2, "due": "today"}
    response = post(client, case, path, **values)
    assert response.status_code == 409
    assert "closed" in response.text


def save(client, case, **values):
    return client.post(f"/cases/{case.reference}/items/tick/1/save/", values)


def test_a_repeated_post_is_applied_once_and_answered_the_same(client, case, lead):
    sent = body(status="in_progress", note="Called")
    first, again = save(client, case, **sent), save(client, case, **sent)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.url == again.url
    assert models.AuditEvent.objects.filter(case=case, action="record_item").count() == 1


def test_the_same_token_with_another_body_is_refused_with_the_text_kept(client, case, lead):
    sent = body(status="in_progress", note="Called")
    save(client, case, **sent)
    response = save(client, case, **sent | {"note": "Called again"})
    assert response.status_code == 422
    assert "Called again" in response.text
    assert factories.item(case, "tick").note == "Called"


def test_a_stale_form_gets_both_versions_and_the_typed_text(client, case, lead):
    factories_member = factories.member(case.team, display_name="J. Lindqvist")
    save(client, case, **body(status="in_progress", note="Unsteady on stairs."))
    client.force_login(factories_member)
    response = save(client, case, **body(status="in_progress", note="Brace refitted."))
    assert response.status_code == 409
    for words in ("Unsteady on stairs.", "Brace refitted.", "Nothing you wrote has been lost"):
        assert words in re.sub("</?mark>", "", response.text)
    assert factories.item(case, "tick").note == "Unsteady on stairs."
    assert models.AuditEvent.objects.get(action="conflicted").case == case


def saving(client, version):
    case = factories.open_case(version=version)
    client.force_login(factories.member(case.team))
    client.get("/about/")
    with CaptureQueriesContext(connection) as queries:
        response = client.post(
            f"/cases/{case.reference}/items/first/1/save/", body(status="done", one_tap="1")
        )
    assert response.status_code == 303
    return len(queries)


def test_saving_one_item_costs_at_most_24_queries_however_much_follows(client):
    first = {"code": "first", "phase": 3, "repeat": "P7D"}
    after = [
        {"code": f"after-{n}", "phase": 4, **factories.within("item", "P7D", "first")} for n in range(30)
    ]
    few = saving(client, factories.published([first, after[0]]))
    many = saving(client, factories.published([first, *after]))
    assert few == many <= 24
