"""Pathway templates: read from files, drafted, published."""

from django.db import transaction

from ..audit.recording import create_all, recording
from ..enums import Action, VersionStatus
from ..models import Discipline, PathwayTemplate, TemplateItem, TemplatePhase, TemplateVersion
from ..permissions import Permission, require
from .exceptions import BadInput


@transaction.atomic
def load_template_file(*, by, file):
    """Store a checked template file as a draft, and return it; what is stored already is returned as is."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.LOAD_TEMPLATE):
        template = _template_of(file.template)
        newest = template.versions.order_by("-number").first()
        if newest and newest.digest == file.digest():
            return newest
        if newest and newest.status == VersionStatus.DRAFT:
            raise BadInput({"file": f"{newest} is a draft. Publish it before loading another version."})
        return _draft_of(file, template, newest)


@transaction.atomic
def publish_version(*, by, version, summary):
    """Publish a draft for good; publishing a published version changes nothing."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.PUBLISH_VERSION, reason=summary) as event:
        version = TemplateVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if version.status != VersionStatus.DRAFT:
            return version
        if not summary.strip():
            raise BadInput({"summary": "Enter a summary of what this version changes."})
        version.status = VersionStatus.PUBLISHED
        version.summary, version.published_at, version.published_by = summary, event.at, event.actor
        version.save()
    return version


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
