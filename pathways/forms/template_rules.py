"""The rule of a conditional item as a form holds it: rows of a field, a comparison and a value."""

import re

from pathways import rules

JOINERS = (("all", "all of these are true"), ("any", "any of these is true"))
OPERATORS = {
    "is": "is",
    "is_not": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "has": "includes",
    "at_least": "is at least",
    "at_most": "is at most",
}
FITTING = {
    "choice": ("is", "is_not", "in", "not_in"),
    "boolean": ("is",),
    "number": ("at_least", "at_most", "is", "is_not"),
    "text": ("is", "is_not"),
}
TRUTHS = {"yes": True, "true": True, "no": False, "false": False}
MOST_CLAUSES = 12
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")


def fitting(field):
    """The comparisons that make sense of the field, or all where it is not known."""
    if field is None:
        return tuple(OPERATORS)
    return ("has",) if field.get("multiple") else FITTING[field["type"]]


def read_number(text):
    """Raise ValueError for anything but plain digits."""
    if not NUMBER.fullmatch(text.strip()):
        raise ValueError("Enter a number, for example 4 or 4.5")
    return float(text) if "." in text else int(text)


def read_rule(data, fields):
    """The rule that the rows hold, None for no row, and control name to what is wrong with it."""
    by_code = {field["code"]: field for field in fields}
    clauses, errors = [], {}
    for number in range(MOST_CLAUSES):
        at = f"clause_{number}_"
        code, values = (
            data.get(f"{at}field", ""),
            [each for each in data.getlist(f"{at}value") if each.strip()],
        )
        if not code:
            continue
        try:
            clauses.append(_clause(by_code.get(code), data.get(f"{at}operator", ""), values))
        except _Wrong as wrong:
            errors[at + wrong.part] = wrong.text
    joiner = "any" if data.get("joiner") == "any" else "all"
    return ({joiner: clauses} if clauses else None), errors


def typed_rule(rule):
    """Control name to values, with which the rows of a stored rule are first shown."""
    if not rule:
        return {}
    [(joiner, clauses)] = rule.items()
    found = {"joiner": [joiner]}
    for number, clause in enumerate(clauses):
        operator = next(key for key in clause if key != "field")
        wanted = clause[operator] if operator in rules.LIST_OPERATORS else [clause[operator]]
        found[f"clause_{number}_field"] = [clause["field"]]
        found[f"clause_{number}_operator"] = [operator]
        found[f"clause_{number}_value"] = [_typed(each) for each in wanted]
    return found


def chosen(field, typed):
    """The value of the field's choice that was typed or picked, by its label too; None for none of them."""
    wanted = typed.strip().casefold()
    names = {each["label"].casefold(): each["value"] for each in field.get("choices", [])}
    names |= {each["value"].casefold(): each["value"] for each in field.get("choices", [])}
    return names.get(wanted)


class _Wrong(ValueError):
    def __init__(self, part, text):
        super().__init__(text)
        self.part, self.text = part, text


def _clause(field, operator, values):
    if field is None:
        raise _Wrong("field", "Choose a case field")
    if operator not in fitting(field):
        fit = ", ".join(OPERATORS[each] for each in fitting(field))
        raise _Wrong("operator", f"For {field['title']} use: {fit}")
    if operator in rules.LIST_OPERATORS:
        values = [part for each in values for part in each.split(";") if part.strip()]
    if not values:
        raise _Wrong("value", f"Say what {field['title']} is compared with")
    read = [_value(field, each) for each in values]
    return {"field": field["code"], operator: read if operator in rules.LIST_OPERATORS else read[0]}


def _value(field, text):
    kind = field["type"]
    if kind == "choice":
        value = chosen(field, text)
        if value is None:
            known = "; ".join(each["label"] for each in field["choices"])
            raise _Wrong("value", f"{field['title']} is one of: {known}")
        return value
    if kind == "boolean":
        if text.strip().casefold() not in TRUTHS:
            raise _Wrong("value", "Enter yes or no")
        return TRUTHS[text.strip().casefold()]
    if kind == "number":
        try:
            return read_number(text)
        except ValueError as wrong:
            raise _Wrong("value", str(wrong)) from None
    return text.strip()


def _typed(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
