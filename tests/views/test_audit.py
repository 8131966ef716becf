"""The audit page: every event of every team for auditors, narrowed by its address."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.audit import reconcile
from pathways.audit.recording import record_event, simulated
from pathways.enums import Action
from pathways.services import checklists
from tests import factories
from tests.views.desk import NOW, case_url, markup, record, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def auditor(client):
    client.force_login(factories.auditor())
    return client


@pytest.fixture
def case(team):
    with simulated(NOW - timedelta(days=3)):
        return factories.open_case(team)


@pytest.fixture
def other():
    with simulated(NOW - timedelta(days=2)):
        return factories.open_case(factories.team(name="Elm team"))


def look(client, **query):
    return client.get("/audit/", query)


def sentences(page):
    """Each event as its page words it, newest first."""
    return [
        " ".join(re.sub("<[^>]+>", " ", each).split())
        for each in re.findall(r"<p><strong>.*?</p>", markup(page))
    ]


def test_every_teams_events_are_told_with_their_case(auditor, member, case, other):
    record(member, case, "choice", response={"value": "low"}, note="Seen.")
    checklists.add_comment(by=factories.member(other.team), case=other, text="Rang.")
    page = look(auditor)
    said = sentences(page)
    title = factories.item(case, "choice").name
    assert any(f"A. Rahman (team member) marked {title} done on {case.reference}" in each for each in said)
    assert any(f"commented on the case on {other.reference}" in each for each in said)
    html = markup(page)
    assert "<ins>Low</ins>" in html
    assert f'href="{case_url(case)}items/choice/1/"' in html
    assert f'href="{case_url(case)}?at=2026-11-03T14:32:00.000000Z"' in html


def test_a_response_is_read_by_the_template_of_its_own_case(auditor, member, case, team):
    field = {
        "code": "choice",
        "response": {"kind": "choice", "choices": [{"value": "low", "label": "Faint"}]},
    }
    twin = factories.open_case(team, factories.published([field]))
    for each in (case, twin):
        record(member, each, "choice", response={"value": "low"})
    assert {"Low", "Faint"} <= set(re.findall(r"<ins>(Low|Faint)</ins>", markup(look(auditor))))


def test_what_is_about_no_case_is_told_too(auditor, member):
    record_event(action=Action.SIGN_IN, by=member)
    record_event(action=Action.SIGN_IN_FAILED, by=None, source="sign_in")
    said = sentences(look(auditor))
    assert "A. Rahman signed in" in said
    assert "The system failed to sign in" in said


def narrowed(auditor, **query):
    return sentences(look(auditor, **query))


def test_each_filter_narrows_the_events_and_says_so(auditor, member, case, other):
    nurse = factories.member(other.team, display_name="P. Adeyemi")
    record(member, case, "tick", response={"value": True})
    with simulated(NOW - timedelta(days=1)):
        checklists.add_comment(by=nurse, case=other, text="Rang.")
    record_event(action=Action.REFUSED, by=nurse, case=case, reason="view this case: GET /cases/")
    wanted = {
        "q": (case.reference.lower(), case.reference),
        "who": (nurse.pk, "P. Adeyemi"),
        "role": ("member", "team member"),
        "action": ("add_comment", "commented"),
        "text": ("view this", "not allowed"),
        "team": (other.team.code, other.reference),
        "since": ("2026-11-03", "marked"),
    }
    everything = len(narrowed(auditor))
    for name, (value, words) in wanted.items():
        page = look(auditor, **{name: value})
        said = sentences(page)
        assert 0 < len(said) < everything, name
        assert any(words in each for each in said), name
        assert 'href="/audit/"' in markup(page)
        assert "Filtered by" in text(page)
    assert (
        len(narrowed(auditor, until="2026-11-01")) + len(narrowed(auditor, since="2026-11-02")) == everything
    )
    assert narrowed(auditor, who=member.pk, action="add_comment") == []
    assert "No events match." in text(look(auditor, q="ZZ-9"))


def test_a_filter_that_is_not_understood_is_left_out_and_named(auditor, case):
    for query in ({"who": "nobody"}, {"since": "yesterday"}, {"action": "dance"}, {"q": "x" * 30}):
        page = look(auditor, **query)
        assert page.status_code == 422
        assert "Not every filter was understood" in text(page)
        assert sentences(page)


def test_pages_go_on_where_the_one_above_ended_and_keep_the_filter(auditor, member, case):
    for number in range(60):
        checklists.add_comment(by=member, case=case, text=f"Comment {number}.")
    first = look(auditor, action="add_comment")
    older = re.search(r'href="([^"]+)"\s+rel="next"', markup(first))[1].replace("&amp;", "&")
    assert "action=add_comment" in older
    second = auditor.get(older)
    assert (len(sentences(first)), len(sentences(second))) == (50, 10)
    assert (
        urlencode({"action": "add_comment"}) in re.search(r'href="([^"]+)"\s+rel="prev"', markup(second))[1]
    )


def test_the_last_history_check_stands_at_the_top(auditor):
    assert "History has not been checked yet." in text(look(auditor))
    reconcile.check()
    assert re.search(
        "History was last checked 3 Nov 2026, 14:32: nothing wrong in [0-9,]+ rows", text(look(auditor))
    )


def test_the_cost_does_not_grow_with_events_or_cases(auditor, member, case):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            look(auditor)
        return len(queries)

    checklists.add_comment(by=member, case=case, text="One.")
    record(member, case, "tick", response={"value": True})
    cost()
    few = cost()
    for _ in range(3):
        more = factories.open_case()
        record(factories.member(more.team), more, "tick", response={"value": True})
    look(auditor)
    assert cost() == few <= 20
