"""What is said of rules without a case agrees with trying every case."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways import rule_logic, rules

STAGES = ["early", "middle", "late"]
SITES = ["neck", "chest", "back"]
FIELDS = [
    {"code": "stage", "type": "choice", "choices": [{"value": each, "label": each} for each in STAGES]},
    {
        "code": "sites",
        "type": "choice",
        "multiple": True,
        "choices": [{"value": each, "label": each} for each in SITES],
    },
    {"code": "age", "type": "number", "unit": "years", "min": 0, "max": 4},
    {"code": "weight", "type": "number", "min": 0, "max": 2},
    {"code": "fit", "type": "boolean"},
    {"code": "level", "type": "text", "pattern": "[TL][0-9]"},
]
SUBSETS = [list(each) for size in (1, 2, 3) for each in combinations(SITES, size)]
DOMAINS = {
    "stage": [None, *STAGES],
    "sites": [None, *SUBSETS],
    "age": [None, 0, 1, 2, 3, 4],
    "weight": [None, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2],
    "fit": [None, True, False],
    "level": [None, "T1", "T2", "L3"],
}
NAMED = {
    "stage": STAGES,
    "age": [-1, 0, 1, 2, 3, 4, 5],
    "weight": [0, 0.5, 1, 1.5, 2, 3],
    "fit": [True, False],
    "level": ["T1", "T2", "X9"],
}


@st.composite
def clauses(draw, fields):
    code = draw(st.sampled_from(fields))
    if code == "sites":
        return {"field": code, "has": draw(st.sampled_from(SITES))}
    operators = [each for each in rules.TESTS if each != "has"]
    operator = draw(
        st.sampled_from(
            [each for each in operators if code in ("age", "weight") or each not in rules.NUMBER_OPERATORS]
        )
    )
    one = st.sampled_from(NAMED[code])
    lists = st.lists(one, min_size=1, max_size=3, unique=True)
    return {"field": code, operator: draw(lists if operator in rules.LIST_OPERATORS else one)}


@st.composite
def pairs(draw):
    """Two rules over the same three fields, so that every case can be tried."""
    fields = draw(st.lists(st.sampled_from(list(DOMAINS)), min_size=1, max_size=3, unique=True))
    rule = st.dictionaries(
        st.sampled_from(rules.JOINERS),
        st.lists(clauses(fields), min_size=1, max_size=4),
        min_size=1,
        max_size=1,
    )
    return fields, draw(rule), draw(rule)


def every_case(fields):
    return [dict(zip(fields, values, strict=True)) for values in product(*(DOMAINS[each] for each in fields))]


@given(pairs())
def test_whether_a_rule_can_hold_is_what_trying_every_case_says(drawn):
    fields, one, _ = drawn
    assert rule_logic.can_hold(one, FIELDS) is any(rules.holds(one, case) for case in every_case(fields))


@given(pairs())
def test_an_example_makes_its_rule_true(drawn):
    _, one, _ = drawn
    found = rule_logic.example(one, FIELDS)
    assert found is None or rules.holds(one, found)


@given(pairs())
def test_whether_two_rules_exclude_each_other_is_what_trying_every_case_says(drawn):
    fields, one, other = drawn
    both = any(rules.holds(one, case) and rules.holds(other, case) for case in every_case(fields))
    assert rule_logic.exclude(one, other, FIELDS) is not both


@given(pairs())
def test_whether_a_rule_is_narrower_is_what_trying_every_case_says(drawn):
    fields, one, other = drawn
    escapes = any(rules.holds(one, case) and not rules.holds(other, case) for case in every_case(fields))
    assert rule_logic.implies(one, other, FIELDS) is not escapes


@pytest.mark.parametrize(
    "rule",
    [
        None,
        {"any": []},
        {"all": []},
        {"all": [{"field": "gone", "is": "early"}]},
        {"all": [{"field": "stage", "is": "never"}]},
    ],
)
def test_no_rule_and_a_rule_about_nothing_that_is_there_hold_for_no_case(rule):
    assert not rule_logic.can_hold(rule, FIELDS)


def test_an_age_between_two_whole_years_is_no_case():
    between = {"all": [{"field": "age", "at_least": 2.25}, {"field": "age", "at_most": 2.75}]}
    assert not rule_logic.can_hold(between, FIELDS)
    assert rule_logic.can_hold(
        {"all": [clause | {"field": "weight"} for clause in between["all"]]}, [FIELDS[3] | {"max": 5}]
    )


def test_what_is_not_one_text_may_be_another_that_the_pattern_takes():
    assert rule_logic.can_hold({"all": [{"field": "level", "is_not": "T1"}]}, FIELDS)
