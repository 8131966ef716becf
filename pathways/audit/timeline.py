"""Reads history back; nobody else reads historical tables."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Q

from .. import published
from ..enums import Action
from ..models import AuditEvent, Case, CasePhase, ChecklistItem, Comment
from .changes import Names
from .story import Story, tell

CASE_MODELS = (Case, CasePhase, ChecklistItem, Comment)
ENTRIES_A_PAGE = 50
CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6})Z_([0-9a-f]{32})")


@dataclass(frozen=True)
class Step:
    """What one event did to one row: as it was before and as it was after, None where there was no row."""

    before: object
    after: object

    @property
    def row(self):
        return self.after or self.before

    @property
    def model(self):
        return self.row.instance_type

    @property
    def is_change(self):
        return bool(self.before and self.after)

    def differs(self, *names):
        """Whether the row was there before and after and any of these columns changed."""
        return self.is_change and any(
            getattr(self.before, name) != getattr(self.after, name) for name in names
        )


def at_version(row, version):
    """The history row of this version, or None where the row never had it."""
    return type(row).history.filter(id=row.pk, version=version).exclude(history_type="-").first()


def changes_since(row, version):
    """History rows newer than the version, oldest first, with who made them."""
    newer = type(row).history.filter(id=row.pk, version__gt=version)
    return list(newer.select_related("history_user").order_by("version"))


def rows_of(event):
    """Every history row of one event about a case, with the row before it where there is one."""
    found = []
    for model in CASE_MODELS:
        rows = list(model.history.filter(audit_event=event).order_by("history_id"))
        found += with_previous(model, rows)
    return found


def with_previous(model, rows):
    """Pairs of a history row and the one before it; one query for them all."""
    wanted = {(row.id, row.version - 1) for row in rows if row.history_type == "~"}
    earlier = {}
    if wanted:
        ids, versions = zip(*wanted, strict=True)
        candidates = model.history.filter(id__in=set(ids), version__in=set(versions))
        earlier = {(row.id, row.version): row for row in candidates.exclude(history_type="-")}
    return [(row, earlier.get((row.id, row.version - 1))) for row in rows]


def last_steps_by(user, case, items, *, actions, since=None):
    """Item id to what the person did to it, where it stands as that left it; two queries.

    Only by these actions, and only `since` a moment if one is given.
    """
    versions = {item.pk: item.version for item in items}
    mine = ChecklistItem.history.filter(case_id=case.pk, id__in=list(versions), history_user_id=user.pk)
    mine = mine.filter(audit_event__action__in=actions, **{"history_date__gte": since} if since else {})
    pairs = with_previous(ChecklistItem, list(mine.order_by("id", "version")))
    saved = groupby(pairs, key=lambda pair: (pair[0].id, pair[0].audit_event_id))
    steps = {pk: _step(list(rows)) for (pk, _), rows in saved}
    return {pk: step for pk, step in steps.items() if step.after and step.after.version == versions[pk]}


def status_givers(items):
    """Who gave each item the status that it has at its version, and when, by its id; one query at most."""
    versions = {item.pk: item.version for item in items}
    rows = ChecklistItem.history.filter(id__in=list(versions)).order_by("id", "version")
    columns = ("id", "version", "status", "history_user__display_name", "history_date")
    found: dict[int, tuple] = {}
    for pk, version, status, who, at in rows.values_list(*columns):
        if version <= versions[pk] and (pk not in found or found[pk][0] != status):
            found[pk] = (status, who or "the system", at)
    return {pk: (who, at) for pk, (_, who, at) in found.items()}


def story(case, *, item=None, before=None, limit=ENTRIES_A_PAGE):
    """A page of what happened to the case, or to one of its items, newest first; at most 12 queries.

    `before` is a place from `read_place`: where the page above ended. `case` has its template version loaded.
    """
    page, older = _page(_events(case, item), before, limit)
    return Story(_entries([(event, case) for event in page], item), older)


def review(events, *, before=None, limit=ENTRIES_A_PAGE):
    """A page of these events, about any case or none, newest first; at most 12 queries."""
    unread = [f"case__{name}" for name in published.UNREAD]
    events = events.select_related("actor", "undoes", "case__template_version").defer(*unread)
    page, older = _page(events, before, limit)
    for event in page:
        if event.case:
            published.with_vocabulary(event.case.template_version)
    return Story(_entries([(event, event.case) for event in page]), older)


def _page(events, before, limit):
    """The newest of the events `before` a place, and the place from which the next page goes on, or empty."""
    found = list(_newest(events, before)[: limit + 1])
    return found[:limit], write_place(found[limit - 1]) if len(found) > limit else ""


def _newest(events, before):
    if before is not None:
        at, event = before
        events = events.filter(at__lte=at).exclude(at=at, id__gte=event)
    return events.order_by("-at", "-id")


def _entries(page, item=None):
    """The entries of pairs of an event and its case, if it has one; eight queries."""
    events = [event for event, _ in page]
    steps, undone = _steps(events), _undone_by(events)
    names = Names.of([step for done in steps.values() for step in done])
    return [
        tell(event, steps[event.pk], names.about(case), undone_by=undone.get(event.pk), item=item)
        for event, case in page
    ]


def write_place(event):
    """Where an event stands in the story, as an address carries it."""
    return f"{event.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z_{event.pk.hex}"


def read_place(text):
    """The moment and the event that `write_place` wrote, or None for anything else."""
    match = CURSOR.fullmatch(text)
    try:
        return match and (datetime.fromisoformat(match[1]).replace(tzinfo=UTC), UUID(match[2]))
    except ValueError:
        return None


def _events(case, item):
    """Without who only looked, by the index on case, time and id that leaves them out too."""
    events = AuditEvent.objects.filter(case=case).exclude(action=Action.READ_CASE)
    events = events.select_related("actor", "undoes")
    if item is None:
        return events
    touched = ChecklistItem.history.filter(id=item.pk).values("audit_event")
    said = Comment.history.filter(case_id=case.pk, item_id=item.pk).values("audit_event")
    return events.filter(Q(id__in=touched) | Q(id__in=said))


def _steps(events):
    """Event to its steps; a row that an event saved twice makes one step."""
    found: dict[UUID, list[Step]] = {event.pk: [] for event in events}
    for model in CASE_MODELS:
        rows = model.history.filter(audit_event__in=list(found)).order_by("audit_event_id", "id", "version")
        if model is Comment:
            rows = rows.select_related("item")
        pairs = with_previous(model, list(rows))
        for (event, _), saved in groupby(pairs, key=lambda pair: (pair[0].audit_event_id, pair[0].id)):
            found[event].append(_step(list(saved)))
    return found


def _step(saved):
    first, before = saved[0]
    last, _ = saved[-1]
    removed = last.history_type == "-"
    return Step(before or (first if removed else None), None if removed else last)


def _undone_by(events):
    """Event to the event that undid it."""
    undoing = AuditEvent.objects.filter(undoes__in=[event.pk for event in events]).select_related("actor")
    return {event.undoes_id: event for event in undoing}
