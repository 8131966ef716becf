"""Which items a case has beyond its pathway's rules: its own, and those that a person switches on."""

from django.db import transaction

from .. import progress
from ..audit.recording import recording
from ..enums import Action, ItemStatus, Requirement
from ..models import ChecklistItem
from ..models.cases import LONGEST_TITLE
from ..permissions import Permission, require
from .cases import lock_case
from .checklists import Recorded, reason_of, same_item
from .consequences import follow, load_items
from .exceptions import BadInput

MOST_OWN = 50
OWN = "own-"
NOT_BY_A_PERSON = "A rule decides whether this item applies, not a person."
IN_USE = "Something is recorded on this item. Mark it as not applicable instead."


@transaction.atomic
def add_own_item(*, by, case, phase, title, token=None):
    """Put an item of its own at the end of a phase of the case: required there, and answered by a tick."""
    require(by, Permission.RECORD, case.team_id)
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise BadInput({"title": f"Say what is to be done, in at most {LONGEST_TITLE} characters."})
    with recording(by=by, action=Action.ADD_ITEM, case=case, token=token) as event:
        case = lock_case(case)
        items = load_items(case)
        item = ChecklistItem(case=case, title=title, phase=phase, code=_next_code(items))
        item.position = 1 + max((each.position for each in items if each.phase == phase), default=0)
        item.applies_since = event.at
        item.save()
        progress.refresh(case, [*items, item], [phase])
    return item


@transaction.atomic
def switch_item(*, by, item, on, why, token=None):
    """Let a conditional item without a rule apply to the case, or no longer; both need a reason.

    Whoever asks for what stands already changes nothing. Raises BadInput, CaseClosed.
    """
    require(by, Permission.RECORD, item.case.team_id)
    action = Action.SWITCH_ON if on else Action.SWITCH_OFF
    with recording(by=by, action=action, case=item.case, reason=reason_of(why), token=token) as event:
        case = lock_case(item.case)
        items = load_items(case)
        item = same_item(items, item)
        if not is_switched_by_hand(item):
            raise BadInput({"switch": NOT_BY_A_PERSON})
        if on == bool(item.applies_since):
            return Recorded(item, items=items)
        if not why.strip():
            raise BadInput({"switch": f"Say why it {'applies' if on else 'does not apply'}."})
        if not on and item.status != ItemStatus.NOT_STARTED:
            raise BadInput({"switch": IN_USE})
        item.applies_since = event.at if on else None
        standing = follow(case, items, event, changed=[item])
    return Recorded(item, event, [], *standing)


def is_switched_by_hand(item):
    """Whether a person says that the item applies: a conditional one, for which no rule does."""
    by_a_person = item.requirement == Requirement.CONDITIONAL and not item.template_item.applies_rule
    return by_a_person and item.occurrence == 1


def _next_code(items):
    """The first free one: own items are never taken away, but for an undo."""
    taken = {item.code for item in items if item.template_item_id is None}
    if len(taken) >= MOST_OWN:
        raise BadInput({"title": f"A case can have {MOST_OWN} items of its own."})
    return next(code for number in range(1, MOST_OWN + 2) if (code := f"{OWN}{number}") not in taken)
