"""Case details that nobody has: some at random, some made so that a rule of the pathway is met."""

import random
from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

from . import details, rule_logic, rules
from .enums import Requirement

Document = dict[str, Any]
Details = dict[str, Any]

NOT_ENTERED = 0.25
ITEM_ANCHOR = "item:"


def invented(items: dict[str, Document], fields: list[Document], cases: int, seed: int) -> list[Details]:
    """Half at random, half so that each rule in turn holds, with the rules of what its time counts from."""
    draw = random.Random(seed)  # noqa: S311  nothing depends on nobody guessing it
    named = _named(items)
    chance = [_at_random(fields, named, draw) for _ in range(cases)]
    examples = [found for item in items.values() if (found := _example(item, items, fields))]
    built = islice(cycle(examples), cases // 2) if examples else ()
    wanted = [*([{}] * (cases - cases // 2)), *built]
    wanted += [{}] * (cases - len(wanted))
    return [drawn | each for drawn, each in zip(chance, wanted, strict=True)]


def rule_of(item: Document) -> rules.Rule | None:
    """The rule that switches a conditional item on, or None."""
    if item["requirement"] != Requirement.CONDITIONAL:
        return None
    return (item.get("applies_when") or {}).get("rule")


def _named(items: dict[str, Document]) -> dict[str, list[Any]]:
    """What the rules compare each field with."""
    named: dict[str, list[Any]] = {}
    for rule in filter(None, map(rule_of, items.values())):
        for clause in next(iter(rule.values())):
            values = next(value for key, value in clause.items() if key != "field")
            named.setdefault(clause["field"], []).extend(values if isinstance(values, list) else [values])
    return named


def _at_random(fields: list[Document], named: dict[str, list[Any]], draw: random.Random) -> Details:
    entered = [field for field in fields if draw.random() >= NOT_ENTERED]
    drawn = {field["code"]: _value(field, named.get(field["code"], []), draw) for field in entered}
    return {code: value for code, value in drawn.items() if value is not None}


def _value(field: Document, named: list[Any], draw: random.Random) -> Any:
    if field["type"] == "boolean":
        return draw.random() < 0.5
    if field["type"] == "number":
        low, high = field["min"], field["max"]
        whole = isinstance(low, int) and isinstance(high, int)
        return draw.randint(low, high) if whole else round(draw.uniform(low, high), 2)
    if field["type"] == "text":
        texts = list(rule_logic.texts_of(field, [*named, details.EXAMPLES.get(field["code"])]))
        return draw.choice(texts) if texts else None
    values = [choice["value"] for choice in field["choices"]]
    if field.get("multiple"):
        return draw.sample(values, draw.randint(1, min(3, len(values))))
    return draw.choice(values)


def _example(item: Document, items: dict[str, Document], fields: list[Document]) -> Details | None:
    own = rule_of(item)
    if not own:
        return None
    needed = [rule for each in chain_of(item, items) if (rule := rule_of(each))]
    return rule_logic.example_of_all([own, *needed], fields) or rule_logic.example(own, fields)


def chain_of(item: Document, items: dict[str, Document]) -> Iterator[Document]:
    """The items that its time counts from, one after the other, each once."""
    met = {item["code"]}
    while (code := anchor_item(item)) in items and code not in met:
        met.add(code)
        item = items[code]
        yield item


def anchor_item(item: Document) -> str:
    anchor: str = (item.get("target") or {}).get("anchor", "")
    return anchor.removeprefix(ITEM_ANCHOR) if anchor.startswith(ITEM_ANCHOR) else ""
