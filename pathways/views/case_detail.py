"""The case page: its six phases with their items, and what is said and done about the case as a whole."""

from django.contrib import messages
from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from pathways.audit import timeline
from pathways.audit.recording import Token
from pathways.clocks import LONDON
from pathways.enums import Action, ItemStatus, Phase
from pathways.forms.items import CommentForm, ItemWriteForm
from pathways.http import problem, see_other, typed_text
from pathways.models import Case
from pathways.permissions import Permission, may, require
from pathways.services import AlreadyAnswered, CaseClosed
from pathways.services.checklists import add_comment, start_phase
from pathways.services.merging import BY_PERSONS, differ
from pathways.views.rows import Sheet, fresh_token, identity, with_rows
from pathways.views.words import anchor, brief

COMMENTS_SHOWN = 20
UNDOABLE_HERE = (Action.RECORD_ITEM, Action.ASSIGN_ITEM)
UNDER_WAY = (ItemStatus.IN_PROGRESS, ItemStatus.BLOCKED)


@require_safe
def case_detail(request, reference):
    return case_page(request, visible_case(request.user, reference))


@require_POST
def phase_start(request, reference, phase):
    case = visible_case(request.user, reference)
    require(request.user, Permission.RECORD, case.team_id)
    phase = get_phase(phase)
    back = f"{reverse('case_detail', args=[reference])}#p{phase.value}"
    form = ItemWriteForm(request.POST)
    if not form.is_valid():
        return case_page(request, case, form=form, status=422)
    try:
        start_phase(by=request.user, case=case, phase=phase, token=write_token(request, form))
    except (AlreadyAnswered, CaseClosed) as answered:
        return answer_anyway(request, answered, back)
    messages.success(request, f"{phase.label} started {clock()}.")
    return see_other(back)


@require_POST
def case_comment(request, reference):
    case = visible_case(request.user, reference)
    require(request.user, Permission.COMMENT, case.team_id)
    form = CommentForm(request.POST)
    back = f"{reverse('case_detail', args=[reference])}#comments"
    if not form.is_valid():
        return case_page(request, case, form=form, status=422)
    try:
        text = form.cleaned_data["text"]
        add_comment(by=request.user, case=case, text=text, token=write_token(request, form))
    except (AlreadyAnswered, CaseClosed) as answered:
        return answer_anyway(request, answered, back)
    messages.success(request, f"Comment added {clock()}.")
    return see_other(back)


def case_page(request, case, *, form=None, status=200):
    """The whole page; at most 11 queries with the session's, whatever the size of the checklist."""
    now, errors = timezone.now(), form.errors_by_name() if form else {}
    items = list(with_rows(case.items))
    givers = timeline.status_givers([item for item in items if item.status in UNDER_WAY])
    sheet = Sheet(case, items, user=request.user, now=now, givers=givers, saved=just_saved(request, items))
    sections = sheet.sections(case.phases.select_related("started_by"), case.template_version.phases.all())
    context = {
        "case": case,
        "identity": identity(case, now, items),
        "sections": sections,
        "may_record": sheet.may_record,
        "may_comment": may(request.user, Permission.COMMENT, case.team_id) and not case.is_closed,
        "may_manage": may(request.user, Permission.MANAGE_CASE, case.team_id),
        "csrf": hidden_csrf(request),
        "errors": errors,
        "refusals": refusals_of(errors),
        "text": form.data.get("text", "") if form else "",
        "comments": comments_of(case, None, now),
        "new_token": fresh_token,
    }
    return render(request, "pathways/case_detail.html", context, status=status)


def refusals_of(errors):
    """What is wrong, each with the id of its control, for the summary at the top."""
    return [(text, f"id_{name}") for name, text in errors.items()]


def just_saved(request, items):
    """The row that the address names, with its last change where the person may take it back."""
    code, _, occurrence = request.GET.get("saved", "").partition(".")
    named = [item for item in items if (item.code, str(item.occurrence)) == (code, occurrence)]
    changes = {anchor(item): own_last_change(item, request.user) for item in named}
    return {row: event.pk.hex for row, event in changes.items() if event}


def own_last_change(item, user):
    """The event that made the item what it is now, if the person did that to this very item; two queries."""
    event = timeline.last_event_of(item)
    if event.actor_id != user.pk or event.action not in UNDOABLE_HERE:
        return None
    before = timeline.at_version(item, item.version - 1)
    return event if before and differ(item, before, BY_PERSONS) else None


def visible_case(user, reference):
    """The case with its team and template version, or 404."""
    related = ("team", "template_version__template")
    return get_object_or_404(Case.objects.visible_to(user).select_related(*related), reference=reference)


def get_phase(code):
    try:
        return Phase.from_code(code)
    except KeyError:
        raise Http404 from None


def comments_of(case, item, now):
    """The newest comments on the item, or with None on the case as a whole, oldest first; one query."""
    found = case.comments.filter(item=item).select_related("author").order_by("-written_at", "-pk")
    newest = list(found[: COMMENTS_SHOWN + 1])
    shown = [(str(each.author), brief(each.written_at, now), each.text) for each in newest[:COMMENTS_SHOWN]]
    return {"shown": shown[::-1], "more": len(newest) > COMMENTS_SHOWN}


def hidden_csrf(request):
    """The CSRF field as a string: made once, where the tag would mask the secret again for each row."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))


def write_token(request, form):
    return Token(form.cleaned_data["token"], form.digest(request.path))


def answer_anyway(request, answered, back):
    """The first answer again for a repeated POST; for a closed case a page that hands the text back."""
    if isinstance(answered, AlreadyAnswered):
        return see_other(back)
    return problem(request, 409, "This case is closed", str(answered), kept=typed_text(request))


def clock():
    """The time of day now, as people of the team read it."""
    return f"{timezone.now().astimezone(LONDON):%H:%M}"
