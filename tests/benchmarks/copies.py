"""Thousands of cases as copies of one, with their whole history, in a statement for each table."""

from typing import NamedTuple

from django.core.management.color import no_style
from django.db import connection, models, transaction

from pathways.audit import guard
from pathways.models import AuditEvent, Case, CasePhase, ChecklistItem, Comment, PhaseProgress

PADDED = {"sqlite": "printf('%05d', n)", "postgresql": "lpad(n::text, 5, '0')"}
OF_A_CASE = (CasePhase, ChecklistItem, Comment, PhaseProgress)


def copy_case(case, *, copies):
    """Insert copies of a case and of all that belongs to it; the guard is down meanwhile."""
    copy_cases([case], copies=copies)


def copy_cases(cases, *, copies, first=1, days=0):
    """The same of several, numbered from the first; each copy happened so many days after the one before."""
    step = 1 + max(model.objects.aggregate(top=models.Max("pk"))["top"] or 0 for model in (Case, *OF_A_CASE))
    made = Copies(first, first + copies - 1, step, days)
    ids = ", ".join(str(case.pk) for case in cases)
    with transaction.atomic():
        guard.drop_triggers()
        made.insert(Case, f"id IN ({ids})")
        made.insert(AuditEvent, f"case_id IN ({ids})")
        for model in OF_A_CASE:
            made.insert(model, f"case_id IN ({ids})")
        for model in (Case, CasePhase, ChecklistItem, Comment):
            own = "id" if model is Case else "case_id"
            made.insert(model.history.model, f"{own} IN ({ids})")
    with transaction.atomic():
        guard.install()
        _go_on_numbering()


class Copies(NamedTuple):
    """Ids move on by a step for each copy, moments by days."""

    first: int
    last: int
    step: int
    days: int

    def insert(self, model, where):
        fields = [each for each in model._meta.concrete_fields if each.name != "history_id"]
        if model is PhaseProgress:
            fields = [each for each in fields if not each.primary_key]
        names = ", ".join(each.column for each in fields)
        values = ", ".join(self._value(each) for each in fields)
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH RECURSIVE copies(n) AS (SELECT {self.first} UNION ALL "
                f"SELECT n + 1 FROM copies WHERE n < {self.last}) "
                f"INSERT INTO {model._meta.db_table} ({names}) "
                f"SELECT {values} FROM {model._meta.db_table}, copies WHERE {where} ORDER BY n"
            )

    def _value(self, field):
        """The events' ids take the copy's number in front."""
        column, target = field.column, field.related_model
        is_event = target is AuditEvent or (field.primary_key and field.model is AuditEvent)
        if is_event:
            return {
                "sqlite": f"printf('%08x', n) || substr({column}, 9)",
                "postgresql": f"(lpad(to_hex(n), 8, '0') || substr({column}::text, 9))::uuid",
            }[connection.vendor]
        if column == "id" or target in (Case, *OF_A_CASE):
            return f"{column} + n * {self.step}"
        if self.days and isinstance(field, models.DateTimeField):
            return f"{column} + n * interval '{self.days} days'"
        if column == "reference":
            return f"reference || {PADDED[connection.vendor]}"
        return column


def _go_on_numbering():
    """PostgreSQL's sequences do not see ids that a statement gave."""
    tables = (Case, CasePhase, ChecklistItem, Comment)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)
