"""What sets single cases apart: the edge cases that the demonstration includes by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pathways.enums import CaseOutcome, ItemStatus

from .patient import Wanted

OPEN = ItemStatus.NOT_STARTED


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How an item ends instead of being done; OPEN leaves it alone. `reason` is a reason code."""

    status: ItemStatus
    reason: str = ""
    text: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Twist:
    """Changes to a story, all optional; days and hours count from the opening of the case.

    `facts` replace drawn facts, `verdicts` say how an item ends, `rhythm` how each repeat goes and after what
    share of its interval, `outcome` closes the case on `closed_on` (and `reopened` opens it again).
    """

    story: str
    name: str = ""
    wanted: Wanted = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    shape: str = ""
    days_ago: float = 0
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    at_hours: Mapping[str, float] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    rhythm: Mapping[str, tuple[tuple[ItemStatus, float], ...]] = field(default_factory=dict)
    moves: tuple[tuple[float, str], ...] = ()
    slip: str = ""
    doses: int = 0
    held_on: float = 0
    hold_reason: str = ""
    closed_on: float = 0
    outcome: CaseOutcome | None = None
    closing_reason: str = ""
    reopened: str = ""


TWISTS = (
    Twist(
        story="single_fraction",
        name="compression excluded by MRI",
        wanted={"group": ["excluded"], "deficit": ["minor"], "opioid_use": ["strong"]},
        facts={"steroid": True},
        shape="emergency",
        days_ago=12,
    ),
    Twist(
        story="single_fraction",
        name="unknown primary, biopsy refused",
        wanted={"primary_site": ["unknown_primary"], "primary_status": ["first_presentation"]},
        days_ago=14,
        verdicts={
            "establish-primary": Verdict(
                status=ItemStatus.NOT_DONE, reason="declined", note="Biopsy offered twice and refused."
            )
        },
    ),
    Twist(
        story="single_fraction",
        name="two primaries",
        wanted={"primary_site": ["breast"], "primary_status": ["known"]},
        days_ago=9,
        notes={"establish-primary": "Second primary known: thyroid, treated earlier."},
    ),
    Twist(
        story="single_fraction",
        name="waived while its dependants stay open",
        days_ago=11,
        verdicts={
            "rehab-needs-assessment": Verdict(
                status=ItemStatus.NOT_APPLICABLE,
                reason="declined",
                note="Managing well at home.",
            ),
            "physiotherapy-programme": Verdict(status=OPEN),
            "occupational-therapy-assessment": Verdict(status=OPEN),
        },
    ),
    Twist(
        story="single_fraction",
        name="a repeat done early, and one missed twice",
        days_ago=31,
        rhythm={
            "pain-score": ((ItemStatus.DONE, 0.4), (ItemStatus.DONE, 0.9)),
            "mobility-level": ((ItemStatus.NOT_DONE, 1.15), (ItemStatus.NOT_DONE, 1.1)),
        },
    ),
    Twist(
        story="single_fraction",
        name="distress 10 and pain 0",
        wanted={"distress": [10], "pain_severity": ["none"], "sins_pain": [0], "opioid_use": ["none"]},
        days_ago=10,
        notes={"pain-score": "No pain at rest or on movement.", "distress-screen": "Worried about the scan."},
    ),
    Twist(
        story="single_fraction",
        name="on hold",
        days_ago=22,
        held_on=14,
        hold_reason="Away until the end of the month; reviews resume then.",
    ),
    Twist(
        story="single_fraction",
        name="transferred",
        days_ago=24,
        closed_on=12,
        outcome=CaseOutcome.TRANSFERRED,
        closing_reason="Care moved to a team nearer home.",
    ),
    Twist(
        story="single_fraction",
        name="closed and reopened",
        days_ago=27,
        closed_on=15,
        outcome=CaseOutcome.OPENED_IN_ERROR,
        closing_reason="Thought to be a duplicate.",
        reopened="Not a duplicate: the other case belongs to another episode.",
    ),
    Twist(story="single_fraction", name="a slip undone", days_ago=5, slip="spinal-examination"),
    Twist(
        story="systemic_first",
        name="on hold for a clinical trial",
        days_ago=20,
        held_on=13,
        hold_reason="Trial screening elsewhere; waiting for the outcome.",
    ),
    Twist(story="systemic_first", name="a slip undone", slip="classify-pain", days_ago=10),
    Twist(
        story="systemic_first",
        name="three years of bone-agent doses",
        wanted={"primary_site": ["breast"], "primary_status": ["known"], "survival_days": [1500, 2400]},
        days_ago=1196,
        doses=42,
    ),
    Twist(
        story="emergency_walking_kept",
        name="MRI at 31 hours",
        days_ago=9,
        at_hours={"mri": 31},
        notes={"mri-whole-spine-24h": "Scanner fault overnight; first slot next day."},
    ),
    Twist(story="emergency_walking_kept", name="today", days_ago=0.4),
    Twist(
        story="emergency_walking_kept",
        name="excluded on the emergency pathway",
        wanted={"group": ["excluded"], "plan": ["systemic_only"]},
        facts={"steroid": True},
        days_ago=6,
    ),
    Twist(
        story="emergency_walking_lost",
        name="MRI contraindicated",
        wanted={"survival_days": [20, 26]},
        verdicts={
            "mri-whole-spine-24h": Verdict(
                status=ItemStatus.NOT_APPLICABLE,
                reason="contraindicated",
                text="Pacemaker that is not safe in MRI; CT of the whole spine instead.",
            ),
            "map-levels-escc": Verdict(status=OPEN),
        },
        days_ago=30,
    ),
    Twist(
        story="cement",
        name="pain 10 and distress 0",
        wanted={"pain_severity": ["severe"], "distress": [0]},
        facts={"worst_pain": 10},
        days_ago=11,
        notes={"pain-score": "Worst on turning.", "distress-screen": "Feels well looked after."},
    ),
    Twist(
        story="cement",
        name="transferred to another region",
        days_ago=23,
        closed_on=15,
        outcome=CaseOutcome.TRANSFERRED,
        closing_reason="Family moved; follow-up handed over.",
    ),
    Twist(
        story="supportive",
        name="inpatient, home, hospice",
        wanted={"survival_days": [26, 28]},
        days_ago=22,
        moves=((0.2, "inpatient"), (6, "home"), (17, "hospice")),
    ),
    Twist(
        story="supportive",
        name="death before the diagnosis phase is complete",
        wanted={"survival_days": [2.4, 2.9]},
        days_ago=34,
    ),
    Twist(story="sbrt", name="second year of follow-up", days_ago=410),
)
