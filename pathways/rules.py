"""Applicability rules: whether a conditional item applies to what a person entered about the case."""

from collections.abc import Callable
from typing import Any

from .near import near

Rule = dict[str, Any]
Field = dict[str, Any]

JOINERS = ("all", "any")
LIST_OPERATORS = ("in", "not_in")
NUMBER_OPERATORS = ("at_least", "at_most")


def _same(value: Any, wanted: Any) -> bool:
    """Python takes True for 1; a rule does not."""
    return isinstance(value, bool) is isinstance(wanted, bool) and value == wanted


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _among(value: Any, wanted: Any) -> bool:
    return any(_same(value, each) for each in wanted)


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "is": _same,
    "is_not": lambda value, wanted: not _same(value, wanted),
    "in": _among,
    "not_in": lambda value, wanted: not _among(value, wanted),
    "has": lambda value, wanted: isinstance(value, list) and _among(wanted, value),
    "at_least": lambda value, wanted: _is_number(value) and value >= wanted,
    "at_most": lambda value, wanted: _is_number(value) and value <= wanted,
}


def _operator(clause: dict[str, Any]) -> str:
    return next(key for key in clause if key != "field")


def _clause_holds(clause: dict[str, Any], details: dict[str, Any]) -> bool:
    """Nothing is concluded from a field that nobody entered, not even that it is not something."""
    value = details.get(clause["field"])
    if value in (None, "", []):
        return False
    operator = _operator(clause)
    return TESTS[operator](value, clause[operator])


def holds(rule: Rule | None, details: dict[str, Any]) -> bool:
    """Tell whether the rule is true of the case; without a rule only a person switches the item on."""
    if not rule:
        return False
    [(joiner, clauses)] = rule.items()
    results = [_clause_holds(clause, details) for clause in clauses]
    return bool(results) and (all(results) if joiner == "all" else any(results))


def problems(rule: Any, fields: list[Field]) -> list[str]:
    """Say in words for an editor what is wrong with a rule; an empty list means that it may be published."""
    if rule is None:
        return []
    if not isinstance(rule, dict) or len(rule) != 1 or next(iter(rule)) not in JOINERS:
        return ["Start the rule with one of all, any"]
    clauses = next(iter(rule.values()))
    if not isinstance(clauses, list) or not clauses:
        return ["Give the rule a list of at least one clause"]
    by_code = {field["code"]: field for field in fields}
    found = [_clause_problem(clause, by_code) for clause in clauses]
    return [f"Clause {number}: {text}" for number, text in enumerate(found, 1) if text]


def _clause_problem(clause: Any, fields: dict[str, Field]) -> str:
    if not isinstance(clause, dict) or "field" not in clause or len(clause) != 2:
        return "write one field and one comparison"
    code, operator = clause["field"], _operator(clause)
    if not isinstance(code, str) or code not in fields:
        return f"no case field is called {code}{near(code, fields)}"
    if operator not in TESTS:
        return f"{operator} is no comparison; use one of {', '.join(TESTS)}"
    return _operator_problem(operator, fields[code]) or _value_problem(
        operator, clause[operator], fields[code]
    )


def _operator_problem(operator: str, field: Field) -> str:
    if (operator == "has") != bool(field.get("multiple")):
        return f"{field['code']} holds {'several choices' if field.get('multiple') else 'one value'}, so " + (
            "use has" if field.get("multiple") else "has cannot test it"
        )
    if operator in NUMBER_OPERATORS and field["type"] != "number":
        return f"{operator} needs a number field, and {field['code']} is none"
    return ""


def _value_problem(operator: str, value: Any, field: Field) -> str:
    if operator in LIST_OPERATORS:
        if not isinstance(value, list) or not value:
            return f"{operator} needs a list of values"
        return next((text for each in value if (text := _single_problem(each, field))), "")
    return _single_problem(value, field)


def _single_problem(value: Any, field: Field) -> str:
    code, kind = field["code"], field["type"]
    choices = [choice["value"] for choice in field.get("choices", [])]
    if kind == "choice" and value not in choices:
        return f"{code} has no choice {value}{near(value, choices)}"
    if kind == "boolean" and not isinstance(value, bool):
        return f"{code} is compared with true or false"
    if kind == "number" and not _is_number(value):
        return f"{code} is compared with a number"
    if kind == "text" and not isinstance(value, str):
        return f"{code} is compared with a text"
    return ""


def describe(rule: Rule | None, fields: list[Field]) -> str:
    """Put a rule into words, such as "Pain severity is Moderate or Severe; and Opioid use is None"."""
    if not rule:
        return "Switched on by a person"
    [(joiner, clauses)] = rule.items()
    by_code = {field["code"]: field for field in fields}
    return ("; and " if joiner == "all" else "; or ").join(
        _clause_words(clause, by_code) for clause in clauses
    )


WORDS = {
    "is": "is {}",
    "is_not": "is entered and is not {}",
    "in": "is {}",
    "not_in": "is entered and is not {}",
    "has": "includes {}",
    "at_least": "is {} or more",
    "at_most": "is {} or less",
}


def _clause_words(clause: dict[str, Any], fields: dict[str, Field]) -> str:
    field, operator = fields.get(clause["field"], {}), _operator(clause)
    wanted = clause[operator] if operator in LIST_OPERATORS else [clause[operator]]
    labels = {choice["value"]: choice["label"] for choice in field.get("choices", [])}
    values = " or ".join(_value_words(value, labels) for value in wanted)
    return f"{field.get('title', clause['field'])} {WORDS[operator].format(values)}"


def _value_words(value: Any, labels: dict[str, str]) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return labels.get(value, str(value))
