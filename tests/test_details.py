"""Case details keep only what a person entered, each value within its field."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pathways import details

FIXTURES = Path(__file__).parent.parent / "fixtures"
FIELDS = yaml.safe_load((FIXTURES / "case_fields.yaml").read_text())["case_fields"]
BY_CODE = {field["code"]: field for field in FIELDS}


def errors(raw):
    with pytest.raises(details.DetailsError) as refusal:
        details.read(FIELDS, raw)
    return refusal.value.errors


def written(field):
    """What a form sends for a field, beside what is to be stored."""
    if field["type"] == "choice":
        values = [choice["value"] for choice in field["choices"]]
        if field.get("multiple"):
            chosen = st.lists(st.sampled_from(values), min_size=1)
            return chosen.map(lambda some: (some, [value for value in values if value in some]))
        return st.sampled_from([(value, value) for value in values])
    if field["type"] == "number":
        return st.integers(field["min"], field["max"]).map(lambda number: (f" {number}", number))
    if field["type"] == "boolean":
        return st.sampled_from([("yes", True), ("no", False)])
    return st.sampled_from([("T9", "T9"), (" l1 ", "L1"), ("c7", "C7")])


forms = st.fixed_dictionaries({}, optional={field["code"]: written(field) for field in FIELDS})


@given(forms, st.sampled_from([None, "", " ", []]))
def test_what_is_entered_is_stored_and_what_is_left_empty_is_not(form, nothing):
    blanks = dict.fromkeys(BY_CODE, nothing)
    read = details.read(FIELDS, blanks | {code: sent for code, (sent, _) in form.items()})
    assert read == {code: stored for code, (_, stored) in form.items()}


@given(forms)
def test_everything_read_can_be_shown(form):
    read = details.read(FIELDS, {code: sent for code, (sent, _) in form.items()})
    for code, value in read.items():
        assert details.show(BY_CODE[code], value) not in ("", details.NOT_ENTERED)


@given(forms, forms)
def test_changes_tell_each_field_that_differs_and_no_other(old_form, new_form):
    old = {code: stored for code, (_, stored) in old_form.items()}
    new = {code: stored for code, (_, stored) in new_form.items()}
    told = details.changes(FIELDS, old, new)
    differing = [field["title"] for field in FIELDS if old.get(field["code"]) != new.get(field["code"])]
    assert [title for title, _, _ in told] == differing
    assert all(before != after for _, before, after in told)
    assert details.changes(FIELDS, old, old) == []


def test_a_change_is_told_in_words():
    told = details.changes(
        FIELDS,
        {"pain_severity": "mild", "immobilised": True, "age_years": 71},
        {"pain_severity": "severe", "immobilised": False, "spine_regions": ["thoracic", "lumbar"]},
    )
    assert told == [
        ("Age at opening (whole years)", "71 years", "Not entered"),
        ("Spinal regions involved", "Not entered", "Thoracic, Lumbar"),
        ("Pain severity (team summary)", "Mild", "Severe"),
        ("Spine currently immobilised", "Yes", "No"),
    ]


def test_every_wrong_field_is_named_at_once_with_its_text():
    wrong = {
        "age_years": "106",
        "sex": "m",
        "comorbidities": ["diabetes", "gout"],
        "index_level": "T13",
        "immobilised": "perhaps",
        "pain_severity": "severe",
    }
    assert errors(wrong) == {
        "age_years": "Enter a whole number between 0 and 105 years",
        "sex": "Choose one of the options",
        "comorbidities": "Choose one or more of the options",
        "index_level": "Enter one value, for example T9",
        "immobilised": "Choose one of the options",
    }


def test_an_age_is_a_whole_number_of_years():
    assert errors({"age_years": "71.5"}) == {"age_years": "Enter a whole number between 0 and 105 years"}
    assert details.read(FIELDS, {"age_years": "71.0"}) == {"age_years": 71}


def test_a_text_field_refuses_what_identifies_a_person():
    field = {"code": "remark", "title": "Remark", "type": "text"}
    with pytest.raises(details.DetailsError) as refusal:
        details.read([field], {"remark": "lives at SW1A 1AA"})
    assert refusal.value.errors == {"remark": "Demonstration data only. Remove the postcode."}
    assert details.read([field], {"remark": "T11\nL1"}) == {"remark": "T11\nL1"}


def test_a_text_of_an_unexpected_form_is_refused():
    field = {"code": "grade", "title": "Grade", "type": "text", "pattern": "[A-E]"}
    with pytest.raises(details.DetailsError) as refusal:
        details.read([field], {"grade": "F"})
    assert refusal.value.errors == {"grade": "Enter a value of the expected form"}


def test_values_may_come_from_a_program_as_they_are_stored():
    stored = {"age_years": 71, "immobilised": False, "spine_regions": ["thoracic"], "index_level": "T9"}
    assert details.read(FIELDS, stored) == stored


def test_what_is_no_field_of_the_template_is_left_out():
    assert details.read(FIELDS, {"csrfmiddlewaretoken": "x", "sex": "female"}) == {"sex": "female"}


nasty = st.sampled_from(
    ["\x00", "\ud800", "nan", "1e400", "9" * 5000, "T9\x00", "yes", "a" * 201, " ", "none"]
)
scalars = nasty | st.text() | st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**400)
raw_values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(nasty, inner))


def outcome(raw):
    try:
        return details.read(FIELDS, raw), {}
    except details.DetailsError as refusal:
        return {}, refusal.errors


@given(st.dictionaries(st.sampled_from(list(BY_CODE)), raw_values, max_size=4))
def test_whatever_arrives_is_stored_or_refused_with_a_text(raw):
    read, refused = outcome(raw)
    assert all(code in BY_CODE and text.strip() for code, text in refused.items())
    json.dumps(read, allow_nan=False).encode()
    assert details.read(FIELDS, read) == read


def test_every_shipped_field_has_one_place_on_the_form():
    placed = [code for _, codes in details.GROUPS for code in codes]
    assert sorted(placed) == sorted(BY_CODE)
    assert [title for title, _ in details.grouped(FIELDS)] == [title for title, _ in details.GROUPS]


@given(st.lists(st.sampled_from([*BY_CODE, "mood", "diet"]), unique=True))
def test_grouping_loses_no_field_and_puts_unknown_ones_last(codes):
    groups = details.grouped([{"code": code} for code in codes])
    assert sorted(field["code"] for _, members in groups for field in members) == sorted(codes)
    others = [title for title, members in groups if {field["code"] for field in members} & {"mood", "diet"}]
    assert others in ([], ["Other"])
    assert not others or groups[-1][0] == "Other"
    assert all(members for _, members in groups)
