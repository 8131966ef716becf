"""Cases as the rows of a list: their markup is written in Python, for a template takes ten times as long.

What becomes markup was escaped where it was put together, once.
"""

from collections import defaultdict
from functools import lru_cache
from html import escape

from django.db.models import Q
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from pathways.clocks import due_words, is_overdue, show_day
from pathways.compiled import compiled
from pathways.dashboards import UNDER_WAY
from pathways.enums import CaseOutcome, CaseStatus, Phase, PhaseState
from pathways.models import ChecklistItem, PhaseProgress
from pathways.progress import counted, state
from pathways.views.addresses import case_address

NOT_ENTERED = '<span class="mut">Not entered</span>'
ON_HOLD = ' <span class="tag" data-s="on_hold">On hold</span>'
OVERDUE = 'class="due tag" data-s="overdue"'
BAR = '<li data-phase="{}" data-s="{}" class="{}"><span class="vh">{}</span></li>'
BOX = (
    '<td><label class="rad"><input type="checkbox" id="pick-{0}" name="case" value="{0}">'
    '<span class="vh">Select {0}</span></label></td>'
)
MORE = '{} <span class="mut">+{}<span class="vh"> more: {}</span></span>'
FLAGS = (PhaseState.OVERDUE, PhaseState.BLOCKED)
CASE = ("pk", "reference", "status", "outcome", "team", "opened_at", "closed_at", "details")
COUNTS = ("case", "phase", "applicable", "settled", "in_progress", "blocked", "next_due")
STEP = (
    "case",
    "title",
    "due_at",
    "template_item__title",
    "template_item__discipline__title",
    "assignee__display_name",
)


def rows(found, *, now, teams, words, picks=False):
    """The rows of cases with what CASE names; two queries, whatever their number.

    `words` is `offered.case_words()`. `teams` has the name of each team by its id, and is empty where the
    table has no column for it. With `picks` each row has a checkbox.
    """
    progress = _progress([case.pk for case in found])
    steps = _next_steps({case.pk: progress[case.pk] for case in found if case.status != CaseStatus.CLOSED})
    address = case_address()
    return [
        row(
            case,
            progress[case.pk],
            steps.get(case.pk),
            now=now,
            words=words,
            url=escape(address.format(case.reference)),
            team=teams.get(case.team, ""),
            picks=picks,
        )
        for case in found
    ]


def _progress(ids):
    """Case id to the counts of its six phases, in their order."""
    phases = defaultdict(list)
    for each in _counts(ids):
        phases[each.case].append(each)
    return phases


@compiled
def _counts(ids):
    rows = PhaseProgress.objects.filter(case__pk__among=ids).order_by("case", "phase")
    return rows.values_list(*COUNTS, named=True)


def _next_steps(progress):
    """Case id to the open item that counts and is due first, or where none is due the first of its list.

    When that is due, or in which phase it stands, is known from the counts, so that an index finds it. What
    is open is asked as that index has it.
    """
    due = {
        case: min((each.next_due for each in phases if each.next_due), default=None)
        for case, phases in progress.items()
    }
    dated = {case: first for case, first in due.items() if first}
    undated = {case: found for case in due.keys() - dated.keys() if (found := _first_open(progress[case]))}
    asked = [list(dated), set(dated.values())]
    asked += [list(undated), set(undated.values())] if undated else []
    steps: dict = {}
    for item in _steps(*asked) if dated or undated else []:
        if item.due_at == due[item.case]:
            steps.setdefault(item.case, item)
    return steps


@compiled
def _steps(dated, moments, undated=None, phases=None):
    wanted = Q(case__pk__among=dated, due_at__among=moments)
    if undated:
        wanted |= Q(case__pk__among=undated, phase__among=phases)
    items = ChecklistItem.objects.filter(wanted, counted(), settled_at=None)
    return items.order_by("phase", "position").values_list(*STEP, named=True)


def row(case, progress, step, *, now, words, url, team, picks=False):
    """What the table shows of one case; in a closed one nothing is due, and nothing waits."""
    states, waits, ended = [state(each, now) for each in progress], "", ""
    if case.status == CaseStatus.CLOSED:
        states = [each if each == PhaseState.FINISHED else PhaseState.IN_PROGRESS for each in states]
        ended = _ended(case)
    else:
        waits = _waits(progress, states, step, now)
    bars = [
        _bar(each.phase, found, each.settled, each.applicable)
        for each, found in zip(progress, states, strict=True)
    ]
    reference, held = escape(case.reference), ON_HOLD if case.status == CaseStatus.ON_HOLD else ""
    return mark_safe(  # noqa: S308  its parts are escaped
        f"<tr>{BOX.format(reference) if picks else ''}"
        f'<th scope="row"><a id="{reference}" href="{url}">{reference}</a>{held}'
        f"{_person(case.details, words)}</th>"
        f'<td data-l="Primary">{_primary(case.details, words)}</td>'
        f'<td data-l="Phases"><ol class="spine" role="list">{"".join(bars)}</ol></td>{waits}'
        + (f'<td data-l="Team">{escape(team)}</td>' if team else "")
        + f'<td class="due" data-l="Opened">{show_day(case.opened_at)}</td>{ended}</tr>\n'
    )


def _waits(progress, states, step, now):
    """The cells of a case that is open: where it stands, and what comes next."""
    active = _current(tuple(_active(progress, states)))
    title = escape(step.title or step.template_item__title) if step else ""
    blocked = sum(each.blocked for each in progress)
    return (
        f'<td data-l="Current phase">{active}</td><td data-l="Next step">{title}</td>'
        f'<td data-l="Due">{_due(step.due_at, now) if step else ""}'
        + (f' <span class="tag" data-s="blocked">{blocked} blocked</span>' if blocked else "")
        + f'</td><td data-l="With">{_with(step) if step else ""}</td>'
    )


def _ended(case):
    """The cells of a case that is closed."""
    return (
        f'<td class="due" data-l="Closed">{show_day(case.closed_at)}</td>'
        f'<td data-l="Outcome">{escape(CaseOutcome(case.outcome).label)}</td>'
    )


def _first_open(progress):
    """The first phase with open work, or None."""
    return next((each.phase for each in progress if each.settled < each.applicable), None)


def _active(progress, states):
    """The first phase with open work and all that are under way (`dashboards.active_in`)."""
    first = _first_open(progress)
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
        return escape(first)
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
        return escape(step.assignee__display_name)
    return f'<span class="mut">{escape(step.template_item__discipline__title or "Nobody")}</span>'


def _due(due, now):
    if due is None:
        return ""
    shown = OVERDUE if is_overdue(due, now) else 'class="due"'
    return f'<time datetime="{due.isoformat()}" {shown}>{due_words(due, now)}</time>'


def _person(details, words):
    sex = details.get("sex", "")
    parts = [str(details.get("age_years", "")), words["sex"].get(sex, sex).lower()]
    text = ", ".join(part for part in parts if part)
    return f'<br><span class="mut xs">{escape(text)}</span>' if text else ""


def _primary(details, words):
    site = details.get("primary_site", "")
    parts = [words["primary_site"].get(site, site), details.get("index_level", "")]
    text = ", ".join(part for part in parts if part)
    return escape(text) if text else NOT_ENTERED
