"""Thousands of cases as copies of one, with their whole history, in a statement for each table."""

from django.core.management.color import no_style
from django.db import connection, models, transaction

from pathways.audit import guard
from pathways.models import AuditEvent, Case, CasePhase, ChecklistItem, Comment, PhaseProgress

OF_A_CASE = (CasePhase, ChecklistItem, Comment, PhaseProgress)


def copy_case(case, *, copies):
    """Insert copies of a case and of all that belongs to it; the guard is down meanwhile."""
    step = 1 + max(model.objects.aggregate(top=models.Max("pk"))["top"] or 0 for model in (Case, *OF_A_CASE))
    with transaction.atomic():
        guard.drop_triggers()
        _copy(Case, copies, step, f"id = {case.pk}")
        _copy(AuditEvent, copies, step, f"case_id = {case.pk}")
        for model in OF_A_CASE:
            _copy(model, copies, step, f"case_id = {case.pk}")
        for model in (Case, CasePhase, ChecklistItem, Comment):
            own = "id" if model is Case else "case_id"
            _copy(model.history.model, copies, step, f"{own} = {case.pk}")
    with transaction.atomic():
        guard.install()
        _go_on_numbering()


def _copy(model, copies, step, where):
    fields = [each for each in model._meta.concrete_fields if each.name != "history_id"]
    if model is PhaseProgress:
        fields = [each for each in fields if not each.primary_key]
    names, values = (
        ", ".join(each.column for each in fields),
        ", ".join(_value(each, step) for each in fields),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {copies}) "
            f"INSERT INTO {model._meta.db_table} ({names}) "
            f"SELECT {values} FROM {model._meta.db_table}, copies WHERE {where}"
        )


def _value(field, step):
    """Ids move on by a step for each copy; the events' take the copy's number in front."""
    column, target = field.column, field.related_model
    is_event = target is AuditEvent or (field.primary_key and field.model is AuditEvent)
    if is_event:
        return {
            "sqlite": f"printf('%08x', n) || substr({column}, 9)",
            "postgresql": f"(lpad(to_hex(n), 8, '0') || substr({column}::text, 9))::uuid",
        }[connection.vendor]
    if column == "id" or target in (Case, *OF_A_CASE):
        return f"{column} + n * {step}"
    return f"{column} || '-' || n" if column == "reference" else column


def _go_on_numbering():
    """PostgreSQL's sequences do not see ids that a statement gave."""
    tables = (Case, CasePhase, ChecklistItem, Comment)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
