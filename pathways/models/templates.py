"""Pathway templates: versions that are drafted, published and never changed again."""

from django.core.validators import validate_slug
from django.db import models
from django.db.models import Q

from ..enums import Anchor, Basis, Phase, Requirement, VersionStatus
from .audit import KeptHistory, Tracked
from .people import Discipline, User


class PathwayTemplate(Tracked):
    code = models.CharField(max_length=60, unique=True, validators=[validate_slug])
    reference_prefix = models.CharField(max_length=6, unique=True)
    title = models.CharField(max_length=200)
    condition = models.CharField(max_length=200)
    summary = models.CharField(max_length=1000, blank=True)
    sources_summary = models.CharField(max_length=1000, blank=True)

    history = KeptHistory()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(name="template_has_code", condition=~Q(code="")),
            models.CheckConstraint(name="template_has_prefix", condition=~Q(reference_prefix="")),
        ]

    def __str__(self):
        return self.title


class TemplateVersionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=VersionStatus.PUBLISHED)

    def newest_published(self):
        """The newest published version of each template: the ones a case may be opened from."""
        newer = TemplateVersion.objects.published().filter(
            template=models.OuterRef("template"), number__gt=models.OuterRef("number")
        )
        return self.published().exclude(models.Exists(newer))


class TemplateVersion(Tracked):
    """One version with the vocabulary it uses; once published only its status may become retired."""

    template = models.ForeignKey(PathwayTemplate, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=VersionStatus, default=VersionStatus.DRAFT)
    summary = models.CharField(max_length=1000, blank=True)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    case_fields = models.JSONField(default=list)
    instruments = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = TemplateVersionQuerySet.as_manager()
    history = KeptHistory()

    class Meta:
        ordering = ["template", "number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="one_version_per_number"),
            models.UniqueConstraint(
                fields=["template"], condition=Q(status=VersionStatus.DRAFT), name="one_draft_per_template"
            ),
            models.CheckConstraint(name="version_number_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="version_status_known", condition=Q(status__in=VersionStatus.values)),
            models.CheckConstraint(
                name="version_published_when",
                condition=Q(status=VersionStatus.DRAFT, published_at__isnull=True)
                | (~Q(status=VersionStatus.DRAFT) & Q(published_at__isnull=False) & ~Q(summary="")),
            ),
        ]

    def __str__(self):
        return f"{self.template} v{self.number}"

    def instrument(self, code):
        """The definition this version stores, or None."""
        return next((each for each in self.instruments if each["code"] == code), None)


class TemplatePhase(Tracked):
    template_version = models.ForeignKey(
        TemplateVersion, models.PROTECT, related_name="phases", db_index=False
    )
    phase = models.PositiveSmallIntegerField(choices=Phase)
    title = models.CharField(max_length=120)
    goal = models.CharField(max_length=1000)

    history = KeptHistory()

    class Meta:
        ordering = ["phase"]
        constraints = [
            models.UniqueConstraint(fields=["template_version", "phase"], name="each_phase_once"),
            models.CheckConstraint(name="template_phase_known", condition=Q(phase__in=Phase.values)),
        ]

    def __str__(self):
        return self.title


class TemplateItem(Tracked):
    """One line of the pathway. `code` is stable from version to version.

    Of a draft: `was_code` is the code in the version it was copied from, nothing for a new item; one that
    `is_removed` stands until publishing, which deletes it.
    """

    template_version = models.ForeignKey(
        TemplateVersion, models.PROTECT, related_name="items", db_index=False
    )
    phase = models.PositiveSmallIntegerField(choices=Phase)
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60, validators=[validate_slug])
    title = models.CharField(max_length=200)
    guidance = models.CharField(max_length=1000, blank=True)
    discipline = models.ForeignKey(Discipline, models.PROTECT, related_name="+", db_index=False)
    requirement = models.CharField(max_length=12, choices=Requirement)
    applies_text = models.CharField(max_length=300, blank=True)
    applies_rule = models.JSONField(null=True, blank=True)
    anchor = models.CharField(max_length=13, choices=Anchor, blank=True)
    anchor_item = models.CharField(max_length=60, blank=True)
    within = models.CharField(max_length=10, blank=True)
    basis = models.CharField(max_length=10, choices=Basis, blank=True)
    repeat = models.CharField(max_length=10, blank=True)
    response = models.JSONField()
    depends_on = models.JSONField(default=list, blank=True)
    sources = models.JSONField(default=list, blank=True)
    was_code = models.CharField(max_length=60, blank=True)
    is_removed = models.BooleanField(default=False)

    history = KeptHistory()

    class Meta:
        ordering = ["phase", "position"]
        constraints = [
            models.UniqueConstraint(fields=["template_version", "code"], name="one_item_per_code"),
            models.CheckConstraint(name="template_item_has_code", condition=~Q(code="")),
            models.CheckConstraint(name="template_item_has_title", condition=~Q(title="")),
            models.CheckConstraint(name="template_item_phase_known", condition=Q(phase__in=Phase.values)),
            models.CheckConstraint(
                name="template_item_requirement_known", condition=Q(requirement__in=Requirement.values)
            ),
            models.CheckConstraint(
                name="target_is_whole",
                condition=Q(anchor="", within="", basis="")
                | (Q(anchor__in=Anchor.values) & ~Q(within="") & Q(basis__in=Basis.values)),
            ),
            models.CheckConstraint(
                name="anchor_names_its_item",
                condition=(Q(anchor=Anchor.ITEM) & ~Q(anchor_item=""))
                | (~Q(anchor=Anchor.ITEM) & Q(anchor_item="")),
            ),
        ]

    def __str__(self):
        return self.title
