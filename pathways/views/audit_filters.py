"""Which events an address of the audit review asks for."""

from datetime import time, timedelta

from django.db.models import Q

from pathways.clocks import from_wall
from pathways.forms.audit import AuditFilters
from pathways.forms.filters import understood
from pathways.models import AuditEvent, Team, User

COLUMNS = {"who": "actor", "role": "role", "action": "action", "team": "team__code"}


def read(data):
    """The form, what it asks for by name, and the labels of what was not understood; two queries."""
    offered = {"who": _people(), "team": list(Team.objects.values_list("code", "name"))}
    filters, left_out = understood(AuditFilters, data, **offered)
    return filters, {name: value for name, value in filters.cleaned_data.items() if value}, left_out


def wanted(taken):
    """The events that fit."""
    return AuditEvent.objects.filter(_asked(taken))


def _people():
    people = User.objects.order_by("display_name").values_list("pk", "display_name")
    return [(str(pk), name) for pk, name in people]


def _asked(taken):
    """What the filters ask of an event."""
    asked = Q(**{column: taken[name] for name, column in COLUMNS.items() if name in taken})
    if "q" in taken:
        asked &= Q(case__reference__iexact=taken["q"])
    if "text" in taken:
        asked &= Q(reason__icontains=taken["text"])
    if "since" in taken:
        asked &= Q(at__gte=from_wall(taken["since"], time(0)))
    if "until" in taken:
        asked &= Q(at__lt=from_wall(taken["until"] + timedelta(days=1), time(0)))
    return asked
