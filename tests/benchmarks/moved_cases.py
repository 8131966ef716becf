"""Opens cases, previews their move to a newer version, moves them and moves them back, each timed."""

from time import perf_counter

from django.db import transaction
from django.utils import timezone

from pathways.audit.recording import recording
from pathways.enums import Action, MoveOutcome
from pathways.models import Case, ChecklistItem, TemplateItem
from pathways.permissions import as_system
from pathways.services import cases, checklists, moving, template_life, templates
from pathways.services.move_preview import preview
from tests import factories

DETAILS = {
    "cord_compression": "suspected",
    "pain_severity": "severe",
    "spinal_stability": "potentially_unstable",
}
ANSWERED = ("record-presentation", "mri-whole-spine-24h", "relieve-severe-pain-now")


def run(number):
    """Print the seconds of each step for so many cases, and milliseconds a case."""
    version = factories.shipped()
    team = factories.team()
    lead, editor = factories.coordinator(team), factories.pathway_editor()
    opened = [
        cases.open_case(by=lead, template_version=version, team=team, details=DETAILS) for _ in range(number)
    ]
    for case in opened[::2]:
        for code in ANSWERED:
            item = factories.item(case, code)
            spec = item.response_spec["kind"]
            if spec in ("tick", "date"):
                value = {"value": True if spec == "tick" else f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"}
                checklists.record_item(by=lead, item=item, seen=item.version, status="done", response=value)
    target = newer(version)
    print(f"{number} cases, {ChecklistItem.objects.count()} items")
    timed("preview", number, lambda: previewed(editor, target))
    move = moving.plan_move(
        by=editor, target=target, cases=Case.objects.all(), renamed={}, name="All", reason="A benchmark."
    )
    timed("move", number, lambda: list(through(move, [MoveOutcome.WAITING], moving.move_case, editor)))
    timed("move back", number, lambda: list(through(move, [MoveOutcome.MOVED], moving.move_back, editor)))
    print(dict(move.cases.values_list("outcome").distinct().values_list("outcome", "why")))


def newer(version):
    draft = template_life.start_draft(by=as_system(), template=version.template)
    with transaction.atomic(), recording(by=as_system(), action=Action.EDIT_DRAFT):
        rows = list(draft.items.order_by("phase", "position"))
        needed = {code for row in rows for code in [*row.depends_on, row.anchor_item]}
        for row in [row for row in rows if row.code not in needed][5::20]:
            row.is_removed = True
            row.save()
        for row in rows[6::20]:
            if row.within and not row.is_removed:
                row.within = "P30D"
                row.save()
        new = TemplateItem(
            template_version=draft, phase=1, position=99, code="new-one", title="New one",
            discipline=rows[0].discipline, requirement="required", response={"kind": "tick"},
            anchor="case_opened", within="P2D", basis="local",
        )  # fmt: skip
        new.save()
    return templates.publish_version(by=as_system(), version=draft, summary="For the benchmark.")


def previewed(editor, target):
    chosen = list(Case.objects.select_related("template_version__template").order_by("pk"))
    found = preview(by=editor, cases=chosen, target=target, renamed={}, at=timezone.now())
    totals = {"gained": 0, "leaving": 0, "retimed": 0, "problems": 0}
    for _, plan in found:
        totals["gained"] += len(plan.gained)
        totals["leaving"] += len(plan.leaving)
        totals["retimed"] += len(plan.retimed)
        totals["problems"] += bool(plan.problem)
    print(totals)


def through(move, outcomes, act, editor):
    return moving.work_through(move, outcomes, act, by=editor, goes_on=lambda: True)


def timed(name, number, act):
    began = perf_counter()
    act()
    took = perf_counter() - began
    print(f"{name}: {took:.1f} s, {took / number * 1000:.1f} ms a case", flush=True)
