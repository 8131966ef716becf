"""Cases of two teams and two pathways in every state that a seed leads to, over the last half year."""

import random
from datetime import UTC, datetime, timedelta

import time_machine
from django.utils import timezone

from pathways.enums import Basis, CaseOutcome
from pathways.services import cases, checklists
from tests import factories

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
DAY, HALF_A_YEAR = timedelta(days=1), 180
ANSWERS = {
    "tick": {"value": True},
    "date": {},
    "number": {"value": 2, "unit": "mmol/L"},
    "choice": {"value": "low"},
    "several": {"value": ["low"]},
    "text": {"value": "Recorded."},
    "extra": {"value": True},
    "last": {"value": True},
}
STATUSES = ("done", "done", "done", "blocked", "in_progress", "not_applicable", "not_done")
PUBLISHED = [
    each | ({"basis": Basis.PUBLISHED} if each["code"] in ("tick", "choice", "last") else {})
    for each in factories.SMALL
]


def cohort(seed=1, number=12):
    """The teams, with who coordinates each; a case lives through some of the days from its opening to NOW."""
    dice = random.Random(seed)
    teams = [factories.team(), factories.team()]
    leads = [factories.coordinator(team) for team in teams]
    versions = [factories.published(PUBLISHED), factories.published(PUBLISHED)]
    reasons = [factories.reason(origin=origin) for origin in ("patient", "service", "external")]
    for turn in range(number):
        place = turn % 2
        age = dice.choice([1, 3, 20, 45, HALF_A_YEAR])
        details = {
            "cord_compression": dice.choice(["suspected", "excluded"]),
            "primary_site": dice.choice(["lung", "breast"]),
        }
        with time_machine.travel(NOW - timedelta(days=age, hours=turn), tick=False) as clock:
            case = factories.open_case(teams[place], dice.choice(versions), details, by=leads[place])
            for code in dice.sample(sorted(ANSWERS), dice.randrange(2, len(ANSWERS) + 1)):
                clock.shift(timedelta(days=dice.random() * age / 9))
                _record(case, code, leads[place], dice, reasons)
            if dice.random() < 0.3:
                cases.close_case(by=leads[place], case=case, outcome=CaseOutcome.TRANSFERRED)
    return teams, leads


def _record(case, code, by, dice, reasons):
    item = factories.item(case, code)
    if dice.random() < 0.2:
        due = case.opened_at + dice.randrange(1, 40) * DAY
        checklists.set_due(by=by, item=item, seen=item.version, due=due)
        item = factories.item(case, code)
    status = dice.choice(STATUSES)
    today = {"value": f"{timezone.now():%Y-%m-%dT%H:%M}+00:00"}
    answer = {"response": ANSWERS[code] or today} if status == "done" else {}
    answer |= {} if status in ("done", "in_progress") else {"reason": dice.choice(reasons)}
    checklists.record_item(by=by, item=item, seen=item.version, status=status, **answer)
