"""Which events an address of the audit review asks for."""

from datetime import time, timedelta

from django.db.models import CharField, Q, Subquery, Value
from django.db.models.functions import Cast

from pathways.audit.finding import FIELDS, touching
from pathways.clocks import from_wall
from pathways.compiled import compiled
from pathways.enums import Phase
from pathways.forms.audit import AuditFilters
from pathways.forms.filters import understood
from pathways.models import AuditEvent, Case, Team, User

COLUMNS = {"who": "actor", "role": "role", "action": "action"}
OF_ROWS = ("phase", "item", "field")
GONE_THROUGH, NARROW = {"phase", "field"}, {"q", "who", "action", "text"}


def read(data):
    """The form, what it asks for by name, and the labels of what was not understood; one query, two
    with an item.
    """
    filters, left_out = understood(AuditFilters, data, **_offered())
    return filters, {name: value for name, value in filters.cleaned_data.items() if value}, left_out


def wanted(taken):
    """The events that fit."""
    events = AuditEvent.objects.filter(_asked(taken))
    return _touching(events, taken) if taken.keys() & set(OF_ROWS) else events


def among(taken):
    """The events that are gone through one by one to find those that fit; None where others lead to them."""
    goes_through = taken.keys() & GONE_THROUGH and not taken.keys() & NARROW
    return AuditEvent.objects.filter(_in_time(taken)) if goes_through else None


def _offered():
    """Everybody and every team, in one query."""
    ordered = sorted(_people_and_teams(), key=lambda row: row[2].casefold())
    offered = {name: [row[1:] for row in ordered if row[0] == name] for name in ("who", "team")}
    return offered | {"field": list(FIELDS.items())}


@compiled
def _people_and_teams():
    people = User.objects.order_by().annotate(key=Cast("pk", CharField()))
    teams = Team.objects.order_by().values_list(Value("team"), "code", "name")
    return people.values_list(Value("who"), "key", "display_name").union(teams, all=True)


def _asked(taken):
    """What the filters ask of an event itself."""
    asked = Q(**{column: taken[name] for name, column in COLUMNS.items() if name in taken})
    if "q" in taken:
        asked &= Q(case=_id_of(Case, reference=taken["q"].upper()))
    if "team" in taken:
        asked &= Q(team=_id_of(Team, code=taken["team"]))
    if "text" in taken:
        asked &= ~Q(reason="") & Q(reason__icontains=taken["text"])
    return asked & _in_time(taken)


def _in_time(taken):
    asked = Q()
    if "since" in taken:
        asked &= Q(at__gte=from_wall(taken["since"], time(0)))
    if "until" in taken:
        asked &= Q(at__lt=from_wall(taken["until"] + timedelta(days=1), time(0)))
    return asked


def _id_of(model, **wanted):
    """By a query of its own within the query: a join would go through the events of all others."""
    return Subquery(model.objects.filter(**wanted).order_by().values("pk")[:1])


def _touching(events, taken):
    """Narrowed to what the filters ask of the rows that an event wrote."""
    return touching(
        events,
        phase=Phase.from_code(taken["phase"]) if "phase" in taken else None,
        codes=list(taken["item"].titles) if "item" in taken else (),
        field=taken.get("field", ""),
    )
