"""Saying that history was looked through."""

from django.db import transaction

from ..audit.recording import recording
from ..enums import Action
from ..models import Review
from ..permissions import Permission, require
from .exceptions import BadInput


@transaction.atomic
def mark_reviewed(*, by, upto, note, case=None, since=None, token=None):
    """Say that everything up to the event `upto` was reviewed: of a case, or without one of every team.

    `since` is where a reviewed period begins. What comes later shows as new. Raises BadInput.
    """
    require(by, Permission.REVIEW_AUDIT)
    note = note.strip()
    if not note:
        raise BadInput({"note": "Say what you reviewed or found."})
    if case is not None and upto.case_id != case.pk:
        raise BadInput({"upto": "That event is not of this case."})
    if since is not None and upto.at < since:
        raise BadInput({"upto": "That event is from before the period."})
    with recording(by=by, action=Action.REVIEW, case=case, token=token) as event:
        review = Review(case=case, since=since, upto=upto, reviewer=by, reviewed_at=event.at, note=note)
        review.save()
    return review
