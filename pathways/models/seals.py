"""The chain that audit events are sealed in."""

from django.db import models
from django.db.models import Q

from .audit import AuditEvent


class Seal(models.Model):
    """One link: an audit event with the digest of all its rows, inserted once and never changed.

    `marks` is JSON: table to key to the beginning of that row's digest, so that a break names the row.
    `columns` says, where it differs from the link before, which columns of which table the digests cover:
    a migration that adds a column leaves older links as they are.
    """

    sequence = models.BigIntegerField(primary_key=True, db_column="id")
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    marks = models.TextField()
    columns = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["sequence"], name="seal_changes_columns", condition=Q(columns__isnull=False))
        ]
        constraints = [
            models.CheckConstraint(name="seal_sequence_from_one", condition=Q(sequence__gte=1)),
        ]

    def __str__(self):
        return f"Link {self.sequence}"
