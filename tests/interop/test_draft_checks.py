"""Each thing that stops publishing, and each that only wants a look, is found at its place."""

from copy import deepcopy

import pytest
import yaml

from pathways.interop.draft_checks import findings_of
from tests.interop.small import SHARED, SMALL
from tests.interop.test_difference_words import DISCIPLINES, FIELDS, SUSPECTED, item, when

RULED = {"requirement": "conditional"}


@pytest.fixture(scope="module")
def whole():
    document = yaml.safe_load(SMALL)
    fields = [FIELDS[code] | {"sources": []} for code in document["template"]["case_fields"]]
    instruments = [each.stored() | {"sources": []} for each in SHARED.instruments]
    notes = [{"code": "note-age", "title": "Age", "text": "Read it.", "sources": []}]
    sources = [each.stored() for each in SHARED.sources]
    for phase in document["phases"][1:]:
        target = {"anchor": "case_opened", "within": "P9D", "basis": "local"}
        plain = {"discipline": "radiology", "requirement": "required", "response": {"kind": "tick"}}
        phase["items"] = [
            plain | {"code": f"in-{phase['code'].replace('_', '-')}", "title": "It", "target": target}
        ]
    found = {"case_fields": fields, "instruments": instruments, "sources": sources, "notes": notes}
    return document | found


@pytest.fixture
def document(whole):
    return deepcopy(whole)


def found(document, **known):
    known = {"disciplines": DISCIPLINES, "was_codes": {}} | known
    return findings_of(document, **known)


def told(document, **known):
    return [(each.level, each.part, each.code, each.field, each.text) for each in found(document, **known)]


def only(document, **known):
    [finding] = told(document, **known)
    return finding


def test_nothing_is_found_where_all_is_well(document):
    assert not told(document)


ERRORS = [
    ({"discipline": "surgon"}, "discipline", "'surgon' is not a discipline"),
    ({"title": "x" * 201}, "title", "is longer than 200 characters"),
    ({"title": ""}, "title", "is empty"),
    ({"guidance": "x" * 1001}, "guidance", "is longer than 1000 characters"),
    ({"depends_on": ["gone"]}, "depends_on", "'gone' is not an item of this template"),
    ({"depends_on": ["look"]}, "depends_on", "waits for itself: look → look"),
    (
        {"target": {"anchor": "item:gone", "within": "P1D", "basis": "local"}},
        "target",
        "'gone' is not an item of this template",
    ),
    (
        {"target": {"anchor": "item:ask", "within": "P1D", "basis": "local"}},
        "target",
        "waits for itself: look → ask → look",
    ),
    ({"sources": ["gone"]}, "sources", "'gone' is not a source"),
    ({"response": {"kind": "choice", "choices": []}}, "response", "needs at least 2"),
    ({"response": {"kind": "number", "unit": "mm", "min": 5, "max": 5}}, "response", "must be more than"),
    ({"response": {"kind": "score", "instrument": "gone"}}, "response", "'gone' is not an instrument"),
    (RULED, "applies_when", "is missing: a conditional item says when it applies"),
    (RULED | when({"field": "gone", "is": "suspected"}), "applies_when", "no case field is called gone"),
    (RULED | when({"field": "cord_compression", "is": "gone"}), "applies_when", "has no choice gone"),
    (
        RULED | when(SUSPECTED, {"field": "cord_compression", "is_not": "suspected"}),
        "applies_when",
        "No case can meet this rule",
    ),
]


@pytest.mark.parametrize(("fields", "field", "text"), ERRORS, ids=lambda each: str(each)[:40])
def test_an_error_stands_at_the_field_of_its_item(document, fields, field, text):
    item(document).update(fields)
    circle = [each for each in told(document) if each[2] == "look"] or told(document)
    [(level, part, _, at, said)] = circle
    assert (level, part, at) == ("error", "item", field)
    assert text in said or "waits for itself" in text


def test_a_code_that_stands_twice_is_an_error(document):
    item(document, "grade")["code"] = "look"
    assert ("error", "item", "look", "code", "'look' stands twice") in told(document)


def test_a_draft_without_items_is_an_error(document):
    for phase in document["phases"]:
        phase["items"] = []
    levels = [(each.level, each.part, each.text) for each in found(document)]
    assert levels[0] == ("error", "draft", "No phase has an item: add one")
    assert len(levels) == 7


def test_an_empty_phase_is_a_warning_at_the_phase(document):
    document["phases"][2]["items"] = []
    assert only(document) == ("warning", "phase", "stabilisation", "", "This phase has no item")


def test_what_is_wrong_with_a_phase_or_the_vocabulary_stands_there(document):
    document["phases"][1]["goal"] = ""
    assert only(document)[:4] == ("error", "phase", "pain", "goal")
    document["phases"][1]["goal"] = "Ease it."
    document["case_fields"][1]["max"] = -1
    document["instruments"][0]["bands"][0]["min"] = -7
    document["sources"][0]["title"] = ""
    wrong = {each[:4] for each in told(document)}
    source, field = document["sources"][0]["code"], document["case_fields"][1]["code"]
    assert wrong >= {("error", "source", source, "title")}
    document["sources"][0]["title"] = "A source"
    instrument = document["instruments"][0]["code"]
    assert {each[:3] for each in told(document)} == {
        ("error", "case_field", field),
        ("error", "instrument", instrument),
    }


def test_the_template_itself_is_not_judged(document):
    document["template"] |= {"reference_prefix": "T1", "title": ""}
    assert not told(document)


def test_a_changed_code_is_a_warning(document):
    was = {"look": "watch", "ask": "ask"}
    level, _, code, field, text = only(document, was_codes=was)
    assert (level, code, field) == ("warning", "look", "code")
    assert text.startswith("Was watch. Cases follow the code")


def test_a_new_item_with_the_code_of_another_one_is_a_warning(document):
    known = {"was_codes": {"ask": "ask"}, "published_codes": frozenset({"ask", "look"})}
    assert only(document, **known)[:4] == ("warning", "item", "look", "code")


def test_a_discipline_without_anybody_is_one_warning_at_its_first_item(document):
    finding = only(document, unstaffed=frozenset({"ward-team"}))
    assert finding[:4] == ("warning", "item", "ask", "discipline")
    assert finding[4] == "Nobody active belongs to Ward team, which has 3 items"


def test_a_repeat_without_a_target_is_a_warning(document):
    item(document, "measure")["repeat"] = "P7D"
    assert only(document)[:4] == ("warning", "item", "measure", "repeat")


DUE = {"anchor": "case_opened", "basis": "local"}


@pytest.mark.parametrize(
    ("target", "is_late"),
    [
        (DUE | {"within": "PT2H"}, True),
        (DUE | {"within": "PT4H"}, False),
        (DUE | {"within": "P1D"}, False),
        ({"anchor": "phase_started", "within": "PT2H", "basis": "local"}, True),
        ({"anchor": "item:measure", "within": "PT2H", "basis": "local"}, False),
        ({"anchor": "item:look", "within": "PT2H", "basis": "local"}, False),
    ],
)
def test_an_item_due_before_one_that_it_waits_for_is_a_warning(document, target, is_late):
    item(document, "ask")["target"] = target
    assert [each[:4] for each in told(document)] == [("warning", "item", "ask", "target")] * is_late


def test_due_times_from_the_start_of_a_later_phase_are_not_compared_with_the_opening(document):
    held = document["phases"][2]["items"][0]
    held |= {
        "target": {"anchor": "phase_started", "within": "PT1H", "basis": "local"},
        "depends_on": ["look"],
    }
    assert not told(document)


@pytest.mark.parametrize("field", ["depends_on", "target"])
def test_waiting_for_what_never_applies_at_the_same_time_is_a_warning(document, field):
    asked = item(document, "ask")
    del asked["target"], asked["depends_on"]
    other = when({"field": "cord_compression", "is_not": "suspected"})
    item(document, "measure").update(RULED | other | {"target": DUE | {"within": "P1D"}})
    anchored = {"anchor": "item:measure", "within": "P1D", "basis": "local"}
    asked[field] = {"depends_on": ["measure"], "target": anchored}[field]
    finding = only(document)
    assert finding[:4] == ("warning", "item", "ask", field)
    assert "“Measure” never applies when this item does" in finding[4]


def test_rules_too_long_to_be_judged_together_take_no_time(document):
    ages = [{"field": "age_years", "is_not": age} for age in range(20, 90)]
    for code in ("look", "ask", "measure"):
        item(document, code).update(RULED | when(SUSPECTED, *ages))
    assert not told(document)


def test_errors_come_first(document):
    document["phases"][2]["items"] = []
    item(document)["discipline"] = "gone"
    assert [each[0] for each in told(document)] == ["error", "warning"]
