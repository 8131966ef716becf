"""What auditors say they have looked through."""

from datetime import timedelta

import pytest

from pathways.enums import Action
from pathways.models import AuditEvent
from pathways.permissions import Forbidden
from pathways.services import BadInput
from pathways.services.reviews import mark_reviewed
from tests import factories

pytestmark = pytest.mark.django_db


def newest(case):
    return AuditEvent.objects.filter(case=case).latest("at", "id")


def test_a_review_is_itself_an_event():
    case, auditor = factories.open_case(), factories.auditor()
    review = mark_reviewed(by=auditor, case=case, upto=newest(case), note=" Complete. ")
    event = newest(case)
    assert (event.action, event.actor, review.note) == (Action.REVIEW, auditor, "Complete.")
    assert review.history.get().audit_event == event


def test_only_an_auditor_reviews():
    case = factories.open_case()
    with pytest.raises(Forbidden, match="auditor"):
        mark_reviewed(by=factories.coordinator(case.team), case=case, upto=newest(case), note="Read.")


def test_a_review_says_something():
    case = factories.open_case()
    with pytest.raises(BadInput) as refusal:
        mark_reviewed(by=factories.auditor(), case=case, upto=newest(case), note="  ")
    assert "note" in refusal.value.errors


def test_a_case_is_reviewed_up_to_an_event_of_its_own():
    case, other = factories.open_case(), factories.open_case()
    with pytest.raises(BadInput, match="not of this case"):
        mark_reviewed(by=factories.auditor(), case=case, upto=newest(other), note="Read.")


def test_a_period_ends_after_it_begins():
    upto = newest(factories.open_case())
    with pytest.raises(BadInput, match="before the period"):
        mark_reviewed(by=factories.auditor(), since=upto.at + timedelta(seconds=1), upto=upto, note="Read.")
