"""People, what they are, where they work, and the reasons they may give."""

from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.core.validators import validate_slug
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from ..compiled import compiled
from ..enums import Density, ReasonOrigin, Role, Theme
from .audit import KeptHistory, Tracked


class Sight(NamedTuple):
    """What of a person decides which cases they see: two people who see the same have the same one."""

    is_active: bool
    is_auditor: bool
    teams: frozenset[int]


class Discipline(Tracked):
    code = models.CharField(max_length=60, unique=True, validators=[validate_slug])
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    history = KeptHistory()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(name="discipline_has_code", condition=~Q(code="")),
            models.CheckConstraint(name="discipline_has_title", condition=~Q(title="")),
        ]

    def __str__(self):
        return self.title


class User(AbstractBaseUser, Tracked):
    """A person who signs in; deactivated, never deleted. The password stays out of history and guard."""

    last_login = None
    username = models.CharField(max_length=60, unique=True, validators=[validate_slug])
    display_name = models.CharField(max_length=80)
    discipline = models.ForeignKey(Discipline, models.PROTECT, null=True, blank=True, related_name="people")
    is_active = models.BooleanField(default=True)
    is_pathway_editor = models.BooleanField(default=False)
    is_auditor = models.BooleanField(default=False)
    is_site_admin = models.BooleanField(default=False)
    theme = models.CharField(max_length=20, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=20, choices=Density, default=Density.COMFORTABLE)
    fold_finished = models.BooleanField(default=False)
    single_keys = models.BooleanField(default=False)

    objects = BaseUserManager()
    history = KeptHistory(excluded_fields=["password"])

    UNGUARDED = {"password"}
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["display_name"]
        constraints = [
            models.CheckConstraint(name="user_has_username", condition=~Q(username="")),
            models.CheckConstraint(name="user_has_display_name", condition=~Q(display_name="")),
            models.CheckConstraint(name="user_theme_known", condition=Q(theme__in=Theme.values)),
            models.CheckConstraint(name="user_density_known", condition=Q(density__in=Density.values)),
        ]

    def __str__(self):
        return self.display_name

    def check_password(self, raw_password):
        """Upgrade an old hash by a queryset update: the one column that has no history."""

        def keep_upgraded(password):
            self.set_password(password)
            self._password = None
            type(self).objects.filter(pk=self.pk).update(password=self.password)

        return check_password(raw_password, self.password, keep_upgraded)

    @cached_property
    def roles_by_team(self):
        """Team id to role, for the memberships that have not ended; one query per request."""
        return dict(_roles_by_team(self.pk))

    @property
    def teams(self):
        """Ids of those teams."""
        return frozenset(self.roles_by_team)

    @property
    def sight(self):
        """Asks for no teams of an auditor, who sees them all."""
        return Sight(self.is_active, self.is_auditor, frozenset() if self.is_auditor else self.teams)

    @property
    def initials(self):
        words = [word for word in self.display_name.replace(".", " ").split() if word != "Dr"]
        return "".join(word[0] for word in words[:2]).upper()


class Team(Tracked):
    code = models.CharField(max_length=60, unique=True, validators=[validate_slug])
    name = models.CharField(max_length=120)

    history = KeptHistory()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="team_has_code", condition=~Q(code="")),
            models.CheckConstraint(name="team_has_name", condition=~Q(name="")),
        ]

    def __str__(self):
        return self.name


class MembershipQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at__isnull=True)


class Membership(Tracked):
    """A person's role in a team; it ends and never vanishes."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = KeptHistory()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team"], condition=Q(ended_at__isnull=True), name="one_current_role_per_team"
            ),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="membership_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
            ),
        ]

    def __str__(self):
        return f"{self.user} in {self.team}: {self.get_role_display()}"


@compiled
def _roles_by_team(user):
    return Membership.objects.current().filter(user=user).values_list("team_id", "role")


class Duty(Tracked):
    """Who takes a discipline's items in a team: a case is given out so when it opens."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="duties", db_index=False)
    discipline = models.ForeignKey(Discipline, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    given_at = models.DateTimeField()

    history = KeptHistory()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "discipline"], name="one_duty_per_discipline")]

    def __str__(self):
        return f"{self.discipline} in {self.team}: {self.person or 'nobody'}"


class ReasonCode(Tracked):
    """A coded reason for leaving an item blocked, not applicable or not done."""

    code = models.CharField(max_length=60, unique=True, validators=[validate_slug])
    label = models.CharField(max_length=120)
    origin = models.CharField(max_length=20, choices=ReasonOrigin)
    for_blocked = models.BooleanField(default=False)
    for_not_applicable = models.BooleanField(default=False)
    for_not_done = models.BooleanField(default=False)
    needs_text = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)

    history = KeptHistory()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(name="reason_origin_known", condition=Q(origin__in=ReasonOrigin.values)),
            models.CheckConstraint(name="reason_has_code", condition=~Q(code="")),
            models.CheckConstraint(
                name="reason_is_for_something",
                condition=Q(for_blocked=True) | Q(for_not_applicable=True) | Q(for_not_done=True),
            ),
        ]

    def __str__(self):
        return self.label

    def fits(self, status):
        """Whether it may be given for an item of this status."""
        return getattr(self, f"for_{status}", False)
