"""What a request from an item's row gets: a part to open in it, or the row again as it stands now."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django_htmx.http import retarget, trigger_client_event

from pathways import commonest
from pathways.enums import NEEDS_REASON, ItemStatus, ResponseKind
from pathways.forms.items import ItemForm
from pathways.models import ReasonCode
from pathways.permissions import Permission, require
from pathways.services import CaseClosed
from pathways.views import item_forms
from pathways.views.case_detail import answer_anyway
from pathways.views.identity import identity
from pathways.views.item_about import history
from pathways.views.item_page import conflict_context
from pathways.views.phase_markup import head, phases, rail
from pathways.views.places import place_of
from pathways.views.rows import ONE_CLICK, fresh_token
from pathways.views.sheet import Sheet, own_change
from pathways.views.words import applies, is_met, waits_for

QUESTIONS = {
    ItemStatus.BLOCKED: "What is it waiting for?",
    ItemStatus.NOT_APPLICABLE: "Why is this not needed for this case?",
    ItemStatus.NOT_DONE: "Why will this not be done?",
}


def item_part(request, item, part):
    """One of the PARTS, to be put into the row or the menu; 404 for another."""
    if part not in PARTS:
        raise Http404
    template, permission, fields = PARTS[part]
    require(request.user, permission, item.case.team_id)
    if item.case.is_closed and permission != Permission.VIEW_CASE:
        return answer_anyway(request, CaseClosed(item.case), "")
    context = item_forms.shared(request, item, in_row=True)
    context |= {"part": template} | fields(request, item, None, {})
    return render(request, "pathways/_item_panel.html" if part != "menu" else template, context)


def panel(request, item, form):
    """The panel of a form that was refused, with what it held, as HTML."""
    context = item_forms.shared(request, item, form, in_row=True)
    part = request.POST.get("part", "")
    if part not in FORMS:
        part = "why" if is_why_alone(form, context["errors"]) else "edit"
    template, _, fields = PARTS[part]
    context |= {"part": template} | fields(request, item, form, context["errors"])
    return render_to_string("pathways/_item_panel.html", context | {"unsaved": True}, request)


def is_why_alone(form, errors):
    """Whether one tap was refused for nothing but that it did not say why."""
    return isinstance(form, ItemForm) and form.cleaned_data.get("one_tap") and [*errors] == ["why"]


def conflict_panel(request, item, form, conflict):
    """Both versions and the three ways to go on, as HTML."""
    context = conflict_context(request, item, form, conflict, in_row=True)
    return render_to_string("pathways/_item_conflict.html", context, request)


def answer_in_row(request, item, *, stands=None, done="", said="", opened="", status=200):
    """The row as it stands now, and whatever of the case page looks different beside it.

    `stands` is how a service left the case, None where it is to be read. `done` is announced, `said` stays in
    the row, `opened` is the panel left open in it (both HTML).
    """
    sheet = Sheet(request, item.case, stands and stands.items, phases=stands and stands.phases)
    live, making = sheet.find(item), sheet.making
    making.answers[live.pk] = {"said": said, "panel": opened}
    if making.place.is_work:
        sheet.read([live], own_change(stands))
        return _announced(HttpResponse(making.html(live), status=status), done, item.case.reference)
    others = rows_beside(stands, item, live, sheet) if stands and stands.event else []
    is_wide = others is None
    beside = others or []
    sheet.read(sheet.items if is_wide else [live, *beside], own_change(stands))
    sections = sheet.sections()
    if is_wide:
        parts = [phases(sections, making.csrf)]
    else:
        parts = [making.html(live), *(making.html(each, beside=True) for each in beside)]
        heads = sorted({each.phase for each in [live, *beside]})
        parts += [head(sections[phase - 1], making.csrf, beside=True) for phase in heads]
    flags = {"identity": identity(item.case, sheet.now, sheet.items), "oob": True}
    parts += [rail(sections, beside=True), render_to_string("pathways/_flags.html", flags)]
    response = HttpResponse("".join(parts), status=status)
    if is_wide:
        retarget(response, "#phases").headers["HX-Reswap"] = "morph:outerHTML"
    section = sections[live.phase - 1]
    return _announced(response, done, f"{section.title}: {section.counted}")


def _announced(response, done, standing):
    return trigger_client_event(response, "announce", {"value": f"{done} {standing}."}) if done else response


def rows_beside(stands, before, live, sheet) -> list | None:
    """The other items whose rows look different now; None where a row came or went, so that all are needed.

    They were changed too, or they waited for this one.
    """
    changed, has_row = stands.changed - {live.pk}, sheet.making.has_row
    is_news = is_met(before) != is_met(live)
    others = [
        each
        for each in sheet.items
        if each.pk in changed or (is_news and live.code in waits_for(each) and has_row(each))
    ]
    came = any(_may_be_new(each, stands.event.at) for each in others if each.pk in changed)
    went = changed - {each.pk for each in others} or not all(map(has_row, [live, *others]))
    return None if came or went or applies(before) != applies(live) else others


def _may_be_new(item, at):
    """It was made at that moment, or began to apply."""
    return item.version == 1 or item.occurrence > 1 or item.applies_since == at


def _edit(request, item, form, errors):
    heading = f"{'Change' if item.is_settled else 'Record'} “{item.name}”"
    return {"heading": heading, "may_record": True} | item_forms.edit_fields(
        item, form, errors, f"{place_of(request).anchor(item)}-"
    )


def _reason(request, item, form, errors):
    data = form.data if form else request.GET
    if data.get("status") not in NEEDS_REASON:
        raise Http404
    fields = item_forms.reason_fields(item, form, data)
    return {"heading": f"{QUESTIONS[fields['status']]} “{item.name}”"} | fields


def _why(request, item, form, errors):
    if form is None:
        raise Http404
    return {"heading": f"Why change “{item.name}”?"} | item_forms.why_fields(item, form, errors)


def _assign(request, item, form, errors):
    return {"heading": f"Assign “{item.name}”"} | item_forms.assign_fields(item, form)


def _due(request, item, form, errors):
    return {"heading": f"When is “{item.name}” due?"} | item_forms.due_fields(item, form)


def _comment(request, item, form, errors):
    fields = item_forms.comment_fields(item.case, item, form)
    return {"heading": f"Comments on “{item.name}”", "may_comment": True} | fields


def _history(request, item, form, errors):
    return {"heading": f"History of “{item.name}”"} | history(request.user, item, timezone.now())


def _menu(request, item, form, errors):
    """What one or two taps can do to the item; one query for the reasons."""
    known = list(ReasonCode.objects.filter(is_active=True))
    sent = '{}<input type="hidden" name="token" value="{}"><input type="hidden" name="version" value="{}">'
    sent += '<input type="hidden" name="one_tap" value="yes">'
    return {
        "row_id": place_of(request).anchor(item),
        "sent": format_html(sent, item_forms.hidden_csrf(request), fresh_token(), item.version),
        "statuses": [_menu_status(item, status, known) for status in ItemStatus],
        "mine": "" if item.assignee_id == request.user.pk else request.user.username,
    }


def _menu_status(item, status, known):
    """A status with its `options` (name, value, label, whether it asks for words), or led to `by_form`."""
    spec, options, by_form = item.response_spec, [], False
    if status in NEEDS_REASON:
        options = [
            ("reason", each.code, each.label, each.needs_text) for each in commonest.first(known, status)
        ]
    elif status == ItemStatus.DONE and spec["kind"] == ResponseKind.CHOICE and not spec.get("multiple"):
        options = [("response_value", each["value"], each["label"], False) for each in spec["choices"]]
    elif status == ItemStatus.DONE:
        by_form = spec["kind"] not in ONE_CLICK
    is_now = status == item.status
    return {
        "value": status.value,
        "label": status.label,
        "options": options,
        "by_form": by_form,
        "is_now": is_now,
    }


PARTS = {
    "menu": ("pathways/_item_menu.html", Permission.RECORD, _menu),
    "edit": ("pathways/_item_form.html", Permission.RECORD, _edit),
    "reason": ("pathways/_reason_form.html", Permission.RECORD, _reason),
    "why": ("pathways/_why_form.html", Permission.RECORD, _why),
    "assign": ("pathways/_assign_form.html", Permission.ASSIGN, _assign),
    "due": ("pathways/_due_form.html", Permission.RECORD, _due),
    "comment": ("pathways/_comments.html", Permission.COMMENT, _comment),
    "history": ("pathways/_item_history.html", Permission.VIEW_CASE, _history),
}
FORMS = PARTS.keys() - {"menu", "history", "why"}
