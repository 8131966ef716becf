"""Template files taken into a draft, or into a new template; what a file leaves as it is, nobody touches."""

import json

from django.db import transaction

from ..audit.last_change import last_change_of
from ..audit.recording import create_all, recording, save_all
from ..enums import Action
from ..interop.template_documents import VOCABULARY, digest_of, document_of
from ..models import Discipline, TemplateItem, TemplatePhase
from ..permissions import Permission, require
from .exceptions import ChangedElsewhere
from .template_life import create_template, lock_draft

NEVER_IN_FILE = {"id", "version", "template_version", "was_code"}
CONTENT = [each.attname for each in TemplateItem._meta.concrete_fields if each.name not in NEVER_IN_FILE]


@transaction.atomic
def replace_draft(*, by, draft, file, seen, token=None):
    """Make the draft say what the checked file says, and return it; the header of the template stays.

    `seen` is the digest of what the person compared the file with. Items are known by their codes; one that
    the file lacks is removed as an editor removes it. The statements do not grow with the file, but for
    items that were new in this draft and are gone: three for each. Raises ChangedElsewhere and DraftGone.
    """
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.REPLACE_DRAFT, token=token):
        draft = lock_draft(draft)
        if digest_of(document_of(draft)) != seen:
            last = last_change_of(draft)
            raise ChangedElsewhere(theirs=draft, person=last.history_user, at=last.history_date)
        _take_over(draft, file)
    return draft


@transaction.atomic
def create_template_from_file(*, by, file, token=None):
    """A new template with a draft of its first version that says what the checked file says; the draft.

    Raises BadInput for a code or prefix that is taken.
    """
    require(by, Permission.EDIT_TEMPLATES)
    with recording(by=by, action=Action.CREATE_TEMPLATE, token=token):
        draft = create_template(by=by, header=file.template.model_dump())
        if file.template.sources_summary:
            draft.template.sources_summary = file.template.sources_summary
            draft.template.save()
        _take_over(draft, file)
    return draft


def _take_over(draft, file):
    _take_vocabulary(draft, file)
    _take_phases(draft, file)
    rows = list(draft.items.all())
    wanted = _wanted(draft, file, rows)
    kept = {row.pk for row, _ in wanted}
    changed = [row for row, values in wanted if row.pk and _set(row, values)]
    gone = [row for row in rows if row.pk not in kept and not row.is_removed]
    for row in gone:
        row.is_removed = True
    save_all(TemplateItem, changed + [row for row in gone if row.was_code], CONTENT)
    for row in gone:
        if not row.was_code:
            row.delete()
    create_all(TemplateItem, [row for row, values in wanted if not row.pk and _set(row, values)])


def _take_vocabulary(draft, file):
    if _set(draft, {name: getattr(file, name)() for name in VOCABULARY}):
        draft.save()


def _take_phases(draft, file):
    rows = {row.phase: row for row in draft.phases.all()}
    changed = [
        rows[each.phase]
        for each in file.phases
        if _set(rows[each.phase], {"title": each.title, "goal": each.goal})
    ]
    save_all(TemplatePhase, changed, ["title", "goal"])


def _wanted(draft, file, rows):
    """A row of the draft, or a new one, and its values, for each item of the file.

    An item that the draft calls by another code than the version it was copied from is found by either.
    """
    ids = dict(Discipline.objects.values_list("code", "pk"))
    items = list(file.items())
    codes = {item.code for _, _, item in items}
    found = {row.was_code: row for row in rows if row.was_code and row.code not in codes}
    found |= {row.code: row for row in rows}
    places = _places(items, found)
    return [
        (
            found.get(item.code) or TemplateItem(template_version=draft),
            item.stored()
            | {
                "phase": phase.phase.value,
                "position": places[item.code],
                "discipline_id": ids[item.discipline],
                "is_removed": False,
            },
        )
        for phase, _, item in items
    ]


def _places(items, found):
    """Code to position: in a phase that has the same items in the same order, the ones that they have."""
    places = {item.code: position for _, position, item in items}
    for phase in dict.fromkeys(phase.phase for phase, _, _ in items):
        codes = [item.code for each, _, item in items if each.phase == phase]
        rows = [found[code] for code in codes if code in found and found[code].phase == phase]
        positions = [row.position for row in rows]
        if len(rows) == len(codes) and positions == sorted(set(positions)):
            places |= dict(zip(codes, positions, strict=True))
    return places


def _set(row, values):
    """Give the row these values; whether that changed any: to JSON, 1 is neither 1.0 nor true."""
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    return json.dumps(before, sort_keys=True) != json.dumps(values, sort_keys=True)
