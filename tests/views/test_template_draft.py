"""The outline of a draft: who sees what, what each control does, with htmx and without any script."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pathways.models import AuditEvent, TemplateItem
from pathways.services import drafts
from pathways.services.template_life import discard_draft, start_draft
from tests import factories

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def editor(client):
    person = factories.pathway_editor(display_name="E. Haddad")
    client.force_login(person)
    return person


@pytest.fixture
def other():
    return factories.pathway_editor(display_name="S. Byrne")


@pytest.fixture
def draft(editor):
    items = [{"code": f"step-{n}", "phase": 1, "title": f"Step <{n}>"} for n in range(1, 4)]
    items += [{"code": "last", "phase": 6, "title": "Last", "depends_on": ["step-2"]}]
    return start_draft(by=editor, template=factories.published(items).template)


def url(draft, rest=""):
    return f"/templates/{draft.template.code}/draft/{rest}"


def item(draft, code):
    return draft.items.select_related("discipline").get(code=code)


def order(draft, phase=1):
    return [row.code for row in draft.items.filter(phase=phase, is_removed=False).order_by("position")]


def post(client, draft, rest, headers=None, **values):
    return client.post(url(draft, rest), {"token": uuid4().hex} | values, headers=headers)


def tap(client, draft, rest, **values):
    """As htmx sends it."""
    return post(client, draft, rest, HTMX, **values)


def to(row, place, phase=None):
    return f"{row.pk}.{row.version}.{phase or row.phase}.{place}"


def focus_of(response):
    """The id of what the answer leads to."""
    return re.findall(r'id="([^"]+)"[^>]*data-autofocus', response.text)


def form(row, **values):
    """The fields of the item's form as they are first shown."""
    shown = {
        "version": row.version,
        "title": row.title,
        "code": row.code,
        "discipline": row.discipline.code,
        "requirement": row.requirement,
        "kind": row.response["kind"],
        "depends_on": row.depends_on,
    }
    return shown | values


def save(client, draft, row, headers=None, **values):
    return post(client, draft, f"items/{row.code}/", headers, **form(row, **values))


def test_the_outline_tells_each_item_with_its_number_due_time_and_what_it_waits_for(client, draft, editor):
    row = item(draft, "step-3")
    save(
        client,
        draft,
        row,
        anchor="item",
        anchor_item="step-1",
        within_amount="2",
        within_unit="D",
        basis="local",
    )
    html = unescape(client.get(url(draft)).text)
    assert "Tick · Due 2 days after 1.1 · Required" in html
    assert "Waits for 1.2" in html
    assert "Step &lt;1&gt;" in client.get(url(draft)).text


def test_a_conditional_item_says_its_rule_in_words(client, draft, editor):
    rule = {"clause_0_field": "cord_compression", "clause_0_operator": "is", "clause_0_value": "suspected"}
    answer = save(client, draft, item(draft, "step-1"), HTMX, requirement="conditional", **rule)
    assert "compression is Suspected" in answer.text
    saved = item(draft, "step-1")
    assert saved.applies_rule == {"all": [{"field": "cord_compression", "is": "suspected"}]}
    assert saved.applies_text.endswith("is Suspected")


def test_rows_say_what_is_new_changed_or_removed(client, draft, editor):
    drafts.add_item(by=editor, draft=draft, phase=2, title="Fresh")
    save(client, draft, item(draft, "step-1"), guidance="Ask first.")
    drafts.remove_item(by=editor, item=item(draft, "step-2"), seen=1)
    html = client.get(url(draft)).text
    tags = re.findall(r'<span class="tag (\w+)">', html.split('id="outline"')[1])
    assert sorted(tags) == ["changed", "gone", "new"]
    assert "<del>Step &lt;2&gt;</del>" in html


def test_whoever_may_not_edit_reads_it_without_controls(client, draft):
    client.force_login(factories.observer(factories.team()))
    html = client.get(url(draft)).text
    assert "Step &lt;1&gt;" in html
    assert not re.search('Edit|formaction|Move 1|New item|Review and publish|id="act"', html)


def test_the_draft_and_its_template_name_who_else_is_editing(client, draft, editor, other):
    pages = (url(draft), reverse("template_detail", args=[draft.template.code]))
    assert not any("also editing" in client.get(page).text for page in pages)
    drafts.add_item(by=other, draft=draft, phase=2, title="Fresh")
    assert all("S. Byrne is also editing." in client.get(page).text for page in pages)
    client.force_login(other)
    assert not any("also editing" in client.get(page).text for page in pages)


def test_the_page_of_eighty_two_items_stays_small_and_asks_few_questions(client, editor):
    draft = start_draft(by=editor, template=factories.shipped().template)
    client.get(url(draft))
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url(draft))
    assert response.text.count('<li class="item"') == 82
    assert len(asked) <= 12
    assert len(response.content) <= 80 * 1024


def test_more_items_ask_no_more_questions(client, draft, editor):
    def asked():
        client.get(url(draft))
        with CaptureQueriesContext(connection) as found:
            client.get(url(draft))
        return len(found)

    before = asked()
    for number in range(5):
        drafts.add_item(by=editor, draft=draft, phase=3, title=f"More {number}")
    assert asked() == before


def test_up_and_down_move_an_item_and_keep_the_focus(client, draft):
    row = item(draft, "step-2")
    answer = tap(client, draft, "move/", up=to(row, 1))
    assert order(draft) == ["step-2", "step-1", "step-3"]
    assert "moved, now 1 of 3." in answer.headers["HX-Trigger"]
    assert answer.headers["HX-Retarget"] == "#p-diagnosis"
    assert focus_of(answer) == [f"i{row.pk}-up"]
    assert 'id="p-follow_up"' in answer.text  # it waits for what has another number now


def test_without_a_script_a_move_leads_back_to_the_row(client, draft):
    row = item(draft, "step-2")
    response = post(client, draft, "move/", down=to(row, 3))
    assert (response.status_code, response.url) == (303, f"{url(draft)}#i{row.pk}")
    assert order(draft) == ["step-1", "step-3", "step-2"]


def test_at_the_ends_the_buttons_say_why_they_do_nothing(client, draft):
    html = client.get(url(draft)).text
    first, last = item(draft, "step-1"), item(draft, "step-3")
    assert re.search(rf'id="i{first.pk}-up"[^>]*aria-disabled="true" title="It is the first', html)
    assert re.search(rf'id="i{last.pk}-down"[^>]*aria-disabled="true" title="It is the last', html)
    assert "stays 1 of 3" in tap(client, draft, "move/", up=to(first, 0)).headers["HX-Trigger"]


def test_an_item_moves_to_another_phase_and_both_are_shown(client, draft):
    row = item(draft, "step-1")
    answer = tap(client, draft, "move/", pk=row.pk, version=row.version, phase="6", position="1")
    assert order(draft, 6) == ["step-1", "last"]
    assert answer.headers["HX-Retarget"] == "#p-follow_up"
    assert re.search(r'id="p-diagnosis"[^>]*hx-swap-oob="morph"', answer.text)
    assert "moved to Follow-up, now 1 of 2." in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(
    "values", [{}, {"up": "nonsense"}, {"up": "1.1.9.1"}, {"pk": "x"}, {"pk": "9" * 30}, {"up": "9.9.1.1"}]
)
def test_a_move_that_leads_nowhere_is_refused(client, draft, values):
    assert post(client, draft, "move/", **values).status_code in {404, 422}
    assert order(draft) == ["step-1", "step-2", "step-3"]


def test_a_place_that_is_no_number_is_said_in_the_row(client, draft):
    row = item(draft, "step-1")
    answer = tap(client, draft, "move/", pk=row.pk, version=1, phase="2", position="x")
    assert answer.status_code == 422
    assert "Enter a place, from 1" in answer.text


def test_a_new_item_is_added_and_its_form_is_next(client, draft):
    answer = tap(client, draft, "items/new/", phase="diagnosis", title="Fit the brace")
    made = item(draft, "fit-the-brace")
    assert focus_of(answer) == [f"i{made.pk}-edit"]
    response = post(client, draft, "items/new/", phase="pain", title="Walk")
    assert response.url == f"{url(draft)}#i{item(draft, 'walk').pk}"


def test_an_item_without_a_title_is_refused_where_it_was_typed(client, draft):
    answer = tap(client, draft, "items/new/", phase="pain", title=" ")
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#p-pain")
    assert "Enter a title" in answer.text
    assert post(client, draft, "items/new/", phase="pain", title="x" * 300).status_code == 422


def test_a_copy_comes_after_its_item(client, draft):
    answer = tap(client, draft, "items/step-1/duplicate/")
    assert order(draft)[1] == "step-1-copy"
    assert focus_of(answer) == [f"i{item(draft, 'step-1-copy').pk}-edit"]


def test_after_removing_one_goes_on_at_the_next_row_and_undo_brings_it_back(client, draft):
    answer = tap(client, draft, "items/step-1/remove/", version=1)
    assert focus_of(answer) == [f"i{item(draft, 'step-2').pk}-more"]
    tap(client, draft, "items/step-2/remove/", version=1)
    answer = tap(client, draft, "items/step-3/remove/", version=1)
    assert focus_of(answer) == ["p-diagnosis-h"]
    assert order(draft) == []
    answer = tap(client, draft, "items/step-2/put-back/")
    assert order(draft) == ["step-2"]
    assert focus_of(answer) == [f"i{item(draft, 'step-2').pk}-more"]


def test_the_form_shows_what_is_stored_and_saves_every_property(client, draft):
    response = client.get(url(draft, "items/step-1/"))
    assert "Edit “Step &lt;1&gt;”" in response.text
    fields = {
        "title": "First",
        "code": "first",
        "guidance": "Two\r\nlines.",
        "requirement": "optional",
        "anchor": "phase_started",
        "within_amount": "24",
        "within_unit": "H",
        "basis": "published",
        "repeat_amount": "1",
        "repeat_unit": "W",
        "kind": "choice",
        "multiple": "yes",
        "options": "low = Low\nVery high",
        "depends_on": ["step-2", "step-3"],
    }
    response = save(client, draft, item(draft, "step-1"), **fields)
    assert response.status_code == 303
    row = item(draft, "first")
    assert (row.title, row.guidance, row.within, row.repeat) == ("First", "Two\nlines.", "PT24H", "P1W")
    assert row.response["choices"][1] == {"value": "very_high", "label": "Very high"}
    assert row.response["multiple"]
    assert row.depends_on == ["step-2", "step-3"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": " "}, "Enter a title"),
        ({"title": "x" * 201}, "longer than 200"),
        ({"code": "step-2"}, "Another item of this draft"),
        ({"code": "Not A Code"}, "small letters"),
        ({"discipline": "nobody"}, "Choose a discipline"),
        ({"requirement": "maybe"}, "Choose one"),
        ({"requirement": "conditional"}, "Say when it applies"),
        ({"anchor": "case_opened", "basis": "local", "within_amount": "soon"}, "whole number"),
        ({"anchor": "item", "basis": "local", "within_amount": "1", "within_unit": "D"}, "Choose the item"),
        ({"repeat_amount": "-3", "repeat_unit": "D"}, "whole number"),
        ({"kind": "poem"}, "Choose what is recorded"),
        ({"kind": "number", "unit": "mm", "min": "1e400", "max": "NaN"}, "Enter a number"),
        ({"kind": "choice", "options": "One"}, "at least two options"),
        ({"kind": "choice", "options": "a = One\na = Two"}, "same value"),
        ({"kind": "score", "instrument": ""}, "There is a problem"),
        ({"version": "77"}, "out of date"),
        ({"token": "junk"}, "out of date"),
    ],
)
def test_what_makes_no_sense_is_refused_and_shown_again(client, draft, fields, words):
    row = item(draft, "step-1")
    for headers in (None, HTMX):
        response = save(client, draft, row, headers, **({"guidance": "Kept text"} | fields))
        assert response.status_code == 422
        assert "There is a problem" in response.text
        assert words in unescape(response.text)
        assert "Kept text" in response.text
    assert item(draft, "step-1").version == 1


@pytest.mark.parametrize(
    ("field", "operator", "value", "words"),
    [
        ("nothing", "is", "x", "Choose a case field"),
        ("cord_compression", "at_least", "x", "use: is"),
        ("cord_compression", "is", "sideways", "is one of"),
        ("cord_compression", "is", "", "Say what"),
        ("age_years", "at_least", "old", "Enter a number"),
    ],
)
def test_a_clause_that_makes_no_sense_is_refused_beside_it(client, draft, field, operator, value, words):
    rule = {"clause_1_field": field, "clause_1_operator": operator, "clause_1_value": value}
    response = save(client, draft, item(draft, "step-1"), requirement="conditional", **rule)
    assert response.status_code == 422
    assert words in response.text


def test_a_rule_may_be_typed_by_its_labels_and_takes_rows_of_any_number(client, draft):
    rule = {
        "joiner": "any",
        "clause_0_field": "cord_compression",
        "clause_0_operator": "in",
        "clause_0_value": "Suspected; confirmed",
        "clause_5_field": "age_years",
        "clause_5_operator": "at_least",
        "clause_5_value": "70",
    }
    save(
        client, draft, item(draft, "step-1"), requirement="conditional", applies_text="Old or worried", **rule
    )
    clauses = [
        {"field": "cord_compression", "in": ["suspected", "confirmed"]},
        {"field": "age_years", "at_least": 70},
    ]
    assert item(draft, "step-1").applies_rule == {"any": clauses}


def test_the_rule_fits_its_controls_to_the_field_and_says_it_in_words(client, draft):
    sent = {"part": "rule", "clause_0_field": "cord_compression", "clause_0_operator": "in"}
    sent |= {"clause_0_value": "suspected", "joiner": "all"}
    html = client.get(url(draft, "items/step-1/"), sent, headers=HTMX).text
    assert re.search(r'type="checkbox"\s+name="clause_0_value"[^>]*value="suspected" checked', html)
    assert "compression is Suspected" in html
    assert 'name="clause_1_field"' in html
    assert "at_least" not in html.split("clause_0_value")[0]


def test_of_two_editors_the_second_chooses_and_loses_nothing(client, draft, editor, other):
    row = item(draft, "step-1")
    document = {"code": "step-1", "title": "Theirs", "discipline": row.discipline.code, "guidance": "Ask."}
    document |= {"requirement": "required", "response": {"kind": "tick"}}
    drafts.edit_item(by=other, item=row, seen=1, document=document)
    for headers in (None, HTMX):
        response = save(client, draft, row, headers, title="Mine")
        assert response.status_code == 409
        for words in ("S. Byrne changed this while you were editing", "Theirs", "Mine", "Keep theirs"):
            assert words in response.text
    assert AuditEvent.objects.filter(action="conflicted").count() == 2
    again = dict(
        re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.text.split("<details")[0])
    )
    again |= dict(
        re.findall(
            r'type="hidden" name="([^"]+)" value="([^"]*)"',
            response.text[response.text.index("Yours") :].split("</form>")[0],
        )
    )
    assert (again["version"], again["replacing"]) == ("1", "2")
    again.pop("csrfmiddlewaretoken", None)
    assert tap(client, draft, "items/step-1/", **again).status_code == 200
    assert (item(draft, "step-1").title, item(draft, "step-1").guidance) == ("Mine", "Ask.")


def test_what_another_editor_changed_elsewhere_is_kept_and_said(client, draft, other):
    row = item(draft, "step-1")
    document = {"code": "step-1", "title": row.title, "discipline": row.discipline.code, "guidance": "Ask."}
    document |= {"requirement": "required", "response": {"kind": "tick"}}
    drafts.edit_item(by=other, item=row, seen=1, document=document)
    answer = save(client, draft, row, HTMX, title="Mine")
    assert "S. Byrne changed the guidance meanwhile; that was kept." in answer.text


def test_a_form_finds_its_item_after_another_editor_gave_it_another_code(client, draft, other):
    row = item(draft, "step-1")
    document = {"code": "renamed", "title": row.title, "discipline": row.discipline.code}
    drafts.edit_item(
        by=other,
        item=row,
        seen=1,
        document=document | {"requirement": "required", "response": {"kind": "tick"}},
    )
    response = save(client, draft, row, pk=str(row.pk), title="Mine")
    assert response.status_code == 303
    assert item(draft, "renamed").title == "Mine"


def test_what_was_removed_with_a_stale_row_is_looked_at_again(client, draft, other):
    row = item(draft, "step-1")
    document = {"code": "step-1", "title": "Vital", "discipline": row.discipline.code}
    drafts.edit_item(
        by=other,
        item=row,
        seen=1,
        document=document | {"requirement": "required", "response": {"kind": "tick"}},
    )
    answer = tap(client, draft, "items/step-1/remove/", version=1)
    assert answer.status_code == 409
    assert "look at it as it is now" in answer.text
    assert not item(draft, "step-1").is_removed


def test_a_post_that_comes_twice_counts_once(client, draft):
    values = {"token": uuid4().hex, "phase": "pain", "title": "Once"}
    for _ in range(2):
        assert post(client, draft, "items/new/", **values).status_code == 303
    assert TemplateItem.objects.filter(title="Once").count() == 1
    assert post(client, draft, "items/new/", **(values | {"title": "Other"})).status_code == 422


def test_a_phase_gets_another_goal(client, draft, other):
    assert "What it is for" in client.get(url(draft, "phases/pain/"), headers=HTMX).text
    answer = tap(client, draft, "phases/pain/", version=1, title="Pain", goal="Relief first.")
    assert "Relief first." in answer.text
    assert focus_of(answer) == ["p-pain-h"]
    client.force_login(other)
    refused = post(client, draft, "phases/pain/", version=1, title="Pain", goal="Comfort.")
    assert refused.status_code == 409
    assert "Relief first." in refused.text
    assert "Comfort." in refused.text
    assert post(client, draft, "phases/pain/", version=2, title="", goal="").status_code == 422
    assert client.get(url(draft, "phases/nowhere/")).status_code == 404


def test_what_was_written_for_a_draft_that_went_is_handed_back(client, draft, editor):
    row = item(draft, "step-1")
    discard_draft(by=editor, draft=draft)
    response = save(client, draft, row, title="Late words")
    assert response.status_code == 409
    assert "Late words" in response.text
    assert client.get(url(draft)).status_code == 404


def test_nul_and_surrogates_are_cleaned_out(client, draft):
    save(
        client,
        draft,
        item(draft, "step-1"),
        title="be\x00fore \ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "ignore"),
    )
    assert "\x00" not in item(draft, "step-1").title
