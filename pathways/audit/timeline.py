"""Reads history back; nobody else reads historical tables."""

import re
from datetime import UTC, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from .. import published
from ..compiled import compiled
from ..enums import Action
from ..models import AuditEvent, Case, ChecklistItem, Comment, TemplateItem, TemplateVersion
from .names import Names
from .steps import as_step, pairs_of, steps_of
from .story import Story, tell, tell_versions

ENTRIES_A_PAGE = 50
REACH = 50_000
NO_EVENT = UUID(int=0)
OF_OTHERS = ("actor__display_name", "undoes__action", "undoes__at", "restores__at")
OF_ITS_VERSION = ("number", "published_at")
OF_ITS_CASE = ("case__reference", *(f"case__template_version__{name}" for name in OF_ITS_VERSION))
CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6})Z_([0-9a-f]{32})")


def at_version(row, version):
    """The history row of this version, or None where the row never had it."""
    return type(row).history.filter(id=row.pk, version=version).exclude(history_type="-").first()


def changes_since(row, version):
    """History rows newer than the version, oldest first, with who made them."""
    return _newer(row.pk, version, model=type(row))


@compiled
def _newer(pk, version, *, model):
    newer = model.history.filter(id=pk, version__gt=version)
    return newer.select_related("history_user").order_by("version")


def rows_of(event):
    """Every history row of one event about a case, with the row before it where there is one; one query."""
    return pairs_of([event])


def with_previous(model, rows):
    """Pairs of a history row and the one that it changed, if it changed one; one query for them all."""
    wanted = {(row.id, row.version - 1) for row in rows if row.history_type == "~"}
    earlier = {}
    if wanted:
        ids, versions = zip(*wanted, strict=True)
        earlier = {(row.id, row.version): row for row in _at_versions(set(ids), set(versions), model=model)}
    return [
        (row, earlier.get((row.id, row.version - 1)) if row.history_type == "~" else None) for row in rows
    ]


@compiled
def _at_versions(ids, versions, *, model):
    found = model.history.filter(id__among=ids, version__among=versions)
    return found.exclude(history_type="-")


def last_steps_by(user, case, items, *, actions, since=None):
    """Item id to what the person did to it, where it stands as that left it; two queries.

    Only by these actions, and only `since` a moment if one is given.
    """
    versions = {item.pk: item.version for item in items}
    mine = _changes_by(user.pk, case.pk, list(versions), *([since] if since else []), actions=tuple(actions))
    pairs = with_previous(ChecklistItem, mine)
    saved = groupby(pairs, key=lambda pair: (pair[0].id, pair[0].audit_event_id))
    steps = {pk: as_step(list(rows)) for (pk, _), rows in saved}
    return {pk: step for pk, step in steps.items() if step.after and step.after.version == versions[pk]}


@compiled
def _changes_by(user, case, ids, since=None, *, actions):
    found = ChecklistItem.history.filter(case_id=case, id__among=ids, history_user_id=user)
    found = found.filter(audit_event__action__in=actions, **{"history_date__gte": since} if since else {})
    return found.order_by("id", "version")


def ids_changed_by(person, since):
    """Ids of the items that the person changed since a moment, as a query for another to look into."""
    rows = ChecklistItem.history.filter(history_user_id=person, history_date__gte=since)
    return rows.order_by().values("id")


def recent_editors(draft, *, since, but):
    """Names of the others who changed items of the draft since a moment; one query."""
    rows = TemplateItem.history.filter(template_version_id=draft.pk, history_date__gte=since)
    others = rows.filter(audit_event__action=Action.EDIT_DRAFT).exclude(history_user=but)
    names = others.order_by().values_list("history_user__display_name", flat=True).distinct()
    return sorted(filter(None, names))


def status_givers(items):
    """Who gave each item the status that it has at its version, and when, by its id; one query at most."""
    versions = {item.pk: item.version for item in items}
    found: dict[int, tuple] = {}
    for pk, version, status, who, at in _statuses(list(versions)) if versions else []:
        if version <= versions[pk] and (pk not in found or found[pk][0] != status):
            found[pk] = (status, who or "the system", at)
    return {pk: (who, at) for pk, (_, who, at) in found.items()}


@compiled
def _statuses(ids):
    rows = ChecklistItem.history.filter(id__among=ids).order_by("id", "version")
    return rows.values_list("id", "version", "status", "history_user__display_name", "history_date")


def story(case, *, item=None, before=None, limit=ENTRIES_A_PAGE):
    """A page of what happened to the case, or to one of its items, newest first; three queries.

    `before` is a place from `read_place`: where the page above ended. `case` has its template version loaded.
    """
    asked = [case.pk, *([item.pk] if item else []), *(before or ())]
    page, older = _cut(_of_case(*asked, of_item=item is not None, limit=limit + 1), limit)
    for event in page:
        event.case = case
    return Story(_entries(page, item), older)


def review(events, *, before=None, limit=ENTRIES_A_PAGE, among=None):
    """A page of these events, about any case or none, newest first; three queries.

    Where each event is asked for its rows, `among` are all those of the same time: REACH of them are gone
    through at most, and the page may end before it is full. One query more.
    """
    end = _end(among, before) if among is not None else None
    found = _newest(events.filter(at__gte=end) if end else events, before)
    page, older = _cut(list(_told(found, OF_ITS_CASE)[: limit + 1]), limit)
    return Story(_entries(page), older or (_place(end, NO_EVENT) if end else ""))


def _end(events, before):
    """The time of the event that is REACH below the place, or None where there are fewer."""
    return _newest(events, before).values_list("at", flat=True)[REACH : REACH + 1].first()


@compiled
def _of_case(case, *others, of_item, limit):
    """`others` are the item and the place, each where there is one."""
    item, place = (others[0], others[1:]) if of_item else (None, others)
    return _told(_newest(_events(case, item), place))[:limit]


def _cut(found, limit):
    """The first of the events, and the place from which the next page goes on, or empty."""
    return found[:limit], write_place(found[limit - 1]) if len(found) > limit else ""


def _told(events, more=()):
    """Of the rows that they point at only what is told of them is read; `more` names what else."""
    told = [*OF_OTHERS, *more]
    related = [name.rpartition("__")[0] for name in told]
    own = [each.name for each in AuditEvent._meta.concrete_fields]
    return events.select_related(*related).only(*own, *told).annotate(**_at_that_time())


def _newest(events, before):
    if before:
        at, event = before
        events = events.filter(at__lte=at).exclude(at=at, id__gte=event)
    return events.order_by("-at", "-id")


def _entries(page, item=None):
    """The entries of events; two queries, and more where this process has not yet read a template version."""
    versions, steps = _versions(page), steps_of(page)
    names = Names.of([step for done in steps.values() for step in done], {*versions.values()} - {None})
    told = [tell(event, steps[event.pk], names.about(versions[event.pk]), item=item) for event in page]
    return tell_versions(told)


def _versions(page):
    """Event to the template version that its case was on, with its vocabulary; None where it has no case."""
    known = {event.case.template_version_id: event.case.template_version for event in page if event.case}
    if missing := {event.version_then for event in page} - {None, *known}:
        known |= TemplateVersion.objects.defer(*published.VOCABULARY).in_bulk(missing)
    for version in known.values():
        published.with_vocabulary(version)
    return {
        event.pk: event.case and known[event.version_then or event.case.template_version_id] for event in page
    }


def write_place(event):
    """Where an event stands in the story, as an address carries it."""
    return _place(event.at, event.pk)


def _place(at, event_id):
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z_{event_id.hex}"


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
    if item is None:
        return events
    touched = ChecklistItem.history.filter(id=item).values("audit_event")
    said = Comment.history.filter(case_id=case, item_id=item).values("audit_event")
    return events.filter(Q(id__in=touched) | Q(id__in=said))


def _at_that_time():
    """Which template version the case was on, and who undid the event when."""
    of_case = Case.history.filter(id=OuterRef("case_id"), history_date__lte=OuterRef("at"))
    undoing = AuditEvent.objects.filter(undoes=OuterRef("pk")).order_by("at")
    return {
        "version_then": Subquery(of_case.order_by("-version").values("template_version_id")[:1]),
        "undone_at": Subquery(undoing.values("at")[:1]),
        "undone_who": Subquery(undoing.values("actor__display_name")[:1]),
    }
