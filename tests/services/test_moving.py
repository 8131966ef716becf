"""Cases move to another version with all that was recorded, and back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways import models, progress
from pathways.enums import Action, Anchor, MoveOutcome, Requirement
from pathways.permissions import Forbidden, as_system
from pathways.services import BadInput, cases, checklists, moving
from pathways.services.consequences import load_items
from tests import factories
from tests.services.moves import back, items_like, moved, newer, recorded, state
from tests.services.test_checklists import RESPONSES, SINS
from tests.services.test_sequences import steps as any_step
from tests.services.test_sequences import take

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return factories.published()


@pytest.fixture
def case(version):
    return factories.open_case(version=version)


@pytest.fixture
def editor():
    return factories.pathway_editor(display_name="E. Haddad")


@pytest.fixture
def member(case):
    return factories.member(case.team, display_name="Dr R. Okafor")


def record(case, member, code, status="done", **values):
    item = factories.item(case, code)
    values = {"response": RESPONSES.get(code) if status == "done" else None} | values
    return checklists.record_item(by=member, item=item, seen=item.version, status=status, **values)


def item(case, code, occurrence=1):
    return models.ChecklistItem.objects.get(case=case, code=code, occurrence=occurrence)


def fresh(case):
    return models.Case.objects.select_related("team", "template_version__template").get(pk=case.pk)


def test_a_case_gains_the_items_that_are_new_and_none_is_overdue_on_arrival(case, version, editor):
    target = newer(version, items_like({"code": "new", **factories.within(Anchor.CASE_OPENED, "PT1H")}))
    _move, [done] = moved(editor, target, case)
    assert done.outcome == MoveOutcome.MOVED
    assert fresh(case).template_version == target
    gained = item(case, "new")
    assert (gained.template_item.template_version, gained.status) == (target, "not_started")
    assert gained.applies_since == done.event.at
    assert gained.due_at > done.event.at


def test_an_item_that_leaves_keeps_its_answer_and_is_neither_due_nor_counted(case, version, editor, member):
    record(case, member, "number", note="As it was.")
    target = newer(version, items_like(without=("number",)))
    moved(editor, target, case)
    left = item(case, "number")
    assert (left.status, left.response, left.note) == ("done", RESPONSES["number"], "As it was.")
    assert left.retired_at
    assert left.template_item.template_version == version
    assert (left.due_at, left.applies_since) == (None, None)
    assert case.progress.get(phase=2).applicable == 1


def test_nothing_more_is_recorded_on_an_item_that_left(case, version, editor, member):
    moved(editor, newer(version, items_like(without=("number",))), case)
    with pytest.raises(BadInput, match="earlier version"):
        record(case, member, "number")


def test_recorded_work_is_never_reopened_redone_or_dropped(case, version, editor, member):
    record(case, member, "tick")
    record(case, member, "choice", note="Once.")
    before = recorded(case)
    stricter = {
        "code": "tick",
        "requirement": Requirement.OPTIONAL,
        **factories.within(Anchor.CASE_OPENED, "PT1H"),
    }
    moved(editor, newer(version, items_like(stricter, {"code": "choice", "title": "Other"})), case)
    after = recorded(case)
    assert {pk: after[pk] for pk in before} == before


def test_an_answer_that_does_not_fit_the_new_question_keeps_its_own(case, version, editor, member):
    record(case, member, "choice")
    asks = {"code": "choice", "response": {"kind": "text"}, "phase": 4}
    moved(editor, newer(version, items_like(asks)), case)
    kept = item(case, "choice")
    assert kept.template_item.template_version == version
    assert kept.phase == 4
    assert kept.response == RESPONSES["choice"]
    assert item(case, "choice", 2).template_item.response == {"kind": "text"}


def test_a_score_stays_with_the_instrument_that_it_was_made_with(case, version, editor, member):
    record(case, member, "sins", response={"components": SINS})
    instruments = [each | ({"version": 2} if each["code"] == "sins" else {}) for each in version.instruments]
    moved(editor, newer(version, items_like(), instruments=instruments), case)
    assert item(case, "sins").template_item.template_version == version
    assert item(case, "sins").response["total"] is not None


def test_targets_and_due_times_follow_the_version(case, version, editor):
    later = {"code": "tick", **factories.within(Anchor.CASE_OPENED, "PT9H")}
    before = item(case, "tick").due_at
    moved(editor, newer(version, items_like(later)), case)
    assert (item(case, "tick").due_at - before).total_seconds() == 5 * 3600


def test_what_a_person_said_is_due_stays_so(case, version, editor, member):
    it = factories.item(case, "tick")
    checklists.set_due(by=member, item=it, seen=it.version, due=it.due_at.replace(microsecond=0))
    due = item(case, "tick").due_given
    moved(
        editor,
        newer(version, items_like({"code": "tick", **factories.within(Anchor.CASE_OPENED, "PT9H")})),
        case,
    )
    assert (item(case, "tick").due_at, item(case, "tick").due_given) == (due, due)


def test_rules_switch_items_on_and_off_by_the_details_of_the_case(version, editor):
    case = factories.open_case(version=version, details={"cord_compression": "suspected"})
    rule = {"applies_rule": {"all": [{"field": "cord_compression", "is": "excluded"}]}}
    assert item(case, "several").applies_since
    moved(editor, newer(version, items_like({"code": "several", **rule})), case)
    assert item(case, "several").applies_since is None


def test_a_code_that_was_renamed_carries_its_answer_where_an_editor_says_so(case, version, editor, member):
    record(case, member, "tick")
    items = items_like({"code": "ticked", **factories.within(Anchor.CASE_OPENED, "PT4H")}, without=("tick",))
    target = newer(version, items)
    moved(editor, target, case, renamed={"tick": "ticked"})
    assert item(case, "ticked").status == "done"
    assert not case.items.filter(code="tick").exists()


def test_a_renamed_code_is_never_guessed(case, version, editor, member):
    record(case, member, "tick")
    moved(editor, newer(version, items_like({"code": "ticked", "title": "Tick"}, without=("tick",))), case)
    assert item(case, "ticked").status == "not_started"
    assert item(case, "tick").retired_at


def test_an_item_that_comes_back_is_the_one_that_left(case, version, editor, member):
    record(case, member, "number")
    pk = item(case, "number").pk
    without = newer(version, items_like(without=("number",)))
    moved(editor, without, case)
    moved(editor, newer(without, items_like()), case)
    again = item(case, "number")
    assert (again.pk, again.status, again.retired_at) == (pk, "done", None)


def test_a_repeat_that_ends_takes_its_open_occurrence_with_it(case, version, editor, member):
    record(case, member, "choice")
    moved(editor, newer(version, items_like({"code": "choice", "repeat": ""})), case)
    assert item(case, "choice", 2).retired_at
    assert item(case, "choice").retired_at is None


def test_a_closed_case_stays_where_it_is_and_says_so(case, version, editor):
    cases.close_case(by=as_system(), case=case, outcome="died")
    before = state(case)
    _, [done] = moved(editor, newer(version, items_like()), case)
    assert done.outcome == MoveOutcome.NOT_MOVED
    assert "closed" in done.why
    assert state(case) == before


def test_what_could_not_be_moved_may_be_tried_again(case, version, editor):
    cases.close_case(by=as_system(), case=case, outcome="died")
    move, _ = moved(editor, newer(version, items_like()), case)
    cases.reopen_case(by=as_system(), case=fresh(case), reason="Closed in error")
    [done] = moving.work_through(move, ["not_moved"], moving.move_case, by=editor, goes_on=lambda: True)
    assert (done.outcome, done.why) == (MoveOutcome.MOVED, "")


def test_a_case_is_moved_once_however_often_the_batch_is_worked_through(case, version, editor):
    move, [done] = moved(editor, newer(version, items_like()), case)
    again = moving.move_case(
        by=editor, moved=move.cases.select_related("case__team", "case__template_version").get()
    )
    assert again.event == done.event
    assert models.AuditEvent.objects.filter(action=Action.MOVE_CASE).count() == 1


def test_each_case_is_its_own_event_and_all_are_part_of_the_batch(version, editor):
    several = [factories.open_case(version=version) for _ in range(3)]
    move, done = moved(editor, newer(version, items_like()), *several)
    events = models.AuditEvent.objects.filter(part_of=move.event)
    assert {event.case for event in events} == set(several)
    assert {event.reason for event in events} == {"Newer."}
    assert {each.event_id for each in done} == {event.pk for event in events}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"reason": ""}, "reason"),
        ({"renamed": {"tick": "gone"}}, "renamed"),
        ({"name": "x" * 121}, "name"),
        ({"renamed": {"tick": "number"}}, "renamed"),
    ],
)
def test_a_move_says_what_it_lacks(case, version, editor, wrong, field):
    target = newer(version, items_like())
    given = {"name": "All", "reason": "Newer.", "renamed": {}} | wrong
    with pytest.raises(BadInput) as refused:
        moving.plan_move(by=editor, target=target, cases=models.Case.objects.all(), **given)
    assert set(refused.value.errors) == {field}


def test_only_a_pathway_editor_moves_cases(case, version):
    target = newer(version, items_like())
    for person in (factories.coordinator(case.team), factories.auditor()):
        with pytest.raises(Forbidden):
            moving.plan_move(
                by=person, target=target, cases=models.Case.objects.all(), renamed={}, name="All", reason="So"
            )


def test_a_batch_that_goes_back_leaves_every_answer_as_it_was(case, version, editor, member):
    record(case, member, "tick")
    record(case, member, "choice")
    before = state(case)
    target = newer(
        version, items_like({"code": "new"}, {"code": "tick", "phase": 3}, without=("number", "sins"))
    )
    move, _ = moved(editor, target, case)
    assert state(case) != before
    [done] = back(editor, move)
    assert done.outcome == MoveOutcome.MOVED_BACK
    assert state(case) == before


def test_a_case_does_not_go_back_once_something_was_recorded_on_what_it_gained(case, version, editor, member):
    move, _ = moved(editor, newer(version, items_like({"code": "new", "title": "New one"})), case)
    record(case, member, "new", response={"value": True})
    before = state(case)
    [done] = back(editor, move)
    assert done.outcome == MoveOutcome.MOVED
    assert done.why.startswith("“New one” was worked on by Dr R. Okafor, ")
    assert state(case) == before


def test_a_comment_on_what_it_gained_keeps_a_case_too(case, version, editor, member):
    move, _ = moved(editor, newer(version, items_like({"code": "new", "title": "New one"})), case)
    checklists.add_comment(by=member, case=case, item=item(case, "new"), text="Said.")
    [done] = back(editor, move)
    assert "has a comment by Dr R. Okafor" in done.why


def test_what_was_recorded_since_on_shared_items_goes_back_with_the_case(case, version, editor, member):
    move, _ = moved(editor, newer(version, items_like({"code": "new"})), case)
    record(fresh(case), member, "choice")
    back(editor, move)
    assert item(case, "choice").status == "done"
    assert {each.template_item.template_version for each in case.items.all()} == {version}


def test_a_case_that_moved_on_is_not_taken_back_by_an_older_batch(case, version, editor):
    one = newer(version, items_like({"code": "new"}))
    move, _ = moved(editor, one, case)
    moved(editor, newer(one, items_like()), case)
    [done] = back(editor, move)
    assert "since" in done.why


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "phase": st.integers(1, 6),
        "requirement": st.sampled_from(["required", "optional"]),
        "repeat": st.sampled_from(["", "P7D"]),
        "response": st.sampled_from([{"kind": "tick"}, {"kind": "text"}, {"kind": "date"}]),
        "within": st.sampled_from(["PT2H", "P3D"]),
    },
)
CODES = [each["code"] for each in factories.SMALL]
pathways = st.tuples(
    st.dictionaries(st.sampled_from(CODES), CHANGES, max_size=5),
    st.sets(st.sampled_from(CODES), max_size=4),
    st.booleans(),
)


def anchored(items):
    """An item that waits for one that is gone waits for nothing."""
    codes = {each["code"] for each in items}
    for each in items:
        if each.get("anchor_item") and each["anchor_item"] not in codes:
            each |= {"anchor": "", "anchor_item": "", "within": "", "basis": ""}
        if each.get("within") and not each.get("anchor"):
            each["within"] = ""
    return items


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pathway=pathways, done=st.lists(any_step, max_size=8))
def test_a_move_and_its_undo_leave_the_case_as_it_was(version, editor, pathway, done):
    case = factories.open_case(version=version)
    lead, reason = factories.coordinator(case.team), factories.reason()
    for step in done:
        take(step, fresh(case), lead, reason)
    before, words = state(case), recorded(case)
    changes, without, has_more = pathway
    more = [{"code": "more", "repeat": "P1D"}] * has_more
    items = items_like(*({"code": code} | change for code, change in changes.items()), *more)
    target = newer(version, anchored([each for each in items if each["code"] not in without]))
    move, [went] = moved(editor, target, case)
    after = recorded(case)
    assert {pk: after[pk] for pk in words} == words
    counted = progress.count(load_items(fresh(case)))
    assert {row.phase: (row.applicable, row.settled) for row in case.progress.all()} == {
        phase: (each.applicable, each.settled) for phase, each in counted.items()
    }
    if went.outcome == MoveOutcome.MOVED:
        assert [each.outcome for each in back(editor, move)] == [MoveOutcome.MOVED_BACK]
    assert state(case) == before
