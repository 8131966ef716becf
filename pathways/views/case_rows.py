"""Cases as the rows of a list, every string prepared once, because a template is slow at preparing them."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse

from pathways.clocks import due_words, is_overdue, show_day
from pathways.dashboards import UNDER_WAY
from pathways.enums import CaseStatus, Phase, PhaseState, VersionStatus
from pathways.models import Case, ChecklistItem, PhaseProgress, TemplateVersion
from pathways.progress import counted, state


@dataclass
class Bar:
    """One of the six phase bars of a row; the text says in words what its shape shows."""

    phase: int
    state: str
    width: str
    text: str


@dataclass
class Row:
    reference: str
    url: str
    person: str
    primary: str
    bars: list[Bar]
    phase: str
    more: int
    more_names: str
    step: str
    due: str
    due_iso: str
    overdue: bool
    blocked: int
    assigned: str
    discipline: str
    team: str
    on_hold: bool
    opened: str
    closed: str
    outcome: str


def rows(cases, *, now, teams, words):
    """The rows of one page of cases: two more queries, whatever their number. `words` is `case_words()`."""
    ids = [case.pk for case in cases]
    progress = defaultdict(list)
    for each in PhaseProgress.objects.filter(case__in=ids).order_by("case", "phase"):
        progress[each.case_id].append(each)
    steps = _next_steps(ids)
    return [_row(case, progress[case.pk], steps.get(case.pk), now, teams, words) for case in cases]


def case_words():
    """Labels by field and value over all versions that cases may be on, the newest last; one query."""
    words: dict[str, dict[str, str]] = defaultdict(dict)
    versions = TemplateVersion.objects.exclude(status=VersionStatus.DRAFT).order_by("number", "pk")
    for fields in versions.values_list("case_fields", flat=True):
        for field in fields:
            words[field["code"]] |= {each["value"]: each["label"] for each in field.get("choices", [])}
    return words


def _next_steps(ids):
    """Case id to the open item that counts and is due first, or where none is due the first of its list."""
    items = ChecklistItem.objects.open().filter(counted(), case=OuterRef("pk"))
    first = items.order_by(F("due_at").asc(nulls_last=True), "phase", "position").values("pk")[:1]
    steps = ChecklistItem.objects.filter(pk__in=Case.objects.filter(pk__in=ids).values(step=Subquery(first)))
    steps = steps.select_related("template_item__discipline", "assignee").only(
        "case_id",
        "title",
        "due_at",
        "template_item__title",
        "template_item__discipline__title",
        "assignee__display_name",
    )
    return {step.case_id: step for step in steps}


def _row(case, progress, step, now, teams, words):
    active = [] if case.is_closed else _active(progress, now)
    due = None if case.is_closed or step is None else step.due_at
    return Row(
        reference=case.reference,
        url=reverse("case_detail", args=[case.reference]),
        person=_person(case.details, words),
        primary=_primary(case.details, words),
        bars=[_bar(each, now, case.is_closed) for each in progress],
        phase=active[0] if active else "All settled",
        more=len(active[1:]),
        more_names=", ".join(active[1:]),
        step=step.name if step else "",
        due=due_words(due, now),
        due_iso=due.isoformat() if due else "",
        overdue=is_overdue(due, now),
        blocked=sum(each.blocked for each in progress),
        assigned=step.assignee.display_name if step and step.assignee else "",
        discipline=_waiting_for(step),
        team=teams.get(case.team_id, ""),
        on_hold=case.status == CaseStatus.ON_HOLD,
        opened=show_day(case.opened_at),
        closed=show_day(case.closed_at) if case.closed_at else "",
        outcome=case.get_outcome_display(),
    )


def _active(progress, now):
    """Labels of the first phase with open work and of all that are under way (`dashboards.active_in`)."""
    first = next((each for each in progress if each.settled < each.applicable), None)
    return [Phase(each.phase).label for each in progress if each is first or state(each, now) in UNDER_WAY]


def _bar(progress, now, is_closed):
    """In a closed case nothing is due, and nothing waits."""
    name = Phase(progress.phase).label
    if not progress.applicable:
        return Bar(progress.phase, "not_applicable", "w0", f"{name}: nothing applies")
    found = state(progress, now)
    if is_closed and found != PhaseState.FINISHED:
        found = PhaseState.IN_PROGRESS
    flag = f", {found.label.lower()}" if found in (PhaseState.OVERDUE, PhaseState.BLOCKED) else ""
    text = f"{name}: {progress.settled} of {progress.applicable} settled{flag}"
    return Bar(progress.phase, found.value, width(progress.settled, progress.applicable), text)


def width(part, whole):
    """The class for a bar's width, in steps of five; a part is never drawn as nothing, nor as the whole."""
    if part in (0, whole):
        return "w100" if part else "w0"
    return f"w{min(95, max(5, round(part / whole * 20) * 5))}"


def _person(details, words):
    sex = details.get("sex", "")
    parts = [str(details.get("age_years", "")), words["sex"].get(sex, sex).lower()]
    return ", ".join(part for part in parts if part)


def _primary(details, words):
    site = details.get("primary_site", "")
    parts = [words["primary_site"].get(site, site), details.get("index_level", "")]
    return ", ".join(part for part in parts if part)


def _waiting_for(step):
    """Whose step it is while it is assigned to nobody."""
    if step is None or step.assignee:
        return ""
    return step.template_item.discipline.title if step.template_item else "Nobody"
