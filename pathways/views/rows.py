"""What pages show of one item: strings that its markup only places."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any
from uuid import uuid4

from django.urls import reverse

from pathways import clocks, details
from pathways.compiled import compiled
from pathways.enums import ItemStatus, Requirement, ResponseKind
from pathways.models import Discipline, ReasonCode, User
from pathways.permissions import Permission, may
from pathways.services.consequences import load_items
from pathways.views.places import CASE
from pathways.views.row_markup import markup
from pathways.views.words import (
    anchor,
    applies,
    brief,
    clipped,
    is_met,
    is_overdue,
    lately,
    reason_words,
    settled_words,
    shown_response,
    waits_for,
)

ONE_CLICK = (ResponseKind.TICK, ResponseKind.DATE)
NAMED = ("age_years", "sex", "primary_site")
QUIET = (ItemStatus.NOT_STARTED, ItemStatus.DONE)


def fresh_token():
    """What makes the POST of one shown form recognisable when it comes twice."""
    return uuid4().hex


def with_rows(case, **only):
    """These items of a case in the order of its page, with whom and what they name; at most three queries."""
    return with_people(load_items(case, **only))


def with_people(items, phases=(), *, known=()):
    """The same items with the people and the reasons that they name; at most two queries.

    `phases` of the case get those who started them. Who is `known` is not asked for.
    """
    people = {person.pk: person for person in known}
    ids = _ids(items, "assignee_id", "settled_by_id") | _ids(phases, "started_by_id")
    if ids := ids - people.keys():
        people |= {person.pk: person for person in _people(ids)}
    _attach(items, "assignee", people)
    _attach(items, "settled_by", people)
    _attach(phases, "started_by", people)
    ids = _ids(items, "reason_id")
    _attach(items, "reason", {reason.pk: reason for reason in _reasons(ids)} if ids else {})
    return items


def _ids(rows, *names):
    """What these columns refer to."""
    return {getattr(row, name) for row in rows for name in names} - {None}


def _attach(rows, name, known):
    for row in rows:
        if found := known.get(getattr(row, f"{name}_id")):
            setattr(row, name, found)


@compiled
def _people(ids):
    return User.objects.filter(pk__among=ids).only("username", "display_name").order_by()


@compiled
def _reasons(ids):
    return ReasonCode.objects.filter(pk__among=ids).order_by()


@compiled
def _disciplines():
    return Discipline.objects.values_list("pk", "title")


@dataclass(frozen=True, slots=True)
class Row:
    """One item. `quick` is what its button does: "done", "unblock", "record", "take", or nothing.

    `undo` is the person's own change that stands as the last one, `undo_words` what it did and when; `said`
    what came of the request that the row answers; `panel` what is open in it. All text is HTML.
    """

    anchor: str
    url: str
    query: str
    title: str
    status: str
    status_label: str
    tagged: bool
    optional: bool
    facts: str
    who: str
    initials: str
    due: str
    overdue: bool
    quick: str
    may_change: bool
    taker: str
    was_changed: bool
    version: int
    news: str
    undo: str
    undo_words: str
    said: str = ""
    panel: str = ""
    token: str = field(default_factory=fresh_token)


class Rows:
    """Makes the rows of one case as one person sees it at one moment; one query at most, for disciplines."""

    def __init__(self, case, items, *, user, now, csrf, place=CASE):
        """By item id: `givers` who set what is under way, `own` what the person may take back, `talks` the
        number of comments, `news` what others changed meanwhile, and `answers` what only the answer to a
        request shows: `said` and `panel` as HTML.
        """
        self.case, self.items, self.user, self.now, self.csrf = case, items, user, now, csrf
        self.place = place
        self.givers: dict[int, tuple] = {}
        self.own: dict[int, Any] = {}
        self.talks: dict[int, int] = {}
        self.answers: dict[int, dict] = {}
        self.news: dict[int, str] = {}
        self.may_record = may(user, Permission.RECORD, case.team_id) and not case.is_closed
        self.has_history = True
        self.first = {item.code: item for item in items if item.occurrence == 1}
        self.occurrences = defaultdict(list)
        for item in items:
            self.occurrences[item.code].append(item)
        self.page = reverse("case_detail", args=[case.reference])

    @cached_property
    def disciplines(self):
        return dict(_disciplines())

    def url(self, item):
        return f"{self.page}items/{item.code}/{item.occurrence}/"

    def has_row(self, item):
        """Settled occurrences are folded into the row of the latest, but for one that may be taken back."""
        *_, before, latest = None, *self.occurrences[item.code]
        may_go_back = item is before and item.pk in self.own
        return applies(item) and (not item.is_settled or item is latest or may_go_back)

    def listed(self, items):
        """The markup of those of the items that have a row."""
        return [self.html(item) for item in items if self.has_row(item)]

    def html(self, item, *, beside=False):
        return markup(self.row(item), self.csrf, beside=beside)

    def row(self, item):
        status = ItemStatus(item.status)
        late = is_overdue(item, self.case, self.now)
        own = self.own.get(item.pk) if self.may_record else None
        return Row(
            anchor=escape(self.place.anchor(item, self.case)),
            url=escape(self.url(item)),
            query=self.place.query,
            title=escape(item.name),
            status=item.status,
            status_label=status.label,
            tagged=status not in QUIET,
            optional=item.requirement == Requirement.OPTIONAL,
            facts=self._facts(item),
            who=escape(self._who(item)),
            initials=escape(item.assignee.initials) if item.assignee_id else "",
            due="" if item.is_settled or self.case.is_closed else self._due(item, late),
            overdue=late,
            quick=self._quick(item),
            may_change=self.may_record,
            taker=escape(self.user.username),
            was_changed=item.version > 1 and self.has_history,
            version=item.version,
            news=escape(self.news.get(item.pk, "")),
            undo=own.event.hex if own else "",
            undo_words=escape(f"{own.did} {lately(own.at, self.now)}") if own else "",
            **self.answers.get(item.pk, {}),
        )

    def _facts(self, item):
        """The line under the title; the folded occurrences and the comments open on the item's page."""
        parts = [self._case_of(item)] if self.place.is_work else []
        parts += [escape(fact) for fact in self._words(item) if fact]
        url, earlier, said = self.url(item), self._earlier(item), self.talks.get(item.pk, 0)
        parts += [f'<a href="{escape(url)}#earlier">{escape(earlier)}</a>'] if earlier else []
        parts += [f'<a href="{escape(url)}#comments">{said} comment{"s" * (said > 1)}</a>'] if said else []
        spans = "".join(f"<span>{part}</span>" for part in parts)
        return f'<p class="m">{spans}</p>' if parts else ""

    def _case_of(self, item):
        """Which case it is, and where in it the row stands."""
        page, fields = (
            escape(self.page),
            {each["code"]: each for each in self.case.template_version.case_fields},
        )
        shown = (details.show(fields[code], self.case.details.get(code)) for code in NAMED if code in fields)
        about = escape(f"{', '.join(shown)}. {item.phase} {item.get_phase_display()}")
        return f'<a href="{page}#{escape(anchor(item))}">{escape(self.case.reference)}</a> {about}'

    def _words(self, item):
        yield f"Occurrence {item.occurrence}" if item.occurrence > 1 else ""
        if item.response_spec["kind"] not in ONE_CLICK or not item.is_settled:
            yield clipped(shown_response(item, self.case))
        yield clipped(reason_words(item)) if item.reason_id else ""
        yield settled_words(item, self.now) or self._given(item)
        yield self.news.get(item.pk, "")
        yield f"Note: {clipped(item.note)}" if item.note else ""
        yield self._needs(item)

    def _given(self, item):
        who, at = self.givers.get(item.pk, ("", None))
        return f"Set by {who}, {brief(at, self.now)}" if who else ""

    def _needs(self, item):
        needed = [self.first[code] for code in waits_for(item) if code in self.first]
        unmet = [each.name for each in needed if not is_met(each)]
        return f"Needs: {', '.join(unmet)}" if unmet else ""

    def _earlier(self, item):
        """The folded occurrences in short: "2 earlier, last 3 Nov: 7"; their list is on the item's page."""
        *before, latest = self.occurrences[item.code]
        if not before or item is not latest:
            return ""
        folded = [each for each in before if each.is_settled and not self.has_row(each)]
        if not folded:
            return ""
        last = folded[-1]
        answer = clipped(shown_response(last, self.case)) or last.get_status_display()
        return f"{len(folded)} earlier, last {brief(last.settled_at, self.now)}: {answer}"

    def _who(self, item):
        """Whoever it is given to, else whose discipline it waits for; a settled item waits for nobody."""
        if item.assignee_id:
            return "You" if item.assignee_id == self.user.pk else str(item.assignee)
        if item.is_settled:
            return ""
        if self.place.is_work:
            return "Not taken yet"
        return self.disciplines[item.template_item.discipline_id] if item.template_item_id else "Unassigned"

    def _due(self, item, late):
        """An optional item's time is a date to look at, never a debt."""
        if not late and clocks.is_overdue(item.due_at, self.now):
            return clocks.show_day(item.due_at)
        return clocks.due_words(item.due_at, self.now)

    def _quick(self, item):
        if item.is_settled or not self.may_record:
            return ""
        if self.place.is_work and not item.assignee_id:
            return "take"
        if item.status == ItemStatus.BLOCKED:
            return "unblock"
        return "done" if item.response_spec["kind"] in ONE_CLICK else "record"
