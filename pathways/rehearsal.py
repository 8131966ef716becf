"""A pathway tried on invented cases: which items apply, when they fall due, and which rules never meet.

Nothing is known of how often anything happens to real people, so a count says only that a rule can be met.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import combinations
from statistics import median_low

from . import clocks, rule_logic, rules
from .enums import PHASES_STARTED_AT_OPENING, Anchor, Phase, Requirement
from .invented import ITEM_ANCHOR, Details, Document, anchor_item, chain_of, invented, rule_of

CASES = 200
SEED = 1
OPENED = datetime(2026, 7, 1, 12, tzinfo=clocks.LONDON)


@dataclass(frozen=True)
class DueRange:
    """When an item falls due in the cases in which it does; half of them have it by `median`."""

    cases: int
    earliest: datetime
    median: datetime
    latest: datetime


@dataclass(frozen=True)
class ItemRun:
    """What became of one item; `by_person` where no rule but a person switches it on."""

    code: str
    title: str
    phase: str
    applies: int
    by_person: bool
    can_apply: bool
    has_target: bool
    due: DueRange | None

    @property
    def never_due(self) -> bool:
        """It applied and has a target, but what its time counts from never happened."""
        return bool(self.applies) and self.has_target and self.due is None


@dataclass(frozen=True)
class Tie:
    """An item that needs another, which never applies in the same case; `how` is depends_on or target."""

    item: str
    needed: str
    how: str


@dataclass(frozen=True)
class Rehearsal:
    """The run of every item, in the order of the page.

    `ties` and `apart` hold codes of items that apply now and then, but never both of a pair in the same case.
    """

    cases: int
    runs: list[ItemRun]
    ties: list[Tie]
    apart: list[tuple[str, list[str]]]

    @property
    def never(self) -> list[ItemRun]:
        return [run for run in self.runs if not run.applies and not run.by_person]

    @property
    def never_due(self) -> list[ItemRun]:
        return [run for run in self.runs if run.never_due]


def rehearse(document: Document, cases: int = CASES, seed: int = SEED) -> Rehearsal:
    """Always the same for the same document, number of cases and seed; rules and codes must be in order."""
    plan, fields = _Plan(document), document["case_fields"]
    items = plan.items
    courses = [_Course(plan, each) for each in invented(items, fields, cases, seed)]
    runs = [
        _run(item, phase["code"], fields, courses) for phase in document["phases"] for item in phase["items"]
    ]
    able = {run.code: items[run.code] for run in runs if run.can_apply}
    ties = list(_ties(able, fields))
    tied = {frozenset((tie.item, tie.needed)) for tie in ties}
    return Rehearsal(cases, runs, ties, _apart(able, fields, tied))


class _Plan:
    """What is the same in every case: the items, where they stand, and what their time counts from."""

    def __init__(self, document: Document) -> None:
        self.items = {item["code"]: item for phase in document["phases"] for item in phase["items"]}
        self.phase_of = {
            item["code"]: Phase.from_code(phase["code"])
            for phase in document["phases"]
            for item in phase["items"]
        }
        self.chains = {
            code: [each["code"] for each in [item, *chain_of(item, self.items)]]
            for code, item in self.items.items()
        }
        self.starters: dict[int, list[str]] = {phase: [] for phase in Phase}
        for code, phase in self.phase_of.items():
            root = self._root(code)
            if self.items[code].get("target") and root is not None and root < phase:
                self.starters[phase].append(code)

    def _root(self, code: str) -> int | None:
        """The number of the phase whose start it waits for, 0 for the opening, None for ever."""
        item = self.items[self.chains[code][-1]]
        if anchor_item(item):
            return None
        phase = self.phase_of[item["code"]]
        counts_from_opening = (item.get("target") or {}).get("anchor") == Anchor.CASE_OPENED
        return 0 if counts_from_opening or phase in PHASES_STARTED_AT_OPENING else phase


class _Course:
    """One case in which everything is done when it falls due, or when its phase starts if it never does.

    The first phases start when the case is opened. Another starts when the first of its items falls due
    that waits for no phase from this one on; where there is none, with the phase before it.
    """

    def __init__(self, plan: _Plan, entered: Details) -> None:
        self.plan = plan
        self.applying = {code for code, item in plan.items.items() if _applies(item, entered)}
        self.dues: dict[str, datetime | None] = {}
        self.starts: dict[int, datetime] = {}

    def due(self, code: str) -> datetime | None:
        """When the item falls due; None where it does not apply, has no target or waits for ever."""
        if code not in self.dues:
            for each in reversed(self.plan.chains[code]):
                self.dues[each] = self._due(each)
        return self.dues[code]

    def _due(self, code: str) -> datetime | None:
        target = self.plan.items[code].get("target")
        anchor = self._anchor(code, target["anchor"]) if target and code in self.applying else None
        return anchor and _later(anchor, target["within"])

    def _anchor(self, code: str, anchor: str) -> datetime | None:
        if anchor == Anchor.CASE_OPENED:
            return OPENED
        if anchor == Anchor.PHASE_STARTED:
            return self._start(self.plan.phase_of[code])
        return self._done(anchor.removeprefix(ITEM_ANCHOR))

    def _done(self, code: str) -> datetime | None:
        if code not in self.applying:
            return None
        has_target = self.plan.items[code].get("target")
        return self.dues.get(code) if has_target else self._start(self.plan.phase_of[code])

    def _start(self, phase: int) -> datetime:
        if phase in PHASES_STARTED_AT_OPENING:
            return OPENED
        if phase not in self.starts:
            dues = [due for code in self.plan.starters[phase] if (due := self.due(code))]
            self.starts[phase] = min(dues) if dues else self._start(phase - 1)
        return self.starts[phase]


def _applies(item: Document, entered: Details) -> bool:
    return item["requirement"] != Requirement.CONDITIONAL or rules.holds(rule_of(item), entered)


@lru_cache(maxsize=4096)
def _later(start: datetime, within: str) -> datetime:
    return clocks.later(start, clocks.parse_interval(within))


def _run(item: Document, phase: str, fields: list[Document], courses: list[_Course]) -> ItemRun:
    code = item["code"]
    by_person = item["requirement"] == Requirement.CONDITIONAL and not rule_of(item)
    applies = sum(code in course.applying for course in courses)
    dues = [due for course in courses if (due := course.due(code))]
    return ItemRun(
        code=code,
        title=item["title"],
        phase=phase,
        applies=applies,
        by_person=by_person,
        can_apply=bool(applies) or rule_logic.can_hold(rule_of(item), fields),
        has_target=bool(item.get("target")),
        due=DueRange(len(dues), min(dues), median_low(dues), max(dues)) if dues else None,
    )


def _ties(items: dict[str, Document], fields: list[Document]) -> Iterator[Tie]:
    for code, item in items.items():
        needs = [
            (anchor_item(item), "target"),
            *((each, "depends_on") for each in item.get("depends_on", [])),
        ]
        for needed, how in needs:
            if needed in items and _exclude(item, items[needed], fields):
                yield Tie(code, needed, how)


def _exclude(one: Document, other: Document, fields: list[Document]) -> bool:
    mine, theirs = rule_of(one), rule_of(other)
    return bool(mine and theirs) and rule_logic.exclude(mine, theirs, fields)


def _apart(
    items: dict[str, Document], fields: list[Document], tied: set[frozenset[str]]
) -> list[tuple[str, list[str]]]:
    """Each item with those after it that never apply together with it."""
    found: dict[str, list[str]] = {}
    for one, other in combinations(items, 2):
        if frozenset((one, other)) not in tied and _exclude(items[one], items[other], fields):
            found.setdefault(one, []).append(other)
    return list(found.items())


def after(moment: datetime) -> str:
    """How long after the opening, in hours up to two days where it is not the end of a day, else in days."""
    local = moment.astimezone(clocks.LONDON)
    ends_a_day = local.time().replace(microsecond=0) == clocks.END_OF_DAY
    if not ends_a_day and moment - OPENED <= timedelta(days=2):
        return _counted(round((moment - OPENED) / timedelta(hours=1)), "hour")
    return _counted((local.date() - OPENED.date()).days, "day")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def range_words(due: DueRange) -> str:
    """As "2 days", or as "2 days to 9 days, half by 5 days"."""
    ends = list(dict.fromkeys((after(due.earliest), after(due.latest))))
    return ends[0] if len(ends) == 1 else f"{ends[0]} to {ends[1]}, half by {after(due.median)}"


def pairs(found: Iterable[tuple[str, list[str]]]) -> int:
    """How many pairs there are among items with those that never apply together with them."""
    return sum(len(others) for _, others in found)
