"""Template files become drafts, drafts become published versions."""

from io import StringIO

import pytest
from django.core.management import call_command

from pathways import models
from pathways.permissions import Forbidden, as_system
from pathways.services import BadInput, people, template_life, templates
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_shipped_pathway_is_stored_whole():
    version = factories.shipped()
    assert version.items.count() == 82
    assert version.phases.count() == 6
    assert len(version.case_fields) == 37
    assert {each["code"] for each in version.instruments} == {
        "sins",
        "escc",
        "asia",
        "ecog",
        "pain_nrs",
        "distress",
    }
    assert version.notes
    assert version.sources


def test_loading_the_content_twice_changes_nothing_and_writes_no_history():
    call_command("load_content", verbosity=0, stdout=StringIO())
    counted = [models.AuditEvent, models.TemplateItem.history.model, models.TemplateVersion.history.model]
    before = [model.objects.count() for model in counted]
    call_command("load_content", verbosity=0, stdout=StringIO())
    assert [model.objects.count() for model in counted] == before


def load():
    file = factories.template_file("spinal-metastases")
    return templates.load_template_file(by=as_system(), file=file)


def test_a_file_that_was_published_before_is_there_whatever_came_after_it():
    version = factories.shipped()
    draft = template_life.start_draft(by=as_system(), template=version.template)
    factories.edited(draft.items.first(), title="Something else")
    assert load() == version
    templates.publish_version(by=as_system(), version=draft, summary="Something else.")
    assert load() == version
    assert version.template.versions.count() == 2


def test_a_file_that_says_something_else_waits_until_the_draft_is_published():
    people.load_disciplines(
        by=as_system(), entries=[each.stored() for each in factories.vocabulary().disciplines]
    )
    draft = load()
    assert load() == draft
    factories.edited(draft.items.first(), title="Something else")
    with pytest.raises(BadInput, match="draft"):
        load()


def test_a_version_is_published_once_with_a_summary():
    version = factories.draft()
    with pytest.raises(BadInput, match="summary"):
        templates.publish_version(by=as_system(), version=version, summary=" ")
    published = templates.publish_version(by=as_system(), version=version, summary="First.")
    again = templates.publish_version(by=as_system(), version=version, summary="Again.")
    assert (again.summary, again.version) == (published.summary, published.version)


def test_only_a_pathway_editor_publishes():
    version = factories.draft()
    with pytest.raises(Forbidden):
        templates.publish_version(by=factories.coordinator(factories.team()), version=version, summary="No.")
    editor = factories.pathway_editor()
    assert templates.publish_version(by=editor, version=version, summary="Yes.").published_by == editor


def test_only_the_newest_published_version_is_offered():
    first = factories.published()
    second = factories.draft(template=first.template, number=2, based_on=first)
    assert set(models.TemplateVersion.objects.newest_published()) == {first}
    second = templates.publish_version(by=as_system(), version=second, summary="Second.")
    assert set(models.TemplateVersion.objects.newest_published()) == {second}
