"""The case page as it stood at an earlier moment, to be read and never changed."""

import re
from datetime import UTC, datetime, timedelta

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from pathways import clocks, published
from pathways.audit import past
from pathways.http import problem
from pathways.models import TemplateVersion, User
from pathways.views.answers import date_parts
from pathways.views.identity import identity
from pathways.views.item_forms import comment_fields
from pathways.views.rows import attach_template, fetched
from pathways.views.sheet import PastSheet

AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?Z)?")
MINUTE = timedelta(minutes=1) - timedelta(microseconds=1)
TYPED = ("day", "month", "year", "time")


def case_past(request, case):
    """The page `at` a moment, or for a day and time that were typed the way to that address."""
    try:
        moment = read_moment(request.GET)
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


def then_url(case, moment):
    """The address of the case as it stood then, to the microsecond."""
    at = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    return f"{reverse('case_detail', args=[case.reference])}?at={at}"


def read_moment(typed):
    """A moment in UTC as `then_url` writes it, or a London minute, to its end. Raises ValueError."""
    if "at" not in typed:
        day, month, year, time = (typed.get(f"at_{name}", "").strip() for name in TYPED)
        wall = clocks.read_time(time) if time else clocks.END_OF_DAY
        return min(clocks.from_wall(clocks.read_day(day, month, year), wall) + MINUTE, timezone.now())
    if not AT.fullmatch(typed["at"]):
        raise ValueError("Write it as 2026-11-03T14:32.")
    moment = datetime.fromisoformat(typed["at"])
    return moment if moment.tzinfo else clocks.from_wall(moment.date(), moment.time()) + MINUTE


def past_context(request, case, then):
    """At most 24 queries with the session's, whatever the size of the checklist."""
    _fetch_version(case, then.case)
    attach_template(then.items, then.case)
    starters = fetched(User.objects, then.phases, "started_by_id")
    for phase in then.phases:
        phase.started_by = starters.get(phase.started_by_id)
    sheet = PastSheet(request, then)
    return {
        "case": then.case,
        "identity": identity(then.case, then.moment, then.items),
        "sections": sheet.sections(),
        "past": past_banner(case, then),
        "at": "id_",
        "csrf": sheet.making.csrf,
        **comment_fields(case, None, None, until=then.moment),
    }


def _fetch_version(case, then):
    """Its team and template version at that time; a case may have moved to another version since."""
    then.team = case.team
    if then.template_version_id == case.template_version_id:
        then.template_version = case.template_version
    else:
        versions = TemplateVersion.objects.select_related("template").defer(*published.VOCABULARY)
        then.template_version = published.with_vocabulary(versions.get(pk=then.template_version_id))


def past_banner(case, then):
    local = then.moment.astimezone(clocks.LONDON)
    typed = {"at_day": local.day, "at_month": local.month, "at_year": local.year, "at_time": f"{local:%H:%M}"}
    return {
        "words": f"{case.reference} as it was on {clocks.show_day(local)} at {local:%H:%M}.",
        "moment": clocks.show_time(local),
        "parts": date_parts("at_", typed, with_time=True),
        "earlier": then_url(case, then.earlier) if then.earlier else "",
        "later": then_url(case, then.later) if then.later else "",
    }
