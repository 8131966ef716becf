"""Changes of many items at once: looked at first, then made item by item, and taken back together."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from .. import responses
from ..audit.recording import record_event, recording
from ..clocks import show_time
from ..enums import Action, BulkKind, ResponseKind
from ..models import BulkChange, ChecklistItem, ReasonCode, User
from ..permissions import Forbidden, Permission, may, require
from .bulk_outcome import items_of, read, standing
from .checklists import RETIRED, assign_item, record_item, set_due
from .exceptions import BadInput, CaseClosed, ChangedElsewhere, TakenAway
from .undoing import undo_change

MOST = 200
SAME = "It is so already."
NOT_THERE = "This item is no longer there."
NEEDS = {kind: Permission.ASSIGN if kind == BulkKind.ASSIGN else Permission.RECORD for kind in BulkKind}
REFUSALS = (BadInput, CaseClosed, ChangedElsewhere, Forbidden, TakenAway)


@dataclass
class Planned:
    """What would become of one item: `problem` says why nothing would."""

    item: ChecklistItem
    before: str
    after: str
    problem: str = ""


def plan_bulk(*, by, kind, wanted, items):
    """What the change would do to each item; nothing is saved. `items` were `read`; 1 query at most.

    `wanted` is as BulkChange keeps it: `assignee` an id or None, `due` a time in ISO format or None, `choice`
    the option of a single choice, `reason` an id with `reason_text`.
    """
    said = _in_words(kind, wanted)
    return [Planned(item, _now(item, kind), said, problem(by, item, kind, wanted)) for item in items]


def problem(by, item, kind, wanted):
    """Why the item would not be changed, or nothing."""
    if not may(by, NEEDS[kind], item.case.team_id):
        return str(Forbidden(NEEDS[kind]))
    if item.case.is_closed:
        return str(CaseClosed(item.case))
    if item.retired_at:
        return RETIRED
    if item.is_settled:
        return f"It is {item.get_status_display().lower()} already."
    if item.applies_since is None and kind in (BulkKind.COMPLETE, BulkKind.NOT_APPLICABLE):
        return "It does not apply to this case."
    if kind == BulkKind.ASSIGN:
        return SAME if item.assignee_id == wanted["assignee"] else ""
    if kind == BulkKind.DUE:
        return SAME if item.due_given == _moment(wanted["due"]) else ""
    return _answer(item, wanted, timezone.now())[1] if kind == BulkKind.COMPLETE else ""


def change_many(*, by, kind, wanted, rows, token=None):
    """Change each of `rows`, pairs of an item and the version that was looked at; return the BulkChange.

    Each item is changed in a transaction of its own, so what was done stands whatever follows; an item that
    cannot be changed is left out with why. Raises BadInput before anything is changed; AlreadyAnswered.
    """
    if not rows:
        raise BadInput({"rows": "Select at least one item."})
    if len(rows) > MOST:
        raise BadInput({"rows": f"Select at most {MOST} items."})
    asked = wanted | {"rows": [[item.pk, seen] for item, seen in rows]}
    teams = {item.case.team for item, _ in rows}
    bulk = begin_many(by=by, kind=kind, wanted=asked, teams=teams, token=token)
    left_out = []
    for item, seen in rows:
        if why := _change(by, bulk, item, seen):
            left_out.append({"item": item.pk, "why": why})
    return settle_many(by=by, bulk=bulk, left_out=left_out, team=bulk.event.team) if left_out else bulk


@transaction.atomic
def begin_many(*, by, kind, wanted, teams, token=None):
    """Set down what is asked of which items; none is changed yet."""
    require(by, NEEDS[kind], min(teams, key=lambda team: not may(by, NEEDS[kind], team)))
    team = next(iter(teams)) if len(teams) == 1 else None
    with recording(by=by, action=Action.CHANGE_MANY, team=team, token=token) as event:
        bulk = BulkChange(kind=kind, wanted=wanted, made_by=event.actor, made_at=event.at, event=event)
        bulk.save()
    return bulk


@transaction.atomic
def settle_many(*, by, bulk, left_out, team, is_undo=False):
    """Keep which items were left out, or could not be taken back, and why."""
    require(by, NEEDS[bulk.kind], team or (by.pk and _a_team_of(by, bulk)))
    action = Action.UNDO_MANY if is_undo else Action.CHANGE_MANY
    with recording(by=by, action=action, team=team, part_of=bulk.undo if is_undo else bulk.event):
        bulk = BulkChange.objects.select_for_update(of=("self",)).get(pk=bulk.pk)
        others = [each for each in bulk.left_out if bool(each.get("undo")) != is_undo]
        bulk.left_out = others + left_out
        bulk.save()
    return bulk


def undo_many(*, by, bulk, token=None):
    """Take back every change of the bulk that still stands, the last first; return the BulkChange.

    What someone changed since stays, with who changed it. It may be sent again after it broke off.
    Raises Forbidden for another person's bulk; AlreadyAnswered.
    """
    bulk = begin_undo(by=by, bulk=bulk, token=token)
    events = standing(bulk)
    refused = {event.pk: why for event in events if (why := _take_back(by, bulk, event))}
    items = items_of([event for event in events if event.pk in refused])
    kept = [{"item": item, "why": refused[event], "undo": True} for event, item in items.items()]
    if kept or any(each.get("undo") for each in bulk.left_out):
        return settle_many(by=by, bulk=bulk, left_out=kept, team=bulk.event.team, is_undo=True)
    return bulk


@transaction.atomic
def begin_undo(*, by, bulk, token=None):
    """Say that the bulk is to be taken back; nothing is yet."""
    require(by, NEEDS[bulk.kind], bulk.event.team or _a_team_of(by, bulk))
    if bulk.made_by_id != by.pk:
        raise Forbidden(Permission.RECORD, "Only the person who made a change can undo it.")
    with recording(by=by, action=Action.UNDO_MANY, team=bulk.event.team, token=token) as event:
        bulk = BulkChange.objects.select_for_update(of=("self",)).get(pk=bulk.pk)
        if bulk.undo_id is None:
            bulk.undo = event
            bulk.save()
    return bulk


def _change(by, bulk, item, seen):
    """Change one item as the bulk asks; why not, or nothing."""
    live = next(iter(read(ChecklistItem.objects.filter(pk=item.pk))), None)
    if live is None:
        return NOT_THERE
    kind = BulkKind(bulk.kind)
    if live.version != seen and live.is_settled and live.settled_by_id != by.pk:
        return _told(by, live, ChangedElsewhere(theirs=live, person=live.settled_by, at=live.settled_at))
    if why := problem(by, live, kind, bulk.wanted):
        return why
    try:
        done = _apply(by, live, seen, kind, bulk)
    except REFUSALS as refused:
        return _told(by, live, refused)
    return "" if done.event else SAME


def _told(by, item, refused):
    """Words for why an item was left out; a conflict leaves an event."""
    if not isinstance(refused, ChangedElsewhere):
        return str(refused)
    record_event(action=Action.CONFLICTED, by=by, case=item.case, reason="an item")
    return f"{refused.person or 'The system'} changed it on {show_time(refused.at)}."


def _apply(by, item, seen, kind, bulk):
    wanted, about = bulk.wanted, {"by": by, "item": item, "seen": seen, "part_of": bulk.event}
    if kind == BulkKind.ASSIGN:
        return assign_item(assignee=_person(wanted), **about)
    if kind == BulkKind.DUE:
        return set_due(due=_moment(wanted["due"]), **about)
    if kind == BulkKind.COMPLETE:
        response, _ = _answer(item, wanted, timezone.now())
        return record_item(status="done", response=response, **about)
    reason = ReasonCode.objects.filter(pk=wanted["reason"]).first()
    return record_item(
        status="not_applicable", reason=reason, reason_text=wanted.get("reason_text", ""), **about
    )


def _answer(item, wanted, now):
    """The response with which the item is done, None for what is stored; or why a bulk cannot give one."""
    spec, choice = item.response_spec, wanted.get("choice", "")
    if spec["kind"] == ResponseKind.TICK:
        return {"value": True}, ""
    if spec["kind"] == ResponseKind.DATE:
        return _today(item, spec, now), ""
    if responses.is_complete(spec, item.response, item.instrument(item.case.template_version)):
        return None, ""
    if not spec.get("multiple") and choice in [each["value"] for each in spec.get("choices", ())]:
        return {"value": choice}, ""
    return None, "It needs an answer of its own."


def _today(item, spec, now):
    """The date of this moment, as exact as the item asks for."""
    raw = {"value": now.replace(second=0, microsecond=0).isoformat()}
    exact = bool(item.template_item_id) and responses.needs_time(item.template_item.within)
    return responses.read(spec, raw, instrument=None, needs_time=exact, now=now)


def _take_back(by, bulk, event):
    """Undo one change of the bulk; why not, or nothing."""
    try:
        undo_change(by=by, event=event, part_of=bulk.undo)
    except ChangedElsewhere as refused:
        return _told(by, refused.theirs, refused)
    except REFUSALS as refused:
        return str(refused)
    return ""


def _a_team_of(by, bulk):
    """A team of the bulk's items in which the person may change them, or None."""
    items = ChecklistItem.objects.filter(pk__in=[pk for pk, _ in bulk.wanted["rows"]])
    teams = items.order_by("case__team").values_list("case__team", flat=True).distinct()
    return next((team for team in teams if may(by, NEEDS[bulk.kind], team)), None)


def _moment(text):
    return datetime.fromisoformat(text) if text else None


def _person(wanted):
    return User.objects.filter(pk=wanted["assignee"]).first() if wanted["assignee"] else None


def _now(item, kind):
    """What the item says now of what would change."""
    if kind == BulkKind.ASSIGN:
        return str(item.assignee or "Nobody")
    if kind == BulkKind.DUE:
        return show_time(item.due_at) if item.due_at else "No due time"
    return item.get_status_display()


def _in_words(kind, wanted):
    """What each item would say."""
    if kind == BulkKind.ASSIGN:
        return str(_person(wanted) or "Nobody")
    if kind == BulkKind.DUE:
        return show_time(_moment(wanted["due"])) if wanted["due"] else "The pathway's target"
    if kind == BulkKind.COMPLETE:
        return "Done"
    reason = ReasonCode.objects.get(pk=wanted["reason"])
    return f"Not applicable: {wanted.get('reason_text') or reason.label}"
