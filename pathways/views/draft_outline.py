"""What the outline of a draft shows: its phases, a row for each item, and what stands in their way."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from pathways import clocks, published, rules
from pathways.audit.changes import counted
from pathways.enums import Anchor, Phase, Requirement, ResponseKind
from pathways.interop.item_words import STARTS
from pathways.models import TemplateItem
from pathways.views import draft_markup
from pathways.views.draft_findings import for_draft
from pathways.views.rows import fresh_token

NOT_COMPARED = {"id", "version", "template_version", "position", "phase", "was_code", "is_removed"}
COMPARED = [each.attname for each in TemplateItem._meta.concrete_fields if each.name not in NOT_COMPARED]


@dataclass(slots=True)
class Row:
    """One item. `place` counts the items of its phase that are not removed.

    `focus` names the control that the answer leads to; `said` and `panel` are HTML, the rest is text.
    """

    pk: int
    code: str
    title: str
    version: int
    phase: int
    owner: str
    facts: list[str]
    marks: list[tuple[str, str]]
    is_removed: bool
    place: int = 0
    is_first: bool = False
    is_last: bool = False
    focus: str = ""
    said: str = ""
    panel: str = ""


@dataclass(slots=True)
class Section:
    """One phase; `typed` and `refused` belong to its form for a new item."""

    number: int
    code: str
    title: str
    goal: str
    rows: list[Row] = field(default_factory=list)
    panel: str = ""
    typed: str = ""
    refused: str = ""
    has_focus: bool = False
    token: str = field(default_factory=fresh_token)

    @property
    def kept(self):
        return [row for row in self.rows if not row.is_removed]

    @property
    def counted(self):
        return counted(len(self.kept), "item")


class Outline:
    """The rows of a draft as they stand; three queries with the checks, four where the process is new."""

    def __init__(self, draft):
        self.draft = draft
        self.phases = list(draft.phases.all())
        self.items = list(draft.items.select_related("discipline").order_by("phase", "position", "pk"))
        self.numbers = _numbers(self.items)
        self.before = _items_before(draft)
        self.instruments = {each["code"]: each["title"] for each in draft.instruments}
        by_phase = defaultdict(list)
        for item in self.items:
            by_phase[item.phase].append(self._row(item))
        self.sections = {each.phase: _section(each, by_phase[each.phase]) for each in self.phases}
        self.rows = {row.code: row for rows in by_phase.values() for row in rows}

    def checks(self):
        return for_draft(self.draft, self.phases, self.items)

    def markup(self, phases, csrf, *, beside=()):
        """The sections of these phases, and of those that find their own place; no `csrf`, no controls."""
        shown = [draft_markup.section(self.sections[each], csrf=csrf) for each in phases]
        shown += [draft_markup.section(self.sections[e], csrf=csrf, beside=True) for e in beside]
        return shown

    def naming(self, phases):
        """The phases with items that name one of these phases, by numbers that may be others now."""
        codes = {item.code for item in self.items if item.phase in phases}
        return {item.phase for item in self.items if codes & {item.anchor_item, *item.depends_on}}

    def _row(self, item):
        return Row(
            pk=item.pk,
            code=item.code,
            title=item.title,
            version=item.version,
            phase=item.phase,
            owner=item.discipline.title,
            facts=[] if item.is_removed else self._facts(item),
            marks=self._marks(item),
            is_removed=item.is_removed,
        )

    def _facts(self, item):
        found = [self._response(item.response), self._due(item)]
        if item.repeat:
            found.append(f"Every {clocks.parse_interval(item.repeat)}")
        found.append(Requirement(item.requirement).label)
        if item.requirement == Requirement.CONDITIONAL:
            found[-1] = f"If: {rules.describe(item.applies_rule, self.draft.case_fields)}"
        if item.depends_on:
            found.append("Waits for " + ", ".join(self.numbers.get(each, each) for each in item.depends_on))
        return [each for each in found if each]

    def _response(self, response):
        kind = response["kind"]
        if kind == ResponseKind.SCORE:
            return f"Score: {self.instruments.get(response['instrument'], response['instrument'])}"
        return ResponseKind(kind).label + (f" in {response['unit']}" if kind == ResponseKind.NUMBER else "")

    def _due(self, item):
        """As "2 days after the case opened"."""
        if not item.anchor:
            return ""
        after = f"after {self.numbers.get(item.anchor_item, item.anchor_item)}"
        start = after if item.anchor == Anchor.ITEM else STARTS[item.anchor]
        return f"Due {clocks.parse_interval(item.within)} {start}"

    def _marks(self, item):
        if item.is_removed:
            return [("gone", "Removed")]
        if not self.draft.based_on_id:
            return []
        old = self.before.get(item.was_code)
        if old is None:
            return [("new", "New")]
        changed = any(getattr(old, name) != getattr(item, name) for name in COMPARED)
        moved = [("changed", "Other phase")] * (old.phase != item.phase)
        return [("changed", "Changed")] * changed + moved


def _numbers(items):
    """Code to number, as 3.4, of the items that are not removed, which come in the order of the page."""
    counts: Counter[int] = Counter()
    found = {}
    for item in items:
        if not item.is_removed:
            counts[item.phase] += 1
            found[item.code] = f"{item.phase}.{counts[item.phase]}"
    return found


def _items_before(draft):
    """Code to item of the version that the draft is based on; remembered where that is published."""
    if not draft.based_on_id:
        return {}
    return {item.code: item for item in published.items_of(draft.based_on).values()}


def _section(phase, rows):
    section = Section(phase.phase, Phase(phase.phase).code, phase.title, phase.goal, rows)
    kept = section.kept
    for place, row in enumerate(kept, 1):
        row.place = place
        row.is_first, row.is_last = place == 1, place == len(kept)
    return section
