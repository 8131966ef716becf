"""A row gives the same bytes on both databases, and a change of the tables is no change of history."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from simple_history.utils import get_history_model_for_model

from pathways.audit import digests, guard, seal
from pathways.enums import Action, Source
from pathways.models import AuditEvent, Seal
from tests import factories

from .sealing import EVENTS, ITEMS, newest, rows, said, seal_and_anchor, work

pytestmark = pytest.mark.django_db


FIXED = {
    "id": UUID(int=2026),
    "action": Action.SIGN_IN_FAILED,
    "at": datetime(2026, 11, 3, 10, 14, tzinfo=UTC),
    "source": Source.SIGN_IN,
    "address": "2001:db8::7",
    "reason": "Zoë’s “first” try",
}


def test_both_databases_give_the_same_bytes():
    event = AuditEvent(**FIXED)
    event.save(force_insert=True)
    columns = {EVENTS: ["action", "actor_id", "address", "at", "id", "reason", "source"]}
    (line,) = digests.lines_of([event.pk.hex], columns)[event.pk.hex]
    text = (
        '["pathways_auditevent",["action","actor_id","address","at","id","reason","source"]]'
        '["sign_in_failed",null,"2001:db8::7","2026-11-03T10:14:00.000000Z",'
        '"000000000000000000000000000007ea","Zo\\u00eb\\u2019s \\u201cfirst\\u201d try","sign_in"]'
    )
    assert line == (EVENTS, event.pk.hex, digests._sha256(text))


@pytest.mark.parametrize(
    ("stored", "canonical"),
    [
        ('{"b": [1.0, 0.50], "a": 1e2}', '{"a":100,"b":[1,0.5]}'),
        ('{ "note":"Zo\u00eb" }', '{"note":"Zo\\u00eb"}'),
        ("null", "null"),
        (None, None),
        ("no JSON", "no JSON"),
    ],
)
def test_json_is_sealed_by_its_meaning(stored, canonical):
    assert digests._canonical_text(stored) == canonical


def as_text(field, value):
    """The value of a row as Django reads it, put as the digest wants it."""
    kind = digests._kind(field)
    if value is None:
        return value
    if kind == "DateTimeField":
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if kind == "JSONField":
        return digests._canonical_text(json.dumps(value))
    return value.hex if kind == "UUIDField" else int(value) if kind == "BooleanField" else value


def test_every_column_is_read_as_django_reads_it():
    factories.shipped()
    work()
    for model in [AuditEvent, *map(get_history_model_for_model, guard.tracked_models())]:
        fields = sorted(model._meta.concrete_fields, key=lambda field: field.column)
        head = digests.canonical([model._meta.db_table, [field.column for field in fields]])
        for row in model.objects.all()[:40]:
            values = [as_text(field, getattr(row, field.attname)) for field in fields]
            event = (row.pk if model is AuditEvent else row.audit_event_id).hex
            (line,) = [
                each
                for each in digests.lines_of([event], {})[event]
                if (each.table, each.key)
                == (model._meta.db_table, row.pk.hex if model is AuditEvent else str(row.pk))
            ]
            assert line.digest == digests._sha256(head + digests.canonical(values)), row


def test_a_kind_of_column_nobody_thought_of_is_named():
    known = {"UUIDField", "BigAutoField", "CharField", "DateTimeField", "GenericIPAddressField", "TextField"}
    known |= {
        "BigIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "BooleanField",
        "JSONField",
    }
    found = {kind for table in digests.sealed_tables() for kind in table.kinds.values()}
    assert found <= known, "say in digests how SQLite and PostgreSQL give the same value, then here"


def test_a_column_that_comes_later_leaves_older_links_as_they_are(monkeypatch):
    now = digests.current_columns()
    earlier = {**now, ITEMS: [name for name in now[ITEMS] if name != "note"]}
    case = work()
    with monkeypatch.context() as patch:
        patch.setattr(seal, "current_columns", lambda: earlier)
        seal_and_anchor()
    work()
    seal_and_anchor()
    said_by = (
        Seal.objects.filter(columns__isnull=False).order_by("sequence").values_list("columns", flat=True)
    )
    assert list(said_by) == [earlier, now]
    assert said() == []
    connection.check_constraints()
    guard.drop_triggers()
    rows(newest(case)).update(status="done")
    assert len(said()) == 1


def test_a_column_that_goes_makes_the_links_that_cover_it_differ(monkeypatch):
    work()
    seal_and_anchor()
    fewer = [
        digests.SealedTable(t.name, t.key, t.event, {k: v for k, v in t.kinds.items() if k != "note"})
        for t in digests.sealed_tables()
    ]
    monkeypatch.setattr(digests, "sealed_tables", lambda: fewer)
    assert any(ITEMS in each for each in said())
