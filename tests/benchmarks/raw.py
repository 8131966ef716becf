"""A tracked write without anything of the product in it but the guard, which no write goes round."""

from functools import cache

from django.db import connection, transaction

from pathways.models import ChecklistItem

HISTORY = ChecklistItem.history.model


@cache
def statements():
    """UPDATE, and the INSERT of the row as it is then, with the event and the person of the row before."""
    items, history = ChecklistItem._meta.db_table, HISTORY._meta.db_table
    copied = ", ".join(field.column for field in ChecklistItem._meta.concrete_fields)
    added = "history_type, history_date, history_change_reason, history_user_id, audit_event_id"
    values = ", ".join(f"i.{field.column}" for field in ChecklistItem._meta.concrete_fields)
    update = f"UPDATE {items} SET note = %s, version = version + 1 WHERE id = %s"
    before = f"{history} h ON h.id = i.id AND h.version = i.version - 1"
    kept = "'~', h.history_date, h.history_change_reason, h.history_user_id, h.audit_event_id"
    insert = f"INSERT INTO {history} ({copied}, {added}) SELECT {values}, {kept} FROM {items} i JOIN {before}"
    return update, f"{insert} WHERE i.id = %s"


@transaction.atomic
def save(item):
    update, insert = statements()
    with connection.cursor() as cursor:
        cursor.execute(update, ["Written raw.", item])
        cursor.execute(insert, [item])
