"""A change of many items against another one, and against a save, with real threads."""

from functools import partial

import pytest

from pathways import models
from pathways.enums import Action
from tests import factories
from tests.services.test_bulk import complete, rows
from tests.services.test_races import at_the_same_moment, settle

pytestmark = pytest.mark.django_db(transaction=True)

CODES = ("tick", "date", "extra")


def test_of_two_bulks_on_the_same_items_each_item_is_done_once():
    case = factories.open_case()
    people = [factories.member(case.team) for _ in range(2)]
    chosen = rows(case, *CODES)
    done = at_the_same_moment(*(partial(complete, person, chosen) for person in people))
    assert sum(len(each.left_out) for each in done) == len(CODES)
    assert models.AuditEvent.objects.filter(case=case, action=Action.RECORD_ITEM).count() == len(CODES)
    assert all(factories.item(case, code).status == "done" for code in CODES)


def test_of_a_bulk_and_a_save_on_one_item_one_is_saved_and_one_is_told():
    case = factories.open_case()
    ann, bob = factories.member(case.team), factories.member(case.team)
    tick = factories.item(case, "tick")
    bulk, saved = at_the_same_moment(
        partial(complete, ann, rows(case, "tick")), settle(tick, bob, "in_progress")
    )
    was_saved = not isinstance(saved, Exception)
    assert was_saved == bool(bulk.left_out)
    assert factories.item(case, "tick").status == ("in_progress" if was_saved else "done")
