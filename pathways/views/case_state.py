"""Putting a case on hold, closing it, and opening it again."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pathways.audit.recording import record_event
from pathways.clocks import show_time
from pathways.enums import Action, CaseOutcome, CaseStatus
from pathways.forms.cases import CloseForm, ReasonForm
from pathways.http import see_other
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, CaseClosed, ChangedElsewhere
from pathways.services.cases import close_case, hold_case, reopen_case
from pathways.views.case_detail import answer_anyway, visible_case, write_token
from pathways.views.identity import identity
from pathways.views.rows import fresh_token


@dataclass(frozen=True)
class Move:
    """A change of a case's state: the page that asks, what it sends, who does it, and from which states."""

    template: str
    form: type
    do: Callable
    possible_from: tuple
    said: str


HOLD = Move("pathways/case_hold.html", ReasonForm, hold_case, (CaseStatus.OPEN,), "is on hold")
CLOSE = Move(
    "pathways/case_close.html", CloseForm, close_case, (CaseStatus.OPEN, CaseStatus.ON_HOLD), "is closed"
)
REOPENING = ("Closed in error", "New information")
REOPEN = Move(
    "pathways/case_reopen.html", ReasonForm, reopen_case, (CaseStatus.ON_HOLD, CaseStatus.CLOSED), "is open"
)


@require_http_methods(["GET", "HEAD", "POST"])
def case_hold(request, reference):
    return move(request, reference, HOLD)


@require_http_methods(["GET", "HEAD", "POST"])
def case_close(request, reference):
    return move(request, reference, CLOSE)


@require_http_methods(["GET", "HEAD", "POST"])
def case_reopen(request, reference):
    return move(request, reference, REOPEN)


def move(request, reference, wanted):
    """Ask on GET, do it on POST; a case from whose state this is no way is shown as it is."""
    case = visible_case(request.user, reference)
    require(request.user, Permission.MANAGE_CASE, case.team_id)
    back = reverse("case_detail", args=[reference])
    if request.method != "POST":
        if case.status in wanted.possible_from:
            return state_page(request, case, wanted, wanted.form())
        messages.info(request, f"{reference} is {case.get_status_display().lower()}.")
        return see_other(back)
    form = wanted.form(request.POST)
    if not form.is_valid():
        return state_page(request, case, wanted, form, status=422)
    try:
        wanted.do(by=request.user, case=case, token=write_token(request, form), **form.wanted())
    except (AlreadyAnswered, CaseClosed) as answered:
        return answer_anyway(request, answered, back)
    except ChangedElsewhere as conflict:
        record_event(action=Action.CONFLICTED, by=request.user, case=case, reason="the state of the case")
        case = visible_case(request.user, reference)
        return state_page(request, case, wanted, form, conflict=conflict, status=409)
    messages.success(request, f"{reference} {wanted.said}.")
    return see_other(back)


def state_page(request, case, wanted, form, *, conflict=None, status=200):
    """The page that asks; after someone else's change it asks again only where the state still allows it."""
    chosen = form["outcome"].value() if "outcome" in form.fields else ""
    context = {
        "case": case,
        "identity": identity(case, timezone.now()),
        "form": form,
        "was": status_shown(form, case, conflict),
        "conflict": conflict,
        "changed_at": show_time(conflict.at) if conflict else "",
        "possible": conflict is None or case.status in wanted.possible_from,
        "refusals": form.refusals() if form.is_bound else [],
        "outcomes": [(value, label, value == chosen) for value, label in CaseOutcome.choices],
        "taps": REOPENING if wanted is REOPEN and case.is_closed else (),
        "token": fresh_token(),
    }
    return render(request, wanted.template, context, status=status)


def status_shown(form, case, conflict):
    """A refused form goes on from the status that it was first shown with; one in conflict from today's."""
    refused = form.is_bound and conflict is None
    return (refused and form.cleaned_data.get("was")) or case.status
