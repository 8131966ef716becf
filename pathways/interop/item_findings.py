"""What is wrong or odd about items of one document taken together: rules and due times that cannot meet."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from pathways import clocks, rule_logic, rules
from pathways.enums import PHASES_STARTED_AT_OPENING, Anchor, Phase
from pathways.interop.template_documents import Document
from pathways.interop.template_shape import ITEM_ANCHOR

# What rules mean together takes time that grows with the cube of their clauses; people write five at most.
MOST_CLAUSES = 10
MOST_PAIRS = 1000
OPENED = datetime(2026, 7, 1, 12, tzinfo=clocks.LONDON)

ItemFinding = tuple[str, str, str]
Fields = list[dict[str, Any]]


class Due(NamedTuple):
    """When it falls due if `start`, a phase or the opening, began at OPENED and all before it is on time."""

    start: str
    at: datetime


def rule_errors(items: list[Document], fields: Fields) -> Iterator[ItemFinding]:
    """Rules that no case can meet, of those that are short enough to be judged."""
    for item in items:
        rule = rule_of(item)
        if is_short(rule) and not rule_logic.can_hold(rule, fields):
            yield item["code"], "applies_when", "No case can meet this rule, so the item would never apply"


def exclusion_warnings(items: list[Document], fields: Fields) -> Iterator[ItemFinding]:
    """Items that wait for one, or are due after one, that never applies in the same case.

    Of the first thousand pairs of which both have a rule.
    """
    by_code = {item["code"]: item for item in items}
    needs = ((item, *need) for item in items if is_short(rule_of(item)) for need in _needs(item))
    ruled = (each for each in needs if is_short(rule_of(by_code[each[2]])))
    for item, field, code, text in islice(ruled, MOST_PAIRS):
        other = by_code[code]
        if rule_logic.exclude(rule_of(item), rule_of(other), fields):
            yield item["code"], field, f"“{other['title']}” never applies when this item does, so {text}"


def order_warnings(document: Document) -> Iterator[ItemFinding]:
    """Items that fall due before one that they wait for."""
    placed = {item["code"]: (phase, item) for phase in document["phases"] for item in phase["items"]}
    for code, (_, item) in placed.items():
        mine = _due(code, placed)
        for needed in item.get("depends_on") or []:
            theirs = _due(needed, placed)
            if mine and theirs and mine.start == theirs.start and mine.at < theirs.at:
                yield code, "target", f"Earlier than “{placed[needed][1]['title']}”, which it waits for"


def rule_of(item: Document) -> rules.Rule | None:
    return (item.get("applies_when") or {}).get("rule")


def is_short(rule: rules.Rule | None) -> bool:
    """Whether there is a rule, and one of few enough clauses to be judged."""
    return rule is not None and 0 < sum(map(len, rule.values())) <= MOST_CLAUSES


def _needs(item: Document) -> Iterator[tuple[str, str, str]]:
    anchor = (item.get("target") or {}).get("anchor", "")
    if anchor.startswith(ITEM_ANCHOR):
        yield "target", anchor.removeprefix(ITEM_ANCHOR), "this one never falls due"
    for code in item.get("depends_on") or []:
        yield "depends_on", code, "waiting for it means nothing"


def _due(code: str, placed: dict[str, tuple[Document, Document]]) -> Due | None:
    """None where nothing says when; no circle of anchors comes this far."""
    phase, item = placed[code]
    target = item.get("target")
    if not target:
        return None
    within = clocks.parse_interval(target["within"])
    if target["anchor"].startswith(ITEM_ANCHOR):
        before = _due(target["anchor"].removeprefix(ITEM_ANCHOR), placed)
        return Due(before.start, clocks.later(before.at, within)) if before else None
    starts_later = Phase.from_code(phase["code"]) not in PHASES_STARTED_AT_OPENING
    is_of_phase = target["anchor"] == Anchor.PHASE_STARTED and starts_later
    return Due(phase["code"] if is_of_phase else "", clocks.later(OPENED, within))
