"""What was said about cases and items, who was named in it, and whether they have seen it."""

from django.db import models
from django.db.models import Q

from .audit import KeptHistory, Tracked
from .cases import Case, ChecklistItem
from .people import User


class Comment(Tracked):
    """What a person said about a case or an item; never edited, never removed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="comments", db_index=False)
    item = models.ForeignKey(ChecklistItem, models.PROTECT, null=True, blank=True, related_name="comments")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField(max_length=10_000)
    written_at = models.DateTimeField()

    history = KeptHistory()

    APPEND_ONLY = True
    naming: tuple[list, list] = ([], [])

    class Meta:
        indexes = [models.Index(fields=["case", "written_at"], name="comment_in_order")]
        constraints = [models.CheckConstraint(name="comment_has_text", condition=~Q(text=""))]

    def __str__(self):
        return f"{self.author}, {self.written_at:%Y-%m-%d %H:%M}"


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
