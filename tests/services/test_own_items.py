"""Items that a case has beyond its pathway's rules: its own, and those that a person switches on."""

from datetime import timedelta

import pytest

from pathways.audit import timeline
from pathways.enums import Requirement
from pathways.models import AuditEvent
from pathways.permissions import Forbidden
from pathways.services import BadInput, CaseClosed
from pathways.services.cases import close_case
from pathways.services.checklists import set_due
from pathways.services.own_items import MOST_OWN, add_own_item, switch_item
from tests import factories
from tests.views.desk import record

pytestmark = pytest.mark.django_db
ASKED = {
    "code": "asked",
    "phase": 2,
    "requirement": Requirement.CONDITIONAL,
    "applies_text": "Somebody asks for it.",
    **factories.within("case_opened", "P7D"),
}


@pytest.fixture
def case():
    return factories.open_case(version=factories.published([*factories.SMALL, ASKED]))


@pytest.fixture
def ann(case):
    return factories.member(case.team)


def add(case, by, title="Ring the hospice", phase=2):
    return add_own_item(by=by, case=case, phase=phase, title=title)


def switch(case, by, on=True, why="They asked for it.", code="asked"):
    return switch_item(by=by, item=factories.item(case, code), on=on, why=why)


def counted(case, phase):
    row = case.progress.get(phase=phase)
    return row.settled, row.applicable


def told(case):
    entry = timeline.story(case, limit=1).entries[0]
    return entry.lead, entry.title, entry.tail


def test_an_item_of_its_own_stands_last_in_its_phase_and_counts(case, ann):
    before = counted(case, 2)
    item = add(case, ann, "  Ring  the hospice ")
    assert (item.code, item.name, item.phase) == ("own-1", "Ring the hospice", 2)
    assert item.position == max(each.position for each in case.items.filter(phase=2))
    assert counted(case, 2) == (before[0], before[1] + 1)
    assert add(case, ann).code == "own-2"


def test_an_item_of_its_own_is_settled_and_due_like_any_other(case, ann):
    item = add(case, ann)
    due = item.applies_since + timedelta(days=1)
    set_due(by=ann, item=item, seen=item.version, due=due)
    record(ann, case, "own-1", response={"value": True})
    assert counted(case, 2)[0] == 1


@pytest.mark.parametrize("title", ["", "   ", "x" * 201])
def test_an_item_of_its_own_says_what_is_to_be_done(case, ann, title):
    with pytest.raises(BadInput, match="Say what is to be done"):
        add(case, ann, title)


def test_a_case_has_a_bounded_number_of_items_of_its_own(case, ann):
    for number in range(MOST_OWN):
        add(case, ann, f"Step {number}")
    with pytest.raises(BadInput, match="50 items of its own"):
        add(case, ann)


def test_a_conditional_item_without_a_rule_applies_from_when_a_person_says_so(case, ann):
    before = counted(case, 2)
    done = switch(case, ann)
    assert done.item.applies_since == done.event.at
    assert done.item.due_at is not None
    assert done.event.reason == "They asked for it."
    assert counted(case, 2) == (before[0], before[1] + 1)


def test_what_was_switched_on_may_be_switched_off_until_something_is_recorded(case, ann):
    before = counted(case, 2)
    switch(case, ann)
    assert switch(case, ann, on=False).item.applies_since is None
    assert counted(case, 2) == before
    switch(case, ann)
    record(ann, case, "asked", status="in_progress")
    with pytest.raises(BadInput, match="Mark it as not applicable instead"):
        switch(case, ann, on=False)


def test_switching_needs_a_reason_and_what_stands_already_changes_nothing(case, ann):
    with pytest.raises(BadInput, match="Say why it applies"):
        switch(case, ann, why=" ")
    switch(case, ann)
    events = AuditEvent.objects.count()
    assert switch(case, ann).event is None
    assert AuditEvent.objects.count() == events


@pytest.mark.parametrize("code", ["several", "tick", "extra"])
def test_a_person_cannot_switch_what_a_rule_or_the_pathway_decides(case, ann, code):
    with pytest.raises(BadInput, match="A rule decides"):
        switch(case, ann, code=code)


@pytest.mark.parametrize("act", [add, switch])
def test_an_observer_and_a_closed_case_change_nothing(case, ann, act):
    with pytest.raises(Forbidden):
        act(case, factories.observer(case.team))
    close_case(by=factories.coordinator(case.team), case=case, outcome="died")
    with pytest.raises(CaseClosed):
        act(case, ann)


def test_the_history_tells_both(case, ann):
    add(case, ann)
    assert told(case) == ("added", "Ring the hospice", "to Pain")
    switch(case, ann)
    assert told(case)[0] == "switched on"
    switch(case, ann, on=False)
    assert told(case)[0] == "switched off"
