"""What is planned and given in a story: radiotherapy, operations, cement, medicines."""

from datetime import datetime, timedelta

from pathways.enums import ItemStatus, Phase

from .course import Course
from .twists import Verdict

COURSE_DAYS = {
    "ebrt_single": 0,
    "ebrt_short": 7,
    "ebrt_long": 14,
    "imrt": 18,
    "sbrt_single": 0,
    "sbrt_multi": 7,
}
STEROID_ITEMS = ("dexamethasone-start", "mscc-dexamethasone")
WITHHELD = Verdict(
    status=ItemStatus.NOT_APPLICABLE,
    reason="not-appropriate",
    note="Withheld until a blood cancer is ruled out.",
)
PLANNED = ("treatment_intent", "surgery_plan", "radiotherapy_plan", "local_treatment", "systemic_therapy")
STABILISING = ("surgery_rt", "surgery_only")


def agree(course: Course, at: datetime) -> None:
    """The plan as the team agrees it; tumour control starts with it."""
    details = {name: course.patient.details[name] for name in PLANNED}
    if course.patient.agent != "none":
        details["bone_agent"] = "considered"
    course.pin(at - timedelta(minutes=4), "oncology-plan", "mscc-treatment-decision")
    course.change(at, "clinical-oncology", **details)
    course.start(Phase.TUMOUR_CONTROL, at - timedelta(minutes=4))


def agree_waiting(course: Course, at: datetime) -> None:
    """Drug treatment and watching; local treatment is not planned yet."""
    systemic = course.patient.details["systemic_therapy"]
    course.pin(at, "oncology-plan")
    course.change(at, "clinical-oncology", treatment_intent="disease_control", systemic_therapy=systemic)
    course.start(Phase.TUMOUR_CONTROL, at)


def give_planned(course: Course, planned: datetime) -> None:
    """Carry the plan out, each kind of treatment after its usual wait."""
    patient, dice = course.patient, course.dice
    ready = planned
    if patient.plan in STABILISING:
        ready = operate(course, planned + dice.hours(8, 20)) + dice.days(28, 40)
    if patient.plan == "cement_rt":
        ready = cement(course, planned + dice.days(2, 6)) + dice.days(5, 9)
    if patient.technique:
        urgent = patient.group == "confirmed" and ready == planned
        wait = dice.hours(9, 30) if urgent else dice.days(3, 13)
        irradiate(course, ready + (wait if ready == planned else timedelta(0)))
    if patient.agent != "none":
        course.change(planned + dice.days(9, 13), "medical-oncology", bone_agent=patient.agent)
    _mobilise(course, planned)


def irradiate(course: Course, start: datetime) -> None:
    """From the first fraction to the last; a single fraction is both."""
    days = COURSE_DAYS[course.patient.technique]
    end = start + timedelta(days=days)
    course.pin(start - course.dice.hours(1, 4), "radiotherapy-technique")
    course.pin(start, "radiotherapy-within-24h", "mscc-radiotherapy-24h")
    if course.patient.plan in STABILISING:
        course.pin(start, "postoperative-radiotherapy")
    if days:
        course.change(start + timedelta(minutes=20), "clinical-oncology", radiotherapy_plan="in_progress")
    course.pin(end + timedelta(hours=1), "radiotherapy-completed")
    course.change(end + timedelta(hours=2), "clinical-oncology", radiotherapy_plan="completed")
    course.treated = course.treated or end


def operate(course: Course, at: datetime) -> datetime:
    """The operation, with what is decided before it and checked after it; returns when it was."""
    dice = course.dice
    course.pin(at - dice.hours(3, 6), "fixation-plan")
    course.pin(at - dice.hours(1, 2.5), "preoperative-embolisation")
    course.pin(at, "cord-decompression", "mscc-operation")
    course.pin(at + dice.hours(1, 3), "spinal-fusion")
    course.pin(at + dice.hours(8, 24), "post-procedure-neurology")
    course.change(at + dice.hours(3.2, 6), "spinal-surgery", surgery_plan="done")
    course.treated = at
    return at


def cement(course: Course, at: datetime) -> datetime:
    """Cement is pinned on its decision; the check of neurology follows."""
    course.pin(at, "cement-augmentation")
    course.pin(at + course.dice.hours(5, 30), "post-procedure-neurology")
    return at


def give_steroid(course: Course, at: datetime) -> None:
    """A course from the first day, reduced once treatment has begun."""
    course.pin(at, *STEROID_ITEMS)
    if not course.patient.steroid:
        course.verdicts |= dict.fromkeys(STEROID_ITEMS, WITHHELD)
        return
    course.change(at + timedelta(minutes=9), "clinical-oncology", steroid_course="active")
    if course.patient.group == "confirmed":
        stop_steroid(course, at + course.dice.days(4, 7), at + course.dice.days(18, 26))


def stop_steroid(course: Course, reduced: datetime, stopped: datetime) -> None:
    if course.patient.steroid:
        course.change(reduced, "clinical-oncology", steroid_course="tapering")
        course.change(stopped, "pharmacy", steroid_course="completed")


def _mobilise(course: Course, planned: datetime) -> None:
    """Bed rest ends some days after the plan, where there was any."""
    if course.details(planned).get("immobilised"):
        course.change(planned + course.dice.days(2, 4.5), "spinal-surgery", immobilised=False)
