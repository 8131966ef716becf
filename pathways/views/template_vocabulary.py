"""The case fields, instruments, sources and notes of a draft: read by everybody, edited one at a time."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pathways import details
from pathways.audit.changes import counted
from pathways.audit.recording import record_event
from pathways.clocks import show_time
from pathways.enums import Action
from pathways.forms.template_vocabulary import OUT_OF_DATE, FieldForm, InstrumentForm, NoteForm, SourceForm
from pathways.forms.templates import PlainWriteForm
from pathways.forms.write import WriteForm
from pathways.http import see_other
from pathways.interop.draft_entries import uses_of
from pathways.models import TemplateVersion
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere, DraftGone, Token
from pathways.services.draft_vocabulary import NOUNS, move_entry, remove_entry, save_entry
from pathways.views.rows import fresh_token
from pathways.views.template_heading import draft_of, heading, visible_template

KINDS = {"fields": "case_fields", "instruments": "instruments", "sources": "sources", "notes": "notes"}
TITLES = {"fields": "Case fields", "instruments": "Instruments", "sources": "Sources", "notes": "Notes"}
FORMS = {"fields": FieldForm, "instruments": InstrumentForm, "sources": SourceForm, "notes": NoteForm}
STEPS = {"up": -1, "down": 1}
NUMBER = {"type": "number"}


@require_safe
def template_vocabulary(request, template, kind):
    """Every entry of one kind with what uses it; two queries besides the heading's."""
    template = visible_template(request.user, template)
    return list_page(request, draft_of(template), kind)


def list_page(request, draft, kind, *, status=200, refusals=()):
    items = kept_items(draft)
    context = page_of(request, draft, kind) | {
        "title": TITLES[kind],
        "tabs": [(words, address_of(draft, each), each == kind) for each, words in TITLES.items()],
        "rows": [row_of(draft, kind, entry, items) for entry in getattr(draft, KINDS[kind])],
        "refusals": refusals,
    }
    return render(request, "pathways/template_vocabulary.html", context, status=status)


def kept_items(draft):
    return list(draft.items.filter(is_removed=False).order_by("phase", "position"))


def page_of(request, draft, kind):
    """What every page of the vocabulary shows."""
    return {
        "heading": heading(request.user, draft.template, "outline"),
        "draft": draft,
        "kind": kind,
        "noun": NOUNS[KINDS[kind]],
        "base": address_of(draft, kind),
        "token": fresh_token(),
    }


def address_of(draft, kind):
    return reverse("template_vocabulary", args=[draft.template.code, kind])


def row_of(draft, kind, entry, items):
    return {
        "entry": entry,
        "what": what_it_is(kind, entry),
        "uses": len(uses_of(KINDS[kind], entry["code"], draft, items)),
    }


def what_it_is(kind, entry):
    """One line about an entry, as its list shows it."""
    if kind == "notes":
        return entry["text"]
    if kind == "sources":
        return entry.get("url", "")
    if entry["type"] == "choice":
        labels = ", ".join(choice["label"] for choice in entry["choices"])
        return f"{'Any' if entry.get('multiple') else 'One'} of: {labels}"
    if entry["type"] in ("number", "scale"):
        return f"{details.show(NUMBER, entry['min'])} to {details.show(entry | NUMBER, entry['max'])}"
    if entry["type"] == "sum":
        return f"{counted(len(entry['components']), 'part')}, {entry['min']} to {entry['max']}"
    if entry["type"] == "grade":
        return ", ".join(option["value"] for option in entry["options"])
    return {"boolean": "Yes or no", "text": "Text"}[entry["type"]]


@require_http_methods(["GET", "HEAD", "POST"])
def draft_entry_new(request, template, kind):
    """A form for a new entry, added at the end."""
    return edited(request, template, kind, None)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_entry(request, template, kind, entry):
    """The form of one entry, with all that uses it."""
    return edited(request, template, kind, entry)


def edited(request, template, kind, code):
    """The form on GET; on POST the entry is saved, and its list shown."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    draft = draft_to_change(template) if request.method == "POST" else draft_of(template)
    entry = entry_of(draft, kind, code)
    if request.method != "POST":
        if code and not entry:
            raise Http404
        return entry_page(request, draft, kind, code, FORMS[kind](initial=shown_of(kind, entry)))
    form = FORMS[kind](request.POST)
    if not form.is_valid():
        return entry_page(request, draft, kind, code, form, status=422, seen=form.cleaned_data.get("version"))
    return save(request, draft, kind, code, form)


def draft_to_change(template):
    """Its draft; DraftGone rather than 404, because what was written would go with the page."""
    try:
        return draft_of(template)
    except Http404:
        raise DraftGone(TemplateVersion(template=template)) from None


def save(request, draft, kind, code, form):
    seen = form.cleaned_data["version"]
    given = {"kind": KINDS[kind], "code": code or "", "entry": form.entry(), "seen": seen}
    try:
        save_entry(by=request.user, draft=draft, token=token_of(request, form), **given)
    except AlreadyAnswered:
        pass
    except BadInput as refused:
        form.refuse(refused.errors)
        return entry_page(request, draft, kind, code, form, status=422, seen=seen)
    except ChangedElsewhere as clash:
        record_event(action=Action.CONFLICTED, by=request.user, reason="a draft")
        return entry_page(request, clash.theirs, kind, code, form, status=409, clash=clash)
    else:
        messages.success(request, f"“{form.cleaned_data['title']}” was saved.")
    return see_other(address_of(draft, kind))


def token_of(request, form):
    return Token(form.cleaned_data["token"], form.digest(request.path))


def entry_of(draft, kind, code):
    """The entry with this code, or None."""
    return next((each for each in getattr(draft, KINDS[kind]) if each["code"] == code), None)


def shown_of(kind, entry):
    return FORMS[kind].shown_of(entry) if entry else {"number": "1"}


def entry_page(request, draft, kind, code, form, *, status=200, seen=None, clash=None):
    """`seen` is the version that a refused form was rendered from; after a clash the next is about now."""
    uses = uses_of(KINDS[kind], code, draft, kept_items(draft)) if code else []
    context = page_of(request, draft, kind) | {
        "code": code,
        "form": form,
        "seen": draft.version if seen is None else seen,
        "refusals": form.refusals() if status == 422 else [],
        "uses": [(use.title, f"{heading_base(draft)}{path_of(use)}") for use in uses],
        "removal_token": fresh_token(),
        "clash": clash,
        "clash_at": show_time(clash.at) if clash else "",
        "theirs": theirs_of(draft, kind, code, form) if clash else [],
    }
    return render(request, "pathways/draft_entry.html", context, status=status)


def heading_base(draft):
    return reverse("template_detail", args=[draft.template.code]) + "draft/"


def path_of(use):
    words = {column: kind for kind, column in KINDS.items()}
    return f"{words.get(use.part, use.part)}/{use.code}/"


def theirs_of(draft, kind, code, form):
    """Label and text of each part of the entry as it stands; nothing where it was taken out."""
    entry = entry_of(draft, kind, code)
    shown = shown_of(kind, entry) if entry else {}
    return [(field.label, shown[field.name]) for field in form.shown() if shown.get(field.name)]


@require_POST
def draft_entry_remove(request, template, kind, entry):
    """Take an entry out, unless anything uses it."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    form, draft = WriteForm(request.POST), draft_to_change(template)
    if not form.is_valid() or form.cleaned_data["version"] is None:
        return list_page(request, draft, kind, status=422, refusals=[(OUT_OF_DATE, "")])
    given = {"kind": KINDS[kind], "code": entry, "seen": form.cleaned_data["version"]}
    try:
        remove_entry(by=request.user, draft=draft, token=token_of(request, form), **given)
    except AlreadyAnswered:
        pass
    except BadInput as refused:
        texts = [(text, "") for text in refused.errors.values()]
        return list_page(request, draft, kind, status=422, refusals=texts)
    except ChangedElsewhere as clash:
        record_event(action=Action.CONFLICTED, by=request.user, reason="a draft")
        return list_page(request, clash.theirs, kind, status=409, refusals=[(str(clash), "")])
    else:
        messages.success(request, f"“{entry}” was taken out of the draft.")
    return see_other(address_of(draft, kind))


@require_POST
def draft_entry_move(request, template, kind, entry):
    """Move an entry up or down in its list by one place."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    form, draft = PlainWriteForm(request.POST), draft_to_change(template)
    step = STEPS.get(request.POST.get("to", ""))
    if not form.is_valid() or step is None:
        return list_page(request, draft, kind, status=422, refusals=[(OUT_OF_DATE, "")])
    given = {"kind": KINDS[kind], "code": entry, "step": step}
    with suppress(AlreadyAnswered):
        move_entry(by=request.user, draft=draft, token=token_of(request, form), **given)
    return see_other(f"{address_of(draft, kind)}#e-{entry}")
