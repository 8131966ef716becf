"""What a person did last to each item, where nobody has changed it since; and what an event touched."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pathways.audit import steps, timeline
from pathways.audit.recording import recording
from pathways.enums import Action, Role
from pathways.models import AuditEvent, MovedCase, TemplateVersion
from pathways.permissions import as_system
from pathways.published import VOCABULARY
from pathways.services import cases, checklists, people, reviews, undoing
from tests import factories
from tests.audit import guarding

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


UNTOLD = ("_state", *VOCABULARY)
ODD = 'Quotes " and \' and \\, a tab\t, two\nlines, é, 骨, 🦴, {"a": [1, null]}, null'


def site_events():
    """People, teams, words, a template and a review, with what changes on them."""
    people.set_preferences(
        by=factories.person(), theme="dark", density="compact", fold_finished=True, single_keys=True
    )
    member = factories.member(factories.team(name=ODD), Role.MEMBER)
    people.end_membership(by=as_system(), membership=member.memberships.get())
    factories.reason(label=ODD)
    guarding.a_moved_case()
    return factories.auditor()


def change_and_take_away(by, case):
    """A next occurrence that is not as it came when it goes."""
    record(case, "choice", by, "done", response={"value": "low"})
    item = factories.item(case, "choice", 2)
    for change in (item.save, item.delete):
        item.note = "Not needed."
        with transaction.atomic(), recording(by=by, action=Action.UNDO, case=case):
            change()


def by_orm(events):
    """The pairs as one query for each table, and one for the rows before, read them."""
    ids = [event.pk for event in events]
    return [
        pair
        for model in steps.TOLD
        for pair in timeline.with_previous(
            model, list(model.history.filter(audit_event__in=ids).order_by("id", "history_id"))
        )
    ]


def told(pairs):
    """Each row, before and after, as its columns with what they hold."""
    rows = [row for pair in pairs for row in pair]
    return [
        row and {"": type(row)} | {name: each for name, each in vars(row).items() if name not in UNTOLD}
        for row in rows
    ]


def everything(case, ann):
    """Every event there is, where rows of every tracked model came, changed or went."""
    auditor = site_events()
    case.refresh_from_db()
    cases.update_case_details(by=ann, case=case, seen=case.version, details={"cord_compression": "suspected"})
    record(case, "number", ann, "done", response={"value": 1.5, "unit": "mmol/L"}, note=ODD)
    undoing.undo_change(by=ann, event=record(case, "choice", ann, "done", response={"value": "low"}))
    change_and_take_away(ann, case)
    record(case, "tick", ann, "blocked", reason=factories.reason(), reason_text=ODD)
    comment = checklists.add_comment(by=ann, case=case, item=factories.item(case, "tick"), text=ODD)
    for make in (guarding.a_mention, guarding.a_duty, guarding.a_saved_view, guarding.a_bulk_change):
        make()
    upto = AuditEvent.objects.get(pk=comment.history.get().audit_event_id)
    reviews.mark_reviewed(by=auditor, case=case, upto=upto, note=ODD)
    return list(AuditEvent.objects.all())


def test_the_rows_of_one_statement_are_those_that_the_orm_reads(case, ann):
    events = everything(case, ann)
    pairs = steps.pairs_of(events, steps.TOLD)
    assert {type(row) for row, _ in pairs} == {model.history.model for model in steps.TOLD}
    assert {row.history_type for row, _ in pairs} == {"+", "~", "-"}
    assert told(pairs) == told(by_orm(events))


def test_what_an_event_about_a_case_wrote_is_told_from_the_tables_of_cases_alone(case, ann):
    events = [event for event in everything(case, ann) if event.case_id]
    assert told(steps.pairs_of(events, steps.OF_A_CASE)) == told(steps.pairs_of(events, steps.TOLD))
    assert {type(step.row) for each in steps.steps_of(events).values() for step in each} == {
        model.history.model for model in steps.OF_A_CASE if model is not MovedCase
    }


def test_no_password_and_no_vocabulary_is_read_for_a_page(case):
    rows = [row for row, _ in steps.pairs_of(list(AuditEvent.objects.all()), steps.TOLD)]
    assert not any(hasattr(row, "password") for row in rows)
    [version] = [row for row in rows if row.instance_type is TemplateVersion and row.history_type == "+"]
    assert version.get_deferred_fields() == set(VOCABULARY)
