"""Two versions of a template side by side."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.permissions import as_system
from pathways.services import template_life, templates
from tests import factories
from tests.views.desk import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = factories.pathway_editor()
    client.force_login(person)
    return person


@pytest.fixture
def version():
    return factories.published()


@pytest.fixture
def draft(editor, version):
    draft = template_life.start_draft(by=editor, template=version.template)
    factories.edited(draft.items.get(code="tick"), title="Tick it", requirement="optional")
    factories.edited(draft.items.get(code="extra"), is_removed=True)
    return draft


def address(version, query=""):
    return f"/templates/{version.template.code}/compare/{query}"


def test_the_draft_is_compared_with_what_is_published_unless_asked_otherwise(client, draft):
    words = text(client.get(address(draft)))
    assert "v1 to v2 : 1 removed, 1 changed." in words
    assert "Title: Item" in words
    assert "Requirement: Required Optional" in words


def test_what_matters_for_safety_stands_first_with_a_way_to_it(client, draft):
    html = client.get(address(draft)).text
    words = text(client.get(address(draft)))
    assert html.index("Check these") < html.index('id="item-tick"')
    assert '<a href="#item-tick">Tick it</a>' in html
    assert "Was required, now optional: it is never overdue and does not count." in words
    assert "Removed: new cases do not have it." in words


def test_old_and_new_are_told_apart_without_colour(client, draft):
    html = client.get(address(draft)).text
    assert "<del>Required</del> <ins>Optional</ins>" in html
    assert '<span aria-hidden="true">~&nbsp;</span>Changed' in html


@pytest.mark.parametrize("query", ["?from=1&to=1", "?from=2&to=3"])
def test_any_two_versions_can_be_compared(client, editor, draft, query):
    for row in draft.items.filter(code__in=["tick", "extra"]):
        before = draft.based_on.items.get(code=row.code)
        factories.edited(row, title=before.title, requirement=before.requirement, is_removed=False)
    templates.publish_version(by=editor, version=draft, summary="The same.")
    third = template_life.start_draft(by=editor, template=draft.template)
    templates.publish_version(by=editor, version=third, summary="The same again.")
    templates.retire_version(by=as_system(), version=third, reason="Not needed.")
    page = client.get(address(draft, query))
    assert "no differences" in text(page)
    assert "v3, retired" in text(page)
    chosen = query.partition("=")[2][0]
    assert f'<option value="{chosen}" selected>' in page.text


def test_the_two_newest_are_compared_where_there_is_no_draft(client, editor, draft):
    templates.publish_version(by=editor, version=draft, summary="Clearer.")
    assert "v1 to v2 : 1 removed, 1 changed." in text(client.get(address(draft)))


def test_a_retired_version_is_passed_over_unless_asked_for(client, editor, draft):
    second = templates.publish_version(by=editor, version=draft, summary="Clearer.")
    template_life.start_draft(by=editor, template=draft.template)
    templates.retire_version(by=editor, version=second, reason="Not clearer.")
    assert "v1 to v3" in text(client.get(address(draft)))
    assert "v2 to v3" in text(client.get(address(draft, "?from=2")))


def test_one_version_alone_has_nothing_to_be_compared_with(client, editor, version):
    page = client.get(address(version))
    assert page.status_code == 200
    assert "nothing to compare it with" in text(page)


@pytest.mark.parametrize("query", ["?from=9", "?to=x", "?from=1&to=draft%00", "?from=-1", "?to=1.0"])
def test_a_version_that_there_is_not_is_not_found(client, draft, query):
    templates.publish_version(by=as_system(), version=draft, summary="Clearer.")
    assert client.get(address(draft, query)).status_code == 404


def test_a_draft_leads_an_editor_to_its_items_and_to_publishing_and_nobody_else(client, draft):
    ways = ("/draft/items/tick/", "/publish/")
    for way in ways:
        assert way in client.get(address(draft)).text
        assert way not in client.get(address(draft, "?from=1&to=1")).text
    client.force_login(factories.observer(factories.team()))
    for way in ways:
        assert way not in client.get(address(draft)).text


def test_what_editors_wrote_is_never_markup(client, draft):
    factories.edited(draft.items.get(code="date"), title="<script>alert(1)</script>")
    assert "<script>alert" not in client.get(address(draft)).text


def test_a_comparison_costs_the_same_however_much_differs(client, draft):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(address(draft))
        return len(queries)

    cost()
    before = cost()
    for item in draft.items.filter(is_removed=False):
        factories.edited(item, title=f"{item.title} now")
    assert cost() == before <= 11
