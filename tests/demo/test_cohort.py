"""Every invented person agrees with themselves: the consistency rules, over three hundred draws."""

import pytest

from pathways.demo.chance import Dice
from pathways.demo.cohort import STABILITY, band_of, draw
from pathways.demo.stories import STORIES
from tests.demo.planning import parameters

REGIONS = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
NRS = {"none": (0, 0), "mild": (1, 4), "moderate": (5, 6), "severe": (7, 10)}


@pytest.fixture(scope="module")
def people():
    """Two hundred from the whole cohort, a hundred narrowed to each story in turn."""
    narrowed = [story.wanted for story in STORIES.values()]
    wanted = [{}] * 200 + [narrowed[number % len(narrowed)] for number in range(100)]
    return [draw(Dice(f"test:{number}"), parameters(), each) for number, each in enumerate(wanted)]


def test_sex_agrees_with_the_primary(people):
    assert {each.details["sex"] for each in people if each.details["primary_site"] == "prostate"} == {"male"}
    gynaecological = [each for each in people if each.details["primary_site"] == "gynaecological"]
    assert all(each.details["sex"] == "female" for each in gynaecological)


def test_everyone_is_an_adult_in_whole_years(people):
    assert all(type(each.details["age_years"]) is int for each in people)
    assert all(19 <= each.details["age_years"] <= 94 for each in people)


def test_the_regions_include_that_of_the_index_level(people):
    assert all(REGIONS[each.details["index_level"][0]] in each.details["spine_regions"] for each in people)


def test_one_level_means_one_region(people):
    single = [each for each in people if each.details["level_count"] == "one"]
    assert all(len(each.details["spine_regions"]) == 1 for each in single)


def test_location_points_follow_the_index_level(people):
    expected = {"T2": "junctional", "T5": "semirigid", "T12": "junctional", "L3": "mobile", "S2": "rigid"}
    found = {each.details["index_level"]: each.sins["location"] for each in people}
    assert all(found.get(level, location) == location for level, location in expected.items())


def test_lesion_points_follow_the_lesion_type(people):
    assert all(each.sins["bone_lesion"] == each.details["lesion_type"] for each in people)


def test_stability_agrees_with_the_band_or_is_one_step_more_cautious(people):
    for each in people:
        cautious = STABILITY.index(each.details["spinal_stability"]) - STABILITY.index(
            band_of(each.sins_total)
        )
        assert cautious in (0, 1)


def test_walking_agrees_with_the_grade(people):
    lost = [each for each in people if each.asia in ("A", "B")]
    assert all(each.details["ambulation"] == "non_ambulant" for each in lost)
    assert all(each.asia == "E" for each in people if each.details["neurological_deficit"] == "none")


def test_a_major_deficit_is_never_fully_active(people):
    major = [each for each in people if each.details["neurological_deficit"] == "major"]
    assert major
    assert all(each.ecog >= 1 for each in major)


def test_at_least_half_of_the_unfit_are_cared_for_supportively(people):
    unfit = [each for each in people[:200] if each.ecog >= 3]
    assert sum(each.plan == "supportive" for each in unfit) >= len(unfit) / 2


def test_mechanical_pain_is_at_least_moderate_and_named(people):
    mechanical = [each for each in people if each.sins["pain"] == "mechanical"]
    assert all(each.details["pain_severity"] in ("moderate", "severe") for each in mechanical)
    assert all("mechanical" in each.details["pain_pattern"] for each in mechanical)


def test_band_like_pain_makes_the_pattern_radicular(people):
    banded = [each for each in people if "band_pain" in each.features]
    assert banded
    assert all("radicular" in each.details["pain_pattern"] for each in banded)


def test_the_worst_pain_lies_in_its_severity(people):
    for each in people:
        low, high = NRS[each.details["pain_severity"]]
        assert low <= each.worst_pain <= high


def test_bone_findings_follow_the_score(people):
    for each in people:
        collapsed = each.sins["vertebral_collapse"] in ("over_half", "under_half")
        assert (each.details["pathological_fracture"] == "confirmed") == collapsed
        assert (each.details["spinal_deformity"] == "none") == (each.sins["alignment"] == "normal")
        assert each.details["pedicle_involvement"] == each.sins["posterolateral"]


def test_a_sacral_level_has_no_cord_to_grade(people):
    assert all(each.escc == "0" for each in people if each.details["index_level"][0] == "S")


def test_steroid_is_rare_where_compression_was_never_suspected(people):
    never = [each for each in people if each.group == "never"]
    hurt = [each for each in people if each.group == "confirmed"]
    hurt = [each for each in hurt if each.details["neurological_deficit"] in ("minor", "major")]
    assert sum(each.steroid for each in never) < 0.12 * len(never)
    assert sum(each.steroid for each in hurt) > 0.85 * len(hurt)


def test_denosumab_is_never_given_in_prostate_cancer(people):
    prostate = [each for each in people if each.details["primary_site"] == "prostate"]
    assert "denosumab" not in {each.agent for each in prostate}


def test_known_cancer_has_its_histology(people):
    known = [each for each in people if each.details["primary_status"] == "known"]
    assert all(each.details["histology_status"] == "confirmed" for each in known)
    assert {each.histology_route for each in known} == {"known_histology"}


def test_sbrt_is_for_few_levels_without_cord_contact_in_the_fit(people):
    chosen = [each for each in people if each.technique.startswith("sbrt")]
    assert chosen
    for each in chosen:
        assert each.details["level_count"] in ("one", "two")
        assert each.escc in ("0", "1a", "1b")
        assert each.ecog <= 2
        assert each.survival_days > 90


def test_the_same_seed_draws_the_same_person():
    one, other, third = (draw(Dice(seed), parameters(), {}) for seed in ("a", "a", "b"))
    assert one == other
    assert one != third
