"""One item of a case: its page, the parts of it that open in its row, and everything a person does to it."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pathways import published
from pathways.audit.changes import show_due
from pathways.audit.recording import TokenReused
from pathways.compiled import compiled
from pathways.enums import ItemStatus
from pathways.forms.due import DueForm
from pathways.forms.items import AssignForm, CommentForm, ItemForm, UndoForm
from pathways.http import see_other, wants_fragment
from pathways.models import ChecklistItem
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, CaseClosed, ChangedElsewhere
from pathways.services.checklists import (
    Recorded,
    add_comment,
    assign_item,
    people_to_assign,
    record_item,
    set_due,
)
from pathways.services.undoing import undo_change
from pathways.views.case_detail import added, answer_anyway, clock, write_token
from pathways.views.item_forms import item_url
from pathways.views.item_page import item_conflict, item_page
from pathways.views.item_row import answer_in_row, conflict_panel, item_part, panel
from pathways.views.places import place_of
from pathways.views.rows import with_people

ALREADY_SENT = "This form was sent before with other content. See what is recorded now, then save again."


@require_safe
def item_detail(request, reference, code, occurrence):
    """The page, or for htmx the part of it that it asks for."""
    item = visible_item(request.user, reference, code, occurrence)
    with_people([item])
    if wants_fragment(request):
        return item_part(request, item, request.GET.get("part", "edit"))
    return item_page(request, item)


@require_POST
def item_save(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.RECORD, item.case.team_id)
    form = ItemForm(request.POST, item=item, now=timezone.now())
    back = place_of(request).url(item)
    return attempt(request, item, form, partial(record_item, item=item), back, recorded)


@require_POST
def item_assign(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.ASSIGN, item.case.team_id)
    form = AssignForm(request.POST, people=people_to_assign(item.case))
    return attempt(request, item, form, partial(assign_item, item=item), _back(request, item), assigned)


@require_POST
def item_due(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.RECORD, item.case.team_id)
    form = DueForm(request.POST, now=timezone.now())
    return attempt(request, item, form, partial(set_due, item=item), _back(request, item), scheduled)


@require_POST
def item_comment(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.COMMENT, item.case.team_id)
    service = partial(add_comment, case=item.case, item=item)
    back = f"{item_url(item)}#comments"
    return attempt(request, item, CommentForm(request.POST), service, back, commented)


@require_POST
def item_undo(request, reference, code, occurrence):
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.RECORD, item.case.team_id)
    place = place_of(request)
    back = place.url(item) if place.is_work or request.POST.get("back") == "case" else item_url(item)
    return attempt(request, item, UndoForm(request.POST, case=item.case), undo_change, back, undone)


def _back(request, item):
    """Where what the item's page and a row of the person's work both offer leads."""
    place = place_of(request)
    return place.url(item) if place.is_work else item_url(item)


def attempt(request, item, form, service, back, words):
    """Save, and answer with what came of it: in the row for htmx, else on to `back` or with a page.

    `words` puts what the service returned into what is said and what stays to be read.
    """
    if not form.is_valid():
        return refused(request, item, form)
    try:
        done = service(by=request.user, token=write_token(request, form), **form.wanted())
    except AlreadyAnswered:
        return answer_in_row(request, item) if wants_fragment(request) else see_other(back)
    except CaseClosed as closed:
        return answer_anyway(request, closed, back)
    except (BadInput, TokenReused) as error:
        form.refuse(getattr(error, "errors", {"token": ALREADY_SENT}))
        return refused(request, item, form)
    except ChangedElsewhere as conflict:
        return conflicted(request, item, form, conflict)
    said, kept = words(item, done, form)
    return saved(request, item, back, said, kept, done if isinstance(done, Recorded) else None)


def saved(request, item, back, said, kept, stands):
    """`kept` is what others had changed and was kept; a row in which nothing changed says what was done."""
    if not wants_fragment(request):
        messages.success(request, " ".join([said, *kept]))
        return see_other(back)
    to_read = kept if stands and stands.event else [said, *kept]
    note = render_to_string("pathways/_said.html", {"said": to_read}) if to_read else ""
    done = " ".join([said, *kept])
    return answer_in_row(request, item, stands=stands, done=done, said=note)


def refused(request, item, form):
    """422 with everything that was typed, and what is wrong with it; an undo holds nothing to correct."""
    if not wants_fragment(request):
        return item_page(request, item, form=form, status=422)
    if isinstance(form, UndoForm):
        note = render_to_string("pathways/_said.html", {"said": form.errors_by_name().values()})
        return answer_in_row(request, item, said=note, status=422)
    return answer_in_row(request, item, opened=panel(request, item, form), status=422)


def conflicted(request, item, form, conflict):
    """409 with both versions."""
    if not wants_fragment(request):
        return item_conflict(request, item, form, conflict)
    return answer_in_row(request, item, said=conflict_panel(request, item, form, conflict), status=409)


def visible_item(user, reference, code, occurrence):
    """The item with its case as far as the person may see it, or 404; one query."""
    for item in _visible_items(reference, code, occurrence, sight=user.sight):
        published.with_vocabulary(item.case.template_version)
        return published.attach([item], item.case.template_version)[0]
    raise Http404


@compiled
def _visible_items(reference, code, occurrence, *, sight):
    items = ChecklistItem.objects.visible_to(sight).select_related("case__team", "case__template_version")
    items = items.filter(case__reference=reference, code=code, occurrence=occurrence)
    return items.defer(*(f"case__{name}" for name in published.UNREAD))


def recorded(item, done, form):
    if done.event is None:
        said = "Nothing changed."
    elif done.item.status != item.status:
        said = f"“{item.name}” marked {ItemStatus(done.item.status).label.lower()} {clock()}."
    else:
        said = f"“{item.name}” saved {clock()}."
    return said, done.merged


def assigned(item, done, form):
    return f"Assigned to {form.cleaned_data['assignee'] or 'nobody'} {clock()}.", done.merged


def scheduled(item, done, form):
    if done.event is None:
        return "Nothing changed.", done.merged
    due = f"set to {show_due(done.item.due_at)}" if done.item.due_given else "as the pathway says"
    return f"Due time {due}.", done.merged


def commented(item, done, form):
    return added(done), []


def undone(item, done, form):
    return f"Undone {clock()}.", []
