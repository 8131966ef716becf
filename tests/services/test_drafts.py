"""Editing a draft: items come, change, move and go; two editors never overwrite each other."""

from uuid import uuid4

import pytest

from pathways.interop.template_documents import item_document
from pathways.models import AuditEvent, TemplateItem
from pathways.permissions import Forbidden
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere, DraftGone, TakenAway, Token, drafts
from pathways.services.template_life import discard_draft, start_draft
from pathways.services.templates import publish_version
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return factories.pathway_editor(display_name="A. Nn")


@pytest.fixture
def bob():
    return factories.pathway_editor(display_name="B. Ob")


@pytest.fixture
def draft(ann):
    items = [{"code": f"step-{n}", "phase": 1, "title": f"Step {n}"} for n in range(1, 6)]
    items += [{"code": "last", "phase": 6, "title": "Last", "depends_on": ["step-1"]}]
    return start_draft(by=ann, template=factories.published(items).template)


def item(draft, code):
    return draft.items.select_related("discipline", "template_version__template").get(code=code)


def order(draft, phase=1):
    rows = draft.items.filter(phase=phase, is_removed=False).order_by("position")
    return " ".join(row.code.removeprefix("step-") for row in rows)


def edit(by, row, replacing=None, **values):
    document = item_document(row) | values
    return drafts.edit_item(by=by, item=row, seen=row.version, document=document, replacing=replacing)


def move(by, row, position, phase=1):
    return drafts.move_item(by=by, item=row, seen=row.version, phase=phase, position=position)


def test_a_new_item_comes_last_with_a_code_made_of_its_title(draft, ann):
    made = drafts.add_item(by=ann, draft=draft, phase=1, title=" Fit the brace ").row
    assert (made.code, made.title, made.response) == ("fit-the-brace", "Fit the brace", {"kind": "tick"})
    assert made.discipline_id == item(draft, "step-5").discipline_id
    assert order(draft).endswith("fit-the-brace")


def test_a_proposed_code_is_no_ones_and_never_reserved(draft, ann):
    def code(title):
        return drafts.add_item(by=ann, draft=draft, phase=2, title=title).row.code

    assert [code("Step 1"), code("Step 1"), code("New"), code("Own goal"), code("…")] == [
        "step-1-2", "step-1-3", "new-2", "item-own-goal", "item",
    ]  # fmt: skip
    assert code("x" * 90) == "x" * 60
    assert code("x" * 90) == "x" * 58 + "-2"


def test_a_code_that_the_version_before_had_is_not_proposed_again(draft, ann):
    edit(ann, item(draft, "step-2"), code="second")
    assert drafts.add_item(by=ann, draft=draft, phase=1, title="Step 2").row.code == "step-2-2"


def test_an_item_needs_a_title(draft, ann):
    with pytest.raises(BadInput, match="Enter a title"):
        drafts.add_item(by=ann, draft=draft, phase=1, title="  ")


@pytest.mark.parametrize(
    ("code", "position", "expected"),
    [
        ("step-2", 1, "2 1 3 4 5"),
        ("step-2", 3, "1 3 2 4 5"),
        ("step-1", 5, "2 3 4 5 1"),
        ("step-5", 1, "5 1 2 3 4"),
        ("step-1", 99, "2 3 4 5 1"),
        ("step-3", -4, "3 1 2 4 5"),
        ("step-3", 3, "1 2 3 4 5"),
    ],
)
def test_an_item_moves_to_any_place_of_its_phase(draft, ann, code, position, expected):
    done = move(ann, item(draft, code), position)
    assert order(draft) == expected
    assert bool(done.event) == (expected != "1 2 3 4 5")


def test_only_rows_whose_place_changes_are_written(draft, ann):
    move(ann, item(draft, "step-4"), 3)
    assert {row.code for row in draft.items.filter(version__gt=1)} == {"step-3", "step-4"}


def test_an_item_moves_to_another_phase(draft, ann):
    move(ann, item(draft, "step-2"), 1, phase=6)
    assert (order(draft, 1), order(draft, 6)) == ("1 3 4 5", "2 last")


def test_moving_steps_over_what_is_removed(draft, ann):
    drafts.remove_item(by=ann, item=item(draft, "step-2"), seen=1)
    move(ann, item(draft, "step-3"), 1)
    assert order(draft) == "3 1 4 5"
    everything = [row.code[-1] for row in draft.items.filter(phase=1).order_by("position")]
    assert everything == ["3", "1", "2", "4", "5"]


def test_a_move_that_another_editor_made_elsewhere_meanwhile_is_told(draft, ann, bob):
    stale = item(draft, "step-2")
    move(bob, stale, 1, phase=2)
    with pytest.raises(ChangedElsewhere, match=r"B\. Ob"):
        move(ann, stale, 1, phase=3)
    move(ann, item(draft, "step-2"), 1, phase=3)


def test_a_removed_item_stands_until_publishing_and_may_be_put_back(draft, ann):
    row = item(draft, "step-1")
    assert drafts.remove_item(by=ann, item=row, seen=1).row.is_removed
    assert drafts.remove_item(by=ann, item=row, seen=1).event is None
    assert not drafts.put_back_item(by=ann, item=row).row.is_removed
    assert drafts.put_back_item(by=ann, item=row).event is None
    drafts.remove_item(by=ann, item=item(draft, "last"), seen=1)
    publish_version(by=ann, version=draft, summary="Without the last.")
    assert not TemplateItem.objects.filter(template_version=draft, code="last").exists()


def test_what_another_editor_just_changed_is_not_removed_unseen(draft, ann, bob):
    stale = item(draft, "step-1")
    edit(bob, item(draft, "step-1"), title="Now vital")
    with pytest.raises(ChangedElsewhere):
        drafts.remove_item(by=ann, item=stale, seen=stale.version)


def test_a_copy_comes_right_after_the_item_and_is_new(draft, ann):
    copy = drafts.duplicate_item(by=ann, item=item(draft, "step-2")).row
    assert (copy.title, copy.code, copy.was_code) == ("Step 2 (copy)", "step-2-copy", "")
    assert order(draft) == "1 2 2-copy 3 4 5"
    assert item_document(item(draft, "step-2-copy")) == item_document(item(draft, "step-2")) | {
        "code": "step-2-copy",
        "title": "Step 2 (copy)",
    }


EVERYTHING = {
    "code": "whole",
    "title": "Whole",
    "guidance": "Ask first.",
    "requirement": "conditional",
    "applies_when": {
        "text": "Compressed",
        "rule": {"any": [{"field": "cord_compression", "is": "suspected"}]},
    },
    "target": {"anchor": "item:step-1", "within": "P2D", "basis": "local"},
    "repeat": "P1W",
    "response": {"kind": "number", "unit": "mm", "min": 1, "max": 9.5},
    "depends_on": ["step-1"],
}


def test_every_property_of_an_item_is_saved(draft, ann):
    row = item(draft, "step-2")
    edit(ann, row, **EVERYTHING)
    assert item_document(item(draft, "whole")) == item_document(row) | EVERYTHING
    assert item(draft, "whole").was_code == "step-2"


def test_saving_what_stands_already_leaves_no_event(draft, ann):
    before = AuditEvent.objects.count()
    assert edit(ann, item(draft, "step-2")).event is None
    assert AuditEvent.objects.count() == before


def test_a_changed_code_is_followed_by_those_that_name_it(draft, ann):
    target = {"anchor": "item:step-1", "within": "P2D", "basis": "local"}
    edit(ann, item(draft, "step-2"), target=target)
    edit(ann, item(draft, "step-1"), code="first")
    assert item(draft, "last").depends_on == ["first"]
    assert item(draft, "step-2").anchor_item == "first"


@pytest.mark.parametrize(
    ("values", "path", "words"),
    [
        ({"code": "step-1"}, "code", "Another item"),
        ({"code": "new"}, "code", "reserved"),
        ({"code": "own-1"}, "code", "reserved"),
        ({"code": "No Code"}, "code", "small letters"),
        ({"title": ""}, "title", "Is empty"),
        ({"title": "x" * 201}, "title", "longer than 200"),
        ({"discipline": "nobody"}, "discipline", "Choose a discipline"),
        (
            {"target": {"anchor": "case_opened", "within": "soon", "basis": "local"}},
            "target.within",
            "interval",
        ),
        ({"repeat": "P0D"}, "repeat", "interval"),
        ({"response": {"kind": "number", "unit": "", "min": 1, "max": 2}}, "response.unit", "Is empty"),
        ({"response": {"kind": "choice", "choices": []}}, "response.choices", "at least 2"),
    ],
)
def test_what_a_file_may_not_say_a_draft_may_not_either(draft, ann, values, path, words):
    with pytest.raises(BadInput) as refused:
        edit(ann, item(draft, "step-2"), **values)
    assert words in refused.value.errors[path]
    assert item(draft, "step-2").version == 1


def test_two_editors_of_different_fields_both_keep_theirs(draft, ann, bob):
    stale = item(draft, "step-2")
    edit(bob, stale, guidance="Ask first.")
    done = edit(ann, stale, title="Second")
    assert done.merged == ["B. Ob changed the guidance meanwhile; that was kept."]
    assert (done.row.title, done.row.guidance) == ("Second", "Ask first.")


def test_of_two_editors_of_one_field_the_second_is_told(draft, ann, bob):
    stale = item(draft, "step-2")
    edit(bob, stale, title="Theirs")
    with pytest.raises(ChangedElsewhere) as told:
        edit(ann, stale, title="Mine")
    assert (told.value.theirs.title, told.value.person) == ("Theirs", bob)


def test_mine_instead_replaces_only_what_i_changed_and_only_what_i_saw(draft, ann, bob):
    stale = item(draft, "step-2")
    edit(bob, stale, title="Theirs", guidance="Ask first.")
    done = edit(ann, stale, replacing=2, title="Mine")
    assert (done.row.title, done.row.guidance) == ("Mine", "Ask first.")
    assert done.event.reason == drafts.REPLACED
    edit(bob, item(draft, "step-2"), title="Theirs again")
    with pytest.raises(ChangedElsewhere):
        edit(ann, stale, replacing=3, title="Mine again")


def test_my_own_change_in_another_window_is_said_and_saved_over(draft, ann):
    stale = item(draft, "step-2")
    edit(ann, stale, title="Earlier")
    done = edit(ann, stale, title="Later")
    assert (done.row.title, done.merged) == ("Later", ["You also changed this in another window."])


def test_a_place_that_shifted_is_no_conflict(draft, ann, bob):
    stale = item(draft, "step-2")
    move(bob, item(draft, "step-1"), 5)
    assert edit(ann, stale, title="Second").merged == []


def test_a_phase_says_what_it_is_for(draft, ann, bob):
    row = draft.phases.select_related("template_version__template").get(phase=1)
    done = drafts.edit_phase(by=ann, row=row, seen=1, title="Find out", goal=" Know. ")
    assert (done.row.title, done.row.goal) == ("Find out", "Know.")
    with pytest.raises(ChangedElsewhere):
        drafts.edit_phase(by=bob, row=row, seen=1, title="Other", goal=row.goal)
    with pytest.raises(BadInput, match="Say its goal"):
        drafts.edit_phase(by=bob, row=row, seen=2, title="Other", goal=" ")


def test_only_a_pathway_editor_edits(draft):
    with pytest.raises(Forbidden):
        move(factories.coordinator(factories.team()), item(draft, "step-1"), 2)


def test_a_post_that_comes_twice_adds_one_item(draft, ann):
    token = Token(uuid4(), "digest")
    drafts.add_item(by=ann, draft=draft, phase=1, title="Once", token=token)
    with pytest.raises(AlreadyAnswered):
        drafts.add_item(by=ann, draft=draft, phase=1, title="Once", token=token)
    assert draft.items.filter(title="Once").count() == 1


def test_what_was_published_or_discarded_meanwhile_is_not_changed(draft, ann):
    row = item(draft, "step-1")
    discard_draft(by=ann, draft=draft)
    with pytest.raises(DraftGone):
        edit(ann, row, title="Late")
    again = start_draft(by=ann, template=draft.template)
    row.template_version = again
    with pytest.raises(TakenAway):
        move(ann, row, 2)
    publish_version(by=ann, version=again, summary="Published.")
    with pytest.raises(DraftGone):
        drafts.add_item(by=ann, draft=again, phase=1, title="Late")
