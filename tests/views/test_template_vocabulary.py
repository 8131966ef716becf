"""The pages of a draft's fields, instruments, sources and notes."""

from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.services import template_life
from pathways.services.draft_vocabulary import save_entry
from tests import factories
from tests.views.desk import markup, text

pytestmark = pytest.mark.django_db

LEVEL = {"code": "level", "title": "Level", "type": "choice", "choices": "low = Low\nhigh = High"}
SOURCE = {"code": "NG234", "title": "A guideline"}


@pytest.fixture
def editor(client):
    person = factories.pathway_editor(display_name="E. Haddad")
    client.force_login(person)
    return person


@pytest.fixture
def draft(editor):
    return template_life.start_draft(by=editor, template=factories.published().template)


def address(draft, rest):
    return f"/templates/{draft.template.code}/draft/{rest}"


def send(client, draft, rest, **values):
    sent = {"token": uuid4().hex, "version": draft.version} | values
    return client.post(address(draft, rest), sent)


def codes(draft, kind="case_fields"):
    draft.refresh_from_db()
    return [each["code"] for each in getattr(draft, kind)]


def test_somebody_who_only_reads_sees_the_fields_without_controls(client, draft):
    client.force_login(factories.person())
    page = client.get(address(draft, "fields/"))
    assert "Cord or cauda equina compression" in text(page) or "cord_compression" in text(page)
    assert "Add a case field" not in text(page)
    assert "<form" not in markup(page).split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("kind", ["fields", "instruments", "sources", "notes"])
def test_each_kind_has_a_list_and_a_form(client, draft, kind):
    assert client.get(address(draft, f"{kind}/")).status_code == 200
    assert client.get(address(draft, f"new/{kind}/")).status_code == 200


def test_the_list_counts_what_uses_a_field(client, draft):
    found = markup(client.get(address(draft, "fields/")))
    row = found.split('id="e-cord_compression"')[1].split("</tr>")[0]
    assert '<td data-l="Used by" class="r num">1</td>' in row


def test_a_new_field_is_added_and_said(client, draft):
    answer = send(client, draft, "new/fields/", **LEVEL)
    assert (answer.status_code, answer.url) == (303, address(draft, "fields/"))
    assert codes(draft)[-1] == "level"
    assert "“Level” was saved." in text(client.get(answer.url))


def test_the_same_form_sent_twice_adds_once(client, draft):
    once = {"token": uuid4().hex} | LEVEL
    first, second = (send(client, draft, "new/fields/", **once) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert codes(draft).count("level") == 1


def test_what_was_typed_stays_with_what_is_wrong(client, draft):
    answer = send(client, draft, "new/fields/", **LEVEL | {"choices": "low = Low", "help": "Which one."})
    assert answer.status_code == 422
    words = unescape(markup(answer))
    assert "needs at least 2" in words
    assert "low = Low</textarea>" in words
    assert "Which one." in words
    assert 'aria-invalid="true"' in words
    assert "level" not in codes(draft)


def test_the_form_of_a_field_leads_to_the_items_whose_rules_use_it(client, draft):
    page = markup(client.get(address(draft, "fields/cord_compression/")))
    assert f'href="{address(draft, "items/several/")}"' in page


def test_a_field_in_use_is_not_taken_out(client, draft):
    answer = send(client, draft, "fields/cord_compression/remove/")
    assert answer.status_code == 422
    assert "It cannot be taken out while it is used by" in text(answer)
    assert "cord_compression" in codes(draft)


def test_a_field_that_nothing_uses_is_taken_out(client, draft):
    answer = send(client, draft, "fields/sex/remove/")
    assert answer.status_code == 303
    assert "sex" not in codes(draft)


def test_two_editors_of_one_field_see_both_and_lose_nothing(client, draft):
    field = next(each for each in draft.case_fields if each["code"] == "sex")
    shown = {"code": "sex", "type": "choice", "choices": "a = A\nb = B"}
    save_entry(
        by=factories.pathway_editor(display_name="B. Other"),
        draft=draft,
        kind="case_fields",
        code="sex",
        entry=field | {"title": "Theirs"},
        seen=draft.version,
    )
    answer = send(client, draft, "fields/sex/", **shown | {"title": "Mine"})
    assert answer.status_code == 409
    assert "B. Other changed this while you were editing" in text(answer)
    assert "Theirs" in text(answer)
    assert 'value="Mine"' in markup(answer)
    draft.refresh_from_db()
    assert f'name="version" value="{draft.version}"' in markup(answer)
    assert send(client, draft, "fields/sex/", **shown | {"title": "Mine"}).status_code == 303


def test_an_entry_moves_down_and_the_page_goes_back_to_it(client, draft):
    first, second, *_ = codes(draft)
    answer = send(client, draft, f"fields/{first}/move/", to="down")
    assert answer.url.endswith(f"/fields/#e-{first}")
    assert codes(draft)[:2] == [second, first]


def test_sources_and_instruments_are_edited_in_the_same_way(client, draft):
    assert send(client, draft, "new/sources/", **SOURCE).status_code == 303
    draft.refresh_from_db()
    band = {"bands": "none = None | 0 to 3\nsome = Some | 4 to 10", "higher_is": "worse", "number": "1"}
    scale = {"code": "thirst", "title": "Thirst", "type": "scale", "scope": "The week", "sources": "NG234"}
    numbers = {"min": "0", "max": "10", "step": "1", "body": "0 = None\n10 = Worst"}
    assert send(client, draft, "new/instruments/", **scale, **band, **numbers).status_code == 303
    assert codes(draft, "instruments")[-1] == "thirst"
    assert "NG234" in codes(draft, "sources")


def test_a_field_that_is_not_there_is_not_found(client, draft):
    assert client.get(address(draft, "fields/gone/")).status_code == 404


def test_a_draft_that_was_discarded_keeps_what_was_typed(client, editor, draft):
    template_life.discard_draft(by=editor, draft=draft)
    answer = send(client, draft, "new/fields/", **LEVEL)
    assert answer.status_code == 409
    assert "low = Low" in answer.text


@pytest.mark.parametrize("odd", ["\x00", "9" * 400, "💉" * 50, "- | =\n|"])
@pytest.mark.parametrize("kind", ["fields", "instruments", "sources", "notes"])
def test_odd_input_meets_a_clear_refusal(client, draft, kind, odd):
    names = (
        "code",
        "type",
        "choices",
        "min",
        "max",
        "pattern",
        "body",
        "bands",
        "number",
        "step",
        "sources",
        "url",
    )
    for name in names:
        good = LEVEL | {"text": "Words.", "scope": "All", "number": "1"}
        answer = send(client, draft, f"new/{kind}/", **good | {name: odd})
        assert answer.status_code in (303, 422)
        draft.refresh_from_db()


def test_the_list_takes_as_many_queries_for_many_fields_as_for_few(client, editor, draft):
    client.get(address(draft, "notes/"))
    with CaptureQueriesContext(connection) as few:
        client.get(address(draft, "notes/"))
    with CaptureQueriesContext(connection) as many:
        client.get(address(draft, "fields/"))
    assert len(few) == len(many) <= 10
