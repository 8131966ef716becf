"""Tells what happened: who did what, when and why, and what followed."""

from dataclasses import dataclass, field
from itertools import groupby

from ..clocks import LONDON, MONTHS, show_time
from ..enums import Action, CaseStatus, Role, SiteRole, Source
from ..models import AuditEvent, Case, ChecklistItem, Comment, Review
from .changes import Change, case_changes, item_changes
from .drafts import DRAFT_SENTENCES
from .effects import Effect, effects
from .folding import folded
from .moves import MOVE_SENTENCES
from .sentences import CASE_SENTENCES, TRIED, find, main_step, unworded
from .site import SENTENCES, duties_said, searched, site_changes, site_said, site_summaries

ROLES = dict(Role.choices) | dict(SiteRole.choices)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SAYS_REASON_ITSELF = (*TRIED, Action.SEARCH)
WORDED = CASE_SENTENCES | MOVE_SENTENCES | DRAFT_SENTENCES
WORDED |= dict.fromkeys(SENTENCES, site_said) | {Action.SEARCH: searched, Action.SET_DUTY: duties_said}


@dataclass
class Entry:
    """One event as the history tells it. Pages fill in addresses: `url` the item's, `then` the case's as the
    event left it, `restore` where to set back to this, and where a page is about many cases `case_url` with
    the reference in `case`. `version` is the template's at the time, `is_version_told` where a page says it.
    """

    event: AuditEvent
    who: str
    role: str
    lead: str
    title: str = ""
    tail: str = ""
    item: object = None
    status: str = ""
    changes: list[Change] = field(default_factory=list)
    text: str = ""
    reason: str = ""
    effects: list[Effect] = field(default_factory=list)
    undone: str = ""
    version: int | None = None
    is_version_told: bool = False
    url: str = ""
    then: str = ""
    case: str = ""
    case_url: str = ""
    restore: str = ""
    is_new: bool = False

    @property
    def at(self):
        return self.event.at

    @property
    def time(self):
        return f"{self.at.astimezone(LONDON):%H:%M}"

    @property
    def moment(self):
        return show_time(self.at)

    @property
    def day(self):
        local = self.at.astimezone(LONDON)
        return f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"

    @property
    def is_simulated(self):
        return self.event.source == Source.DEMO

    @property
    def about(self):
        """The person's role at the time, and whether the time is invented."""
        return ", ".join(each for each in (self.role, "simulated" if self.is_simulated else "") if each)

    @property
    def did(self):
        """The sentence without its item."""
        return f"{self.lead} {self.tail}".strip()

    @property
    def joint(self):
        """What stands between the sentence and its case: "closed the case SM-1", "commented on SM-1"."""
        if self.event.action == Action.REVIEW:
            return " of "
        return " " if self.sentence.endswith("the case") else " on "

    @property
    def sentence(self):
        title = f"“{self.title}”" if self.title else ""
        return " ".join(part for part in (self.lead, title, self.tail) if part)


@dataclass
class Story:
    """A page of entries, newest first; `older` is the place from which the next page goes on, or empty."""

    entries: list[Entry]
    older: str = ""

    @property
    def days(self):
        """Pairs of a day in words and what it holds: entries, and folds of many."""
        by_day = groupby(self.entries, key=lambda each: each.day)
        return [(day, folded(list(entries))) for day, entries in by_day]

    @property
    def has_simulated(self):
        return any(entry.is_simulated for entry in self.entries)


def tell(event, steps, names, *, item=None):
    """The entry of an event; for the story of one item only what the event did to that item."""
    said = WORDED.get(event.action, unworded)(event, steps, names)
    shown = [step for step in steps if item is None or _is_about(step, item)]
    main = main_step(shown)
    followed = effects(event, [step for step in shown if step is not main], names, item)
    return Entry(
        event=event,
        who=str(event.actor or "The system"),
        role=ROLES.get(event.role, "").lower() if event.actor else "",
        lead=said.lead,
        title=names.title(said.item) if said.item else "",
        tail=said.tail,
        item=said.item,
        status=_new_status(shown),
        changes=_changes(event, shown, names),
        text=_text(shown),
        reason="" if event.action in SAYS_REASON_ITSELF else event.reason,
        effects=followed + [Effect(summary) for summary in site_summaries(shown)],
        undone=_undone(event),
        version=names.version and names.version.number,
    )


def tell_versions(entries):
    """Say the template version at each case's newest entry, and where an older entry has another."""
    later: dict[int | None, int | None] = {}
    for entry in entries:
        case = entry.event.case_id
        entry.is_version_told = bool(entry.version) and later.get(case) != entry.version
        later[case] = entry.version
    return entries


def _is_about(step, item):
    if step.model is Comment:
        return step.after.item_id == item.pk
    return step.model is ChecklistItem and step.row.id == item.pk


def _new_status(steps):
    """The status that the event gave to an item, or put the case on hold with; empty where it gave none."""
    main, case = main_step(steps), find(steps, Case)
    if main and main.differs("status"):
        return main.after.status
    return CaseStatus.ON_HOLD.value if case and case.after.status == CaseStatus.ON_HOLD else ""


def _changes(event, steps, names):
    main, case = main_step(steps), find(steps, Case)
    found = item_changes(main, names, event) if main else []
    found += case_changes(case, names) if case and case.is_change else []
    return found + site_changes(steps, names)


def _text(steps):
    """What was said: a comment, or an auditor's note."""
    said = {Comment: "text", Review: "note"}
    return next((getattr(step.after, said[step.model]) for step in steps if step.model in said), "")


def _undone(event):
    """`undone_at` and `undone_who` come with the event, None where nobody undid it."""
    return f"Undone by {event.undone_who}, {show_time(event.undone_at)}" if event.undone_at else ""
