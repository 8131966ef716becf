"""What the guard must let through: every change that brings its history with it."""

import pytest
from django.db import connection, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from pathways import models
from tests import factories

from .guarding import (
    KEPT_UNCHANGED,
    MAKE,
    TRACKED,
    another,
    as_recorded,
    column,
    each_model,
    history_of,
    other_value,
    set_other,
)

CHANGEABLE = [model for model in TRACKED if model not in KEPT_UNCHANGED]

each_changeable = pytest.mark.parametrize("model", CHANGEABLE, ids=lambda model: model.__name__)


@pytest.fixture
def row(model):
    return model.objects.get(pk=MAKE[model]().pk)


def kept(row):
    """The newest history row, once the change before it passed."""
    connection.check_constraints(["audit_pending"])
    return history_of(row).order_by("history_id").last()


@pytest.mark.django_db
@each_changeable
def test_a_save_inside_a_recording(row):
    as_recorded(set_other(row).save)()
    newest = kept(row)
    assert (newest.version, newest.history_type) == (row.version, "~")
    assert getattr(newest, column(type(row))) == getattr(row, column(type(row)))


@pytest.mark.django_db
@each_model
def test_a_new_row_inside_a_recording(row):
    fresh = another(row)
    fresh.version = 0
    as_recorded(lambda: fresh.save(force_insert=True))()
    assert kept(fresh).history_type == "+"


@pytest.mark.django_db
@each_model
def test_new_rows_in_bulk_with_their_history(row, model):
    fresh = another(row)
    as_recorded(lambda: bulk_create_with_history([fresh], model))()
    assert kept(fresh).history_type == "+"


@pytest.mark.django_db
@each_changeable
def test_changes_in_bulk_with_their_history(row, model):
    row.version += 1
    changed = [column(model), "version"]
    as_recorded(lambda: bulk_update_with_history([set_other(row)], model, changed))()
    assert kept(row).version == row.version


DELETABLE = {
    "an item of a case": MAKE[models.ChecklistItem],
    "an item of a draft": MAKE[models.TemplateItem],
    "a phase of a draft": MAKE[models.TemplatePhase],
}


@pytest.mark.django_db
@pytest.mark.parametrize("make", DELETABLE.values(), ids=DELETABLE)
def test_a_deletion_inside_a_recording(make):
    row = make()
    key, version = row.pk, row.version
    as_recorded(row.delete)()
    newest = kept(type(row)(pk=key))
    assert (newest.version, newest.history_type) == (version, "-")
    assert not type(row).objects.filter(pk=key).exists()


@pytest.mark.django_db
def test_a_password_alone_needs_no_history():
    person = factories.person()
    person.set_password("correct horse")
    models.User.objects.filter(pk=person.pk).update(password=person.password)
    assert kept(person).version == 1
    assert "password" not in {field.name for field in models.User.history.model._meta.fields}


@pytest.mark.django_db
def test_json_written_with_other_spacing_is_still_the_same_history():
    case = factories.open_case(details={"age_years": 70, "comorbidities": ["frailty", "diabetes"]})
    assert kept(case).details == case.details


@pytest.mark.django_db
def test_a_published_version_may_retire():
    version = factories.published()
    version.status = "retired"
    as_recorded(version.save)()
    assert kept(version).status == "retired"


@pytest.mark.django_db(transaction=True)
def test_a_save_is_there_after_a_real_commit():
    team = factories.team()
    as_recorded(set_other(team).save)()
    assert models.Team.objects.get(pk=team.pk).name == other_value(models.Team)
    assert team.history.latest("version").name == other_value(models.Team)


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles")
def test_a_role_that_cannot_reach_the_pending_changes_still_writes_with_history():
    team = factories.Team()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE pathways_web")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pathways_web")
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO pathways_web")
        cursor.execute("REVOKE ALL ON audit_pending, audit_never FROM pathways_web")
        cursor.execute("SET LOCAL ROLE pathways_web")
        as_recorded(set_other(team).save)()
        cursor.execute("RESET ROLE")
    assert kept(team).name == team.name
