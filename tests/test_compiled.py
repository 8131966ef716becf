"""A query that is kept answers as one that is put together anew."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from pathways.compiled import compiled
from pathways.models import AuditEvent, Case, ChecklistItem, Team
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(db):
    team = factories.team()
    return [factories.open_case(team=team) for _ in range(3)]


def test_it_is_put_together_once_and_asked_with_other_values(cases):
    built = []

    @compiled
    def by_reference(reference):
        built.append(reference)
        return Case.objects.filter(reference=reference)

    for case in cases:
        assert by_reference(case.reference) == [case]
    assert by_reference("SM-0") == []
    assert len(built) == 1


def test_each_shape_is_put_together_for_itself(cases):
    @compiled
    def first(team, *, most, sort):
        return Case.objects.filter(team=team).order_by(sort)[:most]

    team = cases[0].team_id
    for most in (1, 2):
        for sort in ("pk", "-pk"):
            assert first(team, most=most, sort=sort) == list(Case.objects.order_by(sort)[:most])


def test_values_are_ids_texts_and_moments(cases):
    event = AuditEvent.objects.filter(case=cases[1]).first()

    @compiled
    def one(pk):
        return AuditEvent.objects.filter(pk=pk)

    @compiled
    def until(moment, action):
        return AuditEvent.objects.filter(at__lte=moment, action=action).order_by("at")

    assert one(event.pk) == [event]
    assert one(uuid4()) == []
    wanted = AuditEvent.objects.filter(action=event.action).order_by("at")
    for moment in (event.at, event.at - timedelta(microseconds=1), timezone.now()):
        assert until(moment, event.action) == list(wanted.filter(at__lte=moment))


def test_among_takes_any_number_of_values(cases):
    @compiled
    def opened(ids, moments, references):
        found = Case.objects.filter(pk__among=ids, opened_at__among=moments, reference__among=references)
        return found.order_by("pk")

    for count in (3, 1, 0, 2):
        some = cases[:count]
        ids, moments = [case.pk for case in some], {case.opened_at for case in some}
        assert opened(ids, moments, [case.reference for case in cases]) == some


def test_among_finds_events_by_their_ids(cases):
    events = list(AuditEvent.objects.all())

    @compiled
    def among(ids):
        return AuditEvent.objects.filter(pk__among=ids)

    assert set(among([event.pk for event in events])) == set(events)


def test_rows_come_as_the_queryset_makes_them(cases, django_assert_num_queries):
    @compiled
    def counted(team):
        first = ChecklistItem.objects.filter(case=OuterRef("pk")).order_by("pk").values("code")[:1]
        rows = (
            Case.objects.filter(team=team)
            .select_related("team")
            .annotate(first=Subquery(first), number=Count("items"))
        )
        return rows.defer("details").order_by("pk")

    @compiled
    def named(team):
        return Case.objects.filter(team=team).order_by("pk").values_list("reference", named=True)

    counted(cases[0].team_id)
    with django_assert_num_queries(1):
        rows = counted(cases[0].team_id)
        assert {row.team.name for row in rows} == {cases[0].team.name}
    assert [row.first for row in rows] == [case.items.order_by("pk").first().code for case in cases]
    assert [row.number for row in rows] == [case.items.count() for case in cases]
    assert rows[0].get_deferred_fields() == {"details"}
    assert [row.reference for row in named(cases[0].team_id)] == [case.reference for case in cases]


def test_what_nothing_can_meet_is_nothing(cases, django_assert_num_queries):
    @compiled
    def in_teams(status, *, teams):
        return Case.objects.filter(status=status, team__in=teams)

    with django_assert_num_queries(0):
        assert in_teams("open", teams=frozenset()) == []
    assert len(in_teams("open", teams=frozenset({cases[0].team_id}))) == 3


def test_nothing_equals_none_in_sql_so_it_is_refused():
    @compiled
    def assigned_to(person):
        return ChecklistItem.objects.filter(assignee=person)

    with pytest.raises(ValueError, match="None"):
        assigned_to(None)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection():
    team = factories.team()

    @compiled
    def named(name):
        return Team.objects.filter(name=name)

    def asked(_):
        try:
            return named(team.name)
        finally:
            connections.close_all()

    assert named(team.name) == [team]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(asked, range(4))) == [[team]] * 4


@pytest.mark.django_db(transaction=True)
def test_a_kept_query_locks_nothing_outside_a_transaction_either():
    team = factories.team()

    @compiled
    def locked(name):
        return Team.objects.select_for_update().filter(name=name)

    with transaction.atomic():
        assert locked(team.name) == [team]
    with pytest.raises(TransactionManagementError):
        locked(team.name)
