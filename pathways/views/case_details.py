"""The structured details of a case: read, changed, and what a change of them switches on and off."""

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pathways import details
from pathways.audit import timeline
from pathways.audit.recording import record_event
from pathways.clocks import show_time
from pathways.enums import Action
from pathways.forms.cases import CHANGE, OUT_OF_DATE, REVIEW, DetailsForm, as_sent
from pathways.http import see_other
from pathways.permissions import Permission, may, require
from pathways.services import AlreadyAnswered, BadInput, CaseClosed, ChangedElsewhere
from pathways.services.cases import preview_details, update_case_details
from pathways.views.case_detail import answer_anyway, visible_case, write_token
from pathways.views.identity import identity
from pathways.views.rows import fresh_token


@require_http_methods(["GET", "HEAD", "POST"])
def case_details(request, reference):
    """Changes are reviewed before they are saved: an item that begins to apply may be due within the hour."""
    case = visible_case(request.user, reference)
    fields = case.template_version.case_fields
    if request.method != "POST":
        return details_page(request, case, DetailsForm(case_fields=fields, stored=case.details))
    require(request.user, Permission.RECORD, case.team_id)
    form = DetailsForm(request.POST, case_fields=fields)
    if form.data.get("step") == CHANGE:
        return details_page(request, case, form)
    if not form.is_valid():
        return details_page(request, case, form, form.refusals(), status=422)
    try:
        return (
            review_page(request, case, form)
            if form.cleaned_data["step"] == REVIEW
            else save(request, case, form)
        )
    except ChangedElsewhere as conflict:
        return conflict_page(request, case, form, conflict)
    except BadInput as refused:
        return details_page(request, case, form, [(text, "") for text in refused.errors.values()], status=422)
    except (AlreadyAnswered, CaseClosed) as answered:
        return answer_anyway(request, answered, reverse("case_detail", args=[reference]))


def details_page(request, case, form, refusals=(), status=200):
    """The form, or for those who may only look the values in words."""
    context = {
        "case": case,
        "identity": identity(case, timezone.now()),
        "may_record": may(request.user, Permission.RECORD, case.team_id),
        "groups": form.groups(),
        "words": in_words(case),
        "refusals": refusals,
        "version": form.data.get("version", "") if form.is_bound else case.version,
        "token": fresh_token(),
    }
    return render(request, "pathways/case_details.html", context, status=status)


def review_page(request, case, form):
    """What saving would change, and which items it would switch. Raises CaseClosed, BadInput."""
    if case.is_closed:
        raise CaseClosed(case)
    seen = form.cleaned_data["version"]
    wanted = laid_over(case.details, form.details, differing(form.details, details_at(case, seen)))
    on, off = preview_details(case, wanted)
    context = {
        "case": case,
        "identity": identity(case, timezone.now()),
        "review": True,
        "changes": details.changes(case.template_version.case_fields, case.details, wanted),
        "on": on,
        "off": off,
        "sent": form.sent(),
        "version": seen,
        "token": fresh_token(),
    }
    return render(request, "pathways/case_details.html", context)


def save(request, case, form):
    wanted = {
        "seen": form.cleaned_data["version"],
        "details": form.details,
        "token": write_token(request, form),
    }
    kept = update_case_details(by=request.user, case=case, **wanted)
    said = [f"Kept what others changed meanwhile: {', '.join(kept)}."] if kept else []
    messages.success(request, " ".join(["Case details saved.", *said]))
    return see_other("case_detail", case.reference)


def conflict_page(request, case, form, conflict):
    """409: both versions of each field that two people changed; no way on loses what was typed."""
    record_event(action=Action.CONFLICTED, by=request.user, case=case, reason="the case details")
    fields, stored, wanted = case.template_version.case_fields, conflict.theirs.details, form.details
    base = details_at(case, form.cleaned_data["version"])
    mine = differing(wanted, base)
    clashing = mine & differing(stored, base) & differing(stored, wanted)
    mine_alone = laid_over(stored, wanted, mine - clashing)
    context = {
        "case": case,
        "identity": identity(conflict.theirs, timezone.now()),
        "person": str(conflict.person or "Someone"),
        "at": show_time(conflict.at),
        "clashes": [compared(each, base, stored, wanted) for each in fields if each["code"] in clashing],
        "others": details.changes(fields, stored, mine_alone),
        "keep_theirs": as_sent(fields, mine_alone),
        "save_mine": as_sent(fields, laid_over(stored, wanted, mine)),
        "version": conflict.theirs.version,
        "token": fresh_token,
    }
    return render(request, "pathways/case_details_conflict.html", context, status=409)


def in_words(case):
    """Heading, and title, value and whether it was entered, for every field of the case's template."""
    return [
        (title, [worded(each, case.details.get(each["code"])) for each in members])
        for title, members in details.grouped(case.template_version.case_fields)
    ]


def worded(field, value):
    return field["title"], details.show(field, value), value is not None


def compared(field, *versions):
    """The field's title, and its value in each version in words."""
    return field["title"], *(details.show(field, each.get(field["code"])) for each in versions)


def details_at(case, version):
    """The details as this version of the case had them; BadInput where it never had that version."""
    row = case if version == case.version else timeline.at_version(case, version)
    if row is None:
        raise BadInput({"version": OUT_OF_DATE})
    return row.details


def differing(one, other):
    return {code for code in one.keys() | other.keys() if one.get(code) != other.get(code)}


def laid_over(stored, wanted, codes):
    """The stored details with these fields as they were wanted; a field that was emptied goes."""
    kept = {code: value for code, value in stored.items() if code not in codes}
    return kept | {code: wanted[code] for code in codes if code in wanted}
