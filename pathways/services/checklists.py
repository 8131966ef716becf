"""What a team does with a case's checklist: record, assign, say when it is due, comment, start a phase."""

from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db import transaction

from .. import instruments, progress, responses
from ..audit.recording import recording
from ..clocks import from_wall, show_time
from ..enums import NEEDS_REASON, SETTLED, Action, ItemStatus, ResponseKind
from ..models import AuditEvent, CasePhase, Comment, Membership
from ..models.audit import LONGEST_REASON
from ..permissions import Permission, may, require
from . import merging
from .cases import lock_case
from .consequences import follow, load_items
from .exceptions import BadInput, TakenAway
from .mentions import name_people
from .risks import risks

REPLACED = "Replaced what someone else had recorded meanwhile."
RETIRED = "This item belongs to an earlier version of the pathway. Nothing more is recorded on it."
REOPEN_FIRST = "Set its status back to in progress first, then say when it is due."


@dataclass
class Recorded:
    """What came of an action on an item; `merged` says in words what others had changed and was kept.

    `items` is every item of the case as it stands now, in the order of its page; `changed` are the ids of
    those that the event changed or made; `phases` are the case's, None where nothing can have started one.
    `before` is the item as it was, where the action was on this item alone.
    """

    item: object
    event: AuditEvent | None = None
    merged: list[str] = field(default_factory=list)
    items: list = field(default_factory=list)
    changed: set[int] = field(default_factory=set)
    phases: list | None = None
    before: object = None


@transaction.atomic
def record_item(
    *,
    by,
    item,
    seen,
    status,
    response=None,
    note=None,
    reason=None,
    reason_text="",
    settled_at=None,
    token=None,
    replacing=False,
    why="",
    part_of=None,
):
    """Set the item's status with its response, note and reason, and everything that follows from it.

    `seen` is the version the form was rendered from, `response` what `responses.read` returned, None to
    keep what is stored. `settled_at` is when care happened (now by default; a date response says it itself).
    `why` is the reason of the change, which a risky one needs; `part_of` the event of a change of many.
    8 statements, and 2 for a phase that starts, or a next occurrence. Raises ChangedElsewhere, CaseClosed,
    BadInput.
    """
    require(by, Permission.RECORD, item.case.team_id)
    said = reason_of(why, REPLACED if replacing else "")
    about = {"case": item.case, "reason": said, "token": token, "part_of": part_of}
    with recording(by=by, action=Action.RECORD_ITEM, **about) as event:
        case = lock_case(item.case)
        items = load_items(case)
        item = same_item(items, item)
        given = {"note": note, "response": _recomputed(case, item, response), "settled_at": settled_at}
        wanted = {"status": status, "reason_id": reason and reason.pk, "reason_text": reason_text.strip()}
        wanted |= {name: value for name, value in given.items() if value is not None}
        merged = merging.reconcile(item, seen, wanted, by)
        before, was_finished = copy(item), item.is_settled and is_finished(items, item.phase)
        _apply(case, item, wanted, by, event.at)
        if _values(item) == _values(before):
            return Recorded(item, None, merged, items)
        if not why.strip():
            _check_risks(item, _values(before), was_finished, event.at)
        standing = follow(case, items, event, changed=[item])
    return Recorded(item, event, merged, before=before, **standing._asdict())


@transaction.atomic
def start_phase(*, by, case, phase, token=None):
    """Say that a phase has started before any of its items has; starting it again changes nothing."""
    require(by, Permission.RECORD, case.team_id)
    with recording(by=by, action=Action.START_PHASE, case=case, token=token) as event:
        case = lock_case(case)
        row = CasePhase.objects.select_for_update(of=("self",)).get(case=case, phase=phase)
        if row.started_at is None:
            row.started_at, row.started_by = event.at, event.actor
            row.save()
            follow(case, load_items(case), event, changed=[])
    return row


@transaction.atomic
def assign_item(*, by, item, seen, assignee, token=None, part_of=None):
    """Give the item to a person of the team, or to nobody with None."""
    require(by, Permission.ASSIGN, item.case.team_id)
    if assignee is not None and not may(assignee, Permission.RECORD, item.case.team_id):
        raise BadInput({"assignee": f"{assignee} cannot update cases of this team."})
    with recording(by=by, action=Action.ASSIGN_ITEM, case=item.case, token=token, part_of=part_of) as event:
        case = lock_case(item.case)
        items = load_items(case)
        item = same_item(items, item)
        wanted = {"assignee_id": assignee and assignee.pk}
        merged = merging.reconcile(item, seen, wanted, by)
        if item.assignee_id == wanted.get("assignee_id", item.assignee_id):
            return Recorded(item, None, merged, items)
        before = copy(item)
        item.assignee_id = wanted["assignee_id"]
        item.save()
    return Recorded(item, event, merged, items, {item.pk}, before=before)


@transaction.atomic
def set_due(*, by, item, seen, due, token=None, part_of=None):
    """Say when the item is due, in place of the pathway's target; with None the target counts again.

    Raises ChangedElsewhere, CaseClosed, BadInput.
    """
    require(by, Permission.RECORD, item.case.team_id)
    with recording(by=by, action=Action.SET_DUE, case=item.case, token=token, part_of=part_of) as event:
        case = lock_case(item.case)
        items = load_items(case)
        item = same_item(items, item)
        wanted = {"due_given": due}
        merged = merging.reconcile(item, seen, wanted, by)
        _check_due(case, item, due)
        if item.due_given == wanted.get("due_given", item.due_given):
            return Recorded(item, None, merged, items)
        before = copy(item)
        item.due_given = wanted["due_given"]
        standing = follow(case, items, event, changed=[item])
    return Recorded(item, event, merged, before=before, **standing._asdict())


@transaction.atomic
def add_comment(*, by, case, text, item=None, token=None):
    """Say something about the case or one item; it can never be edited or removed.

    Its `naming` is who it names of the team, and the names in it that are nobody's.
    """
    require(by, Permission.COMMENT, case.team_id)
    text = text.strip()
    if not text:
        raise BadInput({"text": "Enter a comment."})
    with recording(by=by, action=Action.ADD_COMMENT, case=case, token=token) as event:
        case = lock_case(case)
        if item is not None and not case.items.filter(pk=item.pk).exists():
            raise TakenAway
        comment = Comment(case=case, item=item, author=by, text=text, written_at=event.at)
        comment.save()
        comment.naming = name_people(comment)
    return comment


def people_to_assign(case):
    """Members of the case's team who may record, by name; one query."""
    current = Membership.objects.current().filter(team_id=case.team_id, user__is_active=True)
    members = current.select_related("user").order_by("user__display_name")
    return [each.user for each in members if each.role != "observer"]


def _check_due(case, item, due):
    """A due time in the past is allowed: a team may say that something was due yesterday."""
    if item.is_settled:
        raise BadInput({"due": f"This item is {item.get_status_display().lower()}. {REOPEN_FIRST}"})
    if due is not None and due < case.opened_at:
        raise BadInput({"due": f"Enter a time after the case was opened ({show_time(case.opened_at)})."})


def reason_of(why, before=""):
    """What an event keeps as its reason: what was said `before` and why, as far as there is room for it."""
    said = " ".join(part for part in (before, why.strip()) if part)
    if len(said) > LONGEST_REASON:
        raise BadInput({"why": f"Use at most {LONGEST_REASON - len(REPLACED) - 1} characters."})
    return said


def same_item(items, item):
    """The item as it was read now. Raises TakenAway, BadInput for one that its pathway lost."""
    found = next((each for each in items if each.pk == item.pk), None)
    if found is None:
        raise TakenAway
    if found.retired_at:
        raise BadInput({"status": RETIRED})
    return found


def _recomputed(case, item, response):
    """A score is added up again from its parts, whatever total came with it."""
    if response is None or item.response_spec["kind"] != ResponseKind.SCORE:
        return response
    instrument = item.instrument(case.template_version)
    return instruments.score(instrument, response.get("components", {})).as_response()


def is_finished(items, phase):
    """Whether everything that counts in the phase is settled; `items` are at least all of the phase's."""
    return progress.count(items, [phase])[phase].finished_at is not None


def _check_risks(item, before, was_finished, now):
    """Raise BadInput for a change that needs a reason."""
    kind = item.response_spec["kind"]
    if found := risks(before, _values(item), kind=kind, was_finished=was_finished, now=now):
        raise BadInput({"why": f"Say why: this {' and '.join(found)}."})


def _apply(case, item, wanted, by, now):
    """Put the wanted values on the row. Raises BadInput."""
    before = _values(item)
    given = wanted.pop("settled_at", None)
    for name, value in wanted.items():
        setattr(item, name, value)
    if item.status not in ItemStatus.values:
        raise BadInput({"status": "Choose one of the statuses."})
    _check_reason(item, before)
    check_response(case, item)
    if item.status in SETTLED:
        _settle(item, before, given, by, now)
    else:
        item.settled_by = item.settled_at = None


def _values(item):
    names = ("status", "response", "note", "reason_id", "reason_text", "settled_by_id", "settled_at")
    return {name: getattr(item, name) for name in names}


def _check_reason(item, before):
    """A reason that stands may stay, although its code is no longer offered."""
    if item.status not in NEEDS_REASON:
        item.reason, item.reason_text = None, ""
        return
    is_new = (item.status, item.reason_id) != (before["status"], before["reason_id"])
    if item.reason is None or (is_new and not (item.reason.is_active and item.reason.fits(item.status))):
        raise BadInput({"reason": "Choose a reason."})
    if item.reason.needs_text and not item.reason_text:
        raise BadInput({"reason_text": "Say what the reason is."})


def _settle(item, before, given, by, now):
    """Say who settled it and when care happened; both stay while nothing new is said."""
    newly = before["status"] != item.status
    item.settled_by = by if newly else item.settled_by
    if item.status == ItemStatus.DONE and item.response_spec["kind"] == ResponseKind.DATE:
        given = _moment(item.response["value"], now) if newly or item.response != before["response"] else None
    if given is not None and given > now + timedelta(minutes=5):
        raise BadInput({"settled_at": "Enter a time that is not in the future."})
    item.settled_at = given or (now if newly else item.settled_at)


def check_response(case, item):
    """Raise BadInput for an item that is done without its whole response."""
    instrument = item.instrument(case.template_version)
    if item.status == ItemStatus.DONE and not responses.is_complete(
        item.response_spec, item.response, instrument
    ):
        raise BadInput({"response": "Enter the response before marking this done."})


def _moment(value, now):
    """A date without a time of day happened at noon, or now when that is still to come."""
    if "T" in value:
        return datetime.fromisoformat(value)
    return min(from_wall(datetime.fromisoformat(value).date(), time(12)), now)
