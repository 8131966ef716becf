"""Sums up what followed from an action: phases begun, items switched, due times moved, repeats added."""

from dataclasses import dataclass, field

from ..enums import Action, Phase
from ..models import Case, CasePhase, ChecklistItem
from .changes import Change, case_changes, counted, show_due


@dataclass
class Effect:
    """What followed from an action, summed up, with one line for each row that it touched.

    Where lines are items and not fields, `what` is the field of them all; `values` are its two, where the
    lines hold something else.
    """

    summary: str
    lines: list[Change] = field(default_factory=list)
    what: str = ""
    values: tuple[str, str] | None = None


def effects(event, steps, names, item):
    """What followed from an event; `item` is the one that the story is about, if it is about one."""
    if event.action == Action.OPEN_CASE:
        return _opening(steps, names) if item is None else []
    items = [step for step in steps if step.model is ChecklistItem]
    return (
        _phases(event, steps)
        + _switched(items, names, item)
        + _moved(items, names, item)
        + _repeats(items, names)
    )


def _opening(steps, names):
    items = [step.after for step in steps if step.model is ChecklistItem]
    case = next(step for step in steps if step.model is Case)
    applying = sum(each.applies_since is not None for each in items)
    entered = case_changes(case, names)
    made = Effect(f"{counted(len(items), 'item')} on the checklist, {applying} of them apply")
    return [made] + ([Effect(f"{counted(len(entered), 'case detail')} entered", entered)] if entered else [])


def _phases(event, steps):
    if event.action == Action.START_PHASE:
        return []
    changed = [step.after for step in steps if step.model is CasePhase and step.differs("started_at")]
    return [
        Effect(f"{Phase(row.phase).label} {'started' if row.started_at else 'no longer counts as started'}")
        for row in changed
    ]


def _switched(items, names, item):
    """Which items began or ceased to apply."""
    changed = [step.after for step in items if step.differs("applies_since")]
    on = [Change(names.title(row), "", show_due(row.due_at)) for row in changed if row.applies_since]
    off = [Change(names.title(row), "", "") for row in changed if not row.applies_since]
    ceased = "no longer apply" if len(off) > 1 else "no longer applies"
    said = [
        Effect(f"{_these(on, item)} began to apply", on, "Applies", ("No", "Yes")),
        Effect(f"{_these(off, item)} {ceased}", off, "Applies", ("Yes", "No")),
    ]
    return [each for each in said if each.lines]


def _these(lines, item):
    return "This item" if item else counted(len(lines), "item")


def _moved(items, names, item):
    rows = [step for step in items if step.differs("due_at") and not step.differs("applies_since")]
    lines = [_due(step, names) for step in rows]
    what = "Its due time" if item else counted(len(lines), "due time")
    return [Effect(f"{what} moved", lines, "Due")] if lines else []


def _repeats(items, names):
    """Next occurrences that came with a completion, or went with its undoing."""
    came = [_due(step, names) for step in items if not step.before]
    went = [_due(step, names) for step in items if not step.after]
    said = [Effect("Next occurrence added", came, "Due"), Effect("Next occurrence taken away", went, "Due")]
    return [each for each in said if each.lines]


def _due(step, names):
    old, new = (show_due(row.due_at) if row else "" for row in (step.before, step.after))
    return Change(names.title(step.row), old, new)
