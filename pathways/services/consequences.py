"""What follows from a change of a case: which items apply, when they fall due, which phases have started.

Worked out from the rows as they stand, so that working it out twice changes nothing.
"""

from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from .. import clocks, progress, published, rules
from ..audit.recording import create_all, save_all
from ..compiled import compiled
from ..enums import Anchor, ItemStatus, Requirement
from ..models import CasePhase, ChecklistItem
from .merging import BY_PERSONS

DERIVED = ("applies_since", "due_at")
SAVED = (*BY_PERSONS, "settled_by", *DERIVED)
_CASE = ChecklistItem._meta.get_field("case")
_ON_THE_PAGE = attrgetter("phase", "position", "occurrence")
_OCCURRED = (ItemStatus.DONE, ItemStatus.NOT_DONE)


@dataclass
class Consequences:
    """Rows that changed in memory and are not saved yet."""

    items: list = field(default_factory=list)
    phases: list = field(default_factory=list)
    next_occurrences: list = field(default_factory=list)


class Standing(NamedTuple):
    """Every item of the case after an action, in the order of the page; ids of those it changed or made; and
    the case's phases.
    """

    items: list
    changed: set[int]
    phases: list


def load_items(case, **only):
    """Every item of the case, or those that are so, with its template item, in the order of the page.

    One query without joins, so whom they name is not fetched.
    """
    items = sorted(_items(case.pk, *only.values(), only=tuple(only)), key=_ON_THE_PAGE)
    for item in items:
        _CASE.set_cached_value(item, case)
    return published.attach(items, case.template_version)


@compiled
def _items(case, *values, only):
    return ChecklistItem.objects.filter(case=case, **dict(zip(only, values, strict=True)))


@compiled
def _phases(case):
    return CasePhase.objects.filter(case=case)


def follow(case, items, event, *, changed, stored=None):
    """Save the changed items with everything that follows from the case as it stands now, and recount it.

    `changed` are the items that the service has changed in memory; `stored` what `derived` said of the items
    as the database holds them, where the service has changed that too. Returns the case's Standing.
    """
    phases = _phases(case.pk)
    found = work_out(case, items, phases, at=event.at, by=event.actor, stored=stored)
    to_save = {item.pk: item for item in [*changed, *found.items]}
    save_all(ChecklistItem, list(to_save.values()), SAVED)
    save_all(CasePhase, found.phases, ["started_at", "started_by"])
    create_all(ChecklistItem, found.next_occurrences)
    items = sorted(items + found.next_occurrences, key=_ON_THE_PAGE)
    moved = [*to_save.values(), *found.next_occurrences]
    progress.refresh(case, items, sorted({item.phase for item in moved}))
    return Standing(items, {item.pk for item in moved}, phases)


def derived(items):
    """What follows for each item, by its place in memory: since when it applies, and when it is due."""
    return {id(item): (item.applies_since, item.due_at) for item in items}


def work_out(case, items, phases, *, at, by, stored=None, make=ChecklistItem):
    """Change the rows in memory as the rules, the clocks and the repeats demand; nothing is saved.

    Retired items stay as they are. `make` makes a next occurrence.
    """
    items = [item for item in items if item.retired_at is None]
    before = stored or derived(items)
    _switch(case, items, at)
    _end_series(items)
    started = _start_phases(items, phases, at, by)
    following = _next_occurrences(items, make)
    schedule(case, items + following, phases)
    after = derived(items)
    changed = [item for item in items if before[id(item)] != after[id(item)]]
    return Consequences(items=changed, phases=started, next_occurrences=following)


def _switch(case, items, at):
    """Let items apply, or not, as their rules say of the case's details; answers stay where they are."""
    for item in items:
        if item.requirement != Requirement.CONDITIONAL:
            continue
        rule = item.template_item.applies_rule
        if not (rules.holds(rule, case.details) if rule else _switched_on_by_a_person(item)):
            item.applies_since = None
        elif item.applies_since is None:
            item.applies_since = at


def _end_series(items):
    """An occurrence that nobody has begun applies while the one before it happened or was missed."""
    by_place = {(item.code, item.occurrence): item for item in items}
    for item in sorted(items, key=lambda item: item.occurrence):
        if item.occurrence > 1 and item.status == ItemStatus.NOT_STARTED:
            previous = by_place[item.code, item.occurrence - 1]
            item.applies_since = previous.applies_since if previous.status in _OCCURRED else None


def _switched_on_by_a_person(item):
    """A conditional item without a rule applies once somebody has recorded anything on it."""
    return item.applies_since is not None or item.status != ItemStatus.NOT_STARTED


def _start_phases(items, phases, at, by):
    begun = {item.phase for item in items if item.status != ItemStatus.NOT_STARTED}
    started = [phase for phase in phases if phase.phase in begun and phase.started_at is None]
    for phase in started:
        phase.started_at, phase.started_by = at, by
    return started


def _next_occurrences(items, make):
    """One further occurrence of each repeating item whose last one happened or was missed."""
    latest = {item.code: item for item in sorted(items, key=lambda item: item.occurrence)}
    return [
        make(
            case=item.case,
            template_item=item.template_item,
            code=item.code,
            phase=item.phase,
            position=item.position,
            occurrence=item.occurrence + 1,
            applies_since=item.applies_since,
            assignee_id=item.assignee_id,
        )
        for item in latest.values()
        if item.template_item_id
        and item.template_item.repeat
        and item.applies_since
        and item.status in _OCCURRED
    ]


def schedule(case, items, phases):
    """Set every due time in memory: what a person gave, else the pathway's target."""
    started = {phase.phase: phase.started_at for phase in phases}
    settled = {(item.code, item.occurrence): item.settled_at for item in items}
    completed = _first_completions(items)
    for item in items:
        item.due_at = item.due_given or _target(case, item, started, settled, completed)


def _target(case, item, started, settled, completed):
    """The later of the anchor and of the item beginning to apply, plus its interval; or None."""
    target = item.template_item
    if target is None:
        return None
    if item.occurrence > 1:
        anchor, within = settled.get((item.code, item.occurrence - 1)), target.repeat
    else:
        anchor, within = _anchor(case, item, started, completed), target.within
    return clocks.due_at(anchor, item.applies_since, within)


def _anchor(case, item, started, completed):
    """When the item's clock starts, or None while that has not happened."""
    target = item.template_item
    if target.anchor == Anchor.CASE_OPENED:
        return case.opened_at
    if target.anchor == Anchor.PHASE_STARTED:
        return started.get(item.phase)
    return completed.get(target.anchor_item)


def _first_completions(items):
    done = [item for item in items if item.status == ItemStatus.DONE]
    return {item.code: item.settled_at for item in sorted(done, key=lambda i: i.settled_at, reverse=True)}
