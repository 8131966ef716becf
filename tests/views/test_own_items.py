"""Adding an item to one case, and switching on what waits for a person to say that it applies."""

import pytest

from pathways.models import ChecklistItem
from tests import factories
from tests.services.test_own_items import ASKED
from tests.views.desk import case_url, element, is_back_at_row, item_url, markup, send, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(team):
    return factories.open_case(team, version=factories.published([*factories.SMALL, ASKED]))


def new_url(case, phase="follow_up"):
    return f"{case_url(case)}phases/{phase}/items/new/"


def post(client, case, title, phase="follow_up"):
    return client.post(
        new_url(case, phase), {"title": title, "token": "5a1f52d2-5f0b-4f59-a1dc-0d1b5f1de0a1"}
    )


def test_each_phase_leads_to_a_page_that_adds_an_item_to_it(signed_in, case):
    page = markup(signed_in.get(case_url(case)))
    assert page.count("/items/new/") == 6
    assert new_url(case) in page
    assert "Add an item to Follow-up" in text(signed_in.get(new_url(case)))
    assert signed_in.get(new_url(case, "nowhere")).status_code == 404


def test_who_may_not_record_and_a_closed_case_have_no_way_to_it(client, case):
    client.force_login(factories.observer(case.team))
    assert "/items/new/" not in markup(client.get(case_url(case)))
    assert client.get(new_url(case)).status_code == 403


def test_the_added_item_stands_in_its_phase_and_a_repeat_adds_none(signed_in, case):
    for _ in range(2):
        answer = post(signed_in, case, "Ring the hospice")
        assert answer.status_code == 303
    item = case.items.get(code="own-1")
    assert case.items.filter(template_item=None).count() == 1
    assert "Ring the hospice" in element(markup(signed_in.get(case_url(case))), "i-own-1-1")
    assert "Added for this case" in text(signed_in.get(item_url(item)))


@pytest.mark.parametrize("title", ["", "Ring 07700 900123", "x" * 201])
def test_a_title_that_cannot_be_kept_comes_back_as_it_was_typed(signed_in, case, title):
    answer = post(signed_in, case, title)
    assert answer.status_code == 422
    assert f'value="{title}"' in markup(answer)
    assert not case.items.filter(template_item=None).exists()


def test_a_person_switches_on_what_no_rule_decides_and_off_again(signed_in, case):
    item = factories.item(case, "asked")
    assert "Why does it apply to this case?" in text(signed_in.get(item_url(item)))
    assert send(signed_in, item, "switch", on="yes", switch="She asked.").status_code == 303
    page = text(signed_in.get(item_url(item)))
    assert "“asked” applies now" in page or "applies now." in page
    assert "Why does it no longer apply?" in page
    assert send(signed_in, item, "switch", on="no", switch="No longer.").status_code == 303
    assert ChecklistItem.objects.get(pk=item.pk).applies_since is None


def test_switching_without_a_reason_says_so_and_what_a_rule_decides_offers_none(signed_in, case):
    item = factories.item(case, "asked")
    answer = send(signed_in, item, "switch", on="yes", switch=" ")
    assert answer.status_code == 422
    assert "Say why" in text(answer)
    assert 'href="#i-asked-1-switch"' in answer.text
    assert "/switch/" not in markup(signed_in.get(item_url(factories.item(case, "several"))))
    refused = send(signed_in, factories.item(case, "several"), "switch", on="yes", switch="Because.")
    assert refused.status_code == 422
    assert "A rule decides" in text(refused)


@pytest.mark.parametrize("on", ["", "maybe", "\x00"])
def test_a_switch_that_makes_no_sense_is_refused(signed_in, case, on):
    item = factories.item(case, "asked")
    assert send(signed_in, item, "switch", on=on, switch="Because.").status_code == 422


def test_once_something_is_recorded_no_switch_is_offered(signed_in, member, case):
    item = factories.item(case, "asked")
    assert is_back_at_row(send(signed_in, item, status="in_progress", note=""), item)
    assert "/switch/" not in markup(signed_in.get(item_url(item)))
