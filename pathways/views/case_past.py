"""The case page as it stood at an earlier moment, to be read and never changed."""

from django.shortcuts import redirect, render
from django.utils import timezone

from pathways import clocks, published
from pathways.audit import past
from pathways.http import problem
from pathways.models import TemplateVersion
from pathways.views.answers import date_parts
from pathways.views.identity import identity
from pathways.views.item_forms import comment_fields
from pathways.views.moments import compare_url, read_moment, then_url, typed_moment
from pathways.views.sheet import PastSheet


def case_past(request, case):
    """The page `at` a moment, or for a day and time that were typed the way to that address."""
    try:
        moment = read_moment(request.GET, "at")
    except ValueError as refusal:
        return problem(request, 422, "This is not a date and time", str(refusal))
    if "at" not in request.GET:
        return redirect(then_url(case, moment))
    if moment > timezone.now():
        return problem(request, 422, "That time is still to come", "Choose an earlier time.")
    then = past.as_at(case, moment)
    if then is None:
        text = f"Nothing had been recorded of {case.reference} by then. Choose a later time."
        return problem(request, 422, "The case was not there yet", text)
    return render(request, "pathways/case_detail.html", past_context(request, case, then))


def is_asked(typed):
    return "at" in typed or "at_day" in typed


def past_context(request, case, then):
    """At most 24 queries with the session's, whatever the size of the checklist."""
    with_template(case, then)
    sheet = PastSheet(request, then)
    return {
        "case": then.case,
        "identity": identity(then.case, then.moment, then.items),
        **sheet.markup(),
        "past": past_banner(case, then),
        "at": "id_",
        "csrf": sheet.making.csrf,
        **comment_fields(case, None, None, until=then.moment),
    }


def with_template(case, then):
    """Give it its team and its template version of that time: a case may have moved to another since."""
    then.case.team = case.team
    if then.case.template_version_id == case.template_version_id:
        then.case.template_version = case.template_version
    else:
        versions = TemplateVersion.objects.select_related("template").defer(*published.VOCABULARY)
        version = versions.get(pk=then.case.template_version_id)
        then.case.template_version = published.with_vocabulary(version)
    published.attach(then.items, then.case.template_version)


def past_banner(case, then):
    local = then.moment.astimezone(clocks.LONDON)
    return {
        "words": f"{case.reference} as it was on {clocks.show_day(local)} at {local:%H:%M}.",
        "moment": clocks.show_time(local),
        "parts": date_parts("at_", typed_moment("at", then.moment), with_time=True),
        "compare": compare_url(case, then.moment),
        "earlier": then_url(case, then.earlier) if then.earlier else "",
        "later": then_url(case, then.later) if then.later else "",
    }
