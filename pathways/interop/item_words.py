"""A template item in words, field by field, as people read what is asked, of whom, and by when."""

from dataclasses import dataclass
from typing import Any

from pathways import clocks, rules
from pathways.enums import Anchor, Basis, Requirement, ResponseKind
from pathways.interop.template_documents import Document
from pathways.interop.template_shape import ITEM_ANCHOR

STARTS = {
    Anchor.CASE_OPENED: "after the case opened",
    Anchor.PHASE_STARTED: "after the phase started",
}
BASES = {Basis.PUBLISHED: "published target", Basis.LOCAL: "local default"}
RESPONSES = {
    ResponseKind.TICK: "A tick",
    ResponseKind.DATE: "A date",
    ResponseKind.TEXT: "Text",
}


@dataclass(frozen=True)
class ItemWords:
    """Words for the items of one document; each kind of code to its title."""

    case_fields: list[Document]
    disciplines: dict[str, str]
    items: dict[str, str]
    instruments: dict[str, str]
    sources: dict[str, str]

    def of(self, item: Document) -> dict[str, str]:
        """Label to words of every field that the item fills, in the order in which an editor shows them."""
        applies, given = item.get("applies_when") or {}, item.get("requirement", "")
        found = {
            "Title": item.get("title", ""),
            "Guidance": item.get("guidance", ""),
            "Discipline": self.disciplines.get(item.get("discipline", ""), item.get("discipline", "")),
            "Requirement": Requirement(given).label if given in Requirement.values else given,
            "Applies when": applies.get("text", ""),
            "Rule": self.rule(item),
            "Due": self.due(item),
            "Repeats": f"Every {clocks.parse_interval(item['repeat'])}" if item.get("repeat") else "",
            "Response": self.response(item.get("response") or {}),
            "Waits for": "; ".join(self.items.get(code, code) for code in item.get("depends_on") or []),
            "Sources": "; ".join(self.sources.get(code, code) for code in item.get("sources") or []),
        }
        return {label: words for label, words in found.items() if words}

    def rule(self, item: Document) -> str:
        """When a conditional item applies, in words; nothing for another one."""
        if item.get("requirement") != Requirement.CONDITIONAL:
            return ""
        rule = (item.get("applies_when") or {}).get("rule")
        if rules.problems(rule, self.case_fields):
            return "A rule that cannot be read"
        return rules.describe(rule, self.case_fields)

    def due(self, item: Document) -> str:
        """As "7 days after the case opened (local default)"; nothing without a target."""
        target = item.get("target")
        if not target:
            return ""
        code = target["anchor"].removeprefix(ITEM_ANCHOR)
        start = STARTS.get(target["anchor"]) or f"after “{self.items.get(code, code)}” is done"
        return f"{clocks.parse_interval(target['within'])} {start} ({BASES[target['basis']]})"

    def response(self, response: Document) -> str:
        """What is recorded: its kind with the unit and limits, the options, or the instrument."""
        kind = response.get("kind", "")
        if kind == ResponseKind.NUMBER:
            return f"A number from {response['min']} to {response['max']}, in {response['unit']}"
        if kind == ResponseKind.CHOICE:
            options = "; ".join(f"{each['label']} ({each['value']})" for each in response["choices"])
            return f"{'Any' if response.get('multiple') else 'One'} of: {options}"
        if kind == ResponseKind.SCORE:
            code = response["instrument"]
            return f"A score: {self.instruments.get(code, code)}"
        return str(RESPONSES.get(kind, kind))


def words_for(document: Document, disciplines: dict[str, str]) -> ItemWords:
    """`disciplines` is code to title."""
    items = [item for phase in document["phases"] for item in phase["items"]]
    return ItemWords(
        document.get("case_fields", []),
        disciplines,
        _titles(items),
        _titles(document.get("instruments", [])),
        _titles(document.get("sources", [])),
    )


def plainly(value: Any) -> str:
    """Anything that a document holds, with every detail of it, so that no difference is hidden."""
    if isinstance(value, dict):
        name = next((value[each] for each in ("label", "title", "code") if each in value), "")
        rest = [f"{key} {plainly(each)}" for key, each in value.items() if each != name]
        return f"{name} ({', '.join(rest)})" if rest else str(name)
    if isinstance(value, list):
        return "; ".join(plainly(each) for each in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "" if value is None else str(value)


def _titles(entries: list[Document]) -> dict[str, str]:
    return {each["code"]: str(each.get("title", each["code"])) for each in entries}
