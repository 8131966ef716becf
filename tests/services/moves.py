"""Two versions of a small template, a case on the older one, and what of it must not change."""

from copy import deepcopy

from django.db import transaction

from pathways import models, published
from pathways.audit.recording import create_all, recording
from pathways.enums import Action, Phase
from pathways.permissions import as_system
from pathways.services import moving
from tests import factories


def items_like(*changes, without=()):
    """The small pathway's items without some, and with others changed or added: a dict with its code each."""
    rows = {item["code"]: deepcopy(item) for item in factories.SMALL if item["code"] not in without}
    for change in changes:
        rows[change["code"]] = rows.get(change["code"], {"phase": 1}) | change
    return list(rows.values())


@transaction.atomic
def newer(version, items, instruments=None):
    """A published version of the same template with these items."""
    with recording(by=as_system(), action=Action.LOAD_TEMPLATE) as event:
        number = version.template.versions.order_by("-number").first().number + 1
        fresh = models.TemplateVersion(
            template=version.template, number=number, based_on=version, case_fields=version.case_fields
        )
        fresh.instruments = instruments or version.instruments
        fresh.save()
        discipline = version.items.select_related("discipline").first().discipline
        rows = [
            factories.TemplateItem.build(
                template_version=fresh, discipline=discipline, position=place, **item
            )
            for place, item in enumerate(items, start=1)
        ]
        phases = [
            models.TemplatePhase(template_version=fresh, phase=p, title=p.label, goal="So.") for p in Phase
        ]
        create_all(models.TemplatePhase, phases)
        create_all(models.TemplateItem, rows)
        fresh.status, fresh.summary = "published", "Newer."
        fresh.published_at = event.at
        fresh.save()
    return fresh


def moved(editor, target, *cases, renamed=None):
    """The batch that moved these cases, with what became of each."""
    among = models.Case.objects.filter(pk__in=[case.pk for case in cases])
    move = moving.plan_move(
        by=editor, target=target, cases=among, renamed=renamed or {}, name="To the newer", reason="Newer."
    )
    outcomes = ["waiting", "not_moved"]
    done = list(moving.work_through(move, outcomes, moving.move_case, by=editor, goes_on=lambda: True))
    return move, done


def back(editor, move):
    """What became of each case of the batch on its way back."""
    return list(moving.work_through(move, ["moved"], moving.move_back, by=editor, goes_on=lambda: True))


def state(case):
    """Everything that the case holds, history and version numbers apart."""
    published.forget()
    case = models.Case.objects.get(pk=case.pk)
    items = case.items.order_by("code", "occurrence")
    columns = [f.attname for f in models.ChecklistItem._meta.concrete_fields if f.name != "version"]
    counts = ("phase", "applicable", "settled", "next_due", "finished_at")
    return {
        "case": (case.template_version_id, case.status, case.details),
        "items": list(items.values_list(*columns)),
        "phases": list(case.phases.values_list("phase", "started_at", "started_by")),
        "progress": list(case.progress.values_list(*counts)),
    }


def recorded(case):
    """Code and occurrence of each item to what people recorded on it."""
    names = ("status", "response", "note", "reason_id", "reason_text", "settled_by_id", "settled_at")
    names += ("assignee_id", "due_given")
    return {item.pk: tuple(getattr(item, name) for name in names) for item in case.items.all()}
