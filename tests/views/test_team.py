"""A team's page: who takes what, and a person's open items handed over."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from pathways import models
from pathways.services import checklists
from tests import factories
from tests.views.desk import text
from tests.views.test_bulk import preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.open_case()


@pytest.fixture
def url(case):
    return f"/people/teams/{case.team.code}/"


@pytest.fixture
def discipline(case):
    return factories.item(case, "tick").template_item.discipline


def save(client, url, discipline, person, seen=0):
    sent = {f"person-{discipline.code}": person, f"seen-{discipline.code}": seen, "token": uuid4().hex}
    return client.post(url, sent)


def test_a_coordinator_says_who_takes_a_discipline(client, case, url, discipline):
    person = factories.member(case.team)
    client.force_login(factories.coordinator(case.team))
    assert save(client, url, discipline, person.username).status_code == 303
    assert models.Duty.objects.get().person == person
    assert re.search(f'value="{person.username}" selected', client.get(url).text)


def test_a_member_reads_and_may_not_say(client, case, url, discipline):
    client.force_login(factories.member(case.team))
    assert "Save who takes what" not in client.get(url).text
    assert save(client, url, discipline, "").status_code == 403


def test_a_stale_page_is_told_who_was_first(client, case, url, discipline):
    ann, bob = factories.coordinator(case.team), factories.coordinator(case.team)
    client.force_login(ann)
    save(client, url, discipline, ann.username)
    client.force_login(bob)
    response = save(client, url, discipline, bob.username)
    assert response.status_code == 409
    assert f"{ann} changed who takes {discipline.title}" in text(response)
    assert models.Duty.objects.get().person == ann
    assert re.search(f'value="{ann.username}" selected', response.text)
    assert models.AuditEvent.objects.filter(action="conflicted", actor=bob).exists()


def test_who_is_not_of_the_team_takes_nothing(client, case, url, discipline):
    client.force_login(factories.coordinator(case.team))
    assert save(client, url, discipline, factories.person().username).status_code == 422
    assert not models.Duty.objects.exists()


def test_a_refused_form_is_sent_again_as_of_the_page_that_it_was_filled_in_on(client, case, url, discipline):
    ann, bob = factories.coordinator(case.team), factories.coordinator(case.team)
    client.force_login(ann)
    save(client, url, discipline, ann.username)
    client.force_login(bob)
    refused = save(client, url, discipline, "nobody-there")
    assert refused.status_code == 422
    assert f'name="seen-{discipline.code}" value="0"' in refused.text
    assert save(client, url, discipline, bob.username, seen=0).status_code == 409


def test_what_somebody_has_is_what_my_work_shows_and_what_does_not_apply_now_beside_it(client, case, url):
    ann = factories.member(case.team)
    client.force_login(ann)
    items = list(case.items.filter(settled_at=None, retired_at=None))
    waiting = sum(item.applies_since is not None for item in items)
    for item in items:
        checklists.assign_item(by=ann, item=item, seen=item.version, assignee=ann)
    assert len(items) - waiting == 1
    assert f"{waiting}, and 1 that does not apply now" in text(client.get(url))
    assert f"Now {waiting}" in text(client.get("/"))
    title = f"{len(items)} open items of {ann}, 1 of which does not apply now"
    assert title in text(client.get(f"{url}reassign/", {"from": ann.username}))


def test_a_persons_open_items_go_to_another_at_once(client, case, url):
    ann, bob = factories.member(case.team), factories.member(case.team)
    for code in ("tick", "date"):
        item = factories.item(case, code)
        checklists.assign_item(by=ann, item=item, seen=item.version, assignee=ann)
    client.force_login(bob)
    assert "2 Reassign" in text(client.get(url))
    asked = {"from": ann.username, "kind": "assign", "assignee": bob.username}
    chosen = client.get(f"{url}reassign/", {"from": ann.username})
    assert f"Reassign: 2 open items of {ann}" in text(chosen)
    assert 'type="radio"' not in chosen.text
    shown = preview(client, f"{url}reassign/", **asked)
    token = re.findall(r'name="(token|row)" value="([^"]+)"', shown.text)
    sent = {"token": [v for n, v in token if n == "token"], "row": [v for n, v in token if n == "row"]}
    response = client.post(f"{url}reassign/?from={ann.username}", asked | sent)
    assert response.status_code == 303
    assert {factories.item(case, code).assignee for code in ("tick", "date")} == {bob}


def test_who_reads_the_team_is_led_to_the_reasons(client, case, url):
    client.force_login(factories.member(case.team))
    assert f'href="{reverse("reason_list")}"' in client.get(url).text
