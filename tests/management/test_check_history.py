"""The comparison of rows with their history finds what the guard would have refused."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from pathways import models
from pathways.audit import guard, reconcile
from pathways.services import checklists
from tests import factories
from tests.audit.guarding import MAKE, as_recorded, column, each_model, other_value, set_other

pytestmark = pytest.mark.django_db


def run():
    """The exit code and the lines of the command."""
    said = StringIO()
    try:
        call_command("check_history", stdout=said)
    except SystemExit as ended:
        return ended.code, said.getvalue().splitlines()
    return 0, said.getvalue().splitlines()


@pytest.fixture
def unguarded():
    """As somebody leaves the database who may take the triggers down."""
    guard.drop_triggers()


def findings():
    return reconcile.check().text.splitlines()


def test_nothing_is_wrong_with_a_case_under_way():
    case = factories.open_case(details={"comorbidities": ["frailty"]})
    ann = factories.member(case.team)
    item = factories.item(case, "choice")
    checklists.record_item(by=ann, item=item, seen=1, status="done", response={"value": "low"})
    as_recorded(factories.item(case, "extra").delete)()
    code, lines = run()
    assert code == 0
    assert lines == [str(reconcile.last())]
    assert lines[0].endswith("rows compared, nothing wrong")


@each_model
def test_a_row_that_differs_is_named_with_its_table_key_and_column(unguarded, model):
    row = MAKE[model]()
    model.objects.filter(pk=row.pk).update(**{column(model): other_value(model)})
    code, lines = run()
    assert code == 1
    assert lines[:-1] == [f"{model._meta.db_table} {row.pk}, {column(model)}: not as in the newest history"]
    assert lines[-1].endswith("rows compared, 1 finding")


def test_every_column_that_differs_is_named(unguarded):
    team = factories.Team()
    models.Team.objects.filter(pk=team.pk).update(code="changed", name="Changed", version=4)
    assert findings() == [f"pathways_team {team.pk}, version, code, name: not as in the newest history"]


def test_json_is_compared_by_meaning(unguarded):
    case = factories.open_case(details={"comorbidities": ["frailty", "diabetes"]})
    spaced = '{ "comorbidities" : [ "frailty" ,  "diabetes" ] }'
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pathways_case SET details = %s WHERE id = %s", [spaced, case.pk])
        assert findings() == []
        cursor.execute("UPDATE pathways_case SET details = %s WHERE id = %s", ["{}", case.pk])
    assert findings() == [f"pathways_case {case.pk}, details: not as in the newest history"]


def test_a_row_without_history_is_found(unguarded):
    models.Team.objects.bulk_create([team := models.Team(code="bare", name="Bare", version=1)])
    assert findings() == [f"pathways_team {team.pk}: no history"]


def test_a_row_that_vanished_is_found(unguarded):
    team = factories.Team()
    models.Team.objects.filter(pk=team.pk)._raw_delete("default")
    assert findings() == [f"pathways_team {team.pk}: the row is gone, and its deletion is not in history"]


def test_a_row_that_came_back_is_found(unguarded):
    team = factories.Team()
    key = team.pk
    as_recorded(team.delete)()
    models.Team.objects.bulk_create([models.Team(pk=key, code=team.code, name="Changed", version=1)])
    assert findings() == [
        f"pathways_team {key}, name: not as in the newest history",
        f"pathways_team {key}: the row stands, and its deletion is in history",
    ]


def changed_twice():
    team = factories.Team()
    for _ in range(2):
        as_recorded(set_other(team).save)()
    return team


def test_a_gap_in_the_versions_is_found(unguarded):
    team = changed_twice()
    team.history.filter(version=2).delete()
    assert findings() == [f"pathways_team {team.pk}, version: history holds 2 of 3 versions in 2 rows"]


@pytest.mark.parametrize(("twice", "told"), [(2, "2 of 3"), (3, "2 of 2")])
def test_a_version_told_twice_is_found(unguarded, twice, told):
    team = changed_twice()
    team.history.filter(version=twice).update(version=1)
    assert findings()[-1] == f"pathways_team {team.pk}, version: history holds {told} versions in 3 rows"


def test_a_history_that_goes_on_after_the_row_is_found(unguarded):
    team = changed_twice()
    models.Team.objects.filter(pk=team.pk).update(version=2)
    assert findings() == [f"pathways_team {team.pk}, version: 2, and history goes on to 3"]


def test_a_history_cut_at_its_end_is_found(unguarded):
    team = changed_twice()
    team.history.filter(version=3).delete()
    assert findings() == [f"pathways_team {team.pk}, version: not as in the newest history"]


def test_a_pending_change_is_found():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_pending (tbl, pk, ver, op) VALUES ('pathways_team', 7, 2, '~')")
        assert reconcile.pending() == 1
        assert findings() == ["pathways_team 7, version 2: waits for its history"]
        transaction.set_rollback(True)


def test_a_long_list_is_cut_and_counted(unguarded, monkeypatch):
    monkeypatch.setattr(reconcile, "LISTED", 2)
    models.Team.objects.bulk_create([models.Team(code=f"bare-{n}", name="Bare", version=1) for n in range(5)])
    assert findings()[-1] == "pathways_team: 3 more of the same kind"
    assert reconcile.last().findings == 5


def test_the_last_result_is_kept(unguarded):
    assert reconcile.last() is None
    factories.Team()
    assert reconcile.check() == reconcile.last()
    assert (reconcile.last().rows, reconcile.last().findings) == (2, 0)


def test_no_text_of_a_row_is_told(unguarded):
    team = factories.Team()
    models.Team.objects.filter(pk=team.pk).update(name="Canary")
    assert "Canary" not in reconcile.check().text
