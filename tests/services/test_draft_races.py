"""Two editors of one draft at the same moment, with real threads and real transactions."""

import pytest

from pathways.interop.template_documents import item_document
from pathways.services import ChangedElsewhere, drafts
from pathways.services.template_life import start_draft
from pathways.services.templates import publish_version
from tests import factories
from tests.services.test_races import at_the_same_moment

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


@pytest.fixture
def draft():
    items = [{"code": f"step-{n}", "phase": 1} for n in range(1, 6)]
    return start_draft(by=factories.pathway_editor(), template=factories.published(items).template)


@pytest.fixture
def editors():
    return factories.pathway_editor(), factories.pathway_editor()


def item(draft, code):
    return draft.items.select_related("discipline", "template_version__template").get(code=code)


def retitle(by, row, title):
    document = item_document(row) | {"title": title}
    return lambda: drafts.edit_item(by=by, item=row, seen=row.version, document=document)


def move(by, row, position):
    return lambda: drafts.move_item(by=by, item=row, seen=row.version, phase=1, position=position)


def test_of_two_who_edit_one_field_at_once_one_is_saved_and_one_is_told(draft, editors):
    for number in range(ROUNDS):
        row = item(draft, "step-1")
        came = at_the_same_moment(*[retitle(by, row, f"{number} by {by.username}") for by in editors])
        assert sorted(type(each).__name__ for each in came) == ["ChangedElsewhere", "Edited"]
        assert item(draft, "step-1").version == number + 2


def test_places_stay_whole_when_two_move_items_at_once(draft, editors):
    ann, bob = editors
    for number in range(ROUNDS):
        mine, theirs = item(draft, "step-1"), item(draft, f"step-{2 + number % 4}")
        came = at_the_same_moment(move(ann, mine, number % 5 + 1), move(bob, theirs, 5 - number % 5))
        assert [type(each).__name__ for each in came] == ["Edited", "Edited"]
        assert sorted(draft.items.values_list("position", flat=True)) == [1, 2, 3, 4, 5]


def test_items_added_at_once_get_codes_and_places_of_their_own(draft, editors):
    def add(by):
        return lambda: drafts.add_item(by=by, draft=draft, phase=1, title="Fit the brace")

    at_the_same_moment(*[add(by) for by in editors])
    added = draft.items.filter(title="Fit the brace").order_by("position")
    assert [(row.code, row.position) for row in added] == [("fit-the-brace", 6), ("fit-the-brace-2", 7)]


def test_what_is_published_at_once_with_an_edit_holds_all_of_it_or_nothing(draft, editors):
    ann, bob = editors
    row = item(draft, "step-1")
    edited, published = at_the_same_moment(
        retitle(ann, row, "Late"), lambda: publish_version(by=bob, version=draft, summary="Now.")
    )
    was_saved = type(edited).__name__ == "Edited"
    assert (item(draft, "step-1").title == "Late") == was_saved
    assert published.status == "published"
    assert not isinstance(edited, ChangedElsewhere)
