"""Each team says, some weeks before the reference moment, who takes whose work from then on."""

from datetime import datetime, timedelta

from pathways.audit.recording import simulated
from pathways.models import Discipline
from pathways.services.duties import set_duties

from .diary import Cast
from .people import coordinator_of, works_in

SINCE = timedelta(weeks=3)
TAKEN = (
    "acute-oncology-mscc-coordinator",
    "spinal-surgery",
    "radiology",
    "physiotherapy",
    "clinical-nurse-specialist",
)


def say_who_takes_what(cast: Cast, at: datetime) -> None:
    """What is opened afterwards is given out by it; the other disciplines take their work themselves."""
    disciplines = Discipline.objects.filter(code__in=TAKEN)
    with simulated(at):
        for code, team in cast.teams.items():
            wanted = {each.pk: cast.people[works_in(code, each.code)] for each in disciplines}
            set_duties(by=cast.people[coordinator_of(code)], team=team, seen={}, wanted=wanted)
