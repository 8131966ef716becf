"""A difference is told in words, by phase, with what matters for safety first."""

from copy import deepcopy

import pytest
import yaml

from pathways.interop.difference_safety import is_longer
from pathways.interop.difference_words import Detail, told
from pathways.interop.template_difference import difference
from tests.interop.small import SHARED, SMALL

DISCIPLINES = {"radiology": "Radiology", "ward-team": "Ward team"}
FIELDS = {each.code: each.stored() for each in SHARED.case_fields}
SUSPECTED = {"field": "cord_compression", "is": "suspected"}
AGED = {"field": "age_years", "at_least": 9}


def when(*clauses, joiner="all"):
    return {"applies_when": {"text": "If so.", "rule": {joiner: list(clauses)}}}


@pytest.fixture
def old():
    document = yaml.safe_load(SMALL)
    shared = {name: [each.stored() for each in getattr(SHARED, name)] for name in ("instruments", "sources")}
    fields = [FIELDS[code] for code in document["template"]["case_fields"]]
    return document | shared | {"case_fields": fields, "notes": []}


@pytest.fixture
def new(old):
    return deepcopy(old)


def item(document, code="look"):
    return next(each for phase in document["phases"] for each in phase["items"] if each["code"] == code)


def words(old, new):
    return told(difference(old, new), old, new, DISCIPLINES)


def only_line(old, new):
    [(_, [line])] = words(old, new).groups
    return line


def reasons(old, new):
    return " ".join(text for line in words(old, new).check_these for text in line.why_safety)


CHANGED = [
    ({"title": "Look again"}, ("Title", "Look", "Look again")),
    ({"discipline": "ward-team"}, ("Discipline", "Radiology", "Ward team")),
    ({"requirement": "optional"}, ("Requirement", "Required", "Optional")),
    ({"repeat": None}, ("Repeats", "Every 7 days", "")),
    ({"response": {"kind": "text"}}, ("Response", "A date", "Text")),
    ({"response": {"kind": "score", "instrument": "sins"}}, ("Response", "A date", "A score: Spinal")),
    ({"depends_on": ["measure"]}, ("Waits for", "", "Measure")),
    (
        {"target": {"anchor": "item:measure", "within": "P2D", "basis": "published"}},
        (
            "Due",
            "4 hours after the case opened (local default)",
            "2 days after “Measure” is done (published target)",
        ),
    ),
]


@pytest.mark.parametrize(("fields", "detail"), CHANGED, ids=lambda each: str(next(iter(each))))
def test_each_field_is_told_before_and_after(old, new, fields, detail):
    item(new).update(fields)
    label, before, after = detail
    [found] = only_line(old, new).details
    assert (found.label, found.old) == (label, before)
    assert found.new.startswith(after)


def test_a_rule_is_told_in_words(old, new):
    item(new, "ask")["applies_when"]["rule"] = {"all": [{"field": "age_years", "at_least": 70}]}
    [detail] = only_line(old, new).details
    assert detail.label == "Rule"
    assert detail.old == "Spinal cord or cauda equina compression is Suspected"
    assert detail.new == "Age at opening (whole years) is 70 or more"


def test_what_happened_stands_under_its_phase_as_a_mark_and_a_word(old, new):
    new["phases"][1]["items"].append({**item(old, "grade"), "code": "again"})
    new["phases"][0]["items"] = [item(new, code) for code in ("ask", "measure", "look")]
    item(new, "look")["title"] = "Look again"
    found = words(old, new)
    shown = [(title, [(line.mark, line.word, line.code) for line in lines]) for title, lines in found.groups]
    assert shown == [
        (
            "Diagnosis",
            [("~", "Changed and moved", "look"), ("\N{MINUS SIGN}", "Removed", "grade")],
        ),
        ("Pain", [("+", "Added", "again")]),
    ]
    assert found.summary() == "1 added, 1 removed, 1 changed"


def test_a_phase_and_the_vocabulary_are_told_too(old, new):
    new["phases"][2]["goal"] = "Hold it well."
    new["case_fields"][1]["max"] = 90
    new["case_fields"].reverse()
    new["template"]["case_fields"].reverse()
    new["notes"].append({"code": "one", "title": "A note", "text": "Read it.", "sources": []})
    found = dict(words(old, new).groups)
    assert found["Stabilisation"][0].details == [("Goal", "Hold it.", "Hold it well.")]
    assert found["Case fields"][0].word == "Moved"
    assert [line.title for line in found["Notes"]] == ["A note"]
    assert "Template" not in found


def test_nothing_is_told_of_what_is_the_same(old, new):
    assert not words(old, new).groups


WEAKER = [
    ("look", {"requirement": "optional"}, "Was required, now optional"),
    ("look", {"requirement": "conditional", "applies_when": {"text": "If so."}}, "now conditional"),
    ("ask", {"requirement": "optional"}, "Was conditional, now optional"),
    ("look", {"target": None}, "No target any more"),
    (
        "look",
        {"target": {"anchor": "case_opened", "within": "P1D", "basis": "local"}},
        "Due later: 1 day, was 4 hours",
    ),
    (
        "look",
        {"target": {"anchor": "phase_started", "within": "PT4H", "basis": "local"}},
        "counts from something else",
    ),
    ("look", {"repeat": None}, "does not repeat any more"),
    ("look", {"repeat": "P14D"}, "repeats less often: every 14 days, was every 7 days"),
    ("look", {"discipline": "ward-team"}, "Another discipline"),
    ("measure", {"response": {"kind": "number", "unit": "mmol/L", "min": 1.0, "max": 6}}, "What is recorded"),
    ("ask", {"depends_on": []}, "no longer waits"),
    ("ask", {"applies_when": {"text": "If so."}}, "a person does"),
    ("ask", when(SUSPECTED, AGED), "Narrower rule"),
    ("ask", when(SUSPECTED, AGED, joiner="any"), "Wider rule"),
    ("ask", when(AGED), "Another rule"),
    ("ask", when(SUSPECTED, *[AGED | {"at_least": age} for age in range(20, 60)]), "Its rule is different"),
    ("ask", when({"field": "gone", "is": "suspected"}), "Its rule is different"),
]


@pytest.mark.parametrize(("code", "fields", "text"), WEAKER)
def test_what_matters_for_safety_is_to_be_checked(old, new, code, fields, text):
    item(new, code).update(fields)
    assert text in reasons(old, new)


STRONGER = [
    ("grade", {"requirement": "required"}),
    ("look", {"target": {"anchor": "case_opened", "within": "PT2H", "basis": "published"}}),
    ("look", {"repeat": "P3D"}),
    ("look", {"depends_on": ["measure"]}),
    ("look", {"title": "Look well", "guidance": "Look.", "sources": []}),
    ("ask", when(SUSPECTED)),
    ("ask", when({"field": "cord_compression", "in": ["suspected"]}, joiner="any")),
]


@pytest.mark.parametrize(("code", "fields"), STRONGER)
def test_what_asks_for_more_or_for_the_same_needs_no_second_look(old, new, code, fields):
    item(new, code).update(fields)
    assert words(old, new).groups
    assert not reasons(old, new)


def test_a_removed_item_is_to_be_checked_and_an_added_one_is_not(old, new):
    del new["phases"][0]["items"][3]
    new["phases"][1]["items"].append({**item(old), "code": "new", "title": "New"})
    [line] = words(old, new).check_these
    assert (line.code, line.word) == ("measure", "Removed")


def test_a_due_time_from_the_start_of_another_phase_is_to_be_checked(old, new):
    target = {"anchor": "phase_started", "within": "PT4H", "basis": "local"}
    item(old)["target"] = item(new)["target"] = target
    new["phases"][1]["items"].append(new["phases"][0]["items"].pop(0))
    assert "counts from something else" in reasons(old, new)


def test_a_score_that_adds_up_differently_is_to_be_checked(old, new):
    instrument = next(each for each in new["instruments"] if each["code"] == "sins")
    instrument["note"] = "Other words."
    assert not reasons(old, new)
    instrument["bands"][0]["max"] += 1
    assert "adds up is different" in reasons(old, new)


def test_what_can_be_entered_of_a_case_is_to_be_checked(old, new):
    new["case_fields"][0]["help"] = "Other words."
    assert not reasons(old, new)
    new["case_fields"][0]["choices"].pop()
    assert "What can be entered is different." in reasons(old, new)
    del new["case_fields"][2]
    assert "Removed: new cases do not say it." in reasons(old, new)


@pytest.mark.parametrize(
    ("one", "other"),
    [("P1D", "PT24H"), ("P1M", "P30D"), ("P30D", "P1M"), ("P2W", "P13D"), ("PT25H", "PT24H")],
)
def test_an_interval_is_longer_where_it_can_end_later(one, other):
    assert is_longer(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("PT24H", "P1D"), ("P7D", "P1W"), ("P4W", "P1M"), ("PT4H", "PT4H")]
)
def test_an_interval_is_not_longer_where_it_never_ends_later(one, other):
    assert not is_longer(one, other)


def test_long_texts_that_are_much_alike_are_told_word_for_word():
    before = "One of: Low (low); High (high); Very high indeed (very_high)"
    pieces = Detail("Response", before, before.replace("High (high); ", "")).pieces
    assert [kind for kind, _ in pieces] == ["same", "old", "same"]
    assert "".join(text for _, text in pieces) == before


def test_short_texts_are_told_whole():
    assert Detail("Due", "2 days", "9 days").pieces == [("old", "2 days"), ("same", " "), ("new", "9 days")]
    assert Detail("Due", "", "9 days").pieces == [("new", "9 days")]
