"""Moving cases from the page: choose, preview, move, follow, try again, undo."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.enums import MoveOutcome
from pathways.models import Case, CaseMove
from pathways.permissions import as_system
from pathways.services import cases, checklists
from pathways.views import template_move
from tests import factories
from tests.services.moves import items_like, newer

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return factories.published()


@pytest.fixture
def target(version):
    return newer(version, items_like({"code": "new", "title": "New one"}, without=("number",)))


@pytest.fixture
def case(version, target):
    return factories.open_case(version=version)


@pytest.fixture
def editor(client):
    person = factories.pathway_editor()
    client.force_login(person)
    return person


@pytest.fixture
def page(version):
    return f"/templates/{version.template.code}/move-cases/"


def move(client, page, *chosen, **values):
    body = {"token": uuid4().hex, "to": "2", "case": [each.reference for each in chosen]}
    return client.post(page, body | {"name": "Autumn", "reason": "Newer."} | values)


def press(client, address, act, **headers):
    return client.post(address, {"token": uuid4().hex, "act": act}, headers=headers)


def test_every_open_case_on_another_version_is_offered(client, editor, page, case, version, target):
    closed, there = factories.open_case(version=version), factories.open_case(version=target)
    cases.close_case(by=as_system(), case=closed, outcome="died")
    html = client.get(page).text
    assert f'value="{case.reference}"' in html
    assert f'value="{closed.reference}"' not in html
    assert f'value="{there.reference}"' not in html


def test_the_filters_narrow_what_is_offered(client, editor, page, case, version):
    other = factories.open_case(version=version)
    html = client.get(page, {"team": other.team.code}).text
    assert other.reference in html
    assert case.reference not in html
    assert case.reference in client.get(page, {"team": "nonsense", "to": "junk", "since": "9" * 30}).text


def test_the_preview_says_what_the_move_brings_each_case_and_changes_nothing(client, editor, page, case):
    html = client.get(page, {"step": "preview", "to": "2", "case": case.reference}).text
    assert "1 item gained" in html
    assert "<li>New one</li>" in html
    assert "1 item leaving" in html
    assert Case.objects.get(pk=case.pk).template_version.number == 1


def test_an_answer_on_an_item_that_leaves_is_told(client, editor, page, case):
    item, member = factories.item(case, "number"), factories.member(case.team)
    response = {"value": 2.5, "unit": "mmol/L"}
    checklists.record_item(by=member, item=item, seen=item.version, status="done", response=response)
    html = client.get(page, {"step": "preview", "to": "2", "every": "yes"}).text
    assert "1 answer kept on an item that leaves" in html


def test_nothing_selected_is_said_on_the_page(client, editor, page, case):
    assert "Select at least one case." in client.get(page, {"step": "preview", "to": "2"}).text


def test_a_move_needs_a_name_and_a_reason_and_keeps_what_was_chosen(client, editor, page, case):
    answer = move(client, page, case, name=" ", reason="")
    assert answer.status_code == 422
    for said in ("Enter a name for the move", "Enter a reason", f'name="case" value="{case.reference}"'):
        assert said in answer.text
    assert not CaseMove.objects.exists()


def test_the_chosen_cases_are_moved_and_the_others_stay(client, editor, page, case, version):
    other = factories.open_case(version=version)
    answer = move(client, page, case)
    batch = CaseMove.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/moves/{batch.pk}/")
    assert Case.objects.get(pk=case.pk).template_version.number == 2
    assert Case.objects.get(pk=other.pk).template_version.number == 1
    html = client.get(answer["Location"]).text
    assert "Autumn" in html
    assert case.reference in html
    assert "Moved" in html


def test_the_same_post_twice_makes_one_batch(client, editor, page, case):
    token = uuid4().hex
    first, second = (move(client, page, case, token=token) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert CaseMove.objects.count() == 1


def test_a_code_that_goes_is_mapped_by_the_editor(client, editor, page, case):
    html = client.get(page).text
    assert '<select id="map-number" name="map-number">' in html
    move(client, page, case, **{"map-number": "new"})
    assert CaseMove.objects.get().renamed == {"number": "new"}


def test_a_batch_that_does_not_fit_the_request_goes_on_from_its_page(client, editor, page, case, monkeypatch):
    monkeypatch.setattr(template_move, "SECONDS_A_REQUEST", 0)
    address = move(client, page, case)["Location"]
    html = client.get(address).text
    assert "Go on with 1" in html
    assert 'hx-trigger="submit, load' in html
    monkeypatch.undo()
    part = press(client, address, "go_on", **{"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div class="stacked" id="move">')
    assert "Go on with" not in part.text
    assert CaseMove.objects.get().cases.get().outcome == MoveOutcome.MOVED


def test_what_could_not_be_moved_says_why_and_is_tried_again(client, editor, page, case, monkeypatch):
    monkeypatch.setattr(template_move, "SECONDS_A_REQUEST", 0)
    address = move(client, page, case)["Location"]
    cases.close_case(by=as_system(), case=case, outcome="died")
    monkeypatch.undo()
    press(client, address, "go_on")
    assert "Closed cases stay on their version" in client.get(address).text
    cases.reopen_case(by=as_system(), case=Case.objects.get(pk=case.pk), reason="Closed in error")
    assert press(client, address, "retry").status_code == 303
    assert Case.objects.get(pk=case.pk).template_version.number == 2


def test_the_batch_is_undone_from_its_page(client, editor, page, case):
    address = move(client, page, case)["Location"]
    assert "Undo: move 1 back" in client.get(address).text
    assert press(client, address, "back").status_code == 303
    assert Case.objects.get(pk=case.pk).template_version.number == 1
    assert "Moved back" in client.get(address).text


def test_a_button_that_is_none_changes_nothing(client, editor, page, case):
    address = move(client, page, case)["Location"]
    assert press(client, address, "dance").status_code == 422


def test_the_pages_cost_the_same_however_many_cases_there_are(client, editor, page, case, version):
    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    batch = move(client, page, case)["Location"]
    factories.open_case(version=version)
    looks = [page, f"{page}?step=preview&to=2&every=yes", batch]
    before = [cost(each) for each in looks]
    more = [factories.open_case(version=version) for _ in range(4)]
    assert [cost(each) for each in looks] == before
    move(client, page, *more[:2])
    assert max(before) <= 16


@pytest.mark.parametrize("odd", ["\x00", "'", "9" * 400, "💉", "-1"])
def test_bad_input_never_breaks_the_pages(client, editor, page, case, odd):
    asked = {"to": odd, "since": odd, "team": odd, "status": odd, "case": odd, "page": odd, "map-" + odd: odd}
    assert client.get(page, asked).status_code == 200
    assert client.get(page, asked | {"step": "preview", "every": "yes"}).status_code == 200
    answer = move(client, page, case, **{"map-number": odd, "to": odd})
    assert answer.status_code in (303, 422)


def test_a_moved_case_says_so_on_its_page_and_keeps_what_left(client, editor, page, case):
    item, member = factories.item(case, "number"), factories.member(case.team)
    response = {"value": 2.5, "unit": "mmol/L"}
    checklists.record_item(by=member, item=item, seen=item.version, status="done", response=response)
    move(client, page, case)
    client.force_login(member)
    html = client.get(f"/cases/{case.reference}/").text
    assert "Moved from v1 to v2 on " in html
    assert ": 1 item more, 1 retired. Newer. Its counts changed with the version." in html
    assert "From an earlier version: 1 item" in html
    assert "Done. 2.50 mmol/L" in html
    about = client.get(f"/cases/{case.reference}/items/number/1/").text
    assert "belongs to an earlier version of the pathway" in about
    assert 'id="record"' not in about


def test_an_untouched_item_that_left_is_not_listed(client, editor, page, case):
    move(client, page, case)
    client.force_login(factories.member(case.team))
    assert "From an earlier version" not in client.get(f"/cases/{case.reference}/").text


def test_recording_on_an_item_that_left_is_refused_in_words(client, editor, page, case):
    move(client, page, case)
    client.force_login(factories.member(case.team))
    body = {"token": uuid4().hex, "version": 2, "status": "in_progress"}
    answer = client.post(f"/cases/{case.reference}/items/number/1/save/", body)
    assert answer.status_code == 422
    assert "earlier version of the pathway" in answer.text
