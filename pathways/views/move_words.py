"""What a planned move brings one case, in words for the preview."""

from pathways.clocks import show_time
from pathways.enums import ItemStatus

ONE = {
    "items gained": "item gained",
    "items leaving": "item leaving",
    "answers kept on items that leave": "answer kept on an item that leaves",
    "items back": "item back",
    "items under a new code": "item under a new code",
    "items that keep their old form": "item that keeps its old form",
    "items switched on": "item switched on",
    "items switched off": "item switched off",
    "due times changed": "due time changed",
    "cases that stay": "case that stays",
}


def planned(case, was, plan):
    """A row of the preview: what it counts, and what stands behind each count."""
    answered = [item for item in plan.leaving if is_answered(item)]
    groups = {
        "items gained": [item.name for item in plan.gained],
        "items leaving": [item.name for item in plan.leaving],
        "answers kept on items that leave": [item.name for item in answered],
        "items back": [item.name for item in plan.back],
        "items under a new code": [f"{item.name} ({old} → {item.code})" for old, item in plan.renamed],
        "items that keep their old form": [item.name for item in plan.kept],
        "items switched on": [item.name for item in plan.on],
        "items switched off": [item.name for item in plan.off],
        "due times changed": [
            f"{item.name}: {_when(due)} → {_when(item.due_at)}" for item, due in plan.retimed
        ],
    }
    counts = {words: len(names) for words, names in groups.items()}
    return {
        "reference": case.reference,
        "team": str(case.team),
        "was": was.number,
        "problem": plan.problem,
        "groups": [(said(len(names), words), names) for words, names in groups.items() if names],
        "counts": counts | {"cases that stay": bool(plan.problem)},
    }


def said(count, words):
    """So many of them, in words."""
    return f"{count} {ONE[words] if count == 1 else words}"


def is_answered(item):
    return item.status != ItemStatus.NOT_STARTED or bool(item.note)


def _when(moment):
    return show_time(moment) if moment else "no due time"
