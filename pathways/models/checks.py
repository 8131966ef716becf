"""What the last comparison of history with the live rows found."""

from django.db import models
from django.db.models import Q


class HistoryCheck(models.Model):
    """One run of `check_history`; `text` has the findings as they were printed, a line each."""

    at = models.DateTimeField()
    rows = models.PositiveBigIntegerField()
    findings = models.PositiveIntegerField()
    text = models.TextField(blank=True)

    class Meta:
        get_latest_by = "id"
        constraints = [
            models.CheckConstraint(
                name="check_lists_its_findings",
                condition=Q(findings=0, text="") | (Q(findings__gt=0) & ~Q(text="")),
            )
        ]

    def __str__(self):
        found = f"{self.findings} finding{'s' * (self.findings != 1)}" if self.findings else "nothing wrong"
        return f"{self.at:%Y-%m-%d %H:%M} UTC: {self.rows} rows compared, {found}"
