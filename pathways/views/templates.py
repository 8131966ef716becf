"""Pathway templates: the list, one with its versions, a new one, and how drafts begin and end."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pathways.clocks import show_day, show_time
from pathways.dashboards import variance
from pathways.enums import CaseStatus, VersionStatus
from pathways.forms.templates import NewTemplateForm, PlainWriteForm
from pathways.http import see_other
from pathways.models import PathwayTemplate, TemplateVersion
from pathways.permissions import Permission, may, require
from pathways.services import AlreadyAnswered, BadInput, Token
from pathways.services.template_life import create_template, discard_draft, start_draft
from pathways.views.draft_outline import Outline
from pathways.views.rows import fresh_token
from pathways.views.template_heading import also_editing, draft_of, heading, version_of, visible_template

OPEN_CASES = Count("cases", filter=~Q(cases__status=CaseStatus.CLOSED))


@require_safe
def template_list(request):
    """Every template with its newest version, its draft and its open cases; two queries for the list."""
    require(request.user, Permission.VIEW_TEMPLATES)
    counted = TemplateVersion.objects.annotate(open_cases=OPEN_CASES).order_by("number")
    versions = Prefetch("versions", counted)
    context = {
        "rows": [list_row(each) for each in PathwayTemplate.objects.prefetch_related(versions)],
        "may_edit": may(request.user, Permission.EDIT_TEMPLATES),
    }
    return render(request, "pathways/template_list.html", context)


def list_row(template):
    versions = list(template.versions.all())
    published = [each for each in versions if each.status == VersionStatus.PUBLISHED]
    return {
        "template": template,
        "newest": published[-1] if published else None,
        "on": show_day(published[-1].published_at) if published else "",
        "draft": next((each for each in versions if each.status == VersionStatus.DRAFT), None),
        "open_cases": sum(each.open_cases for each in versions),
    }


@require_safe
def template_detail(request, template):
    """Its versions: who published each when and why, and how many cases are open on each."""
    template = visible_template(request.user, template)
    versions = template.versions.annotate(open_cases=OPEN_CASES).select_related("based_on", "published_by")
    above = heading(request.user, template, "versions")
    context = {
        "heading": above,
        "editing": also_editing(request.user, above.draft) if above.draft else "",
        "template": template,
        "versions": [version_row(each) for each in versions.order_by("-number")],
        "token": fresh_token(),
    }
    return render(request, "pathways/template_detail.html", context)


def version_row(version):
    return {
        "version": version,
        "status": version.get_status_display(),
        "on": show_time(version.published_at) if version.published_at else "",
        "who": str(version.published_by or "the system"),
        "open_cases": getattr(version, "open_cases", None),
        "is_draft": version.status == VersionStatus.DRAFT,
        "is_published": version.status == VersionStatus.PUBLISHED,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def template_new(request):
    """Begin a template from nothing, or from a version of another one."""
    require(request.user, Permission.EDIT_TEMPLATES)
    form = NewTemplateForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return new_page(request, form)
    if not form.is_valid():
        return new_page(request, form, status=422)
    token = Token(form.cleaned_data["token"], form.digest(request.path))
    back = reverse("template_detail", args=[form.cleaned_data["code"]])
    try:
        draft = create_template(by=request.user, token=token, **form.wanted())
    except AlreadyAnswered:
        return see_other(back)
    except BadInput as refused:
        form.refuse(refused.errors)
        return new_page(request, form, status=422)
    messages.success(request, f"“{draft.template.title}” was created, with a draft of its first version.")
    return see_other(back)


def new_page(request, form, *, status=200):
    context = {
        "form": form,
        "refusals": form.refusals() if form.is_bound else [],
        "versions": TemplateVersion.objects.published().select_related("template"),
        "token": fresh_token(),
    }
    return render(request, "pathways/template_new.html", context, status=status)


@require_POST
def draft_start(request, template):
    """Edit as draft: a copy of the newest published version, or the draft that there is."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    form = PlainWriteForm(request.POST)
    back = reverse("template_draft", args=[template.code])
    if form.is_valid():
        token = Token(form.cleaned_data["token"], form.digest(request.path))
        try:
            start_draft(by=request.user, template=template, token=token)
        except AlreadyAnswered:
            return see_other(back)
        return see_other(back)
    messages.error(request, str(form.errors["token"][0]))
    return see_other("template_detail", template.code)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_discard(request, template):
    """Ask on GET, discard on POST; what was in it stays in the history."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    draft, back = draft_of(template), reverse("template_detail", args=[template.code])
    form = PlainWriteForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return discard_page(request, template, draft, form)
    token = Token(form.cleaned_data["token"], form.digest(request.path))
    try:
        discard_draft(by=request.user, draft=draft, token=token)
    except AlreadyAnswered:
        return see_other(back)
    except BadInput as refused:
        form.add_error(None, refused.errors["draft"])
        return discard_page(request, template, draft, form)
    messages.success(request, f"The draft v{draft.number} was discarded. Its history is kept.")
    return see_other(back)


def discard_page(request, template, draft, form):
    texts = [text for texts in form.errors.values() for text in texts] if form.is_bound else []
    context = {
        "heading": heading(request.user, template, "versions"),
        "draft": draft,
        "refusals": [(text, "") for text in texts],
        "token": fresh_token(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "pathways/draft_discard.html", context, status=status)


@require_safe
def template_version(request, template, number):
    """A version as it stands, to be read; a draft has its own page. Some ten queries."""
    template = visible_template(request.user, template)
    version = version_of(template, number)
    if version.status == VersionStatus.DRAFT:
        return redirect("template_draft", template.code)
    outline = Outline(version)
    seldom = variance.often_not_applicable(version) if may(request.user, Permission.EDIT_TEMPLATES) else {}
    for code, (share, of) in seldom.items():
        outline.rows[code].facts.append(
            f"{round(100 * share)} % not applicable of {of} settled: consider a condition"
        )
    context = {
        "heading": heading(request.user, template, "outline"),
        "row": version_row(version),
        "sections": outline.markup(outline.sections, ""),
        "seldom": bool(seldom),
        "newest": variance.NEWEST,
        "enough": variance.ENOUGH,
    }
    return render(request, "pathways/template_version.html", context)
