"""The database refuses a change without its history, whatever code made it."""

from copy import copy

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from pathways import models
from pathways.audit import guard
from pathways.audit.recording import recording
from pathways.enums import Action
from pathways.permissions import as_system
from pathways.services import checklists
from tests import factories

pytestmark = pytest.mark.django_db

TRACKED = guard.tracked_models()


def a_case():
    """The smallest that there is: what the guard refuses does not depend on how long a checklist is."""
    return factories.open_case(version=factories.published(factories.SMALL[:1]))


def a_comment():
    case = a_case()
    return checklists.add_comment(by=factories.member(case.team), case=case, text="Seen by telephone.")


MAKE = {
    models.Discipline: factories.Discipline,
    models.User: factories.User,
    models.Team: factories.Team,
    models.Membership: factories.Membership,
    models.ReasonCode: factories.ReasonCode,
    models.PathwayTemplate: factories.PathwayTemplate,
    models.TemplateVersion: factories.TemplateVersion,
    models.TemplatePhase: factories.TemplatePhase,
    models.TemplateItem: factories.TemplateItem,
    models.Case: a_case,
    models.CasePhase: lambda: a_case().phases.first(),
    models.ChecklistItem: lambda: a_case().items.first(),
    models.Comment: a_comment,
}


def column(model):
    """A column that may take any short text, or else a time."""
    names = {
        "Case": "reference",
        "ChecklistItem": "note",
        "CasePhase": "started_at",
        "Membership": "started_at",
    }
    texts = {"Comment": "text", "User": "display_name", "Team": "name", "ReasonCode": "label"}
    return (names | texts).get(model.__name__) or ("summary" if model is models.TemplateVersion else "title")


def other_value(model):
    return timezone.now() if column(model).endswith("_at") else "Changed"


def refused(act):
    """Run it as one transaction of its own and expect the database to refuse, at the latest at COMMIT."""

    @transaction.atomic
    def commit():
        act()
        connection.check_constraints()

    with pytest.raises(DatabaseError):
        commit()


def as_recorded(act):
    def run():
        with recording(by=as_system(), action=Action.LOAD_VOCABULARY):
            act()

    return run


def history_of(row):
    return type(row).history.filter(id=row.pk)


def update(row):
    type(row).objects.filter(pk=row.pk).update(**{column(type(row)): other_value(type(row))})


def update_with_version(row):
    changed = {column(type(row)): other_value(type(row)), "version": row.version + 1}
    type(row).objects.filter(pk=row.pk).update(**changed)


def bulk_update(row):
    setattr(row, column(type(row)), other_value(type(row)))
    row.version += 1
    type(row).objects.bulk_update([row], [column(type(row)), "version"])


def raw_update(row):
    table, name = type(row)._meta.db_table, column(type(row))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {name} = %s, version = version + 1 WHERE id = %s",
            [other_value(type(row)), row.pk],
        )


def raw_delete(row):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {type(row)._meta.db_table} WHERE id = %s", [row.pk])


def save_one_column(row):
    setattr(row, column(type(row)), other_value(type(row)))
    row.save(update_fields=[column(type(row))])


def save_without_history(row):
    setattr(row, column(type(row)), other_value(type(row)))
    row.skip_history_when_saving = True
    row.save()


def edit_history(row):
    history_of(row).update(**{column(type(row)): other_value(type(row))})


def edit_reason(row):
    history_of(row).update(history_change_reason="because")


def delete_history(row):
    history_of(row).delete()


def forge_history(row):
    newest = history_of(row).latest("version")
    newest.pk, newest._state.adding = None, True
    newest.version += 1
    newest.save(force_insert=True)


def stale_save(row):
    stale = type(row).objects.get(pk=row.pk)
    row.save()
    setattr(stale, column(type(row)), other_value(type(row)))
    stale.save()


def save_only_the_version(row):
    setattr(row, column(type(row)), other_value(type(row)))
    row.save(update_fields=["version"])


def jump_versions(row):
    row.version += 3
    row.save()


def clear_pending(row):
    update_with_version(row)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_pending")


BYPASSES = [
    update,
    update_with_version,
    bulk_update,
    raw_update,
    raw_delete,
    save_one_column,
    save_without_history,
    edit_history,
    edit_reason,
    delete_history,
    forge_history,
    stale_save,
    save_only_the_version,
    jump_versions,
    clear_pending,
]


@pytest.fixture(params=TRACKED, ids=lambda model: model.__name__)
def row(request):
    return MAKE[request.param]()


def state(row):
    newest = type(row).objects.filter(pk=row.pk).values().get()
    return newest, list(history_of(row).order_by("history_id").values())


@pytest.mark.parametrize("bypass", BYPASSES, ids=lambda act: act.__name__)
def test_the_database_refuses(row, bypass):
    before = state(row)
    refused(as_recorded(lambda: bypass(type(row).objects.get(pk=row.pk))))
    assert state(row) == before


def test_the_database_refuses_a_save_outside_a_recording(row):
    before = state(row)
    refused(row.save)
    assert state(row) == before


def test_the_database_refuses_a_new_row_without_history(row):
    copy = type(row).objects.get(pk=row.pk)
    copy.pk, copy.version = row.pk + 1_000_000, 1
    refused(as_recorded(lambda: type(row).objects.bulk_create([copy])))


@pytest.mark.parametrize(
    "model", [m for m in TRACKED if not hasattr(m, "APPEND_ONLY")], ids=lambda m: m.__name__
)
def test_a_save_inside_a_recording_is_accepted(model):
    row = model.objects.get(pk=MAKE[model]().pk)
    if model in (models.TemplatePhase, models.TemplateItem, models.TemplateVersion):
        row = MAKE[model]()
    setattr(row, column(model), other_value(model))
    if model is models.CasePhase:
        row.started_by = factories.person()
    with transaction.atomic():
        as_recorded(row.save)()
        connection.check_constraints()
    assert history_of(row).latest("version").version == row.version


def test_every_tracked_model_is_in_the_matrix():
    assert set(MAKE) == set(TRACKED)


def test_no_trigger_is_missing():
    assert guard.missing() == []


def test_a_missing_trigger_is_named_by_the_system_check(transactional_db):
    name, table = next(iter(guard.installed().items()))
    with connection.cursor() as cursor:
        cursor.execute(guard.dialect().drop(name, table))
    assert guard.missing() == [name]
    found = [error for error in run_checks(databases=["default"]) if error.id == "pathways.E001"]
    assert name in found[0].msg
    call_command("migrate", verbosity=0)
    assert guard.missing() == []


def test_a_remade_table_loses_its_triggers_and_a_migration_puts_them_back(transactional_db):
    """SQLite changes a column by remaking the table, and forgets its triggers; PostgreSQL keeps them."""
    old = models.Team._meta.get_field("name")
    new = copy(old)
    new.max_length = old.max_length + 1
    guard.drop_triggers()
    with connection.schema_editor() as editor:
        editor.alter_field(models.Team, old, new)
        editor.alter_field(models.Team, new, old)
    assert any("pathways_team" in name for name in guard.missing())
    call_command("migrate", verbosity=0)
    assert guard.missing() == []
    refused(lambda: update_with_version(factories.Team()))


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles")
def test_a_role_that_cannot_reach_the_pending_changes_still_writes_with_history():
    team = factories.Team()
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE pathways_web")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pathways_web")
        cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO pathways_web")
        cursor.execute("REVOKE ALL ON audit_pending, audit_never FROM pathways_web")
        cursor.execute("SET LOCAL ROLE pathways_web")
        team.name = "Renamed"
        as_recorded(team.save)()
        cursor.execute("RESET ROLE")
    connection.check_constraints()
    assert history_of(team).latest("version").name == "Renamed"


@pytest.mark.parametrize("change", ["update", "delete"])
def test_an_audit_event_is_never_changed(change):
    factories.Team()
    events = models.AuditEvent.objects.all()
    refused(lambda: events.update(reason="other") if change == "update" else events.delete())


def test_a_comment_is_never_changed_even_with_history():
    comment = a_comment()
    comment.text = "Something else"
    refused(as_recorded(comment.save))


def test_a_password_is_kept_out_of_history_and_guard():
    person = factories.person()
    person.set_password("correct horse")
    models.User.objects.filter(pk=person.pk).update(password=person.password)
    connection.check_constraints()
    assert "password" not in {field.name for field in models.User.history.model._meta.fields}


def test_a_deleted_user_would_tear_a_hole_and_is_refused():
    person = factories.member(factories.team())
    refused(as_recorded(lambda: models.User.objects.filter(pk=person.pk)._raw_delete("default")))


def test_a_row_may_not_change_its_key():
    team = factories.team()
    refused(lambda: models.Team.objects.filter(pk=team.pk).update(id=team.pk + 500_000, version=2))


def test_json_written_with_other_spacing_is_still_the_same_history():
    case = factories.open_case(details={"age_years": 70, "comorbidities": ["frailty", "diabetes"]})
    assert history_of(case).get().details == case.details


def own_ways(row):
    """Each database has a statement of its own that changes rows without asking the usual triggers."""
    table, history = type(row)._meta.db_table, type(row).history.model._meta.db_table
    return {
        "sqlite": [f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = {row.pk}"],
        "postgresql": [f"TRUNCATE {each} CASCADE" for each in (table, history)],
    }[connection.vendor]


def test_the_databases_own_ways_round_are_refused(row):
    for statement in own_ways(row):
        refused(lambda statement=statement: connection.cursor().execute(statement))


FROZEN = [
    lambda v: models.TemplateVersion.objects.filter(pk=v.pk).update(
        summary="Rewritten", version=v.version + 1
    ),
    lambda v: v.items.filter(code="tick").update(title="Rewritten"),
    lambda v: v.items.filter(code="tick").delete(),
    lambda v: v.phases.filter(phase=1).update(goal="Rewritten"),
    lambda v: factories.TemplateItem(template_version=v),
]


@pytest.mark.parametrize("change", FROZEN)
def test_a_published_version_never_changes(change):
    version = factories.published()
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        change(version)


def test_a_published_version_may_retire():
    version = factories.published()
    version.status = "retired"
    with transaction.atomic():
        as_recorded(version.save)()
    assert models.TemplateVersion.objects.get(pk=version.pk).status == "retired"
