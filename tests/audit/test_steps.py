"""What a person did last to each item, where nobody has changed it since; and what an event touched."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pathways.audit import timeline
from pathways.audit.recording import recording
from pathways.enums import Action
from pathways.services import checklists, undoing
from tests import factories

ACTIONS = (Action.RECORD_ITEM, Action.ASSIGN_ITEM)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.open_case(opened_at=timezone.now() - timedelta(days=1))


@pytest.fixture
def ann(case):
    return factories.member(case.team)


@pytest.fixture
def bob(case):
    return factories.member(case.team)


def record(case, code, by, status="in_progress", **kwargs):
    item = factories.item(case, code)
    return checklists.record_item(by=by, item=item, seen=item.version, status=status, **kwargs).event


def last_steps(case, by, actions=ACTIONS, **kwargs):
    """Code to the step, of all items of the case."""
    items = {item.pk: item for item in case.items.all()}
    steps = timeline.last_steps_by(by, case, list(items.values()), actions=actions, **kwargs)
    return {items[pk].code: step for pk, step in steps.items()}


def test_a_step_is_from_before_the_event_to_after_it(case, ann):
    """Also where the event saves the row twice."""
    item = factories.item(case, "last")
    with transaction.atomic(), recording(by=ann, action=Action.RECORD_ITEM, case=case) as event:
        for note in ("Rang.", "Rang twice."):
            item.note = note
            item.save()
    [step] = last_steps(case, ann).values()
    assert (step.before.note, step.after.note) == ("", "Rang twice.")
    assert (step.before.version, step.after.version) == (1, 3)
    assert step.after.audit_event_id == event.pk


def test_of_several_steps_the_last_one_counts(case, ann):
    record(case, "tick", ann, note="Rang.")
    event = record(case, "tick", ann, note="Rang twice.")
    assert last_steps(case, ann)["tick"].after.audit_event_id == event.pk


def test_what_someone_has_changed_since_is_no_last_step_of_theirs(case, ann, bob):
    record(case, "tick", ann)
    record(case, "date", ann)
    record(case, "tick", bob, note="Seen.")
    assert set(last_steps(case, ann)) == {"date"}
    assert set(last_steps(case, bob)) == {"tick"}


def test_only_these_actions_count_and_no_earlier_one_shows_through(case, ann):
    record(case, "tick", ann)
    item = factories.item(case, "tick")
    checklists.assign_item(by=ann, item=item, seen=item.version, assignee=ann)
    assert last_steps(case, ann, [Action.RECORD_ITEM]) == {}
    undone = record(case, "date", ann)
    undoing.undo_change(by=ann, event=undone)
    assert set(last_steps(case, ann)) == {"tick"}


def test_steps_before_the_moment_do_not_count(case, ann):
    record(case, "tick", ann)
    moment = timezone.now()
    record(case, "date", ann)
    assert set(last_steps(case, ann, since=moment)) == {"date"}
    assert set(last_steps(case, ann)) == {"tick", "date"}


def test_the_steps_cost_two_queries_however_many_there_are(case, ann, bob):
    for code in ("tick", "date", "number", "text", "last"):
        for by in (bob, ann):
            record(case, code, by, note=f"By {by}.")
    items = list(case.items.all())
    with CaptureQueriesContext(connection) as queries:
        assert len(timeline.last_steps_by(ann, case, items, actions=ACTIONS)) == 5
    assert len(queries) == 2
