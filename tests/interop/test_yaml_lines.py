"""A content file is one plain document: nothing that builds objects, repeats itself or grows."""

import pytest

from tests.interop.small import changed, read, refusal


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1: is empty"),
        ("# nothing\n", "line 1: is empty"),
        ("just words", "line 1: must hold named fields"),
        ("a: 1\n---\nb: 2\n", "line 2: but found another document"),
        ("a: [1\nb: 2\n", "line 2: expected ',' or ']', but got ':'"),
        ("a: &anchor 1\n", "line 1: anchors and aliases are not allowed"),
        ("a: 1\nb: *a\n", "line 2: anchors and aliases are not allowed"),
        ("a: 1\nb: !!python/name:os.system x\n", "line 2: tags are not allowed"),
        ("a: 1\nb: {c: 1, c: 2}\n", "line 2, b.c: stands twice"),
        ("a: 1\n? [b, c]\n: 2\n", "line 2: a field name must be plain text"),
        ("a: 1\nb: 'x\x01y'\n", "line 2: holds a character that cannot be shown"),
        ('a: 1\nb: "\\ud800"\n', "line 2, b: holds a character that cannot be shown"),
        ('a: 1\nb: "\\0"\n', "line 2, b: holds a character that cannot be shown"),
        ('"\\0": 1\n', "line 1: holds a character that cannot be shown"),
        ('a: "\\UFFFFFFFF"\n', "line 1: holds an impossible character escape"),
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
