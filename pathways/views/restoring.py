"""Setting an item, or one field of the case details, back: a page that shows what it does, then does it."""

import re
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pathways import clocks, details
from pathways.audit import timeline
from pathways.audit.recording import Token, record_event
from pathways.enums import Action
from pathways.forms.restoring import RestoreForm
from pathways.http import see_other
from pathways.models import AuditEvent, Case
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, CaseClosed, ChangedElsewhere
from pathways.services.checklists import Recorded
from pathways.services.restoring import preview_detail, preview_item, restore_detail, restore_item
from pathways.services.risks import ONE_TAP
from pathways.views.case_detail import answer_anyway, visible_case
from pathways.views.case_details import differing
from pathways.views.identity import identity
from pathways.views.item_forms import item_url
from pathways.views.items import visible_item
from pathways.views.restore_words import consequences, recorded, since_words
from pathways.views.rows import fresh_token, with_people

VERSION = re.compile("[0-9]{1,9}")


@require_http_methods(["GET", "HEAD", "POST"])
def item_restore(request, reference, code, occurrence):
    """`version` is the one that the item would be set back to."""
    item = visible_item(request.user, reference, code, occurrence)
    require(request.user, Permission.RECORD, item.case.team_id)
    old = earlier(item, request.GET)
    draw = partial(item_context, request.user, (reference, code, occurrence), old)
    do = partial(restore_item, item=item, version=old.version)
    said = f"“{item.name}” was set back to how it was on {clocks.show_time(old.history_date)}."
    return set_back(request, item.case, draw, do, item_url(item), said)


@require_http_methods(["GET", "HEAD", "POST"])
def case_detail_restore(request, reference):
    """`field` would be set back to the `version` of the case; of an `event` one of its fields is chosen."""
    case = visible_case(request.user, reference)
    require(request.user, Permission.RECORD, case.team_id)
    if "event" in request.GET:
        return choose_field(request, case, request.GET["event"])
    field, old = field_of(case, request.GET.get("field", "")), earlier(case, request.GET)
    draw = partial(detail_context, request.user, reference, field, old)
    do = partial(restore_detail, case=case, code=field["code"], version=old.version)
    said = f"{field['title']} was set back to how it was on {clocks.show_time(old.history_date)}."
    return set_back(request, case, draw, do, reverse("case_details", args=[reference]), said)


def set_back(request, case, draw, do, back, said):
    """Show on GET what it would do, do it on POST; whatever stops it is told on the page as it is then."""
    form = RestoreForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return answer_anyway(request, CaseClosed(case), back) if case.is_closed else page(request, draw, form)
    if not form.is_valid():
        return page(request, draw, form, status=422)
    token = Token(form.cleaned_data["token"], form.digest(request.get_full_path()))
    try:
        done = do(by=request.user, token=token, **form.wanted())
    except (AlreadyAnswered, CaseClosed) as answered:
        return answer_anyway(request, answered, back)
    except BadInput as refused:
        form.refuse(refused.errors)
        return page(request, draw, form, status=422)
    except ChangedElsewhere as conflict:
        record_event(action=Action.CONFLICTED, by=request.user, case=case, reason="what was to be set back")
        return page(request, draw, form, conflict=conflict, status=409)
    messages.success(request, " ".join([said, *kept_words(done)]))
    return see_other(back)


def kept_words(done):
    """What others had changed meanwhile and was kept: a service names it in sentences, or by its titles."""
    if isinstance(done, Recorded):
        return done.merged
    return [f"Kept what others changed meanwhile: {', '.join(done)}."] if done else []


def page(request, draw, form, *, conflict=None, status=200):
    """`draw` reads what is shown as it stands now, and that is the version the next answer goes by."""
    errors = form.errors_by_name() if form.is_bound else {}
    context = {
        "errors": errors,
        "refusals": [(text, "why" if name == "why" else "") for name, text in errors.items()],
        "conflict": conflict,
        "why": {"text": form.typed_why() if form.is_bound else "", "taps": ONE_TAP},
        "token": fresh_token(),
    }
    return render(request, "pathways/restore.html", context | draw(), status=status)


def item_context(user, place, old):
    """The item as it stands beside how it would be; at most 20 queries for the page."""
    item, now = with_people([visible_item(user, *place)])[0], timezone.now()
    preview = preview_item(item.case, item, old.version, at=now)
    pairs = zip(recorded(item, now), recorded(with_people([preview.item])[0], now), strict=True)
    return shown(item.case, old, preview) | {
        "title": item.name if item.occurrence == 1 else f"{item.name}, occurrence {item.occurrence}",
        "changes": [(label, mine, then) for (label, mine), (_, then) in pairs if mine != then],
        "version": item.version,
        "back": item_url(item),
        "back_words": item.name,
    }


def detail_context(user, reference, field, old):
    """The field as it stands beside how it would be."""
    case = visible_case(user, reference)
    values = [row.details.get(field["code"]) for row in (case, old)]
    return shown(case, old, preview_detail(case, field["code"], old.version)) | {
        "title": field["title"],
        "changes": [(field["title"], *(details.show(field, each) for each in values))]
        * (values[0] != values[1]),
        "version": case.version,
        "back": reverse("case_details", args=[reference]),
        "back_words": "Case details",
    }


def shown(case, old, preview):
    return {
        "case": case,
        "identity": identity(case, timezone.now()),
        "who": str(old.history_user or "the system"),
        "at": "",
        "on": clocks.show_time(old.history_date),
        "since": since_words(preview),
        "consequences": consequences(preview),
    }


def choose_field(request, case, event):
    """The fields that the event changed; to the only one it leads on at once."""
    changed = fields_changed(case, event)
    url = reverse("case_detail_restore", args=[case.reference])
    links = [
        (f"{url}?field={field['code']}&version={row.version}", field, row.details.get(field["code"]))
        for field, row in changed
    ]
    if len(links) == 1:
        return redirect(links[0][0])
    context = {
        "case": case,
        "identity": identity(case, timezone.now()),
        "fields": [
            (address, field["title"], details.show(field, then), then == case.details.get(field["code"]))
            for address, field, then in links
        ],
    }
    return render(request, "pathways/restore_choose.html", context)


def fields_changed(case, event):
    """The fields with the history row that the event left; 404 for one that changed no details.

    Of the opening of the case those that are something else now.
    """
    try:
        event = get_object_or_404(AuditEvent, pk=UUID(event), case=case)
    except ValueError:
        raise Http404 from None
    pairs = (pair for pair in timeline.rows_of(event) if pair[0].instance_type is Case)
    row, before = next(pairs, (None, None))
    if row is None:
        raise Http404
    codes = differing((before or case).details, row.details)
    found = [(field, row) for field in case.template_version.case_fields if field["code"] in codes]
    if before and not found:
        raise Http404
    return found


def field_of(case, code):
    found = next((each for each in case.template_version.case_fields if each["code"] == code), None)
    if found is None:
        raise Http404
    return found


def earlier(row, asked):
    """Its history row of the version that the address names, or 404."""
    version = asked.get("version", "")
    found = timeline.at_version(row, int(version)) if VERSION.fullmatch(version) else None
    if found is None:
        raise Http404
    return found
