"""What the team enters for each item, as a form would send it, in keeping with the person and the moment."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import exp
from typing import Any

from .course import Course

WEEKS_TO_SETTLE = 18 / 7
MOBILITY = {
    "independent": "independent",
    "with_aid": "with_aid",
    "with_help": "with_help",
    "non_ambulant": "wheelchair",
}

FACTS = {
    "record-presentation": "features",
    "establish-primary": "histology_route",
    "radiotherapy-technique": "technique",
}

# One choice by its share.
ONE_OF: Mapping[str, Mapping[str, float]] = {
    "radionuclide-therapy": {"not_suitable": 0.9, "samarium_153": 0.1},
    "radiosensitivity-prior-rt": {
        "sensitive_no_prior": 0.7,
        "resistant_no_prior": 0.2,
        "sensitive_prior": 0.1,
    },
    "biomarker-testing": {"requested": 0.4, "available": 0.3, "reused": 0.3},
    "targeted-therapy": {"tyrosine_kinase_inhibitor": 0.5, "monoclonal_antibody": 0.4, "other_targeted": 0.1},
    "treatment-toxicity": {"grade_0": 0.4, "grade_1": 0.4, "grade_2": 0.17, "grade_3": 0.03},
    "skin-care-plan": {"intact": 0.8, "redness": 0.16, "category_2": 0.04},
    "equipment-and-home": {"ordered": 0.5, "delivered": 0.3, "none_needed": 0.2},
    "carer-training": {"done": 0.6, "declined": 0.2, "no_carer": 0.2},
    "clinical-review": {"unchanged": 0.45, "better": 0.4, "worse": 0.15},
    "imaging-response": {
        "stable": 0.62,
        "partial_response": 0.24,
        "complete_response": 0.04,
        "possible_pseudoprogression": 0.05,
        "progression_elsewhere": 0.05,
    },
    "fracture-hardware-check": {"none": 0.92, "new_fracture": 0.08},
    "steroid-stop-check": {"reducing": 0.6, "stopped": 0.4},
    "advance-care-planning": {"discussed": 0.4, "started": 0.35, "already_in_place": 0.15, "declined": 0.1},
    "spinal-fusion": {"percutaneous_fixation": 0.5, "open_fixation": 0.3, "fusion_graft": 0.2},
    "preoperative-embolisation": {"done": 0.7, "not_needed": 0.3},
    "mscc-tissue-route": {"image_guided": 0.5, "markers": 0.3, "at_surgery": 0.2},
}

# Each choice by its own chance; the first stands when no other does.
ANY_OF: Mapping[str, Mapping[str, float]] = {
    "staging-imaging": {"ct_cap": 1.0, "ct_spine": 0.5, "pet_ct": 0.15, "bone_scan": 0.2},
    "consider-alternatives": {"none_likely": 1.0},
    "opioid-start-safety": {
        "laxative": 1.0,
        "information_given": 0.8,
        "breakthrough_dose": 0.7,
        "renal_hepatic_checked": 0.6,
        "driving_advice": 0.5,
    },
    "bone-agent-safety-check": {
        "dental_check": 0.9,
        "renal_function": 1.0,
        "calcium_checked": 1.0,
        "jaw_card": 0.7,
        "vitamin_d": 0.6,
    },
    "non-drug-pain-measures": {"positioning": 1.0, "tens": 0.5, "relaxation": 0.3},
    "steroid-safety": {
        "ppi": 1.0,
        "glucose": 0.9,
        "infection": 0.5,
        "mood_sleep": 0.4,
        "morning_dosing": 0.6,
    },
    "vte-prophylaxis": {"pharmacological": 1.0, "mechanical": 0.3},
    "sbrt-checks": {
        "target_defined": 1.0,
        "planning_mri": 1.0,
        "cord_separation": 1.0,
        "stability_reviewed": 0.8,
        "flare_discussed": 0.8,
        "fracture_discussed": 0.7,
    },
    "other-tumour-treatments": {"none": 1.0},
    "psychosocial-support": {"psychology": 0.6, "social_work": 0.5, "family_support": 0.3},
    "mscc-steroid-cover": {"ppi": 1.0, "glucose": 0.9},
    "mscc-immobility-bundle": {"clot_risk": 1.0, "skin": 1.0, "bladder": 0.9, "bowels": 0.85},
}

TEXTS: Mapping[str, tuple[str, ...]] = {
    "analgesic-plan": (
        "Regular and breakthrough analgesia; the key worker reviews in two days.",
        "Regular analgesia with an adjuvant for nerve pain; aim is a full night's sleep.",
    ),
    "fixation-plan": (
        "Two levels above and below; pedicles checked on CT.",
        "Short construct; bone quality fair.",
    ),
    "rehab-needs-assessment": (
        "Wants to manage the stairs at home. Lives with family.",
        "Independent before this episode; hopes to return to the garden.",
        "Needs help with washing; carer present and willing.",
    ),
    "occupational-therapy-assessment": (
        "Washing and dressing with help of one; kitchen visit planned.",
        "Independent in self-care; advice on pacing given.",
    ),
    "follow-up-plan": (
        "Clinic every four weeks, MRI at three months; key worker named to the person.",
        "Review by telephone between visits; warning signs repeated each time.",
    ),
    "progression-mdt": ("New level reviewed; second short course agreed and explained.",),
    "mscc-rehab-plan": ("Key worker named; therapy starts as soon as stability is agreed.",),
}

PLANS: Mapping[str, str] = {
    "surgery_rt": "Operation first, radiotherapy once the wound allows. Explained by the surgeon.",
    "surgery_only": "Operation; no radiotherapy for now. Explained by the surgeon.",
    "cement_rt": "Cement for the painful collapse, then radiotherapy. Family present, plan explained.",
    "rt_only": "Radiotherapy without operation. Family present, plan explained.",
    "systemic_only": "Drug treatment first; spine watched by scan. Plan explained in clinic.",
    "supportive": "Comfort is the aim. Family present, plan explained.",
}


def answer(course: Course, line: Any, at: datetime, occurrence: int) -> dict[str, Any]:
    """What a form would send for the item at this moment; `line` has its code and its response."""
    kind = line.response["kind"]
    if kind == "tick":
        return {"value": "yes"}
    if kind == "date":
        return {"value": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if kind == "text":
        text = PLANS[course.patient.plan] if line.code not in TEXTS else course.dice.among(TEXTS[line.code])
        return {"value": text}
    if kind == "score":
        return _score(course, line.response["instrument"], at)
    if kind == "number":
        return {"value": str(_number(course, line.code, at, occurrence))}
    return {"value": _choice(course, line.code, at, occurrence)}


def worst_pain(course: Course, at: datetime) -> int:
    """Falls towards 2 in responders after treatment, drifts by a point in others."""
    start, noise = float(course.patient.worst_pain), course.dice.between(-0.9, 0.9)
    if at < course.opened + timedelta(days=1):
        return course.patient.worst_pain
    if course.patient.responder and course.treated and at > course.treated:
        weeks = (at - course.treated) / timedelta(weeks=1)
        start = min(start, 2 + (start - 2) * exp(-weeks / WEEKS_TO_SETTLE))
    return round(min(max(start + noise, 0), 10))


def _score(course: Course, instrument: str, at: datetime) -> dict[str, Any]:
    patient, late = course.patient, bool(course.treated and at > course.treated + timedelta(days=5))
    if instrument == "sins":
        return dict(patient.sins)
    if instrument == "escc":
        return {"grade": patient.escc}
    if instrument == "asia":
        return {"grade": _grade(course, late, at)}
    if instrument == "ecog":
        return {"grade": str(max(patient.ecog - (late and patient.responder and patient.ecog > 1), 0))}
    if instrument == "pain_nrs":
        return {"value": str(worst_pain(course, at))}
    fallen = patient.distress - (at > course.opened + timedelta(days=28))
    return {"value": str(max(fallen, 0))}


def _grade(course: Course, late: bool, at: datetime) -> str:
    """Normal before a deficit came; one grade better in responders who still had some function."""
    grade = course.patient.asia
    if course.details(at)["neurological_deficit"] == "none":
        return "E"
    return "E" if late and course.patient.responder and grade == "D" else grade


def _number(course: Course, code: str, at: datetime, occurrence: int) -> float | int:
    if code == "opioid-review":
        return max(20, 10 * round((20 + 14 * worst_pain(course, at)) / 10))
    if code == "quality-of-life":
        spent = 5 * worst_pain(course, at) + 9 * course.patient.ecog
        return round(min(max(100 - spent + course.dice.between(-8, 8), 5), 95))
    if code == "treat-hypercalcaemia":
        return round(course.dice.between(2.35, 2.6), 2)
    calm = course.patient.calcium if occurrence == 1 else 2.3
    return round(min(calm, 2.5) if code == "bone-agent-monitoring" else calm, 2)


def _choice(course: Course, code: str, at: datetime, occurrence: int) -> str | list[str]:
    if code in course.answers:
        return course.answers[code]
    if code in ANY_OF:
        return course.dice.some(ANY_OF[code]) or [next(iter(ANY_OF[code]))]
    if code in ONE_OF:
        return course.dice.pick(ONE_OF[code])
    if code in FACTS:
        return getattr(course.patient, FACTS[code])
    return FROM_THE_PERSON[code](course, at, occurrence)


def _spine(course: Course, at: datetime, occurrence: int) -> str:
    seen = {"kyphosis": "kyphosis", "scoliosis": "scoliosis", "subluxation": "visible_step"}
    return seen.get(course.patient.details["spinal_deformity"], course.dice.among(["normal", "tender_only"]))


def _mechanism(course: Course, at: datetime, occurrence: int) -> list[str]:
    fracture = course.patient.details["pathological_fracture"] == "confirmed"
    return course.patient.details["pain_pattern"] + ["fracture"] * fracture or ["other"]


def _opinion(course: Course, at: datetime, occurrence: int) -> str:
    advised = {"surgery_rt": "urgent_operation", "surgery_only": "planned_operation", "cement_rt": "cement"}
    return advised.get(course.patient.plan, "no_operation")


def _decision(course: Course, at: datetime, occurrence: int) -> str:
    return "operate_now" if course.patient.plan in ("surgery_rt", "surgery_only") else "no_operation"


def _cement(course: Course, at: datetime, occurrence: int) -> str:
    if course.patient.plan == "cement_rt":
        return course.dice.pick({"kyphoplasty": 0.7, "vertebroplasty": 0.3})
    return course.dice.pick({"not_needed": 0.8, "unsuitable": 0.2})


def _procedure(course: Course, at: datetime, occurrence: int) -> list[str]:
    return ["cement"] if course.patient.plan == "cement_rt" else ["not_needed"]


def _immobilised(course: Course, at: datetime, occurrence: int) -> str:
    return "flat_bed_rest" if course.patient.group != "never" else "brace"


def _positioning(course: Course, at: datetime, occurrence: int) -> str:
    return ("continue_flat", "staged_sitting", "mobilise_brace")[min(occurrence, 3) - 1]


def _intent(course: Course, at: datetime, occurrence: int) -> str:
    return course.patient.details["treatment_intent"]


def _mobility(course: Course, at: datetime, occurrence: int) -> str:
    bed = course.patient.ecog == 4 or course.details(at).get("immobilised")
    return "bed_bound" if bed else MOBILITY[course.details(at)["ambulation"]]


def _bladder(course: Course, at: datetime, occurrence: int) -> str:
    major = course.patient.details["neurological_deficit"] == "major"
    return "both_supported" if major else course.dice.among(["continent", "bowel_support"])


def _handover(course: Course, at: datetime, occurrence: int) -> str:
    return "compression_excluded" if course.patient.group == "excluded" else "main_pathway"


def _goals(course: Course, at: datetime, occurrence: int) -> str:
    return "set" if occurrence == 1 else course.dice.among(["on_track", "met", "revised"])


def _agent(course: Course, at: datetime, occurrence: int) -> str:
    return "deferred" if course.dice.chance(0.06) else course.patient.agent


FROM_THE_PERSON: Mapping[str, Callable[[Course, datetime, int], Any]] = {
    "spinal-examination": _spine,
    "classify-pain": _mechanism,
    "spinal-surgical-opinion": _opinion,
    "mscc-surgical-decision": _decision,
    "cement-augmentation": _cement,
    "interventional-pain-referral": _procedure,
    "immobilise-spine": _immobilised,
    "mscc-immobilise": _immobilised,
    "review-immobilisation": _positioning,
    "oncology-plan": _intent,
    "mscc-treatment-decision": _intent,
    "mobility-level": _mobility,
    "mscc-mobility-level": _mobility,
    "bladder-bowel-plan": _bladder,
    "rehab-goals": _goals,
    "bone-agent-given": _agent,
    "mscc-handover": _handover,
}
