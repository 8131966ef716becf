"""What happened to drafts of pathway templates, in sentences with names."""

import pytest
from django.db import transaction

from pathways.audit import timeline
from pathways.audit.recording import recording, save_all
from pathways.enums import Action, Phase
from pathways.models import AuditEvent, TemplateItem
from pathways.services import template_life
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.pathway_editor(display_name="E. Haddad")


@pytest.fixture
def draft(editor):
    version = factories.published()
    version.template.title = "Spine"
    return template_life.start_draft(by=editor, template=version.template)


def newest():
    return timeline.review(AuditEvent.objects.all()).entries[0]


def changed():
    return [tuple(change) for change in newest().changes]


@transaction.atomic
def edit(editor, *rows, **values):
    with recording(by=editor, action=Action.EDIT_DRAFT):
        for row in rows:
            for name, value in values.items():
                setattr(row, name, value)
        save_all(TemplateItem, list(rows), list(values))


def test_a_started_draft_is_named_and_its_items_counted(draft):
    assert newest().sentence == f"started the draft v2 of {draft.template.title}"
    assert [effect.summary for effect in newest().effects] == ["10 template items added"]
    assert changed() == []


def test_a_changed_item_says_each_field_in_words(draft, editor):
    item = draft.items.get(code="choice")
    edit(editor, item, within="P2W", requirement="optional", response={"kind": "tick"}, depends_on=["tick"])
    title = f"{draft.template.title} v2"
    assert newest().sentence == f"changed “{item.title}” in the draft {title}"
    assert changed() == [
        ("Requirement", "Required", "Optional"),
        ("Within", "1 day", "2 weeks"),
        ("Response", "Choice: Low, High", "Tick"),
        ("Prerequisites", "", "tick"),
    ]


def test_a_removed_item_and_one_put_back_are_told_apart(draft, editor):
    item = draft.items.get(code="tick")
    edit(editor, item, is_removed=True)
    assert newest().sentence.startswith("removed “")
    edit(editor, item, is_removed=False)
    assert newest().sentence.startswith("put back “")


def test_of_a_move_the_item_that_was_moved_is_told_and_not_those_that_made_room(draft, editor):
    one, other = draft.items.get(code="tick"), draft.items.get(code="number")
    one.position = 9
    edit(editor, one, other, phase=Phase.FOLLOW_UP)
    assert newest().sentence.startswith(f"moved “{one.title}”")
    edit(editor, *draft.items.filter(phase=1), position=7)
    assert newest().sentence.startswith("moved “")
    assert changed() == []


def test_a_discarded_draft_is_still_told_and_so_is_what_was_changed_in_it(draft, editor):
    edit(editor, draft.items.get(code="tick"), is_removed=True)
    template_life.discard_draft(by=editor, draft=draft)
    told = [entry.sentence for entry in timeline.review(AuditEvent.objects.all()).entries[:2]]
    assert told[0] == f"discarded the draft v2 of {draft.template.title}"
    assert told[1].endswith("in the draft that was discarded")


def test_a_new_template_is_named(editor):
    header = {"code": "new", "reference_prefix": "NW", "title": "Newest pathway", "condition": "Anything"}
    template_life.create_template(by=editor, header=header)
    assert newest().sentence == "created the template Newest pathway"
