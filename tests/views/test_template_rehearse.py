"""The rehearsal page counts, names what never happens, and leads to the place."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.services import template_life
from tests import factories
from tests.views.desk import markup, text

pytestmark = pytest.mark.django_db

SUSPECTED = {"all": [{"field": "cord_compression", "is": "suspected"}]}
NEVER = {"all": [*SUSPECTED["all"], {"field": "cord_compression", "is": "excluded"}]}


@pytest.fixture
def reader(client):
    client.force_login(factories.person())


@pytest.fixture
def draft():
    version = factories.published()
    return template_life.start_draft(by=factories.pathway_editor(), template=version.template)


def page(client, draft, query=""):
    return client.get(f"/templates/{draft.template.code}/draft/rehearse/{query}")


def test_anybody_may_read_how_often_each_item_applies(client, reader, draft):
    words = text(page(client, draft))
    assert "200 invented cases" in words
    assert "200 of 200" in words
    assert "4 hours" in words
    assert "Every rule can be met" in words


def test_what_never_applies_is_named_with_a_link_to_its_place(client, reader, draft):
    factories.edited(draft.items.get(code="several"), applies_rule=NEVER, title="Steroids")
    answer = page(client, draft)
    assert "Steroids : no case can meet its rule" in text(answer)
    assert f'href="/templates/{draft.template.code}/draft/items/several/">Steroids</a>' in markup(answer)
    assert "Every rule can be met" not in text(answer)


def test_an_item_that_needs_one_its_rule_excludes_is_named(client, reader, draft):
    factories.edited(
        draft.items.get(code="text"),
        requirement="conditional",
        applies_text="When there is none.",
        applies_rule={"all": [{"field": "cord_compression", "is": "excluded"}]},
        depends_on=["several"],
    )
    assert "it waits for an item that never applies in the same case" in text(page(client, draft))


def test_a_published_version_is_rehearsed_without_links_to_an_editor(client, reader, draft):
    answer = page(client, draft, "?version=1")
    assert "Rehearsal of v1" in text(answer)
    assert "/draft/items/" not in markup(answer)


@pytest.mark.parametrize("query", ["?version=9", "?version=x", "?version=%00", "?version=99999999999"])
def test_a_version_that_is_not_there_is_not_found(client, reader, draft, query):
    assert page(client, draft, query).status_code == 404


def test_without_a_draft_there_is_nothing_to_rehearse(client, reader):
    assert page(client, factories.published()).status_code == 404


def test_reading_takes_as_many_queries_for_a_long_version_as_for_a_short_one(client, reader, draft):
    page(client, draft)
    with CaptureQueriesContext(connection) as few:
        page(client, draft)
    for number in range(20):
        factories.TemplateItem(template_version=draft, code=f"more-{number}", position=100 + number)
    with CaptureQueriesContext(connection) as many:
        page(client, draft)
    assert len(many) == len(few)
