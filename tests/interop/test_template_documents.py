"""A stored version says the same as the file that it was loaded from."""

import pytest
import yaml

from pathways.interop.template_documents import document_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["spinal-metastases", "mscc-emergency"])
def test_a_shipped_version_says_what_its_file_says(code):
    version = factories.shipped(code)
    said = yaml.safe_load((factories.FIXTURES / "pathways" / f"{code}.yaml").read_text())
    document = document_of(version)
    assert {name: document[name] for name in said} == said
    assert document["case_fields"] == version.case_fields


def test_what_is_removed_from_a_draft_is_not_said():
    item = factories.TemplateItem(is_removed=True)
    factories.TemplateItem(template_version=item.template_version, code="stays")
    factories.TemplatePhase(template_version=item.template_version)
    [phase] = document_of(item.template_version)["phases"]
    assert [each["code"] for each in phase["items"]] == ["stays"]
