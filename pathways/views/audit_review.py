"""Marking history as reviewed, and telling what came after."""

from contextlib import suppress
from datetime import time
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pathways.audit import timeline
from pathways.clocks import from_wall, show_day, show_time
from pathways.compiled import compiled
from pathways.enums import Action
from pathways.forms.reviews import NO_EVENT, ReviewForm
from pathways.http import problem, see_other
from pathways.models import AuditEvent, Review
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput
from pathways.services.reviews import mark_reviewed
from pathways.views.case_detail import write_token
from pathways.views.rows import fresh_token

SHOWN = 20
HIDES_NOTHING = {"q", "since", "until", "view"}


@require_http_methods(["GET", "HEAD", "POST"])
def audit_review(request):
    """Of a case, or from a day on of every team, up to an event: the newest where the address names none."""
    require(request.user, Permission.REVIEW_AUDIT)
    form = ReviewForm(request.POST if request.method == "POST" else request.GET)
    form.full_clean()
    if wrong := form.scope_errors():
        return refused(request, wrong)
    if request.method != "POST":
        return review_page(request, form)
    if not form.is_valid():
        return review_page(request, form, form.refusals())
    try:
        return mark(request, form)
    except BadInput as refusal:
        return refused(request, refusal.errors.values())


def refused(request, texts):
    return problem(request, 422, "This cannot be marked as reviewed", " ".join(texts))


def mark(request, form):
    """Save, and go on to the history, where what comes later shows as new. Raises BadInput."""
    case = form.cleaned_data["q"]
    if form.cleaned_data["upto"] is None:
        raise BadInput({"upto": NO_EVENT})
    with suppress(AlreadyAnswered):
        mark_reviewed(
            by=request.user,
            case=case,
            since=start_of(form),
            upto=form.cleaned_data["upto"],
            note=form.cleaned_data["note"],
            token=write_token(request, form),
        )
        messages.success(request, "Marked as reviewed. What comes later shows as new.")
    return see_other(f"{reverse('audit')}?q={case.reference}" if case else reverse("audit"))


def newest(case):
    """The newest event of the case, or of all there is."""
    events = AuditEvent.objects.filter(case=case) if case else AuditEvent.objects.all()
    return events.order_by("-at", "-id").first()


def start_of(form):
    day = form.cleaned_data["since"]
    return from_wall(day, time(0)) if day else None


def review_page(request, form, refusals=()):
    case, since = form.cleaned_data["q"], form.cleaned_data["since"]
    upto = form.cleaned_data["upto"] or newest(case)
    reviews = Review.objects.filter(case=case).select_related("reviewer", "upto").order_by("-reviewed_at")
    context = {
        "case": case,
        "since": since,
        "since_words": show_day(since) if since else "The beginning",
        "upto": upto,
        "upto_words": show_time(upto.at),
        "entry": timeline.review(AuditEvent.objects.filter(pk=upto.pk)).entries[0],
        "note": form.data.get("note", ""),
        "refusals": refusals,
        "reviews": [
            (str(each.reviewer), show_time(each.reviewed_at), show_time(each.upto.at), each.note)
            for each in reviews[:SHOWN]
        ],
        "token": fresh_token(),
    }
    return render(request, "pathways/audit_review.html", context, status=422 if refusals else 200)


def review_url(taken, entries):
    """Where what these filters show is marked as reviewed; empty where they leave out too much for that."""
    if not entries or taken.keys() - HIDES_NOTHING:
        return ""
    said = {"q": taken.get("q", "").upper(), "since": taken.get("since"), "upto": entries[0].event.pk}
    return f"{reverse('audit_review')}?{urlencode({name: value for name, value in said.items() if value})}"


def mark_new(entries):
    """Mark the entries that came after a review which could have covered them; one query."""
    if not entries:
        return
    cases = {entry.event.case_id for entry in entries} - {None}
    reviews = _reviews(cases, min(entry.event.at for entry in entries))
    for entry in entries:
        could = [each for each in reviews if each.case_id in (None, entry.event.case_id)]
        entry.is_new = (
            bool(could)
            and entry.event.action != Action.REVIEW
            and not any(covers(each, entry.event) for each in could)
        )


def covers(review, event):
    """Whether the event lies in what was reviewed, whose case fits."""
    begins = review.since is None or review.since <= event.at
    return begins and (event.at, event.pk) <= (review.upto.at, review.upto_id)


@compiled
def _reviews(cases, oldest):
    """Those that reach the oldest event of these cases, and the newest of each case and of all."""
    scope = Coalesce("case_id", 0)
    later = Review.objects.alias(scope=scope).filter(
        scope=Coalesce(OuterRef("case_id"), 0), reviewed_at__gt=OuterRef("reviewed_at")
    )
    reviews = Review.objects.filter(Q(case__pk__among=cases) | Q(case=None))
    reviews = reviews.filter(Q(upto__at__gte=oldest) | ~Exists(later))
    return reviews.select_related("upto")
