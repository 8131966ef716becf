"""What buttons do to an item of a draft: duplicate, remove, put back, move."""

from django.contrib import messages
from django.views.decorators.http import require_POST

from pathways.audit.recording import TokenReused, record_event
from pathways.enums import Action
from pathways.forms.template_items import ActForm, MoveForm, RemoveForm
from pathways.http import wants_fragment
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere
from pathways.services.drafts import duplicate_item, move_item, put_back_item, remove_item
from pathways.views.draft_item_form import more_html
from pathways.views.draft_outline import Outline
from pathways.views.template_draft import answer, draft_page, fragments, note
from pathways.views.template_item import ALREADY_SENT, editable, item_of, token_of


@require_POST
def template_item_duplicate(request, template, code):
    draft = editable(request, template)
    return act(request, draft, item_of(draft, code), ActForm(request.POST), duplicate_item, copied)


@require_POST
def template_item_remove(request, template, code):
    draft = editable(request, template)
    return act(request, draft, item_of(draft, code), RemoveForm(request.POST), remove_item, removed)


@require_POST
def template_item_put_back(request, template, code):
    draft = editable(request, template)
    return act(request, draft, item_of(draft, code), ActForm(request.POST), put_back_item, put_back)


@require_POST
def template_item_move(request, template):
    """To the place that a button, the menu of the row, or a mouse says."""
    draft, form = editable(request, template), MoveForm(request.POST)
    if not form.is_valid() and not form.data.get("pk", "").isdecimal():
        messages.error(request, next(iter(form.errors_by_name().values())))
        return draft_page(request, draft, status=422)
    pk = form.move["pk"] if form.is_valid() else form.data["pk"]
    return act(request, draft, item_of(draft, "", str(pk)), form, move_item, moved)


def act(request, draft, item, form, service, tell):
    """Do what a button says; `tell` words what came of it, and names the control to go on from."""
    if not form.is_valid():
        return act_refused(request, draft, item, form)
    try:
        done = service(by=request.user, item=item, token=token_of(request, form), **form.wanted())
    except AlreadyAnswered:
        return answer(request, draft, item, "Done.")
    except (BadInput, TokenReused) as error:
        form.refuse(getattr(error, "errors", {"token": ALREADY_SENT}))
        return act_refused(request, draft, item, form)
    except ChangedElsewhere as conflict:
        record_event(action=Action.CONFLICTED, by=request.user, reason="a draft")
        said = f"{conflict} Nothing was done: look at it as it is now."
        return act_refused(request, draft, conflict.theirs, form, said, 409)
    return tell(request, draft, item, done, form)


def act_refused(request, draft, item, form, said="", status=422):
    """The row as it stands, with what is wrong in it."""
    errors, outline = form.errors_by_name(), Outline(draft)
    text = said or next(iter(errors.values()), "That did not work.")
    if not wants_fragment(request):
        messages.error(request, text)
        return draft_page(request, draft, outline, status=status)
    row = outline.rows[item.code]
    row.said = note(text, "err")
    if isinstance(form, MoveForm) and form.control == "more":
        row.panel = more_html(request, item, outline.items, in_row=True, errors=errors)
    return fragments(request, outline, item.phase, said=text, status=status)


def copied(request, draft, item, done, form):
    return answer(request, draft, done.row, f"“{item.title}” duplicated right after it.")


def removed(request, draft, item, done, form):
    """Goes on at the row after it, else the one before, else the heading of the phase."""
    said = f"“{item.title}” removed. Undo is in its row until the draft is published."
    if not wants_fragment(request):
        return answer(request, draft, item, said)
    outline = Outline(draft)
    section = outline.sections[item.phase]
    at = next(place for place, row in enumerate(section.rows) if row.code == done.row.code)
    near = [row for row in [*section.rows[at + 1 :], *reversed(section.rows[:at])] if not row.is_removed]
    if near:
        near[0].focus = "more"
    section.has_focus = not near
    return answer(request, draft, done.row, said, focus="", outline=outline)


def put_back(request, draft, item, done, form):
    return answer(request, draft, done.row, f"“{item.title}” is back.", focus="more")


def moved(request, draft, item, done, form):
    outline = Outline(draft)
    row = outline.rows[done.row.code]
    section = outline.sections[row.phase]
    went = f" to {section.title}" if item.phase != row.phase else ""
    said = f"“{row.title}” moved{went}, now {row.place} of {len(section.kept)}."
    if not done.event:
        said = f"“{row.title}” stays {row.place} of {len(section.kept)}."
    return answer(request, draft, done.row, said, focus=form.control, phases=[item.phase], outline=outline)
