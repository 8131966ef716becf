"""Moves of cases between versions, in sentences with names."""

import pytest

from pathways.audit import timeline
from pathways.models import AuditEvent, Case
from pathways.permissions import as_system
from pathways.services import cases
from tests import factories
from tests.services.moves import back, items_like, moved, newer

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.pathway_editor(display_name="E. Haddad")


@pytest.fixture
def case():
    return factories.open_case()


def told(case):
    found = Case.objects.select_related("team", "template_version__template").get(pk=case.pk)
    return timeline.story(found).entries[0]


def test_the_history_of_a_case_tells_from_which_version_to_which_and_in_which_batch(case, editor):
    title = case.template_version.template.title
    moved(editor, newer(case.template_version, items_like({"code": "new"})), case)
    entry = told(case)
    assert entry.sentence == f"moved the case from {title} v1 to v2 (part of “To the newer”)"
    assert (entry.who, entry.reason) == ("E. Haddad", "Newer.")


def test_moving_back_is_told_and_so_is_what_stood_in_the_way(case, editor):
    move, _ = moved(editor, newer(case.template_version, items_like()), case)
    cases.close_case(by=as_system(), case=case, outcome="died")
    back(editor, move)
    assert told(case).sentence.startswith("could not move the case back: The case is closed.")
    cases.reopen_case(by=as_system(), case=Case.objects.get(pk=case.pk), reason="Closed in error")
    back(editor, move)
    assert told(case).lead.startswith("moved the case back from ")


def test_the_plan_of_a_batch_is_told(case, editor):
    target = newer(case.template_version, items_like())
    move, _ = moved(editor, target, case)
    review = timeline.review(AuditEvent.objects.filter(pk=move.event_id))
    assert review.entries[0].sentence == f"began to move cases to {target}: “To the newer”"
