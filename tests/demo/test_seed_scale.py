"""`manage.py seed_scale`: a cohort stamped past the guard, and no check finds a fault in it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from pathways import models, progress
from pathways.audit import guard
from pathways.demo import scale
from pathways.services.consequences import load_items

CASES = 30


def seed(cases=CASES):
    call_command("seed_scale", cases=cases, stdout=StringIO(), stderr=StringIO())


@pytest.fixture(scope="module")
def cohort(django_db_setup, django_db_blocker):
    """It stands while the module runs, for tests that only read, and is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", "/somewhere/scale.sqlite3")
        call_command("load_content", verbosity=0, stdout=StringIO())
        seed()
        yield models.Case.objects.select_related("team", "template_version__template")
        transaction.set_rollback(True)


def test_there_are_so_many_cases_and_their_history_was_checked(cohort):
    assert len(cohort) == CASES > scale.moulds_for(CASES)
    checked = models.HistoryCheck.objects.get()
    assert (checked.findings, checked.rows > 100 * CASES) == (0, True)
    assert set(guard.installed()) == set(guard.expected())


def test_the_recorded_progress_of_a_copy_equals_a_recount(cohort):
    for case in cohort:
        stored = {row.phase: row for row in case.progress.all()}
        for phase, counted in progress.of_case(case, load_items(case)).items():
            assert {name: getattr(stored[phase], name) for name in vars(counted)} == vars(counted)


def test_the_people_of_a_copy_work_in_its_team_and_nothing_happens_in_the_future(cohort):
    members = set(models.Membership.objects.values_list("team", "user"))
    teams = dict(cohort.values_list("pk", "team"))
    events = models.AuditEvent.objects.filter(case__in=teams)
    items = models.ChecklistItem.objects.exclude(settled_by=None)
    assert {(teams[case], team) for case, team in events.values_list("case", "team")} <= {
        (t, t) for t in teams.values()
    }
    assert set(events.values_list("team", "actor")) <= members
    assert {(teams[case], person) for case, person in items.values_list("case", "settled_by")} <= members
    assert events.latest("at").at <= timezone.now()
    assert len(set(teams.values())) > 6


def test_it_refuses_a_database_with_cases_and_leaves_it_alone(cohort):
    with pytest.raises(CommandError, match="left as it is"):
        seed()
    assert cohort.count() == CASES


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["/srv/sixfold/demo.sqlite3", "/scale/bench/production", ""])
def test_it_refuses_a_database_whose_name_does_not_say_what_it_is_for(name, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", name)
    with pytest.raises(CommandError, match="bench or scale"):
        seed()


@pytest.mark.django_db
@pytest.mark.parametrize(("cases", "said"), [(0, "Choose between"), (1, "load_content")])
def test_it_says_what_is_missing(cases, said, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", "bench")
    with pytest.raises(CommandError, match=said):
        seed(cases)


def test_every_second_story_may_come_to_its_end_and_one_case_in_ten_is_open(cohort):
    assert {case.is_closed for case in cohort} == {True, False}
    assert cohort.open().count() < CASES / 2
