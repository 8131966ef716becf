"""Every known way round the history, tried on every tracked model: the database refuses them all."""

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, ProtectedError
from django.db.utils import DatabaseError

from pathways.audit.recording import recording
from pathways.enums import Action
from tests import factories

from .guarding import (
    KEPT_UNCHANGED,
    MAKE,
    THE_GUARD,
    TRACKED,
    another,
    as_recorded,
    column,
    each_model,
    history_of,
    other_value,
    refused,
    set_other,
    state,
)


def rows(row):
    return type(row).objects.filter(pk=row.pk)


def table(row):
    return type(row)._meta.db_table


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def update(row):
    rows(row).update(**{column(type(row)): other_value(type(row))})


def update_with_version(row):
    rows(row).update(**{column(type(row)): other_value(type(row)), "version": row.version + 1})


def update_by_f(row):
    rows(row).update(**{column(type(row)): other_value(type(row)), "version": F("version") + 1})


def bulk_create(row):
    type(row).objects.bulk_create([another(row)])


def bulk_update(row):
    row.version += 1
    type(row).objects.bulk_update([set_other(row)], [column(type(row)), "version"])


def upsert(row):
    row.version += 1
    names = [column(type(row)), "version"]
    type(row).objects.bulk_create(
        [set_other(row)], update_conflicts=True, unique_fields=["id"], update_fields=names
    )


def raw_insert(row):
    fresh = another(row)
    columns = fresh._meta.concrete_fields
    names, places = ", ".join(each.column for each in columns), ", ".join(["%s"] * len(columns))
    values = [each.get_db_prep_save(getattr(fresh, each.attname), connection) for each in columns]
    execute(f"INSERT INTO {table(row)} ({names}) VALUES ({places})", *values)


def raw_update(row):
    setting = f"{column(type(row))} = %s, version = version + 1"
    execute(f"UPDATE {table(row)} SET {setting} WHERE id = %s", other_value(type(row)), row.pk)


def raw_delete(row):
    execute(f"DELETE FROM {table(row)} WHERE id = %s", row.pk)


def delete_without_signals(row):
    rows(row)._raw_delete("default")


def insert_or_replace(row):
    """SQLite's own way, which skips the triggers of deletions; PostgreSQL's is ON CONFLICT."""
    if connection.vendor == "sqlite":
        execute(f"INSERT OR REPLACE INTO {table(row)} SELECT * FROM {table(row)} WHERE id = %s", row.pk)
    else:
        clash = "ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version + 1"
        execute(f"INSERT INTO {table(row)} SELECT * FROM {table(row)} WHERE id = %s {clash}", row.pk)


def replace_history(row):
    """The same in the history, where SQLite would put another row in the place of one."""
    history = type(row).history.model._meta.db_table
    copied = f"INTO {history} SELECT * FROM {history} WHERE id = %s"
    if connection.vendor == "sqlite":
        execute(f"INSERT OR REPLACE {copied}", row.pk)
    else:
        clash = "ON CONFLICT (history_id) DO UPDATE SET history_change_reason = 'because'"
        execute(f"INSERT {copied} {clash}", row.pk)


def truncate(row):
    execute(
        f"TRUNCATE {table(row)} CASCADE" if connection.vendor == "postgresql" else f"DELETE FROM {table(row)}"
    )


def truncate_history(row):
    history = type(row).history.model._meta.db_table
    execute(f"TRUNCATE {history} CASCADE" if connection.vendor == "postgresql" else f"DELETE FROM {history}")


def save_one_column(row):
    set_other(row).save(update_fields=[column(type(row))])


def save_only_the_version(row):
    set_other(row).save(update_fields=["version"])


def stale_update_fields(row):
    stale = rows(row).get()
    row.save()
    set_other(stale).save(update_fields=[column(type(row)), "version"])


def two_stale_saves(row):
    stale = rows(row).get()
    row.save()
    set_other(stale).save()


def save_without_historical_record(row):
    set_other(row).save_without_historical_record()


def jump_versions(row):
    row.version += 3
    row.save()


def change_the_key(row):
    """With a history row under the new key, which would begin in the middle."""
    rows(row).update(id=row.pk + 500_000, version=row.version + 1)
    row.pk, row.version = row.pk + 500_000, row.version + 1
    type(row).history.bulk_history_create([row], update=True)


def clear_pending(row):
    update_with_version(row)
    execute("DELETE FROM audit_pending")


def forge_history(row):
    newest = history_of(row).latest("version")
    newest.pk, newest._state.adding = None, True
    newest.version += 1
    newest.save(force_insert=True)


def record_another_value(row):
    """A change with a history row that tells of another one."""
    update_with_version(row)
    row.version += 1
    type(row).history.bulk_history_create([row], update=True)


def edit_history(row):
    history_of(row).update(**{column(type(row)): other_value(type(row))})


def delete_history(row):
    history_of(row).delete()


def edit_reason(row):
    newest = history_of(row).latest("version")
    newest.history_change_reason = "because"
    newest.save()


def clean_old_history(row):
    call_command("clean_old_history", f"pathways.{type(row).__name__}", days=-1, verbosity=0)


def forget_the_person(row):
    """What django-simple-history does to the history of a person whose account is deleted."""
    history_of(row).update(history_user=None)


INSIDE = [
    update,
    update_with_version,
    update_by_f,
    bulk_create,
    bulk_update,
    upsert,
    raw_insert,
    raw_update,
    raw_delete,
    delete_without_signals,
    insert_or_replace,
    replace_history,
    truncate,
    truncate_history,
    save_one_column,
    save_only_the_version,
    stale_update_fields,
    two_stale_saves,
    save_without_historical_record,
    jump_versions,
    change_the_key,
    clear_pending,
    forge_history,
    record_another_value,
    edit_history,
    delete_history,
    edit_reason,
    clean_old_history,
    forget_the_person,
]


def save(row):
    set_other(row).save()


def create(row):
    fresh = another(row)
    fresh.version = 0
    fresh.save(force_insert=True)


OUTSIDE = [save, create]


def fixture(tmp_path, *written):
    path = tmp_path / "written.json"
    path.write_text(serializers.serialize("json", written))
    return path


@pytest.fixture
def row(model):
    return fetched(MAKE[model]())


def fetched(row):
    return type(row).objects.get(pk=row.pk)


@pytest.mark.django_db
@each_model
@pytest.mark.parametrize("bypass", INSIDE, ids=lambda act: act.__name__)
def test_a_recording_does_not_cover(row, bypass):
    before = state(row)
    refused(as_recorded(lambda: bypass(row)))
    assert state(row) == before


@pytest.mark.django_db
@each_model
@pytest.mark.parametrize("act", OUTSIDE, ids=lambda act: act.__name__)
def test_nothing_is_written_outside_a_recording(row, act):
    before = state(row)
    refused(lambda: act(row))
    assert state(row) == before


@pytest.mark.django_db
@each_model
@pytest.mark.parametrize("with_history", [False, True])
def test_a_fixture_file_is_not_loaded(row, tmp_path, with_history):
    row.version += 1
    written = [set_other(row)]
    if with_history:
        forged = history_of(row).latest("version")
        forged.pk, forged.version = None, row.version + 1
        written = [forged]
    path = fixture(tmp_path, *written)
    before = state(row)
    refused(as_recorded(lambda: call_command("loaddata", path, verbosity=0)))
    assert state(row) == before


@pytest.mark.django_db
@each_model
def test_an_expression_is_not_saved(row):
    """Refused by the database, or already by Django, which cannot copy an expression into a history row."""
    row.version = F("version")
    before = state(row)
    with pytest.raises((DatabaseError, ValueError), match=r"guard: |Failed to insert expression"):
        as_recorded(row.save)()
    assert state(row) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "model", [model for model in TRACKED if model not in KEPT_UNCHANGED], ids=lambda model: model.__name__
)
def test_history_that_says_the_same_again_is_not_cleaned_away(row, model):
    as_recorded(row.save)()
    before = state(row)
    clean = {"excluded_fields": ["version"], "verbosity": 0}
    refused(lambda: call_command("clean_duplicate_history", f"pathways.{model.__name__}", **clean))
    assert state(row) == before


@pytest.mark.django_db
@each_model
def test_a_person_who_wrote_history_is_not_deleted(row):
    person, written = factories.User(), another(row)
    written.version = 0
    with transaction.atomic(), recording(by=person, action=Action.LOAD_VOCABULARY):
        written.save(force_insert=True)
    before = state(written)
    with pytest.raises(ProtectedError), transaction.atomic():
        as_recorded(person.delete)()
    refused(as_recorded(lambda: delete_without_signals(person)))
    assert state(written) == before
    assert history_of(written).get().history_user == person


@pytest.mark.django_db(transaction=True)
@each_model
def test_every_way_round_fails_at_a_real_commit(row, model):
    before = state(row)
    for bypass in INSIDE:
        refused(as_recorded(lambda act=bypass: act(fetched(row))))
        assert state(row) == before, bypass.__name__
    for act in OUTSIDE:
        refused(lambda act=act: act(fetched(row)))
        assert state(row) == before, act.__name__


@pytest.mark.django_db(transaction=True)
@each_model
def test_every_way_round_fails_without_a_transaction(row, model):
    """In autocommit, where each statement commits by itself. Rows that an attempt stands on may stay."""
    before = state(row) | {"events": None}
    for act in [*INSIDE, *OUTSIDE]:
        with pytest.raises(DatabaseError, match=THE_GUARD):
            act(fetched(row))
        assert state(row) | {"events": None} == before, act.__name__
