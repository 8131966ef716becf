"""What moving a case to another version of its template brings about, worked out in memory alone."""

from dataclasses import dataclass, field

from .. import published
from ..enums import ItemStatus, Requirement, VersionStatus
from ..models import ChecklistItem
from . import merging
from .consequences import derived, work_out

CLOSED = "The case is closed. Closed cases stay on their version."
ELSEWHERE = "The case is on another template."
THERE = "The case is on this version already."
NOT_PUBLISHED = "Cases move only to a published version."
TAKEN = "The case already has an item with the code {}."


@dataclass
class Plan:
    """The items that change, in their new state, none of them saved; or the `problem` that stops the move.

    `gained` and `following` (next occurrences) are new. `kept` still have the form and words of the version
    from which they came, because what is recorded on them does not fit the new one.
    """

    problem: str = ""
    gained: list = field(default_factory=list)
    leaving: list = field(default_factory=list)
    back: list = field(default_factory=list)
    renamed: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    on: list = field(default_factory=list)
    off: list = field(default_factory=list)
    retimed: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    phases: list = field(default_factory=list)
    following: list = field(default_factory=list)


def plan_case(case, items, phases, target, renamed, *, at, by=None, make=ChecklistItem):
    """Change the case, its items and phases in memory as the move would, and tell what came of it.

    `renamed` maps codes of its items to codes of the target. `make` makes a new item.
    """
    lines = lines_of(target)
    plan = Plan(problem=_problem(case, items, target, lines, renamed))
    if plan.problem:
        return plan
    stored = derived(items)
    was_live = {id(item) for item in items if item.retired_at is None}
    case.template_version = target
    for item in items:
        if item.template_item_id:
            _carry(item, lines.get(renamed.get(item.code, item.code)), plan, at)
    present = {item.code for item in items}
    plan.gained = [_gain(case, line, at, make) for code, line in lines.items() if code not in present]
    everything = items + plan.gained
    found = work_out(case, everything, phases, at=at, by=by, stored=stored | derived(plan.gained), make=make)
    plan.phases, plan.following = found.phases, found.next_occurrences
    _compare(plan, items, stored, was_live)
    return plan


def lines_of(version):
    """Code to template item of a published version."""
    return {line.code: line for line in published.items_of(version).values()}


def renames(old, target):
    """Code in the old version to its code in the target, as editors renamed it from version to version.

    Of versions that were not made one from the other nothing is known. One query for each version between.
    """
    if old.number > target.number:
        return {new: was for was, new in renames(target, old).items()}
    now, version = {code: code for code in lines_of(target)}, target
    while version and version.pk != old.pk:
        lines = lines_of(version)
        now = {lines[was].was_code: code for was, code in now.items() if lines[was].was_code}
        version = version.based_on
    return {was: code for was, code in now.items() if was != code} if version else {}


def fits(item, line):
    """Whether what is recorded on the item is an answer to what the line asks."""
    asks, was = line.response, item.template_item.response
    if not item.response or item.template_item_id == line.pk:
        return True
    if asks["kind"] != was["kind"] or asks.get("instrument") != was.get("instrument"):
        return False
    if asks["kind"] == "score":
        versions = (line.template_version, item.template_item.template_version)
        return len({str(each.instrument(asks["instrument"])) for each in versions}) == 1
    if asks["kind"] == "choice":
        return _is_offered(asks, item.response)
    return asks["kind"] != "number" or asks.get("unit") == was.get("unit")


def _is_offered(asks, response):
    value = response.get("value")
    given = value if isinstance(value, list) else [value]
    values = {each["value"] for each in asks["choices"]}
    return isinstance(value, list) == bool(asks.get("multiple")) and set(given) <= values


def _problem(case, items, target, lines, renamed):
    if target.status != VersionStatus.PUBLISHED:
        return NOT_PUBLISHED
    if case.is_closed:
        return CLOSED
    if case.template_version_id == target.pk:
        return THERE
    if case.template_version.template_id != target.template_id:
        return ELSEWHERE
    codes = {item.code for item in items}
    taken = [new for old, new in renamed.items() if old in codes and new in codes and new in lines]
    return TAKEN.format(taken[0]) if taken else ""


def _carry(item, line, plan, at):
    """Give the item its place in the target, or retire it; what is recorded on it stays as it is."""
    if line is None or (_waits(item) and not line.repeat):
        if item.retired_at is None:
            plan.leaving.append(item)
            item.retired_at, item.applies_since, item.due_at = at, None, None
        return
    if item.retired_at is not None:
        plan.back.append(item)
        item.retired_at = None
    if item.code != line.code:
        plan.renamed.append((item.code, item))
    place(item, line, plan.kept)
    if item.applies_since is None and item.occurrence == 1 and item.requirement != Requirement.CONDITIONAL:
        item.applies_since = at


def place(item, line, kept):
    """Put the item where the line stands; it takes on the line unless its answer does not fit."""
    if fits(item, line):
        item.template_item = line
    else:
        kept.append(item)
    item.code, item.phase, item.position = line.code, line.phase, line.position


def _waits(item):
    """A next occurrence that nobody has touched."""
    untouched = item.occurrence > 1 and item.status == ItemStatus.NOT_STARTED
    return untouched and not any(getattr(item, name) for name in merging.BY_PERSONS if name != "status")


def _gain(case, line, at, make):
    """A new item applies from the move on, so that none is overdue when it arrives."""
    return make(
        case=case,
        template_item=line,
        code=line.code,
        phase=line.phase,
        position=line.position,
        applies_since=None if line.requirement == Requirement.CONDITIONAL else at,
    )


def _compare(plan, items, stored, was_live):
    """Which items are switched on and off, and which are due at another time; every one may have changed."""
    plan.changed = [item for item in items if item.template_item_id]
    for item in items:
        since, due = stored[id(item)]
        if item.retired_at is not None or id(item) not in was_live:
            continue
        if bool(since) != bool(item.applies_since):
            (plan.on if item.applies_since else plan.off).append(item)
        elif item.due_at != due and not item.is_settled:
            plan.retimed.append((item, due))
