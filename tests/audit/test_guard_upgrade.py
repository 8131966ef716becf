"""An upgrade of a database with history in it loses no trigger and no version.

`python -m tests.benchmarks.upgrade` does the same with 10,000 cases.
"""

import pytest
from django.core.management import call_command

from pathways import models
from pathways.audit import guard, reconcile
from tests.benchmarks import upgrading

from .guarding import as_recorded, refused

CASES = 12


@pytest.mark.django_db(transaction=True)
def test_a_database_with_history_goes_through_an_upgrade():
    upgrading.copy_case(upgrading.case_under_way(), copies=CASES - 1)
    before = set(guard.installed())
    assert models.Case.objects.count() == CASES
    assert reconcile.check().text == ""
    for longer in (True, False):
        upgrading.upgrade(longer=longer)
        assert set(guard.installed()) == before == set(guard.expected())
        assert reconcile.check().text == ""
    refused(lambda: models.ChecklistItem.objects.update(note="Changed"))
    newest = models.Case.objects.latest("pk")
    newest.details = {"age_years": 70}
    as_recorded(newest.save)()
    assert reconcile.check().text == ""


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_that_stops_half_way_goes_on_and_ends_guarded():
    try:
        call_command("migrate", "pathways", "0005", verbosity=0)
        assert guard.installed() == {}
    finally:
        call_command("migrate", verbosity=0, skip_checks=False)
    assert set(guard.installed()) == set(guard.expected())
