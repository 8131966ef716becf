"""Lists of cases that somebody keeps under a name."""

from django.db import models
from django.db.models import Q

from .audit import KeptHistory, Tracked
from .people import Team, User

LONGEST_NAME, LONGEST_QUERY = 60, 500


class SavedView(Tracked):
    """The filters of the case list under a name, for one person or shared by a team; `query` is its address.

    It is taken out of use and never vanishes.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="saved_views", db_index=False
    )
    query = models.CharField(max_length=LONGEST_QUERY)
    removed_at = models.DateTimeField(null=True, blank=True)

    history = KeptHistory()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(name="view_has_name", condition=~Q(name="")),
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(removed_at__isnull=True, team__isnull=True),
                name="one_own_view_per_name",
            ),
            models.UniqueConstraint(
                fields=["team", "name"],
                condition=Q(removed_at__isnull=True, team__isnull=False),
                name="one_team_view_per_name",
            ),
        ]

    def __str__(self):
        return self.name
