"""Everything known about one item beside its forms: what is recorded, its target, its needs, its history."""

from django.urls import reverse

from pathways import clocks
from pathways.audit import timeline
from pathways.enums import Anchor, Basis, Requirement
from pathways.views.entry_markup import shown
from pathways.views.item_forms import item_url
from pathways.views.restore_words import offer_restoring
from pathways.views.rows import with_rows
from pathways.views.sheet import UNDER_WAY, own_changes
from pathways.views.trend import trend
from pathways.views.words import (
    applies,
    brief,
    is_met,
    is_overdue,
    reason_words,
    settled_words,
    shown_response,
)

HISTORY_SHOWN = 20
EARLIER_SHOWN = 50
STARTS = {Anchor.CASE_OPENED: "the case was opened", Anchor.PHASE_STARTED: "the phase was started"}
BASES = {Basis.PUBLISHED: "published target", Basis.LOCAL: "local default"}
REQUIREMENTS = {
    Requirement.REQUIRED: "Required",
    Requirement.OPTIONAL: "Optional; never overdue and not counted",
    Requirement.CONDITIONAL: "Conditional",
}


def about(item, now):
    return {
        "stored": _stored(item, now),
        "about": _about(item, now),
        "needs": _needs(item),
        "sources": _sources(item),
        **_occurrences(item, now),
    }


def history(user, item, now):
    """The newest changes of the item, and the person's own that may be taken back."""
    story = timeline.story(item.case, item=item, limit=HISTORY_SHOWN)
    offer_restoring(story.entries, user, item.case, item)
    own = own_changes(user, item.case, [item]).get(item.pk)
    words = f"{own.did} {brief(own.at, now)}" if own else ""
    return shown(story) | {"undo": own and own.event, "undo_words": words}


def _stored(item, now):
    """Label and text of everything that is recorded on the item now."""
    found = [
        ("Recorded", shown_response(item, item.case)),
        ("Reason", reason_words(item) if item.reason_id else ""),
        ("Who and when", settled_words(item, now) or _given(item, now)),
        ("Note", item.note),
        ("Assigned to", str(item.assignee) if item.assignee_id else "Nobody"),
    ]
    return [(label, text) for label, text in found if text]


def _given(item, now):
    """Who set the status of an item under way, and when; one query."""
    who, at = timeline.status_givers([item] if item.status in UNDER_WAY else []).get(item.pk, ("", None))
    return f"Set by {who}, {brief(at, now)}" if who else ""


def _about(item, now):
    target = item.template_item
    if target is None:
        return [("Requirement", "Added for this case")]
    found = [
        ("Requirement", _requirement(item, now)),
        ("Discipline", target.discipline.title),
        ("Target", _target(item) if item.occurrence == 1 else ""),
        ("Repeat", f"Every {clocks.parse_interval(target.repeat)}" if target.repeat else ""),
        ("Due", _due(item, now)),
    ]
    return [(label, text) for label, text in found if text]


def _requirement(item, now):
    words = REQUIREMENTS[item.requirement]
    if item.requirement != Requirement.CONDITIONAL:
        return words
    since = (
        f"Applies since {brief(item.applies_since, now)}." if item.applies_since else "Does not apply now."
    )
    return f"{words}: {item.template_item.applies_text} {since}"


def _target(item):
    target = item.template_item
    if not target.within:
        return ""
    start = STARTS.get(target.anchor) or f"“{_title_of(item, target.anchor_item)}” was done"
    return f"Within {clocks.parse_interval(target.within)} after {start}; {BASES[target.basis]}"


def _title_of(item, code):
    found = item.case.template_version.items.filter(code=code).values_list("title", flat=True)
    return found.first() or code


def _due(item, now):
    if item.due_at is None or item.is_settled or item.case.is_closed:
        return ""
    late = is_overdue(item, item.case, now)
    return clocks.show_time(item.due_at) + (f" ({clocks.countdown(item.due_at, now)})" if late else "")


def _needs(item):
    """Each prerequisite as address, title, status, its word, and whether it holds nothing up."""
    codes = item.template_item.depends_on if item.template_item_id else []
    rows = with_rows(item.case, code__among=codes, occurrence=1) if codes else []
    return [
        (
            reverse("item_detail", args=[item.case.reference, each.code, 1]),
            each.name,
            each.status,
            each.get_status_display() if applies(each) else "Does not apply",
            is_met(each),
        )
        for each in rows
    ]


def _sources(item):
    codes = item.template_item.sources if item.template_item_id else []
    known = {each["code"]: each for each in item.case.template_version.sources}
    return [(known[code]["title"], known[code].get("url", "")) for code in codes if code in known]


def _occurrences(item, now):
    """The other occurrences, newest first, as address, number and what is recorded; and the trend of all."""
    every = with_rows(item.case, code=item.code)
    others = [each for each in every if each.pk != item.pk]
    return {
        "earlier": [
            (item_url(each), each.occurrence, _outcome(each, now))
            for each in others[: -EARLIER_SHOWN - 1 : -1]
        ],
        "trend": trend(every, item.case),
    }


def _outcome(item, now):
    words = [item.get_status_display(), shown_response(item, item.case), settled_words(item, now)]
    return ". ".join(each for each in words if each)
