"""Database triggers that refuse a commit without its history row, the same rule on SQLite and PostgreSQL.

The triggers are made from the live models after every migration, never by a migration: a migration's models
have no history, and SQLite drops the triggers of a table that it remakes.
"""

from dataclasses import dataclass
from itertools import chain

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.signals import post_migrate, pre_migrate

from ..models import AuditEvent, Seal, TemplateItem, TemplatePhase, TemplateVersion, Tracked
from . import triggers_postgresql, triggers_sqlite

PREFIX = "guard_"


@dataclass(frozen=True)
class GuardedTable:
    """What the triggers of one tracked model need to know."""

    table: str
    history_table: str
    columns: tuple[str, ...]
    json_columns: frozenset[str]
    append_only: bool

    @classmethod
    def of(cls, model):
        guarded = [f for f in model._meta.concrete_fields if f.name not in getattr(model, "UNGUARDED", ())]
        return cls(
            table=model._meta.db_table,
            history_table=model.history.model._meta.db_table,
            columns=tuple(f.column for f in guarded),
            json_columns=frozenset(str(f.column) for f in guarded if isinstance(f, models.JSONField)),
            append_only=getattr(model, "APPEND_ONLY", False),
        )


def tracked_models():
    return [model for model in apps.get_app_config("pathways").get_models() if issubclass(model, Tracked)]


def expected():
    """Every trigger that must stand, as name to statements."""
    words = dialect()
    triggers: dict[str, list[str]] = {}
    for model in tracked_models():
        triggers |= words.history_guard(GuardedTable.of(model))
    triggers |= words.append_only(AuditEvent._meta.db_table)
    triggers |= words.append_only(Seal._meta.db_table)
    triggers |= words.published_is_frozen(
        GuardedTable.of(TemplateVersion), [GuardedTable.of(TemplatePhase), GuardedTable.of(TemplateItem)]
    )
    return triggers


def installed():
    """The guard's triggers that stand in this database, as name to table."""
    with connection.cursor() as cursor:
        cursor.execute(dialect().INSTALLED, [PREFIX + "%"])
        return dict(cursor.fetchall())


def missing():
    """Names of the triggers that should stand and do not; empty when every change is guarded."""
    return sorted(set(expected()) - set(installed()))


def install():
    """Put every trigger in place, where the tables are as the models say; all of them or none."""
    with transaction.atomic():
        drop_triggers()
        if tables_are_current():
            _run([*dialect().prelude(), *chain.from_iterable(expected().values())])


def drop_triggers():
    """Take the guard down, for a migration or the flush of a test database."""
    _run([dialect().drop(name, table) for name, table in installed().items()])


def _run(statements):
    with transaction.atomic(), connection.cursor() as cursor:
        for script in dialect().scripts(statements):
            cursor.execute(script)


def connect(app_config):
    """Take the guard down before migrations and put it back after them."""
    pre_migrate.connect(_before_migrations, sender=app_config)
    post_migrate.connect(_after_migrations, sender=app_config)


def _before_migrations(**kwargs):
    drop_triggers()


def _after_migrations(**kwargs):
    install()


def dialect():
    return {"sqlite": triggers_sqlite, "postgresql": triggers_postgresql}[connection.vendor]


def tables_are_current():
    """Whether the tables stand with every column; not so between migrations, or after all are undone."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if not {"audit_pending", Seal._meta.db_table} <= present:
            return False
        for guarded in map(GuardedTable.of, tracked_models()):
            if not {guarded.table, guarded.history_table} <= present:
                return False
            cursor.execute(f"SELECT * FROM {guarded.table} LIMIT 0")  # noqa: S608  the name is the model's
            if not set(guarded.columns) <= {column[0] for column in cursor.description}:
                return False
    return True
