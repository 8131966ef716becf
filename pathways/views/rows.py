"""What pages show of one item: strings that the row's template only places."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import uuid4

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pathways import clocks, published
from pathways.enums import ItemStatus, Requirement, ResponseKind
from pathways.models import Discipline, ReasonCode, User
from pathways.permissions import Permission, may
from pathways.views.words import (
    anchor,
    applies,
    brief,
    clipped,
    did,
    is_met,
    is_overdue,
    lately,
    reason_words,
    settled_words,
    shown_response,
)

ONE_CLICK = (ResponseKind.TICK, ResponseKind.DATE)
QUIET = (ItemStatus.NOT_STARTED, ItemStatus.DONE)
NO_CHANGES: dict = {}
LINK = '<a href="{}#{}">{}</a>'


def fresh_token():
    """What makes the POST of one shown form recognisable when it comes twice."""
    return uuid4().hex


def with_rows(case, **only):
    """The items of a case in the order of its page, with all that their rows show; at most three queries."""
    items = list(case.items.filter(**only).order_by("phase", "position", "occurrence"))
    known = {
        "template_item": published.items_of(case.template_version),
        "assignee": (people := _fetched(User, items, "assignee_id", "settled_by_id")),
        "settled_by": people,
        "reason": _fetched(ReasonCode, items, "reason_id"),
    }
    for item in items:
        for name, rows in known.items():
            row = rows.get(getattr(item, f"{name}_id"))
            if row is not None:
                setattr(item, name, row)
    return items


def _fetched(model, items, *names):
    """The rows to which these columns of the items refer, by id; each once, as a join would not give them."""
    return model.objects.in_bulk({getattr(item, name) for item in items for name in names} - {None})


@dataclass(frozen=True, slots=True)
class Row:
    """One item. `quick` is what its button does: "done", "unblock", "record", or nothing.

    `undo` is the person's own change that stands as the last one, `undo_words` what it did and when;
    `said` what came of the request that the row answers; `panel` what is open in it. What the row shows
    many times is escaped once, here.
    """

    anchor: SafeString
    url: SafeString
    title: SafeString
    status: str
    status_label: str
    tagged: bool
    optional: bool
    facts: SafeString
    who: str
    initials: str
    due: str
    overdue: bool
    quick: str
    may_change: bool
    was_changed: bool
    version: int
    undo: str
    undo_words: str
    said: SafeString | str = ""
    panel: SafeString | str = ""
    token: str = field(default_factory=fresh_token)

    def __getitem__(self, name):
        """Templates look for a key first; an attribute costs them an exception each time."""
        return getattr(self, name)


class Rows:
    """Makes the rows of one case as one person sees it at one moment; one query, for the disciplines."""

    def __init__(self, case, items, *, user, now, givers=NO_CHANGES, own=NO_CHANGES, talks=NO_CHANGES):
        """By item id: `givers` who set what is under way, `own` what the person may take back, `talks` the
        number of comments, and `answers` what only the answer to a request shows: `said` and `panel`.
        """
        self.case, self.items, self.user, self.now = case, items, user, now
        self.givers, self.own, self.talks = givers, own, talks
        self.answers: dict[int, dict] = {}
        self.may_record = may(user, Permission.RECORD, case.team_id) and not case.is_closed
        self.first = {item.code: item for item in items if item.occurrence == 1}
        self.occurrences = defaultdict(list)
        for item in items:
            self.occurrences[item.code].append(item)
        self.disciplines = dict(Discipline.objects.values_list("pk", "title"))
        self.page = reverse("case_detail", args=[case.reference])

    def url(self, item):
        return f"{self.page}items/{item.code}/{item.occurrence}/"

    def has_row(self, item):
        """Settled occurrences are folded into the row of the latest, but for one that may be taken back."""
        *_, before, latest = None, *self.occurrences[item.code]
        may_go_back = item is before and item.pk in self.own
        return applies(item) and (not item.is_settled or item is latest or may_go_back)

    def row(self, item):
        status = ItemStatus(item.status)
        late = is_overdue(item, self.case, self.now)
        step = self.own.get(item.pk) if self.may_record else None
        return Row(
            anchor=escape(anchor(item)),
            url=escape(self.url(item)),
            title=escape(item.name),
            status=item.status,
            status_label=status.label,
            tagged=status not in QUIET,
            optional=item.requirement == Requirement.OPTIONAL,
            facts=self._facts(item),
            who=self._who(item),
            initials=item.assignee.initials if item.assignee_id else "",
            due="" if item.is_settled or self.case.is_closed else self._due(item, late),
            overdue=late,
            quick=self._quick(item),
            may_change=self.may_record,
            was_changed=item.version > 1,
            version=item.version,
            undo=step.after.audit_event_id.hex if step else "",
            undo_words=f"{did(step)} {lately(step.after.history_date, self.now)}" if step else "",
            **self.answers.get(item.pk, {}),
        )

    def _facts(self, item):
        """The line under the title; the folded occurrences and the comments open on the item's page."""
        parts = [escape(fact) for fact in self._words(item) if fact]
        url, earlier, said = self.url(item), self._earlier(item), self.talks.get(item.pk, 0)
        parts += [format_html(LINK, url, "earlier", earlier)] if earlier else []
        parts += [format_html(LINK, url, "comments", f"{said} comment{'s' * (said > 1)}")] if said else []
        spans = "".join(f"<span>{part}</span>" for part in parts)
        return mark_safe(f'<p class="m">{spans}</p>' if parts else "")  # noqa: S308  # each part is escaped

    def _words(self, item):
        yield f"Occurrence {item.occurrence}" if item.occurrence > 1 else ""
        if item.response_spec["kind"] not in ONE_CLICK or not item.is_settled:
            yield clipped(shown_response(item, self.case))
        yield clipped(reason_words(item)) if item.reason_id else ""
        yield settled_words(item, self.now) or self._given(item)
        yield f"Note: {clipped(item.note)}" if item.note else ""
        yield self._needs(item)

    def _given(self, item):
        who, at = self.givers.get(item.pk, ("", None))
        return f"Set by {who}, {brief(at, self.now)}" if who else ""

    def _needs(self, item):
        codes = item.template_item.depends_on if item.template_item_id and not item.is_settled else []
        needed = [self.first[code] for code in codes if code in self.first]
        unmet = [each.name for each in needed if not is_met(each)]
        return f"Needs: {', '.join(unmet)}" if unmet else ""

    def _earlier(self, item):
        """The folded occurrences in short: "2 earlier, last 3 Nov: 7"; their list is on the item's page."""
        if item is not self.occurrences[item.code][-1]:
            return ""
        folded = [each for each in self.occurrences[item.code] if each.is_settled and not self.has_row(each)]
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
        return self.disciplines[item.template_item.discipline_id] if item.template_item_id else "Unassigned"

    def _due(self, item, late):
        """An optional item's time is a date to look at, never a debt."""
        if not late and clocks.is_overdue(item.due_at, self.now):
            return clocks.show_day(item.due_at)
        return clocks.due_words(item.due_at, self.now)

    def _quick(self, item):
        if item.is_settled or not self.may_record:
            return ""
        if item.status == ItemStatus.BLOCKED:
            return "unblock"
        return "done" if item.response_spec["kind"] in ONE_CLICK else "record"
