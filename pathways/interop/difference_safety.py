"""Why a change of an item wants a second look: less is asked, later, of others, or of other cases."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pathways import clocks, rule_logic, rules
from pathways.enums import Anchor, Requirement
from pathways.interop.item_findings import is_short
from pathways.interop.template_difference import Change
from pathways.interop.template_documents import Document

# A month has 28 to 31 days and a day runs to its end: which of two intervals is longer hangs on the day.
OPENINGS = tuple(datetime(2026, month, 1, 12, tzinfo=clocks.LONDON) for month in (1, 2, 4))
STRENGTH = {Requirement.OPTIONAL: 0, Requirement.CONDITIONAL: 1, Requirement.REQUIRED: 2}
WEAKER = {
    Requirement.OPTIONAL: "now optional: it is never overdue and does not count",
    Requirement.CONDITIONAL: "now conditional: it no longer applies to every case",
}
SCORES = {"components", "options", "bands", "min", "max", "step", "type", "higher_is"}
ENTRY = {"type", "choices", "multiple", "min", "max", "unit", "pattern"}

Field = dict[str, Any]


def reasons_to_check(
    changes: list[Change], old: Document | None, new: Document | None, fields: list[Field]
) -> list[str]:
    """What to check of one item, given what happened to it and its content before and after.

    `fields` are the case fields of both versions, with every choice that either offers.
    """
    if new is None:
        return ["Removed: new cases do not have it."]
    if old is None:
        return []
    moved = [each for change in changes if change.kind == "moved" for each in change.fields]
    return [
        *_requirement(old, new),
        *_rule(old, new, fields),
        *_target(old, new, is_in_another_phase=any(each.field == "phase" for each in moved)),
        *_repeat(old.get("repeat"), new.get("repeat")),
        *_work(old, new),
    ]


def vocabulary_reasons(change: Change) -> list[str]:
    """What to check of a case field or an instrument."""
    touched = {each.field for each in change.fields}
    if change.part == "instrument" and change.kind == "changed" and touched & SCORES:
        return ["What it asks or how it adds up is different."]
    if change.part == "case_field" and change.kind == "changed" and touched & ENTRY:
        return ["What can be entered is different."]
    if change.part == "case_field" and change.kind == "removed":
        return ["Removed: new cases do not say it."]
    return []


def fields_of_both(old: Document, new: Document) -> list[Field]:
    """The case fields of both documents, each with every choice that either of them offers."""
    found: dict[str, Field] = {}
    for field in [*old.get("case_fields", []), *new.get("case_fields", [])]:
        earlier = found.get(field["code"], {}).get("choices", [])
        choices = {each["value"]: each for each in [*earlier, *field.get("choices", [])]}
        found[field["code"]] = field | ({"choices": list(choices.values())} if choices else {})
    return list(found.values())


def _requirement(old: Document, new: Document) -> Iterator[str]:
    was, now = old["requirement"], new["requirement"]
    if STRENGTH[now] < STRENGTH[was]:
        yield f"Was {was}, {WEAKER[now]}."


def _rule(old: Document, new: Document, fields: list[Field]) -> Iterator[str]:
    if not old["requirement"] == new["requirement"] == Requirement.CONDITIONAL:
        return
    was, now = ((each.get("applies_when") or {}).get("rule") for each in (old, new))
    if was and now:
        yield from _rules(was, now, fields)
    elif was:
        yield "No rule switches it on any more: a person does."
    elif now:
        yield "A rule switches it on now: a person did."


def _rules(was: rules.Rule, now: rules.Rule, fields: list[Field]) -> Iterator[str]:
    if was == now:
        return
    if not (is_short(was) and is_short(now)) or rules.problems(was, fields) or rules.problems(now, fields):
        yield "Its rule is different."
        return
    narrower, wider = rule_logic.implies(now, was, fields), rule_logic.implies(was, now, fields)
    if narrower and not wider:
        yield "Narrower rule: it applies to fewer cases."
    elif wider and not narrower:
        yield "Wider rule: it applies to more cases."
    elif not wider:
        yield "Another rule: it applies to other cases than before."


def _target(old: Document, new: Document, *, is_in_another_phase: bool) -> Iterator[str]:
    was, now = old.get("target"), new.get("target")
    if not was:
        return
    if not now:
        yield "No target any more: it never falls due."
        return
    starts_elsewhere = is_in_another_phase and now["anchor"] == Anchor.PHASE_STARTED
    if was["anchor"] != now["anchor"] or starts_elsewhere:
        yield "Its due time counts from something else."
    if is_longer(now["within"], was["within"]):
        yield f"Due later: {_length(now['within'])}, was {_length(was['within'])}."


def _repeat(was: str | None, now: str | None) -> Iterator[str]:
    if was and not now:
        yield "It does not repeat any more."
    elif was and now and is_longer(now, was):
        yield f"It repeats less often: every {_length(now)}, was every {_length(was)}."


def _work(old: Document, new: Document) -> Iterator[str]:
    if old["discipline"] != new["discipline"]:
        yield "Another discipline does it."
    if old["response"] != new["response"]:
        yield "What is recorded is different."
    if set(old.get("depends_on") or []) - set(new.get("depends_on") or []):
        yield "It no longer waits for an item that it waited for."


def _length(text: str) -> str:
    return str(clocks.parse_interval(text))


def is_longer(one: str, other: str) -> bool:
    """Whether the first interval can end later than the second, as the clocks count it."""
    this, that = clocks.parse_interval(one), clocks.parse_interval(other)
    return any(clocks.later(start, this) > clocks.later(start, that) for start in OPENINGS)
