"""The guard's triggers in SQLite's words."""

INSTALLED = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"


def drop(name, table):
    return f"DROP TRIGGER {name}"


def prelude():
    return []


def scripts(statements):
    """SQLite takes one statement at a time."""
    return statements


def history_guard(guarded):
    """Triggers of one tracked table and its history."""
    triggers = _pending(guarded) | _stepping(guarded) | _matching(guarded)
    triggers |= append_only(guarded.history_table, key="history_id")
    return triggers | (_written_once(guarded.table) if guarded.append_only else {})


def append_only(table, key="id"):
    """Refuse a change or a removal of any row, and an INSERT OR REPLACE, which skips delete triggers."""
    return _written_once(table) | _named(
        f"{table}_new",
        f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})",
        "this row is written once",
    )


def published_is_frozen(versions, parts):
    """Refuse changes of a published version but for its retirement, and of anything in it."""
    table = versions.table
    same = equal(
        [c for c in versions.columns if c not in ("status", "version")], versions.json_columns, "OLD", "NEW"
    )
    retires = f"(OLD.status = 'published' AND NEW.status = 'retired' AND {same})"
    said = "a published version never changes"
    triggers = _named(
        f"{table}_fixed", f"BEFORE UPDATE ON {table} WHEN OLD.status <> 'draft' AND NOT {retires}", said
    ) | _named(f"{table}_stays", f"BEFORE DELETE ON {table} WHEN OLD.status <> 'draft'", said)
    for part in parts:
        for event, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
            ids = ", ".join(f"{row}.template_version_id" for row in rows)
            frozen = f"SELECT 1 FROM {table} WHERE id IN ({ids}) AND status <> 'draft'"
            triggers |= _named(
                f"{part.table}_frozen_{event.lower()}",
                f"BEFORE {event} ON {part.table} WHEN EXISTS ({frozen})",
                said,
            )
    return triggers


def _pending(guarded):
    """Every change leaves a row in audit_pending, and while one is there COMMIT fails."""
    table, triggers = guarded.table, {}
    watched = f"UPDATE OF {', '.join(guarded.columns)}"
    for letter, event, row, kind in (
        ("i", "INSERT", "NEW", "+"),
        ("u", watched, "NEW", "~"),
        ("d", "DELETE", "OLD", "-"),
    ):
        triggers[f"guard_{table}_a{letter}"] = [
            (
                f"CREATE TRIGGER guard_{table}_a{letter} AFTER {event} ON {table} BEGIN "
                f"INSERT INTO audit_pending (tbl, pk, ver, op) "
                f"VALUES ('{table}', {row}.id, {row}.version, '{kind}'); END"
            )
        ]
    kept = (
        f"SELECT 1 FROM {guarded.history_table} h "
        "WHERE h.id = OLD.pk AND h.version = OLD.ver AND h.history_type = OLD.op"
    )
    return triggers | _named(
        f"{table}_owed",
        f"BEFORE DELETE ON audit_pending WHEN OLD.tbl = '{table}' AND NOT EXISTS ({kept})",
        "this change has no history yet",
    )


def _stepping(guarded):
    """Versions start at one and rise by one, so that a stale copy cannot be saved."""
    table = guarded.table
    return (
        _named(f"{table}_first", f"BEFORE INSERT ON {table} WHEN NEW.version <> 1", "a new row is version 1")
        | _named(
            f"{table}_once",
            f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} x WHERE x.id = NEW.id)",
            "the row exists",
        )
        | _named(
            f"{table}_step",
            f"BEFORE UPDATE OF {', '.join(guarded.columns)} ON {table} "
            "WHEN NEW.version <> OLD.version + 1 OR NEW.id <> OLD.id",
            "the version must rise by one",
        )
    )


def _matching(guarded):
    """A history row must equal the live row and answer a pending change, which it clears."""
    table, history = guarded.table, guarded.history_table
    live = f"SELECT 1 FROM {table} t WHERE {equal(guarded.columns, guarded.json_columns, 't', 'NEW')}"
    mine = f"tbl = '{table}' AND pk = NEW.id AND ver = NEW.version AND op = NEW.history_type"
    body = " ".join(
        [
            _raise_when(f"NEW.history_type <> '-' AND NOT EXISTS ({live})", "history differs from the row"),
            _raise_when(
                f"NEW.history_type = '-' AND EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.id)",
                "the row still stands",
            ),
            _raise_when(f"NOT EXISTS (SELECT 1 FROM audit_pending WHERE {mine})", "history without a change"),
            f"DELETE FROM audit_pending WHERE {mine};",
        ]
    )
    name = f"guard_{history}_ai"
    return {name: [f"CREATE TRIGGER {name} AFTER INSERT ON {history} BEGIN {body} END"]}


def _written_once(table):
    said = "written once, never changed"
    return _named(f"{table}_bu", f"BEFORE UPDATE ON {table}", said) | _named(
        f"{table}_bd", f"BEFORE DELETE ON {table}", said
    )


def _named(name, when, said):
    name = f"guard_{name}"
    return {name: [f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'guard: {said}'); END"]}


def _raise_when(condition, said):
    return f"SELECT CASE WHEN {condition} THEN RAISE(ABORT, 'guard: {said}') END;"


def equal(columns, json_columns, left, right):
    """Compare column by column, NULL equal to NULL, JSON by meaning and not by spacing."""

    def side(row, column):
        return f"json({row}.{column})" if column in json_columns else f"{row}.{column}"

    return " AND ".join(f"{side(left, c)} IS {side(right, c)}" for c in columns)
