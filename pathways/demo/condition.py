"""How the invented person is at opening: fitness, pain and calcium."""

from collections.abc import Mapping
from typing import Any

from .chance import Dice
from .patient import Patient, Wanted

SEVERITIES = ("none", "mild", "moderate", "severe")
SEVERITY_OF = {"mechanical": ("moderate", "severe"), "pain_free": ("none", "mild")}


def _fitness(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    """ECOG is one step worse in someone who does not walk, and never 0 with a major deficit."""
    ecog = int(dice.pick(p["ecog"], wanted.get("ecog")))
    if patient.details["ambulation"] == "non_ambulant":
        ecog = min(ecog + 1, 4)
    if patient.details["neurological_deficit"] == "major":
        ecog = max(ecog, 1)
    patient.ecog = ecog
    older = 1.3 if patient.details["age_years"] > 75 else 1.0
    chances = {name: share * older for name, share in p["comorbidities"].items()}
    patient.details |= {
        "comorbidities": dice.some(chances) or ["none"],
        "usual_activity": ("active", "active", "light", "housebound", "dependent")[ecog],
    }


def _pain(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    """Mechanical pain is at least moderate; band-like pain makes the pattern radicular."""
    fitting = SEVERITY_OF.get(patient.sins["pain"], SEVERITIES)
    severity = dice.pick(
        p["pain_severity"],
        [each for each in fitting if each in wanted.get("pain_severity", fitting)] or fitting,
    )
    patient.worst_pain = dice.count(*p["pain_nrs_from_severity"][severity])
    patient.distress = dice.pick(p["distress_score"], wanted.get("distress"))
    patient.features = _features(patient, dice, p, severity)
    patterns = {
        "mechanical": patient.sins["pain"] == "mechanical",
        "radicular": "band_pain" in patient.features,
    }
    local = severity != "none" and (not any(patterns.values()) or dice.chance(0.5))
    patient.details |= {
        "pain_severity": severity,
        "opioid_use": dice.pick(p["opioid_use"][severity], wanted.get("opioid_use")),
        "pain_pattern": [name for name, has in ({"local": local} | patterns).items() if has],
    }


def _features(patient: Patient, dice: Dice, p: Mapping[str, Any], severity: str) -> list[str]:
    kind = "confirmed" if patient.group == "confirmed" else "other"
    pain = dice.some(p["presenting_pain_features"][kind])
    neuro = dice.some(p["presenting_neuro_features"][patient.details["neurological_deficit"]])
    found = neuro if severity == "none" else (pain or ["back_pain"]) + neuro
    return found or ["incidental"]


def _calcium(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    present = dice.chance(p["hypercalcaemia"][patient.details["primary_site"]])
    mean, deviation = p["adjusted_calcium"]["present" if present else "absent"]
    bounds = (2.65, 4.20) if present else (2.05, 2.60)
    patient.calcium = round(dice.normal(mean, deviation, *bounds), 2)
    patient.details["hypercalcaemia"] = "present" if present else "absent"


PARTS = (_fitness, _pain, _calcium)
