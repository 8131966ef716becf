"""A response is read, judged and shown again; whatever arrives is answered with a text for people."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pathways import responses

FIXTURES = Path(__file__).parent.parent / "fixtures"
INSTRUMENTS = {
    each["code"]: each for each in yaml.safe_load((FIXTURES / "instruments.yaml").read_text())["instruments"]
}
SHIPPED = {
    item["code"]: item
    for path in sorted((FIXTURES / "pathways").glob("*.yaml"))
    for phase in yaml.safe_load(path.read_text())["phases"]
    for item in phase["items"]
}
NOW = datetime(2026, 11, 3, 10, 14, tzinfo=UTC)

TICK, DATE, TEXT = {"kind": "tick"}, {"kind": "date"}, {"kind": "text"}
CALCIUM = {"kind": "number", "unit": "mmol/L", "min": 1.0, "max": 5.0}
RATING = {"kind": "number", "unit": "0-100 rating", "min": 0, "max": 100}
SITE = {
    "kind": "choice",
    "choices": [
        {"value": "breast", "label": "Breast"},
        {"value": "lung", "label": "Lung"},
        {"value": "kidney", "label": "Kidney"},
    ],
}
SITES = SITE | {"multiple": True}
SINS, PAIN = {"kind": "score", "instrument": "sins"}, {"kind": "score", "instrument": "pain_nrs"}
ESCC, ECOG = {"kind": "score", "instrument": "escc"}, {"kind": "score", "instrument": "ecog"}
SPECS = [TICK, DATE, TEXT, CALCIUM, RATING, SITE, SITES, SINS, PAIN, ESCC]
SINS_ANSWERS = {
    "location": "mobile",
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "normal",
    "vertebral_collapse": "body_involved",
    "posterolateral": "bilateral",
}


def instrument_of(spec):
    return INSTRUMENTS.get(spec.get("instrument"))


def read(spec, raw, *, needs_time=False, now=NOW):
    return responses.read(spec, raw, instrument=instrument_of(spec), needs_time=needs_time, now=now)


def show(spec, stored):
    return responses.show(spec, stored, instrument_of(spec))


def complete(spec, stored):
    return responses.is_complete(spec, stored, instrument_of(spec))


def errors(spec, raw, **options):
    with pytest.raises(responses.ResponseError) as refusal:
        read(spec, raw, **options)
    return refusal.value.errors


@pytest.mark.parametrize(
    ("spec", "raw", "stored", "shown"),
    [
        (TICK, {"value": "yes"}, {"value": True}, "Yes"),
        (CALCIUM, {"value": "2.4"}, {"value": 2.4, "unit": "mmol/L"}, "2.40 mmol/L"),
        (CALCIUM, {"value": " 2.125 "}, {"value": 2.125, "unit": "mmol/L"}, "2.125 mmol/L"),
        (RATING, {"value": "65"}, {"value": 65, "unit": "0-100 rating"}, "65 (0-100 rating)"),
        (SITE, {"value": "breast"}, {"value": "breast"}, "Breast"),
        (SITES, {"value": ["kidney", "breast"]}, {"value": ["breast", "kidney"]}, "Breast, Kidney"),
        (SITES, {"value": "lung"}, {"value": ["lung"]}, "Lung"),
        (TEXT, {"value": " L1\r\nfixed \x00"}, {"value": "L1\nfixed"}, "L1\nfixed"),
        (DATE, {"day": "3", "month": "nov", "year": "2026"}, {"value": "2026-11-03"}, "3 Nov 2026"),
        (DATE, {"value": "2026-11-03"}, {"value": "2026-11-03"}, "3 Nov 2026"),
        (DATE, {"value": "2026-07-03T23:30:00Z"}, {"value": "2026-07-04"}, "4 Jul 2026"),
    ],
)
def test_each_kind_is_stored_and_shown(spec, raw, stored, shown):
    assert read(spec, raw) == stored
    assert show(spec, stored) == shown
    assert complete(spec, stored)


@pytest.mark.parametrize(
    ("spec", "raw", "shown"),
    [
        (SINS, SINS_ANSWERS, "SINS 11 of 18, Potentially unstable"),
        (ESCC, {"grade": "1c"}, "ESCC 1c, Cord abutment"),
        (ECOG, {"grade": "1"}, "ECOG 1"),
        (PAIN, {"value": "7"}, "Pain NRS 7 of 10, Severe"),
        (PAIN, {"value": "0"}, "Pain NRS 0 of 10, None"),
    ],
)
def test_a_score_is_shown_beside_its_range_with_its_band(spec, raw, shown):
    stored = read(spec, raw)
    assert show(spec, stored) == shown
    assert complete(spec, stored)


def test_a_half_answered_score_may_be_saved_but_not_done():
    stored = read(SINS, {"pain": "mechanical", "location": "rigid", "alignment": ""})
    assert stored["components"] == {"location": "rigid", "pain": "mechanical"}
    assert (stored["total"], stored["band"]) == (3, None)
    assert show(SINS, stored) == "SINS 2 of 6 answered, 3 so far"
    assert not complete(SINS, stored)


def test_nothing_stored_is_shown_as_nothing_and_is_not_complete():
    for spec in SPECS:
        for stored in (None, {}):
            assert show(spec, stored) == ""
            assert not complete(spec, stored)


def test_a_zero_is_an_answer():
    stored = read(RATING, {"value": "0"})
    assert complete(RATING, stored)
    assert show(RATING, stored) == "0 (0-100 rating)"


@pytest.mark.parametrize("value", [None, "", [], False])
def test_an_empty_value_is_not_complete(value):
    assert not complete(TEXT, {"value": value})


def test_a_score_that_its_instrument_no_longer_offers_is_not_complete():
    stored = read(SINS, SINS_ANSWERS)
    assert not complete(SINS, stored | {"components": {"mood": "good"}})


@pytest.mark.parametrize(
    ("spec", "raw", "expected"),
    [
        (TICK, {}, {"value": "Tick to confirm"}),
        (TICK, {"value": "no"}, {"value": "Tick to confirm"}),
        (TICK, {"value": ["yes"]}, {"value": "Tick to confirm"}),
        (CALCIUM, {"value": ""}, {"value": "Enter a number between 1.0 and 5.0 mmol/L"}),
        (CALCIUM, {"value": "0.9"}, {"value": "Enter a number between 1.0 and 5.0 mmol/L"}),
        (CALCIUM, {"value": "5.000001"}, {"value": "Enter a number between 1.0 and 5.0 mmol/L"}),
        (CALCIUM, {"value": "2.1234567"}, {"value": "Enter a number between 1.0 and 5.0 mmol/L"}),
        (CALCIUM, {"value": ["2.4"]}, {"value": "Enter a number between 1.0 and 5.0 mmol/L"}),
        ({"kind": "number", "min": 1}, {"value": "0"}, {"value": "Enter a number of at least 1"}),
        ({"kind": "number", "max": 9}, {"value": "10"}, {"value": "Enter a number of at most 9"}),
        ({"kind": "number"}, {"value": "1e3"}, {"value": "Enter a number"}),
        (SITE, {"value": ""}, {"value": "Choose one of the options"}),
        (SITE, {"value": "skin"}, {"value": "Choose one of the options"}),
        (SITE, {"value": ["lung"]}, {"value": "Choose one of the options"}),
        (SITES, {"value": []}, {"value": "Choose one or more of the options"}),
        (SITES, {"value": ["lung", "skin"]}, {"value": "Choose one or more of the options"}),
        (TEXT, {"value": " \x00 "}, {"value": "Enter a text"}),
        (TEXT, {"value": ["a"]}, {"value": "Enter a text"}),
        (TEXT, {"value": "a" * 10_001}, {"value": "Use at most 10,000 characters"}),
        (
            TEXT,
            {"value": "Ask ward.clerk@example.invalid"},
            {"value": "Demonstration data only. Remove the e-mail address."},
        ),
        (SINS, {}, {"location": "Answer at least one question"}),
        (SINS, {"pain": "mild"}, {"pain": "Choose one of the options"}),
        (SINS, {"pain": ["mechanical"]}, {"pain": "Choose one of the options"}),
        (PAIN, {"value": "11"}, {"value": "Enter a whole number between 0 and 10"}),
    ],
)
def test_a_refusal_names_the_part_and_says_what_to_enter(spec, raw, expected):
    assert errors(spec, raw) == expected


@given(st.decimals(1, 5, places=6))
def test_a_number_survives_reading_json_and_showing(number):
    stored = read(CALCIUM, {"value": f"{number}"})
    assert json.loads(json.dumps(stored)) == stored
    assert float(show(CALCIUM, stored).split()[0]) == float(number) == stored["value"]


@pytest.mark.parametrize("value", [2, 2.0, "2", "2.0", "2.000000", "02"])
def test_one_number_is_stored_one_way_however_it_was_written(value):
    assert repr(read(CALCIUM, {"value": value})["value"]) == "2"


NOT_NUMBERS = [
    "nan",
    "inf",
    "-Infinity",
    "1e400",
    "1e-9",
    "1,5",
    "2.",
    ".5",
    "+2",
    "--2",
    "2 mmol",
    "\u0662",
    "9" * 5000,
]


@pytest.mark.parametrize(
    "value",
    [*NOT_NUMBERS, float("nan"), float("inf"), 10**5000, True, None, {}, [2], "1" * 10],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_plain_number_is_refused(value):
    assert errors({"kind": "number"}, {"value": value}) == {"value": "Enter a number"}


nasty = st.sampled_from(
    [
        "",
        "\x00",
        "\ud800",
        "nan",
        "1e400",
        "9" * 5000,
        "30",
        "2",
        "2026",
        "25:99",
        "01:30",
        "yes",
        "breast",
        "2.4",
    ]
    + ["2026-02-30", "2026-03-29T01:30", "9999-12-31T23:59:59-23:59", "mechanical", "1c", "7", "a" * 10_001]
)
scalars = nasty | st.text() | st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**400)
raw_values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty, inner))
PARTS = ["value", "day", "month", "year", "time", "grade", *SINS_ANSWERS]
raws = st.dictionaries(st.sampled_from(PARTS) | st.text(), raw_values)
likely_raws = st.fixed_dictionaries({}, optional=dict.fromkeys(PARTS, nasty))


def outcome(spec, raw, needs_time):
    try:
        return read(spec, raw, needs_time=needs_time), {}
    except responses.ResponseError as refusal:
        return None, refusal.errors


@given(st.sampled_from(SPECS), raws | likely_raws, st.booleans())
def test_whatever_arrives_is_stored_and_shown_or_refused_with_a_text(spec, raw, needs_time):
    stored, refused = outcome(spec, raw, needs_time)
    assert (stored is None) is bool(refused)
    assert all(part in PARTS and text.strip() for part, text in refused.items())
    json.dumps(stored, allow_nan=False).encode()
    assert bool(show(spec, stored)) is bool(stored)
    assert complete(spec, stored) in (True, False)


unstorable_texts = st.text(st.sampled_from("ab\x00\ud800\udfff\u00e9\U0001f9b4"))


@given(
    st.recursive(unstorable_texts, lambda inner: st.lists(inner) | st.dictionaries(unstorable_texts, inner))
)
def test_cleaning_leaves_at_no_depth_what_postgresql_refuses(value):
    cleaned = responses.clean(value)
    text = json.dumps(cleaned, ensure_ascii=False)
    assert "\\u0000" not in text
    assert text.encode().decode() == text
    assert responses.clean(cleaned) == cleaned


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_cleaning_leaves_every_other_text_alone(text):
    assert responses.clean(text) == text


@pytest.mark.parametrize("code", SHIPPED)
def test_every_shipped_response_can_be_answered(code):
    spec = SHIPPED[code]["response"]
    within = (SHIPPED[code].get("target") or {}).get("within", "")
    raw = {"value": str(spec.get("min", "7"))}
    if spec["kind"] == "choice":
        raw = {
            "value": [spec["choices"][0]["value"]] if spec.get("multiple") else spec["choices"][0]["value"]
        }
    elif spec["kind"] == "date":
        raw = {"value": "2026-11-03T09:00:00Z"}
    elif spec["kind"] == "tick":
        raw = {"value": "yes"}
    elif spec["kind"] == "score":
        raw = {
            "value": "7",
            "grade": (instrument_of(spec).get("options") or [{"value": ""}])[0]["value"],
            **SINS_ANSWERS,
        }
    stored = read(spec, raw, needs_time=responses.needs_time(within))
    assert complete(spec, stored)
    assert show(spec, stored)
