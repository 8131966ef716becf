"""A content file is one plain document: nothing that builds objects, repeats itself or grows."""

import time
from contextlib import suppress

import pytest

from pathways.interop.yaml_lines import TemplateFileError, read_yaml
from tests.interop.small import changed, read, refusal


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: is empty"),
        ("# nothing\n", "line 1: is empty"),
        ("just words", "line 1: must hold named fields"),
        ("a: 1\n---\nb: 2\n", "line 2: holds a second document"),
        ("a: [1\nb: 2\n", "line 2: did not find expected ',' or ']'"),
        ("a: &anchor 1\n", "line 1: anchors and aliases are not allowed"),
        ("a: 1\nb: *a\n", "line 2: anchors and aliases are not allowed"),
        ("a: 1\nb: !!python/name:os.system x\n", "line 2: tags are not allowed"),
        ("a: 1\nb: {c: 1, c: 2}\n", "line 2, b.c: stands twice"),
        ("a: 1\n? [b, c]\n: 2\n", "line 2: a field name must be plain text"),
        ("a: 1\nb: 'x\x01y'\n", "line 2: holds a character that cannot be shown"),
        ('a: 1\nb: "\\ud800"\n', "line 2: found invalid Unicode character escape code"),
        ('a: 1\nb: "\\0"\n', "line 2, b: holds a character that cannot be shown"),
        ('"\\0": 1\n', "line 1: holds a character that cannot be shown"),
        ('a: "\\UFFFFFFFF"\n', "line 1: found invalid Unicode character escape code"),
        ("a: 1\nb: \ud800\n", "line 2: holds a character that cannot be shown"),
        ("a: 1\n\n\ufffe: 2\n", "line 3: holds a character that cannot be shown"),
        ("[" * 11 + "]" * 11, "line 1: is nested deeper than 10 levels"),
        ("[" * 90_000, "line 1: is nested deeper than 10 levels"),
        ("x" * (256 * 1024 + 1), "line 1: is larger than 256 KB"),
        ("é" * (128 * 1024 + 1), "line 1: is larger than 256 KB"),
    ],
)
def test_a_file_is_one_plain_document(text, problem):
    assert refusal(text) == f"small.yaml, {problem}"


def test_words_that_older_yaml_takes_for_something_else_stay_words():
    text = changed("title: Look\n", "title: no\n").replace("Look well.", "2026-11-03")
    _, _, item = next(read(text).items())
    assert (item.title, item.guidance) == ("no", "2026-11-03")


def values(text):
    return read_yaml(text, file="x").content


def test_json_is_read_alike_with_its_lines():
    document = read_yaml('{\n\t"a": 1,\n\t"b": {"c":[true, null, "\\/é\\n"]}\n}', file="x.json")
    assert document.content == {"a": 1, "b": {"c": [True, None, "/é\n"]}}
    assert document.lines[("b", "c", 2)] == 3


def test_the_mark_that_some_editors_put_first_is_no_part_of_a_file():
    assert values("\ufeffa: 1") == {"a": 1}


@pytest.mark.parametrize(
    "text", ["1e400", "-1e5", "0x10", "1_000", "1:30", "9" * 16, "9" * 15 + ".99", ".5", "NaN"]
)
def test_a_number_that_could_not_be_written_again_is_text(text):
    assert values(f"a: {text}") == {"a": text}


def test_nothing_is_below_nothing():
    assert str(values("a: -0.0")["a"]) == "0.0"


LARGE = {
    "values": "[" + "1," * 120_000 + "1]",
    "entries": "- a\n" * 60_000,
    "names": "".join(f"a{number}: 1\n" for number in range(20_000)),
    "keys": "? " * 120_000,
    "deep": "{a: " * 60_000,
    "blank": "\n" * 250_000,
    "folded": "a: >\n" + " x\n" * 60_000,
    "escaped": 'a: "' + "\\\n" * 100_000 + '"',
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_no_file_keeps_the_reader_busy(text):
    began = time.process_time()
    with suppress(TemplateFileError):
        values(text)
    assert time.process_time() - began < 1
