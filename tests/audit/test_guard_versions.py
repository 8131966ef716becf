"""A published version with all that is in it stays as it is, whatever statement is sent to the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from pathways.permissions import as_system
from pathways.services import templates
from tests import factories

pytestmark = pytest.mark.django_db

OF_VERSION = [
    "number = 9",
    "template_id = template_id + 1",
    "summary = 'Rewritten'",
    "digest = 'other'",
    "case_fields = '[]'",
    "instruments = '[]'",
    """sources = '[{"code": "other"}]'""",
    """notes = '[{"code": "other"}]'""",
    "published_at = NULL",
    "published_by_id = 1",
    "based_on_id = id",
    "status = 'draft'",
    "status = 'draft', published_at = NULL",
    "status = 'retired', summary = 'Rewritten'",
    "status = 'retired', case_fields = '[]'",
]
OF_ITEM = [
    "title = 'Rewritten'",
    "code = 'other'",
    "position = position + 100",
    "requirement = 'optional'",
    "applies_rule = NULL, version = version + 1",
    """response = '{"kind": "text"}'""",
    "within = 'P9D', basis = 'local', anchor = 'case_opened'",
    "is_removed = (1 = 1)",
]


def run(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount


def never(statement, *values):
    with pytest.raises(IntegrityError, match="a published version never changes"):
        run(statement, *values)


@pytest.fixture
def version():
    return factories.published()


@pytest.fixture
def retired(version):
    return templates.retire_version(by=as_system(), version=version, reason="Replaced.")


@pytest.mark.parametrize("change", OF_VERSION)
def test_no_column_of_a_published_version_changes(version, change):
    never(f"UPDATE pathways_templateversion SET version = version + 1, {change} WHERE id = %s", version.pk)


@pytest.mark.parametrize("change", [*OF_VERSION, "status = 'published'", "version = version"])
def test_a_retired_version_never_goes_back_nor_changes(retired, change):
    never(f"UPDATE pathways_templateversion SET {change} WHERE id = %s", retired.pk)


@pytest.mark.parametrize("change", OF_ITEM)
def test_no_item_of_a_published_version_changes(version, change):
    never(f"UPDATE pathways_templateitem SET {change} WHERE template_version_id = %s", version.pk)


@pytest.mark.parametrize("change", ["title = 'Rewritten'", "goal = 'Rewritten'", "phase = 7 - phase"])
def test_no_phase_of_a_published_version_changes(version, change):
    never(f"UPDATE pathways_templatephase SET {change} WHERE template_version_id = %s", version.pk)


@pytest.mark.parametrize("table", ["templateitem", "templatephase"])
def test_nothing_is_taken_out_of_a_published_version_or_put_into_it(version, table):
    other = factories.draft()
    mine, draft = "template_version_id = %s", f"UPDATE pathways_{table} SET template_version_id = %s"
    never(f"DELETE FROM pathways_{table} WHERE {mine}", version.pk)
    never(f"{draft} WHERE {mine}", version.pk, other.pk)
    never(f"{draft} WHERE {mine}", other.pk, version.pk)


def test_a_published_version_is_never_deleted(version):
    never("DELETE FROM pathways_templateversion WHERE id = %s", version.pk)
