"""A difference in words for people, what matters for safety first, the rest by phase."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from pathways.interop.difference_safety import fields_of_both, reasons_to_check, vocabulary_reasons
from pathways.interop.item_words import ItemWords, plainly, words_for
from pathways.interop.template_difference import Change, Difference
from pathways.interop.template_documents import Document

MARKS = {"added": "+", "removed": "\N{MINUS SIGN}", "changed": "~", "moved": "→"}
VOCABULARIES = {
    "case_field": "Case fields",
    "instrument": "Instruments",
    "source": "Sources",
    "note": "Notes",
}
MIRRORED = ("case_fields", "notes")


WORDS = re.compile(r"\s+|[;,.()]|[^\s;,.()]+")
FEW_WORDS = 12
MOST_WORDS = 2000
ALIKE = 0.5


class Detail(NamedTuple):
    """A field in words, before and after."""

    label: str
    old: str
    new: str

    @property
    def pieces(self) -> list[tuple[str, str]]:
        """Pairs of "same", "old" or "new" and a text: word for word where long texts are much alike."""
        one, other = (WORDS.findall(text) for text in (self.old, self.new))
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        if not FEW_WORDS < len(one) + len(other) < MOST_WORDS or matcher.ratio() < ALIKE:
            return _whole(self.old, self.new, " ")
        found = []
        for tag, start, end, other_start, other_end in matcher.get_opcodes():
            was, now = "".join(one[start:end]), "".join(other[other_start:other_end])
            found += [("same", was)] if tag == "equal" else _whole(was, now, "")
        return found


def _whole(old: str, new: str, between: str) -> list[tuple[str, str]]:
    gap = [("same", between)] if old and new and between else []
    return [("old", old)] * bool(old) + gap + [("new", new)] * bool(new)


@dataclass(frozen=True)
class Line:
    """One entry and what happened to it, field by field, and why it wants a second look, if it does."""

    mark: str
    word: str
    title: str
    code: str
    details: list[Detail]
    part: str
    why_safety: list[str]


@dataclass(frozen=True)
class Told:
    """Those lines that want a second look, and all lines in their groups."""

    check_these: list[Line]
    groups: list[tuple[str, list[Line]]]

    def summary(self) -> str:
        """As "2 added, 1 removed, 3 changed"; an entry that was changed and moved counts once."""
        words = [line.word.split()[0].lower() for _, lines in self.groups for line in lines]
        kinds = [(kind, words.count(kind)) for kind in MARKS]
        return ", ".join(f"{count} {kind}" for kind, count in kinds if count)


def told(found: Difference, old: Document, new: Document, disciplines: dict[str, str]) -> Told:
    """`disciplines` is code to title."""
    teller = Teller(old, new, disciplines)
    groups = [("Template", [*teller.entries(found.of("header"))])]
    groups += [(title, [*teller.phase(found, code)]) for code, title in phase_titles(old, new).items()]
    groups += [(title, [*teller.entries(found.of(part))]) for part, title in VOCABULARIES.items()]
    filled = [(title, lines) for title, lines in groups if lines]
    check_these = [line for _, lines in filled for line in lines if line.why_safety]
    return Told(check_these, filled)


def phase_titles(old: Document, new: Document) -> dict[str, str]:
    """Code to the newer title, in the newer order."""
    found: dict[str, str] = {}
    for phase in [*new["phases"], *old["phases"]]:
        found.setdefault(phase["code"], phase["title"])
    return found


class Teller:
    """Knows both documents in words."""

    def __init__(self, old: Document, new: Document, disciplines: dict[str, str]) -> None:
        self.items = _items(old), _items(new)
        self.words = words_for(old, disciplines), words_for(new, disciplines)
        self.titles = phase_titles(old, new)
        self.fields = fields_of_both(old, new)

    def phase(self, found: Difference, code: str) -> Iterator[Line]:
        """What happened to the phase itself, then to each of its items."""
        yield from self.entries(tuple(change for change in found.of("phase") if change.code == code))
        by_item: dict[str, list[Change]] = {}
        for change in found.of("item"):
            if change.phase == code:
                by_item.setdefault(change.code, []).append(change)
        yield from (self.item(changes) for changes in by_item.values())

    def item(self, changes: list[Change]) -> Line:
        code = changes[0].code
        old, new = (items.get(code) for items in self.items)
        details = [*self._fields(old, new), *self._places(changes)]
        return _line(changes, details, reasons_to_check(changes, old, new, self.fields))

    def _fields(self, old: Document | None, new: Document | None) -> Iterator[Detail]:
        before, after = _told(self.words[0], old), _told(self.words[1], new)
        for label in {**after, **before}:
            if before.get(label) != after.get(label):
                yield Detail(label, before.get(label, ""), after.get(label, ""))

    def _places(self, changes: list[Change]) -> Iterator[Detail]:
        for change in changes:
            if change.kind == "moved":
                yield from (
                    Detail("Phase", self.titles.get(each.old, ""), self.titles.get(each.new, ""))
                    if each.field == "phase"
                    else Detail("Position", str(each.old), str(each.new))
                    for each in change.fields
                )

    def entries(self, changes: tuple[Change, ...]) -> Iterator[Line]:
        """What is no item: field by field as it stands."""
        by_code: dict[str, list[Change]] = {}
        for change in changes:
            by_code.setdefault(change.code, []).append(change)
        for mine in by_code.values():
            details = [*_plain_details(mine)]
            reasons = [text for change in mine for text in vocabulary_reasons(change)]
            if details or mine[0].kind != "changed":
                yield _line(mine, details, reasons)


def _line(changes: list[Change], details: list[Detail], reasons: list[str]) -> Line:
    first = changes[0]
    word = " and ".join(change.kind for change in changes).capitalize()
    return Line(MARKS[first.kind], word, first.title, first.code, details, first.part, reasons)


def _plain_details(changes: list[Change]) -> Iterator[Detail]:
    for change in changes:
        for field, old, new in change.fields:
            is_mirror = change.part == "header" and field in MIRRORED
            if not is_mirror:
                yield Detail(field.replace("_", " ").capitalize(), plainly(old), plainly(new))


def _told(words: ItemWords, item: Document | None) -> dict[str, str]:
    return words.of(item) if item else {}


def _items(document: Document) -> dict[str, Document]:
    return {item["code"]: item for phase in document["phases"] for item in phase["items"]}
