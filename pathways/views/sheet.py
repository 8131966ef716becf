"""A case's checklist as one person sees it at one moment: its six phases, and the rows of each."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django.utils.safestring import SafeString

from pathways import clocks, progress, published
from pathways.audit import timeline
from pathways.audit.steps import Step
from pathways.compiled import compiled
from pathways.enums import Action, ItemStatus, Phase, PhaseState
from pathways.models import CasePhase, Comment
from pathways.services import TakenAway
from pathways.services.consequences import load_items
from pathways.services.merging import BY_PERSONS
from pathways.views.addresses import case_address
from pathways.views.item_forms import hidden_csrf
from pathways.views.phase_markup import phases, rail
from pathways.views.places import place_of
from pathways.views.rows import Rows, with_people
from pathways.views.words import applies, clipped, did, is_overdue, shown_response

NEVER_DUE = datetime.min.replace(tzinfo=UTC)
UNDER_WAY = (ItemStatus.IN_PROGRESS, ItemStatus.BLOCKED)
UNDOABLE_HERE = (Action.RECORD_ITEM, Action.ASSIGN_ITEM, Action.SET_DUE, Action.RESTORE)


class OwnChange(NamedTuple):
    """What a person may take back: the event that did it, when that was, and what it did in short."""

    event: UUID
    at: datetime
    did: str


@dataclass
class PhaseSection:
    """One phase of the page, with what makes its rows when they are asked for."""

    number: int
    title: str
    goal: str
    state: str
    state_label: str
    counted: str
    width: str
    started: str
    start_url: str
    add_url: str
    is_current: bool
    is_folded: bool
    following: Phase | None
    bulk_url: str
    make_rows: Callable[[], list[SafeString]]
    make_resting: Callable[[], list[tuple[str, str, str]]]
    make_retired: Callable[[], list[tuple[str, str, str]]] = list

    @cached_property
    def rows(self):
        """The markup of each."""
        return self.make_rows()

    @cached_property
    def resting(self):
        """Address, title and condition of the items that do not apply now."""
        return self.make_resting()

    @cached_property
    def retired(self):
        """The same of items that came from an earlier version, and on which something is recorded."""
        return self.make_retired()


class Sheet:
    """Nine queries at most, whatever the size of the checklist, once the process knows the template.

    Rows offer to undo what the person did since signing in; the item's page keeps doing so.
    """

    def __init__(self, request, case, items=None, now=None, phases=None):
        """`items` and `phases` are the case's as they stand; None reads them."""
        # Every look at the request's person goes through a wrapping.
        self.case, self.now, self.user = case, now or timezone.now(), copy(request.user)
        self.items = load_items(case) if items is None else items
        if phases is not None:
            self.phases = phases
        self.since = datetime.fromtimestamp(request.session["began"], UTC)
        self.fold = self.user.fold_finished
        self.making = Rows(
            case,
            self.items,
            user=self.user,
            now=self.now,
            csrf=hidden_csrf(request),
            place=place_of(request),
        )

    @cached_property
    def phases(self):
        return _phases(self.case.pk)

    @property
    def may_record(self):
        return self.making.may_record

    def read(self, items, made=None):
        """Everything that the rows of these items show beside the items themselves; at most six queries.

        `made` is what `own_change` says of the items that the person has just changed.
        """
        shown = [each for code in {item.code for item in items} for each in self.making.occurrences[code]]
        with_people(shown, [] if self.making.place.is_work else self.phases, known=[self.user])
        self.making.givers = timeline.status_givers([item for item in items if item.status in UNDER_WAY])
        made = made or {}
        older = [each for each in shown if each.pk not in made]
        self.making.own = made | own_changes(self.user, self.case, older, self.since)
        self.making.talks = comments_by_item(self.case)

    def find(self, item):
        """The item as it stands now. Raises TakenAway."""
        found = next((each for each in self.items if each.pk == item.pk), None)
        if found is None:
            raise TakenAway
        return found

    def markup(self):
        """The phases with their rows, and the rail that leads to them, as HTML."""
        sections = self.sections()
        return {"rail": rail(sections), "phases": phases(sections, self.making.csrf)}

    def sections(self):
        """The six phases in order."""
        started = {each.phase: each for each in self.phases}
        goals = published.goals_of(self.case.template_version)
        counts = progress.count(self.items)
        open_ones = [phase for phase in Phase if counts[phase].settled < counts[phase].applicable]
        return [
            self._section(
                phase, counts[phase], started.get(phase), goals.get(phase, ""), phase in open_ones[:1]
            )
            for phase in Phase
        ]

    def _section(self, phase, counts, started, goal, is_current):
        items = [item for item in self.items if item.phase == phase]
        begun = started and started.started_at
        state = progress.state(counts, NEVER_DUE if self.case.is_closed else self.now)
        return PhaseSection(
            number=phase.value,
            title=phase.label,
            goal=goal,
            state=state if counts.applicable else ItemStatus.NOT_APPLICABLE,
            state_label=PhaseState(state).label if counts.applicable else "Nothing applies",
            counted=self._counted(counts, items),
            width=f"w{20 * counts.settled // counts.applicable * 5 if counts.applicable else 0}",
            started=f"Started {clocks.show_day(begun)} by {started.started_by}." if begun else "",
            start_url="" if begun or not self.may_record else self._address("phase_start", phase),
            bulk_url=self._address("phase_bulk", phase) if self.may_record else "",
            add_url=self._address("case_item_new", phase) if self.may_record else "",
            is_current=is_current,
            is_folded=self.fold and state == PhaseState.FINISHED,
            following=Phase(phase + 1) if phase < max(Phase) else None,
            make_rows=partial(self.making.listed, items),
            make_resting=partial(self._resting, items),
            make_retired=partial(self._retired, items),
        )

    def _counted(self, counts, items):
        """The phase's counts in words: "3 of 6 settled, 1 overdue"; later occurrences count apart."""
        late = [item for item in items if is_overdue(item, self.case, self.now)]
        repeats = sum(item.occurrence > 1 for item in late)
        parts = [f"{counts.settled} of {counts.applicable} settled"] if counts.applicable else []
        parts += [f"{len(late) - repeats} overdue"] if len(late) > repeats else []
        parts += [f"{counts.blocked} blocked"] if counts.blocked else []
        parts += [f"{repeats} repeat{'s' * (repeats > 1)} overdue"] if repeats else []
        return ", ".join(parts) or "No items apply"

    def _address(self, name, phase):
        return case_address(name, phase.code).format(self.case.reference)

    def _resting(self, items):
        """An answer given while the item applied is kept, and shown here."""
        at_rest = [item for item in items if not applies(item) and item.occurrence == 1]
        return [self._rest(item, item.template_item.applies_text) for item in at_rest if not item.retired_at]

    def _retired(self, items):
        said = self.making.talks
        kept = [each for each in items if each.retired_at and (was_begun(each) or each.pk in said)]
        return [self._rest(item, "") for item in kept]

    def _rest(self, item, about):
        if item.status != ItemStatus.NOT_STARTED:
            about = f"{about} {item.get_status_display()}. {clipped(shown_response(item, self.case))}"
        return self.making.url(item), item.name, about.strip()


class PastSheet(Sheet):
    """The checklist as it stood at an earlier moment, to be read only; its template items are loaded."""

    def __init__(self, request, then):
        super().__init__(request, then.case, then.items, then.moment, then.phases)
        with_people(then.items, then.phases)
        self.making.may_record = self.making.has_history = False
        self.making.givers = timeline.status_givers([item for item in then.items if item.status in UNDER_WAY])
        self.making.talks = then.comments


def was_begun(item):
    return item.status != ItemStatus.NOT_STARTED or bool(item.note)


def comments_by_item(case):
    """Item id to how many comments it has; one query."""
    return dict(_comments_by_item(case.pk))


@compiled
def _comments_by_item(case):
    said = Comment.objects.filter(case=case, item__isnull=False).order_by().values_list("item")
    return said.annotate(Count("pk"))


@compiled
def _phases(case):
    return CasePhase.objects.filter(case=case).only("phase", "started_at", "started_by")


def own_changes(user, case, items, since=None):
    """Item id to the person's own change of it that nobody has changed since; two queries at most."""
    steps = timeline.last_steps_by(user, case, items, actions=UNDOABLE_HERE, since=since) if items else {}
    return {
        pk: OwnChange(step.after.audit_event_id, step.after.history_date, did(step))
        for pk, step in steps.items()
        if step.differs(*BY_PERSONS)
    }


def own_change(recorded):
    """The same of what the person has just done to one item, without a query."""
    if recorded is None or recorded.event is None or recorded.before is None:
        return {}
    event, step = recorded.event, Step(recorded.before, recorded.item)
    return {recorded.item.pk: OwnChange(event.pk, event.at, did(step))} if step.differs(*BY_PERSONS) else {}
