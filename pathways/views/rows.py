"""What pages show of a case, its phases and its items: strings that templates only place."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from django.urls import reverse

from pathways import clocks, details, progress
from pathways.enums import ItemStatus, Phase, PhaseState, Requirement, ResponseKind
from pathways.permissions import Permission, may
from pathways.views.words import (
    anchor,
    applies,
    brief,
    clipped,
    is_met,
    is_overdue,
    reason_words,
    settled_words,
    shown_response,
)

ON_ROWS = ("template_item__discipline", "assignee", "settled_by", "reason")
NOT_ON_ROWS = ("template_item__guidance", "template_item__sources", "template_item__applies_rule")
NEVER_DUE = datetime.min.replace(tzinfo=UTC)
ONE_CLICK = (ResponseKind.TICK, ResponseKind.DATE)
QUIET = (ItemStatus.NOT_STARTED, ItemStatus.DONE)
IDENTITY_FIELDS = (
    ("age_years", "Age"),
    ("sex", "Sex"),
    ("primary_site", "Primary"),
    ("index_level", "Index level"),
)


def fresh_token():
    """What makes the POST of one shown form recognisable when it comes twice."""
    return uuid4().hex


def with_rows(items):
    """The items of a case in the order of its page, with all that their rows show; one query."""
    items = items.select_related(*ON_ROWS).defer(*NOT_ON_ROWS)
    return items.order_by("phase", "position", "occurrence")


@dataclass(frozen=True)
class Identity:
    """The fields by which people make sure that this is the right case, always in the same order."""

    reference: str
    facts: list[tuple[str, str]]
    status: str
    status_words: str
    overdue: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Row:
    """One item; `quick` is "done" for one click, "record" for a link, or empty, `undo` an event or empty."""

    anchor: str
    url: str
    title: str
    status: str
    status_label: str
    tagged: bool
    optional: bool
    facts: list[str]
    earlier: str
    who: str
    initials: str
    due: str
    overdue: bool
    quick: str
    version: int
    undo: str
    token: str = field(default_factory=fresh_token)


@dataclass(frozen=True, slots=True)
class PhaseSection:
    """One phase of the page with its rows; `resting` are the items that do not apply now."""

    number: int
    code: str
    title: str
    goal: str
    state: str
    state_label: str
    counted: str
    width: str
    started: str
    start_url: str
    rows: list[Row]
    resting: list[tuple[str, str, str]]
    following: Phase | None


def identity(case, now, items=None):
    """Costs one query for the two counts, unless the case's items are given."""
    if items is None:
        shown = ("case_id", "occurrence", "status", "due_at", "applies_since", "template_item__requirement")
        items = case.items.select_related("template_item").only(*shown)
    counted = [item for item in items if progress.counts(item)]
    fields = {each["code"]: each for each in case.template_version.case_fields}
    facts = [
        (label, details.show(fields[code], case.details.get(code)))
        for code, label in IDENTITY_FIELDS
        if code in fields
    ]
    facts += [("Team", case.team.name), ("Opened", clocks.show_day(case.opened_at))]
    return Identity(
        reference=case.reference,
        facts=facts,
        status=case.status,
        status_words=_case_status(case),
        overdue=sum(is_overdue(item, case, now) for item in counted),
        blocked=sum(item.status == ItemStatus.BLOCKED for item in counted),
    )


def _case_status(case):
    if not case.is_closed:
        return case.get_status_display()
    return f"Closed {clocks.show_day(case.closed_at)}, {case.get_outcome_display().lower()}"


class Sheet:
    """A case's checklist as one person sees it at one moment; no query of its own."""

    def __init__(self, case, items, *, user, now, givers, saved):
        """`givers`: who set each item under way, by id; `saved`: what may be taken back, by row anchor."""
        self.case, self.items, self.user, self.now = case, items, user, now
        self.givers, self.saved = givers, saved
        self.may_record = may(user, Permission.RECORD, case.team_id) and not case.is_closed
        self.first = {item.code: item for item in items if item.occurrence == 1}
        self.occurrences = defaultdict(list)
        for item in items:
            self.occurrences[item.code].append(item)
        self.page = reverse("case_detail", args=[case.reference])

    def sections(self, phases, template_phases):
        """The six phases in order, from the case's own and the template's rows for them."""
        started = {each.phase: each for each in phases}
        goals = {each.phase: each.goal for each in template_phases}
        counts = progress.count(self.items)
        return [
            self._section(phase, counts[phase], started.get(phase), goals.get(phase, "")) for phase in Phase
        ]

    def _section(self, phase, counts, started, goal):
        items = [item for item in self.items if item.phase == phase]
        begun = started and started.started_at
        state = progress.state(counts, NEVER_DUE if self.case.is_closed else self.now)
        return PhaseSection(
            number=phase.value,
            code=phase.code.replace("_", "-"),
            title=phase.label,
            goal=goal,
            state=state if counts.applicable else ItemStatus.NOT_APPLICABLE,
            state_label=PhaseState(state).label if counts.applicable else "Nothing applies",
            counted=self.counted(counts, items),
            width=f"w{20 * counts.settled // counts.applicable * 5 if counts.applicable else 0}",
            started=f"Started {clocks.show_day(begun)} by {started.started_by}." if begun else "",
            start_url="" if begun or not self.may_record else self._start_url(phase),
            rows=[self.row(item) for item in items if self._has_row(item)],
            resting=[self._resting(item) for item in items if not applies(item) and item.occurrence == 1],
            following=Phase(phase + 1) if phase < max(Phase) else None,
        )

    def counted(self, counts, items):
        """The phase's counts in words: "3 of 6 settled, 1 overdue"; later occurrences count apart."""
        late = [item for item in items if is_overdue(item, self.case, self.now)]
        repeats = sum(item.occurrence > 1 for item in late)
        parts = [f"{counts.settled} of {counts.applicable} settled"] if counts.applicable else []
        parts += [f"{len(late) - repeats} overdue"] if len(late) > repeats else []
        parts += [f"{counts.blocked} blocked"] if counts.blocked else []
        parts += [f"{repeats} repeat{'s' * (repeats > 1)} overdue"] if repeats else []
        return ", ".join(parts) or "No items apply"

    def _start_url(self, phase):
        return reverse("phase_start", args=[self.case.reference, phase.code])

    def _has_row(self, item):
        """Settled occurrences before the latest one are folded into its row."""
        return applies(item) and (not item.is_settled or item is self.occurrences[item.code][-1])

    def _resting(self, item):
        """An answer given while the item applied is kept, and shown here."""
        about = item.template_item.applies_text
        if item.status != ItemStatus.NOT_STARTED:
            about = f"{about} {item.get_status_display()}. {clipped(shown_response(item, self.case))}"
        return self.url(item), item.name, about.strip()

    def url(self, item):
        return f"{self.page}items/{item.code}/{item.occurrence}/"

    def row(self, item):
        status = ItemStatus(item.status)
        late = is_overdue(item, self.case, self.now)
        return Row(
            anchor=anchor(item),
            url=self.url(item),
            title=item.name,
            status=item.status,
            status_label=status.label,
            tagged=status not in QUIET,
            optional=item.requirement == Requirement.OPTIONAL,
            facts=[fact for fact in self._facts(item) if fact],
            earlier=self._earlier(item),
            who=self._who(item),
            initials=item.assignee.initials if item.assignee_id else "",
            due="" if item.is_settled or self.case.is_closed else self._due(item, late),
            overdue=late,
            quick=self._quick(item),
            version=item.version,
            undo=self.saved.get(anchor(item), "") if self.may_record else "",
        )

    def _facts(self, item):
        yield f"Occurrence {item.occurrence}" if item.occurrence > 1 else ""
        if item.response_spec["kind"] not in ONE_CLICK or not item.is_settled:
            yield clipped(shown_response(item, self.case))
        yield clipped(reason_words(item)) if item.reason_id else ""
        yield settled_words(item, self.now) or self._given(item)
        yield f"Note: {clipped(item.note)}" if item.note else ""
        yield self._needs(item)

    def _given(self, item):
        who, at = self.givers.get(item.pk, ("", None))
        return f"Set by {who}, {brief(at, self.now)}" if who else ""

    def _needs(self, item):
        codes = item.template_item.depends_on if item.template_item_id and not item.is_settled else []
        needed = [self.first[code] for code in codes if code in self.first]
        unmet = [each.name for each in needed if not is_met(each)]
        return f"Needs: {', '.join(unmet)}" if unmet else ""

    def _earlier(self, item):
        """The folded occurrences in short: "2 earlier, last 3 Nov: 7"; their list is on the item's page."""
        folded = [each for each in self.occurrences[item.code] if each.is_settled]
        if not folded or item is not self.occurrences[item.code][-1] or folded == [item]:
            return ""
        folded = [each for each in folded if each is not item]
        last = folded[-1]
        answer = clipped(shown_response(last, self.case)) or last.get_status_display()
        return f"{len(folded)} earlier, last {brief(last.settled_at, self.now)}: {answer}"

    def _who(self, item):
        """Whoever it is given to, else whose discipline it waits for; a settled item waits for nobody."""
        if item.assignee_id:
            return "You" if item.assignee_id == self.user.pk else str(item.assignee)
        if item.is_settled:
            return ""
        return item.template_item.discipline.title if item.template_item_id else "Unassigned"

    def _due(self, item, late):
        """An optional item's time is a date to look at, never a debt."""
        if not late and clocks.is_overdue(item.due_at, self.now):
            return clocks.show_day(item.due_at)
        return clocks.due_words(item.due_at, self.now)

    def _quick(self, item):
        if item.is_settled or not self.may_record:
            return ""
        return "done" if item.response_spec["kind"] in ONE_CLICK else "record"
