"""Each figure counted again in Python, by its definition as the page words it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from math import ceil

import pytest
import time_machine

from pathways.dashboards import (
    completeness,
    durations,
    flow,
    load,
    measures,
    overdue,
    standards,
    variance,
    waiting,
)
from pathways.dashboards.measures import Scope
from pathways.enums import CaseStatus, ItemStatus
from pathways.models import Case, CasePhase, ChecklistItem, PhaseProgress
from tests import factories
from tests.dashboards.cohort import NOW, cohort

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def scope():
    cohort()
    with time_machine.travel(NOW, tick=False):
        yield Scope(factories.auditor(), NOW)


def items():
    return list(ChecklistItem.objects.select_related("case", "template_item"))


def counted(measure, scope):
    """The numbers of a measure that are not nothing, by key and column."""
    return numbers(measures.counted({"it": measure}, scope)["it"])


def numbers(groups):
    return {
        (group.key, column): number for group in groups for column, number in group.numbers.items() if number
    }


def own(item):
    return (item.case.template_version.template.code, item.code)


def test_overdue_items_stand_in_the_band_of_their_begun_days(scope):
    expected = Counter()
    for item in items():
        if item.case.status == CaseStatus.CLOSED or item.is_settled or not item.due_at or item.due_at >= NOW:
            continue
        days = ceil((NOW - item.due_at) / DAY)
        band = "late-1" if days <= 3 else "late-2" if days <= 7 else "late-3"
        expected[own(item), band] += 1
    assert expected
    assert counted(overdue.MEASURES["item"], scope) == expected


def test_a_case_waits_at_the_end_of_a_week_on_what_was_due_and_not_settled(scope):
    ends = [datetime(2026, 11, 2, tzinfo=UTC) - timedelta(weeks=back) for back in range(6, -1, -1)] + [NOW]
    names = [column.name for column in waiting.MEASURES["item"].columns(scope)]
    assert names[-1] == "from-2026-11-02"
    ends[0:2] = [each - timedelta(hours=1) for each in ends[0:2]]  # summer time
    expected = Counter()
    for item in items():
        for name, end in zip(names, ends, strict=True):
            due = item.occurrence == 1 and item.due_at and item.due_at <= end
            left = item.settled_at is None or item.settled_at > end
            asked = item.case.closed_at is None or item.case.closed_at > end
            if due and left and asked:
                expected[own(item), name] += 1
    assert expected
    assert counted(waiting.MEASURES["item"], scope) == expected


def test_a_standard_is_met_by_care_that_happened_in_time(scope):
    expected = Counter()
    for item in items():
        published = item.template_item and item.template_item.basis == "published"
        if not published or item.due_at is None or not scope.since < item.due_at <= NOW:
            continue
        if item.status == ItemStatus.NOT_APPLICABLE or item.applies_since is None:
            continue
        if not item.is_settled and item.case.closed_at and item.case.closed_at < item.due_at:
            continue
        met = item.status == ItemStatus.DONE and item.settled_at <= item.due_at
        expected[own(item), "own" if item.due_given else "met" if met else "missed"] += 1
    assert {column for _, column in expected} == {"own", "met", "missed"}
    assert counted(standards.MEASURES["standard"], scope) == expected


def test_a_month_is_that_of_the_due_time_in_london(scope):
    by_month = Counter()
    for (key, column), number in counted(standards.MEASURES["month"], scope).items():
        by_month[key[:2], column] += number
    assert by_month == counted(standards.MEASURES["standard"], scope)


def finished_lately(scope):
    starts = {(each.case_id, each.phase): each.started_at for each in CasePhase.objects.all()}
    for row in PhaseProgress.objects.all():
        start = starts[row.case_id, row.phase]
        if row.finished_at and start and scope.since < row.finished_at <= NOW and start <= row.finished_at:
            yield row.phase, row.finished_at - start


def test_percentiles_are_times_that_phases_took_by_the_nearest_rank(scope):
    measure, took = durations.MEASURES["phase"], {}
    for phase, time in finished_lately(scope):
        took.setdefault((phase,), []).append(time)
    assert took
    assert {key: number for (key, _), number in counted(measure, scope).items()} == {
        key: len(times) for key, times in took.items()
    }
    for group in measures.counted({"it": measure}, scope)["it"]:
        times = sorted(took[group.key])
        assert group.spread == {
            name: times[ceil(share * len(times) / 100) - 1] for name, share in measures.SHARES.items()
        }


def test_a_phase_flows_from_its_start_to_its_finish_or_the_closing_of_its_case(scope):
    starts = {(each.case_id, each.phase): each.started_at for each in CasePhase.objects.all()}
    expected = Counter()
    for row in PhaseProgress.objects.select_related("case"):
        start = starts[row.case_id, row.phase]
        for step, column in zip(waiting.steps(scope), flow.under_way(scope), strict=True):
            end = waiting.end_of(step, NOW)
            ended = [each for each in (row.finished_at, row.case.closed_at) if each]
            if start and start <= end and all(each > end for each in ended):
                expected[(row.phase,), column.name] += 1
    assert expected
    assert counted(flow.MEASURES["phase"], scope) == expected


def test_a_case_is_opened_and_closed_in_one_week_each(scope):
    first = flow._start(waiting.steps(scope)[0])
    for name, field in (("opened", "opened_at"), ("closed", "closed_at")):
        times = [getattr(case, field) for case in Case.objects.all()]
        expected = sum(first <= each < NOW for each in times if each)
        assert expected
        assert sum(counted(flow.MEASURES[name], scope).values()) == expected


def test_a_phase_is_recorded_in_full_in_part_or_not_at_all(scope):
    expected = Counter()
    for row in PhaseProgress.objects.select_related("case"):
        if scope.since < row.case.opened_at <= NOW and row.applicable:
            part = "all" if row.settled == row.applicable else "part" if row.settled else "none"
            expected[(row.phase,), part] += 1
    assert expected
    assert counted(completeness.MEASURES["phase"], scope) == expected


def test_a_field_is_recorded_where_the_details_have_it(scope):
    asked = Scope(scope.user, NOW, fields=(("primary_site", "Primary tumour"), ("sex", "Sex")))
    opened = Case.objects.filter(opened_at__gt=scope.since, opened_at__lte=NOW).count()
    assert counted(completeness.MEASURES["recorded"], asked) == {
        ((), "every"): opened,
        ((), "field-primary_site"): opened,
    }


def test_the_load_of_a_team_is_what_is_open_by_when_it_is_due(scope):
    expected = Counter()
    for item in items():
        if item.case.status == CaseStatus.CLOSED or item.is_settled or not item.applies_since:
            continue
        due = item.due_at
        tonight, later = datetime(2026, 11, 5, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC)
        if not due or due >= later:
            expected["later"] += 1
        else:
            expected["overdue" if due < NOW else "today" if due < tonight else "soon"] += 1
    found = Counter()
    for (_, column), number in counted(load.MEASURES["discipline"], scope).items():
        found[column] += number
    assert found == expected


def test_each_phase_under_way_has_one_age(scope):
    rows = load.phases(scope)
    assert rows
    assert sum(counted(load.MEASURES["age"], scope).values()) == rows.count()


def test_variance_counts_each_reason_once_in_every_figure(scope):
    lately = [item for item in items() if item.settled_at is None or item.settled_at > scope.since]
    expected = sum(item.reason_id is not None for item in lately)
    assert expected
    for groups in measures.counted(variance.MEASURES, scope).values():
        assert sum(group.total for group in groups) == expected


def test_measures_counted_together_are_as_each_alone(scope, django_assert_num_queries):
    for module, queries in ((variance, 1), (standards, 1), (overdue, 1), (completeness, 2), (flow, 3)):
        with django_assert_num_queries(queries):
            together = measures.counted(module.MEASURES, scope)
        for name, each in module.MEASURES.items():
            assert together[name] == measures.counted({name: each}, scope)[name]


def test_a_long_period_goes_in_steps_of_four_weeks_that_end_with_this_one(scope):
    steps = waiting.steps(Scope(scope.user, NOW, days=365))
    assert len(steps) == 13
    assert steps[-1][0] + steps[-1][1] == datetime(2026, 11, 9, tzinfo=UTC).date()


def test_nobody_counts_what_they_may_not_see(scope):
    outsider = Scope(factories.member(factories.team()), NOW)
    for module in (completeness, durations, flow, load, overdue, standards, variance, waiting):
        for measure in module.MEASURES.values():
            assert not counted(measure, outsider)
            assert not measure.behind(outsider).exists()
