"""Items of several cases as rows, found for one person and made as on the page of a case."""

from collections import defaultdict
from copy import copy
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, F, Subquery, Value

from pathways import published
from pathways.audit import timeline
from pathways.audit.news import changes_in_teams
from pathways.compiled import compiled
from pathways.enums import SETTLED, CaseStatus, ItemStatus, Requirement
from pathways.models import ChecklistItem
from pathways.permissions import Permission, teams_where
from pathways.views.item_forms import hidden_csrf
from pathways.views.places import WORK, place_of
from pathways.views.rows import Rows
from pathways.views.sheet import own_changes
from pathways.views.words import is_met, waits_for

BY_DUE = F("due_at").asc(nulls_last=True)
OPEN = {"settled_at": None, "retired_at": None, "applies_since__isnull": False}
VERSION = "case__template_version"
PLACED_BY = (
    *("pk", "case_id", "case__status", f"{VERSION}_id", f"{VERSION}__published_at"),
    *("template_item_id", "status", "applies_since", "due_at"),
)
NEEDED_BY = (
    *("case_id", "code", "occurrence", "title", "template_item_id"),
    *("status", "applies_since", "assignee_id"),
)


class Found(NamedTuple):
    """What decides where an item stands in a person's work; the rest of it is read where it is shown."""

    pk: int
    case_id: int
    case_status: str
    version_id: int
    published_at: datetime
    template_item_id: int | None
    status: str
    applies_since: datetime | None
    due_at: datetime | None

    @property
    def is_closed(self):
        """Whether its case is."""
        return self.case_status == CaseStatus.CLOSED

    @property
    def is_settled(self):
        return self.status in SETTLED

    @property
    def template_item(self):
        return self.known(self.template_item_id)

    @property
    def requirement(self):
        return self.template_item.requirement if self.template_item_id else Requirement.REQUIRED

    def known(self, template_item_id):
        """A template item of its case, or None, from memory."""
        return template_item_id and published.item_of(template_item_id, self.version_id, self.published_at)


class Work:
    """The items of one person's teams at one moment."""

    def __init__(self, request, now):
        # The request's person is wrapped until the first look, and every look goes through the wrapping.
        self.user, self.now = copy(request.user), now
        self.csrf = f"{hidden_csrf(request)}{'' if place_of(request).is_work else WORK.hidden}"
        self.teams = frozenset(teams_where(request.user, Permission.RECORD))
        self.needed: dict[int, dict[str, ChecklistItem]] = defaultdict(dict)
        self.changed = set()

    def mine(self, *, limit, also=None):
        """Open items that apply and are the person's, the first due first; one query, one for what they need.

        `also` is the id of an item that is kept among them although it is settled, or given on.
        """
        found = [Found(*row) for row in _mine(self.user.pk, teams=self.teams, limit=limit)]
        if also and also not in {item.pk for item in found}:
            found = [Found(*row) for row in _one(also, teams=self.teams)] + found
        self.changed = {also} if also else set()
        self._read_needed(found)
        return found

    def settled_since(self, moment, *, limit):
        """Ids of what the person settled since then, newest first; one query."""
        ids = _settled(self.user.pk, moment, teams=self.teams, limit=limit)
        self.changed = set(ids)
        return ids

    def newest_change_and_settled_since(self, moment):
        """Id of the newest change in the person's teams, and how many items they settled; one query."""
        for newest, settled in _newest_change_and_settled(self.user.pk, moment, teams=self.teams):
            return newest.hex, settled or 0
        return "", 0

    def waits(self, item):
        """Whether it is blocked, or needs something first that is not the person's own to do."""
        needed = [self.needed[item.case_id].get(code) for code in waits_for(item)]
        others = [each for each in needed if each and each.assignee_id != self.user.pk]
        return item.status == ItemStatus.BLOCKED or not all(map(is_met, others))

    def html(self, ids, *, untaken=0):
        """Id to markup of each that is still there, then of so many others of the person's discipline that
        nobody has, the first due first; one query.

        What may be taken back costs two queries for each case.
        """
        found = self._read(ids, untaken)
        in_turn = [pk for pk in dict.fromkeys([*ids, *found]) if pk in found]
        by_case = defaultdict(list)
        for pk in in_turn:
            by_case[found[pk].case].append(found[pk])
        made: dict[int, str] = {}
        for case, items in by_case.items():
            rows = self._rows(case, items)
            made |= {item.pk: rows.html(item) for item in items}
        return {pk: made[pk] for pk in in_turn}

    def _rows(self, case, items):
        shown = {item.pk for item in items}
        others = [each for each in self.needed[case.pk].values() if each.pk not in shown]
        rows = Rows(case, items + others, user=self.user, now=self.now, csrf=self.csrf, place=WORK)
        if changed := [item for item in items if item.pk in self.changed]:
            rows.own = own_changes(self.user, case, changed)
        return rows

    def _read(self, ids, untaken):
        """Both by id, the first due first; one query.

        With one object for each case, and with template items and vocabularies from memory.
        """
        discipline = self.user.discipline_id
        of_theirs = [list(self.changed), discipline] if discipline else []
        items = _items(list(ids), *of_theirs, teams=self.teams, untaken=untaken)
        found = {item.pk: item for item in items}
        cases = {item.case_id: item.case for item in found.values()}
        versions = {case.template_version_id: case.template_version for case in cases.values()}
        for version in versions.values():
            published.with_vocabulary(version)
        for case in cases.values():
            case.template_version = versions[case.template_version_id]
        for item in published.attach(found.values(), *versions.values()):
            item.case = cases[item.case_id]
            for name in ("assignee", "settled_by"):
                if getattr(item, f"{name}_id") == self.user.pk:
                    setattr(item, name, self.user)
        return found

    def _read_needed(self, found):
        """What these need first, by case and code; one query."""
        wanted = defaultdict(set)
        for each in found:
            if codes := waits_for(each):
                wanted[each.case_id].update(codes)
        if not wanted:
            return
        placed = {each.case_id: each for each in found}
        for each in _needed(list(wanted), set().union(*wanted.values())):
            if each.code in wanted[each.case_id]:
                each.template_item = placed[each.case_id].known(each.template_item_id)
                self.needed[each.case_id][each.code] = each


def _visible(teams):
    return ChecklistItem.objects.filter(case__team__in=teams, retired_at=None)


def _open(teams):
    return _visible(teams).filter(**OPEN).exclude(case__status=CaseStatus.CLOSED)


@compiled
def _mine(person, *, teams, limit):
    return _open(teams).filter(assignee=person).order_by(BY_DUE, "pk").values_list(*PLACED_BY)[:limit]


@compiled
def _one(item, *, teams):
    return _visible(teams).filter(pk=item).values_list(*PLACED_BY)


def _settled_since(person, moment, teams):
    ids = timeline.ids_changed_by(person, moment)
    return _visible(teams).filter(pk__in=ids, settled_by=person, settled_at__gte=moment)


@compiled
def _settled(person, moment, *, teams, limit):
    found = _settled_since(person, moment, teams).order_by("-settled_at", "-pk")
    return found.values_list("pk", flat=True)[:limit]


@compiled
def _newest_change_and_settled(person, moment, *, teams):
    settled = _settled_since(person, moment, teams).order_by().values(all=Value(1))
    number = Subquery(settled.annotate(number=Count("pk")).values("number"))
    return changes_in_teams(person).values_list("id", number)[:1]


@compiled
def _items(ids, changed=None, discipline=None, *, teams, untaken):
    """Ids are found before whole rows are read."""
    known = ChecklistItem.objects.order_by().values("pk")
    wanted = known.filter(pk__among=ids)
    if discipline and untaken:
        of_theirs = _open(teams).filter(template_item__discipline=discipline, assignee=None)
        others = of_theirs.exclude(pk__among=changed).order_by(BY_DUE, "pk")[:untaken]
        wanted = wanted.union(known.filter(pk__in=others.values("pk")), all=True)
    items = _visible(teams).filter(pk__in=wanted).select_related(VERSION, "reason")
    return items.defer(*(f"case__{name}" for name in published.UNREAD)).order_by(BY_DUE, "pk")


@compiled
def _needed(cases, codes):
    rows = ChecklistItem.objects.filter(case__pk__among=cases, code__among=codes, occurrence=1)
    return rows.only(*NEEDED_BY)
