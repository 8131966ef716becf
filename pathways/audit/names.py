"""What the ids in history rows stand for, read once for a page of events."""

import json
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import CharField, TextField, Value
from django.db.models.functions import Cast, Concat, JSONObject

from .. import published
from ..compiled import compiled
from ..enums import ResponseKind
from ..models import (
    CaseMove,
    ChecklistItem,
    Comment,
    Discipline,
    PathwayTemplate,
    ReasonCode,
    Team,
    TemplateItem,
    TemplateVersion,
    User,
)


class Remarked(NamedTuple):
    """The item that a comment is about."""

    id: int
    code: str
    title: str
    occurrence: int
    template_item_id: int | None


REMARKED = JSONObject(**{name: name for name in Remarked._fields})
NAMED: dict[Any, Any] = {
    User: "display_name",
    Team: "name",
    ReasonCode: "label",
    Discipline: "title",
    PathwayTemplate: "title",
    CaseMove: "name",
    TemplateVersion: Concat("template__title", Value(" v"), Cast("number", CharField())),
    ChecklistItem: REMARKED,
}
COLUMNS = {
    "assignee_id": User,
    "settled_by_id": User,
    "user_id": User,
    "reason_id": ReasonCode,
    "team_id": Team,
    "discipline_id": Discipline,
    "template_id": PathwayTemplate,
    "based_on_id": TemplateVersion,
    "template_version_id": TemplateVersion,
    "target_id": TemplateVersion,
    "was_id": TemplateVersion,
    "move_id": CaseMove,
}
GONE = {TemplateVersion: "that was discarded"}


@dataclass(frozen=True)
class Names:
    """`known` holds names by model and id, `template_items` every item that a row may point to."""

    known: dict[type, dict[int, str]] = field(default_factory=dict)
    template_items: dict[int, TemplateItem] = field(default_factory=dict)
    version: Any = None

    @classmethod
    def of(cls, steps, versions=()):
        """One query, and one more where a row points to an item of none of these published versions."""
        known = _read(_wanted(steps))
        items = dict(chain.from_iterable(published.items_of(version).items() for version in versions))
        rows = [row for step in steps if step.model is ChecklistItem for row in (step.before, step.after)]
        pointed = [row.template_item_id for row in [*filter(None, rows), *known[ChecklistItem].values()]]
        if missing := {pk for pk in pointed if pk and pk not in items}:
            items |= TemplateItem.objects.only("title", "response", "template_version").in_bulk(missing)
        return cls(known, items)

    def about(self, version):
        """The same for an event of a case on this template version, which has its vocabulary loaded."""
        return replace(self, version=version)

    def of_id(self, model, pk):
        """The name of a row, or empty for none; a draft may be gone since."""
        return (self.known[model].get(pk) or GONE[model]) if pk else ""

    def person(self, pk):
        return self.of_id(User, pk)

    def remarked(self, comment):
        """The item that a comment is about, or None."""
        return self.known[ChecklistItem][comment.item_id] if comment.item_id else None

    def title(self, row):
        """An item's title; repeats are told apart by their number."""
        title = row.title or self.template_items[row.template_item_id].title
        return title if row.occurrence == 1 else f"{title}, occurrence {row.occurrence}"

    def reason(self, row):
        label = self.of_id(ReasonCode, row.reason_id)
        return f"{label}: {row.reason_text}" if row.reason_text else label

    def spec(self, row):
        """What the item asks, and the instrument of its own version that it asks with."""
        found, version = self.template_items.get(row.template_item_id), self.version
        spec = found.response if found else {"kind": ResponseKind.TICK}
        code = spec.get("instrument")
        if found and code and found.template_version_id != version.pk:
            version = published.template_item(found.pk).template_version
        return spec, version.instrument(code)


def _wanted(steps):
    """Model to the ids that the rows before and after name."""
    wanted: dict[type, set] = {model: set() for model in NAMED}
    for step in steps:
        for row in filter(None, (step.before, step.after)):
            for column, model in COLUMNS.items():
                wanted[model].add(getattr(row, column, None))
            if step.model is Comment:
                wanted[ChecklistItem].add(row.item_id)
    return {model: ids - {None} for model, ids in wanted.items()}


def _read(wanted):
    known: dict[type, dict[int, Any]] = {model: {} for model in NAMED}
    models = tuple(model for model, ids in wanted.items() if ids)
    for number, pk, name in _names(*(wanted[model] for model in models), models=models) if models else []:
        model = models[number]
        known[model][pk] = Remarked(**json.loads(name)) if model is ChecklistItem else name
    return known


@compiled
def _names(*ids, models):
    """Place of the model, id and name of each row."""
    first, *others = (
        model.objects.filter(pk__among=wanted)
        .order_by()
        .values_list(Value(number), "pk", Cast(NAMED[model], TextField()))
        for number, (model, wanted) in enumerate(zip(models, ids, strict=True))
    )
    return first.union(*others, all=True)
