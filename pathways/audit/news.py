"""What has happened to a case since somebody opened its page."""

from uuid import UUID

from ..compiled import compiled
from ..enums import Action
from ..models import AuditEvent, Membership
from .sentences import NO_STATE
from .timeline import review

MOST = 20


def changes():
    """Events of a case by which its page may look different, newest first, along an index of them."""
    return AuditEvent.objects.exclude(action=Action.READ_CASE).order_by("-at", "-id")


def newest_change(user, reference):
    """Id of the newest one of a case that the person may see, or None; one query, the roles included."""
    return next(iter(_newest_change(reference, user.pk, of_any_team=user.is_auditor)), None)


@compiled
def _newest_change(reference, person, *, of_any_team):
    found = changes().filter(case__reference=reference)
    found = found if of_any_team else found.filter(case__team__in=_teams_of(person))
    return found.values_list("id", flat=True)[:1]


def newest_change_in_teams(user):
    """The same of all cases of the person's teams, and of the teams themselves."""
    return next(iter(_newest_change_in_teams(user.pk)), None)


@compiled
def _newest_change_in_teams(person):
    return changes_in_teams(person).values_list("id", flat=True)[:1]


def changes_in_teams(person):
    """Those changes, as a query for another to go on with."""
    return changes().filter(team__in=_teams_of(person))


def _teams_of(person):
    return Membership.objects.current().filter(user=person).values("team")


def news(case, opened, user):
    """What others did since the event `opened`, newest first, MOST at most, as the history tells it."""
    known = AuditEvent.objects.filter(pk=opened, case=case).values_list("at", flat=True).first()
    if known is None:
        return []
    since = AuditEvent.objects.filter(case=case, at__gt=known).exclude(action__in=NO_STATE)
    return review(since.exclude(actor=user), limit=MOST).entries


def read_mark(text):
    """The id of an event as a page holds it, or None for anything else."""
    try:
        return UUID(hex=text) if len(text) == 32 else None
    except ValueError:
        return None
