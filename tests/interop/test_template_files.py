"""A template file says exactly what a version stores, and the same content has the same digest."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.interop.template_files import TemplateFileError
from tests.interop.small import SMALL, changed, read


def test_the_small_template_is_whole():
    small = read(SMALL)
    assert [item.code for _, _, item in small.items()] == ["look", "ask", "grade", "measure"]
    assert [position for _, position, _ in small.items()] == [1, 2, 3, 4]


def test_a_template_may_be_written_as_json():
    whole = read(SMALL)
    content = whole.content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert read(json.dumps(content)).digest() == whole.digest()


def test_an_item_is_stored_with_its_condition_and_target():
    _, ask, *_ = (item.stored() for _, _, item in read(SMALL).items())
    assert ask == {
        "code": "ask",
        "title": "Ask",
        "guidance": "",
        "requirement": "conditional",
        "applies_text": "Compression is suspected.",
        "applies_rule": {"all": [{"field": "cord_compression", "is": "suspected"}]},
        "anchor": "item",
        "anchor_item": "look",
        "within": "P2D",
        "basis": "local",
        "repeat": "",
        "response": {
            "kind": "choice",
            "choices": [{"value": "good", "label": "Good"}, {"value": "bad", "label": "Bad"}],
        },
        "depends_on": ["look"],
        "sources": [],
    }


def test_an_item_without_a_target_is_stored_without_one():
    stored = [item.stored() for _, _, item in read(SMALL).items()][2]
    assert [stored[name] for name in ("anchor", "anchor_item", "within", "basis")] == [""] * 4
    assert stored["applies_rule"] is None


def test_a_version_stores_only_the_vocabulary_it_uses():
    small = read(SMALL)
    assert [field["code"] for field in small.case_fields()] == small.template.case_fields
    assert [instrument["code"] for instrument in small.instruments()] == ["asia"]
    assert [note["code"] for note in small.notes()] == ["note-age"]
    assert [source["code"] for source in small.sources()] == ["medtigo", "NG234", "ASIA"]


def test_a_range_keeps_the_numbers_as_they_were_written():
    response = [item.stored()["response"] for _, _, item in read(SMALL).items()][3]
    assert repr(response["min"]) == "1.0"
    assert repr(response["max"]) == "5"


def test_layout_and_comments_do_not_change_the_digest():
    text = changed("response: {kind: date}", "response:  # when\n      kind: 'date'")
    assert read(text).digest() == read(SMALL).digest()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Look\n", "title: Look again\n"),
        ("basis: local}\n    repeat", "basis: published}\n    repeat"),
        ("[note-age]", "[]"),
        ("kind: score, instrument: asia", "kind: score, instrument: escc"),
    ],
)
def test_any_change_of_content_changes_the_digest(old, new):
    assert read(changed(old, new)).digest() != read(SMALL).digest()


def taken_or_refused(text):
    with suppress(TemplateFileError):
        read(text)


@given(st.integers(min_value=0, max_value=SMALL.count("\n")), st.text(max_size=40))
def test_no_line_however_odd_does_worse_than_a_refusal(number, line):
    lines = SMALL.split("\n")
    lines[number] = line
    taken_or_refused("\n".join(lines))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(JSON, st.randoms(use_true_random=False))
def test_no_value_in_a_wrong_place_does_worse_than_a_refusal(value, random):
    content = read(SMALL).content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    place = content
    while isinstance(place, dict | list) and place:
        holder, key = place, random.choice(list(place) if isinstance(place, dict) else range(len(place)))
        place = holder[key]
        if random.random() < 0.2:
            break
    holder[key] = value
    taken_or_refused(json.dumps(content))
