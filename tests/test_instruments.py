"""A score is the sum of what was picked and carries a band only when everything was answered."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pathways import instruments

FIXTURE = Path(__file__).parent.parent / "fixtures" / "instruments.yaml"
INSTRUMENTS = {each["code"]: each for each in yaml.safe_load(FIXTURE.read_text())["instruments"]}
SINS = INSTRUMENTS["sins"]
SINS_ANSWERS = {
    "location": "mobile",
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "normal",
    "vertebral_collapse": "body_involved",
    "posterolateral": "bilateral",
}


def offered(instrument):
    """For each question the answers and what each counts, written out a second way for the tests."""
    if instrument["type"] == "sum":
        return {
            part["code"]: [(option["value"], option["points"]) for option in part["options"]]
            for part in instrument["components"]
        }
    if instrument["type"] == "grade":
        return {"grade": [(option["value"], option["order"]) for option in instrument["options"]]}
    return {
        "value": [(str(n), n) for n in range(instrument["min"], instrument["max"] + 1, instrument["step"])]
    }


def totals(instrument):
    reachable = {0}
    for answers in offered(instrument).values():
        reachable = {total + points for total in reachable for _, points in answers}
    return reachable


def answers_of(instrument, *, complete):
    questions = {code: st.sampled_from(answers) for code, answers in offered(instrument).items()}
    return st.fixed_dictionaries(questions if complete else {}, optional={} if complete else questions)


some_instrument = st.sampled_from(list(INSTRUMENTS.values()))
full_answers = some_instrument.flatmap(lambda each: st.tuples(st.just(each), answers_of(each, complete=True)))
some_answers = some_instrument.flatmap(
    lambda each: st.tuples(st.just(each), answers_of(each, complete=False))
)


def values(answers):
    return {code: value for code, (value, _) in answers.items()}


@given(some_answers)
def test_the_total_is_the_sum_of_the_points_answered(case):
    instrument, answers = case
    score = instruments.score(instrument, values(answers))
    assert score.total == (sum(points for _, points in answers.values()) if answers else None)
    assert (score.answered, score.of) == (len(answers), len(offered(instrument)))


@given(full_answers)
def test_a_full_total_lies_within_the_published_range(case):
    instrument, answers = case
    score = instruments.score(instrument, values(answers))
    orders = [option["order"] for option in instrument.get("options", [])]
    assert instrument.get("min", min(orders, default=0)) <= score.total
    assert score.total <= instrument.get("max", max(orders, default=0))


@given(some_answers)
def test_the_band_appears_only_when_everything_is_answered(case):
    instrument, answers = case
    score = instruments.score(instrument, values(answers))
    assert (score.band is not None) is score.complete is (len(answers) == len(offered(instrument)))


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_the_bands_cover_every_total_exactly_once(instrument):
    for total in totals(instrument):
        assert len([band for band in instrument["bands"] if band["min"] <= total <= band["max"]]) == 1


@given(full_answers)
def test_the_band_is_the_one_that_holds_the_total(case):
    instrument, answers = case
    score = instruments.score(instrument, values(answers))
    [band] = [band for band in instrument["bands"] if band["label"] == score.band]
    assert band["min"] <= score.total <= band["max"]


@given(full_answers, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(case, random):
    instrument, answers = case
    pairs = list(values(answers).items())
    random.shuffle(pairs)
    again = instruments.score(instrument, dict(pairs))
    assert again == instruments.score(instrument, values(answers))
    assert list(again.components) == list(offered(instrument))


@given(some_answers)
def test_an_empty_answer_is_no_answer(case):
    instrument, answers = case
    blanks = dict.fromkeys(offered(instrument), "")
    assert instruments.score(instrument, blanks | values(answers)) == instruments.score(
        instrument, values(answers)
    )


def test_the_published_example_adds_up():
    score = instruments.score(SINS, SINS_ANSWERS)
    assert (score.total, score.band, score.complete) == (11, "Potentially unstable", True)
    assert score.as_response() == {
        "instrument": "sins",
        "version": 1,
        "components": SINS_ANSWERS,
        "total": 11,
        "band": "Potentially unstable",
    }


@pytest.mark.parametrize(
    ("changed", "total", "band"),
    [
        ({"pain": "pain_free", "bone_lesion": "mixed", "posterolateral": "none"}, 4, "Stable"),
        ({"pain": "pain_free", "bone_lesion": "mixed"}, 7, "Potentially unstable"),
        ({"bone_lesion": "lytic", "alignment": "deformity"}, 13, "Unstable"),
        ({"vertebral_collapse": "under_half"}, 12, "Potentially unstable"),
    ],
)
def test_sins_changes_its_band_at_7_and_at_13(changed, total, band):
    score = instruments.score(SINS, SINS_ANSWERS | changed)
    assert (score.total, score.band) == (total, band)


@pytest.mark.parametrize(
    ("code", "answers", "errors"),
    [
        ("sins", {"pain": "mild"}, {"pain": "Choose one of the options"}),
        ("sins", {"mood": "good"}, {"mood": "Choose one of the options"}),
        ("sins", {"pain": ["mechanical"]}, {"pain": "Choose one of the options"}),
        ("sins", {"pain": "pain_free", "location": 3}, {"location": "Choose one of the options"}),
        ("escc", {"grade": "4"}, {"grade": "Choose one of the options"}),
        ("pain_nrs", {"value": "11"}, {"value": "Enter a whole number between 0 and 10"}),
        ("pain_nrs", {"value": "7.5"}, {"value": "Enter a whole number between 0 and 10"}),
        ("distress", {"value": {}}, {"value": "Enter a whole number between 0 and 10"}),
    ],
)
def test_an_answer_that_is_not_offered_is_refused_by_name(code, answers, errors):
    with pytest.raises(instruments.ScoreError) as refusal:
        instruments.score(INSTRUMENTS[code], answers)
    assert refusal.value.errors == errors


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS)
def test_the_questions_are_asked_in_the_order_of_the_instrument(instrument):
    assert instruments.questions(instrument) == list(offered(instrument))


def test_instruments_go_by_the_names_people_say():
    names = [instruments.short_name(instrument) for instrument in INSTRUMENTS.values()]
    assert names == ["SINS", "ESCC", "ASIA", "ECOG", "Pain NRS", "Distress"]
