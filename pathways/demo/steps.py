"""The plan of a case: its opening, and every action after it in the order of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pathways import clocks
from pathways.enums import Anchor, CaseOutcome, ItemStatus, Phase, Requirement
from pathways.responses import needs_time

from .stories import Telling


class Do(StrEnum):
    """The services that a step may call, besides opening the case."""

    RECORD = "record"
    UNDO = "undo"
    ASSIGN = "assign"
    COMMENT = "comment"
    DETAILS = "details"
    START_PHASE = "start_phase"
    HOLD = "hold"
    CLOSE = "close"
    REOPEN = "reopen"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One action of one person, named by user name; which other values count depends on what is done.

    `raw` is what a form would send as the response, `reason` a reason code. UNDO takes back what the same
    person did to the item just before.
    """

    at: datetime
    by: str
    do: Do
    code: str = ""
    occurrence: int = 1
    status: ItemStatus = ItemStatus.DONE
    raw: Mapping[str, Any] | None = None
    reason: str = ""
    text: str = ""
    note: str = ""
    phase: Phase | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    assignee: str = ""
    outcome: CaseOutcome | None = None


@dataclass(frozen=True)
class Plan:
    """A case to be written: `died` is when its story ended in death."""

    telling: Telling
    opened: datetime
    opened_by: str
    details: Mapping[str, Any]
    steps: tuple[Step, ...]
    died: datetime | None = None

    @property
    def actions(self) -> int:
        return 1 + len(self.steps)


@dataclass(frozen=True, kw_only=True)
class Line:
    """What the planner needs to know of a template item."""

    code: str
    phase: Phase
    discipline: str
    requirement: Requirement
    rule: dict[str, Any] | None
    anchor: str
    anchor_item: str
    within: str
    repeat: str
    response: Mapping[str, Any]
    depends_on: tuple[str, ...]

    @classmethod
    def of(cls, item: Any) -> "Line":
        """From a TemplateItem with its discipline loaded."""
        return cls(
            code=item.code,
            phase=Phase(item.phase),
            discipline=item.discipline.code,
            requirement=Requirement(item.requirement),
            rule=item.applies_rule,
            anchor=item.anchor,
            anchor_item=item.anchor_item,
            within=item.within,
            repeat=item.repeat,
            response=item.response,
            depends_on=tuple(item.depends_on),
        )

    @property
    def anchored_on_opening(self) -> bool:
        return self.anchor == Anchor.CASE_OPENED

    @property
    def is_optional(self) -> bool:
        return self.requirement == Requirement.OPTIONAL

    @property
    def is_switched_by_hand(self) -> bool:
        return self.requirement == Requirement.CONDITIONAL and not self.rule

    @property
    def is_urgent(self) -> bool:
        """Due within hours, and so done at any time of day."""
        return needs_time(self.within)

    @property
    def is_bare_date(self) -> bool:
        """A date without a time of day, which counts as noon."""
        return self.response["kind"] == "date" and not needs_time(self.within)


def span_of(interval: str) -> timedelta:
    """The interval as plain elapsed time, a month as thirty days; ten days for none."""
    if not interval:
        return timedelta(days=10)
    read = clocks.parse_interval(interval)
    return timedelta(hours=read.amount * {"H": 1, "D": 24, "W": 168, "M": 720}[read.unit])
