"""One item of a case: its page, and everything a person does to it."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pathways.enums import ItemStatus
from pathways.forms.items import AssignForm, CommentForm, ItemForm, UndoForm
from pathways.http import see_other
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, CaseClosed, ChangedElsewhere
from pathways.services.checklists import add_comment, assign_item, people_to_assign, record_item
from pathways.services.undoing import undo_change
from pathways.views.case_detail import answer_anyway, clock, visible_case, write_token
from pathways.views.item_page import item_conflict, item_page
from pathways.views.words import anchor


@require_safe
def item_detail(request, reference, code, occurrence):
    return item_page(request, visible_item(request.user, reference, code, occurrence))


@require_POST
def item_save(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.RECORD, item.case.team_id)
    form = ItemForm(request.POST, item=item, now=timezone.now())
    saved, answer = attempt(request, item, form, partial(record_item, item=item), row_url(item))
    if saved:
        messages.success(request, said(item, saved))
    return answer


@require_POST
def item_assign(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.ASSIGN, item.case.team_id)
    form = AssignForm(request.POST, people=people_to_assign(item.case))
    saved, answer = attempt(request, item, form, partial(assign_item, item=item), item_url(item))
    if saved:
        assignee = form.cleaned_data["assignee"] or "nobody"
        messages.success(request, " ".join([f"Assigned to {assignee} {clock()}.", *saved.merged]))
    return answer


@require_POST
def item_comment(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.COMMENT, item.case.team_id)
    service = partial(add_comment, case=item.case, item=item)
    form = CommentForm(request.POST)
    saved, answer = attempt(request, item, form, service, f"{item_url(item)}#comments")
    if saved:
        messages.success(request, f"Comment added {clock()}.")
    return answer


@require_POST
def item_undo(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.RECORD, item.case.team_id)
    form = UndoForm(request.POST, case=item.case)
    back = row_url(item) if request.POST.get("back") == "case" else item_url(item)
    saved, answer = attempt(request, item, form, undo_change, back)
    if saved:
        messages.success(request, f"Undone {clock()}.")
    return answer


def attempt(request, item, form, service, back):
    """What the service returned, or None, and the answer: on to `back`, or a page with what was typed."""
    if not form.is_valid():
        return None, item_page(request, item, form=form, status=422)
    try:
        done = service(by=request.user, token=write_token(request, form), **form.wanted())
    except (AlreadyAnswered, CaseClosed) as answered:
        return None, answer_anyway(request, answered, back)
    except BadInput as refused:
        form.refuse(refused.errors)
        return None, item_page(request, item, form=form, status=422)
    except ChangedElsewhere as conflict:
        return None, item_conflict(request, item, form, conflict)
    return done, see_other(back)


def visible_item(user, reference, code, occurrence):
    """The item with what its row shows and the case that the person may see, or 404."""
    case = visible_case(user, reference)
    related = ("template_item__discipline", "assignee", "settled_by", "reason")
    item = get_object_or_404(case.items.select_related(*related), code=code, occurrence=occurrence)
    item.case = case
    return item


def item_url(item):
    return reverse("item_detail", args=[item.case.reference, item.code, item.occurrence])


def row_url(item):
    """Back to the item's row, where the person came from; the row then offers to undo the change."""
    page = reverse("case_detail", args=[item.case.reference])
    return f"{page}?saved={item.code}.{item.occurrence}#{anchor(item)}"


def said(before, saved):
    """What was saved, and what others had changed that was kept."""
    if saved.event is None:
        words = "Nothing changed."
    elif saved.item.status != before.status:
        words = f"“{before.name}” marked {ItemStatus(saved.item.status).label.lower()} {clock()}."
    else:
        words = f"“{before.name}” saved {clock()}."
    return " ".join([words, *saved.merged])
