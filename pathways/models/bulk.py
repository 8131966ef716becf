"""Changes of many items at once."""

from django.db import models
from django.db.models import Q

from ..enums import BulkKind
from .audit import AuditEvent, KeptHistory, Tracked
from .people import User


class BulkChange(Tracked):
    """What was asked of many items at once; the event of each is part of this one's `event`.

    `wanted` is what was asked of each item, `left_out` the items that were not changed: item id and why.
    `undo` is the event under which everything was taken back.
    """

    kind = models.CharField(max_length=14, choices=BulkKind)
    wanted = models.JSONField(default=dict, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="+", db_index=False)
    undo = models.ForeignKey(
        AuditEvent, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    history = KeptHistory()

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["made_by", "made_at"], name="bulk_by_person")]
        constraints = [models.CheckConstraint(name="bulk_kind_known", condition=Q(kind__in=BulkKind.values))]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.made_at:%Y-%m-%d %H:%M}"
