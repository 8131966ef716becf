"""Items beyond what the pathway's rules give a case: its own, and those that a person switches on."""

from functools import partial

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pathways.forms.own_items import OwnItemForm, SwitchForm
from pathways.http import see_other
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, CaseClosed
from pathways.services.own_items import add_own_item, switch_item
from pathways.views.case_detail import answer_anyway, get_phase, refusals_of, visible_case, write_token
from pathways.views.identity import identity
from pathways.views.item_forms import item_url
from pathways.views.items import attempt, visible_item
from pathways.views.places import CASE
from pathways.views.rows import fresh_token


@require_http_methods(["GET", "HEAD", "POST"])
def case_item_new(request, reference, phase):
    """Ask what is to be done, and add it to the phase."""
    case, phase = visible_case(request.user, reference), get_phase(phase)
    require(request.user, Permission.RECORD, case.team_id)
    back = f"{reverse('case_detail', args=[reference])}#p{phase.value}"
    if case.is_closed:
        return answer_anyway(request, CaseClosed(case), back)
    form = OwnItemForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return new_page(request, case, phase, form, status=422 if form.is_bound else 200)
    title, token = form.cleaned_data["title"], write_token(request, form)
    try:
        item = add_own_item(by=request.user, case=case, phase=phase, title=title, token=token)
    except (AlreadyAnswered, CaseClosed) as answered:
        return answer_anyway(request, answered, back)
    except BadInput as refused:
        form.refuse(refused.errors)
        return new_page(request, case, phase, form, status=422)
    messages.success(request, f"“{item.title}” was added to {phase.label}.")
    return see_other(CASE.url(item))


def new_page(request, case, phase, form, *, status):
    errors = form.errors_by_name() if form.is_bound else {}
    context = {
        "case": case,
        "phase": phase,
        "identity": identity(case, timezone.now()),
        "form": form,
        "errors": errors,
        "refusals": refusals_of(errors),
        "possible": True,
        "token": fresh_token(),
    }
    return render(request, "pathways/case_item_new.html", context, status=status)


@require_POST
def item_switch(request, reference, code, occurrence):
    """Let a conditional item without a rule apply to the case, or no longer."""
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.RECORD, item.case.team_id)
    form = SwitchForm(request.POST)
    return attempt(request, item, form, partial(switch_item, item=item), item_url(item), switched)


def switched(item, done, form):
    if done.event is None:
        return "Nothing changed.", []
    return f"“{item.name}” {'applies' if done.item.applies_since else 'does not apply'} now.", []
