"""Cases as the rows of a list, every string prepared once, because a template is slow at preparing them."""

from collections import defaultdict
from functools import lru_cache

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html

from pathways import published
from pathways.clocks import due_words, is_overdue, show_day
from pathways.dashboards import UNDER_WAY
from pathways.enums import CaseStatus, Phase, PhaseState, VersionStatus
from pathways.models import ChecklistItem, PhaseProgress, TemplateVersion
from pathways.progress import counted, state

DUE = '<time datetime="{}" class="due">{}</time>'
OVERDUE = '<time datetime="{}" class="tag" data-s="overdue">{}</time>'
BAR = '<li data-phase="{}" data-s="{}" class="{}"><span class="vh">{}</span></li>'
MORE = '{} <span class="mut">+{}<span class="vh"> more: {}</span></span>'
NOBODY_YET = '<span class="mut">{}</span>'
FLAGS = (PhaseState.OVERDUE, PhaseState.BLOCKED)
COUNTS = ("case", "phase", "applicable", "settled", "in_progress", "blocked", "next_due")
STEP = (
    "case",
    "title",
    "due_at",
    "template_item__title",
    "template_item__discipline__title",
    "assignee__display_name",
)


def rows(cases, *, now, teams, words):
    """The rows of one page of cases: two more queries, whatever their number. `words` is `case_words()`."""
    cases = list(cases)
    progress = _progress([case.pk for case in cases])
    steps = _next_steps({case.pk: progress[case.pk] for case in cases if not case.is_closed})
    address = _address()
    return [
        row(case, progress[case.pk], steps.get(case.pk), now, words)
        | {"url": address.format(case.reference), "team": teams.get(case.team_id, "")}
        for case in cases
    ]


def case_words():
    """Labels of sex and primary tumour over all versions that cases may be on; one query for their ids."""
    versions = TemplateVersion.objects.exclude(status=VersionStatus.DRAFT).order_by("number", "pk")
    return published.words_of(tuple(versions.values_list("pk", "published_at")), ("sex", "primary_site"))


def _address():
    """The address of a case with {} for its reference: to reverse each is slow."""
    return reverse("case_detail", args=["A-1"]).replace("A-1", "{}")


def _progress(ids):
    """Case id to the counts of its six phases, in their order."""
    phases = defaultdict(list)
    counts = PhaseProgress.objects.filter(case__in=ids).order_by("case", "phase")
    for each in counts.values_list(*COUNTS, named=True):
        phases[each.case].append(each)
    return phases


def _next_steps(progress):
    """Case id to the open item that counts and is due first, or where none is due the first of its list.

    When that is due is known from the counts, so that an index finds it: only of a case without anything
    due are all open items read. What is open is asked as that index has it.
    """
    due = {
        case: min((each.next_due for each in phases if each.next_due), default=None)
        for case, phases in progress.items()
    }
    dated = {case: first for case, first in due.items() if first}
    wanted = Q(case__in=dated, due_at__in=set(dated.values())) | Q(case__in=due.keys() - dated.keys())
    items = ChecklistItem.objects.filter(wanted, counted(), settled_at=None)
    steps: dict = {}
    for item in items.order_by("phase", "position").values_list(*STEP, named=True):
        if item.due_at == due[item.case]:
            steps.setdefault(item.case, item)
    return steps


def row(case, progress, step, now, words):
    """What the table shows of one case, by column; in a closed case nothing is due, and nothing waits."""
    states = [state(each, now) for each in progress]
    if case.is_closed:
        states = [each if each == PhaseState.FINISHED else PhaseState.IN_PROGRESS for each in states]
    bars = [
        _bar(each.phase, found, each.settled, each.applicable)
        for each, found in zip(progress, states, strict=True)
    ]
    return {
        "reference": case.reference,
        "on_hold": case.status == CaseStatus.ON_HOLD,
        "person": _person(case.details, words),
        "primary": _primary(case.details, words),
        "bars": format_html("{}" * len(bars), *bars),
        "phase": _current(tuple(_active(progress, states))),
        "step": (step.title or step.template_item__title) if step else "",
        "due": _due(step.due_at, now) if step else "",
        "blocked": sum(each.blocked for each in progress),
        "with": _with(step) if step else "",
        "opened": show_day(case.opened_at),
        "closed": show_day(case.closed_at) if case.closed_at else "",
        "outcome": case.outcome and case.get_outcome_display(),
    }


def _active(progress, states):
    """The first phase with open work and all that are under way (`dashboards.active_in`)."""
    first = next((each.phase for each in progress if each.settled < each.applicable), None)
    for each, found in zip(progress, states, strict=True):
        if each.phase == first or found in UNDER_WAY:
            yield each.phase


@lru_cache(maxsize=64)
def _current(phases):
    """The first of the phases by name, the others as a number that says their names to a screen reader."""
    if not phases:
        return "All settled"
    first, *more = [Phase(phase).label for phase in phases]
    if not more:
        return first
    return format_html(MORE, first, len(more), ", ".join(more))


@lru_cache(maxsize=4096)
def _bar(phase, found, settled, applicable):
    """One of the six bars, saying in words what its shape shows; the same few come in row after row."""
    name = Phase(phase).label
    text, shape = f"{name}: nothing applies", "not_applicable"
    if applicable:
        flag = f", {found.label.lower()}" if found in FLAGS else ""
        text, shape = f"{name}: {settled} of {applicable} settled{flag}", found.value
    return format_html(BAR, phase, shape, width(settled, applicable), text)


def width(part, whole):
    """The class for a bar's width, in steps of five; a part is never drawn as nothing, nor as the whole."""
    if part in (0, whole):
        return "w100" if part else "w0"
    return f"w{min(95, max(5, round(part / whole * 20) * 5))}"


def _with(step):
    """Who has the step, or while it is assigned to nobody, whose it is to take."""
    if step.assignee__display_name:
        return step.assignee__display_name
    return format_html(NOBODY_YET, step.template_item__discipline__title or "Nobody")


def _due(due, now):
    if due is None:
        return ""
    return format_html(OVERDUE if is_overdue(due, now) else DUE, due.isoformat(), due_words(due, now))


def _person(details, words):
    sex = details.get("sex", "")
    parts = [str(details.get("age_years", "")), words["sex"].get(sex, sex).lower()]
    return ", ".join(part for part in parts if part)


def _primary(details, words):
    site = details.get("primary_site", "")
    parts = [words["primary_site"].get(site, site), details.get("index_level", "")]
    return ", ".join(part for part in parts if part)
