"""An upgrade of a database with history in it loses no trigger and no version.

`python -m tests.benchmarks.upgrade` does the same with 10,000 cases.
"""

import pytest
from django.core.management import call_command

from pathways import models
from pathways.audit import guard, reconcile
from tests.benchmarks import upgrading
from tests.benchmarks.copies import copy_case

from .guarding import as_recorded, refused

CASES = 12


@pytest.mark.django_db(transaction=True)
def test_a_database_with_history_goes_through_an_upgrade():
    copy_case(upgrading.case_under_way(), copies=CASES - 1)
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


@pytest.mark.django_db(transaction=True)
def test_copies_of_a_case_have_their_own_history():
    copy_case(upgrading.case_under_way(), copies=2)
    first, *copies = models.Case.objects.order_by("pk")
    for each in copies:
        events = models.AuditEvent.objects.filter(case=each)
        assert events.count() == models.AuditEvent.objects.filter(case=first).count() > 2
        assert set(each.history.values_list("audit_event_id", flat=True)) <= set(
            events.values_list("id", flat=True)
        )
        assert models.ChecklistItem.history.filter(case_id=each.pk).count() > each.items.count()
        assert models.Comment.objects.filter(case=each).count() == 1
