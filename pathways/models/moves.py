"""Batches of cases that are moved to another version of their template."""

from django.db import models
from django.db.models import Q

from ..enums import MoveOutcome
from .audit import LONGEST_REASON, AuditEvent, KeptHistory, Tracked
from .cases import Case
from .people import User
from .templates import TemplateVersion


class CaseMove(Tracked):
    """What was to be moved where, and why; never edited. `renamed` maps item codes, old to new."""

    name = models.CharField(max_length=120)
    target = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="moves")
    renamed = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="moves")

    history = KeptHistory()

    APPEND_ONLY = True

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(name="move_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="move_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self):
        return self.name


class MovedCase(Tracked):
    """One case of a move. `why` says what stood in its way, forwards or back; `event` is what moved it."""

    move = models.ForeignKey(CaseMove, models.PROTECT, related_name="cases", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="moves")
    was = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, choices=MoveOutcome, default=MoveOutcome.WAITING)
    why = models.CharField(max_length=LONGEST_REASON, blank=True)
    event = models.ForeignKey(AuditEvent, models.PROTECT, null=True, related_name="+", db_index=False)

    history = KeptHistory()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["move", "outcome"], name="moved_by_outcome")]
        constraints = [
            models.UniqueConstraint(fields=["move", "case"], name="one_case_per_move"),
            models.CheckConstraint(name="move_outcome_known", condition=Q(outcome__in=MoveOutcome.values)),
            models.CheckConstraint(
                name="moved_by_an_event",
                condition=Q(outcome__in=[MoveOutcome.MOVED, MoveOutcome.MOVED_BACK], event__isnull=False)
                | Q(outcome__in=[MoveOutcome.WAITING, MoveOutcome.NOT_MOVED], event__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.move}: {self.case}"
