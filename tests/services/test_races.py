"""Two people at the same moment, with real threads and real transactions."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pathways import models
from pathways.services import AlreadyAnswered, ChangedElsewhere, Token, cases, checklists, restoring
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

PAIRS = 120


def at_the_same_moment(*acts):
    """Run each in a thread of its own, started together; what it returned, or the exception it raised."""
    barrier = Barrier(len(acts))

    def run(act):
        try:
            barrier.wait(timeout=30)
            return act()
        except Exception as happened:  # noqa: BLE001  a race is judged by whatever came of it
            return happened
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def settle(item, by, status):
    return lambda: checklists.record_item(
        by=by, item=item, seen=item.version, status=status, note=f"{status} by {by.username}"
    )


def test_of_two_writers_one_is_saved_and_one_is_told():
    items = [{"code": f"step-{number}", "phase": 1} for number in range(PAIRS)]
    case = factories.open_case(version=factories.published(items))
    ann, bob = factories.member(case.team), factories.member(case.team)
    outcomes = Counter()
    for number in range(PAIRS):
        item = factories.item(case, f"step-{number}")
        came = at_the_same_moment(settle(item, ann, "in_progress"), settle(item, bob, "not_started"))
        outcomes[tuple(sorted(type(each).__name__ for each in came))] += 1
        item.refresh_from_db()
        assert item.history.count() == item.version == 2
    assert outcomes == {("ChangedElsewhere", "Recorded"): PAIRS}


def test_of_two_due_times_at_once_one_is_saved_and_one_is_told():
    items = [{"code": f"step-{number}", "phase": 1} for number in range(PAIRS // 10)]
    case = factories.open_case(version=factories.published(items))
    ann, bob = factories.member(case.team), factories.member(case.team)

    def give(item, by, hours):
        due = case.opened_at + timedelta(hours=hours)
        return lambda: checklists.set_due(by=by, item=item, seen=1, due=due)

    for number in range(PAIRS // 10):
        item = factories.item(case, f"step-{number}")
        came = at_the_same_moment(give(item, ann, 1), give(item, bob, 2))
        assert sorted(type(each).__name__ for each in came) == ["ChangedElsewhere", "Recorded"]
        item.refresh_from_db()
        saved = next(each.item for each in came if isinstance(each, checklists.Recorded))
        assert item.due_given == item.due_at == saved.due_given
        assert item.version == 2


def test_two_people_on_different_items_of_a_case_both_succeed():
    case = factories.open_case()
    ann, bob = factories.member(case.team), factories.member(case.team)
    came = at_the_same_moment(
        settle(factories.item(case, "tick"), ann, "in_progress"),
        settle(factories.item(case, "text"), bob, "in_progress"),
    )
    assert [each.item.status for each in came] == ["in_progress", "in_progress"]
    assert case.progress.get(phase=1).in_progress == case.progress.get(phase=4).in_progress == 1


def test_the_same_post_twice_at_once_is_applied_once():
    case = factories.open_case()
    ann, token = factories.member(case.team), Token(uuid4(), "digest")
    item = factories.item(case, "tick")

    def post():
        return checklists.record_item(by=ann, item=item, seen=1, status="in_progress", token=token)

    came = at_the_same_moment(post, post)
    assert sorted(type(each).__name__ for each in came) == ["AlreadyAnswered", "Recorded"]
    again = next(each for each in came if isinstance(each, AlreadyAnswered))
    assert again.event.case == case


def test_cases_opened_at_once_get_numbers_of_their_own():
    version, team = factories.published(), factories.team()
    lead = factories.coordinator(team)

    def open_one():
        return cases.open_case(by=lead, template_version=version, team=team, details={})

    came = at_the_same_moment(*[open_one] * 4)
    prefix = version.template.reference_prefix
    assert sorted(case.reference for case in came) == [f"{prefix}-{number}" for number in range(1, 5)]


def test_details_changed_at_once_in_the_same_field_are_told():
    case = factories.open_case(details={"age_years": 60})
    ann, bob = factories.member(case.team), factories.member(case.team)

    def change(by, age):
        return lambda: cases.update_case_details(by=by, case=case, seen=1, details={"age_years": age})

    came = at_the_same_moment(change(ann, 61), change(bob, 62))
    assert sum(isinstance(each, ChangedElsewhere) for each in came) == 1
    assert models.Case.history.filter(id=case.pk).count() == 2


def test_a_phase_started_at_once_by_two_starts_once():
    case = factories.open_case()
    ann, bob = factories.member(case.team), factories.member(case.team)

    def start(by):
        return lambda: checklists.start_phase(by=by, case=case, phase=6)

    came = at_the_same_moment(start(ann), start(bob))
    assert len({each.started_by_id for each in came}) == 1
    assert case.phases.get(phase=6).version == 2


def test_of_two_who_set_an_item_back_at_once_one_is_saved_and_nothing_is_done_twice():
    case = factories.open_case()
    ann, bob = factories.member(case.team), factories.member(case.team)
    for number in range(PAIRS // 10):
        settle(factories.item(case, "tick"), ann, "in_progress")()
        item = factories.item(case, "tick")
        came = at_the_same_moment(set_back(item, ann, 1), set_back(item, bob, 1))
        assert sorted(type(each).__name__ for each in came) == ["BadInput", "Recorded"]
        item.refresh_from_db()
        assert (item.status, item.version) == ("not_started", 2 * number + 3)


def test_of_a_set_back_and_a_save_at_once_one_is_saved_and_one_is_told():
    case = factories.open_case()
    ann, bob = factories.member(case.team), factories.member(case.team)
    settle(factories.item(case, "tick"), ann, "in_progress")()
    for number in range(PAIRS // 10):
        item = factories.item(case, "tick")
        version = 1 if item.status == "in_progress" else 2
        act = {"status": "blocked", "reason": factories.reason()}
        save = partial(checklists.record_item, by=bob, item=item, seen=item.version, **act)
        came = at_the_same_moment(set_back(item, ann, version), save)
        assert sorted(type(each).__name__ for each in came) == ["ChangedElsewhere", "Recorded"]
        item.refresh_from_db()
        assert item.history.count() == item.version == number + 3


def set_back(item, by, version):
    return partial(
        restoring.restore_item, by=by, item=item, seen=item.version, version=version, why="Recorded in error"
    )


def test_an_action_that_waited_for_its_turn_happened_when_the_turn_came():
    """Otherwise the history of a row would run backwards."""
    case = factories.open_case()
    ann, item = factories.member(case.team), factories.item(case, "tick")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            models.Case.objects.select_for_update().get(pk=case.pk)
            waiting = pool.submit(at_the_same_moment, settle(item, ann, "in_progress"))
            time.sleep(0.5)
            let_go = timezone.now()
        [recorded] = waiting.result(timeout=30)
    assert recorded.event.at >= let_go
    assert item.history.latest("version").history_date == recorded.event.at
