"""What the forms of one item show: what is stored or was typed, what there is to choose, what was wrong."""

from datetime import UTC, datetime

from django.db.models import Q
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from pathways import clocks, commonest
from pathways.compiled import compiled
from pathways.enums import NEEDS_REASON, ItemStatus
from pathways.forms.due import DueForm
from pathways.forms.items import AssignForm, CommentForm, ItemForm, UndoForm, put_response, typed
from pathways.models import Comment, ReasonCode
from pathways.services.checklists import people_to_assign
from pathways.services.risks import ONE_TAP
from pathways.views import answers
from pathways.views.places import place_of
from pathways.views.rows import ONE_CLICK, fresh_token
from pathways.views.words import brief

COMMENTS_SHOWN = 20
FOR_EVER = datetime.max.replace(tzinfo=UTC)
STATUS_HINTS = {
    ItemStatus.BLOCKED: "waiting for something; needs a reason",
    ItemStatus.NOT_APPLICABLE: "not needed for this case; needs a reason",
    ItemStatus.NOT_DONE: "it applied and will not be done; needs a reason",
}
DUE_PARTS = ("day", "month", "year", "time")
NOT_AGAIN = {"csrfmiddlewaretoken", "place", "token", "version", "replacing"}
FIRST: dict[type, str] = {AssignForm: "assignee", DueForm: "due_day", CommentForm: "text"}


def hidden_csrf(request):
    """The fields of CSRF and of the place as a string: the tag would mask the secret again for each row."""
    field = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}'
    return format_html(field, get_token(request), place_of(request).hidden)


def shared(request, item, form=None, *, in_row):
    """What every form of the item needs. `at` begins the ids of its controls, `in_row` lets htmx send it."""
    errors, place = _errors(form, item), place_of(request)
    at = f"{place.anchor(item)}-"
    return {
        "item": item,
        "case": item.case,
        "url": item_url(item),
        "row_url": place.url(item),
        "query": place.query,
        "at": at,
        "in_row": in_row,
        "csrf": hidden_csrf(request),
        "replacing": form is not None and form.data.get("replacing"),
        "new_token": fresh_token,
        "errors": errors,
        "refusals": [(text, _control_of(name, form, at)) for name, text in errors.items()],
    }


def _errors(form, item):
    """Control name to what is wrong; what no control of the form stands for goes by its first one."""
    errors = form.errors_by_name() if form else {}
    if "response" in errors:
        errors[answers.first_control(item, item.case, _values(form, item))] = errors.pop("response")
    asks_for_reason = isinstance(form, ItemForm) and form.data.get("part") == "reason"
    if "status" in errors and (asks_for_reason or type(form) in FIRST):
        errors["reason" if asks_for_reason else FIRST[type(form)]] = errors.pop("status")
    return errors


def _control_of(name, form, at):
    """The id to which a refusal leads; an undo has no control that could be corrected."""
    return "" if isinstance(form, UndoForm) else f"{at}{name}"


def item_url(item):
    return reverse("item_detail", args=[item.case.reference, item.code, item.occurrence])


def sent_again(form, *left_out):
    """Name and value of everything that a form held, for another one that goes on with it."""
    names = [name for name in form.data if name not in NOT_AGAIN.union(left_out)]
    return [(name, value) for name in names for value in form.data.getlist(name)]


def why_asked(form, errors):
    """What was said of why the item changes, and what may be said with one tap; None for ordinary work."""
    if not isinstance(form, ItemForm) or not ("why" in errors or form.typed_why()):
        return None
    return {"text": form.typed_why(), "taps": ONE_TAP}


def edit_fields(item, form, errors, at):
    """The whole form, its ids beginning with `at`; one query for the reasons."""
    form = form if isinstance(form, ItemForm) else None
    values = _values(form, item)
    return {
        "controls": answers.controls(item, item.case, values, errors, at),
        "sum": answers.sum_line(item, item.case, values),
        "statuses": [
            (each.value, each.label, STATUS_HINTS.get(each, ""), values.get("status") == each)
            for each in ItemStatus
        ],
        "reasons": _reasons(values),
        "reason_text": values.get("reason_text", ""),
        "note": values.get("note", ""),
        "why": why_asked(form, errors),
        "was": values.get("was", item.status),
        "when": answers.date_parts("when_", values, with_time=True),
        "when_open": any(values.get(f"when_{part}") for part in DUE_PARTS),
        "version": _version(form, item),
        "unsaved": form is not None,
        "can_be_done_now": not item.is_settled and item.response_spec["kind"] in ONE_CLICK,
    }


def _values(form, item):
    """What a form held; one tap holds its status and what goes with that, the rest is as stored."""
    if not isinstance(form, ItemForm):
        return typed(item)
    if "note" in form.data:
        return form.data
    values = typed(item)
    for name in ("status", "reason", "reason_text"):
        values[name] = form.data.get(name, "")
    if form.response is not None:
        put_response(values, item.response_spec, form.response)
    return values


def _version(form, item):
    """A refused form goes on from the version that it was first shown with, or it would overwrite unseen."""
    seen = form.cleaned_data.get("version") if form else None
    return item.version if seen is None else seen


def _reasons(values):
    """Label and options for each status that needs a reason; one out of use stays where it was given."""
    offered = Q(is_active=True) | Q(code=values.get("reason", ""))
    known = list(ReasonCode.objects.filter(offered))
    return [(status.label, _options(status, known, values)) for status in NEEDS_REASON]


def _options(status, known, values):
    """Code, label and whether it is chosen, of the reasons that fit the status."""
    return [
        (
            each.code,
            f"{each.label} (say which below)" if each.needs_text else each.label,
            values.get("reason") == each.code and values.get("status") == status,
        )
        for each in commonest.first(known, status)
    ]


def reason_fields(item, form, data):
    """One status that needs a reason, with its reasons; `data` is what was asked for or sent; one query."""
    status = ItemStatus(data["status"])
    known = ReasonCode.objects.filter(is_active=True)
    return {
        "status": status,
        "reasons": [
            (each.code, each.label, each.code == data.get("reason"))
            for each in commonest.first(known, status)
        ],
        "reason_text": data.get("reason_text", ""),
        "why": why_asked(form, form.errors_by_name() if form else {}),
        "version": _version(form, item),
    }


def why_fields(item, form, errors):
    """The question alone, for what one tap had sent; `asks` is the question as long as it has no answer."""
    old, new = item.get_status_display(), ItemStatus(form.cleaned_data["status"]).label
    return {
        "why": why_asked(form, errors),
        "becomes": "" if old == new else f"{old} becomes {new.lower()}.",
        "asks": "" if form.typed_why() else errors["why"],
        "again": sent_again(form, "why", "why_text"),
        "version": _version(form, item),
    }


def assign_fields(item, form):
    """The people of the team; one query."""
    form = form if isinstance(form, AssignForm) else None
    chosen = form.data.get("assignee") if form else None
    if chosen is None:
        chosen = item.assignee.username if item.assignee_id else ""
    people = people_to_assign(item.case)
    return {
        "people": [(each.username, str(each), each.username == chosen) for each in people],
        "assign_version": _version(form, item),
    }


def due_fields(item, form):
    """The day and time that was typed, else those that somebody has set."""
    form = form if isinstance(form, DueForm) else None
    data = form.data if form else _typed_due(item.due_given)
    return {
        "due_parts": answers.date_parts("due_", data, with_time=True),
        "due_given": item.due_given,
        "due_version": _version(form, item),
    }


def _typed_due(given):
    """A due time as people would type it: one that ends a day is that day without a time."""
    if given is None:
        return {}
    local = given.astimezone(clocks.LONDON)
    typed = {"due_day": str(local.day), "due_month": str(local.month), "due_year": str(local.year)}
    return typed if local.time() == clocks.END_OF_DAY else typed | {"due_time": f"{local:%H:%M}"}


def comment_fields(case, item, form, *, until=None):
    """The newest comments on the item, or with None on the case as a whole, oldest first; one query."""
    newest, now = _comments(case.pk, until or FOR_EVER, *([item.pk] if item else [])), timezone.now()
    shown = [(who, brief(at, now), text) for who, at, text in newest[:COMMENTS_SHOWN]]
    return {
        "comments": {"shown": shown[::-1], "more": len(newest) > COMMENTS_SHOWN},
        "comment_url": f"{item_url(item)}comment/"
        if item
        else reverse("case_comment", args=[case.reference]),
        "text": form.data.get("text", "") if isinstance(form, CommentForm) else "",
    }


@compiled
def _comments(case, until, item=None):
    found = Comment.objects.filter(case=case, item=item, written_at__lte=until).order_by("-written_at", "-pk")
    return found.values_list("author__display_name", "written_at", "text")[: COMMENTS_SHOWN + 1]
