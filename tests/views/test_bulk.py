"""Many items at once on its pages: choose, look, do, take back; nothing but plain forms."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from pathways import models
from pathways.services import checklists
from pathways.views import bulk, bulk_choosing
from tests import factories
from tests.views.desk import markup, text

pytestmark = pytest.mark.django_db

URL = "/cases/bulk/"


@pytest.fixture
def case():
    return factories.open_case()


@pytest.fixture
def ann(case, client):
    person = factories.member(case.team)
    client.force_login(person)
    return person


def phase_url(case, phase="diagnosis"):
    return reverse("phase_bulk", args=[case.reference, phase])


def preview(client, url, **asked):
    return client.get(url, {"step": "preview", **asked})


def confirm(client, response):
    """Send the form of a preview as a browser would."""
    form = re.search(r'<form[^>]* method="post" action="([^"]*bulk/[^"]*)".*?</form>', markup(response))
    data: dict = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0]):
        data.setdefault(name, []).append(value)
    return client.post(form[1].replace("&amp;", "&"), data), data


def test_items_of_a_phase_are_looked_at_then_changed_then_taken_back(client, case, ann):
    items = [factories.item(case, code) for code in ("tick", "date")]
    response = preview(client, phase_url(case), kind="complete", item=[each.pk for each in items])
    assert "2 items will change" in text(response)
    assert factories.item(case, "tick").status == "not_started"
    response, _ = confirm(client, response)
    assert response.status_code == 303
    assert "2 changed." in text(client.get(response.url))
    assert factories.item(case, "tick").status == "done"
    token = re.search(
        r'name="token" value="([^"]+)"> <button class="btn sec">Undo all', markup(client.get(response.url))
    )
    undone = client.post(response.url, {"token": token[1]})
    assert "2 taken back." in text(client.get(undone.url))
    assert factories.item(case, "tick").status == "not_started"


def test_one_item_of_several_cases_is_assigned_at_once(client, case, ann):
    other = factories.open_case(team=case.team, version=case.template_version)
    asked = {"kind": "assign", "assignee": ann.username, "what": "i-tick"}
    response = preview(client, URL, case=[case.reference, other.reference], **asked)
    response, _ = confirm(client, response)
    assert response.status_code == 303
    assert [factories.item(each, "tick").assignee for each in (case, other)] == [ann, ann]


def test_all_items_of_a_discipline_are_assigned_at_once(client, case, ann):
    discipline = factories.item(case, "tick").template_item.discipline
    asked = {"kind": "assign", "assignee": ann.username, "what": f"d-{discipline.code}"}
    confirm(client, preview(client, URL, case=case.reference, **asked))
    assert {item.assignee for item in case.items.all()} == {ann}


def test_all_that_match_the_filters_are_chosen_by_an_address(client, case, ann):
    factories.open_case(version=case.template_version)
    response = client.get(URL + "?" + urlencode({"every": "yes", "view": "open"}))
    assert re.findall(r'name="case" value="([^"]+)"', response.text) == [case.reference]


def test_more_than_may_be_changed_at_once_goes_on_in_steps(client, case, ann, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    items = list(case.items.open().filter(phase=1))[:3]
    assert len(items) == 3
    shown = preview(client, phase_url(case), kind="assign", assignee=ann.username, item=[i.pk for i in items])
    assert "2 items will change" in text(shown)
    assert "At most 2 items are changed at once. These are the first; 1 more come after them." in text(shown)
    done, _ = confirm(client, shown)
    on = re.search(r'href="([^"]+)">Go on with those', client.get(done.url).text)[1].replace("&amp;", "&")
    shown = client.get(on)
    assert "1 item will change" in text(shown)
    assert "2 items will stay" in text(shown)
    done, _ = confirm(client, shown)
    assert "Go on with" not in client.get(done.url).text
    assert {case.items.get(pk=each.pk).assignee for each in items} == {ann}


def test_more_cases_than_fit_go_on_after_the_last(client, case, ann, monkeypatch):
    monkeypatch.setattr(bulk_choosing, "MOST", 2)
    cases = [case, *(factories.open_case(case.team, case.template_version) for _ in range(2))]
    chosen = client.get(URL, {"every": "yes", "view": "open"})
    assert "2 of 3 cases" in text(chosen)
    kept = dict(re.findall(r'name="(rest)" value="([^"]*)"', unescape(chosen.text)))
    references = [each.reference for each in cases[:2]]
    asked = kept | {"case": references, "what": "i-tick", "kind": "assign", "assignee": ann.username}
    shown = preview(client, URL, **asked)
    assert "Leave these and go on" in text(shown)
    done, _ = confirm(client, shown)
    assert [factories.item(each, "tick").assignee for each in cases] == [ann, ann, None]
    on = re.search(r'href="([^"]+)">Go on with those', client.get(done.url).text)[1].replace("&amp;", "&")
    done, _ = confirm(client, client.get(on))
    assert factories.item(cases[-1], "tick").assignee == ann
    assert "Go on with" not in client.get(done.url).text


@pytest.mark.parametrize("on", ["https://example.invalid/", "//example.invalid/", "javascript:alert(1)", "x"])
def test_a_result_leads_on_only_within_the_product(client, case, ann, on):
    items = [factories.item(case, "tick").pk]
    done, _ = confirm(client, preview(client, phase_url(case), kind="complete", item=items))
    assert "Go on with" not in client.get(done.url, {"on": on}).text


def test_nothing_selected_says_so(client, case, ann):
    back = client.get(URL)
    assert (back.status_code, back.url) == (303, "/cases/")
    assert "Select at least one case." in client.get(back.url).text
    response = preview(client, phase_url(case), kind="complete")
    assert response.status_code == 422
    assert "Select at least one item" in response.text


def test_a_repeated_confirmation_is_answered_with_the_same_result(client, case, ann):
    item = factories.item(case, "tick")
    shown = preview(client, phase_url(case), kind="complete", item=item.pk)
    first, data = confirm(client, shown)
    again = client.post(first.wsgi_request.get_full_path(), data)
    assert (again.status_code, again.url) == (303, first.url)
    assert models.BulkChange.objects.count() == 1


def test_what_a_colleague_changed_after_the_preview_is_left_out_with_their_name(client, case, ann):
    bob, item = factories.member(case.team), factories.item(case, "tick")
    shown = preview(client, phase_url(case), kind="complete", item=item.pk)
    checklists.record_item(by=bob, item=item, seen=item.version, status="in_progress")
    response, _ = confirm(client, shown)
    said = text(client.get(response.url))
    assert "1 not changed." in said
    assert f"{bob} changed it" in said


def test_not_applicable_needs_a_reason(client, case, ann):
    item = factories.item(case, "tick")
    asked = {"kind": "not_applicable", "item": item.pk}
    assert "Choose a reason" in preview(client, phase_url(case), **asked).text
    confirm(client, preview(client, phase_url(case), **asked, reason=factories.reason().code))
    assert factories.item(case, "tick").status == "not_applicable"


@pytest.mark.parametrize("row", ["nonsense", "1", "99999999999999999999:1", "-1:1", "999999999:1"])
def test_rows_that_make_no_sense_change_nothing(client, case, ann, row):
    data = {"token": "0" * 32, "kind": "complete", "row": row}
    response = client.post(URL + "?case=" + case.reference, data)
    assert response.status_code == 422
    assert not models.BulkChange.objects.exists()


def test_cases_of_other_teams_are_never_among_the_chosen(client, case, ann):
    other = factories.open_case(version=case.template_version)
    response = client.get(URL, {"case": [case.reference, other.reference]})
    assert other.reference not in markup(response)


def test_only_its_maker_sees_a_result(client, case, ann):
    item = factories.item(case, "tick")
    response, _ = confirm(client, preview(client, phase_url(case), kind="complete", item=item.pk))
    client.force_login(factories.member(case.team))
    assert client.get(response.url).status_code == 404


def test_a_preview_leads_back_to_what_was_chosen(client, case, ann):
    item = factories.item(case, "tick")
    asked = {"kind": "not_applicable", "item": item.pk, "reason": factories.reason(code="ours").code}
    shown = preview(client, phase_url(case), **asked, reason_text="As agreed.")
    again = unescape(re.search(r'href="([^"]+)">Choose again', markup(shown))[1])
    page = markup(client.get(again))
    assert f'value="{item.pk}" checked' in page
    assert 'value="not_applicable" checked' in page
    assert 'value="ours" selected' in page
    assert 'value="As agreed."' in page


def test_a_refusal_stands_by_its_control_and_keeps_what_was_chosen(client, case, ann):
    item = factories.item(case, "tick")
    page = markup(preview(client, phase_url(case), kind="not_applicable", item=item.pk))
    assert 'aria-describedby="id_reason-error"' in page
    assert 'id="item-error"' not in page
    page = markup(preview(client, phase_url(case), kind="complete"))
    assert 'href="#item"' in page
    assert 'aria-describedby="item-error"' in page
    data = {"token": "0" * 32, "kind": "complete", "row": "nonsense"}
    page = markup(client.post(f"{phase_url(case)}?item={item.pk}", data))
    assert f'value="{item.pk}" checked' in page


def test_what_does_not_apply_is_told_from_what_is_not_started(client, case, ann):
    page = text(client.get(phase_url(case, "stabilisation")))
    assert f"{factories.item(case, 'several').name}: Does not apply now" in page
    assert f"{factories.item(case, 'sins').name}: Not started" in page


def test_a_result_leads_back_to_its_one_case_or_to_all(client, case, ann):
    other = factories.open_case(team=case.team, version=case.template_version)
    asked = {"kind": "assign", "assignee": ann.username, "what": "i-tick"}
    for chosen, words in (([case, other], "Back to the cases"), ([case], f"Back to {case.reference}")):
        asked["case"] = [each.reference for each in chosen]
        response, _ = confirm(client, preview(client, URL, **asked))
        assert words in text(client.get(response.url))
        asked["assignee"] = ""
