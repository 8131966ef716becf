"""The six phases of a case: when each started, and the derived counts of how far it is."""

from django.db import models
from django.db.models import Q

from ..enums import Phase
from .audit import KeptHistory, Tracked
from .cases import Case
from .people import User

# What is due or blocked; lists and figures of what needs attention read all of it from the index of these.
WAITS = Q(next_due__isnull=False) | Q(blocked__gt=0)


class CasePhase(Tracked):
    """When a phase of a case started: with its first item, or because someone said so."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="phases", db_index=False)
    phase = models.PositiveSmallIntegerField(choices=Phase)
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    history = KeptHistory()

    class Meta:
        ordering = ["phase"]
        constraints = [
            models.UniqueConstraint(fields=["case", "phase"], name="each_case_phase_once"),
            models.CheckConstraint(name="case_phase_known", condition=Q(phase__in=Phase.values)),
            models.CheckConstraint(
                name="case_phase_started_by_someone",
                condition=Q(started_at__isnull=True, started_by__isnull=True)
                | Q(started_at__isnull=False, started_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.case}: {self.get_phase_display()}"


class PhaseProgress(models.Model):
    """Derived counts of one phase of one case; written by `progress.refresh` alone."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="progress", db_index=False)
    phase = models.PositiveSmallIntegerField(choices=Phase)
    applicable = models.PositiveSmallIntegerField(default=0)
    settled = models.PositiveSmallIntegerField(default=0)
    in_progress = models.PositiveSmallIntegerField(default=0)
    blocked = models.PositiveSmallIntegerField(default=0)
    next_due = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["phase"]
        indexes = [
            models.Index(
                fields=["case", "phase", "next_due", "blocked", "settled", "applicable"],
                name="progress_urgency",
            ),
            models.Index(fields=["case", "next_due", "blocked"], name="progress_waits", condition=WAITS),
            models.Index(
                fields=["finished_at"], name="progress_finished", condition=Q(finished_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "phase"], name="one_progress_per_phase"),
            models.CheckConstraint(name="progress_phase_known", condition=Q(phase__in=Phase.values)),
            models.CheckConstraint(
                name="progress_due_while_open",
                condition=Q(next_due__isnull=True) | Q(settled__lt=models.F("applicable")),
            ),
            models.CheckConstraint(
                name="progress_adds_up",
                condition=Q(
                    applicable__gte=models.F("settled") + models.F("in_progress") + models.F("blocked")
                ),
            ),
        ]

    def __str__(self):
        return f"{self.case_id}: {self.settled} of {self.applicable}"
