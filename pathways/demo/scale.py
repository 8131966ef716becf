"""A cohort for benchmarks: a few cases told and written as in the demonstration, and stamped by the thousand.

Twelve teams, 78 people. One case in ten is open; the others were closed at some time in the last three years.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from pathways.audit.recording import simulated
from pathways.enums import CaseOutcome, Role
from pathways.models import Case, ReferenceCounter, User
from pathways.services.cases import close_case

from . import people
from .chance import Dice
from .diary import Cast, write
from .people import Persona
from .stamp import Copy, Mould, stamp
from .steps import Plan
from .stories import Telling

Choice = tuple[Mould, int, str]

MOULDS = 120
COPIES_OF_A_MOULD = 8
OPEN_SHARE = 0.1
WEEKS = 156
WEEKS_WHILE_OPEN = 3
ENDED_LATER = 200
ENDED = "The pathway is complete."

TEAMS = {
    tree: f"{tree.capitalize()} team"
    for tree in ["alder", "aspen", "beech", "birch", "cedar", "elm", "hazel", "holly", "maple", "willow"]
}
SURNAMES = (
    "Arden",
    "Bexley",
    "Corrin",
    "Dunmore",
    "Elstow",
    "Farrow",
    "Gorsey",
    "Hollis",
    "Ivelet",
    "Jessop",
)
PLACES = {
    "acute-oncology-mscc-coordinator": ("A.", Role.COORDINATOR),
    "spinal-surgery": ("Dr B.", Role.MEMBER),
    "clinical-oncology": ("Dr C.", Role.MEMBER),
    "radiology": ("Dr D.", Role.MEMBER),
    "clinical-nurse-specialist": ("E.", Role.MEMBER),
    "physiotherapy": ("F.", Role.MEMBER),
}
STANDS_IN_FOR = {
    "medical-oncology": "clinical-oncology",
    "palliative-care": "clinical-nurse-specialist",
    "ward-team": "clinical-nurse-specialist",
    "pharmacy": "clinical-nurse-specialist",
    "occupational-therapy": "physiotherapy",
}
STAFF = tuple(
    Persona(
        username=f"{team}-{discipline}",
        display_name=f"{initial} {surname}",
        description="",
        discipline=discipline,
        teams={team: role},
    )
    for team, surname in zip(TEAMS, SURNAMES, strict=True)
    for discipline, (initial, role) in PLACES.items()
)


def moulds_for(cases: int) -> int:
    """How many cases are written one by one; each takes half a second."""
    return max(1, min(MOULDS, cases // COPIES_OF_A_MOULD))


def as_told(tellings: Sequence[Telling]) -> list[Telling]:
    """Every second one began longer ago, so that it may have come to its end."""
    return [
        replace(each, days_ago=each.days_ago + ENDED_LATER * _comes_to_its_end(each)) for each in tellings
    ]


def _comes_to_its_end(telling: Telling) -> bool:
    return telling.number % 2 == 0


@transaction.atomic
def fill(
    cases: int, plans: Iterable[Plan], cast: Cast, *, seed: int, now: datetime, done: Callable[[], None]
) -> None:
    """Write the plans, and copies until there are so many cases: all of it, or nothing.

    `done` is called after each case. 100,000 cases take ten minutes on PostgreSQL.
    """
    moulds = []
    for plan in plans:
        moulds.append(Mould(_written(plan, cast, now)))
        done()
    chosen = _choose(moulds, cases - len(moulds), seed=seed, now=now)
    stamp(_numbered(chosen, cast), seed=seed, done=done)


def _written(plan: Plan, cast: Cast, now: datetime) -> Case:
    for _ in write(plan, cast):
        pass
    case = Case.objects.select_related("team", "template_version__template").latest("pk")
    if _comes_to_its_end(plan.telling) and not case.is_closed:
        by, outcome = cast.people[plan.opened_by], CaseOutcome.PATHWAY_COMPLETE
        with simulated(now):
            close_case(by=by, case=case, outcome=outcome, reason=ENDED)
        case.refresh_from_db()
    return case


def _choose(
    moulds: Sequence[Mould], copies: int, *, seed: int, now: datetime
) -> list[tuple[Mould, int, str]]:
    """Mould, weeks ago and team of each copy, the one that opened first in front."""
    dice, teams = Dice(f"scale:{seed}"), (*people.TEAMS, *TEAMS)
    still_open = [each for each in moulds if not each.case.is_closed]
    closed = [each for each in moulds if each.case.is_closed]
    found = []
    for _ in range(copies):
        is_open = dice.chance(OPEN_SHARE)
        mould = dice.among((still_open if is_open else closed) or moulds)
        age = (now - mould.case.opened_at) // timedelta(weeks=1)
        weeks = dice.count(0, WEEKS_WHILE_OPEN if not mould.case.is_closed else max(WEEKS - age, 0))
        found.append((mould, weeks, dice.among(teams)))
    return sorted(found, key=lambda each: each[0].case.opened_at - timedelta(weeks=each[1]))


def _numbered(chosen: Iterable[Choice], cast: Cast) -> Iterator[Copy]:
    last = Counter(dict(ReferenceCounter.objects.values_list("prefix", "last")))
    theirs = {team: _stand_ins(team, cast.people) for team in TEAMS}
    for mould, weeks, team in chosen:
        prefix = mould.case.reference.partition("-")[0]
        last[prefix] += 1
        is_own = team in people.TEAMS
        yield Copy(
            mould=mould,
            reference=f"{prefix}-{last[prefix]}",
            days=-7 * weeks,
            team=None if is_own else cast.teams[team].pk,
            people={} if is_own else theirs[team],
        )


def _stand_ins(team: str, known: Mapping[str, User]) -> dict[int, int]:
    """Id of each person of the demonstration to the id of who does their work in this team."""
    return {
        known[each.username].pk: known[f"{team}-{STANDS_IN_FOR.get(each.discipline, each.discipline)}"].pk
        for each in people.STAFF
        if each.discipline
    }
