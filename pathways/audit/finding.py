"""Which events touched a phase, an item or a field, by the history rows that they left."""

from django.db.models import BooleanField, F, Func, OuterRef, Q, Subquery, Value

from ..models import Case, CasePhase, ChecklistItem

FEW_ROWS = 5000
ITEM_FIELDS = {
    "status": ("Status", ["status"]),
    "response": ("Response", ["response"]),
    "note": ("Note", ["note"]),
    "reason": ("Reason", ["reason_id", "reason_text"]),
    "assigned": ("Assigned to", ["assignee_id"]),
    "due": ("Due", ["due_at", "due_given"]),
    "applies": ("Applies", ["applies_since"]),
}
FIELDS = {name: label for name, (label, _) in ITEM_FIELDS.items()} | {"details": "Case details"}


def touching(events, *, phase=None, codes=(), field=""):
    """The events that did all of this to one row: of the phase, of an item with one of the codes, the field.

    An item that came into being changed no field of its own. With codes one query more, which looks whether
    their rows are few enough to begin with them.
    """
    if field == "details":
        return events.none() if phase or codes else _with(events, row=_changed(Case, ["details"]))
    of_item = ({"phase": phase} if phase else {}) | ({"code__in": codes} if codes else {})
    if codes:
        events = _if_few(events, codes)
    if field:
        return _with(events, row=_changed(ChecklistItem, ITEM_FIELDS[field][1], **of_item))
    if codes:
        return _with(events, row=_touched(ChecklistItem, **of_item))
    return _with(events, row=_touched(ChecklistItem, phase=phase), start=_touched(CasePhase, phase=phase))


def _with(events, **rows):
    """The events with one of the rows, each of which is asked event by event from the newest on.

    As EXISTS the planner would join whole histories and sort what comes of it, to show 50 events.
    """
    found = Q()
    for name in rows:
        found |= Q(**{f"{name}__isnull": False})
    return events.alias(**{name: _any(row) for name, row in rows.items()}).filter(found)


def _if_few(events, codes):
    """Of an item that is seldom touched the few rows are read first, by their index."""
    rows = ChecklistItem.history.filter(code__in=codes).order_by()
    are_few = rows[: FEW_ROWS + 1].count() <= FEW_ROWS
    return events.filter(pk__in=rows.values("audit_event")) if are_few else events


def _touched(model, **wanted):
    return model.history.filter(audit_event=OuterRef("pk"), **wanted)


def _changed(model, columns, **wanted):
    """Rows in which a column is not as it was in the version before."""
    earlier = model.history.filter(id=OuterRef("id"), version=OuterRef("version") - 1)
    differs = Q()
    for column in columns:
        differs |= Q(_is_distinct(column))
    changed = _touched(model, history_type="~", **wanted)
    return changed.alias(other=_any(earlier.filter(differs))).filter(other__isnull=False)


def _any(rows):
    return Subquery(rows.order_by().values(found=Value(1))[:1])


def _is_distinct(column):
    return Func(
        F(column),
        OuterRef(column),
        template="%(expressions)s",
        arg_joiner=" IS DISTINCT FROM ",
        output_field=BooleanField(),
    )
