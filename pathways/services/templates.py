"""Pathway templates: read from files, drafted, published."""

from django.db import transaction

from ..audit.recording import create_all, recording
from ..enums import Action, VersionStatus
from ..interop.draft_checks import findings_of
from ..interop.template_documents import digest_of, document_of
from ..models import Discipline, PathwayTemplate, TemplateItem, TemplatePhase, TemplateVersion
from ..permissions import Permission, require
from .exceptions import BadInput, DraftChanged
from .template_life import lock_draft


@transaction.atomic
def load_template_file(*, by, file):
    """Store a checked template file as a draft, and return it; what is stored already is returned as is."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.LOAD_TEMPLATE):
        template = _template_of(file.template)
        newest = template.versions.order_by("-number").first()
        if stored := _stored(file, template, newest):
            return stored
        if newest and newest.status == VersionStatus.DRAFT:
            raise BadInput({"file": f"{newest} is a draft. Publish it before loading another version."})
        return _draft_of(file, template, newest)


@transaction.atomic
def publish_version(*, by, version, summary, reviewed=None, token=None):
    """Publish a draft for good; publishing a published version changes nothing.

    `reviewed` is the digest of what was looked at. Raises BadInput without a summary and for a draft that
    has errors, DraftChanged when it says something else by now, and DraftGone.
    """
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.PUBLISH_VERSION, reason=summary, token=token) as event:
        if published := TemplateVersion.objects.exclude(status=VersionStatus.DRAFT).filter(pk=version.pk):
            return published.get()
        draft = lock_draft(version)
        document = document_of(draft)
        _check_publishable(document, summary, reviewed)
        for item in draft.items.filter(is_removed=True):
            item.delete()
        draft.status, draft.digest = VersionStatus.PUBLISHED, digest_of(document)
        draft.summary, draft.published_at, draft.published_by = summary.strip(), event.at, event.actor
        draft.save()
    return draft


@transaction.atomic
def retire_version(*, by, version, reason, token=None):
    """Take a published version out of use: no new cases; those that are on it go on. Returns it.

    Retiring a retired version changes nothing. Raises BadInput without a reason, and for a draft.
    """
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.RETIRE_VERSION, reason=reason.strip(), token=token):
        rows = TemplateVersion.objects.select_for_update(of=("self",), no_key=True)
        version = rows.get(pk=version.pk)
        if version.status == VersionStatus.RETIRED:
            return version
        if version.status == VersionStatus.DRAFT:
            raise BadInput({"version": "This is a draft. Discard it instead."})
        if not reason.strip():
            raise BadInput({"reason": "Enter a reason."})
        version.status = VersionStatus.RETIRED
        version.save()
    return version


def _check_publishable(document, summary, reviewed):
    if reviewed and reviewed != digest_of(document):
        raise DraftChanged
    if not summary.strip():
        raise BadInput({"summary": "Enter a summary of what this version changes."})
    disciplines = dict(Discipline.objects.values_list("code", "title"))
    found = findings_of(document, disciplines=disciplines, was_codes={})
    if errors := [f"{each.title} {each.text}".strip() for each in found if each.level == "error"]:
        raise BadInput({"draft": f"This draft cannot be published. {'. '.join(errors)}."})


def _template_of(header):
    """The template with this code, created when new, brought up to date when its header changed."""
    wanted = {
        name: getattr(header, name)
        for name in ("reference_prefix", "title", "condition", "summary", "sources_summary")
    }
    template = PathwayTemplate.objects.select_for_update(of=("self",)).filter(code=header.code).first()
    template = template or PathwayTemplate(code=header.code)
    if template.pk is None or any(getattr(template, name) != value for name, value in wanted.items()):
        for name, value in wanted.items():
            setattr(template, name, value)
        template.save()
    return template


def _stored(file, template, newest):
    """The version that says what the file says, be there newer ones, or None."""
    digest = file.digest()
    if newest and newest.status == VersionStatus.DRAFT and digest_of(document_of(newest)) == digest:
        return newest
    known = template.versions.exclude(status=VersionStatus.DRAFT).filter(digest=digest)
    return known.order_by("-number").first()


def _draft_of(file, template, newest):
    version = TemplateVersion(
        template=template,
        number=newest.number + 1 if newest else 1,
        based_on=newest,
        digest=file.digest(),
        case_fields=file.case_fields(),
        instruments=file.instruments(),
        sources=file.sources(),
        notes=file.notes(),
    )
    version.save()
    phases = [
        TemplatePhase(template_version=version, phase=each.phase, title=each.title, goal=each.goal)
        for each in file.phases
    ]
    create_all(TemplatePhase, phases)
    create_all(TemplateItem, _items_of(file, version))
    return version


def _items_of(file, version):
    disciplines = {discipline.code: discipline for discipline in Discipline.objects.all()}
    return [
        TemplateItem(
            template_version=version,
            phase=phase.phase,
            position=position,
            discipline=disciplines[item.discipline],
            **item.stored(),
        )
        for phase, position, item in file.items()
    ]
