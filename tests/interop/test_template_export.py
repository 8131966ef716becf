"""A version goes out as a file and comes back as exactly what it was."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways.interop.template_documents import digest_of
from pathways.interop.template_export import CONTENT_TYPES, Stamp, in_order, written
from pathways.interop.yaml_lines import read_yaml
from tests.interop.generated import LETTERS, NASTY, read_back, templates

FORMS = sorted(CONTENT_TYPES)
STAMP = Stamp(3, "draft")


def told(document):
    return json.dumps(document, sort_keys=True)


@pytest.mark.parametrize("form", FORMS)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(document=templates())
def test_a_file_reads_back_as_the_document_and_is_written_again_byte_for_byte(form, document):
    text = written(document, form, STAMP)
    file = read_back(text)
    assert told(file.document()) == told(document)
    assert file.content.version.digest == digest_of(document) == file.digest()
    assert written(file.document(), form, STAMP) == text


TEXTS = st.one_of(st.sampled_from(NASTY), st.text(LETTERS).map(lambda text: f" {text}"), st.text(LETTERS))
NUMBERS = st.integers(-(10**14), 10**14) | st.floats(-1e14, 1e14).map(lambda number: round(number, 9) + 0.0)
PLAIN = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.none(), NUMBERS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=9,
)


@pytest.mark.parametrize("form", FORMS)
@given(value=PLAIN)
def test_any_plain_value_is_read_as_it_was_written(form, value):
    content = read_yaml(written({"value": value}, form, STAMP), file="x").content
    assert told(content["value"]) == told(value)


def test_json_is_json():
    document = {"a": [1e-05, "é\u2028", {}, []]}
    assert json.loads(written(document, "json", STAMP))["a"] == document["a"]


def test_a_file_says_which_version_it_is_before_anything_else():
    lines = written(
        {"notes": [], "template": {"title": "A", "code": "a"}, "schema": 1}, "yaml", STAMP
    ).splitlines()
    assert lines[:4] == ["schema: 1", "version:", "  number: 3", "  status: draft"]
    assert lines[5:] == ["template:", "  code: a", "  title: A", "notes: []"]


def test_the_order_in_which_a_database_gives_names_changes_nothing():
    one = {"type": "number", "code": "a", "anchors": {"10": "Worst", "0": "None"}, "odd": 1, "max": 2}
    other = dict(sorted(one.items())) | {"anchors": {"0": "None", "10": "Worst"}}
    assert list(in_order(one)) == ["code", "type", "max", "anchors", "odd"]
    assert written({"a": one}, "yaml", STAMP) == written({"a": other}, "yaml", STAMP)


def test_a_text_of_several_paragraphs_is_a_block():
    assert "  a: |-\n    One.\n\n    Two.\n" in written({"x": {"a": "One.\n\nTwo."}}, "yaml", STAMP)


def test_the_digest_hangs_on_the_content_alone():
    one = {"schema": 1, "template": {"code": "a", "title": "A"}}
    other = {"version": {"number": 9}, "template": {"title": "A", "code": "a"}}
    assert digest_of(one) == digest_of(other)
    assert digest_of(one) != digest_of({"template": {"title": "B", "code": "a"}})
