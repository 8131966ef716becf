"""Copies of a case: what is the same in them, what is their own, and what guards them afterwards."""

from datetime import timedelta

import pytest
from django.db import connection

from pathways.audit import guard, reconcile
from pathways.demo import stamp
from pathways.models import AuditEvent, Case, ChecklistItem
from pathways.services import checklists, undoing
from tests import factories
from tests.audit.guarding import refused

pytestmark = pytest.mark.django_db
DAYS = 14


@pytest.fixture
def mould():
    """A case in which an item was dated, another undone, and something said."""
    team = factories.team()
    case = factories.open_case(team=team, details={"cord_compression": "suspected"})
    ann = factories.member(team)
    day = factories.item(case, "day")
    value = f"{case.opened_at - timedelta(days=3):%Y-%m-%d}"
    checklists.record_item(
        by=ann, item=day, seen=1, status="done", response={"value": value}, note="A\tb\\n\n'c'"
    )
    begun = checklists.record_item(by=ann, item=factories.item(case, "tick"), seen=1, status="in_progress")
    undoing.undo_change(by=ann, event=begun.event)
    checklists.add_comment(by=ann, case=case, item=day, text="Seen by telephone.")
    return stamp.Mould(case)


def copied(mould, **values):
    stamp.stamp([stamp.Copy(mould=mould, **{"reference": "COPY-1", "days": -DAYS} | values)])
    return Case.objects.latest("pk")


def rows(model, case):
    """Its rows in order, without the keys that differ from case to case."""
    own = "id" if stamp.HISTORIES.get(model, model) is Case else "case"
    keys = {"id", "history_id", "reference"}
    fields = [each for each in model._meta.concrete_fields if each.name not in keys]
    kept = [each for each in fields if each.related_model not in (*stamp.LIVE, AuditEvent)]
    return [
        {each.name: getattr(row, each.attname) for each in kept}
        for row in model.objects.filter(**{own: case.pk}).order_by("at" if model is AuditEvent else "pk")
    ]


def earlier(values):
    return {
        name: value - timedelta(days=DAYS) if hasattr(value, "utcoffset") else value
        for name, value in values.items()
    }


@pytest.mark.parametrize("model", stamp.TABLES, ids=lambda model: model.__name__)
def test_a_copy_is_the_same_some_days_earlier(mould, model):
    copy = copied(mould)
    before, after = rows(model, mould.case), rows(model, copy)
    assert len(before) == len(after) > 0
    for one, other in zip(before, after, strict=True):
        one.pop("response", None), other.pop("response", None)
        assert earlier(one) == other


def test_dates_within_answers_move_along(mould):
    given = [factories.item(case, "day").response["value"] for case in (mould.case, copied(mould))]
    assert given[1] == f"{mould.case.opened_at - timedelta(days=3 + DAYS):%Y-%m-%d}" != given[0]


def test_what_belongs_together_belongs_together_in_the_copy(mould):
    copy = copied(mould)
    assert reconcile.check().text == ""
    connection.check_constraints()
    assert copy.comments.get().item == factories.item(copy, "day")
    undo = AuditEvent.objects.get(case=copy, undoes__isnull=False)
    assert undo.undoes.case == copy
    assert not set(AuditEvent.objects.filter(case=copy)) & set(AuditEvent.objects.filter(case=mould.case))


def test_another_team_and_its_people_take_the_place_of_those_who_were_there(mould):
    team = factories.team()
    known = set(AuditEvent.objects.filter(case=mould.case).values_list("actor", flat=True))
    theirs = {person: factories.member(team).pk for person in known}
    copy = copied(mould, team=team.pk, people=theirs)
    events = AuditEvent.objects.filter(case=copy)
    assert set(events.values_list("team", "actor")) == {(team.pk, person) for person in theirs.values()}
    assert factories.item(copy, "day").settled_by_id in theirs.values()
    assert copy.comments.get().author_id in theirs.values()
    assert reconcile.check().text == ""


def test_a_copy_is_guarded_and_can_be_worked_on(mould):
    copy = copied(mould, reference=f"{mould.case.reference.partition('-')[0]}-7")
    refused(lambda: ChecklistItem.objects.filter(case=copy).update(note="Changed"))
    ann, item = factories.member(copy.team), factories.item(copy, "tick")
    checklists.record_item(by=ann, item=item, seen=item.version, status="in_progress")
    opened = factories.open_case(team=copy.team, version=copy.template_version)
    assert opened.reference.endswith("-8")
    assert reconcile.check().text == ""


def test_a_stamping_that_fails_half_way_leaves_no_copy_and_the_guard_in_place(mould, monkeypatch):
    insert, before = stamp._insert, Case.objects.count()

    def stops(model, rows):
        insert(model, rows)
        if model is ChecklistItem:
            raise KeyboardInterrupt

    monkeypatch.setattr(stamp, "_insert", stops)
    with pytest.raises(KeyboardInterrupt):
        copied(mould)
    assert Case.objects.count() == before
    assert set(guard.installed()) == set(guard.expected())
    refused(lambda: mould.case.items.update(note="Changed"))
