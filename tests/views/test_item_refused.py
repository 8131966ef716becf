"""What the row of the case page shows when something could not be saved, and that no text is ever lost."""

import re
from datetime import timedelta

import pytest

from pathways.models import AuditEvent
from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import HTMX, NOW, element, fields, ids, item_url, markup, record, row, send, tap, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

REAL = "Call 020 7946 0018"


@pytest.fixture
def case(team):
    return factories.open_case(team, opened_at=NOW - timedelta(hours=5))


@pytest.fixture
def other(team):
    return factories.member(team, display_name="J. Lindqvist")


def stored(case, code, occurrence=1):
    return factories.item(case, code, occurrence)


REFUSED = {
    "edit": ("save", {"status": "done", "response_value": "many", "note": REAL}, "response_value"),
    "reason": ("save", {"status": "blocked", "one_tap": "yes", "reason_text": REAL}, "reason_text"),
    "assign": ("assign", {"assignee": "nobody-we-know"}, "assignee"),
    "due": ("due", {"due_day": "30", "due_month": "2", "due_year": "2026"}, "due_day"),
    "comment": ("comment", {"text": REAL}, "text"),
}


@pytest.mark.parametrize("part", REFUSED)
def test_a_refused_form_stays_open_in_its_row_with_what_was_typed(signed_in, case, part):
    verb, values, name = REFUSED[part]
    item = stored(case, "number")
    answer = tap(signed_in, item, verb, part=part, **values)
    line = element(markup(answer), "i-number-1")
    wrong = f"i-number-1-{name}"
    assert answer.status_code == 422
    assert f'href="#{wrong}"' in line
    assert element(line, f"{wrong}-error")
    assert REAL in line or REAL not in values.values()
    assert "data-unsaved" in line
    sent = fields(answer, item_url(item, verb), -1)
    assert sent.get("part", "edit") == part
    assert stored(case, "number").version == item.version


@pytest.mark.parametrize("part", ["edit", "reason", "due"])
def test_a_refused_form_goes_on_from_the_version_it_was_shown_with(signed_in, other, case, part):
    """Else the second try would overwrite, unseen, what someone else had saved before the first."""
    verb, values, _ = REFUSED[part]
    item = stored(case, "number")
    record(other, case, "number", status="in_progress")
    checklists.set_due(by=other, item=stored(case, "number"), seen=2, due=NOW + timedelta(days=3))
    answer = tap(signed_in, item, verb, part=part, **values)
    assert answer.status_code == 422
    sent = fields(answer, item_url(item, verb), -1)
    again = {"reason_text": "", "reason": factories.reason().code, "due_day": "27", "due_month": "11"}
    again |= {"due_year": "2026", "response_value": "2.4", "note": ""}
    before = stored(case, "number").version
    assert signed_in.post(item_url(item, verb), values | sent | again, headers=HTMX).status_code == 409
    assert stored(case, "number").version == before


@pytest.mark.parametrize("post", [tap, send])
@pytest.mark.parametrize("part", REFUSED)
def test_what_concerns_no_control_leads_to_one_of_the_form(signed_in, case, post, part):
    verb, values, _ = REFUSED[part]
    answer = post(signed_in, stored(case, "number"), verb, part=part, token="", **values)
    assert "This form is out of date" in text(answer)
    summary = "i-number-1-errors" if post is tap else "errors"
    leads = re.findall(r'<li><a href="#([^"]+)">', element(markup(answer), summary))
    assert set(leads) <= set(ids(markup(answer)))
    form = [each for each in re.findall("<form.*?</form>", markup(answer)) if f'id="{leads[0]}"' in each]
    assert item_url(stored(case, "number"), verb) in form[0]


@pytest.mark.parametrize("part", ["", "menu", "history", "nonsense", "9" * 400])
def test_a_refused_form_that_names_no_part_comes_back_as_the_whole_form(signed_in, case, part):
    answer = tap(signed_in, stored(case, "number"), part=part, status="done", one_tap="yes")
    assert answer.status_code == 422
    assert element(markup(answer), "i-number-1-response_value")


CLASHES = {
    "save": ({"status": "done", "note": "Mine own words.", "response_value": "2.4"}, "Mine <mark>own</mark>"),
    "due": ({"due": "week"}, "<mark>10</mark> Nov 2026"),
    "assign": ({"assignee": "rahman"}, "<mark>A.</mark>"),
}


def clash(client, other, case, verb):
    """What the person sends from a row that the other one has changed in the same way."""
    item = stored(case, "number")
    record(other, case, "number", status="in_progress", note="Mine other words.")
    checklists.set_due(by=other, item=stored(case, "number"), seen=2, due=NOW.replace(hour=23))
    checklists.assign_item(by=other, item=stored(case, "number"), seen=3, assignee=other)
    return tap(client, item, verb, part=verb, **CLASHES[verb][0])


@pytest.mark.parametrize("verb", CLASHES)
def test_both_versions_are_shown_in_the_row_with_what_differs_marked(signed_in, other, case, verb):
    answer = clash(signed_in, other, case, verb)
    line = element(markup(answer), "i-number-1")
    assert answer.status_code == 409
    for words in ("J. Lindqvist changed this while you were editing.", "Keep theirs", "Save mine instead"):
        assert words in line
    assert CLASHES[verb][1] in line
    assert ("Edit mine" in line) == (verb == "save")
    assert element(markup(answer), "rail")
    assert AuditEvent.objects.filter(action="conflicted", case=case).count() == 1
    assert stored(case, "number").version == 4


def test_an_undo_of_what_was_undone_before_leaves_a_note_in_the_row(signed_in, member, case):
    event = checklists.record_item(by=member, item=stored(case, "number"), seen=1, status="in_progress").event
    assert tap(signed_in, stored(case, "number"), "undo", event=event.pk).status_code == 200
    answer = tap(signed_in, stored(case, "number"), "undo", event=event.pk)
    assert answer.status_code == 422
    line = row(answer, "number")
    assert "<p>This change was undone before.</p>" in line
    assert "data-guard" not in line


@pytest.mark.parametrize("verb", CLASHES)
def test_save_mine_instead_goes_through_from_the_row(signed_in, member, other, case, verb):
    answer = clash(signed_in, other, case, verb)
    sent = fields(answer, item_url(stored(case, "number"), verb), 0 if verb != "save" else -2)
    saved = signed_in.post(item_url(stored(case, "number"), verb), sent, headers=HTMX)
    item = stored(case, "number")
    mine = {
        "save": (item.status, item.note) == ("done", "Mine own words."),
        "due": item.due_given == NOW.replace(day=10, hour=23, minute=59, second=59),
        "assign": item.assignee == member,
    }
    assert saved.status_code == 200
    assert mine == {each: each == verb for each in CLASHES}


def test_an_undo_that_comes_too_late_is_told_in_the_row(signed_in, member, other, case):
    event = checklists.record_item(by=member, item=stored(case, "number"), seen=1, status="in_progress").event
    record(other, case, "number", response={"value": 2.4, "unit": "mmol/L"})
    answer = tap(signed_in, stored(case, "number"), "undo", event=event.pk)
    assert answer.status_code == 409
    line = row(answer, "number")
    assert "J. Lindqvist changed this while you were editing." in line
    assert "It was not undone." in line
    assert "Save mine instead" not in line
    assert stored(case, "number").status == "done"


def compared(response):
    return re.search('<div class="cmp">.*?</div> </div>', markup(response))[0]


def test_the_page_without_scripts_compares_as_the_row_does(signed_in, other, case):
    answer = clash(signed_in, other, case, "save")
    page = send(signed_in, stored(case, "number"), version=1, **CLASHES["save"][0])
    assert page.status_code == 409
    assert compared(page) == compared(answer)


def closed(client, case):
    cases.close_case(by=factories.coordinator(case.team), case=case, outcome="died")


def observer(client, case):
    client.force_login(factories.observer(case.team))


def stranger(client, case):
    client.force_login(factories.member(factories.team()))


def nobody(client, case):
    client.logout()


@pytest.mark.parametrize(
    ("become", "status"), [(closed, 409), (observer, 403), (stranger, 404), (nobody, 401)]
)
@pytest.mark.parametrize("verb", ["save", "assign", "due", "comment", "undo"])
def test_what_concerns_more_than_the_row_is_told_at_the_top_and_the_row_stays(
    signed_in, member, case, become, status, verb
):
    item = stored(case, "tick")
    event = checklists.assign_item(by=member, item=item, seen=1, assignee=member).event
    become(signed_in, case)
    values = {"status": "done", "one_tap": "yes", "text": "Typed.", "due": "week", "event": event.pk}
    answer = tap(signed_in, item, verb, **values)
    assert answer.status_code == status
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#flash", "innerHTML")
    assert "<html" not in answer.text
    assert "<li" not in answer.text
