"""The record of every change: audit events, request tokens, and the base of what people change."""

import uuid
from contextvars import ContextVar
from functools import cache

from django.db import models
from django.db.models import Q
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from ..enums import Action, Source

LONGEST_REASON = 1000

open_event: ContextVar["AuditEvent | None"] = ContextVar("open_event", default=None)


class AuditEvent(models.Model):
    """One action of one person, inserted once and never changed (the database refuses it).

    `restores` is the event whose outcome it set something back to, `part_of` the one that began a batch.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    actor = models.ForeignKey("pathways.User", models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=20, choices=Action)
    at = models.DateTimeField()
    case = models.ForeignKey("pathways.Case", models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey("pathways.Team", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.WEB)
    address = models.GenericIPAddressField(null=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    restores = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    part_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts", db_index=False)

    was_used = False

    class Meta:
        indexes = [
            models.Index(fields=["case", "at", "id"], name="event_by_case"),
            models.Index(
                fields=["case", "at", "id"], condition=~Q(action=Action.READ_CASE), name="change_by_case"
            ),
            models.Index(fields=["at", "id"], name="event_by_time"),
            models.Index(fields=["actor", "at", "id"], name="event_by_actor"),
            models.Index(fields=["team", "at", "id"], name="event_by_team"),
            models.Index(fields=["role", "at", "id"], name="event_by_role"),
            models.Index(fields=["at", "id"], condition=~Q(reason=""), name="event_with_reason"),
            models.Index(fields=["action", "address", "at"], name="event_by_address"),
            models.Index(fields=["part_of"], condition=Q(part_of__isnull=False), name="event_by_batch"),
        ]
        constraints = [
            models.CheckConstraint(
                name="event_names_its_actor",
                condition=Q(actor__isnull=False) | Q(source__in=[Source.COMMAND, Source.SIGN_IN]),
            ),
            models.CheckConstraint(name="event_action_known", condition=Q(action__in=Action.values)),
            models.CheckConstraint(name="event_source_known", condition=Q(source__in=Source.values)),
        ]

    def __str__(self):
        return f"{self.get_action_display()} at {self.at:%Y-%m-%d %H:%M}"


class RequestToken(models.Model):
    """Makes a repeated POST answer once; `event` is null when the first answer changed nothing."""

    token = models.UUIDField(primary_key=True)
    person = models.ForeignKey("pathways.User", models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    event = models.ForeignKey(AuditEvent, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return str(self.token)


def open_event_id():
    """The event that a new history row belongs to; None outside a recording, which the column refuses."""
    event = open_event.get()
    if event is None:
        return None
    event.was_used = True
    return event.pk


class HistoryRow(models.Model):
    """What every history row holds beside the copied columns."""

    audit_event = models.ForeignKey(AuditEvent, models.PROTECT, related_name="+", default=open_event_id)

    class Meta:
        abstract = True


class KeptHistoryManager(HistoryManager):
    """Made once for each queryset: by itself it makes a class at each look at a model's history (0.2 ms)."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class, class_name=None):
        return super().from_queryset(queryset_class, class_name)


class KeptHistory(HistoricalRecords):
    """django-simple-history with the indexes that history pages read by; `also` are this model's own."""

    def __init__(self, *, also=(), **kwargs):
        self.also = list(also)
        super().__init__(
            bases=[HistoryRow],
            history_id_field=models.BigAutoField(primary_key=True),
            user_related_name="+",
            history_manager=KeptHistoryManager,
            **kwargs,
        )

    def get_meta_options(self, model):
        options = super().get_meta_options(model)
        name = model._meta.model_name
        by_case = any(field.name == "case" for field in model._meta.fields)
        options["indexes"] = [
            models.Index(fields=["history_user", "history_date", "history_id"], name=f"{name}_hist_by_user"),
            models.Index(fields=["history_date", "history_id"], name=f"{name}_hist_by_time"),
        ] + by_case * [
            models.Index(fields=["case", "history_date", "history_id"], name=f"{name}_hist_by_case")
        ]
        options["indexes"] += self.also
        options["constraints"] = [
            models.UniqueConstraint(fields=["id", "version", "history_type"], name=f"{name}_hist_version")
        ]
        return options


class Tracked(models.Model):
    """A row whose every change leaves a history row in the same transaction, or is refused."""

    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Raise the version by one; the guard refuses a save from a stale copy."""
        self.version += 1
        super().save(*args, **kwargs)

    @property
    def _history_user(self):
        """Read by django-simple-history; an AttributeError makes it fall back to nobody."""
        return _open_event_or_missing().actor

    @property
    def _history_date(self):
        """Read by django-simple-history, so that one action has one time."""
        return _open_event_or_missing().at


def _open_event_or_missing():
    event = open_event.get()
    if event is None:
        raise AttributeError("no recording is open")
    return event
