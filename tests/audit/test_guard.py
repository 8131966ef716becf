"""Where the guard stands, what it watches, and what keeps it standing."""

from copy import copy

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pathways import models
from pathways.audit import guard, reconcile
from pathways.models.audit import HistoryRow
from tests import factories

from .guarding import MAKE, TRACKED, UNLIKE, a_comment, as_recorded, refused

pytestmark = pytest.mark.django_db

UNTRACKED = {
    models.AuditEvent: "is the record of what happened: inserted once, and never changed",
    models.PhaseProgress: "holds counts that follow from the items, which are tracked; nobody enters them",
    models.RequestToken: "makes a repeated POST answer once, and says nothing of a case beside its event",
    models.Seal: "proves that the events and their history are as they were, by digests; inserted once",
}


def refers_to(model, found=()):
    """The models that a row of this one leads to by foreign keys, however many steps away."""
    near = {field.related_model for field in model._meta.concrete_fields if field.is_relation} - set(found)
    return set().union(near, *(refers_to(each, (*found, *near)) for each in near))


def test_a_model_that_leads_to_a_case_or_a_team_is_tracked():
    ours = [m for m in apps.get_app_config("pathways").get_models() if not issubclass(m, HistoryRow)]
    of_cases = {model for model in ours if {models.Case, models.Team} & {model, *refers_to(model)}}
    assert of_cases - set(TRACKED) == set(UNTRACKED)


def test_every_tracked_model_is_in_the_matrix():
    assert set(MAKE) == set(UNLIKE) == set(TRACKED)


def test_no_trigger_is_missing():
    assert guard.missing() == []


def warnings():
    return {found.id: found for found in run_checks(databases=["default"])}


def test_the_system_check_has_nothing_to_say_of_a_sound_database():
    reconcile.check()
    assert warnings() == {}


def test_a_missing_trigger_is_named_by_the_system_check_and_put_back_by_migrate(transactional_db):
    name, table = next(iter(guard.installed().items()))
    with connection.cursor() as cursor:
        cursor.execute(guard.dialect().drop(name, table))
    assert guard.missing() == [name]
    assert name in warnings()["pathways.W001"].msg
    call_command("migrate", verbosity=0, skip_checks=False)
    assert guard.missing() == []


def test_a_pending_change_is_told_by_the_system_check(monkeypatch):
    monkeypatch.setattr(reconcile, "pending", lambda: 2)
    assert "history: 2." in warnings()["pathways.W002"].msg


def test_a_history_check_that_found_something_is_told_by_the_system_check():
    models.HistoryCheck.objects.create(
        at=timezone.now(), rows=9, findings=1, text="pathways_team 7: no history"
    )
    assert "1 finding" in warnings()["pathways.W003"].msg


def test_the_system_check_runs_before_an_upgrade_has_made_its_table(transactional_db):
    with connection.schema_editor() as editor:
        editor.delete_model(models.HistoryCheck)
    try:
        assert warnings() == {}
    finally:
        with connection.schema_editor() as editor:
            editor.create_model(models.HistoryCheck)


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


@pytest.mark.parametrize("change", ["update", "delete"])
def test_an_audit_event_is_never_changed(change):
    factories.Team()
    events = models.AuditEvent.objects.all()
    refused(lambda: events.update(reason="other") if change == "update" else events._raw_delete("default"))


def test_the_events_are_not_replaced_in_the_databases_own_way():
    factories.Team()
    statement = {
        "sqlite": "INSERT OR REPLACE INTO pathways_auditevent SELECT * FROM pathways_auditevent",
        "postgresql": "TRUNCATE pathways_auditevent CASCADE",
    }[connection.vendor]
    refused(lambda: connection.cursor().execute(statement))


def test_a_comment_is_never_changed_even_with_history():
    comment = a_comment()
    comment.text = "Something else"
    refused(as_recorded(comment.save))


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
