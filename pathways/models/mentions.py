"""Who was named in a comment, and whether they have seen it."""

from django.db import models
from django.db.models import Q

from .audit import KeptHistory, Tracked
from .cases import Comment
from .people import User


class Mention(Tracked):
    """A person whom a comment names; it waits in their work until they say that they have seen it."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="mentions", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    seen_at = models.DateTimeField(null=True, blank=True)

    history = KeptHistory()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person"], condition=Q(seen_at__isnull=True), name="mention_not_seen")
        ]
        constraints = [models.UniqueConstraint(fields=["comment", "person"], name="mentioned_once")]

    def __str__(self):
        return f"{self.person} in {self.comment}"
