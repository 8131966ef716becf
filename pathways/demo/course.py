"""What happens in a case and when: turning points of the details, moments of treatment, phases, the end."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pathways import rules
from pathways.enums import PHASES_STARTED_AT_OPENING, CaseOutcome, Phase

from .chance import Dice
from .patient import Patient
from .twists import Twist, Verdict

UNKNOWN_AT_OPENING = {
    "spinal_stability": "not_assessed",
    "spinal_deformity": "not_assessed",
    "pathological_fracture": "not_assessed",
    "pedicle_involvement": "unknown",
    "visceral_metastases": "unknown",
    "hypercalcaemia": "unknown",
    "treatment_intent": "undecided",
    "surgery_plan": "none",
    "radiotherapy_plan": "none",
    "local_treatment": [],
    "systemic_therapy": [],
}
SEEN_ON_IMAGING = (
    "spinal_stability",
    "spinal_deformity",
    "pathological_fracture",
    "pedicle_involvement",
    "visceral_metastases",
)


@dataclass(frozen=True)
class Change:
    """Case details as they change at a moment, entered by someone of the discipline."""

    at: datetime
    discipline: str
    details: Mapping[str, Any]


@dataclass
class Course:
    """Filled by the shape of the story. Nothing happens after `until`, the end of the story or now.

    `moments` says when the named items happen, `verdicts` which of them end undone, `answers` what is
    answered against the usual, `treated` when the first local treatment ended.
    """

    patient: Patient
    dice: Dice
    twist: Twist
    opened: datetime
    until: datetime
    opening: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    moments: dict[str, datetime] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    starts: dict[Phase, datetime] = field(default_factory=dict)
    treated: datetime | None = None
    outcome: CaseOutcome | None = None
    closing_reason: str = ""

    def __post_init__(self) -> None:
        self.opening = self.patient.details | UNKNOWN_AT_OPENING | self.opening
        self.verdicts |= self.twist.verdicts
        self.starts |= dict.fromkeys(PHASES_STARTED_AT_OPENING, self.opened)

    def pin(self, at: datetime, *codes: str) -> datetime:
        """Let these items happen at the moment, unless they have one already."""
        for code in codes:
            self.moments.setdefault(code, at)
        return at

    def start(self, phase: Phase, at: datetime) -> None:
        self.starts[phase] = min(at, self.starts.get(phase, at))

    def change(self, at: datetime, discipline: str, **details: Any) -> None:
        self.changes.append(Change(at, discipline, details))
        self.changes.sort(key=lambda change: change.at)

    def end(self, at: datetime, outcome: CaseOutcome, reason: str = "") -> None:
        """Close the case here, if the story gets that far and does not end sooner."""
        if at < self.until:
            self.until, self.outcome, self.closing_reason = at, outcome, reason

    def details(self, at: datetime) -> dict[str, Any]:
        found = dict(self.opening)
        for change in self.changes:
            if change.at <= at:
                found |= change.details
        return found

    def spells(self, rule: dict[str, Any] | None) -> list[tuple[datetime, datetime]]:
        """When the rule holds, as pairs of since and until."""
        turns = [self.opened, *(change.at for change in self.changes if change.at < self.until), self.until]
        found: list[tuple[datetime, datetime]] = []
        for since, until in itertools.pairwise(turns):
            if not rules.holds(rule, self.details(since)):
                continue
            goes_on = bool(found) and found[-1][1] == since
            found.append((found.pop()[0] if goes_on else since, until))
        return found

    def after(self, *, hours: tuple[float, float] = (0, 0), days: tuple[float, float] = (0, 0)) -> datetime:
        """A moment drawn from the opening of the case on."""
        return self.opened + self.span(hours=hours, days=days)

    def span(self, *, hours: tuple[float, float] = (0, 0), days: tuple[float, float] = (0, 0)) -> timedelta:
        return self.dice.hours(*hours) + self.dice.days(*days)
