"""What the page of one item shows: the form with what was typed, and everything known about the item."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from pathways import clocks
from pathways.audit import timeline
from pathways.audit.recording import record_event
from pathways.enums import NEEDS_REASON, Action, Anchor, Basis, ItemStatus, Requirement
from pathways.forms.items import AssignForm, CommentForm, ItemForm, put_response, typed
from pathways.models import ReasonCode
from pathways.permissions import Permission, may
from pathways.services.checklists import people_to_assign
from pathways.views import answers
from pathways.views.case_detail import UNDER_WAY, comments_of, hidden_csrf, own_last_change, refusals_of
from pathways.views.rows import ONE_CLICK, fresh_token, identity, with_rows
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
NOT_AGAIN = {"csrfmiddlewaretoken", "token", "version", "replacing"}
STARTS = {Anchor.CASE_OPENED: "the case was opened", Anchor.PHASE_STARTED: "the phase was started"}
BASES = {Basis.PUBLISHED: "published target", Basis.LOCAL: "local default"}
REQUIREMENTS = {
    Requirement.REQUIRED: "Required",
    Requirement.OPTIONAL: "Optional; never overdue and not counted",
    Requirement.CONDITIONAL: "Conditional",
}
STATUS_HINTS = {
    ItemStatus.BLOCKED: "waiting for something; needs a reason",
    ItemStatus.NOT_APPLICABLE: "not needed for this case; needs a reason",
    ItemStatus.NOT_DONE: "it applied and will not be done; needs a reason",
}


def item_page(request, item, *, form=None, warning="", status=200):
    """The page of an item, with what a refused form held; at most 30 queries, however much is stored."""
    context = page_context(request, item, form) | {"warning": warning}
    return render(request, "pathways/item_detail.html", context, status=status)


def item_conflict(request, item, form, conflict):
    """409: what is saved now beside what was not; every word of it stays in the form below."""
    record_event(action=Action.CONFLICTED, by=request.user, case=item.case, reason=f"“{item.name}”")
    item = _fresh(item)
    if not isinstance(form, ItemForm | AssignForm):
        return item_page(request, item, warning=f"{conflict} It was not undone.", status=409)
    if editable := isinstance(form, ItemForm):
        form.keep_unchanged(timeline.at_version(item, form.cleaned_data["version"] or 0), item)
    pairs = _compared(form, item) if editable else _compared_people(form, item)
    context = page_context(request, item, form) | {
        "conflict": conflict,
        "saved_by": f"by {conflict.person or 'the system'}, {clocks.show_time(conflict.at)}",
        "compared": [pair for pair in pairs if pair[1] or pair[2]],
        "again": [(n, value) for n, values in form.data.lists() for value in values if n not in NOT_AGAIN],
        "version": item.version,
        "replacing": True,
        "editable": editable,
    }
    return render(request, "pathways/item_conflict.html", context, status=409)


def _fresh(item):
    found = with_rows(item.case.items).get(pk=item.pk)
    found.case = item.case
    return found


def page_context(request, item, form=None):
    case, now, errors = item.case, timezone.now(), form.errors_by_name() if form else {}
    values = _typed_values(form, item) if isinstance(form, ItemForm) else typed(item)
    if "response" in errors:
        errors[answers.first_control(item, case, values)] = errors.pop("response")
    allowed = not case.is_closed
    return {
        "item": item,
        "case": case,
        "identity": identity(case, now),
        "csrf": hidden_csrf(request),
        "new_token": fresh_token,
        "version": _version(form, item),
        "errors": errors,
        "refusals": refusals_of(errors),
        "may_record": allowed and may(request.user, Permission.RECORD, case.team_id),
        "may_assign": allowed and may(request.user, Permission.ASSIGN, case.team_id),
        "may_comment": allowed and may(request.user, Permission.COMMENT, case.team_id),
        "stored": _stored(item, now),
        "about": _about(item, now),
        "needs": _needs(item),
        "sources": _sources(item),
        "can_be_done_now": not item.is_settled and item.response_spec["kind"] in ONE_CLICK,
        "earlier": list(_earlier(item, now)),
        "people": _people(item, form),
        "comments": comments_of(case, item, now),
        "text": form.data.get("text", "") if isinstance(form, CommentForm) else "",
        **_answer(item, values, errors),
        **_history(request.user, item, now),
    }


def _typed_values(form, item):
    """What a form held; the one-click form holds no more than its status, so the rest is as stored."""
    if "note" in form.data:
        return form.data
    values = typed(item)
    values["status"] = form.data.get("status", "")
    put_response(values, item.response_spec, form.response)
    return values


def _version(form, item):
    """A refused form goes on from the version that it was first shown with, or it would overwrite unseen."""
    seen = form.cleaned_data.get("version") if isinstance(form, ItemForm) else None
    return item.version if seen is None else seen


def _answer(item, values, errors):
    reasons = list(ReasonCode.objects.filter(is_active=True))
    return {
        "controls": answers.controls(item, item.case, values, errors),
        "sum": answers.sum_line(item, item.case, values),
        "statuses": [
            (each.value, each.label, STATUS_HINTS.get(each, ""), values.get("status") == each)
            for each in ItemStatus
        ],
        "reasons": [(status.label, _reasons(status, reasons, values)) for status in NEEDS_REASON],
        "reason_text": values.get("reason_text", ""),
        "note": values.get("note", ""),
        "was": values.get("was", item.status),
        "when": answers.date_parts("when_", values, with_time=True),
        "when_open": any(values.get(f"when_{part}") for part in ("day", "month", "year", "time")),
    }


def _reasons(status, reasons, values):
    """Code, label and whether it is chosen, of the reasons that fit the status."""
    return [
        (
            each.code,
            f"{each.label} (say which below)" if each.needs_text else each.label,
            values.get("reason") == each.code and values.get("status") == status,
        )
        for each in reasons
        if each.fits(status)
    ]


def _people(item, form):
    chosen = form.data.get("assignee") if isinstance(form, AssignForm) else None
    if chosen is None:
        chosen = item.assignee.username if item.assignee_id else ""
    return [(each.username, str(each), each.username == chosen) for each in people_to_assign(item.case)]


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
    return clocks.show_time(item.due_at) + (f" ({clocks.due_words(item.due_at, now)})" if late else "")


def _needs(item):
    """Each prerequisite as address, title, status, its word, and whether it holds nothing up."""
    codes = item.template_item.depends_on if item.template_item_id else []
    rows = with_rows(item.case.items.filter(code__in=codes, occurrence=1))
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


def _earlier(item, now):
    """The other occurrences, newest first, as address, number and what is recorded."""
    others = with_rows(item.case.items.filter(code=item.code).exclude(pk=item.pk)).order_by("-occurrence")
    for each in others[:EARLIER_SHOWN]:
        each.case = item.case
        url = reverse("item_detail", args=[item.case.reference, each.code, each.occurrence])
        yield url, each.occurrence, _outcome(each, now)


def _outcome(item, now):
    words = [item.get_status_display(), shown_response(item, item.case), settled_words(item, now)]
    return ". ".join(each for each in words if each)


def _history(user, item, now):
    """The newest changes of the item, and the entry of the one that the person may take back."""
    story = timeline.story(item.case, item=item, limit=HISTORY_SHOWN)
    mine = own_last_change(item, user)
    undo = next((each for each in story.entries if each.event == mine), None)
    return {"story": story, "undo": undo, "undo_at": brief(undo.at, now) if undo else ""}


def _compared(form, item):
    """What is saved now and what was sent, field by field, in words."""
    sent = type(item)(template_item=item.template_item, response=item.response, note=item.note)
    sent.status, sent.reason, sent.reason_text = (
        form.cleaned_data["status"],
        form.cleaned_data["reason"],
        form.cleaned_data["reason_text"],
    )
    sent.response = item.response if form.response is None else form.response
    sent.note = form.cleaned_data["note"] if "note" in form.data else item.note
    pairs = [(each, dict(_recorded(each, item.case))) for each in (item, sent)]
    (_, theirs), (_, mine) = pairs
    return [(label, theirs[label], mine[label], theirs[label] != mine[label]) for label in theirs]


def _recorded(item, case):
    return [
        ("Status", item.get_status_display()),
        ("Recorded", shown_response(item, case)),
        ("Reason", reason_words(item) if item.reason else ""),
        ("Note", item.note),
    ]


def _compared_people(form, item):
    theirs, mine = str(item.assignee or "Nobody"), str(form.cleaned_data["assignee"] or "Nobody")
    return [("Assigned to", theirs, mine, theirs != mine)]
