"""The reasons that people may give: added, changed and taken out of use, never removed."""

from django.db import transaction
from django.utils.text import slugify

from ..audit.recording import recording, take_turn
from ..enums import Action
from ..models import ReasonCode
from ..permissions import Permission, require
from .exceptions import BadInput, ChangedElsewhere
from .merging import since

RESERVED = ("new",)
LONGEST_STEM = 50
SAME_LABEL = "Another reason is worded so. Choose other words."


@transaction.atomic
def save_reason_code(*, by, wanted, code="", seen=0, token=None):
    """Change the reason with this code, or without one add a new reason whose code comes of its label.

    `wanted` is column to value, `seen` the version that the form was rendered from. What stands with the
    reason keeps it. Raises BadInput for a label that is taken, and ChangedElsewhere where another person
    changed the reason since to something else. Raises ReasonCode.DoesNotExist for an unknown code.
    """
    require(by, Permission.EDIT_REASONS, anywhere=True)
    with recording(by=by, action=Action.CHANGE_REASON_CODE, token=token):
        rows = {row.code: row for row in ReasonCode.objects.select_for_update(of=("self",), no_key=True)}
        take_turn()
        if code and code not in rows:
            raise ReasonCode.DoesNotExist
        row = rows.get(code) or ReasonCode(code=_free_code(wanted["label"]))
        changes = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if row.pk and changes:
            _see_that_it_stands(row, seen, by)
        _check_label(row, wanted["label"])
        for name, value in changes.items():
            setattr(row, name, value)
        if changes:
            row.save()
    return row


def _see_that_it_stands(row, seen, by):
    """A change that the same person made in another window counts as seen."""
    last = since(row, seen)[-1]
    if row.version != seen and last.history_user_id != by.pk:
        raise ChangedElsewhere(theirs=row, person=last.history_user, at=last.history_date)


def _check_label(row, label):
    """Asked after the lock, so that of two people who add the same one only the first does."""
    if ReasonCode.objects.exclude(pk=row.pk).filter(label__iexact=label, is_active=True).exists():
        raise BadInput({"label": SAME_LABEL})


def _free_code(label):
    stem = slugify(label)[:LONGEST_STEM].strip("-_") or "reason"
    taken = {*ReasonCode.objects.values_list("code", flat=True), *RESERVED}
    codes = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in codes if each not in taken)
