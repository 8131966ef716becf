"""Publishing a draft after a review of what it changes, and taking a version out of use."""

from collections import Counter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pathways.audit.changes import counted
from pathways.audit.recording import record_event
from pathways.enums import Action, CaseStatus, VersionStatus
from pathways.forms.template_publish import PublishForm, RetireForm
from pathways.http import see_other
from pathways.interop.difference_words import told
from pathways.interop.template_difference import difference
from pathways.interop.template_documents import digest_of, document_from, document_of
from pathways.models import Case, RequestToken, TemplateVersion
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, DraftChanged, DraftGone, Token
from pathways.services.templates import publish_version, retire_version
from pathways.views.draft_findings import checked, known_disciplines
from pathways.views.rows import fresh_token
from pathways.views.template_heading import draft_of, heading, version_of, visible_template


@require_http_methods(["GET", "HEAD", "POST"])
def template_publish(request, template):
    """Show on GET what publishing would do, and do it on POST, once."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    if request.method != "POST":
        return publish_page(request, draft_of(template), PublishForm())
    form, back = PublishForm(request.POST), reverse("template_detail", args=[template.code])
    if was_answered(request, form):
        return see_other(back)
    draft = draft_to_publish(template)
    if not form.is_valid():
        return publish_page(request, draft, form, status=422)
    try:
        publish_version(by=request.user, version=draft, token=token_of(request, form), **form.wanted())
    except AlreadyAnswered:
        return see_other(back)
    except BadInput as refused:
        form.refuse(refused.errors)
        return publish_page(request, draft, form, status=422)
    except DraftChanged as changed:
        record_event(action=Action.CONFLICTED, by=request.user, reason="a draft")
        return publish_page(request, draft, form, status=409, warning=str(changed))
    messages.success(request, f"v{draft.number} is published. New cases open on it.")
    return see_other(back)


def token_of(request, form):
    return Token(form.cleaned_data["token"], form.digest(request.path))


def was_answered(request, form):
    """Whether this same form published before, so that there is no draft any more."""
    form.full_clean()
    value = form.cleaned_data.get("token")
    sent = {"token": value, "person": request.user, "digest": form.digest(request.path)}
    return bool(value) and RequestToken.objects.filter(**sent).exists()


def draft_to_publish(template):
    """Its draft; DraftGone rather than 404, because what was written would go with the page."""
    try:
        return draft_of(template)
    except Http404:
        raise DraftGone(TemplateVersion(template=template)) from None


def publish_page(request, draft, form, *, status=200, warning=""):
    """12 queries: the draft and the published version whole, the checks, and the cases in numbers."""
    top = heading(request.user, draft.template, "changes")
    items = list(draft.items.filter(is_removed=False).select_related("discipline"))
    document = document_from(draft, list(draft.phases.all()), items)
    disciplines, unstaffed = known_disciplines()
    context = {
        "heading": top,
        "draft": draft,
        "form": form,
        "refusals": form.refusals() if status == 422 else [],
        "warning": warning,
        "checks": checked(draft, items, document, disciplines, unstaffed),
        "impact": impact(draft.template),
        "count": counted(len(items), "item"),
        "old": top.newest,
        "links": f"{top.base}draft/items/",
        "told": changes(top.newest, document, disciplines) if top.newest else None,
        "reviewed": digest_of(document),
        "token": fresh_token(),
    }
    return render(request, "pathways/template_publish.html", context, status=status)


def changes(old, document, disciplines):
    """What the draft changes of the published version, in words."""
    was = document_of(old)
    return told(difference(was, document), was, document, disciplines)


def impact(template):
    """How many cases stay where they are, in words; one query."""
    on = Case.objects.exclude(status=CaseStatus.CLOSED).filter(template_version__template=template)
    counts = Counter(on.values_list("template_version__number", flat=True))
    if not counts:
        return "No case is open on this template."
    each = ", ".join(f"{count} on v{number}" for number, count in sorted(counts.items(), reverse=True))
    total = counts.total()
    stay = (
        "stays on its version until you move it"
        if total == 1
        else "stay on their version until you move them"
    )
    return f"{counted(total, 'open case')} {stay}: {each}."


@require_http_methods(["GET", "HEAD", "POST"])
def version_retire(request, template, number):
    """Ask why on GET, retire on POST; the cases on it go on."""
    template = visible_template(request.user, template)
    require(request.user, Permission.EDIT_TEMPLATES)
    version, back = version_of(template, number), reverse("template_detail", args=[template.code])
    if version.status == VersionStatus.DRAFT:
        raise Http404
    if version.status == VersionStatus.RETIRED and request.method != "POST":
        messages.info(request, f"v{number} is retired already.")
        return see_other(back)
    form = RetireForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return retire_page(request, version, form)
    try:
        sent = {"reason": form.cleaned_data["reason"], "token": token_of(request, form)}
        retire_version(by=request.user, version=version, **sent)
    except AlreadyAnswered:
        return see_other(back)
    messages.success(request, f"v{number} is retired. No case can be opened on it.")
    return see_other(back)


def retire_page(request, version, form):
    others = version.template.versions.published().exclude(pk=version.pk).exists()
    context = {
        "heading": heading(request.user, version.template, "versions"),
        "version": version,
        "form": form,
        "refusals": form.refusals() if form.is_bound else [],
        "is_last": not others,
        "open_cases": version.cases.exclude(status=CaseStatus.CLOSED).count(),
        "token": fresh_token(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "pathways/version_retire.html", context, status=status)
