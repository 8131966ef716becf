"""Puts into sentences what happened to cases that were moved between versions, and back."""

from ..enums import Action, MoveOutcome
from ..models import Case, CaseMove, MovedCase, TemplateVersion
from .sentences import Said, find


def _planned(event, steps, names):
    move = find(steps, CaseMove).row
    return Said(f"began to move cases to {names.of_id(TemplateVersion, move.target_id)}: “{move.name}”")


def _moved(event, steps, names):
    row = find(steps, MovedCase).row
    part = f"(part of “{names.of_id(CaseMove, row.move_id)}”)"
    if row.outcome == MoveOutcome.NOT_MOVED:
        return Said(f"could not move the case: {row.why}", tail=part)
    return Said(f"moved the case {_from_to(steps, names)}", tail=part)


def _moved_back(event, steps, names):
    row = find(steps, MovedCase).row
    part = f"(undoing “{names.of_id(CaseMove, row.move_id)}”)"
    if row.outcome != MoveOutcome.MOVED_BACK:
        return Said(f"could not move the case back: {row.why}", tail=part)
    return Said(f"moved the case back {_from_to(steps, names)}", tail=part)


def _from_to(steps, names):
    case = find(steps, Case)
    old, new = (names.of_id(TemplateVersion, row.template_version_id) for row in (case.before, case.after))
    return f"from {old} to v{new.rpartition(' v')[2]}"


MOVE_SENTENCES = {
    Action.PLAN_MOVE: _planned,
    Action.MOVE_CASE: _moved,
    Action.MOVE_BACK: _moved_back,
}
