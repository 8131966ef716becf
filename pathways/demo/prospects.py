"""What lies ahead of the invented person: survival, the plan that the team will agree, how it will go."""

from collections.abc import Mapping
from typing import Any

from .chance import Dice, by_key
from .patient import Patient, Wanted

SBRT = ("sbrt_single", "sbrt_multi")
CEMENT_PLANS = ("cement_rt",)
RADIOTHERAPY_PLANS = ("surgery_rt", "cement_rt", "rt_only")
SURGERY_PLANS = ("surgery_rt", "surgery_only")
DAYS_PER_MONTH = 30.4


def _survival(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    shares = p["survival_months"]
    months = dice.weibull(shares["median"][patient.details["primary_site"]], shares["shape"])
    months *= shares["ecog_multiplier"][str(patient.ecog)]
    if patient.details["visceral_metastases"] == "present":
        months *= shares["visceral_multiplier"]
    if patient.details["ambulation"] == "non_ambulant":
        months *= shares["non_ambulant_multiplier"]
    if patient.group == "confirmed":
        months *= shares["confirmed_compression_multiplier"]
    days = min(months, shares["cap"]) * DAYS_PER_MONTH
    if "survival_days" in wanted:
        days = dice.between(*wanted["survival_days"])
    patient.survival_days = days


def may_have_sbrt(patient: Patient) -> bool:
    """Few levels, no cord contact, fit, and more than three months in the hidden draw."""
    return (
        patient.details["level_count"] in ("one", "two")
        and patient.escc in ("0", "1a", "1b")
        and patient.ecog <= 2
        and patient.survival_days > 92
    )


def _treatment(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    stability = patient.details["spinal_stability"]
    kind = "confirmed_compression" if patient.group == "confirmed" else stability
    plan = dice.pick(p["local_plan"][kind], wanted.get("plan"))
    if patient.ecog >= 3 and "plan" not in wanted and dice.chance(0.55):
        plan = "supportive"
    patient.plan = plan
    if plan in RADIOTHERAPY_PLANS:
        techniques = list(p["rt_technique"])
        fit = [each for each in techniques if each not in SBRT or may_have_sbrt(patient)]
        patient.technique = dice.pick(
            p["rt_technique"], [each for each in wanted.get("technique", fit) if each in fit] or fit
        )
    site = patient.details["primary_site"]
    agent = dice.pick(by_key(p["bone_agent"], site), wanted.get("bone_agent"))
    patient.agent = "none" if plan == "supportive" else agent
    patient.details |= _plan_details(patient, dice.some(by_key(p["systemic_therapy"], site)))


def _plan_details(patient: Patient, systemic: list[str]) -> dict[str, Any]:
    supportive = patient.plan == "supportive"
    intent = "disease_control" if systemic and patient.ecog <= 2 else "symptom_control"
    local = {
        patient.technique.partition("_")[0]: bool(patient.technique),
        "cement": patient.plan in CEMENT_PLANS,
        "decompression": patient.plan in SURGERY_PLANS and patient.group == "confirmed",
        "fusion": patient.plan in SURGERY_PLANS and patient.details["spinal_stability"] != "stable",
    }
    return {
        "treatment_intent": "supportive_only" if supportive else intent,
        "systemic_therapy": ["none"] if supportive or not systemic else systemic,
        "local_treatment": [name for name, has in local.items() if has] or ["none"],
        "surgery_plan": "planned" if patient.plan in SURGERY_PLANS else "none",
        "radiotherapy_plan": "planned" if patient.technique else "none",
    }


def _course(patient: Patient, dice: Dice, p: Mapping[str, Any], wanted: Wanted) -> None:
    """A steroid course nearly always with a confirmed deficit, seldom where none was suspected."""
    deficit = patient.details["neurological_deficit"] in ("minor", "major")
    shares = {"confirmed": 0.95 if deficit else 0.5, "excluded": 0.8 if deficit else 0.0, "never": 0.05}
    kind = "confirmed" if patient.group == "confirmed" else patient.details["spinal_stability"]
    inpatient = dice.chance(p["inpatient_at_opening"][kind])
    patient.steroid = dice.chance(shares[patient.group])
    patient.responder = dice.chance(p["first_treatment_response"]["pain_responders"])
    patient.details |= {
        "care_setting": "inpatient" if inpatient else dice.pick({"outpatient": 0.75, "home": 0.25}),
        "immobilised": False,
        "steroid_course": "none",
        "disease_course": "not_assessed",
        "followup_stage": "not_started",
        "bone_agent": "none",
    }


PARTS = (_survival, _treatment, _course)
