"""What opens in an item's row, or in its menu: who gets it, what it offers, and that it is never a page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import (
    HTMX,
    NOW,
    ask,
    case_url,
    ids,
    item_url,
    markup,
    record,
    row,
    same,
    text,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PARTS = ["menu", "edit", "reason&status=blocked", "assign", "due", "comment", "history"]
TO_CHANGE = PARTS[:-1]
CODES = ["tick", "date", "day", "number", "choice", "several", "sins", "text"]


@pytest.fixture
def case(team):
    details = {"cord_compression": "suspected"}
    return factories.open_case(team, details=details, opened_at=NOW - timedelta(hours=5))


@pytest.fixture
def reason():
    return factories.reason()


def stored(case, code, occurrence=1):
    return factories.item(case, code, occurrence)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_no_page_and_no_cache_keeps_it_or_takes_it_for_one(signed_in, case, part):
    answer = ask(signed_in, stored(case, "tick"), part)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer["Cache-Control"] == "no-store"
    assert {"HX-Request", "HX-History-Restore-Request"} <= set(answer["Vary"].split(", "))


@pytest.mark.parametrize(
    "headers", [{}, HTMX | {"HX-History-Restore-Request": "true"}, HTMX | {"HX-Boosted": "true"}]
)
@pytest.mark.parametrize("part", [*PARTS, "nonsense"])
def test_a_shared_link_and_the_way_back_lead_to_the_whole_page(signed_in, case, headers, part):
    page = signed_in.get(f"{item_url(stored(case, 'tick'))}?part={part}", headers=headers)
    assert page.status_code == 200
    assert "<html" in page.text
    assert "History of this item" in text(page)


@pytest.mark.parametrize(
    "part", ["nonsense", "", "reason", "reason&status=done", "reason&status=junk", "9" * 400, "%00", "x%ff"]
)
def test_a_part_that_does_not_exist_is_not_found(signed_in, case, part):
    assert ask(signed_in, stored(case, "tick"), part).status_code == 404


@pytest.mark.parametrize("part", PARTS)
def test_an_observer_may_read_the_history_and_gets_nothing_to_change(client, team, case, part):
    client.force_login(factories.observer(team))
    answer = ask(client, stored(case, "tick"), part)
    assert answer.status_code == (403 if part in TO_CHANGE else 200)
    assert "<form" not in answer.text


def test_an_observer_finds_neither_menu_nor_button_in_a_row(client, team, member, case):
    record(member, case, "tick", status="in_progress")
    client.force_login(factories.observer(team))
    line = row(client.get(case_url(case)), "tick")
    assert "i-tick-1-log" in ids(line)
    assert not {"i-tick-1-go", "i-tick-1-more", "i-tick-1-undo"} & set(ids(line))


@pytest.mark.parametrize("part", PARTS)
def test_a_closed_case_opens_no_part_but_the_history(signed_in, team, case, part):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    answer = ask(signed_in, stored(case, "tick"), part)
    assert answer.status_code == (409 if part in TO_CHANGE else 200)
    assert answer.get("HX-Retarget") == ("#flash" if part in TO_CHANGE else None)


@pytest.mark.parametrize("part", PARTS)
def test_ids_stay_unique_with_the_part_open_in_two_rows(signed_in, member, reason, case, part):
    for code in ("tick", "number"):
        record(member, case, code, status="in_progress")
    found = ids(markup(signed_in.get(case_url(case))))
    for code in ("tick",) if part == "menu" else ("tick", "number"):
        found += ids(markup(ask(signed_in, stored(case, code), part)))
    assert [each for each in set(found) if found.count(each) > 1] == []


def form_of(response):
    """The item's form as its page has it; in a row it is sent by htmx, and Cancel closes it."""
    form = re.search('<form class="stacked".*?</form>', markup(response))[0]
    return same(re.sub(' hx-post="[^"]*"| data-close', "", form))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("status", ["not_started", "blocked"])
def test_the_form_is_the_same_in_the_row_as_on_the_page(signed_in, member, reason, case, code, status):
    if status == "blocked":
        record(member, case, code, status, reason=reason, reason_text="Monday", note="Rang twice.")
    item = stored(case, code)
    assert form_of(ask(signed_in, item, "edit")) == form_of(signed_in.get(item_url(item)))


@pytest.mark.parametrize(("part", "verb"), [("assign", "assign"), ("due", "due"), ("comment", "comment")])
def test_the_smaller_forms_hold_the_same_controls_in_the_row_as_on_the_page(
    signed_in, member, case, part, verb
):
    item = stored(case, "tick")
    checklists.set_due(by=member, item=item, seen=1, due=NOW + timedelta(days=2))
    found = []
    for response in (ask(signed_in, item, part), signed_in.get(item_url(item))):
        [form] = re.findall(rf'<form[^>]* action="{item_url(item, verb)}".*?</form>', markup(response))
        found.append(re.findall(r"<(?:select|option|textarea|button|input id)[^>]*>", form))
    assert found[0] == found[1]


def test_the_history_of_an_item_opens_in_its_row(signed_in, member, case):
    record(member, case, "tick", status="in_progress", note="Asked for it.")
    assert "Asked for it." in text(ask(signed_in, stored(case, "tick"), "history"))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_costs_the_same_few_queries_however_much_happened(signed_in, member, reason, case, part):
    def cost():
        ask(signed_in, stored(case, "text"), part)
        with CaptureQueriesContext(connection) as queries:
            ask(signed_in, stored(case, "text"), part)
        return len(queries)

    def happen(times):
        for _ in range(times):
            record(member, case, "text", status="blocked", reason=reason)
            record(member, case, "text", status="in_progress")
            checklists.add_comment(by=member, case=case, item=stored(case, "text"), text="Said.")

    happen(2)
    few = cost()
    happen(12)
    assert cost() <= few <= 20
