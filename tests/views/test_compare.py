"""Two texts side by side: every word of both, and a mark on what differs alone."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from pathways.views.compare import MOST_WORDS, marked

WORDS = st.lists(st.sampled_from(["Seen", "at", "ten", "<b>", "&", "“so”", "\n", " ", "  "]))
TEXTS = WORDS.map(" ".join) | st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60)


def without_marks(html):
    return unescape(re.sub("</?mark>", "", html))


def unmarked(html):
    """What stands outside every mark."""
    return unescape(re.sub("<mark>.*?</mark>", "", html, flags=re.DOTALL))


@given(TEXTS, TEXTS)
def test_no_word_is_lost_or_added(theirs, mine):
    assert tuple(without_marks(each) for each in marked(theirs, mine)) == (theirs, mine)


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_the_same_on_both_sides(theirs, mine):
    one, other = marked(theirs, mine)
    assert unmarked(one) == unmarked(other)


@given(TEXTS)
def test_nothing_is_marked_where_nothing_differs(text):
    assert "<mark>" not in "".join(marked(text, text))


@given(WORDS, WORDS, st.sampled_from(["theirs", "first"]), st.sampled_from(["mine", "second"]))
def test_one_word_that_differs_is_the_only_one_marked(before, after, their_word, my_word):
    found = marked(*(" ".join([*before, word, *after]) for word in (their_word, my_word)))
    assert [re.findall("<mark>(.*?)</mark>", each) for each in found] == [[their_word], [my_word]]


@given(TEXTS, TEXTS)
def test_what_people_wrote_is_never_markup(theirs, mine):
    for each in marked(f"<script>{theirs}</script>", f"<mark>{mine}"):
        assert not re.search("<(?!/?mark>)", each)
        assert each.count("<mark>") == each.count("</mark>")


def test_texts_too_long_to_compare_are_marked_as_a_whole():
    long = "word " * MOST_WORDS
    assert marked(long, "word") == (f"<mark>{long}</mark>", "<mark>word</mark>")
