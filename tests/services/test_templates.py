"""Template files become drafts, drafts become published versions."""

from io import StringIO

import pytest
from django.core.management import call_command

from pathways import models
from pathways.permissions import Forbidden, as_system
from pathways.services import BadInput, templates
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


def test_a_version_is_published_once_with_a_summary():
    version = factories.TemplateVersion()
    with pytest.raises(BadInput, match="summary"):
        templates.publish_version(by=as_system(), version=version, summary=" ")
    published = templates.publish_version(by=as_system(), version=version, summary="First.")
    again = templates.publish_version(by=as_system(), version=version, summary="Again.")
    assert (again.summary, again.version) == (published.summary, published.version)


def test_another_file_waits_until_the_draft_is_published():
    factories.shipped()
    models.PathwayTemplate.objects.get(code="spinal-metastases")
    file = factories.template_file("spinal-metastases")
    draft = factories.TemplateVersion(template=models.PathwayTemplate.objects.get(), number=2)
    with pytest.raises(BadInput, match="draft"):
        templates.load_template_file(by=as_system(), file=file)
    assert draft.status == "draft"


def test_only_a_pathway_editor_publishes():
    version = factories.TemplateVersion()
    with pytest.raises(Forbidden):
        templates.publish_version(by=factories.coordinator(factories.team()), version=version, summary="No.")
    editor = factories.pathway_editor()
    assert templates.publish_version(by=editor, version=version, summary="Yes.").published_by == editor


def test_only_the_newest_published_version_is_offered():
    first = factories.published()
    second = factories.TemplateVersion(template=first.template, number=2, based_on=first)
    assert set(models.TemplateVersion.objects.newest_published()) == {first}
    second = templates.publish_version(by=as_system(), version=second, summary="Second.")
    assert set(models.TemplateVersion.objects.newest_published()) == {second}
