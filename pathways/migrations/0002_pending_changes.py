"""The two tables behind the guard: a pending change refers to a row that can never exist."""

from django.db import migrations

KEY = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgresql": "BIGSERIAL PRIMARY KEY"}


def make_tables(apps, schema_editor):
    schema_editor.execute("CREATE TABLE audit_never (id INTEGER PRIMARY KEY CHECK (id IS NULL))")
    schema_editor.execute(
        f"""CREATE TABLE audit_pending (
            id {KEY[schema_editor.connection.vendor]},
            tbl TEXT NOT NULL,
            pk BIGINT NOT NULL,
            ver INTEGER NOT NULL,
            op TEXT NOT NULL,
            blocker INTEGER NOT NULL DEFAULT 0 REFERENCES audit_never (id) DEFERRABLE INITIALLY DEFERRED
        )"""
    )
    schema_editor.execute("CREATE INDEX audit_pending_row ON audit_pending (tbl, pk, ver)")


def drop_tables(apps, schema_editor):
    schema_editor.execute("DROP TABLE audit_pending")
    schema_editor.execute("DROP TABLE audit_never")


class Migration(migrations.Migration):
    dependencies = [("pathways", "0001_initial")]

    operations = [migrations.RunPython(make_tables, drop_tables)]
