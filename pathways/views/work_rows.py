"""Items of several cases as rows, found for one person and made as on the page of a case."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, F, Subquery, Value

from pathways import published
from pathways.audit import timeline
from pathways.audit.news import changes_in_teams
from pathways.enums import CaseStatus, ItemStatus
from pathways.models import ChecklistItem
from pathways.permissions import Permission, teams_where
from pathways.views.item_forms import hidden_csrf
from pathways.views.places import WORK, place_of
from pathways.views.rows import Rows
from pathways.views.sheet import own_changes
from pathways.views.words import is_met, waits_for

BY_DUE = F("due_at").asc(nulls_last=True)
OPEN = {"settled_at": None, "retired_at": None, "applies_since__isnull": False}


class Work:
    """The items of one person's teams at one moment."""

    def __init__(self, request, now):
        self.user, self.now = request.user, now
        self.csrf = f"{hidden_csrf(request)}{'' if place_of(request).is_work else WORK.hidden}"
        self.teams = teams_where(request.user, Permission.RECORD)
        self.needed = {}
        self.changed = set()

    def mine(self, *, limit, also=None):
        """Open items that apply and are the person's, the first due first; one query, one for what they need.

        `also` is the id of an item that is kept among them although it is settled, or given on.
        """
        mine = self._of_open_cases().filter(assignee=self.user, **OPEN)
        found = self._read(mine.order_by(BY_DUE, "pk")[:limit])
        if also and also not in {item.pk for item in found}:
            found = self._read(self._visible().filter(pk=also)) + found
        self.changed = {also} if also else set()
        self._read_needed(found)
        return found

    def untaken(self, limit):
        """Open items of the person's discipline that nobody has, the first due first; one query."""
        if self.user.discipline_id is None:
            return []
        of_mine = {"template_item__discipline": self.user.discipline_id, "assignee": None}
        rows = self._of_open_cases().filter(**of_mine, **OPEN)
        return self._read(rows.order_by(BY_DUE, "pk")[:limit])

    def settled_since(self, moment, *, limit):
        """What the person settled since then, newest first; one query."""
        found = self._read(self._settled_since(moment).order_by("-settled_at", "-pk")[:limit])
        self.changed = {item.pk for item in found}
        return found

    def newest_change_and_settled_since(self, moment):
        """Id of the newest change in the person's teams, and how many items they settled; one query."""
        settled = self._settled_since(moment).order_by().values(all=Value(1))
        number = Subquery(settled.annotate(number=Count("pk")).values("number"))
        newest = changes_in_teams(self.user).values_list("id", number).first()
        return (newest[0].hex, newest[1] or 0) if newest else ("", 0)

    def waits(self, item):
        """Whether it is blocked, or needs something first that is not the person's own to do."""
        needed = [self.needed.get((item.case_id, code)) for code in waits_for(item)]
        others = [each for each in needed if each and each.assignee_id != self.user.pk]
        return item.status == ItemStatus.BLOCKED or not all(map(is_met, others))

    def html(self, items):
        """The markup of each, in their order; what may be taken back costs two queries for each case."""
        by_case = defaultdict(list)
        for item in items:
            by_case[item.case].append(item)
        made = {case: self._rows(case, of_case) for case, of_case in by_case.items()}
        return [made[item.case].html(item) for item in items]

    def _rows(self, case, items):
        needed = [each for (pk, _), each in self.needed.items() if pk == case.pk]
        others = [each for each in needed if each.pk not in {item.pk for item in items}]
        rows = Rows(case, items + others, user=self.user, now=self.now, csrf=self.csrf, place=WORK)
        if changed := [item for item in items if item.pk in self.changed]:
            rows.own = own_changes(self.user, case, changed)
        return rows

    def _settled_since(self, moment):
        ids = timeline.ids_changed_by(self.user, moment)
        return self._visible().filter(pk__in=ids, settled_by=self.user, settled_at__gte=moment)

    def _visible(self):
        items = ChecklistItem.objects.filter(case__team__in=self.teams, retired_at=None)
        items = items.select_related("case__template_version", "reason")
        return items.defer(*(f"case__{name}" for name in published.UNREAD))

    def _of_open_cases(self):
        return self._visible().exclude(case__status=CaseStatus.CLOSED)

    def _read(self, rows):
        """With one object for each case, and with template items and vocabularies from memory."""
        cases: dict[int, Any] = {}
        for item in (found := list(rows)):
            if item.case_id not in cases:
                published.with_vocabulary(item.case.template_version)
            item.case = cases.setdefault(item.case_id, item.case)
            published.attach([item], item.case.template_version)
            for name in ("assignee", "settled_by"):
                if getattr(item, f"{name}_id") == self.user.pk:
                    setattr(item, name, self.user)
        return found

    def _read_needed(self, items):
        """What these items need first, by case and code; one query."""
        wanted = defaultdict(set)
        for item in items:
            for code in waits_for(item):
                wanted[item.case_id].add(code)
        if not wanted:
            return
        codes = set().union(*wanted.values())
        rows = ChecklistItem.objects.filter(case__in=wanted.keys(), code__in=codes, occurrence=1)
        cases = {item.case_id: item.case for item in items}
        for each in rows:
            if each.code in wanted[each.case_id]:
                published.attach([each], cases[each.case_id].template_version)
                self.needed[each.case_id, each.code] = each
