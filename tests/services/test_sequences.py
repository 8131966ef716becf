"""Whatever a team does in whatever order, the derived rows say the truth."""

import contextlib
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways import models, progress
from pathways.audit import timeline
from pathways.audit.recording import simulated
from pathways.enums import Action
from pathways.services import BadInput, CaseClosed, ChangedElsewhere, cases, checklists, restoring, undoing
from pathways.services.consequences import load_items, work_out
from tests import factories
from tests.services.test_checklists import RESPONSES, SINS

CODES = [item["code"] for item in factories.SMALL]
ANSWERS = RESPONSES | {"sins": {"components": SINS}, "extra": {"value": True}, "last": {"value": True}}

steps = st.one_of(
    st.tuples(
        st.just("record"),
        st.sampled_from(CODES),
        st.sampled_from(["not_started", "in_progress", "blocked", "done", "not_applicable", "not_done"]),
    ),
    st.tuples(st.just("details"), st.sampled_from(["suspected", "not_suspected", "excluded", None])),
    st.tuples(st.just("start"), st.integers(1, 6)),
    st.tuples(st.just("due"), st.sampled_from(CODES), st.sampled_from([None, 0, 5, 90])),
    st.tuples(st.just("undo")),
    st.tuples(st.just("restore"), st.sampled_from(CODES), st.integers(1, 5)),
    st.tuples(st.just("restore"), st.just("choice"), st.integers(1, 5)),
    st.tuples(st.just("close")),
    st.tuples(st.just("hold")),
)


def take(step, case, lead, reason):
    """Do it as far as the product allows; a refusal is as good as an answer."""
    name, *given_values = step
    with contextlib.suppress(BadInput, CaseClosed, ChangedElsewhere):
        {
            "record": record,
            "details": details,
            "start": lambda case, lead, reason, phase: checklists.start_phase(
                by=lead, case=case, phase=phase
            ),
            "due": give_due,
            "undo": undo,
            "restore": restore,
            "close": close_and_reopen,
            "hold": lambda case, lead, reason: cases.hold_case(by=lead, case=case, reason="Away"),
        }[name](case, lead, reason, *given_values)


def record(case, lead, reason, code, status):
    newest = case.items.filter(code=code).order_by("-occurrence").first().occurrence
    item = factories.item(case, code, newest)
    needs = status in ("blocked", "not_applicable", "not_done")
    checklists.record_item(
        by=lead,
        item=item,
        seen=item.version,
        status=status,
        response=ANSWERS[code] if status == "done" else None,
        reason=reason if needs else None,
        why="Recorded in error",
    )


def give_due(case, lead, reason, code, hours):
    newest = case.items.filter(code=code).order_by("-occurrence").first().occurrence
    item = factories.item(case, code, newest)
    due = None if hours is None else case.opened_at + timedelta(hours=hours)
    checklists.set_due(by=lead, item=item, seen=item.version, due=due)


def details(case, lead, reason, value):
    fresh = models.Case.objects.select_related("team", "template_version").get(pk=case.pk)
    wanted = {"cord_compression": value} if value else {}
    cases.update_case_details(by=lead, case=fresh, seen=fresh.version, details=wanted)


def undo(case, lead, reason):
    events = models.AuditEvent.objects.filter(case=case, action__in=undoing.UNDOABLE, undone_by=None)
    event = events.select_related("case__team", "case__template_version").order_by("-at").first()
    if event:
        undoing.undo_change(by=lead, event=event)


def restore(case, lead, reason, code, version):
    """Everything that can be set back is as it was at the version, and the history has grown by one row."""
    item = factories.item(case, code)
    rows = list(item.history.values())
    restoring.restore_item(by=lead, item=item, seen=item.version, version=version, why="Recorded in error")
    then, now = item.history.get(version=version), factories.item(case, code)
    names = (*restoring.RECORDED, "settled_by_id")
    assert [getattr(now, name) for name in names] == [getattr(then, name) for name in names]
    assert list(item.history.order_by("-history_id").values())[1:] == rows


def close_and_reopen(case, lead, reason):
    cases.close_case(by=lead, case=case, outcome="transferred")
    cases.reopen_case(by=lead, case=case, reason="Came back")


def check(case):
    fresh = models.Case.objects.get(pk=case.pk)
    items, phases = load_items(fresh), list(fresh.phases.all())
    counted = progress.of_case(fresh, items)
    for row in fresh.progress.all():
        assert {name: getattr(row, name) for name in vars(counted[row.phase])} == vars(counted[row.phase])
    left = work_out(fresh, items, phases, at=fresh.opened_at, by=None)
    assert (left.items, left.phases, left.next_occurrences) == ([], [], [])
    kept = models.ChecklistItem.history.filter(id__in=[item.pk for item in items]).exclude(history_type="-")
    assert Counter(kept.values_list("id", flat=True)) == {item.pk: item.version for item in items}
    return {item.code: item.response for item in items if item.occurrence == 1}


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(steps, min_size=3, max_size=12))
def test_the_derived_rows_equal_a_recount_after_any_sequence(plan):
    lead = factories.coordinator(factories.team())
    team = lead.memberships.get().team
    reason = factories.reason(code=f"reason-{uuid4().hex[:12]}")
    case = factories.open_case(team, by=lead)
    start = case.opened_at
    for number, step in enumerate(plan, start=1):
        with simulated(start + timedelta(hours=9 * number)):
            take(step, case, lead, reason)
        check(case)


@pytest.mark.django_db
def test_every_change_of_a_case_belongs_to_an_event_of_that_case():
    lead = factories.coordinator(factories.team())
    case = factories.open_case(lead.memberships.get().team, by=lead)
    record(case, lead, None, "choice", "done")
    for event in models.AuditEvent.objects.filter(case=case):
        assert event.action in (Action.OPEN_CASE, Action.RECORD_ITEM)
        assert timeline.rows_of(event)
