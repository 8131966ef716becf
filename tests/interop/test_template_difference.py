"""The difference of two documents says what happened, and makes the new one of the old one again."""

import json
from copy import deepcopy

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pathways.enums import Phase
from pathways.interop.template_difference import apply, difference, from_plain, longest_rising
from tests.factories import FIXTURES
from tests.interop.small import SMALL

CODES = st.sampled_from("abcdefghij")
VALUES = st.sampled_from(
    [1, 1.0, True, False, "1", "", "Text", ["x", "y"], ["y", "x"], {"is": 1}, {"is": True}]
)
FIELDS = st.dictionaries(st.sampled_from(["title", "guidance", "target", "repeat"]), VALUES)


def entries(max_size=6):
    each = st.builds(lambda code, fields: {"code": code, **fields}, CODES, FIELDS)
    return st.lists(each, max_size=max_size, unique_by=lambda entry: entry["code"])


@st.composite
def documents(draw):
    """Nothing that makes sense, but every list that a document has, with codes that come back in others."""
    phases = draw(st.permutations([phase.code for phase in Phase]))[: draw(st.integers(3, 6))]
    items = draw(entries(max_size=10))
    homes = [draw(st.sampled_from(phases)) for _ in items]
    lists = {name: draw(entries()) for name in ("case_fields", "instruments", "sources", "notes")}
    header = {"code": "one", "title": draw(st.sampled_from(["A", "B"]))} | draw(FIELDS) | {"title": "A"}
    return {
        "schema": 1,
        "template": header,
        "phases": [
            {
                "code": phase,
                "title": draw(st.sampled_from(["A", "B"])),
                "items": [item for item, home in zip(items, homes, strict=True) if home == phase],
            }
            for phase in phases
        ],
        **lists,
    }


def told(document):
    return json.dumps(document, sort_keys=True)


@given(documents(), documents())
def test_the_difference_applied_to_the_old_document_gives_the_new_one(old, new):
    found = difference(old, new)
    before = told(old)
    assert told(apply(old, found)) == told(new)
    assert told(old) == before


@given(documents(), documents())
def test_a_difference_can_be_carried_as_json(old, new):
    found = difference(old, new)
    assert from_plain(json.loads(json.dumps(found.plain()))) == found


@given(documents())
def test_a_document_does_not_differ_from_itself(document):
    assert not difference(document, deepcopy(document))


@given(st.permutations(range(8)))
def test_what_stands_still_is_as_much_as_can(numbers):
    rising = [numbers[index] for index in longest_rising(numbers)]
    assert rising == sorted(rising)
    best = [1] * 8
    for here in range(8):
        best[here] = 1 + max((best[each] for each in range(here) if numbers[each] < numbers[here]), default=0)
    assert len(rising) == max(best)


@pytest.fixture
def old():
    return yaml.safe_load(SMALL)


@pytest.fixture
def new(old):
    return deepcopy(old)


def kinds(old, new):
    return [
        (each.kind, each.part, each.code, each.phase, each.place) for each in difference(old, new).changes
    ]


def test_one_item_carried_past_others_is_one_move(old, new):
    items = new["phases"][0]["items"]
    items.append(items.pop(0))
    assert kinds(old, new) == [("moved", "item", "look", "diagnosis", 4)]


def test_what_is_added_or_removed_moves_nothing_else(old, new):
    items = new["phases"][0]["items"]
    del items[0]
    items.insert(1, {"code": "new", "title": "New"})
    assert kinds(old, new) == [
        ("added", "item", "new", "diagnosis", 2),
        ("removed", "item", "look", "diagnosis", 1),
    ]


def test_an_item_carried_to_another_phase_says_both_places(old, new):
    new["phases"][1]["items"].append(new["phases"][0]["items"].pop(2))
    [moved] = difference(old, new).changes
    assert (moved.kind, moved.code) == ("moved", "grade")
    assert moved.fields == (("phase", "diagnosis", "pain"), ("position", 3, 1))


def test_a_changed_item_says_each_field_with_both_values(old, new):
    item = new["phases"][0]["items"][0]
    item |= {"title": "Look again", "repeat": "P14D"}
    del item["guidance"]
    [changed] = difference(old, new).changes
    assert changed.kind == "changed"
    assert set(changed.fields) == {
        ("title", "Look", "Look again"),
        ("guidance", "Look well.", None),
        ("repeat", "P7D", "P14D"),
    }


def test_a_whole_number_is_no_truth_value(old, new):
    new["phases"][0]["items"][3]["response"]["min"] = True
    assert len(difference(old, new).changes) == 1


def test_one_shipped_pathway_becomes_the_other():
    files = [FIXTURES / "pathways" / f"{code}.yaml" for code in ("spinal-metastases", "mscc-emergency")]
    one, other = (yaml.safe_load(path.read_text()) | {"case_fields": []} for path in files)
    wanted = other | {"instruments": [], "sources": [], "notes": []}
    assert apply(one, difference(one, other)) == wanted
