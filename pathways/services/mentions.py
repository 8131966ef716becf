"""Who a comment names: it waits in their work until they have seen it."""

import re

from django.db import transaction
from django.db.models import Q

from ..audit.recording import create_all, recording
from ..compiled import compiled
from ..enums import Action
from ..models import Membership, Mention, User
from ..permissions import Permission, require

NAMED = re.compile(r"(?<![\w@.])@([a-z0-9_-]{1,60})", re.IGNORECASE)
MOST_NAMED = 20
SHOWN = (
    *("comment__text", "comment__written_at", "comment__author__display_name"),
    *("comment__case__reference", "comment__item__code", "comment__item__occurrence"),
)


def name_people(comment):
    """Keep a mention for everyone of the team whom the comment names; runs in the recording of the comment.

    A name that is nobody's stays what it is, a word. Returns who was named, and the names that are nobody's;
    two queries where there is an @ at all.
    """
    asked = list(dict.fromkeys(name.lower() for name in NAMED.findall(comment.text)))[:MOST_NAMED]
    if not asked:
        return [], []
    here = Membership.objects.current().filter(team_id=comment.case.team_id).values("user")
    known = User.objects.filter(Q(username__in=asked) & Q(pk__in=here), is_active=True)
    people = list(known.only("username", "display_name"))
    others = [person for person in people if person.pk != comment.author_id]
    create_all(Mention, [Mention(comment=comment, person=person) for person in others])
    return others, [name for name in asked if name not in {person.username for person in people}]


@transaction.atomic
def see_mention(*, by, mention, token=None):
    """Say that it was seen; only the person who was named can, and a second time changes nothing."""
    require(by, Permission.VIEW_CASE, mention.comment.case.team_id)
    case = mention.comment.case
    with recording(by=by, action=Action.SEE_MENTION, case=case, token=token) as event:
        mention = Mention.objects.select_for_update(of=("self",)).get(pk=mention.pk, person=by)
        if mention.seen_at is None:
            mention.seen_at = event.at
            mention.save()
    return mention


def waiting_for(user, limit=None):
    """Mentions that the person has not seen, of cases that they may see, newest first, with what is SHOWN."""
    return _waiting_for(user.pk, teams=user.teams, limit=limit)


@compiled
def _waiting_for(person, *, teams, limit):
    mentions = Mention.objects.filter(person=person, seen_at__isnull=True)
    mentions = mentions.filter(comment__case__team__in=teams)
    return mentions.select_related("comment__case", "comment__author", "comment__item").only(*SHOWN)
