"""An invented person: what a case's details say of them, and the hidden facts behind those."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Wanted = Mapping[str, Sequence[Any]]


@dataclass
class Patient:
    """An invented person: `details` as they stand once all is known, the rest as hidden facts.

    `group` is the truth about compression (confirmed, excluded or never suspected); `survival_days` decides
    when a story ends, and is never stored or shown.
    """

    details: dict[str, Any] = field(default_factory=dict)
    group: str = "never"
    sins: dict[str, str] = field(default_factory=dict)
    sins_points: dict[str, int] = field(default_factory=dict)
    escc: str = "0"
    asia: str = "E"
    ecog: int = 1
    worst_pain: int = 0
    distress: int = 0
    features: list[str] = field(default_factory=list)
    calcium: float = 2.35
    plan: str = "rt_only"
    technique: str = ""
    agent: str = "none"
    steroid: bool = False
    responder: bool = True
    histology_route: str = "known_histology"
    survival_days: float = 365.0

    @property
    def sins_total(self) -> int:
        return sum(self.sins_points.values())
