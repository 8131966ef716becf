"""The life of a pathway template's versions: started as drafts, edited one at a time, discarded."""

from django.db import transaction

from .. import published
from ..audit.recording import create_all, recording, take_turn
from ..enums import Action, Phase, VersionStatus
from ..models import PathwayTemplate, TemplateItem, TemplatePhase, TemplateVersion
from ..permissions import Permission, require
from .exceptions import BadInput, DraftGone

GOAL = "Say what this phase is for."
HEADER = ("code", "reference_prefix", "title", "condition", "summary")
VERSION_FIELDS = published.VOCABULARY
NOT_COPIED = {"id", "version", "template_version", "was_code", "is_removed"}
PHASE_FIELDS = ("phase", "title", "goal")


@transaction.atomic
def create_template(*, by, header, like=None, token=None):
    """A new template with a draft of its first version: the six phases, empty, or all that `like` has.

    `header` is column to value, `like` a version. Returns the draft. Raises BadInput for a code or prefix
    that is taken.
    """
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.CREATE_TEMPLATE, token=token):
        _check_free(header)
        template = PathwayTemplate(**{name: header.get(name, "") for name in HEADER})
        template.save()
        if like is not None:
            return _copy(like, TemplateVersion(template=template, number=1), keeps_codes=False)
        draft = TemplateVersion(template=template, number=1)
        draft.save()
        phases = [TemplatePhase(phase=each, title=each.label, goal=GOAL) for each in Phase]
        _put_into(draft, TemplatePhase, phases)
    return draft


@transaction.atomic
def start_draft(*, by, template, token=None):
    """A draft that copies the newest published version; one that is there already is returned as it is."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.START_DRAFT, token=token):
        template = PathwayTemplate.objects.select_for_update(of=("self",), no_key=True).get(pk=template.pk)
        take_turn()
        newest = template.versions.order_by("-number").first()
        if newest and newest.status == VersionStatus.DRAFT:
            return newest
        source = template.versions.published().order_by("-number").first() or newest
        return _copy(source, TemplateVersion(template=template, number=newest.number + 1, based_on=source))


@transaction.atomic
def discard_draft(*, by, draft, token=None):
    """Delete the draft with all that is in it; its history stays. Raises DraftGone."""
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.DISCARD_DRAFT, token=token):
        draft = lock_draft(draft)
        if draft.number == 1:
            raise BadInput({"draft": "This is the only version of its template, so it cannot be discarded."})
        for row in [*draft.items.all(), *draft.phases.all(), draft]:
            row.delete()


def lock_draft(draft):
    """Read the draft again and hold it: every write about a draft queues here. Raises DraftGone."""
    rows = TemplateVersion.objects.select_for_update(of=("self",), no_key=True).filter(pk=draft.pk)
    locked = rows.filter(status=VersionStatus.DRAFT).first()
    if locked is None:
        raise DraftGone(draft)
    take_turn()
    locked.template = draft.template
    return locked


def _check_free(header):
    taken = {
        name: f"Another template has this {words}. Choose another."
        for name, words in (("code", "code"), ("reference_prefix", "prefix"))
        if PathwayTemplate.objects.filter(**{name: header[name]}).exists()
    }
    if taken:
        raise BadInput(taken)


def _copy(source, draft, *, keeps_codes=True):
    """Fill the draft with everything that the source holds; `keeps_codes` ties its items to those copied."""
    for name in VERSION_FIELDS:
        setattr(draft, name, getattr(source, name))
    draft.save()
    copied = [field.attname for field in TemplateItem._meta.concrete_fields if field.name not in NOT_COPIED]
    items = [
        TemplateItem(
            was_code=item.code if keeps_codes else "", **{name: getattr(item, name) for name in copied}
        )
        for item in source.items.filter(is_removed=False)
    ]
    phases = source.phases.values(*PHASE_FIELDS)
    _put_into(draft, TemplatePhase, [TemplatePhase(**each) for each in phases])
    _put_into(draft, TemplateItem, items)
    return draft


def _put_into(draft, model, rows):
    for row in rows:
        row.template_version = draft
    create_all(model, rows)
