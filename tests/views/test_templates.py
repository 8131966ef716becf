"""The list of pathway templates, one with its versions, a new one, and the beginning and end of drafts."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.dashboards import variance
from pathways.models import PathwayTemplate, TemplateItem, TemplateVersion
from pathways.permissions import as_system
from pathways.services import cases, checklists, template_life, templates
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return factories.published()


@pytest.fixture
def template(version):
    return version.template


@pytest.fixture
def editor(client):
    person = factories.pathway_editor(display_name="E. Haddad")
    client.force_login(person)
    return person


def address(template, rest=""):
    return f"/templates/{template.code}/{rest}"


def send(client, path, **values):
    return client.post(path, {"token": uuid4().hex, **values})


HEADER = {
    "title": "Hip fracture",
    "condition": "A broken hip",
    "summary": "",
    "code": "hip-fracture",
    "reference_prefix": "HF",
}


def test_the_list_shows_what_is_published_what_is_drafted_and_how_many_cases_are_open(
    client, editor, template, version
):
    case = factories.open_case(version=version)
    factories.open_case(version=version)
    cases.close_case(by=as_system(), case=case, outcome="died")
    html = client.get("/templates/").text
    assert template.title in html
    assert "v1, " in html
    assert '<td data-l="Open cases" class="r num">1</td>' in html
    assert "Draft v2" not in html
    template_life.start_draft(by=editor, template=template)
    assert "Draft v2" in client.get("/templates/").text


def test_everybody_may_read_and_only_a_pathway_editor_sees_the_way_to_change(client, template):
    client.force_login(factories.observer(factories.team()))
    for path in ("/templates/", address(template)):
        html = client.get(path).text
        assert template.title in html
        for way in ("New template", "Edit as draft", "Import", "Retire", "Move cases"):
            assert way not in html


def test_the_versions_say_who_published_them_when_and_why(client, editor, template):
    draft = template_life.start_draft(by=editor, template=template)
    templates.publish_version(by=editor, version=draft, summary="Adds a <b>review</b>.")
    factories.open_case(version=TemplateVersion.objects.get(pk=draft.pk))
    html = client.get(address(template)).text
    assert "by E. Haddad" in html
    assert "Adds a &lt;b&gt;review&lt;/b&gt;." in html
    assert "First version." in html
    assert html.index(">v2</a>") < html.index(">v1</a>")


def test_a_page_costs_the_same_however_many_versions_and_templates_there_are(client, editor, template):
    def cost(path):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    before = [cost("/templates/"), cost(address(template))]
    for _ in range(3):
        draft = template_life.start_draft(by=editor, template=template)
        templates.publish_version(by=editor, version=draft, summary="More.")
        factories.published()
    assert [cost("/templates/"), cost(address(template))] == before
    assert max(before) <= 8


def test_editing_starts_with_a_copy_of_what_is_published(client, editor, template, version):
    answer = send(client, address(template, "draft/start/"))
    assert (answer.status_code, answer["Location"]) == (303, address(template, "draft/"))
    draft = template.versions.get(number=2)
    assert (draft.status, draft.based_on) == ("draft", version)
    columns = ("code", "was_code", "phase", "position", "title", "response", "applies_rule", "within")
    copied = draft.items.values_list(*columns)
    assert list(copied) == list(version.items.extra(select={"was_code": "code"}).values_list(*columns))
    assert draft.phases.count() == 6


def test_a_second_start_opens_the_draft_that_is_there(client, editor, template):
    for _ in range(2):
        assert send(client, address(template, "draft/start/")).status_code == 303
    assert template.versions.count() == 2


def test_a_start_without_its_token_is_refused_in_words(client, editor, template):
    answer = client.post(address(template, "draft/start/"), follow=True)
    assert "out of date" in answer.text
    assert template.versions.count() == 1


def test_discarding_a_draft_deletes_it_and_keeps_its_history(client, editor, template):
    draft = template_life.start_draft(by=editor, template=template)
    items = draft.items.count()
    assert "Discard draft v2?" in client.get(address(template, "draft/discard/")).text
    assert send(client, address(template, "draft/discard/")).status_code == 303
    assert template.versions.count() == 1
    assert TemplateVersion.history.filter(id=draft.pk, history_type="-").count() == 1
    assert TemplateItem.history.filter(template_version_id=draft.pk, history_type="-").count() == items
    assert client.get(address(template, "draft/discard/")).status_code == 404


def test_the_only_version_of_a_template_cannot_be_discarded(client, editor):
    assert send(client, "/templates/new/", **HEADER).status_code == 303
    answer = send(client, "/templates/hip-fracture/draft/discard/")
    assert answer.status_code == 422
    assert "only version" in answer.text


def test_a_new_template_begins_with_six_empty_phases(client, editor):
    answer = send(client, "/templates/new/", **HEADER)
    assert answer["Location"] == "/templates/hip-fracture/"
    draft = PathwayTemplate.objects.get(code="hip-fracture").versions.get()
    assert (draft.number, draft.status, draft.phases.count(), draft.items.count()) == (1, "draft", 6, 0)


def test_a_new_template_may_begin_as_a_copy_of_a_published_version(client, editor, version):
    assert send(client, "/templates/new/", **HEADER, like=version.pk).status_code == 303
    draft = PathwayTemplate.objects.get(code="hip-fracture").versions.get()
    assert set(draft.items.values_list("code", "was_code")) == {
        (code, "") for code in version.items.values_list("code", flat=True)
    }
    assert draft.case_fields == version.case_fields
    assert draft.based_on is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": " "}, "Enter a title"),
        ({"code": "Hip Fracture"}, "small letters"),
        ({"code": "import"}, "small letters"),
        ({"reference_prefix": "h"}, "capital letters"),
        ({"title": "x" * 201}, "200 characters"),
        ({"summary": "Call 07700 900123"}, "real"),
        ({"like": "9" * 30}, "from the list"),
        ({"like": "x"}, "from the list"),
    ],
)
def test_what_a_new_template_lacks_is_said_and_what_was_typed_is_kept(client, editor, wrong, said):
    answer = send(client, "/templates/new/", **(HEADER | wrong))
    assert answer.status_code == 422
    assert said in answer.text
    assert "A broken hip" in answer.text
    assert not PathwayTemplate.objects.filter(reference_prefix="HF").exists()


@pytest.mark.parametrize("name", ["code", "reference_prefix"])
def test_a_code_or_prefix_that_is_taken_is_refused(client, editor, template, name):
    other = factories.published(prefix="TAKEN").template
    taken = {"code": template.code, "reference_prefix": other.reference_prefix}
    answer = send(client, "/templates/new/", **(HEADER | {name: taken[name]}))
    assert answer.status_code == 422
    assert "Another template has this" in answer.text


def test_the_same_post_twice_makes_one_template(client, editor):
    body = {"token": uuid4().hex, **HEADER}
    for _ in range(2):
        assert client.post("/templates/new/", body).status_code == 303
    assert PathwayTemplate.objects.filter(code="hip-fracture").count() == 1


def test_a_published_version_is_read_as_an_outline_without_controls(client, template, version):
    client.force_login(factories.observer(factories.team()))
    html = client.get(address(template, "v1/")).text
    assert "First version." in html
    assert version.items.first().title in html
    assert "Due 24 hours after the case opened" in html
    assert 'class="acts"></div>' in html
    assert 'name="title"' not in html


def test_the_address_of_a_draft_as_a_version_leads_to_the_draft(client, editor, template):
    template_life.start_draft(by=editor, template=template)
    assert client.get(address(template, "v2/"))["Location"] == address(template, "draft/")
    assert client.get(address(template, "v9/")).status_code == 404


def test_an_item_that_is_mostly_not_applicable_asks_for_a_condition(client, editor, version, monkeypatch):
    """Beside the item, from as many settled on as are enough; of the newest cases alone."""
    monkeypatch.setattr(variance, "ENOUGH", 4)
    monkeypatch.setattr(variance, "NEWEST", 5)
    team, page = factories.team(), address(version.template, "v1/")
    by = factories.coordinator(team)
    statuses = ["done", "done", "not_applicable", "not_applicable", "not_applicable"]
    for number, status in enumerate(statuses, start=1):
        case = factories.open_case(team, version, by=by)
        item = factories.item(case, "tick")
        checklists.record_item(
            by=by,
            item=item,
            seen=item.version,
            status=status,
            response={"value": True},
            reason=factories.reason(),
        )
        shown = client.get(page).text
        assert ("50 % not applicable of 4 settled: consider a condition" in shown) is (number == 4)
    assert shown.count("60 % not applicable of 5 settled: consider a condition") == 1
    assert "in the 5 cases opened last on this version" in shown
    for _ in range(2):
        factories.open_case(team, version, by=by)
    assert "consider a condition" not in client.get(page).text
