"""The page of one item, and what a part of it looks like within the item's row."""

from django.shortcuts import render
from django.utils import timezone

from pathways import clocks
from pathways.audit import timeline
from pathways.audit.recording import record_event
from pathways.enums import Action, ItemStatus
from pathways.forms.due import DueForm
from pathways.forms.items import AssignForm, ItemForm
from pathways.permissions import Permission, may
from pathways.services.own_items import is_switched_by_hand
from pathways.views import item_forms
from pathways.views.compare import compared
from pathways.views.identity import identity
from pathways.views.item_about import about, history
from pathways.views.rows import with_rows

SWITCH = {
    False: ("yes", "Why does it apply to this case?", "It applies to this case"),
    True: ("no", "Why does it no longer apply?", "It no longer applies"),
}


def item_page(request, item, *, form=None, status=200):
    """The page of an item, with what a refused form held; at most 30 queries, however much is stored."""
    return render(request, "pathways/item_detail.html", page_context(request, item, form), status=status)


def page_context(request, item, form):
    case, now, allowed = item.case, timezone.now(), not (item.case.is_closed or item.retired_at)
    context = item_forms.shared(request, item, form, in_row=False)
    return context | {
        "identity": identity(case, now),
        "may_record": allowed and may(request.user, Permission.RECORD, case.team_id),
        "may_assign": allowed and may(request.user, Permission.ASSIGN, case.team_id),
        "may_comment": allowed and may(request.user, Permission.COMMENT, case.team_id),
        **about(item, now),
        **history(request.user, item, now),
        **item_forms.edit_fields(item, form, context["errors"], context["at"]),
        **item_forms.assign_fields(item, form),
        **item_forms.due_fields(item, form),
        **item_forms.comment_fields(case, item, form),
        "unsaved": form is not None,
        "switch": switch(item, form),
    }


def switch(item, form):
    """How a person says that the item applies, or no longer; None where a rule does, or it is in use."""
    if not is_switched_by_hand(item) or (item.applies_since and item.status != ItemStatus.NOT_STARTED):
        return None
    on, question, button = SWITCH[bool(item.applies_since)]
    return {
        "on": on,
        "question": question,
        "button": button,
        "text": form.data.get("switch", "") if form else "",
    }


def conflict_context(request, item, form, conflict, *, in_row):
    """What is saved now beside what was not, and a form that holds every word of it."""
    record_event(action=Action.CONFLICTED, by=request.user, case=item.case, reason=f"“{item.name}”")
    (item,) = with_rows(item.case, pk=item.pk)
    if editable := isinstance(form, ItemForm):
        form.keep_unchanged(timeline.at_version(item, form.cleaned_data["version"] or 0), item)
    context = item_forms.shared(request, item, form, in_row=in_row)
    context |= {
        "at": f"{context['at']}mine-",
        "conflict": conflict,
        "saved_by": f"by {conflict.person or 'the system'}, {clocks.show_time(conflict.at)}",
        "compared": compared(form, item) if isinstance(form, ItemForm | AssignForm | DueForm) else [],
        "again": item_forms.sent_again(form),
        "action": request.path,
        "replacing": True,
        "editable": editable,
        "level": "h3" if in_row else "h2",
        "may_record": True,
    }
    fields = item_forms.edit_fields(item, form, {}, context["at"]) if editable else {}
    return context | fields | {"version": item.version}


def item_conflict(request, item, form, conflict):
    """409 as a page of its own, for browsers without scripts."""
    context = conflict_context(request, item, form, conflict, in_row=False)
    context["identity"] = identity(item.case, timezone.now())
    return render(request, "pathways/item_conflict.html", context, status=409)
