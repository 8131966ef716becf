"""Reads history back; nobody else reads historical tables."""

from ..models import Case, CasePhase, ChecklistItem, Comment

CASE_MODELS = (Case, CasePhase, ChecklistItem, Comment)


def at_version(row, version):
    """The history row of this version, or None where the row never had it."""
    return type(row).history.filter(id=row.pk, version=version).exclude(history_type="-").first()


def changes_since(row, version):
    """History rows newer than the version, oldest first, with who made them."""
    newer = type(row).history.filter(id=row.pk, version__gt=version)
    return list(newer.select_related("history_user").order_by("version"))


def rows_of(event):
    """Every history row of one event about a case, with the row before it where there is one."""
    found = []
    for model in CASE_MODELS:
        rows = list(model.history.filter(audit_event=event).order_by("history_id"))
        found += with_previous(model, rows)
    return found


def with_previous(model, rows):
    """Pairs of a history row and the one before it; one query for them all."""
    wanted = {(row.id, row.version - 1) for row in rows if row.history_type == "~"}
    earlier = {}
    if wanted:
        ids, versions = zip(*wanted, strict=True)
        candidates = model.history.filter(id__in=set(ids), version__in=set(versions))
        earlier = {(row.id, row.version): row for row in candidates.exclude(history_type="-")}
    return [(row, earlier.get((row.id, row.version - 1))) for row in rows]


def last_event_of(row):
    """The event of the row's newest version, with its actor, or None."""
    newest = type(row).history.filter(id=row.pk, version=row.version).exclude(history_type="-")
    found = newest.select_related("audit_event__actor").first()
    return found and found.audit_event
