"""Figures, the conditions behind them, and the SQL forms of what progress defines in Python."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
import time_machine

from pathways import dashboards, progress
from pathways.enums import CaseOutcome, Phase, PhaseState
from pathways.models import Case, ChecklistItem, PhaseProgress
from pathways.services import cases, checklists
from tests import factories

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
DUE = (None, NOW - timedelta(microseconds=1), NOW, NOW + timedelta(days=1))
ASKED = [
    *((state,) for state in PhaseState),
    dashboards.UNDER_WAY,
    (PhaseState.NOT_STARTED, PhaseState.BLOCKED),
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def coordinator(team):
    return factories.coordinator(team)


@pytest.fixture
def case(team, coordinator):
    return factories.open_case(team, by=coordinator)


def record(case, by, code, **values):
    item = factories.item(case, code)
    return checklists.record_item(by=by, item=item, seen=item.version, **values)


def found(condition):
    return set(Case.objects.filter(condition))


def test_a_filter_by_state_finds_what_the_state_says(case):
    """For every mixture of counts that the database allows, and every place of the clock."""
    for applicable, settled, begun, blocked, due in product(range(3), range(3), range(2), range(2), DUE):
        if settled + begun + blocked > applicable or (due and settled == applicable):
            continue
        row = PhaseProgress.objects.filter(case=case, phase=Phase.PAIN)
        row.update(applicable=applicable, settled=settled, in_progress=begun, blocked=blocked, next_due=due)
        in_python = progress.state(row.get(), NOW)
        assert row.annotate(state=progress.state_at(NOW)).get().state == in_python
        for states in ASKED:
            asked = dashboards.in_state(*states, now=NOW, phase=Phase.PAIN)
            assert Case.objects.filter(asked).exists() == (in_python in states)


def test_a_filter_for_items_that_count_finds_those_that_count(team, coordinator):
    version = factories.published()
    for compression in ("suspected", "excluded"):
        case = factories.open_case(team, version, {"cord_compression": compression}, by=coordinator)
        record(case, coordinator, "choice", status="done", response={"value": "low"})
    items = ChecklistItem.objects.select_related("template_item")
    assert set(items.filter(progress.counted())) == {item for item in items if progress.counts(item)}
    assert items.filter(progress.counted()).count() == 8 + 9
    assert items.filter(occurrence=2).count() == 2


def test_every_open_case_counts_once_in_each_phase(team, coordinator, case):
    held = factories.open_case(team, by=coordinator)
    cases.hold_case(by=coordinator, case=held, reason="Away.")
    closed = factories.open_case(team, by=coordinator)
    cases.close_case(by=coordinator, case=closed, outcome=CaseOutcome.DIED)
    figure = dashboards.phase_progress(Case.objects.filter(dashboards.OPEN), NOW)
    assert list(figure) == list(Phase)
    assert [sum(states.values()) for states in figure.values()] == [2] * 6


def test_the_figure_is_one_query(case, django_assert_num_queries):
    with django_assert_num_queries(1):
        dashboards.phase_progress(Case.objects.filter(dashboards.OPEN), NOW)


def test_the_figure_moves_with_the_clock(case):
    everything = Case.objects.all()
    assert dashboards.phase_progress(everything, NOW)[Phase.DIAGNOSIS][PhaseState.NOT_STARTED] == 1
    later = NOW + timedelta(hours=5)
    assert dashboards.phase_progress(everything, later)[Phase.DIAGNOSIS][PhaseState.OVERDUE] == 1


def test_a_case_needs_attention_once_a_phase_is_overdue_or_blocked(case, coordinator):
    assert found(dashboards.needs_attention(NOW)) == set()
    assert found(dashboards.needs_attention(NOW + timedelta(hours=5))) == {case}
    record(case, coordinator, "text", status="blocked", reason=factories.reason())
    assert found(dashboards.needs_attention(NOW)) == {case}


def test_a_case_on_hold_needs_attention_and_a_closed_one_does_not(case, coordinator):
    later = NOW + timedelta(hours=5)
    cases.hold_case(by=coordinator, case=case, reason="Away.")
    assert found(dashboards.needs_attention(later)) == {case}
    cases.close_case(by=coordinator, case=case, outcome=CaseOutcome.DIED)
    assert found(dashboards.needs_attention(later)) == set()


def test_a_phase_is_active_when_it_is_under_way_or_first_with_open_work(case, coordinator):
    assert found(dashboards.active_in(Phase.DIAGNOSIS, NOW)) == {case}
    assert found(dashboards.active_in(Phase.TUMOUR_CONTROL, NOW)) == set()
    record(case, coordinator, "text", status="in_progress")
    assert found(dashboards.active_in(Phase.TUMOUR_CONTROL, NOW)) == {case}
    assert found(dashboards.active_in(Phase.REHABILITATION, NOW)) == set()


def test_an_item_is_assigned_while_it_is_open_and_applies(case, coordinator):
    item = factories.item(case, "tick")
    checklists.assign_item(by=coordinator, item=item, seen=item.version, assignee=coordinator)
    switched_off = factories.item(case, "several")
    other = factories.member(case.team)
    checklists.assign_item(by=coordinator, item=switched_off, seen=1, assignee=other)
    assert found(dashboards.assigned_to(coordinator)) == {case}
    assert found(dashboards.assigned_to(other.pk)) == set()
    record(case, coordinator, "tick", status="done", response={"value": True})
    assert found(dashboards.assigned_to(coordinator)) == set()


def test_a_case_is_due_when_its_earliest_phase_is(case):
    four, eight = NOW + timedelta(hours=4), NOW + timedelta(hours=8)
    assert found(dashboards.due_between(four, eight)) == {case}
    assert found(dashboards.due_between(NOW, four)) == set()
    assert found(dashboards.due_between(eight, NOW + timedelta(days=9))) == set()
    assert found(dashboards.due_before(eight)) == {case}
    assert found(dashboards.never_due()) == set()
