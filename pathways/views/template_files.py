"""Template versions as files: going out, and coming in by way of a comparison with the draft."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from pathways.audit.recording import record_event
from pathways.enums import Action, VersionStatus
from pathways.forms.template_files import ImportForm
from pathways.forms.templates import RESERVED
from pathways.http import see_other
from pathways.interop.difference_words import told
from pathways.interop.template_difference import difference
from pathways.interop.template_documents import digest_of, document_of
from pathways.interop.template_export import CONTENT_TYPES, Stamp, written
from pathways.interop.template_import import read_for_draft, read_for_new, remarks, under_header
from pathways.models import Discipline, RequestToken, TemplateVersion
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere, DraftGone, Token
from pathways.services.template_files import create_template_from_file, replace_draft
from pathways.views.rows import fresh_token
from pathways.views.template_heading import draft_of, heading, version_of, visible_template


@require_GET
def version_export(request, template, number, form):
    """The version as a file; that it was taken is recorded."""
    return export(request, version_of(visible_template(request.user, template), number), form)


@require_GET
def draft_export(request, template, form):
    """The draft as a file."""
    return export(request, draft_of(visible_template(request.user, template)), form)


def export(request, version, form):
    if form not in CONTENT_TYPES:
        raise Http404
    text = written(document_of(version), form, Stamp(version.number, version.status))
    said = f"{version.template.title} v{version.number} as {form.upper()}"
    record_event(action=Action.EXPORT_TEMPLATE, by=request.user, reason=said)
    name = f"{version.template.code}-v{version.number}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{CONTENT_TYPES[form]}; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def template_import(request, template):
    """Compare a file with the draft, then replace the draft by it; nothing is published."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    draft = template.versions.filter(status=VersionStatus.DRAFT).first()
    if request.method != "POST":
        return import_page(request, template, draft, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if was_answered(request, form):
        return see_other(reverse("template_detail", args=[template.code]) + "draft/")
    if draft is None:
        raise DraftGone(TemplateVersion(template=template))
    draft.template = template
    document = document_of(draft)
    file = form.is_valid() and form.read(read_for_draft, draft=document, disciplines=disciplines())
    if not file:
        return import_page(request, template, draft, form, status=422)
    if not form.cleaned_data["seen"]:
        return compare_page(request, draft, form, file, document)
    return replace(request, draft, form, file)


def replace(request, draft, form, file):
    token = Token(form.cleaned_data["token"], form.digest(request.path))
    try:
        replace_draft(by=request.user, draft=draft, file=file, seen=form.cleaned_data["seen"], token=token)
    except AlreadyAnswered:
        pass
    except ChangedElsewhere as changed:
        record_event(action=Action.CONFLICTED, by=request.user, reason="a draft")
        return compare_page(request, draft, form, file, document_of(draft), status=409, warning=str(changed))
    else:
        messages.success(request, f"The draft v{draft.number} now says what the file says.")
    return see_other(reverse("template_detail", args=[draft.template.code]) + "draft/")


def was_answered(request, form):
    """Whether this same form replaced the draft before, so that it may be published or gone by now."""
    form.full_clean()
    value = form.cleaned_data.get("token")
    sent = {"token": value, "person": request.user, "digest": form.digest(request.path)}
    return bool(value) and RequestToken.objects.filter(**sent).exists()


def disciplines():
    return dict(Discipline.objects.values_list("code", "title"))


def import_page(request, template, draft, form, *, status=200):
    context = {
        "heading": heading(request.user, template, "outline"),
        "draft": draft,
        "form": form,
        "refusals": form.refusals() if form.is_bound else [],
        "token": fresh_token(),
    }
    return render(request, "pathways/template_import.html", context, status=status)


def compare_page(request, draft, form, file, document, *, status=200, warning=""):
    """What the file would change in the draft, with the form that goes on to do so."""
    new = under_header(file, document["template"])
    context = {
        "heading": heading(request.user, draft.template, "outline"),
        "draft": draft,
        "told": told(difference(document, new), document, new, disciplines()),
        "remarks": remarks(file, document["template"]),
        "text": form.cleaned_data["content"],
        "seen": digest_of(document),
        "warning": warning,
        "token": fresh_token(),
    }
    return render(request, "pathways/template_import_compare.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def template_import_new(request):
    """Begin a template from a file."""
    require(request.user, Permission.EDIT_TEMPLATES)
    if request.method != "POST":
        return new_page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    file = form.is_valid() and form.read(read_for_new, disciplines=disciplines(), reserved=RESERVED)
    if not file:
        return new_page(request, form, status=422)
    token = Token(form.cleaned_data["token"], form.digest(request.path))
    back = reverse("template_detail", args=[file.template.code])
    try:
        draft = create_template_from_file(by=request.user, file=file, token=token)
    except AlreadyAnswered:
        return see_other(back)
    except BadInput as refused:
        for text in refused.errors.values():
            form.add_error("text", text)
        return new_page(request, form, status=422)
    messages.success(request, f"“{draft.template.title}” was created from the file, as a draft.")
    return see_other(back)


def new_page(request, form, *, status=200):
    context = {
        "form": form,
        "refusals": form.refusals() if form.is_bound else [],
        "token": fresh_token(),
    }
    return render(request, "pathways/template_import_new.html", context, status=status)
