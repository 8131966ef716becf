"""Rules conclude only from what a person entered, and say in words what they ask."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pathways import rules

FIXTURES = Path(__file__).parent.parent / "fixtures"
FIELDS = yaml.safe_load((FIXTURES / "case_fields.yaml").read_text())["case_fields"]
SINGLE = [field for field in FIELDS if field["type"] == "choice" and not field.get("multiple")]
MULTIPLE = [field for field in FIELDS if field.get("multiple")]
OPPOSITE = {"is": "is_not", "is_not": "is", "in": "not_in", "not_in": "in"}
SHIPPED = [
    item["applies_when"]["rule"]
    for path in sorted((FIXTURES / "pathways").glob("*.yaml"))
    for phase in yaml.safe_load(path.read_text())["phases"]
    for item in phase["items"]
    if (item.get("applies_when") or {}).get("rule")
]


def values(field):
    return [choice["value"] for choice in field["choices"]]


@st.composite
def single_clauses(draw):
    field = draw(st.sampled_from(SINGLE))
    operator = draw(st.sampled_from(sorted(OPPOSITE)))
    one = st.sampled_from(values(field))
    value = draw(st.lists(one, min_size=1, unique=True) if operator in rules.LIST_OPERATORS else one)
    return {"field": field["code"], operator: value}


@st.composite
def other_clauses(draw):
    field = draw(st.sampled_from(MULTIPLE))
    return draw(
        st.sampled_from(
            [
                {"field": field["code"], "has": draw(st.sampled_from(values(field)))},
                {"field": "age_years", "at_least": draw(st.integers(0, 105))},
                {"field": "age_years", "at_most": draw(st.integers(0, 105))},
                {"field": "immobilised", "is": draw(st.booleans())},
                {"field": "index_level", "is": "T9"},
            ]
        )
    )


clause_lists = st.lists(single_clauses() | other_clauses(), min_size=1, max_size=5)
rule_dicts = st.builds(
    lambda joiner, clauses: {joiner: clauses}, st.sampled_from(rules.JOINERS), clause_lists
)


def entered(field):
    if field["type"] == "choice":
        one = st.sampled_from(values(field))
        return st.lists(one, min_size=1, unique=True) if field.get("multiple") else one
    return {"number": st.integers(0, 105), "boolean": st.booleans(), "text": st.just("T9")}[field["type"]]


full_details = st.fixed_dictionaries({field["code"]: entered(field) for field in FIELDS})
some_details = st.fixed_dictionaries({}, optional={field["code"]: entered(field) for field in FIELDS})


@given(st.lists(single_clauses(), min_size=1, max_size=5), full_details)
def test_all_fails_exactly_when_any_opposite_holds(clauses, details):
    opposites = [
        {"field": clause["field"], OPPOSITE[key]: value}
        for clause in clauses
        for key, value in clause.items()
        if key != "field"
    ]
    assert rules.holds({"all": clauses}, details) is not rules.holds({"any": opposites}, details)


@given(clause_lists, some_details)
def test_all_and_any_join_what_each_clause_says_alone(clauses, details):
    alone = [rules.holds({"all": [clause]}, details) for clause in clauses]
    assert rules.holds({"all": clauses}, details) is all(alone)
    assert rules.holds({"any": clauses}, details) is any(alone)
    assert rules.holds({"any": clauses[::-1]}, details) is any(alone)


@given(rule_dicts, st.sampled_from([None, "", []]))
def test_nothing_is_concluded_from_a_field_that_nobody_entered(rule, nothing):
    [clauses] = rule.values()
    assert rules.holds(rule, {}) is False
    assert rules.holds(rule, {clause["field"]: nothing for clause in clauses}) is False


def test_is_not_needs_a_value_to_compare():
    rule = {"all": [{"field": "sex", "is_not": "male"}]}
    assert rules.holds(rule, {"sex": "female"})
    assert not rules.holds(rule, {"sex": "male"})
    assert not rules.holds(rule, {"sex": None})


@given(rule_dicts, full_details)
def test_a_rule_reads_only_the_fields_it_names(rule, details):
    [clauses] = rule.values()
    named = {clause["field"] for clause in clauses}
    few = {code: value for code, value in details.items() if code in named}
    assert rules.holds(rule, few) is rules.holds(rule, details)


def test_without_a_rule_or_a_clause_nothing_applies():
    assert not rules.holds(None, {"sex": "female"})
    assert not rules.holds({"all": []}, {"sex": "female"})


def test_at_least_and_at_most_take_the_bound_itself():
    for operator, below, above in (("at_least", False, True), ("at_most", True, False)):
        rule = {"all": [{"field": "age_years", operator: 60}]}
        assert rules.holds(rule, {"age_years": 60})
        assert rules.holds(rule, {"age_years": 59}) is below
        assert rules.holds(rule, {"age_years": 61}) is above


def test_true_is_not_the_number_one():
    rule = {"all": [{"field": "immobilised", "is": True}]}
    assert rules.holds(rule, {"immobilised": True})
    assert not rules.holds(rule, {"immobilised": 1})
    assert not rules.holds({"all": [{"field": "age_years", "at_least": 1}]}, {"age_years": True})


@given(rule_dicts)
def test_describe_names_every_field_it_asks_about(rule):
    [clauses] = rule.values()
    titles = {field["code"]: field["title"] for field in FIELDS}
    assert all(titles[clause["field"]] in rules.describe(rule, FIELDS) for clause in clauses)


def test_describe_speaks_in_the_labels_of_the_choices():
    rule = {
        "any": [
            {"field": "pain_severity", "in": ["moderate", "severe"]},
            {"field": "local_treatment", "has": "sbrt"},
            {"field": "age_years", "at_least": 60},
            {"field": "immobilised", "is": True},
        ]
    }
    assert rules.describe(rule, FIELDS) == (
        "Pain severity (team summary) is Moderate or Severe; "
        "or Local treatment given or planned includes SBRT; "
        "or Age at opening (whole years) is 60 or more; or Spine currently immobilised is Yes"
    )
    assert rules.describe(None, FIELDS) == "Switched on by a person"


@given(rule_dicts)
def test_a_rule_of_known_fields_and_choices_has_no_problems(rule):
    assert rules.problems(rule, FIELDS) == []


@pytest.mark.parametrize("rule", SHIPPED, ids=str)
def test_no_shipped_rule_has_a_problem(rule):
    assert rules.problems(rule, FIELDS) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({}, "Start the rule with one of all, any"),
        ([], "Start the rule with one of all, any"),
        ({"none": []}, "Start the rule with one of all, any"),
        ({"all": [], "any": []}, "Start the rule with one of all, any"),
        ({"all": []}, "at least one clause"),
        ({"all": [{"all": []}]}, "Clause 1: write one field and one comparison"),
        ({"all": [{"field": "sex", "is": "male", "is_not": "female"}]}, "write one field and one comparison"),
        ({"all": [{"field": "mood", "is": "good"}]}, "no case field is called mood"),
        ({"all": [{"field": ["sex"], "is": "male"}]}, "no case field is called"),
        ({"all": [{"field": "sex", "equals": "male"}]}, "equals is no comparison"),
        ({"all": [{"field": "sex", "is": "m"}]}, "sex has no choice m"),
        ({"all": [{"field": "sex", "in": "male"}]}, "in needs a list"),
        ({"all": [{"field": "sex", "in": ["male", "m"]}]}, "sex has no choice m"),
        ({"all": [{"field": "sex", "has": "male"}]}, "has cannot test it"),
        ({"all": [{"field": "pain_pattern", "is": "local"}]}, "use has"),
        ({"all": [{"field": "sex", "at_least": 3}]}, "at_least needs a number field"),
        ({"all": [{"field": "age_years", "at_least": "60"}]}, "compared with a number"),
        ({"all": [{"field": "immobilised", "is": "yes"}]}, "compared with true or false"),
        ({"all": [{"field": "index_level", "is": 9}]}, "compared with a text"),
    ],
)
def test_a_wrong_rule_is_told_in_words(rule, text):
    [problem] = rules.problems(rule, FIELDS)
    assert text in problem


def test_each_wrong_clause_is_told_with_its_number():
    sound = {"field": "sex", "is": "male"}
    wrong = {"field": "mood", "is": "good"}
    problems = rules.problems({"any": [wrong, sound, wrong]}, FIELDS)
    assert [problem.partition(":")[0] for problem in problems] == ["Clause 1", "Clause 3"]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["sex", "male", "field", "all"]),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["all", "any", "field", "is", "in"]), inner)
    ),
)


@given(anything, some_details)
def test_no_rule_however_malformed_breaks_the_check(rule, details):
    if rules.problems(rule, FIELDS) == []:
        assert rules.holds(rule, details) in (True, False)
        assert rules.describe(rule, FIELDS)
