"""A case as at an earlier moment is exactly what was stored then."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways import models
from pathways.audit import past
from pathways.audit.recording import simulated
from pathways.services import checklists
from tests import factories
from tests.services.test_sequences import steps, take

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def columns(row):
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}


def stored(case):
    """Everything of the case in the tables now."""
    items = case.items.order_by("phase", "position", "occurrence")
    return (
        columns(models.Case.objects.get(pk=case.pk)),
        [columns(each) for each in case.phases.order_by("phase")],
        [columns(each) for each in items],
        Counter(case.comments.values_list("item", flat=True)),
    )


def held(then):
    return (
        columns(then.case),
        [columns(each) for each in then.phases],
        [columns(each) for each in then.items],
        then.comments,
    )


def at_work(case, hours):
    """Somebody comments on the case and on an item at that hour."""
    with simulated(START + timedelta(hours=hours)):
        member = factories.member(case.team)
        checklists.add_comment(by=member, case=case, item=factories.item(case, "tick"), text="Rang the ward.")
        checklists.add_comment(by=member, case=case, text="Seen.")


@pytest.fixture
def case():
    with simulated(START):
        return factories.open_case()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=2, max_size=8))
def test_after_any_sequence_every_earlier_moment_is_as_it_was(plan):
    with simulated(START):
        lead = factories.coordinator(factories.team())
        reason = factories.reason(code=f"reason-{uuid4().hex[:12]}")
        case = factories.open_case(lead.memberships.get().team, by=lead)
    found = [(START, stored(case))]
    for number, step in enumerate(plan, start=1):
        moment = START + timedelta(hours=9 * number)
        with simulated(moment):
            take(step, case, lead, reason)
        found.append((moment, stored(case)))
    for moment, then in found:
        assert held(past.as_at(case, moment)) == then
        assert held(past.as_at(case, moment + timedelta(hours=8))) == then


def test_before_anything_was_recorded_there_is_nothing(case):
    assert past.as_at(case, START - timedelta(microseconds=1)) is None
    assert past.as_at(case, START) is not None


def test_a_moment_knows_the_changes_around_it(case):
    for hours in (2, 5):
        at_work(case, hours)
    first, second, third = (START + timedelta(hours=hours) for hours in (0, 2, 5))
    steps_at = {
        first: (None, second),
        first + timedelta(minutes=1): (None, second),
        second: (first, third),
        third: (second, None),
        third + timedelta(days=9): (second, None),
    }
    assert {at: (then.earlier, then.later) for at in steps_at if (then := past.as_at(case, at))} == steps_at


def test_it_costs_the_same_however_much_was_recorded(case):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            past.as_at(case, START + timedelta(days=300))
        return len(queries)

    at_work(case, 1)
    few = cost()
    for hours in range(2, 12):
        at_work(case, hours)
    assert cost() == few <= 10
