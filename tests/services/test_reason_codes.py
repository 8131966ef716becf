"""Reason codes are added, changed and taken out of use; what stands with one keeps it."""

import pytest

from pathways import models
from pathways.permissions import Forbidden
from pathways.services import BadInput, ChangedElsewhere
from pathways.services.reason_codes import save_reason_code
from tests import factories
from tests.views.desk import record

pytestmark = pytest.mark.django_db

WANTED = {
    "label": "No theatre slot",
    "origin": "service",
    "for_blocked": True,
    "for_not_applicable": False,
    "for_not_done": False,
    "needs_text": False,
    "position": 3,
    "is_active": True,
}


@pytest.fixture
def lead():
    return factories.coordinator(factories.team())


@pytest.mark.parametrize("who", [lambda: factories.coordinator(factories.team()), factories.site_admin])
def test_a_coordinator_and_a_site_administrator_add_a_reason_and_the_audit_says_so(who):
    person = who()
    reason = save_reason_code(by=person, wanted=WANTED)
    assert (reason.code, reason.version) == ("no-theatre-slot", 1)
    event = models.AuditEvent.objects.get(action="change_reason_code")
    assert (event.actor, reason.history.get().audit_event) == (person, event)


@pytest.mark.parametrize("who", [factories.member, factories.observer])
def test_nobody_else_edits_reasons(who):
    with pytest.raises(Forbidden, match="coordinator or a site administrator"):
        save_reason_code(by=who(factories.team()), wanted=WANTED)


def test_a_coordinator_who_is_no_longer_active_edits_nothing(lead):
    lead.is_active = False
    with pytest.raises(Forbidden):
        save_reason_code(by=lead, wanted=WANTED)


def test_two_reasons_in_use_are_never_worded_alike(lead):
    save_reason_code(by=lead, wanted=WANTED)
    with pytest.raises(BadInput, match="worded so"):
        save_reason_code(by=lead, wanted=WANTED | {"label": "no THEATRE slot"})


def test_a_code_is_never_one_that_is_taken_or_an_address(lead):
    old = save_reason_code(by=lead, wanted=WANTED | {"is_active": False})
    again = save_reason_code(by=lead, wanted=WANTED)
    assert (old.code, again.code) == ("no-theatre-slot", "no-theatre-slot-2")
    assert save_reason_code(by=lead, wanted=WANTED | {"label": "New"}).code == "new-2"
    assert save_reason_code(by=lead, wanted=WANTED | {"label": "…"}).code == "reason"


def test_a_reason_out_of_use_stays_with_the_items_that_have_it(lead):
    case = factories.open_case(by=lead, team=lead.memberships.get().team)
    reason = save_reason_code(by=lead, wanted=WANTED)
    record(lead, case, "tick", status="blocked", reason=reason)
    save_reason_code(by=lead, code=reason.code, seen=1, wanted=WANTED | {"is_active": False})
    assert factories.item(case, "tick").reason == reason


def test_another_persons_change_in_between_is_shown_and_not_overwritten(lead):
    reason = save_reason_code(by=lead, wanted=WANTED)
    other = factories.site_admin()
    save_reason_code(by=other, code=reason.code, seen=1, wanted=WANTED | {"label": "Theirs"})
    with pytest.raises(ChangedElsewhere) as clash:
        save_reason_code(by=lead, code=reason.code, seen=1, wanted=WANTED | {"label": "Mine"})
    assert (clash.value.person, clash.value.theirs.label) == (other, "Theirs")
    same = save_reason_code(by=lead, code=reason.code, seen=1, wanted=WANTED | {"label": "Theirs"})
    assert same.version == 2


def test_of_two_windows_of_one_person_the_later_one_wins(lead):
    reason = save_reason_code(by=lead, wanted=WANTED)
    save_reason_code(by=lead, code=reason.code, seen=1, wanted=WANTED | {"label": "First"})
    later = save_reason_code(by=lead, code=reason.code, seen=1, wanted=WANTED | {"label": "Second"})
    assert (later.label, later.version) == ("Second", 3)
