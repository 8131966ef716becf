"""What auditors have looked through."""

from django.db import models
from django.db.models import Q

from .audit import AuditEvent, KeptHistory, Tracked
from .cases import Case
from .people import User


class Review(Tracked):
    """An auditor's word that the history up to an event was looked through; never edited, never removed.

    Of one case, or without one of every team; `since` is where a reviewed period begins, null for the start.
    """

    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="reviews", db_index=False)
    since = models.DateTimeField(null=True)
    upto = models.ForeignKey(AuditEvent, models.PROTECT, related_name="+", db_index=False)
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField()
    note = models.TextField(max_length=10_000)

    history = KeptHistory()

    APPEND_ONLY = True

    class Meta:
        indexes = [models.Index(fields=["case", "reviewed_at"], name="review_by_case")]
        constraints = [models.CheckConstraint(name="review_has_a_note", condition=~Q(note=""))]

    def __str__(self):
        return f"{self.reviewer}, {self.reviewed_at:%Y-%m-%d %H:%M}"
