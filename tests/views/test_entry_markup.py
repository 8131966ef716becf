"""What people wrote stands in a history as text, in every place that holds it."""

import re
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import pytest

from pathways.audit.changes import SHORT, Change
from pathways.audit.effects import Effect
from pathways.audit.folding import Fold
from pathways.audit.story import Entry
from pathways.enums import Action, Phase
from pathways.models import AuditEvent
from pathways.views import entry_markup

AT = datetime(2026, 11, 3, 10, 9, tzinfo=UTC)
HOSTILE = "</p></td><script>alert(\"1\")</script>&lt;' onclick='x"
LONG = HOSTILE * 4
NAMES = (
    "who", "role", "lead", "title", "tail", "status", "text", "reason", "undone",
    "url", "then", "case", "case_url", "restore",
)  # fmt: skip
IN_A_ROW = ("who", "role", "lead", "title", "tail", "reason", "undone", "then", "case", "case_url")


def event():
    return AuditEvent(actor_id=1, case_id=1, action=Action.RECORD_ITEM, at=AT)


def entry(**fields):
    told = dict.fromkeys(("who", "lead", "title"), "Said") | fields
    return Entry(event=event(), role=told.pop("role", ""), **told)


def items(each):
    return entry_markup.markup([each])


def marks(html):
    """The elements by name, and the names of their attributes; nobody's words may change them."""
    return [
        (name, re.findall(r'([\w-]+)="[^"]*"', rest)) for name, rest in re.findall(r"<(/?\w+)([^>]*)>", html)
    ]


def is_text(draw, places=1):
    """Whether a hostile word makes the same elements as a harmless one, and can be read back unchanged."""
    harmless, hostile = draw("Harmless"), draw(HOSTILE)
    return marks(hostile) == marks(harmless) and unescape(hostile).count(HOSTILE) == places


@pytest.mark.parametrize("name", NAMES)
def test_every_text_and_address_of_an_entry_is_escaped(name):
    """The title is said again in words for a screen reader, where something may be set back to it."""
    rest = {"restore": "/restore/"} | ({"case_url": "/case/"} if name == "case" else {})
    assert is_text(lambda word: items(entry(**rest | {name: word})), places=1 + (name == "title"))


@pytest.mark.parametrize(("name", "places"), [("who", 2), ("role", 2), ("status", 1), ("case", 1)])
def test_every_text_of_a_fold_is_escaped(name, places):
    """Who did it is said by the fold and by the entry in it."""
    item = SimpleNamespace(id=1, phase=Phase.DIAGNOSIS)

    def draw(word):
        bare = entry(item=item)
        return items(Fold([entry(item=item, **{name: word}), bare, bare]))

    assert is_text(draw, places)


@pytest.mark.parametrize("size", [1, SHORT])
@pytest.mark.parametrize("place", ["label", "old", "new"])
def test_every_text_of_a_change_is_escaped_however_long(place, size):
    def draw(word):
        change = Change("Note", "Was" * size, "Is" * size)._replace(**{place: word})
        return items(entry(changes=[change])) + items(entry(effects=[Effect("Followed", [change])]))

    assert is_text(draw, places=2)


def test_what_followed_is_escaped():
    assert is_text(lambda word: items(entry(effects=[Effect(word), Effect(word, [Change("A", "", "")])])), 2)


@pytest.mark.parametrize("name", IN_A_ROW)
def test_every_text_and_address_of_a_row_is_escaped(name):
    rest = {"case": "A-1"} if name == "case_url" else {"case_url": "/case/"}
    assert is_text(lambda word: entry_markup.table([entry(**rest | {name: word})]))


@pytest.mark.parametrize("place", ["label", "old", "new"])
def test_every_text_of_a_changed_field_is_escaped_in_the_table(place):
    def draw(word):
        return entry_markup.table([entry(changes=[Change("Note", "Was", "Is")._replace(**{place: word})])])

    assert is_text(draw)


def test_a_long_value_is_escaped_where_it_is_cut_short_and_where_it_is_whole():
    html = entry_markup.table([entry(changes=[Change("Note", "", LONG)])])
    assert "<script" not in html
    assert unescape(re.search(r"<summary>(.*?)</summary>", html)[1]) == f"{LONG[:59]}…"
    assert unescape(re.search(r'<p class="pre">(.*?)</p>', html)[1]) == LONG
