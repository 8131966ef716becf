"""The draft of a pathway template as an outline: its page, and the parts of it that an action changes."""

from django.contrib import messages
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from django_htmx.http import retarget, trigger_client_event

from pathways.clocks import LONDON
from pathways.enums import Phase
from pathways.http import see_other, wants_fragment
from pathways.permissions import Permission, may
from pathways.views.draft_outline import Outline
from pathways.views.item_forms import hidden_csrf
from pathways.views.rows import fresh_token
from pathways.views.template_heading import also_editing, draft_of, heading, visible_template


@require_safe
def template_draft(request, template):
    """The whole outline; its rows without controls for who may not edit."""
    return draft_page(request, draft_of(visible_template(request.user, template)))


def draft_page(request, draft, outline=None, *, status=200):
    """Some ten queries, whatever the number of items."""
    outline = outline or Outline(draft)
    may_edit = may(request.user, Permission.EDIT_TEMPLATES)
    csrf = hidden_csrf(request) if may_edit else ""
    context = {
        "heading": heading(request.user, draft.template, "outline"),
        "draft": draft,
        "sections": outline.markup(outline.sections, csrf),
        "checks": outline.checks() if may_edit else None,
        "editing": also_editing(request.user, draft) if may_edit else "",
        "csrf": csrf,
        "token": fresh_token(),
    }
    return render(request, "pathways/template_draft.html", context, status=status)


def answer(request, draft, row, said, *, focus="edit", phases=(), outline=None, status=200):
    """What came of an action on an item: its phases for htmx, else back to its row.

    `focus` is the control of the row that the person goes on from, `phases` are others that look different.
    """
    if not wants_fragment(request):
        if status != 200:
            return draft_page(request, draft, outline, status=status)
        messages.success(request, said)
        return see_other(f"{draft_url(draft)}#i{row.pk}")
    outline = outline or Outline(draft)
    if focus and (shown := outline.rows.get(row.code)):
        shown.focus = focus
    here = {*phases, row.phase}
    others = (here | outline.naming(here)) - {row.phase}
    return fragments(request, outline, row.phase, sorted(others), said, status=status)


def fragments(request, outline, phase, others=(), said="", *, status=200):
    """The section of a phase, which takes its place, with others and what the page says of the whole."""
    context = {
        "sections": outline.markup([phase], hidden_csrf(request), beside=others),
        "checks": outline.checks(),
        "token": fresh_token(),
        "oob": True,
    }
    response = render(request, "pathways/_draft_answer.html", context, status=status)
    retarget(response, f"#p-{Phase(phase).code}").headers["HX-Reswap"] = "morph:outerHTML"
    if said:
        trigger_client_event(response, "announce", {"value": said})
    return response


def draft_url(draft):
    return f"/templates/{draft.template.code}/draft/"


def clock():
    return f"{timezone.now().astimezone(LONDON):%H:%M}"


def note(said, kind="info"):
    """A line in a row, beside what was asked for."""
    return format_html('<div class="note {} full" role="group">{}</div>', kind, said)
