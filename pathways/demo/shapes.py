"""The shapes of the stories: each fills a course with the turning points of its kind."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pathways.enums import CaseOutcome, Phase

from . import treatment
from .course import SEEN_ON_IMAGING, Course

DAY = timedelta(days=1)
ALTERNATIVES = {
    "spinal_infection": "Infection of the disc space; care passes to the infection service.",
    "herniated_disc": "Disc herniation; no tumour on imaging.",
    "trauma": "Fragility fracture; care passes to the bone health service.",
}


def calm(course: Course) -> None:
    """Pain without neurological signs: MRI within a week or so, the MDT, a plan, a first treatment."""
    planned = _investigate(course)
    treatment.agree(course, planned)
    treatment.give_planned(course, planned)
    _follow(course)


def emergency(course: Course) -> None:
    """Compression suspected on the first day."""
    course.opening |= {"cord_compression": "suspected", "care_setting": "inpatient", "immobilised": True}
    course.start(Phase.STABILISATION, course.opened + course.dice.hours(0.2, 0.8))
    planned = _suspect(course, course.opened)
    if course.patient.group == "excluded":
        _stand_down(course, planned)
    else:
        treatment.agree(course, planned)
        treatment.give_planned(course, planned)
    _follow(course)
    if course.patient.details["neurological_deficit"] == "major":
        _decline(course)
    _hand_over(course)


def suspected_later(course: Course) -> None:
    """A calm start, and new leg weakness weeks later: the clock of the emergency items starts then."""
    course.opening |= {"cord_compression": "not_suspected", "neurological_deficit": "none"}
    course.opening |= {"ambulation": "independent", "care_setting": "outpatient"}
    planned = _investigate(course)
    treatment.agree_waiting(course, planned)
    suspected = course.after(days=(13, 21))
    course.change(
        suspected,
        "clinical-nurse-specialist",
        cord_compression="suspected",
        care_setting="inpatient",
        immobilised=True,
        pain_severity="severe",
        **{name: course.patient.details[name] for name in ("neurological_deficit", "ambulation")},
    )
    replanned = _suspect(course, suspected)
    treatment.agree(course, replanned)
    treatment.give_planned(course, replanned)
    _follow(course)


def progression(course: Course) -> None:
    """A new level after half a year, the MDT again, a second course."""
    calm(course)
    grown = course.after(days=(165, 195))
    course.change(grown, "radiology", disease_course="progressing", level_count="three_or_more")
    again = course.pin(grown + course.dice.days(2, 6), "progression-mdt")
    course.change(again, "clinical-oncology", radiotherapy_plan="planned", pain_severity="moderate")
    finished = again + course.dice.days(9, 16)
    course.change(finished, "clinical-oncology", radiotherapy_plan="completed")
    course.change(finished + course.dice.days(25, 40), "clinical-oncology", disease_course="stable")


def supportive(course: Course) -> None:
    """Comfort first: an early decision, advance care planning, death within weeks."""
    planned = course.after(days=(2.0, 4.0))
    course.pin(course.after(hours=(20, 44)), "mri-whole-spine-1w")
    _imaged(course, course.after(hours=(46, 47)))
    course.pin(planned - timedelta(hours=1), "mdt-noms-discussion")
    treatment.agree(course, planned)
    course.pin(planned + course.dice.days(0.5, 3), "advance-care-planning")
    course.start(Phase.FOLLOW_UP, planned + course.dice.hours(2, 20))
    if not course.twist.moves:
        _decline(course)
    _move(course)


def alternative(course: Course) -> None:
    """Imaging shows something else, and the case is closed."""
    imaged = course.pin(course.after(days=(0.8, 5)), "mri-whole-spine-1w")
    _imaged(course, imaged + course.dice.hours(2, 5))
    found = course.dice.among(list(ALTERNATIVES))
    course.answers["consider-alternatives"] = [found]
    course.pin(imaged + course.dice.hours(6, 24), "consider-alternatives")
    closing = imaged + course.dice.days(2, 4)
    course.end(closing, CaseOutcome.ALTERNATIVE_DIAGNOSIS, ALTERNATIVES[found])


def _investigate(course: Course) -> datetime:
    """MRI, its reading and the MDT; returns when the plan is agreed."""
    soon = course.dice.chance(0.75)
    imaged = course.after(days=(1.0, 6.0) if soon else (7.4, 10.5))
    course.pin(imaged, "mri-whole-spine-1w")
    _imaged(course, imaged + course.dice.hours(2, 6))
    met = course.pin(imaged + course.dice.days(0.6, 2.5), "mdt-noms-discussion")
    if course.patient.details["spinal_stability"] == "unstable":
        course.start(Phase.STABILISATION, course.after(hours=(1, 5)))
    course.start(Phase.STABILISATION, met)
    return met + course.dice.hours(1, 5)


def _suspect(course: Course, suspected: datetime) -> datetime:
    """The first day of an emergency; returns when the plan is agreed."""
    dice, day = course.dice, suspected
    course.pin(day + dice.hours(0.1, 0.3), "mscc-clock-start")
    course.pin(day + dice.hours(0.35, 0.9), "call-mscc-coordinator-now", "mscc-coordinator-contact")
    course.pin(day + dice.hours(0.4, 0.9), "immobilise-spine", "mscc-immobilise")
    treatment.give_steroid(course, day + dice.hours(1.1, 3.4))
    late = course.twist.at_hours.get("mri")
    hours = (late, late) if late else ((6, 21) if dice.chance(0.75) else (25, 34))
    imaged = course.pin(day + dice.hours(*hours), "mri-whole-spine-24h", "mscc-mri-24h")
    read = course.pin(imaged + dice.hours(0.6, 2), "map-levels-escc", "mscc-escc-grade")
    course.pin(read + dice.hours(0.5, 1.5), "spinal-surgical-opinion", "mscc-surgical-decision")
    _imaged(course, read + timedelta(minutes=6), cord_compression=course.patient.details["cord_compression"])
    met = course.pin(read + dice.hours(1.6, 2.6), "mdt-noms-discussion")
    return met + dice.hours(0.5, 2)


def _imaged(course: Course, at: datetime, **more: str) -> None:
    """What the scan shows, and the calcium that has come back by then."""
    seen = {name: course.patient.details[name] for name in (*SEEN_ON_IMAGING, "hypercalcaemia")}
    course.change(at, "radiology", **seen, **more)


def _stand_down(course: Course, at: datetime) -> None:
    """Compression is excluded: no more steroid, no more bed rest, and the calm plan."""
    course.change(at, "clinical-oncology", immobilised=False)
    treatment.stop_steroid(course, at + timedelta(minutes=20), at + course.dice.days(1.5, 2.5))
    treatment.agree(course, at + course.dice.days(1.2, 3))
    treatment.give_planned(course, at + course.dice.days(3, 5))


def _follow(course: Course) -> None:
    """Home if in hospital, and follow-up two weeks after treatment or on day 21 when there was none."""
    started = (course.treated or course.opened + 7 * DAY) + 14 * DAY
    course.start(Phase.FOLLOW_UP, started)
    better = course.patient.responder
    course.change(
        started + timedelta(hours=1),
        "clinical-oncology",
        followup_stage="early",
        disease_course="responding" if better else "stable",
        **({"pain_severity": "mild"} if better and course.patient.worst_pain else {}),
    )
    if course.until - course.opened > 548 * DAY:
        course.change(course.opened + 570 * DAY, "clinical-oncology", followup_stage="late")
    _discharge(course)


def _discharge(course: Course) -> None:
    """After the operation or the plan, never before the first treatment is over."""
    if course.opening["care_setting"] != "inpatient" or course.patient.ecog == 4:
        return
    surgical = course.patient.details["surgery_plan"] == "planned"
    stay = course.dice.lognormal(11 if surgical else 7, 0.4)
    leaves = course.opened + timedelta(days=max(stay, 4))
    course.pin(leaves - course.dice.hours(2, 6), "discharge-plan")
    course.change(leaves, "clinical-nurse-specialist", care_setting="home")


def _decline(course: Course) -> None:
    """The last days, in a hospice where there is time for the move."""
    died = course.opened + timedelta(days=course.patient.survival_days)
    moves = died - course.dice.days(5, 8)
    if moves > course.opened + 4 * DAY:
        course.change(
            moves,
            "palliative-care",
            care_setting="hospice",
            treatment_intent="supportive_only",
            ambulation="non_ambulant",
        )


def _move(course: Course) -> None:
    for days, setting in course.twist.moves:
        course.change(course.opened + days * DAY, "clinical-nurse-specialist", care_setting=setting)


def _hand_over(course: Course) -> None:
    """The handover that ends a case on the emergency pathway; the main pathway has no such item."""
    excluded = course.patient.group == "excluded"
    course.pin(course.after(days=(3, 4) if excluded else (8, 13)), "mscc-handover")


SHAPES: Mapping[str, Callable[[Course], None]] = {
    "calm": calm,
    "emergency": emergency,
    "suspected_later": suspected_later,
    "progression": progression,
    "supportive": supportive,
    "alternative": alternative,
}
