"""The guard's triggers in PostgreSQL's words.

Functions run with their owner's rights on a fixed search path, so that a role without access to
`audit_pending` can write tracked tables and nothing else.
"""

from django.db import connection

INSTALLED = (
    "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
    "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgname LIKE %s"
)
_HEADER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_SCHEMA = "@schema"  # stands for the schema that this connection writes to


def drop(name, table):
    return f"DROP TRIGGER {name} ON {table}"


def prelude():
    """Functions that several tables share."""
    return [_function("guard_written_once", _refuse("written once, never changed"))]


def scripts(statements):
    """All of them as one script, in the schema that this connection writes to."""
    if not statements:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return ["; ".join(statements).replace(_SCHEMA, cursor.fetchone()[0])]


def history_guard(guarded):
    """Triggers of one tracked table and its history."""
    table, history = guarded.table, guarded.history_table
    columns = ", ".join(guarded.columns)
    watch = f"AFTER INSERT OR DELETE OR UPDATE OF {columns}"
    triggers = {
        f"guard_{table}_change": [
            _function(f"guard_{table}_change", _change(table)),
            _trigger(f"guard_{table}_change", watch, table, f"guard_{table}_change"),
        ],
        f"guard_{table}_truncate": [_truncate(table)],
        f"guard_{table}_owed": [
            _function(f"guard_{table}_owed", _owed(history)),
            (
                f"CREATE TRIGGER guard_{table}_owed BEFORE DELETE ON {_q('audit_pending')} FOR EACH ROW "
                f"WHEN (OLD.tbl = '{table}') EXECUTE FUNCTION {_q(f'guard_{table}_owed')}()"
            ),
        ],
        f"guard_{history}_match": [
            _function(f"guard_{history}_match", _match(guarded)),
            _trigger(f"guard_{history}_match", "AFTER INSERT", history, f"guard_{history}_match"),
        ],
    }
    return triggers | append_only(history) | (_written_once(table) if guarded.append_only else {})


def append_only(table):
    """Refuse a change or a removal of any row, TRUNCATE included."""
    return _written_once(table) | {f"guard_{table}_truncate": [_truncate(table)]}


def published_is_frozen(versions, parts):
    """Refuse changes of a published version but for its retirement, and of anything in it."""
    table = versions.table
    refuse = _refuse("a published version never changes")
    kept = [column for column in versions.columns if column not in ("status", "version")]
    same = equal(kept, versions.json_columns, "OLD", "NEW")
    retires = f"(OLD.status = 'published' AND NEW.status = 'retired' AND {same})"
    version_body = (
        f"IF TG_OP = 'DELETE' THEN IF OLD.status <> 'draft' THEN {refuse} END IF; RETURN OLD; END IF; "
        f"IF OLD.status <> 'draft' AND NOT {retires} THEN {refuse} END IF; RETURN NEW;"
    )
    part_body = (
        "IF TG_OP <> 'INSERT' THEN ids := ids || OLD.template_version_id; END IF; "
        "IF TG_OP <> 'DELETE' THEN ids := ids || NEW.template_version_id; END IF; "
        f"IF EXISTS (SELECT 1 FROM {_q(table)} WHERE id = ANY (ids) AND status <> 'draft') "
        f"THEN {refuse} END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    )
    name = f"guard_{table}_frozen"
    triggers = {name: [_function(name, version_body), _trigger(name, "BEFORE UPDATE OR DELETE", table, name)]}
    for part in parts:
        name = f"guard_{part.table}_frozen"
        triggers[name] = [
            _function(name, part_body, declare="DECLARE ids bigint[] := '{}';"),
            _trigger(name, "BEFORE INSERT OR UPDATE OR DELETE", part.table, name),
        ]
    return triggers


def _change(table):
    """Note the change as pending; versions start at one and rise by one."""
    pending = f"INSERT INTO {_q('audit_pending')} (tbl, pk, ver, op) VALUES ('{table}', "
    return (
        f"IF TG_OP = 'INSERT' THEN IF NEW.version <> 1 THEN {_refuse('a new row is version 1')} END IF; "
        f"{pending} NEW.id, NEW.version, '+'); "
        "ELSIF TG_OP = 'UPDATE' THEN IF NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id THEN "
        f"{_refuse('the version must rise by one')} END IF; {pending} NEW.id, NEW.version, '~'); "
        f"ELSE {pending} OLD.id, OLD.version, '-'); END IF; RETURN NULL;"
    )


def _owed(history):
    """A function of its own for each table, whose statement PostgreSQL plans once in a connection."""
    kept = f"SELECT 1 FROM {_q(history)} WHERE id = OLD.pk AND version = OLD.ver AND history_type = OLD.op"
    return f"IF NOT EXISTS ({kept}) THEN {_refuse('this change has no history yet')} END IF; RETURN OLD;"


def _match(guarded):
    """A history row must equal the live row and answer a pending change, which it clears."""
    live, mine = _q(guarded.table), f"tbl = '{guarded.table}' AND pk = NEW.id"
    same = equal(guarded.columns, guarded.json_columns, "t", "NEW")
    return (
        "IF NEW.history_type <> '-' THEN "
        f"IF NOT EXISTS (SELECT 1 FROM {live} t WHERE t.id = NEW.id AND {same}) "
        f"THEN {_refuse('history differs from the row')} END IF; "
        f"ELSIF EXISTS (SELECT 1 FROM {live} t WHERE t.id = NEW.id) "
        f"THEN {_refuse('the row still stands')} END IF; "
        f"DELETE FROM {_q('audit_pending')} WHERE {mine} AND ver = NEW.version AND op = NEW.history_type; "
        f"IF NOT FOUND THEN {_refuse('history without a change')} END IF; RETURN NULL;"
    )


def _written_once(table):
    name = f"guard_{table}_once"
    return {name: [_trigger(name, "BEFORE UPDATE OR DELETE", table, "guard_written_once")]}


def _truncate(table):
    return (
        f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {_q(table)} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_q('guard_written_once')}()"
    )


def _trigger(name, when, table, function):
    return f"CREATE TRIGGER {name} {when} ON {_q(table)} FOR EACH ROW EXECUTE FUNCTION {_q(function)}()"


def _function(name, body, declare=""):
    head = f"CREATE OR REPLACE FUNCTION {_q(name)}() RETURNS trigger {_HEADER}"
    return f"{head} AS $$ {declare} BEGIN {body} END $$"


def _refuse(said):
    return f"RAISE EXCEPTION 'guard: {said}' USING ERRCODE = 'integrity_constraint_violation';"


def equal(columns, json_columns, left, right):
    """Compare column by column, NULL equal to NULL; jsonb compares by meaning."""
    return " AND ".join(f"{left}.{c} IS NOT DISTINCT FROM {right}.{c}" for c in columns)


def _q(name):
    return f"{_SCHEMA}.{name}"
