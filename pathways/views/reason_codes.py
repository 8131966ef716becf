"""The reasons that people may give: read by everybody, edited by coordinators and site administrators."""

from contextlib import suppress
from itertools import groupby

from django.contrib import messages
from django.db.models import Max
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from pathways.audit.recording import record_event
from pathways.clocks import show_time
from pathways.enums import NEEDS_REASON, Action, ReasonOrigin
from pathways.forms.reason_codes import LAST_PLACE, OUT_OF_DATE, ReasonCodeForm
from pathways.http import see_other
from pathways.models import ReasonCode
from pathways.permissions import Permission, may_somewhere, require
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere
from pathways.services.reason_codes import save_reason_code
from pathways.views.case_detail import write_token
from pathways.views.rows import fresh_token


@require_safe
def reason_list(request):
    """Every reason by its origin, those out of use among them; one query."""
    order = list(ReasonOrigin)
    rows = sorted(ReasonCode.objects.all(), key=lambda row: order.index(ReasonOrigin(row.origin)))
    context = {
        "groups": [
            (ReasonOrigin(origin).label, [row_of(row) for row in found])
            for origin, found in groupby(rows, key=lambda row: row.origin)
        ],
        "may_edit": may_somewhere(request.user, Permission.EDIT_REASONS),
    }
    return render(request, "pathways/reason_list.html", context)


def row_of(reason):
    return {
        "reason": reason,
        "fits": ", ".join(status.label for status in NEEDS_REASON if reason.fits(status)),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def reason_new(request):
    require(request.user, Permission.EDIT_REASONS, anywhere=True)
    if request.method == "POST":
        return save(request, None)
    last = ReasonCode.objects.aggregate(last=Max("position"))["last"] or 0
    form = ReasonCodeForm(initial={"position": min(last + 1, LAST_PLACE), "is_active": True})
    return reason_page(request, None, form)


@require_http_methods(["GET", "HEAD", "POST"])
def reason_detail(request, code):
    require(request.user, Permission.EDIT_REASONS, anywhere=True)
    reason = get_object_or_404(ReasonCode, code=code)
    if request.method == "POST":
        return save(request, reason)
    return reason_page(request, reason, ReasonCodeForm.of(reason))


def save(request, reason):
    form = ReasonCodeForm(request.POST)
    if form.is_valid() and reason and form.cleaned_data["version"] is None:
        form.add_error("version", OUT_OF_DATE)
    if not form.is_valid():
        return reason_page(request, reason, form, status=422)
    given = {"code": reason.code, "seen": form.cleaned_data["version"]} if reason else {}
    try:
        with suppress(AlreadyAnswered):
            save_reason_code(by=request.user, wanted=form.wanted(), token=write_token(request, form), **given)
            messages.success(request, f"“{form.cleaned_data['label']}” was saved.")
    except BadInput as refused:
        form.refuse(refused.errors)
        return reason_page(request, reason, form, status=422)
    except ChangedElsewhere as clash:
        record_event(action=Action.CONFLICTED, by=request.user, reason="a reason code")
        return reason_page(request, clash.theirs, form, status=409, clash=clash)
    except ReasonCode.DoesNotExist:
        raise Http404 from None
    return see_other("reason_list")


def reason_page(request, reason, form, *, status=200, clash=None):
    """A refused form goes on from the version that it was rendered from, and a clash from the one now."""
    seen = form.cleaned_data.get("version") if status == 422 else None
    context = {
        "reason": reason,
        "form": form,
        "refusals": form.refusals() if status == 422 else [],
        "seen": reason.version if reason and seen is None else seen,
        "token": fresh_token(),
        "clash": clash,
        "clash_at": show_time(clash.at) if clash else "",
        "theirs": form.in_words(clash.theirs) if clash else [],
    }
    return render(request, "pathways/reason_detail.html", context, status=status)
