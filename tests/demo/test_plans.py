"""What the demonstration's cases will be, before anything is written."""

from collections import Counter
from datetime import timedelta

import pytest

from pathways import responses
from pathways.demo.answers import answer
from pathways.demo.chance import Dice
from pathways.demo.cohort import draw
from pathways.demo.course import Course
from pathways.demo.people import STAFF, coordinator_of, works_in
from pathways.demo.steps import Do
from pathways.demo.stories import EMERGENCY, MAIN, STORIES, allot
from pathways.demo.twists import TWISTS, Twist
from pathways.enums import CaseOutcome, ItemStatus, Phase
from tests.demo.planning import NOW, lines, parameters, pathway, plans, shipped


@pytest.fixture(scope="module")
def planned():
    return shipped()


both_pathways = pytest.mark.parametrize("code", [MAIN, EMERGENCY])


def steps_of(planned, do):
    return [step for plan in planned for step in plan.steps if step.do == do]


def relative(plan, now):
    """The plan with every time as a distance from the reference moment."""
    steps = [{**vars(step), "at": step.at - now, "raw": None} for step in plan.steps]
    return plan.telling, plan.opened - now, plan.details, steps


def test_the_same_seed_gives_the_same_plans():
    assert plans(6, seed=7) == plans(6, seed=7)
    assert plans(6, seed=7) != plans(6, seed=8)


def test_another_day_gives_the_same_plans_at_the_same_distance():
    later = NOW + timedelta(days=11)
    found = [relative(plan, later) for plan in plans(6, now=later)]
    assert found == [relative(plan, NOW) for plan in plans(6)]


def test_summer_time_moves_no_plan_by_more_than_the_hour():
    summer = NOW.replace(month=6, hour=8)
    assert [relative(plan, summer) for plan in plans(6, now=summer)] == [
        relative(plan, NOW) for plan in plans(6)
    ]


def test_every_story_is_told(planned):
    assert {plan.telling.story for plan in planned} == set(STORIES)


def test_stories_are_told_by_their_weight():
    told = allot(480)
    total = sum(story.weight for story in STORIES.values())
    assert all(abs(told[name] - 480 * story.weight / total) <= 2 for name, story in STORIES.items())


def test_few_cases_still_vary():
    assert sum(allot(3).values()) == 3
    assert max(allot(11).values()) == 1


def test_every_edge_case_is_among_them(planned):
    assert {twist.name for twist in TWISTS} <= {plan.telling.twist.name for plan in planned}


def test_both_pathways_are_used_and_the_main_one_mostly(planned):
    used = Counter(plan.telling.template for plan in planned)
    assert used[MAIN] > 3 * used[EMERGENCY] > 0


def test_both_teams_have_cases(planned):
    shares = Counter(plan.telling.team for plan in planned)
    assert min(shares["rowan"], shares["larch"]) >= 10


def test_most_cases_opened_in_the_last_ninety_days(planned):
    recent = [plan for plan in planned if NOW - plan.opened <= timedelta(days=90)]
    assert len(recent) >= 40


def test_no_two_cases_open_at_the_same_moment(planned):
    assert len({plan.opened for plan in planned}) == len(planned)


def test_the_actions_stay_within_their_budget(planned):
    assert sum(plan.actions for plan in planned) <= 3000


def test_every_item_status_appears(planned):
    recorded = {step.status for step in steps_of(planned, Do.RECORD)}
    assert recorded | {ItemStatus.NOT_STARTED} == set(ItemStatus)


def test_everything_that_a_team_does_appears(planned):
    assert {step.do for plan in planned for step in plan.steps} == set(Do)


def test_cases_close_in_several_ways(planned):
    outcomes = {step.outcome for step in steps_of(planned, Do.CLOSE)}
    wanted = {CaseOutcome.DIED, CaseOutcome.TRANSFERRED, CaseOutcome.ALTERNATIVE_DIAGNOSIS}
    assert wanted | {CaseOutcome.PATHWAY_COMPLETE} <= outcomes


def test_nothing_is_dated_before_the_opening_or_in_the_future(planned):
    for plan in planned:
        assert all(plan.opened < step.at <= NOW for step in plan.steps)


def test_nothing_is_dated_after_death_or_close(planned):
    for plan in planned:
        closing = [number for number, step in enumerate(plan.steps) if step.do == Do.CLOSE]
        reopened = any(step.do == Do.REOPEN for step in plan.steps)
        assert reopened or closing in ([], [len(plan.steps) - 1])
        assert plan.died is None or plan.steps[-1].at == plan.died


def test_steps_stand_in_the_order_of_time(planned):
    for plan in planned:
        times = [step.at for step in plan.steps]
        assert times == sorted(times)


def test_a_bone_agent_dose_follows_its_safety_check(planned):
    for plan in planned:
        codes = [step.code for step in plan.steps if step.status == ItemStatus.DONE]
        if "bone-agent-given" in codes:
            assert "bone-agent-safety-check" in codes[: codes.index("bone-agent-given")]


def test_one_case_holds_three_years_of_bone_agent_doses(planned):
    doses = Counter(
        plan.telling.number for plan in planned for step in plan.steps if step.code == "bone-agent-given"
    )
    assert max(doses.values()) > 40


def test_an_mri_was_done_at_thirty_one_hours(planned):
    plan = next(each for each in planned if each.telling.twist.name == "MRI at 31 hours")
    done = next(step for step in plan.steps if step.code == "mri-whole-spine-24h")
    assert timedelta(hours=31) <= done.at - plan.opened < timedelta(hours=31.1)


def test_excluded_compression_stops_the_steroid(planned):
    plan = next(each for each in planned if each.telling.twist.name == "compression excluded by MRI")
    changes = [step.details for step in plan.steps if step.do == Do.DETAILS]
    assert any(each.get("cord_compression") == "excluded" for each in changes)
    assert any(each.get("steroid_course") == "completed" for each in changes)


def test_a_case_turns_suspected_weeks_after_it_opened(planned):
    plan = next(each for each in planned if each.telling.story == "suspected_later")
    suspected = next(step for step in plan.steps if step.details.get("cord_compression") == "suspected")
    assert plan.details["cord_compression"] == "not_suspected"
    assert suspected.at - plan.opened > timedelta(days=12)


def test_a_death_comes_before_the_diagnosis_is_complete(planned):
    name = "death before the diagnosis phase is complete"
    plan = next(each for each in planned if each.telling.twist.name == name)
    settled = {step.code for step in plan.steps if step.do == Do.RECORD}
    assert plan.died - plan.opened < timedelta(days=3)
    assert {line.code for line in lines(MAIN) if line.phase == Phase.DIAGNOSIS and not line.rule} - settled


def test_distress_and_pain_go_to_their_extremes(planned):
    raised = {
        (step.code, step.raw["value"])
        for step in steps_of(planned, Do.RECORD)
        if step.code in ("pain-score", "distress-screen") and step.raw and "value" in step.raw
    }
    assert {
        ("pain-score", "0"),
        ("pain-score", "10"),
        ("distress-screen", "0"),
        ("distress-screen", "10"),
    } <= raised


def test_every_entry_is_made_by_a_member_of_the_team(planned):
    teams = {person.username: person.teams for person in STAFF}
    for plan in planned:
        assert {teams[step.by].get(plan.telling.team) for step in plan.steps} <= {"member", "coordinator"}
        assert plan.opened_by == coordinator_of(plan.telling.team)


def test_a_discipline_without_a_member_is_covered_by_the_coordinator():
    assert works_in("rowan", "spinal-surgery") == "okafor"
    assert works_in("larch", "spinal-surgery") == "osei"
    assert works_in("larch", "acute-oncology-mscc-coordinator") == "ferreira"


@both_pathways
def test_every_item_has_an_answer_that_its_form_accepts(code):
    instruments = {each["code"]: each for each in pathway(code).instruments()}
    course = example_course()
    for line in lines(code):
        raw = answer(course, line, NOW, 1)
        read = responses.read(
            line.response,
            raw,
            instrument=instruments.get(line.response.get("instrument")),
            needs_time=responses.needs_time(line.within),
            now=NOW,
        )
        assert responses.is_complete(line.response, read, instruments.get(line.response.get("instrument")))


def example_course():
    dice = Dice("answers")
    wanted = {"plan": ["rt_only"], "bone_agent": ["zoledronic_acid"], "primary_site": ["breast"]}
    patient = draw(dice, parameters(), wanted)
    return Course(patient, dice, Twist(story="calm"), opened=NOW - timedelta(days=30), until=NOW)
