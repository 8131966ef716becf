"""Every rule that is true of every row stands in the database, and each has its refusal here."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db import models as fields
from django.utils import timezone

from pathways import models
from pathways.audit.recording import recording
from pathways.enums import Action, CaseOutcome, CaseStatus, ItemStatus, VersionStatus
from pathways.permissions import as_system
from tests import factories
from tests.audit import guarding

pytestmark = pytest.mark.django_db


def changed(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    return row


def a_copy(row):
    return changed(row, pk=None, version=0, _state=models.Case()._state)


def a_case(**values):
    return changed(factories.open_case(), **values)


def an_item(**values):
    return changed(factories.open_case().items.get(code="tick"), **values)


def a_second(factory, **shared):
    first = factory()
    return factory.build(**{name: getattr(first, name) for name in shared["same"]}, **shared.get("but", {}))


def an_event(**values):
    event = models.AuditEvent(action=Action.SIGN_IN, at=timezone.now(), source="web")
    return changed(event, **values)


def progress(**values):
    return changed(factories.open_case().progress.get(phase=1), **values)


def settled(**values):
    person = factories.person()
    return {"settled_by": person, "settled_at": timezone.now(), "response": {"value": True}} | values


def a_new_move(**values):
    return changed(guarding.another(guarding.a_move()), version=0, **values)


NOW = timezone.now()

REFUSED = {
    "discipline_has_code": lambda: factories.Discipline.build(code=""),
    "discipline_has_title": lambda: factories.Discipline.build(title=""),
    "user_has_username": lambda: factories.User.build(username=""),
    "user_has_display_name": lambda: factories.User.build(display_name=""),
    "user_theme_known": lambda: factories.User.build(theme="midnight"),
    "user_density_known": lambda: factories.User.build(density="dense"),
    "team_has_code": lambda: factories.Team.build(code=""),
    "team_has_name": lambda: factories.Team.build(name=""),
    "one_current_role_per_team": lambda: a_second(
        factories.Membership, same=["user", "team"], but={"role": "observer", "started_at": NOW}
    ),
    "membership_role_known": lambda: changed(factories.Membership(), role="owner"),
    "membership_ends_after_start": lambda: changed(
        factories.Membership(), ended_at=timezone.now() - timedelta(days=1)
    ),
    "reason_origin_known": lambda: factories.ReasonCode.build(origin="weather"),
    "reason_has_code": lambda: factories.ReasonCode.build(code=""),
    "reason_is_for_something": lambda: factories.ReasonCode.build(
        for_blocked=False, for_not_applicable=False, for_not_done=False
    ),
    "template_has_code": lambda: factories.PathwayTemplate.build(code=""),
    "template_has_prefix": lambda: factories.PathwayTemplate.build(reference_prefix=""),
    "one_version_per_number": lambda: models.TemplateVersion(
        template=factories.published().template, number=1
    ),
    "one_draft_per_template": lambda: a_second(
        factories.TemplateVersion, same=["template"], but={"number": 2}
    ),
    "version_number_from_one": lambda: changed(factories.TemplateVersion(), number=0),
    "version_status_known": lambda: changed(
        factories.TemplateVersion(), status="lost", published_at=NOW, summary="Lost."
    ),
    "version_published_when": lambda: changed(factories.TemplateVersion(), status=VersionStatus.PUBLISHED),
    "each_phase_once": lambda: a_second(factories.TemplatePhase, same=["template_version", "phase"]),
    "template_phase_known": lambda: changed(factories.TemplatePhase(), phase=7),
    "one_item_per_code": lambda: changed(
        a_second(factories.TemplateItem, same=["template_version", "code"]), discipline=factories.Discipline()
    ),
    "template_item_has_code": lambda: changed(factories.TemplateItem(), code=""),
    "template_item_has_title": lambda: changed(factories.TemplateItem(), title=""),
    "template_item_phase_known": lambda: changed(factories.TemplateItem(), phase=0),
    "template_item_requirement_known": lambda: changed(factories.TemplateItem(), requirement="maybe"),
    "target_is_whole": lambda: changed(factories.TemplateItem(), within="P7D"),
    "anchor_names_its_item": lambda: changed(
        factories.TemplateItem(), anchor="item", within="P7D", basis="local"
    ),
    "case_has_reference": lambda: a_case(reference=""),
    "case_status_known": lambda: a_case(status="lost"),
    "case_closes_with_outcome": lambda: a_case(
        status=CaseStatus.CLOSED, closed_at=timezone.now() + timedelta(days=1)
    ),
    "case_closes_after_opening": lambda: a_case(
        status=CaseStatus.CLOSED,
        outcome=CaseOutcome.DIED,
        closed_at=timezone.now() - timedelta(days=1),
    ),
    "each_case_phase_once": lambda: models.CasePhase(case=factories.open_case(), phase=1),
    "case_phase_known": lambda: changed(factories.open_case().phases.first(), phase=9),
    "case_phase_started_by_someone": lambda: changed(factories.open_case().phases.first(), started_by=None),
    "one_item_per_occurrence": lambda: a_copy(an_item()),
    "item_phase_known": lambda: an_item(phase=7),
    "item_status_known": lambda: an_item(status="lost"),
    "item_occurrence_from_one": lambda: an_item(occurrence=0),
    "item_has_a_title": lambda: an_item(template_item=None),
    "item_settled_by_someone": lambda: an_item(**settled(status=ItemStatus.DONE, settled_by=None)),
    "item_reason_where_needed": lambda: an_item(status=ItemStatus.BLOCKED),
    "item_done_has_response": lambda: an_item(**settled(status=ItemStatus.DONE, response={})),
    "item_due_as_given": lambda: an_item(due_given=NOW, due_at=NOW + timedelta(days=1)),
    "item_retired_is_not_due": lambda: an_item(retired_at=NOW),
    "one_progress_per_phase": lambda: models.PhaseProgress(case=factories.open_case(), phase=1),
    "progress_phase_known": lambda: progress(phase=7),
    "progress_due_while_open": lambda: progress(applicable=1, settled=1, next_due=NOW),
    "progress_adds_up": lambda: progress(applicable=1, settled=2),
    "comment_has_text": lambda: models.Comment(
        case=factories.open_case(), author=factories.person(), text="", written_at=NOW
    ),
    "review_has_a_note": lambda: models.Review(
        upto=factories.team().history.get().audit_event,
        reviewer=factories.person(),
        reviewed_at=NOW,
        note="",
    ),
    "move_has_name": lambda: a_new_move(name=""),
    "move_has_reason": lambda: a_new_move(reason=""),
    "one_case_per_move": lambda: a_copy(guarding.a_moved_case()),
    "move_outcome_known": lambda: changed(guarding.a_moved_case(), outcome="lost"),
    "moved_by_an_event": lambda: changed(guarding.a_moved_case(), outcome="moved"),
    "mentioned_once": lambda: a_copy(guarding.a_mention()),
    "one_duty_per_discipline": lambda: a_copy(guarding.a_duty()),
    "view_has_name": lambda: changed(guarding.a_saved_view(), name=""),
    "one_own_view_per_name": lambda: a_copy(guarding.a_saved_view()),
    "one_team_view_per_name": lambda: a_copy(guarding.a_saved_view(team=factories.team())),
    "bulk_kind_known": lambda: changed(guarding.a_bulk_change(), kind="everything"),
    "check_lists_its_findings": lambda: models.HistoryCheck(at=NOW, rows=1, findings=1, text=""),
    "event_names_its_actor": an_event,
    "event_action_known": lambda: an_event(actor=factories.person(), action="dance"),
    "event_source_known": lambda: an_event(actor=factories.person(), source="radio"),
    "seal_sequence_from_one": lambda: models.Seal(
        sequence=0, event=factories.team().history.get().audit_event, digest="0", chain="0", marks="{}"
    ),
}


def constraints():
    ours = [m for m in apps.get_app_config("pathways").get_models() if "Historical" not in m.__name__]
    return {constraint.name: model for model in ours for constraint in model._meta.constraints}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_the_database_refuses_what_breaks(name):
    row = REFUSED[name]()

    @transaction.atomic
    def commit():
        with recording(by=as_system(), action=Action.LOAD_VOCABULARY):
            row.save()

    with pytest.raises(IntegrityError) as refusal:
        commit()
    constraint = next(c for c in constraints()[name]._meta.constraints if c.name == name)
    plain_unique = isinstance(constraint, fields.UniqueConstraint) and connection.vendor == "sqlite"
    assert name in str(refusal.value) or (plain_unique and "UNIQUE" in str(refusal.value))


def test_every_constraint_has_its_refusal():
    assert set(constraints()) == set(REFUSED)
