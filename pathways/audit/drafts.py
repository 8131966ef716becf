"""Puts into sentences what happened to drafts of pathway templates."""

from ..enums import Action
from ..models import PathwayTemplate, TemplateItem, TemplatePhase, TemplateVersion
from .sentences import Said, find, unworded


def _created(event, steps, names):
    return Said(f"created the template {find(steps, PathwayTemplate).row.title}")


def _started(event, steps, names):
    return Said(f"started {_draft(find(steps, TemplateVersion).row, names)}")


def _discarded(event, steps, names):
    return Said(f"discarded {_draft(find(steps, TemplateVersion).row, names)}")


def _edited(event, steps, names):
    """About the item that was changed, as against those that moved up or down for it."""
    step = _main_item(steps)
    if step:
        draft = names.of_id(TemplateVersion, step.row.template_version_id)
        joint = "to" if step.before is None else "in"
        return Said(f"{_verb(step)} “{step.row.title}” {joint} the draft {draft}")
    phase = find(steps, TemplatePhase)
    if phase:
        draft = names.of_id(TemplateVersion, phase.row.template_version_id)
        return Said(f"changed the phase {phase.row.title} in the draft {draft}")
    version = find(steps, TemplateVersion)
    if version:
        return Said(f"changed the vocabulary of {_draft(version.row, names)}")
    return unworded(event, steps, names)


def _replaced(event, steps, names):
    step = find(steps, TemplateVersion) or find(steps, TemplateItem) or find(steps, TemplatePhase)
    if step is None:
        return unworded(event, steps, names)
    pk = step.row.id if step.model is TemplateVersion else step.row.template_version_id
    return Said(f"replaced the draft {names.of_id(TemplateVersion, pk)} from a file")


def _retired(event, steps, names):
    row = find(steps, TemplateVersion).row
    return Said(f"retired version {row.number} of {names.of_id(PathwayTemplate, row.template_id)}")


def _exported(event, steps, names):
    return Said(f"exported {event.reason}" if event.reason else "exported a template version")


def _draft(row, names):
    return f"the draft v{row.number} of {names.of_id(PathwayTemplate, row.template_id)}"


def _main_item(steps):
    """The step on the item that a person changed: not one that only made room."""
    items = [step for step in steps if step.model is TemplateItem]
    return next((step for step in items if not made_room(step)), items[0] if items else None)


def made_room(step):
    """Whether an item only moved up or down, for another."""
    if step.model is not TemplateItem:
        return False
    columns = [field.attname for field in TemplateItem._meta.concrete_fields]
    return step.is_change and not step.differs(*set(columns) - {"position", "version"})


def _verb(step):
    if step.before is None:
        return "added"
    if step.after is None:
        return "deleted"
    if step.differs("is_removed"):
        return "removed" if step.after.is_removed else "put back"
    return "moved" if step.differs("phase") or made_room(step) else "changed"


DRAFT_SENTENCES = {
    Action.CREATE_TEMPLATE: _created,
    Action.START_DRAFT: _started,
    Action.EDIT_DRAFT: _edited,
    Action.REPLACE_DRAFT: _replaced,
    Action.DISCARD_DRAFT: _discarded,
    Action.RETIRE_VERSION: _retired,
    Action.EXPORT_TEMPLATE: _exported,
}
