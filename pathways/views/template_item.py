"""One item of a draft: its form, on a page or in its row, and the form for a new one."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from pathways.audit.recording import TokenReused, record_event
from pathways.enums import Action, Phase
from pathways.forms.template_items import AddForm, TemplateItemForm
from pathways.http import see_other, wants_fragment
from pathways.models import TemplateVersion
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere, DraftGone, Token
from pathways.services.drafts import add_item, edit_item
from pathways.views.draft_item_form import conflict_html, form_html, more_html, rule_fields, shared
from pathways.views.draft_outline import Outline
from pathways.views.template_draft import answer, clock, draft_page, draft_url, fragments, note
from pathways.views.template_heading import draft_of, heading, visible_template

ALREADY_SENT = "This form was sent before with other content. See what is saved now, then send it again."


@require_http_methods(["GET", "HEAD", "POST"])
def template_item(request, template, code):
    """The form and what else can be done, or for htmx the part that it asks for; POST saves the form."""
    draft = editable(request, template)
    item = item_of(draft, code, request.POST.get("pk", ""))
    if request.method == "POST":
        return save(request, draft, item)
    if not wants_fragment(request):
        return item_page(request, draft, item)
    items = items_of(draft)
    if request.GET.get("part") == "rule":
        context = shared(request, item, in_row=True) | rule_fields(draft, request.GET, {})
        return render(request, "pathways/_draft_rule.html", context)
    making = more_html if request.GET.get("part") == "more" else form_html
    return HttpResponse(making(request, item, items, in_row=True))


def save(request, draft, item):
    form = TemplateItemForm(request.POST, draft=draft)
    if not form.is_valid():
        return form_again(request, draft, item, form)
    try:
        done = edit_item(by=request.user, item=item, token=token_of(request, form), **form.wanted())
    except AlreadyAnswered:
        return answer(request, draft, item, "Saved.")
    except (BadInput, TokenReused) as error:
        form.refuse(getattr(error, "errors", {"token": ALREADY_SENT}))
        return form_again(request, draft, item, form)
    except ChangedElsewhere as conflict:
        return conflicted(request, draft, form, conflict)
    said = f"“{done.row.title}” saved {clock()}." if done.event else "Nothing changed."
    outline = Outline(draft)
    if done.merged:
        outline.rows[done.row.code].said = note(" ".join(done.merged))
    return answer(request, draft, done.row, " ".join([said, *done.merged]), outline=outline)


def form_again(request, draft, item, form):
    """422 with everything that was typed, and what is wrong with it."""
    if not wants_fragment(request):
        return item_page(request, draft, item, form, status=422)
    outline = Outline(draft)
    outline.rows[item.code].panel = form_html(request, item, outline.items, form, in_row=True)
    return fragments(request, outline, item.phase, status=422)


def conflicted(request, draft, form, conflict):
    """409 with both versions."""
    record_event(action=Action.CONFLICTED, by=request.user, reason="a draft")
    theirs, outline = conflict.theirs, Outline(draft)
    in_row = wants_fragment(request)
    known = {"phases": outline.phases, "in_row": in_row}
    panel = conflict_html(request, theirs, outline.items, form, conflict, **known)
    if not in_row:
        return page(request, draft, str(conflict), panel, status=409)
    outline.rows[theirs.code].panel = panel
    return fragments(request, outline, theirs.phase, status=409)


def item_page(request, draft, item, form=None, *, status=200, errors=None):
    items = items_of(draft)
    refusals = form.errors_by_name() if form else errors
    panel = form_html(request, item, items, form, in_row=False)
    if not item.is_removed:
        panel += more_html(request, item, items, in_row=False, errors=errors)
    return page(request, draft, f"Edit “{item.title}”", panel, status=status, refusals=refusals)


def page(request, draft, title, panel, *, status=200, refusals=None):
    context = {
        "heading": heading(request.user, draft.template, "outline"),
        "heading_text": title,
        "panel": panel,
        "refusals": refusals,
    }
    return render(request, "pathways/template_item.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def template_item_new(request, template):
    """Add an item at the end of a phase; GET leads to where that is done."""
    draft = editable(request, template)
    if request.method != "POST":
        return see_other(draft_url(draft))
    form = AddForm(request.POST)
    if not form.is_valid():
        return add_again(request, draft, form)
    try:
        done = add_item(by=request.user, draft=draft, token=token_of(request, form), **form.wanted())
    except AlreadyAnswered:
        return see_other(draft_url(draft))
    except (BadInput, TokenReused) as error:
        form.refuse(getattr(error, "errors", {"token": ALREADY_SENT}))
        return add_again(request, draft, form)
    said = f"“{done.row.title}” added at the end of {Phase(done.row.phase).label}."
    return answer(request, draft, done.row, said)


def add_again(request, draft, form):
    outline, errors = Outline(draft), form.errors_by_name()
    code = form.data.get("phase", "")
    phase = Phase.from_code(code) if code in [each.code for each in Phase] else Phase.DIAGNOSIS
    section = outline.sections[phase]
    section.refused, section.typed = next(iter(errors.values())), form.data.get("title", "")
    if wants_fragment(request):
        return fragments(request, outline, phase, status=422)
    return draft_page(request, draft, outline, status=422)


def editable(request, template):
    """The draft that the person may edit; for a form that was sent DraftGone, so that its text is kept."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    try:
        return draft_of(template)
    except Http404:
        if request.method != "POST":
            raise
        raise DraftGone(TemplateVersion(template=template)) from None


def item_of(draft, code, pk=""):
    """The item with this code, or by its id where another editor gave it another code meanwhile; or 404."""
    rows = draft.items.select_related("discipline")
    found = rows.filter(code=code).first()
    if found is None and pk.isdecimal() and len(pk) < 19:
        found = rows.filter(pk=int(pk)).first()
    item = found or get_object_or_404(rows, code=code)
    item.template_version = draft
    return item


def items_of(draft):
    return list(draft.items.select_related("discipline").order_by("phase", "position", "pk"))


def token_of(request, form):
    return Token(form.cleaned_data["token"], form.digest(request.path))
