"""Draws the invented person of a case, in the order of the rules that keep a record consistent."""

from collections.abc import Mapping
from typing import Any

from . import condition, prospects
from .chance import Dice, by_key
from .patient import Patient, Wanted

REGION_OF = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
JUNCTIONAL = {"C1", "C2", "C7", "T1", "T2", "T11", "T12", "L1", "L5", "S1"}
PAIN_WORDS = {3: "mechanical", 1: "occasional", 0: "pain_free"}
ALIGNMENT_WORDS = {4: "subluxation", 2: "deformity", 0: "normal"}
COLLAPSE_WORDS = {3: "over_half", 2: "under_half", 1: "body_involved", 0: "none"}
POSTEROLATERAL_WORDS = {3: "bilateral", 1: "unilateral", 0: "none"}
LOCATION_POINTS = {"junctional": 3, "mobile": 2, "semirigid": 1, "rigid": 0}
LESION_POINTS = {"lytic": 2, "mixed": 1, "blastic": 0}
STABILITY = ("stable", "potentially_unstable", "unstable")


def draw(dice: Dice, parameters: Mapping[str, Any], wanted: Wanted) -> Patient:
    """Draw a person in the order of the consistency rules; `wanted` narrows a draw to the named values."""
    patient = Patient()
    for part in (_person, _spine, _stability, _compression, _neurology, *condition.PARTS, *prospects.PARTS):
        part(patient, dice, parameters, wanted)
    return patient


def _person(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    site = dice.pick(p["primary_site"], wanted.get("primary_site"))
    mean, deviation = p["age"][site]
    status = dice.pick(p["primary_status"], wanted.get("primary_status"))
    patient.histology_route = _histology_route(dice, status)
    patient.details |= {
        "age_years": int(dice.normal(mean, deviation, 19, 94)),
        "sex": "female" if dice.chance(p["female_share"][site]) else "male",
        "primary_site": site,
        "primary_status": status,
        "histology_status": "confirmed" if status in ("known", "past") else "pending",
        "genetic_predisposition": dice.pick({"unknown": 0.6, "none": 0.36, "suspected": 0.04}),
    }


def _histology_route(dice: Dice, status: str) -> str:
    if status in ("known", "past"):
        return "known_histology"
    return dice.pick({"biopsy_done": 0.60, "markers_only": 0.25, "not_appropriate": 0.15})


def _spine(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    weights = p["index_level_weight"]
    regions = wanted.get("index_region")
    allowed = [level for level in weights if regions is None or REGION_OF[level[0]] in regions]
    level = dice.pick(weights, allowed)
    region = REGION_OF[level[0]]
    count = dice.pick(p["level_count"], wanted.get("level_count"))
    extra = dice.some(p["extra_regions_if_multilevel"][region]) if count != "one" else []
    if count == "two":
        extra = extra[:1]
    site = patient.details["primary_site"]
    patient.details |= {
        "index_level": level,
        "level_count": count,
        "spine_regions": [each for each in REGION_OF.values() if each == region or each in extra],
        "lesion_type": dice.pick(by_key(p["lesion_type"], site), wanted.get("lesion_type")),
        "visceral_metastases": "present" if dice.chance(p["visceral_metastases"][site]) else "none",
        "extraspinal_bone_metastases": (
            "present" if dice.chance(p["extraspinal_bone_metastases"]) else "none"
        ),
    }


def location_of(level: str) -> str:
    """The SINS location of a level."""
    if level in JUNCTIONAL:
        return "junctional"
    return {"cervical": "mobile", "thoracic": "semirigid", "lumbar": "mobile", "sacral": "rigid"}[
        REGION_OF[level[0]]
    ]


def band_of(total: int) -> str:
    """The published stability band of a SINS total."""
    return STABILITY[(total > 6) + (total > 12)]


def _stability(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    latent = dice.pick(p["stability_latent"], wanted.get("stability"))
    shares = p["sins_components"][latent]
    points = {
        "location": LOCATION_POINTS[location_of(patient.details["index_level"])],
        "pain": dice.pick(shares["pain"], wanted.get("sins_pain")),
        "bone_lesion": LESION_POINTS[patient.details["lesion_type"]],
        "alignment": dice.pick(shares["alignment"]),
        "vertebral_collapse": dice.pick(shares["vertebral_collapse"], wanted.get("collapse")),
        "posterolateral": dice.pick(shares["posterolateral"]),
    }
    patient.sins_points = points
    patient.sins = {
        "location": location_of(patient.details["index_level"]),
        "pain": PAIN_WORDS[points["pain"]],
        "bone_lesion": patient.details["lesion_type"],
        "alignment": ALIGNMENT_WORDS[points["alignment"]],
        "vertebral_collapse": COLLAPSE_WORDS[points["vertebral_collapse"]],
        "posterolateral": POSTEROLATERAL_WORDS[points["posterolateral"]],
    }
    patient.details |= _stability_details(patient, dice, p["clinician_stability_agrees_with_band"])


def _stability_details(patient: Patient, dice: Dice, agreement: float) -> dict[str, str]:
    """The recorded stability agrees with the band, or is one step more cautious."""
    points = patient.sins_points
    step = STABILITY.index(band_of(patient.sins_total)) + (not dice.chance(agreement))
    return {
        "spinal_stability": STABILITY[min(step, len(STABILITY) - 1)],
        "spinal_deformity": {
            "subluxation": "subluxation",
            "deformity": dice.pick({"kyphosis": 0.8, "scoliosis": 0.2}),
            "normal": "none",
        }[patient.sins["alignment"]],
        "pathological_fracture": "confirmed" if points["vertebral_collapse"] >= 2 else "none",
        "pedicle_involvement": patient.sins["posterolateral"],
    }


def _compression(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    shares = p["compression"]
    suspected = shares["ever_suspected"]
    confirmed = suspected * shares["confirmed_if_suspected"]
    groups = {"confirmed": confirmed, "excluded": suspected - confirmed, "never": 1 - suspected}
    patient.group = dice.pick(groups, wanted.get("group"))
    kind = "confirmed" if patient.group == "confirmed" else "other"
    patient.escc = dice.pick(p["escc"][kind], wanted.get("escc"))
    if REGION_OF[patient.details["index_level"][0]] == "sacral":
        patient.escc = "0"
    patient.details["cord_compression"] = {"never": "not_suspected"}.get(patient.group, patient.group)
    patient.details["presentation_acuity"] = dice.pick(p["presentation_acuity"][kind])


def _neurology(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    kind = {"excluded": "suspected_then_excluded", "never": "never_suspected"}.get(patient.group, "confirmed")
    deficit = dice.pick(p["neurological_deficit"][kind], wanted.get("deficit"))
    patient.asia = dice.pick(p["asia_from_deficit"][deficit])
    patient.details |= {
        "neurological_deficit": deficit,
        "ambulation": dice.pick(p["ambulation_from_asia"][patient.asia], wanted.get("ambulation")),
    }
