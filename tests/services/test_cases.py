"""A case from its opening to its close."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pathways import models, progress
from pathways.audit.recording import simulated
from pathways.enums import Action, Source
from pathways.permissions import Forbidden
from pathways.services import BadInput, CaseClosed, ChangedElsewhere, cases, checklists
from pathways.services.consequences import load_items
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return factories.team()


@pytest.fixture
def lead(team):
    return factories.coordinator(team)


def test_a_case_opens_with_its_whole_checklist(team, lead):
    case = factories.open_case(team, by=lead)
    assert case.items.count() == len(factories.SMALL)
    assert case.phases.count() == case.progress.count() == 6
    assert case.reference == f"{case.template_version.template.reference_prefix}-1"


def test_references_count_on_and_never_repeat(team, lead):
    version = factories.published(prefix="XY")
    opened = [factories.open_case(team, version, by=lead).reference for _ in range(3)]
    assert opened == ["XY-1", "XY-2", "XY-3"]


def test_diagnosis_pain_and_rehabilitation_start_at_the_opening(team, lead):
    case = factories.open_case(team, by=lead)
    started = {row.phase for row in case.phases.all() if row.started_at}
    assert started == {1, 2, 5}
    assert {row.started_by for row in case.phases.all() if row.started_at} == {lead}


def test_conditional_items_apply_where_their_rule_holds(team, lead):
    version = factories.published()
    suspected = factories.open_case(team, version, {"cord_compression": "suspected"}, by=lead)
    calm = factories.open_case(team, version, {"cord_compression": "not_suspected"}, by=lead)
    assert suspected.items.get(code="several").applies_since == suspected.opened_at
    assert calm.items.get(code="several").applies_since is None


def test_opening_is_one_event_with_one_time(team, lead):
    case = factories.open_case(team, by=lead)
    event = models.AuditEvent.objects.get(case=case)
    assert (event.action, event.actor, event.role, event.team) == (
        Action.OPEN_CASE,
        lead,
        "coordinator",
        team,
    )
    for history in (models.ChecklistItem.history, models.CasePhase.history):
        rows = history.filter(case_id=case.pk)
        assert {(row.audit_event_id, row.history_date, row.history_user_id) for row in rows} == {
            (event.pk, event.at, lead.pk)
        }


def opening_queries(team, lead, version):
    with CaptureQueriesContext(connection) as queries:
        factories.open_case(team, version, by=lead)
    return len(queries)


def test_opening_costs_the_same_for_a_longer_pathway(team, lead):
    short = factories.published()
    long = factories.published([{"code": f"step-{n}", "phase": n % 6 + 1} for n in range(60)])
    few, many = opening_queries(team, lead, short), opening_queries(team, lead, long)
    batches = 1 if connection.vendor == "sqlite" else 0
    assert few <= 18
    assert many - few <= batches


def test_only_a_coordinator_of_the_team_opens_cases(team, lead):
    version = factories.published()
    for person in (factories.member(team), factories.observer(team), factories.coordinator(factories.team())):
        with pytest.raises(Forbidden):
            factories.open_case(team, version, by=person)
    assert not models.Case.objects.exists()


def test_a_draft_opens_no_case(team, lead):
    with pytest.raises(BadInput, match="published"):
        factories.open_case(team, factories.TemplateVersion(), by=lead)


def test_a_case_may_open_earlier_and_not_in_the_future(team, lead):
    earlier = timezone.now() - timedelta(days=3)
    assert factories.open_case(team, by=lead, opened_at=earlier).opened_at == earlier
    with pytest.raises(BadInput, match="future"):
        factories.open_case(team, by=lead, opened_at=timezone.now() + timedelta(days=1))


def test_a_simulated_time_is_said_on_the_event(team, lead):
    at = timezone.now() - timedelta(days=30)
    with simulated(at):
        case = factories.open_case(team, by=lead)
    event = models.AuditEvent.objects.get(case=case)
    assert (event.at, event.source) == (at, Source.DEMO)


def test_details_switch_items_on_and_off_and_an_answer_is_never_lost(team, lead):
    case = factories.open_case(team, details={"cord_compression": "suspected"}, by=lead)
    item = factories.item(case, "several")
    checklists.record_item(by=lead, item=item, seen=1, status="done", response={"value": ["low"]})
    cases.update_case_details(by=lead, case=case, seen=1, details={"cord_compression": "excluded"})
    item = factories.item(case, "several")
    assert item.applies_since is None
    assert (item.status, item.response) == ("done", {"value": ["low"]})
    case.refresh_from_db()
    cases.update_case_details(by=lead, case=case, seen=2, details={"cord_compression": "suspected"})
    item = factories.item(case, "several")
    assert item.applies_since > case.opened_at
    assert item.response == {"value": ["low"]}


def test_an_item_that_turns_applicable_late_is_due_from_that_moment(team, lead):
    opened = timezone.now() - timedelta(days=40)
    case = factories.open_case(team, by=lead, opened_at=opened)
    cases.update_case_details(by=lead, case=case, seen=1, details={"cord_compression": "suspected"})
    item = factories.item(case, "several")
    assert item.due_at == item.applies_since + timedelta(hours=24)


def test_a_preview_names_what_would_switch_and_saves_nothing(team, lead):
    case = factories.open_case(team, by=lead)
    on, off = cases.preview_details(case, {"cord_compression": "suspected"})
    assert [item.code for item in on] == ["several"]
    assert off == []
    assert factories.item(case, "several").applies_since is None


def test_the_same_details_again_leave_no_event(team, lead):
    case = factories.open_case(team, details={"age_years": 70}, by=lead)
    cases.update_case_details(by=lead, case=case, seen=1, details={"age_years": 70})
    assert models.AuditEvent.objects.filter(case=case).count() == 1


def test_two_people_change_different_fields_and_both_stay(team, lead):
    case = factories.open_case(team, details={"age_years": 70, "sex": "male"}, by=lead)
    other = factories.member(team)
    cases.update_case_details(by=other, case=case, seen=1, details={"age_years": 71, "sex": "male"})
    kept = cases.update_case_details(by=lead, case=case, seen=1, details={"age_years": 70, "sex": "female"})
    case.refresh_from_db()
    assert case.details == {"age_years": 71, "sex": "female"}
    assert kept == ["Age at opening (whole years)"]


def test_two_people_change_the_same_field_and_one_is_told(team, lead):
    case = factories.open_case(team, details={"age_years": 70}, by=lead)
    other = factories.member(team)
    cases.update_case_details(by=other, case=case, seen=1, details={"age_years": 71})
    with pytest.raises(ChangedElsewhere) as told:
        cases.update_case_details(by=lead, case=case, seen=1, details={"age_years": 72})
    assert told.value.person == other
    case.refresh_from_db()
    assert case.details == {"age_years": 71}


def test_a_field_can_be_cleared_while_another_changes(team, lead):
    case = factories.open_case(team, details={"age_years": 70, "sex": "male"}, by=lead)
    cases.update_case_details(
        by=factories.member(team), case=case, seen=1, details={"age_years": 71, "sex": "male"}
    )
    cases.update_case_details(by=lead, case=case, seen=1, details={"age_years": 70})
    case.refresh_from_db()
    assert case.details == {"age_years": 71}


@pytest.mark.parametrize(
    "outcome",
    ["died", "transferred", "alternative_diagnosis", "pathway_complete", "withdrawn", "opened_in_error"],
)
def test_a_closed_case_takes_no_changes_until_it_is_reopened(team, lead, outcome):
    case = factories.open_case(team, by=lead)
    cases.close_case(by=lead, case=case, outcome=outcome)
    item = factories.item(case, "tick")
    writes = [
        lambda: checklists.record_item(by=lead, item=item, seen=1, status="in_progress"),
        lambda: checklists.assign_item(by=lead, item=item, seen=1, assignee=lead),
        lambda: checklists.add_comment(by=lead, case=case, text="Seen."),
        lambda: checklists.start_phase(by=lead, case=case, phase=3),
        lambda: cases.update_case_details(by=lead, case=case, seen=1, details={"age_years": 70}),
        lambda: cases.hold_case(by=lead, case=case, reason="Waiting"),
        lambda: cases.close_case(by=lead, case=case, outcome="died"),
    ]
    for write in writes:
        with pytest.raises(CaseClosed, match="Reopen"):
            write()
    cases.reopen_case(by=lead, case=case, reason="Closed by mistake")
    checklists.record_item(by=lead, item=item, seen=1, status="in_progress")


def test_hold_and_reopen_keep_their_reason(team, lead):
    case = factories.open_case(team, by=lead)
    cases.hold_case(by=lead, case=case, reason="Away for two weeks")
    with pytest.raises(BadInput, match="reason"):
        cases.reopen_case(by=lead, case=case, reason="  ")
    cases.reopen_case(by=lead, case=case, reason="Back")
    reasons = models.AuditEvent.objects.filter(case=case).order_by("at").values_list("reason", flat=True)
    assert list(reasons) == ["", "Away for two weeks", "Back"]


def test_an_unknown_outcome_is_refused(team, lead):
    with pytest.raises(BadInput, match="outcome"):
        cases.close_case(by=lead, case=factories.open_case(team, by=lead), outcome="forgotten")


def test_a_member_may_not_hold_close_or_reopen(team, lead):
    case, member = factories.open_case(team, by=lead), factories.member(team)
    for act in (
        lambda: cases.hold_case(by=member, case=case, reason="No"),
        lambda: cases.close_case(by=member, case=case, outcome="died"),
        lambda: cases.reopen_case(by=member, case=case, reason="No"),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_stored_counts_are_a_recount(team, lead):
    case = factories.open_case(team, details={"cord_compression": "suspected"}, by=lead)
    counted = progress.of_case(case, load_items(case))
    for row in case.progress.all():
        assert {name: getattr(row, name) for name in vars(counted[row.phase])} == vars(counted[row.phase])


def test_a_case_closed_meanwhile_is_not_reopened_by_a_stale_form(team, lead):
    case, other = factories.open_case(team, by=lead), factories.coordinator(team)
    cases.hold_case(by=lead, case=case, reason="Away")
    cases.close_case(by=other, case=case, outcome="died", was="on_hold")
    with pytest.raises(ChangedElsewhere) as told:
        cases.reopen_case(by=lead, case=case, reason="They are back", was="on_hold")
    assert told.value.person == other
    case.refresh_from_db()
    assert case.outcome == "died"


def test_ones_own_other_window_of_details_is_no_conflict_beside_another_persons_change(team, lead):
    case, other = factories.open_case(team, details={"age_years": 70}, by=lead), factories.member(team)
    cases.update_case_details(by=lead, case=case, seen=1, details={"age_years": 71})
    cases.update_case_details(by=other, case=case, seen=1, details={"age_years": 70, "sex": "male"})
    kept = cases.update_case_details(by=lead, case=case, seen=1, details={"age_years": 72})
    case.refresh_from_db()
    assert case.details == {"age_years": 72, "sex": "male"}
    assert kept == ["Sex"]


def test_a_conflict_of_details_names_who_changed_the_field(team, lead):
    case = factories.open_case(team, details={"age_years": 70}, by=lead)
    ann, bob = factories.member(team), factories.member(team)
    cases.update_case_details(by=bob, case=case, seen=1, details={"age_years": 71})
    cases.hold_case(by=lead, case=case, reason="Away")
    with pytest.raises(ChangedElsewhere) as told:
        cases.update_case_details(by=ann, case=case, seen=1, details={"age_years": 72})
    assert told.value.person == bob
