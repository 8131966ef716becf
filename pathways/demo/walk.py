"""Walks the lines of a pathway through a course: what is done and when, waived, missed or left open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pathways.enums import ItemStatus, Phase

from . import phrases
from .answers import answer
from .course import Course
from .people import works_in
from .steps import Do, Line, Step, span_of
from .twists import OPEN, Verdict
from .wall import Wall

Spell = tuple[datetime, datetime]

OPTIONAL_SHARE = 0.2
NOTE_SHARE = 0.07
BEGUN_FIRST_SHARE = 0.02
BLOCKED_FIRST_SHARE = 0.02
NOT_DONE_SHARE = 0.02
WAIVED_REASONS = {"not-appropriate": 0.4, "done-elsewhere": 0.3, "declined": 0.2, "too-unwell": 0.1}
NOT_DONE_REASONS = {"did-not-attend": 0.4, "staffing": 0.2, "equipment": 0.2, "awaiting-slot": 0.2}
BLOCKED_REASONS = {
    "awaiting-slot": 0.35,
    "awaiting-result": 0.25,
    "awaiting-transport": 0.15,
    "awaiting-person": 0.15,
    "too-unwell": 0.1,
}
MISSED_REVIEWS = 0.12

# How many further occurrences are written, none where not named; the next is ended by a decision or left due.
FURTHER = {
    "pain-score": 1,
    "mscc-pain-score": 2,
    "mscc-immobility-bundle": 1,
    "review-immobilisation": 1,
    "opioid-review": 1,
    "mobility-level": 1,
    "clinical-review": 11,
    "surveillance-mri-early": 4,
    "imaging-response": 2,
    "bone-agent-given": 2,
}
GO_ON = {"clinical-review", "surveillance-mri-early", "surveillance-mri-late", "bone-agent-given"}
NOTICED_AFTER = timedelta(days=14)
FORGOTTEN = Verdict(status=OPEN)
MISSED = Verdict(status=ItemStatus.NOT_DONE, reason="missed")
ENDED = Verdict(status=ItemStatus.NOT_APPLICABLE, reason="decision-changed", note=phrases.ENDED)


@dataclass(frozen=True)
class Left:
    """An occurrence that nobody has settled, and when its clock began."""

    line: Line
    occurrence: int
    since: datetime


class Walk:
    """Walks phase by phase; `first` is when a phase's first item was touched, `left` what stays open."""

    def __init__(self, course: Course, wall: Wall, team: str, parameters: Mapping[str, Any]) -> None:
        self.course, self.wall, self.team, self.parameters = course, wall, team, parameters
        self.dice = course.dice
        self.steps: list[Step] = []
        self.left: list[Left] = []
        self.done: dict[str, datetime] = {}
        self.first: dict[Phase, datetime] = {}

    def phase(self, phase: Phase, lines: Sequence[Line]) -> None:
        """Lines that count from the opening come first: they may be what starts the phase."""
        for line in sorted(lines, key=lambda each: not each.anchored_on_opening):
            self._line(line)

    def _line(self, line: Line) -> None:
        spell = self._spell(line)
        if spell is None:
            return
        anchor = self._anchor(line)
        pinned = self.course.moments.get(line.code)
        if anchor is None and pinned is None:
            return
        since = max(anchor or spell[0], spell[0])
        at = max(pinned, spell[0] + timedelta(minutes=3)) if pinned else self._when(line, since)
        verdict = self._verdict(line, is_pinned=pinned is not None)
        if verdict is FORGOTTEN and since + span_of(line.within) + NOTICED_AFTER < self.course.until:
            at, verdict = since + span_of(line.within) + NOTICED_AFTER * self.dice.between(0.5, 0.9), MISSED
        at = self._dated(line, at)
        if verdict.status == OPEN or at >= min(spell[1], self.course.until):
            self.left.append(Left(line, 1, since))
            return
        self._settle(line, 1, since, at, verdict)
        if verdict.status in (ItemStatus.DONE, ItemStatus.NOT_DONE):
            self._repeat(line, at, spell[1])

    def _spell(self, line: Line) -> Spell | None:
        """When the line applies: throughout, or while its rule holds; None where it stays aside."""
        whole = (self.course.opened, self.course.until)
        if line.is_optional:
            return whole if self.dice.chance(OPTIONAL_SHARE) else None
        if line.is_switched_by_hand:
            return whole if self.course.patient.distress >= 4 and self.dice.chance(0.4) else None
        if line.rule is None:
            return whole
        pinned = self.course.moments.get(line.code, self.course.opened)
        return next((spell for spell in self.course.spells(line.rule) if spell[1] > pinned), None)

    def _anchor(self, line: Line) -> datetime | None:
        if line.anchor_item:
            return self.done.get(line.anchor_item)
        if line.anchored_on_opening or not line.anchor:
            return self.course.opened
        starts = [self.course.starts.get(line.phase), self.first.get(line.phase)]
        return min((at for at in starts if at), default=None)

    def _when(self, line: Line, since: datetime) -> datetime:
        """On time with the line's own chance, else late by a drawn factor; after what it depends on."""
        within = span_of(line.within)
        shares = self.parameters["on_time"]
        if self.dice.chance(shares.get(line.code, shares["default"])):
            at = since + within * self.dice.between(0.12, 0.8)
        else:
            late = self.parameters["late_factor"]
            at = since + within * max(self.dice.lognormal(late["median"], late["sigma"]), 1.06)
        at = max([at, *(self.done[code] for code in line.depends_on if code in self.done)])
        at += self.dice.hours(0.05, 0.4)
        return at if line.is_urgent else self.wall.working(at, self.dice)

    def _dated(self, line: Line, at: datetime) -> datetime:
        """A date without a time of day counts as noon, which on the first day may be before the opening."""
        if line.is_bare_date:
            at = self.wall.after_day(at, self.course.opened, self.dice)
        return at.replace(microsecond=0)

    def _verdict(self, line: Line, *, is_pinned: bool) -> Verdict:
        """Done, unless the twist says otherwise or a draw waives, forgets or misses it."""
        done = Verdict(status=ItemStatus.DONE, note=self.course.twist.notes.get(line.code, ""))
        if line.code in self.course.verdicts:
            return self.course.verdicts[line.code]
        if is_pinned or line.code in self.course.twist.notes or line.code == self.course.twist.slip:
            return done
        shares = {
            "waived": self.parameters["waived"],
            "never": self.parameters["never_done"],
            "missed": NOT_DONE_SHARE,
        }
        fate = self.dice.pick(shares | {"done": 1 - sum(shares.values())})
        if fate == "waived":
            return Verdict(status=ItemStatus.NOT_APPLICABLE, reason=self.dice.pick(WAIVED_REASONS))
        if fate == "missed":
            return Verdict(status=ItemStatus.NOT_DONE, reason=self.dice.pick(NOT_DONE_REASONS))
        return FORGOTTEN if fate == "never" else done

    def _settle(self, line: Line, occurrence: int, since: datetime, at: datetime, verdict: Verdict) -> None:
        """Write the entry; some were begun or blocked first, and a slip is undone and entered again."""
        first = min(at, self.first.get(line.phase, at))
        self.first[line.phase] = first
        if verdict.status == ItemStatus.DONE:
            self._before(line, occurrence, since, at)
            if line.code == self.course.twist.slip:
                at = self._slip(line, at)
            self.done.setdefault(line.code, at)
        self.steps.append(self._entry(line, occurrence, at, verdict))

    def _before(self, line: Line, occurrence: int, since: datetime, at: datetime) -> None:
        earlier = since + (at - since) * self.dice.between(0.3, 0.8)
        if occurrence > 1 or at - since < timedelta(hours=3) or earlier <= self.course.opened:
            return
        if self.dice.chance(BLOCKED_FIRST_SHARE):
            reason = self.dice.pick(BLOCKED_REASONS)
            self.steps.append(
                self._entry(line, 1, earlier, Verdict(status=ItemStatus.BLOCKED, reason=reason))
            )
        elif self.dice.chance(BEGUN_FIRST_SHARE):
            self.steps.append(self._entry(line, 1, earlier, Verdict(status=ItemStatus.IN_PROGRESS)))
        else:
            return
        self.first[line.phase] = min(earlier, self.first[line.phase])

    def _slip(self, line: Line, at: datetime) -> datetime:
        """A wrong choice, taken back by the same person a few minutes later."""
        right = self._entry(line, 1, at, Verdict(status=ItemStatus.DONE))
        given = right.raw and right.raw["value"]
        wrong = next(each["value"] for each in line.response["choices"] if each["value"] not in (given or ()))
        raw = {"value": [wrong] if line.response.get("multiple") else wrong}
        self.steps.append(self._entry(line, 1, at, Verdict(status=ItemStatus.DONE), raw))
        self.steps.append(Step(at=at + timedelta(minutes=2), by=right.by, do=Do.UNDO, code=line.code))
        return at + timedelta(minutes=4)

    def _entry(
        self,
        line: Line,
        occurrence: int,
        at: datetime,
        verdict: Verdict,
        raw: Mapping[str, Any] | None = None,
    ) -> Step:
        note = verdict.note
        if verdict.status == ItemStatus.DONE:
            raw = raw or answer(self.course, line, at, occurrence)
            note = note or (self.dice.among(phrases.NOTES) if self.dice.chance(NOTE_SHARE) else "")
        return Step(
            at=at,
            by=works_in(self.team, line.discipline),
            do=Do.RECORD,
            code=line.code,
            occurrence=occurrence,
            status=verdict.status,
            raw=raw,
            reason=verdict.reason,
            text=verdict.text,
            note=note,
        )

    def _repeat(self, line: Line, at: datetime, until: datetime) -> None:
        """Further occurrences until the story, the rule or the decision to stop ends them."""
        if not line.repeat:
            return
        rhythm = self.course.twist.rhythm.get(line.code, ())
        further = len(rhythm) or FURTHER.get(line.code, 0)
        if self.course.twist.doses and line.code == "bone-agent-given":
            further = self.course.twist.doses
        for occurrence in range(2, further + 3):
            since, verdict, share = at, self._next(line), self.dice.between(0.85, 1.12)
            if occurrence - 2 < len(rhythm):
                status, share = rhythm[occurrence - 2]
                verdict = Verdict(status=status, reason="" if status == ItemStatus.DONE else "missed")
            at = self._dated(line, self.wall.working(at + span_of(line.repeat) * share, self.dice))
            is_last = occurrence == further + 2
            if at >= min(until, self.course.until) or (is_last and (rhythm or line.code in GO_ON)):
                self.left.append(Left(line, occurrence, since))
                return
            self._settle(line, occurrence, since, at, ENDED if is_last else verdict)

    def _next(self, line: Line) -> Verdict:
        if line.code == "clinical-review" and self.dice.chance(MISSED_REVIEWS):
            return Verdict(status=ItemStatus.NOT_DONE, reason=self.dice.among(("did-not-attend", "missed")))
        by_telephone = line.code == "clinical-review" and self.dice.chance(0.2)
        return Verdict(status=ItemStatus.DONE, note=phrases.TELEPHONE if by_telephone else "")
