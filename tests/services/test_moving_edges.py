"""Where a move meets what people do between it and its undo."""

import pytest
from django.db import DatabaseError
from django.utils import timezone

from pathways import models
from pathways.audit import timeline
from pathways.enums import MoveOutcome
from pathways.services import BadInput, checklists, moving, undoing
from pathways.services.move_plans import renames
from tests import factories
from tests.services.moves import back, items_like, moved, newer, state
from tests.services.test_checklists import RESPONSES, SINS

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


def record(case, member, code, status="done", occurrence=1, **values):
    item = factories.item(case, code, occurrence)
    values = {"response": RESPONSES.get(code) if status == "done" else None} | values
    return checklists.record_item(by=member, item=item, seen=item.version, status=status, **values)


def item(case, code, occurrence=1):
    return models.ChecklistItem.objects.get(case=case, code=code, occurrence=occurrence)


def told(case):
    found = models.Case.objects.select_related("team", "template_version__template").get(pk=case.pk)
    return timeline.story(found).entries


def test_a_change_of_an_item_that_left_is_not_undone(case, version, editor, member):
    done = record(case, member, "number")
    moved(editor, newer(version, items_like(without=("number",))), case)
    before = state(case)
    with pytest.raises(BadInput, match="earlier version"):
        undoing.undo_change(by=member, event=done.event)
    assert state(case) == before


def test_a_move_counts_as_undone_only_once_the_case_went_back(case, version, editor, member):
    move, _ = moved(editor, newer(version, items_like({"code": "new", "title": "New one"})), case)
    record(case, member, "new", response={"value": True})
    back(editor, move)
    first = next(entry for entry in told(case) if entry.event.action == "move_case")
    assert first.undone == ""
    other = factories.open_case(version=version)
    move, _ = moved(editor, move.target, other)
    back(editor, move)
    assert [bool(entry.undone) for entry in told(other) if entry.event.action == "move_case"] == [True]


def test_an_answer_to_a_question_that_changed_goes_back_with_its_question(case, version, editor, member):
    asks = {"code": "choice", "title": "Which", "response": {"kind": "text"}, "repeat": ""}
    target = newer(version, items_like(asks))
    move, _ = moved(editor, target, case)
    record(case, member, "choice", response={"value": "In words."})
    [done] = back(editor, move)
    assert done.outcome == MoveOutcome.MOVED_BACK
    assert item(case, "choice").response == {"value": "In words."}
    assert item(case, "choice").template_item.template_version == target


def test_a_repeat_that_only_the_newer_version_asks_for_goes_with_it(case, version, editor, member):
    move, _ = moved(editor, newer(version, items_like({"code": "tick", "repeat": "P7D"})), case)
    record(case, member, "tick")
    assert item(case, "tick", 2).status == "not_started"
    [done] = back(editor, move)
    assert done.outcome == MoveOutcome.MOVED_BACK
    assert list(case.items.filter(code="tick").values_list("occurrence", "status")) == [(1, "done")]


def test_a_repeat_on_which_something_was_recorded_keeps_the_case(case, version, editor, member):
    move, _ = moved(editor, newer(version, items_like({"code": "tick", "repeat": "P7D"})), case)
    record(case, member, "tick")
    record(case, member, "tick", status="in_progress", occurrence=2)
    [done] = back(editor, move)
    assert done.why.startswith("“Item")
    assert item(case, "tick", 2).status == "in_progress"


def test_codes_are_followed_over_several_versions(version):
    one = items_like({"code": "ticked", "was_code": "tick"}, without=("tick",))
    second = newer(version, one)
    third = newer(second, items_like({"code": "marked", "was_code": "ticked"}, without=("tick",)))
    assert renames(version, third) == {"tick": "marked"}
    assert renames(second, third) == {"ticked": "marked"}
    assert renames(third, version) == {"marked": "tick"}


def test_a_code_that_only_looks_alike_is_not_followed(version):
    assert renames(version, newer(version, items_like({"code": "ticked"}, without=("tick",)))) == {}


def test_a_case_that_the_database_refuses_does_not_stop_the_others(version, editor, monkeypatch):
    several = [factories.open_case(version=version) for _ in range(3)]
    plan = moving.plan_case

    def refuse(case, *args, **values):
        if case.pk == several[1].pk:
            raise DatabaseError
        return plan(case, *args, **values)

    monkeypatch.setattr(moving, "plan_case", refuse)
    _, done = moved(editor, newer(version, items_like({"code": "new"})), *several)
    assert [each.outcome for each in done] == ["moved", "not_moved", "moved"]
    assert done[1].why == moving.REFUSED


@pytest.mark.parametrize("page", ["", "?at={}", "history/", "bundle/", "compare/?from={}", "items/sins/1/"])
def test_the_pages_of_a_case_read_a_score_whose_instrument_is_gone(
    case, version, editor, member, client, page
):
    record(case, member, "sins", response={"components": SINS})
    before = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    without = [each for each in version.instruments if each["code"] != "sins"]
    target = newer(version, items_like({"code": "sins", "response": {"kind": "tick"}}), instruments=without)
    moved(editor, target, case)
    other = {"components": SINS | {"location": "junctional"}}
    record(case, member, "sins", response=other, why="Read again.")
    client.force_login(factories.auditor())
    answer = client.get(f"/cases/{case.reference}/{page.format(before)}", follow=True)
    answer.close()
    assert answer.status_code == 200
