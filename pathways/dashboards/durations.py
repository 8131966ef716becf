"""How long phases took from their start to their finish."""

from django.db.models import DurationField, ExpressionWrapper, F, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from ..models import PhaseProgress
from .measures import Measure, every, with_start

SITE = Cast(KeyTextTransform("primary_site", "case__details"), TextField())
TOOK = ExpressionWrapper(F("finished_at") - F("started"), output_field=DurationField())


def phases(scope):
    """Those that were finished in the period and had been started before: `took` is the time between."""
    rows = scope.of_cases(PhaseProgress).filter(finished_at__gt=scope.since, finished_at__lte=scope.now)
    return with_start(rows).annotate(took=TOOK).filter(started__lte=F("finished_at"))


PHASES = every("Phases")


def _by(by, words=()):
    return Measure(phases, PHASES, by, words, spread="took")


MEASURES = {
    "phase": _by({"phase": F("phase")}),
    "site": _by({"phase": F("phase"), "site": SITE}),
    "team": _by({"phase": F("phase"), "team": F("case__team__code")}, (F("case__team__name"),)),
}
