"""Cases and their checklists."""

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform

from ..enums import (
    NEEDS_REASON,
    SETTLED,
    CaseOutcome,
    CaseStatus,
    ItemStatus,
    Phase,
    Requirement,
    ResponseKind,
)
from .audit import KeptHistory, Tracked
from .people import ReasonCode, Team, User
from .templates import TemplateItem, TemplateVersion

LONGEST_TITLE = 200
OPEN = {"settled_at__isnull": True, "retired_at__isnull": True}
# Open, and applies or is due; what nobody took is found in the index of these without reading a row.
ASKED = Q(**OPEN) & (Q(applies_since__isnull=False) | Q(due_at__isnull=False))
# Not settled in time; "waiting" reads all that it counts from the index of these.
WAITED = Q(occurrence=1, retired_at__isnull=True, due_at__isnull=False) & (
    Q(settled_at__isnull=True) | Q(settled_at__gt=models.F("due_at"))
)


class ReferenceCounter(models.Model):
    """The last number given under a prefix; locked while a case is opened, not a person's to change."""

    prefix = models.CharField(max_length=6, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self):
        return f"{self.prefix}-{self.last}"


def of_teams_seen(rows, user, team):
    """Of the rows, those whose `team` the person is in, or whoever has this Sight; all for auditors."""
    if not user.is_active:
        return rows.none()
    return rows if user.is_auditor else rows.filter(**{f"{team}__in": user.teams})


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cases of the person's teams, and every case for auditors; no join, so that they can be locked."""
        return of_teams_seen(self, user, "team")

    def open(self):
        """Cases that are not closed, those on hold among them."""
        return self.exclude(status=CaseStatus.CLOSED)


class Case(Tracked):
    """One synthetic person's way through a pathway; known by its reference alone."""

    reference = models.CharField(max_length=20, unique=True)
    template_version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="cases")
    team = models.ForeignKey(Team, models.PROTECT, related_name="cases", db_index=False)
    status = models.CharField(max_length=10, choices=CaseStatus, default=CaseStatus.OPEN)
    outcome = models.CharField(max_length=24, choices=CaseOutcome, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    details = models.JSONField(default=dict)

    objects = CaseQuerySet.as_manager()
    history = KeptHistory()

    class Meta:
        indexes = [
            models.Index(
                fields=["team", "opened_at", "id"],
                name="case_open_of_team",
                condition=~Q(status=CaseStatus.CLOSED),
            ),
            models.Index(
                KeyTransform("primary_site", "details"),
                "opened_at",
                "id",
                name="case_open_of_site",
                condition=~Q(status=CaseStatus.CLOSED),
            ),
            models.Index(
                fields=["team", "closed_at", "id"],
                name="case_closed_of_team",
                condition=Q(status=CaseStatus.CLOSED),
            ),
            models.Index(
                fields=["closed_at", "id"], name="case_closed", condition=Q(status=CaseStatus.CLOSED)
            ),
            models.Index(fields=["opened_at", "id"], name="case_opened"),
            models.Index(fields=["closed_at"], name="case_asked_lately"),
        ]
        constraints = [
            models.CheckConstraint(name="case_has_reference", condition=~Q(reference="")),
            models.CheckConstraint(name="case_status_known", condition=Q(status__in=CaseStatus.values)),
            models.CheckConstraint(
                name="case_closes_with_outcome",
                condition=(
                    Q(status=CaseStatus.CLOSED, closed_at__isnull=False) & Q(outcome__in=CaseOutcome.values)
                )
                | (~Q(status=CaseStatus.CLOSED) & Q(closed_at__isnull=True, outcome="")),
            ),
            models.CheckConstraint(
                name="case_closes_after_opening",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=models.F("opened_at")),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_closed(self):
        return self.status == CaseStatus.CLOSED


class ChecklistItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Items of the cases that the person may see; by a join, so lock their case instead."""
        return of_teams_seen(self, user, "case__team")

    def open(self):
        return self.filter(retired_at__isnull=True).exclude(status__in=SETTLED)

    def left_since(self, moment):
        """Settled with a reason after that, or blocked now."""
        left = [status for status in NEEDS_REASON if status in SETTLED]
        lately = Q(status=ItemStatus.BLOCKED) | Q(status__in=left, settled_at__gt=moment)
        return self.filter(lately, reason__isnull=False)


class ChecklistItem(Tracked):
    """One line of a case's checklist. `settled_at` is when care happened, not when it was recorded.

    `due_at` is the one due time that everybody reads; `due_given` is when a person said it is due, in place
    of the pathway's target. An item is retired when its case moved to a version that has no such item: it
    keeps what was recorded and its template item, and is neither due nor counted.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="items", db_index=False)
    template_item = models.ForeignKey(
        TemplateItem, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    phase = models.PositiveSmallIntegerField(choices=Phase)
    position = models.PositiveSmallIntegerField()
    occurrence = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=14, choices=ItemStatus, default=ItemStatus.NOT_STARTED)
    applies_since = models.DateTimeField(null=True, blank=True)
    assignee = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True, blank=True)
    due_given = models.DateTimeField(null=True, blank=True)
    response = models.JSONField(default=dict, blank=True)
    note = models.TextField(max_length=10_000, blank=True)
    reason = models.ForeignKey(
        ReasonCode, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason_text = models.CharField(max_length=1000, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ChecklistItemQuerySet.as_manager()
    history = KeptHistory(also=[models.Index(fields=["code"], name="checklistitem_hist_by_code")])

    class Meta:
        indexes = [
            models.Index(fields=["case", "phase", "position"], name="item_in_order"),
            models.Index(
                fields=["case", "due_at", "template_item", "assignee", "applies_since", "id"],
                name="item_open_of_case",
                condition=ASKED,
            ),
            models.Index(
                fields=["assignee", "due_at"],
                name="item_open_assignee",
                condition=Q(assignee__isnull=False, **OPEN),
            ),
            models.Index(
                fields=["template_item", "due_at"], name="item_target", condition=Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["status", "settled_at"], name="item_with_reason", condition=Q(reason__isnull=False)
            ),
            models.Index(
                fields=["case", "due_at", "settled_at", "code", "template_item", "id"],
                name="item_waited",
                condition=WAITED,
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "code", "occurrence"], name="one_item_per_occurrence"),
            models.CheckConstraint(name="item_phase_known", condition=Q(phase__in=Phase.values)),
            models.CheckConstraint(name="item_status_known", condition=Q(status__in=ItemStatus.values)),
            models.CheckConstraint(name="item_occurrence_from_one", condition=Q(occurrence__gte=1)),
            models.CheckConstraint(
                name="item_has_a_title",
                condition=Q(template_item__isnull=False, title="")
                | (Q(template_item__isnull=True) & ~Q(title="")),
            ),
            models.CheckConstraint(
                name="item_settled_by_someone",
                condition=Q(status__in=SETTLED, settled_by__isnull=False, settled_at__isnull=False)
                | (~Q(status__in=SETTLED) & Q(settled_by__isnull=True, settled_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="item_reason_where_needed",
                condition=Q(status__in=NEEDS_REASON, reason__isnull=False)
                | (~Q(status__in=NEEDS_REASON) & Q(reason__isnull=True, reason_text="")),
            ),
            models.CheckConstraint(
                name="item_done_has_response",
                condition=~Q(status=ItemStatus.DONE) | ~Q(response={}),
            ),
            models.CheckConstraint(
                name="item_due_as_given",
                condition=Q(due_given__isnull=True)
                | Q(retired_at__isnull=False)
                | Q(due_at__isnull=False, due_at=models.F("due_given")),
            ),
            models.CheckConstraint(
                name="item_retired_is_not_due",
                condition=Q(retired_at__isnull=True)
                | Q(template_item__isnull=False, applies_since__isnull=True, due_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.case_id}: {self.code}"

    @property
    def is_settled(self):
        return self.status in SETTLED

    @property
    def name(self):
        known = self.template_item
        return known.title if known else self.title

    @property
    def requirement(self):
        """An item made for one case is required of it."""
        known = self.template_item
        return known.requirement if known else Requirement.REQUIRED

    @property
    def response_spec(self):
        """The kind of response and its options; an item made for one case is a tick."""
        known = self.template_item
        return known.response if known else {"kind": ResponseKind.TICK}

    def instrument(self, version):
        """What scores its response in a case of this version, or in the version from which it was kept."""
        own = self.template_item
        if own and own.template_version_id not in (None, version.pk):
            version = own.template_version
        return version.instrument(self.response_spec.get("instrument"))
