"""What differs between two documents of a template, and the new one made again from the old one and that.

Entries are known by their codes. It is plain data throughout; None stands for a field that is not there.
"""

import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from pathways.interop.template_documents import VOCABULARY, Document

Kind = Literal["added", "removed", "changed", "moved"]

PARTS = dict(zip(VOCABULARY, ("case_field", "instrument", "source", "note"), strict=True))
ONE_SHELF = ""


class FieldChange(NamedTuple):
    """One field with what it held and what it holds."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Change:
    """One thing that happened to one entry; what was changed and moved as well has two.

    `part` is item, phase, case_field, instrument, source, note or header. `phase` is where an item stands, or
    stood when it is removed, and `place` its position there from 1. What is added or removed lists all its
    fields, and what is moved `phase` and `position`.
    """

    kind: Kind
    part: str
    code: str
    title: str
    fields: tuple[FieldChange, ...]
    phase: str = ONE_SHELF
    place: int | None = None


@dataclass(frozen=True)
class Difference:
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def of(self, part: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.part == part)

    def plain(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return asdict(self)


def from_plain(plain: dict[str, Any]) -> Difference:
    """What `Difference.plain` made, back from JSON."""
    changes = [
        Change(**{**each, "fields": tuple(FieldChange(*fields) for fields in each["fields"])})
        for each in plain["changes"]
    ]
    return Difference(tuple(changes))


class Shelves(NamedTuple):
    """Entries by their codes, and on each shelf the codes in order; what is no item has one shelf."""

    entries: dict[str, Document]
    order: dict[str, list[str]]


def difference(old: Document, new: Document) -> Difference:
    """Nothing for two documents that say the same; the codes of each list must be different ones."""
    changes = [*_header(old["template"], new["template"])]
    changes += _between("phase", _phases(old), _phases(new))
    changes += _between("item", _items(old), _items(new))
    for name, part in PARTS.items():
        changes += _between(part, _one_shelf(old.get(name, [])), _one_shelf(new.get(name, [])))
    return Difference(tuple(changes))


def apply(old: Document, found: Difference) -> Document:
    """The new document: `apply(old, difference(old, new)) == new`."""
    header = dict(old["template"])
    for change in found.of("header"):
        header = _with_fields(header, change)
    phases = _applied(_phases(old), found.of("phase"))
    items = _applied(_items(old), found.of("item"))
    told = [
        phases.entries[code] | {"items": [items.entries[each] for each in items.order.get(code, [])]}
        for code in phases.order[ONE_SHELF]
    ]
    vocabulary = {
        name: _listed(_applied(_one_shelf(old.get(name, [])), found.of(part))) for name, part in PARTS.items()
    }
    return old | {"template": header, "phases": told} | vocabulary


def _one_shelf(entries: list[Document]) -> Shelves:
    return Shelves(
        {entry["code"]: entry for entry in entries}, {ONE_SHELF: [entry["code"] for entry in entries]}
    )


def _listed(shelves: Shelves) -> list[Document]:
    return [shelves.entries[code] for code in shelves.order[ONE_SHELF]]


def _phases(document: Document) -> Shelves:
    return _one_shelf([{name: each[name] for name in each if name != "items"} for each in document["phases"]])


def _items(document: Document) -> Shelves:
    return Shelves(
        {item["code"]: item for phase in document["phases"] for item in phase["items"]},
        {phase["code"]: [item["code"] for item in phase["items"]] for phase in document["phases"]},
    )


def _header(old: Document, new: Document) -> Iterator[Change]:
    if fields := _field_changes(old, new):
        yield Change("changed", "header", new["code"], new["title"], fields)


def _between(part: str, old: Shelves, new: Shelves) -> Iterator[Change]:
    """Shelf by shelf in the new order, what is gone from a shelf after what stands there."""
    was, now = _places(old), _places(new)
    stayed = _stayed(old, new)
    for shelf in dict.fromkeys([*new.order, *old.order]):
        for code in new.order.get(shelf, []):
            yield from _of_entry(part, code, old, new, was.get(code), now[code], code in stayed)
        for code in old.order.get(shelf, []):
            if code not in now:
                yield _change("removed", part, old.entries[code], was[code], old.entries[code], {})


def _of_entry(
    part: str,
    code: str,
    old: Shelves,
    new: Shelves,
    was: tuple[str, int] | None,
    now: tuple[str, int],
    stayed: bool,
) -> Iterator[Change]:
    entry = new.entries[code]
    if was is None:
        yield _change("added", part, entry, now, {}, entry)
        return
    if _field_changes(old.entries[code], entry):
        yield _change("changed", part, entry, now, old.entries[code], entry)
    if not stayed:
        places = [dict(zip(("phase", "position"), place, strict=True)) for place in (was, now)]
        yield _change("moved", part, entry, now, *places)


def _change(
    kind: Kind, part: str, entry: Document, place: tuple[str, int], old: Document, new: Document
) -> Change:
    title = str(entry.get("title", entry["code"]))
    return Change(kind, part, entry["code"], title, _field_changes(old, new), *place)


def _field_changes(old: Document, new: Document) -> tuple[FieldChange, ...]:
    found = [FieldChange(name, old.get(name), new.get(name)) for name in {**old, **new}]
    return tuple(each for each in found if not same(each.old, each.new))


def same(one: Any, other: Any) -> bool:
    """Python takes True for 1 and 1 for 1.0; a document does not."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _places(shelves: Shelves) -> dict[str, tuple[str, int]]:
    """Code to its shelf and its position from 1."""
    return {
        code: (shelf, place) for shelf, codes in shelves.order.items() for place, code in enumerate(codes, 1)
    }


def _stayed(old: Shelves, new: Shelves) -> set[str]:
    """Of each shelf as many as can have stood still, so that one entry carried elsewhere is one move."""
    found: set[str] = set()
    for shelf, codes in new.order.items():
        was = {code: place for place, code in enumerate(old.order.get(shelf, []))}
        common = [code for code in codes if code in was]
        rising = longest_rising([was[code] for code in common])
        found |= {common[number] for number in rising}
    return found


def longest_rising(numbers: list[int]) -> list[int]:
    """The indexes of a longest rising selection of different numbers."""
    lowest_ends: list[int] = []
    ends_at: list[int] = []
    before: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(lowest_ends, number)
        before.append(ends_at[length - 1] if length else None)
        lowest_ends[length:] = [number, *lowest_ends[length + 1 :]]
        ends_at[length:] = [index, *ends_at[length + 1 :]]
    found: list[int] = []
    at = ends_at[-1] if ends_at else None
    while at is not None:
        found.append(at)
        at = before[at]
    return found[::-1]


def _applied(old: Shelves, changes: tuple[Change, ...]) -> Shelves:
    """Take out what left its place, then put in what came to one: changes come in the order of the shelf."""
    entries = dict(old.entries)
    gone = {change.code for change in changes if change.kind in ("removed", "moved")}
    order = {shelf: [code for code in codes if code not in gone] for shelf, codes in old.order.items()}
    for change in changes:
        if change.kind in ("added", "changed"):
            entries[change.code] = _with_fields(entries.get(change.code, {}), change)
    for change in changes:
        if change.kind in ("added", "moved"):
            order.setdefault(change.phase, []).insert((change.place or 1) - 1, change.code)
    return Shelves(entries, order)


def _with_fields(entry: Document, change: Change) -> Document:
    found = entry | {each.field: each.new for each in change.fields}
    return {name: value for name, value in found.items() if value is not None}
