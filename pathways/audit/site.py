"""Puts into sentences what happened beside the cases: to people, teams, templates, words and reviews."""

from collections import Counter

from .. import clocks, rules
from ..enums import (
    Action,
    Anchor,
    Basis,
    BulkKind,
    Density,
    Phase,
    ReasonOrigin,
    Requirement,
    ResponseKind,
    Role,
    SiteRole,
    Theme,
    VersionStatus,
)
from ..models import (
    BulkChange,
    Discipline,
    Duty,
    Membership,
    PathwayTemplate,
    ReasonCode,
    Review,
    Team,
    TemplateItem,
    TemplatePhase,
    TemplateVersion,
    User,
)
from .changes import Change, counted
from .drafts import made_room
from .sentences import Said, unworded

YES_NO = {True: "Yes", False: "No"}
FIELDS = {
    User: {
        "username": "User name",
        "display_name": "Name",
        "discipline_id": "Discipline",
        "is_active": "May sign in",
        "is_pathway_editor": SiteRole.PATHWAY_EDITOR.label,
        "is_auditor": SiteRole.AUDITOR.label,
        "is_site_admin": SiteRole.SITE_ADMIN.label,
        "theme": "Theme",
        "density": "Density",
        "fold_finished": "Finished phases folded",
        "single_keys": "Keys without a modifier",
    },
    Team: {"code": "Code", "name": "Name"},
    PathwayTemplate: {"title": "Title", "condition": "Condition", "summary": "Summary"},
    TemplateVersion: {"status": "Status", "summary": "Summary", "based_on_id": "Based on"},
    TemplatePhase: {"title": "Title", "goal": "Goal"},
    TemplateItem: {
        "title": "Title",
        "code": "Code",
        "phase": "Phase",
        "position": "Place",
        "guidance": "Guidance",
        "discipline_id": "Discipline",
        "requirement": "Requirement",
        "applies_text": "Applies when",
        "applies_rule": "Rule",
        "anchor": "Due after",
        "anchor_item": "Due after item",
        "within": "Within",
        "basis": "Basis",
        "repeat": "Repeat",
        "response": "Response",
        "depends_on": "Prerequisites",
        "sources": "Sources",
        "is_removed": "Removed",
    },
    ReasonCode: {
        "label": "Label",
        "origin": "Origin",
        "for_blocked": "For blocked",
        "for_not_applicable": "For not applicable",
        "for_not_done": "For not done",
        "needs_text": "Needs a text",
        "is_active": "In use",
    },
    Discipline: {"title": "Title"},
}


def _asked(spec):
    """The kind of a response with its options, unit or instrument."""
    options = [each["label"] for each in spec.get("choices", [])]
    parts = [*options, *(str(spec[name]) for name in ("instrument", "unit", "min", "max") if name in spec)]
    kind = ResponseKind(spec["kind"]).label
    return f"{kind}: {', '.join(parts)}" if parts else kind


CHOICES = {
    "theme": Theme,
    "density": Density,
    "status": VersionStatus,
    "phase": Phase,
    "requirement": Requirement,
    "anchor": Anchor,
    "basis": Basis,
    "origin": ReasonOrigin,
}
WORDED = {
    "within": lambda text: str(clocks.parse_interval(text)),
    "repeat": lambda text: str(clocks.parse_interval(text)),
    "applies_rule": lambda rule: rules.describe(rule, []),
    "response": _asked,
    "depends_on": ", ".join,
    "sources": ", ".join,
}
NAMED = {"discipline_id": Discipline, "based_on_id": TemplateVersion}
WORDS = {ReasonCode: "reason code", Discipline: "discipline", TemplateItem: "template item"}
IS_MANY = 3


def site_changes(steps, names):
    """Every field that differs, and of a new row each that is filled; of many rows none: a number tells."""
    shown = [step for step in steps if step.model in FIELDS and not made_room(step)]
    if len(shown) > IS_MANY:
        return []
    found = [change for step in shown for change in _changes(step, names)]
    return [change for change in found + _role(steps) if change.old != change.new]


def _role(steps):
    """The role that a membership gives, and the one that ended for it; none where one only ended."""
    rows = [step.after for step in steps if step.model is Membership]
    given = [Role(row.role).label for row in rows if not row.ended_at]
    ended = [Role(row.role).label for row in rows if row.ended_at]
    return [Change("Role", "".join(ended), "".join(given))] if given else []


def site_summaries(steps):
    """How many of which kind of word were added and changed."""
    counts = Counter((WORDS[step.model], step.is_change) for step in steps if step.model in WORDS)
    return [
        f"{counted(count, noun)} {'changed' if is_change else 'added'}"
        for (noun, is_change), count in counts.items()
    ]


def _changes(step, names):
    return [
        Change(label, *(_shown(row, name, names) for row in (step.before, step.after)))
        for name, label in FIELDS[step.model].items()
        if step.is_change or getattr(step.row, name)
    ]


def _shown(row, name, names):
    value = getattr(row, name) if row else None
    if value in (None, "", []):
        return ""
    if name in WORDED:
        return WORDED[name](value)
    if name in CHOICES:
        return CHOICES[name](value).label
    if name in NAMED:
        return names.of_id(NAMED[name], value)
    return YES_NO[value] if isinstance(value, bool) else str(value)


def site_said(event, steps, names):
    """A sentence about the newest row of the action's kind, which an event that changed nothing lacks."""
    model, say = SENTENCES[event.action]
    rows = [step.after for step in steps if step.model is model and step.after]
    return Said(say(rows[-1], names)) if rows else unworded(event, steps, names)


def searched(event, steps, names):
    return Said(f"searched the cases for “{event.reason}”" if event.reason else "searched the cases")


def duties_said(event, steps, names):
    """Who takes the items of which disciplines from then on."""
    rows = [step.after for step in steps if step.model is Duty]
    given = [
        f"{names.of_id(Discipline, row.discipline_id)} to {names.person(row.person_id)}"
        for row in rows
        if row.person_id
    ]
    ended = [f"{names.of_id(Discipline, row.discipline_id)} to nobody" for row in rows if not row.person_id]
    if not rows:
        return unworded(event, steps, names)
    return Said(f"gave {', '.join(given + ended)} in {names.of_id(Team, rows[0].team_id)}")


def _changed_many(row, names):
    """What was asked, or once all was tried how many items it left out."""
    items = counted(len(row.wanted["rows"]), "item")
    if row.version > 1:
        return f"left {_left_out(row, undoing=False)} of {items} as they were"
    return f"changed {items} at once: {BulkKind(row.kind).label.lower()}"


def _took_back_many(row, names):
    kept = _left_out(row, undoing=True)
    return (
        f"could not take back {counted(kept, 'item')}" if kept else "took back a change of many items at once"
    )


def _left_out(row, *, undoing):
    return sum(bool(each.get("undo")) == undoing for each in row.left_out)


def _made_person(row, names):
    return f"created the person {row.display_name}"


def _made_team(row, names):
    return f"created the team {row.name}"


def _made_member(row, names):
    role = Role(row.role).label.lower()
    article = "an" if role[0] in "aeiou" else "a"
    return f"made {names.person(row.user_id)} {article} {role} of {names.of_id(Team, row.team_id)}"


def _ended_member(row, names):
    return f"ended {names.person(row.user_id)}'s membership of {names.of_id(Team, row.team_id)}"


def _reviewed(row, names):
    return "reviewed the history" if row.case_id else "reviewed the history of every team"


def _version(row, names):
    return f"version {row.number} of {names.of_id(PathwayTemplate, row.template_id)}"


SENTENCES = {
    Action.CREATE_PERSON: (User, _made_person),
    Action.CREATE_TEAM: (Team, _made_team),
    Action.ADD_MEMBERSHIP: (Membership, _made_member),
    Action.END_MEMBERSHIP: (Membership, _ended_member),
    Action.REVIEW: (Review, _reviewed),
    Action.CHANGE_MANY: (BulkChange, _changed_many),
    Action.UNDO_MANY: (BulkChange, _took_back_many),
    Action.LOAD_TEMPLATE: (TemplateVersion, lambda row, names: f"loaded {_version(row, names)}"),
    Action.PUBLISH_VERSION: (TemplateVersion, lambda row, names: f"published {_version(row, names)}"),
}
