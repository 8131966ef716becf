"""What differs between two states of a case, in words and by phase."""

from typing import NamedTuple

from django.urls import reverse

from pathways import clocks, details
from pathways.audit.changes import show_due
from pathways.enums import Phase, ResponseKind
from pathways.views.compare import marked
from pathways.views.words import applies, reason_words, shown_response

GONE = "Not on the checklist"


class Fact(NamedTuple):
    """A field of both states, as HTML with the words marked that only one of them has."""

    label: str
    before: str
    after: str
    differs: bool


class Part(NamedTuple):
    """An item with its address, or the case itself without."""

    title: str
    url: str
    facts: list[Fact]


def differences(one, other, *, with_equal):
    """Pairs of a heading and its parts: the case details, then each phase; nothing that is empty."""
    of_case = Part("", "", _facts(_case_words(one.case), _case_words(other.case), with_equal=with_equal))
    sections = [("Case details", [of_case])]
    for phase in Phase:
        started = _facts(_phase_words(one, phase), _phase_words(other, phase), with_equal=with_equal)
        sections.append((phase.label, [Part("", "", started), *_items(one, other, phase, with_equal)]))
    filled = [(title, [part for part in parts if part.facts]) for title, parts in sections]
    return [(title, parts) for title, parts in filled if parts]


def _items(one, other, phase, with_equal):
    """The phase's items in the order of the later state; what had gone by then comes last."""
    before, after = (_by_key(state, phase) for state in (one, other))
    return [_item(before.get(key), after.get(key), with_equal) for key in dict.fromkeys([*after, *before])]


def _by_key(state, phase):
    return {(item.code, item.occurrence): item for item in state.items if item.phase == phase}


def _item(before, after, with_equal):
    item = after or before
    repeat = f", occurrence {item.occurrence}" if item.occurrence > 1 else ""
    url = reverse("item_detail", args=[item.case.reference, item.code, item.occurrence]) if after else ""
    words = [_item_words(each) if each else {"Status": GONE} for each in (before, after)]
    return Part(item.name + repeat, url, _facts(*words, with_equal=with_equal))


def _facts(before, after, *, with_equal):
    """The fields that differ, and with `with_equal` every field that either state fills."""
    facts = []
    for label in dict.fromkeys([*after, *before]):
        texts = before.get(label, ""), after.get(label, "")
        differs = texts[0] != texts[1]
        if differs or (with_equal and any(texts)):
            old, new = marked(*texts)
            facts.append(Fact(label, old, new, differs))
    return facts


def _case_words(case):
    version = case.template_version
    told = {
        field["title"]: details.show(field, case.details.get(field["code"])) for field in version.case_fields
    }
    return told | {
        "Status": case.get_status_display(),
        "Outcome": case.get_outcome_display() if case.outcome else "",
        "Pathway": str(version),
    }


def _phase_words(state, phase):
    begun = next((row.started_at for row in state.phases if row.phase == phase), None)
    return {"Phase started": clocks.show_time(begun) if begun else ""}


def _item_words(item):
    is_tick = item.response_spec["kind"] == ResponseKind.TICK
    return {
        "Status": item.get_status_display(),
        "Response": "" if is_tick else shown_response(item, item.case),
        "Reason": reason_words(item) if item.reason_id else "",
        "Note": item.note,
        "Assigned to": str(item.assignee) if item.assignee_id else "",
        "Due": f"{show_due(item.due_at)}, set by hand" if item.due_given else show_due(item.due_at),
        "Applies": "Yes" if applies(item) else "No",
        "Happened": clocks.show_time(item.settled_at) if item.settled_at else "",
        "Settled by": str(item.settled_by) if item.settled_by_id else "",
    }
