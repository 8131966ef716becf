"""The table: one row for each change, of an action first what the person did and then what followed."""

import pytest

from pathways.audit import table, timeline
from pathways.services import cases, checklists
from tests import factories

pytestmark = pytest.mark.django_db

COMPRESSION = "Spinal cord or cauda equina compression"


@pytest.fixture
def case():
    return factories.open_case(details={"cord_compression": "not_suspected"})


@pytest.fixture
def member(case):
    return factories.member(case.team)


def newest(case):
    """The rows of the newest entry without it."""
    return [row[1:] for row in table.rows(timeline.story(case, limit=1).entries)]


def test_a_change_of_details_has_a_row_for_the_field_and_one_for_each_item_that_followed(case, member):
    cases.update_case_details(
        by=member, case=case, seen=case.version, details={"cord_compression": "suspected"}
    )
    assert newest(case) == [
        ("", COMPRESSION, "Not suspected", "Suspected"),
        (factories.item(case, "several").name, "Applies", "No", "Yes"),
    ]
    cases.update_case_details(by=member, case=case, seen=case.version + 1, details={})
    assert newest(case)[1][1:] == ("Applies", "Yes", "No")


def test_what_followed_without_a_field_is_a_row_of_its_own(case, member):
    item = factories.item(case, "text")
    checklists.record_item(by=member, item=item, seen=item.version, status="in_progress")
    assert newest(case) == [
        (item.name, "Status", "Not started", "In progress"),
        ("", "", "", "Tumour control started"),
    ]


def test_a_comment_is_a_row_with_its_text(case, member):
    item = factories.item(case, "tick")
    checklists.add_comment(by=member, case=case, item=item, text="Rang.")
    assert newest(case) == [(item.name, "Text", "", "Rang.")]


def test_an_opening_has_a_row_for_its_checklist_and_for_each_detail(case):
    assert newest(case) == [
        ("", "", "", "10 items on the checklist, 9 of them apply"),
        ("", COMPRESSION, "", "Not suspected"),
    ]


def test_an_event_that_changed_no_field_has_one_row(case, member):
    checklists.start_phase(by=member, case=case, phase=3)
    assert newest(case)[0] == ("", "", "", "")
