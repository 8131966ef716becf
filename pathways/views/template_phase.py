"""What a phase of a draft is called and for: its form, on a page or in the outline."""

from collections import defaultdict

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from pathways.audit.recording import TokenReused, record_event
from pathways.enums import Action, Phase
from pathways.forms.template_items import PhaseForm
from pathways.http import see_other, wants_fragment
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere
from pathways.services.drafts import edit_phase
from pathways.views.draft_outline import Outline
from pathways.views.item_forms import hidden_csrf
from pathways.views.rows import fresh_token
from pathways.views.template_draft import draft_url, fragments
from pathways.views.template_item import ALREADY_SENT, editable, page, token_of


@require_http_methods(["GET", "HEAD", "POST"])
def template_phase(request, template, phase):
    """The form; POST saves it."""
    draft = editable(request, template)
    row = phase_of(draft, phase)
    if request.method != "POST":
        return shown(request, row)
    form = PhaseForm(request.POST)
    if not form.is_valid():
        return shown(request, row, form, status=422)
    try:
        done = edit_phase(by=request.user, row=row, token=token_of(request, form), **form.wanted())
    except AlreadyAnswered:
        return saved(request, draft, row, "Saved.")
    except (BadInput, TokenReused) as error:
        form.refuse(getattr(error, "errors", {"token": ALREADY_SENT}))
        return shown(request, row, form, status=422)
    except ChangedElsewhere as conflict:
        record_event(action=Action.CONFLICTED, by=request.user, reason="a draft")
        conflict.theirs.template_version = draft
        return shown(request, conflict.theirs, form, conflict=conflict, status=409)
    said = f"The phase {done.row.title} was saved." if done.event else "Nothing changed."
    return saved(request, draft, done.row, " ".join([said, *done.merged]))


def phase_of(draft, code):
    if code not in [each.code for each in Phase]:
        raise Http404
    row = get_object_or_404(draft.phases, phase=Phase.from_code(code))
    row.template_version = draft
    return row


def saved(request, draft, row, said):
    if not wants_fragment(request):
        messages.success(request, said)
        return see_other(f"{draft_url(draft)}#p-{Phase(row.phase).code}")
    outline = Outline(draft)
    outline.sections[row.phase].has_focus = True
    return fragments(request, outline, row.phase, said=said)


def shown(request, row, form=None, *, conflict=None, status=200):
    """In a conflict the form goes on from what stands now, with what was typed."""
    draft, code = row.template_version, Phase(row.phase).code
    in_row = wants_fragment(request)
    errors = form.errors_by_name() if form else {}
    typed = form.data if form else {"title": row.title, "goal": row.goal, "version": row.version}
    context = {
        "row": row,
        "at": f"p-{code}-",
        "url": f"{draft_url(draft)}phases/{code}/",
        "back": f"{draft_url(draft)}#p-{code}",
        "typed": typed,
        "version": row.version if conflict else typed.get("version"),
        "errors": defaultdict(str, errors),
        "refusals": [(text, f"p-{code}-{name}") for name, text in errors.items()],
        "conflict": conflict,
        "in_row": in_row,
        "is_unsaved": form is not None,
        "level": "h3" if in_row else "h2",
        "csrf": hidden_csrf(request),
        "token": fresh_token(),
    }
    panel = render_to_string("pathways/_draft_phase_form.html", context, request)
    if not in_row:
        return page(request, draft, f"Edit the phase {row.title}", panel, status=status, refusals=errors)
    if status == 200:
        return HttpResponse(panel)
    outline = Outline(draft)
    outline.sections[row.phase].panel = panel
    return fragments(request, outline, row.phase, status=status)
