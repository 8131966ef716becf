"""The case page: its six phases with their items, and what is said and done about the case as a whole."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pathways import published
from pathways.audit.changes import counted
from pathways.audit.news import changes
from pathways.audit.recording import Token, record_event
from pathways.clocks import LONDON, show_time
from pathways.compiled import compiled
from pathways.enums import Action, MoveOutcome, Phase
from pathways.forms.items import CommentForm, ItemWriteForm
from pathways.http import problem, see_other
from pathways.kept import typed_text
from pathways.models import Case, MovedCase
from pathways.permissions import Permission, may, require
from pathways.services import AlreadyAnswered, CaseClosed
from pathways.services.checklists import add_comment, start_phase
from pathways.services.move_plans import lines_of
from pathways.views.case_past import case_past, is_asked
from pathways.views.identity import identity
from pathways.views.item_forms import comment_fields
from pathways.views.rows import fresh_token
from pathways.views.sheet import Sheet


@require_safe
def case_detail(request, reference):
    """The page as it is now, or as it was at the time that the address names."""
    case = visible_case(request.user, reference)
    return case_past(request, case) if is_asked(request.GET) else case_page(request, case)


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
        comment = add_comment(by=request.user, case=case, text=text, token=write_token(request, form))
    except (AlreadyAnswered, CaseClosed) as answered:
        return answer_anyway(request, answered, back)
    messages.success(request, added(comment))
    return see_other(back)


def added(comment):
    """What became of a comment, and of the names in it."""
    people, unknown = comment.naming
    named = ", ".join(map(str, people))
    said = [f"Comment added {clock()}."]
    said += [f"{named} will find it in My work."] * bool(named)
    said += [f"@{name} is nobody of this team." for name in unknown]
    return " ".join(said)


def case_page(request, case, *, form=None, status=200):
    """The whole page; at most 14 queries with the session's, whatever the size of the checklist."""
    context = case_context(request, case, Sheet(request, case), form)
    return render(request, "pathways/case_detail.html", context, status=status)


def case_context(request, case, sheet, form=None, *, opened=None):
    """What the page shows; `opened` is the change that it was first shown with, where not the newest."""
    errors = form.errors_by_name() if form else {}
    sheet.read(sheet.items)
    return {
        "case": case,
        "identity": identity(case, sheet.now, sheet.items),
        **sheet.markup(),
        "may_record": sheet.may_record,
        "may_comment": may(request.user, Permission.COMMENT, case.team_id) and not case.is_closed,
        "may_manage": may(request.user, Permission.MANAGE_CASE, case.team_id),
        "csrf": sheet.making.csrf,
        "at": "id_",
        "errors": errors,
        "refusals": refusals_of(errors),
        "new_token": fresh_token,
        "moved": last_move(case, sheet.items),
        "since": case.newest_change.hex,
        "opened": (opened or case.newest_change).hex,
        **comment_fields(case, None, form),
    }


def last_move(case, items):
    """What brought the case to its version, in words, or nothing where it was opened on it; one query."""
    if not case.was_moved:
        return ""
    moves = case.moves.filter(outcome=MoveOutcome.MOVED, move__target=case.template_version)
    row = moves.select_related("was", "move", "event__actor").order_by("-pk").first()
    if row is None:  # it was moved on, and back to this version
        return ""
    who = row.event.actor or "the system"
    versions = f"v{row.was.number} to v{case.template_version.number}"
    when = show_time(row.event.at)
    return f"Moved from {versions} on {when} by {who}: {brought(row, items)}. {row.event.reason}"


def brought(row, items):
    """How many of the items came with the move, and how many it retired, in words."""
    known = {*lines_of(row.was), *row.move.renamed.values()}
    own = [item for item in items if item.template_item_id and item.occurrence == 1]
    more = sum(item.code not in known and item.retired_at is None for item in own)
    retired = sum(item.retired_at == row.event.at for item in own)
    said = [f"{counted(more, 'item')} more"] * bool(more) + [f"{retired} retired"] * bool(retired)
    return ", ".join(said) or "the same items"


def refusals_of(errors):
    """What is wrong, each with the id of its control, for the summary at the top."""
    return [(text, f"id_{name}") for name, text in errors.items()]


def visible_case(user, reference):
    """The case with its team and template version, or 404."""
    for case in _visible_cases(reference, sight=user.sight):
        published.with_vocabulary(case.template_version)
        return case
    raise Http404


@compiled
def _visible_cases(reference, *, sight):
    cases = Case.objects.visible_to(sight).select_related("team", "template_version__template")
    moved = MovedCase.objects.filter(case=OuterRef("pk"), outcome=MoveOutcome.MOVED)
    newest = Subquery(changes().filter(case=OuterRef("pk")).values("id")[:1])
    cases = cases.annotate(was_moved=Exists(moved), newest_change=newest)
    return cases.defer(*published.UNREAD).filter(reference=reference)


def get_phase(code):
    try:
        return Phase.from_code(code)
    except KeyError:
        raise Http404 from None


def write_token(request, form):
    return Token(form.cleaned_data["token"], form.digest(request.path))


def answer_anyway(request, answered, back):
    """The first answer again for a repeated POST; for a closed case a page that hands the text back."""
    if isinstance(answered, AlreadyAnswered):
        return see_other(back)
    record_event(action=Action.CONFLICTED, by=request.user, case=answered.case)
    return problem(request, 409, "This case is closed", str(answered), texts=typed_text(request.POST))


def clock():
    """The time of day now, as people of the team read it."""
    return f"{timezone.now().astimezone(LONDON):%H:%M}"
