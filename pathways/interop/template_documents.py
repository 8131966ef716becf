"""A template version as one document: what a file of it says, and what comparing and checking read.

Plain dictionaries and lists in the order in which people read them; what only repeats a default is left out.
"""

import json
from hashlib import sha256
from typing import Any

from pathways.enums import Anchor, Phase
from pathways.interop.template_shape import ITEM_ANCHOR
from pathways.models import TemplateItem, TemplateVersion

HEADER = ("code", "reference_prefix", "title", "condition", "summary", "sources_summary")
VOCABULARY = ("case_fields", "instruments", "sources", "notes")

Document = dict[str, Any]


def document_of(version: TemplateVersion) -> Document:
    """The version as it stands, without what is removed from a draft; three queries."""
    items = version.items.filter(is_removed=False).select_related("discipline")
    return document_from(version, list(version.phases.all()), list(items))


def document_from(version: TemplateVersion, phases: list[Any], items: list[TemplateItem]) -> Document:
    """The same from rows at hand: the items with their disciplines, both in the order of the page."""
    vocabulary = {name: getattr(version, name) for name in VOCABULARY}
    header = {name: getattr(version.template, name) for name in HEADER}
    header |= {name: [each["code"] for each in vocabulary[name]] for name in ("case_fields", "notes")}
    return {
        "schema": 1,
        "template": _without_blanks(header),
        "phases": [
            {
                "code": Phase(phase.phase).code,
                "title": phase.title,
                "goal": phase.goal,
                "items": [item_document(item) for item in items if item.phase == phase.phase],
            }
            for phase in phases
        ],
        **vocabulary,
    }


def digest_of(document: Document) -> str:
    """The same for two documents that say the same, whichever version they are; layout changes nothing."""
    content = {name: value for name, value in document.items() if name not in ("schema", "version")}
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def item_document(item: TemplateItem) -> Document:
    """One item as a file says it."""
    found = {
        "code": item.code,
        "title": item.title,
        "guidance": item.guidance,
        "discipline": item.discipline.code,
        "requirement": item.requirement,
        "applies_when": _applies_when(item),
        "target": _target(item),
        "repeat": item.repeat,
        "response": item.response,
        "depends_on": item.depends_on,
        "sources": item.sources,
    }
    return _without_blanks(found)


def _applies_when(item: TemplateItem) -> Document:
    if not item.applies_text:
        return {}
    return {"text": item.applies_text} | ({"rule": item.applies_rule} if item.applies_rule else {})


def _target(item: TemplateItem) -> Document:
    if not item.anchor:
        return {}
    anchor = f"{ITEM_ANCHOR}{item.anchor_item}" if item.anchor == Anchor.ITEM else item.anchor
    return {"anchor": anchor, "within": item.within, "basis": item.basis}


def _without_blanks(found: Document) -> Document:
    return {
        name: value for name, value in found.items() if value not in ("", [], {}) or name == "case_fields"
    }
