"""What can be said of rules before any case is seen: whether one can hold, and whether two can hold together.

Exact for the values that the fields' own forms take, "not entered" among them. A missing rule holds for no
case.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise, product
from typing import Any, NamedTuple

from . import rules
from .rules import Field, Rule

Clause = dict[str, Any]
Details = dict[str, Any]

MOST_TRIES = 1000
LARGEST = 10**9 - 1
DECIMALS = 6
SMALLEST_STEP = 10**-DECIMALS
SAMPLES = ("other", "Other", "OTHER", "a", "A", "0", "1", "T1", "2026-01-01")
ENDINGS = "0123456789aA"


class Literal(NamedTuple):
    """A clause that is to be true, or is to be false."""

    clause: Clause
    wanted: bool


def can_hold(rule: Rule | None, fields: list[Field]) -> bool:
    """Whether any case could make the rule true."""
    return example(rule, fields) is not None


def exclude(one: Rule | None, other: Rule | None, fields: list[Field]) -> bool:
    """Whether no case makes both true."""
    return _solve([*_true(one), *_true(other)], fields) is None


def implies(one: Rule | None, other: Rule | None, fields: list[Field]) -> bool:
    """Whether every case that makes `one` true makes `other` true as well."""
    return _solve([*_true(one), *_false(other)], fields) is None


def example(rule: Rule | None, fields: list[Field]) -> Details | None:
    """Details that make the rule true and say nothing else, or None when no case could."""
    return _solve(_true(rule), fields)


def example_of_all(wanted: Iterable[Rule | None], fields: list[Field]) -> Details | None:
    """Details that make every one of the rules true; None when no case could, or MOST_TRIES found none."""
    return _solve([group for rule in wanted for group in _true(rule)], fields, MOST_TRIES)


def _parts(rule: Rule | None) -> tuple[str, list[Clause]]:
    [(joiner, clauses)] = rule.items() if rule else [("any", [])]
    return joiner, clauses


def _true(rule: Rule | None) -> list[list[Literal]]:
    """Groups of literals; the rule is true when one of each group is."""
    joiner, clauses = _parts(rule)
    literals = [Literal(clause, True) for clause in clauses]
    return [[each] for each in literals] if joiner == "all" and literals else [literals]


def _false(rule: Rule | None) -> list[list[Literal]]:
    joiner, clauses = _parts(rule)
    literals = [Literal(clause, False) for clause in clauses]
    return [literals] if joiner == "all" and literals else [[each] for each in literals]


def _solve(groups: list[list[Literal]], fields: list[Field], most: int | None = None) -> Details | None:
    """Details that make one literal of each group true, the first that is found in so many tries."""
    by_code = {field["code"]: field for field in fields}
    for chosen in islice(product(*groups), most):
        found = _meet(chosen, by_code)
        if found is not None:
            return found
    return None


def _meet(literals: Iterable[Literal], fields: dict[str, Field]) -> Details | None:
    """Fields are independent of each other, so each is given a value of its own."""
    by_field: dict[str, list[Literal]] = defaultdict(list)
    for literal in literals:
        by_field[literal.clause["field"]].append(literal)
    details: Details = {}
    for code, wanted in by_field.items():
        values = _worth_trying(fields.get(code), wanted)
        value = next((value for value in values if _fits(code, value, wanted)), Ellipsis)
        if value is Ellipsis:
            return None
        if value is not None:
            details[code] = value
    return details


def _fits(code: str, value: Any, literals: list[Literal]) -> bool:
    return all(
        rules.holds({"all": [literal.clause]}, {code: value}) is literal.wanted for literal in literals
    )


def _worth_trying(field: Field | None, literals: list[Literal]) -> Iterator[Any]:
    """Values of the field, one at least of each kind that the clauses can tell apart; None is not entered."""
    yield None
    if field is None:
        return
    named = [value for literal in literals for value in _values(literal.clause)]
    if field["type"] == "boolean":
        yield from (True, False)
    elif field["type"] == "number":
        yield from _numbers(field, named)
    elif field["type"] == "text":
        yield from texts_of(field, named)
    elif field.get("multiple"):
        yield from _several(field, literals)
    else:
        yield from (choice["value"] for choice in field.get("choices", []))


def _values(clause: Clause) -> list[Any]:
    value = next(value for key, value in clause.items() if key != "field")
    return value if isinstance(value, list) else [value]


def _several(field: Field, literals: list[Literal]) -> Iterator[list[str]]:
    """The choices that must be among them and no other: any more could only break what must not be."""
    must = {value for literal in literals if literal.wanted for value in _values(literal.clause)}
    values = [choice["value"] for choice in field.get("choices", []) if choice["value"] in must]
    if values:
        yield values


def _numbers(field: Field, named: list[Any]) -> Iterator[float]:
    """The bounds, what the clauses name, and a number on either side of each and between each two."""
    low, high = max(field.get("min", -LARGEST), -LARGEST), min(field.get("max", LARGEST), LARGEST)
    step = 1 if field.get("unit") == "years" else SMALLEST_STEP
    numbers = [mark for mark in named if isinstance(mark, int | float) and not isinstance(mark, bool)]
    marks = sorted({low, high, *(mark for mark in numbers if low <= mark <= high)})
    between = [round((one + other) / 2, 0 if step == 1 else DECIMALS) for one, other in pairwise(marks)]
    beside = [round(mark + side * step, DECIMALS) for mark in marks for side in (-1, 1)]
    for number in dict.fromkeys([*marks, *between, *beside]):
        value = int(number) if number == int(number) else number
        if low <= value <= high and (step != 1 or isinstance(value, int)):
            yield value


def texts_of(field: Field, named: list[Any]) -> Iterator[str]:
    """Those named and one other, each as the field's pattern allows."""
    pattern = field.get("pattern", "(?s).*")
    texts = [text for text in named if isinstance(text, str)]
    alike = [text[:-1] + ending for text in texts for ending in ENDINGS]
    yield from (text for text in (*texts, *SAMPLES, *alike) if text and re.fullmatch(pattern, text))
