"""The story of a version change: an editor alters a pathway, publishes it and moves cases to it."""

from datetime import datetime, timedelta
from typing import Any

from pathways.audit.recording import simulated
from pathways.enums import CaseStatus, MoveOutcome, Phase
from pathways.interop.template_documents import item_document
from pathways.models import Case, CaseMove, PathwayTemplate, TemplateVersion, User
from pathways.services.drafts import add_item, edit_item, remove_item
from pathways.services.moving import move_case, plan_move, work_through
from pathways.services.template_life import start_draft
from pathways.services.templates import publish_version

from .stories import MAIN

EDITOR = "haddad"
MOVED = 6
A_MOMENT = timedelta(seconds=1)

RENAMED = {"carer-training": "carer-assessment"}
CHANGED: dict[str, dict[str, Any]] = {
    "rehab-goals": {"target": {"anchor": "phase_started", "within": "P10D", "basis": "local"}},
    "carer-training": {"code": "carer-assessment", "title": "Offer carer assessment, training and respite"},
}
ARRIVED = {
    "title": "Confirm that equipment has arrived at home",
    "discipline": "occupational-therapy",
    "target": {"anchor": "phase_started", "within": "P21D", "basis": "local"},
}
REMOVED = "quality-of-life"
SUMMARY = (
    "Equipment at home is confirmed, goals have ten days, carer training becomes carer assessment. "
    "Quality of life is left to the clinical review."
)
NEXT = {"follow-up-plan": {"guidance": "Name who rings whom, and by which day."}}


def tell_version_story(now: datetime) -> CaseMove:
    """Publish a second version of the main pathway, move some open cases to it, and begin a third draft.

    After everything else, and after the first version, which is as young as the database.
    """
    editor = User.objects.get(username=EDITOR)
    template = PathwayTemplate.objects.get(code=MAIN)
    first = template.versions.get(number=1).published_at
    at = max(now, first or now)
    with simulated(at):
        draft = start_draft(by=editor, template=template)
        _alter(draft, editor)
    with simulated(at + A_MOMENT):
        version = publish_version(by=editor, version=draft, summary=SUMMARY)
    with simulated(at + 2 * A_MOMENT):
        move = _move(version, editor)
    with simulated(at + 3 * A_MOMENT):
        _edit(start_draft(by=editor, template=template), editor, NEXT)
    return move


def _alter(draft: TemplateVersion, editor: User) -> None:
    _edit(draft, editor, CHANGED)
    removed = draft.items.get(code=REMOVED)
    remove_item(by=editor, item=removed, seen=removed.version)
    added = add_item(by=editor, draft=draft, phase=Phase.REHABILITATION, title=ARRIVED["title"]).row
    _edit(draft, editor, {added.code: ARRIVED})


def _edit(draft: TemplateVersion, editor: User, changes: dict[str, dict[str, Any]]) -> None:
    for code, change in changes.items():
        item = draft.items.select_related("discipline", "template_version__template").get(code=code)
        edit_item(by=editor, item=item, seen=item.version, document=item_document(item) | change)


def _move(version: TemplateVersion, editor: User) -> CaseMove:
    """The open cases that began last; those on hold and the others stay."""
    running = Case.objects.filter(template_version__template=version.template, status=CaseStatus.OPEN)
    newest = list(running.order_by("-opened_at", "-pk").values_list("pk", flat=True)[:MOVED])
    move = plan_move(
        by=editor,
        target=version,
        cases=Case.objects.filter(pk__in=newest),
        renamed=RENAMED,
        name="To v2: the newest cases",
        reason="The rehabilitation team asked for it.",
    )
    for _ in work_through(move, [MoveOutcome.WAITING], move_case, by=editor, goes_on=lambda: True):
        pass
    return move
