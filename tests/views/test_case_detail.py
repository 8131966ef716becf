"""The case page: who sees it, what its phases and rows say, and what it costs."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pathways import progress
from pathways.enums import Phase
from pathways.models import Comment
from pathways.services import cases, checklists
from tests import factories
from tests.views.desk import NOW, case_url, element, fields, item_url, markup, record, send, text

READ_ONLY = "You can view this case. To change it, ask the coordinator."

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def case(team):
    details = {"age_years": 71, "sex": "female", "primary_site": "breast", "index_level": "T9"}
    return factories.open_case(team, details=details, opened_at=NOW - timedelta(hours=5))


def test_the_identity_bar_says_which_case_it_is(signed_in, case):
    bar = re.search(
        r'<div class="idbar">.*?</dl>', signed_in.get(case_url(case)).content.decode(), re.DOTALL
    )[0]
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", bar))
    assert case.reference in words
    expected = (
        "Age 71 years Sex Female Primary Breast Index level T9 Team Rowan team Opened 3 Nov 2026 Status Open"
    )
    assert expected in words


def test_a_detail_nobody_entered_is_said_to_be_so(signed_in, team):
    case = factories.open_case(team)
    assert "Index level Not entered" in text(signed_in.get(case_url(case)))


def test_each_phase_is_counted_as_progress_counts_it(signed_in, member, case):
    record(member, case, "date", response={"value": "2026-11-03T10:00:00Z"})
    record(member, case, "sins", status="blocked", reason=factories.reason())
    page = text(signed_in.get(case_url(case)))
    assert "Diagnosis , Overdue. 1 of 3 settled, 1 overdue" in page
    assert "Stabilisation , Blocked. 0 of 1 settled, 1 blocked" in page
    stored = {each.phase: each for each in case.progress.all()}
    assert (stored[Phase.DIAGNOSIS].settled, stored[Phase.DIAGNOSIS].applicable) == (1, 3)


def test_the_headings_are_where_the_rail_leads(signed_in, case):
    html = signed_in.get(case_url(case)).content.decode()
    for number in range(1, 7):
        assert f'href="#p{number}"' in html
        assert f'<h2 id="p{number}" tabindex="-1">' in html


def test_every_form_has_its_own_token(signed_in, case):
    tokens = re.findall(r'name="token" value="(\w+)"', signed_in.get(case_url(case)).content.decode())
    assert len(tokens) > 5
    assert len(set(tokens)) == len(tokens)


def test_nothing_of_a_closed_case_is_late_or_can_be_changed(signed_in, team, case):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    page = signed_in.get(case_url(case))
    assert "overdue" not in text(page)
    assert "This case is closed: Died." in text(page)
    assert re.findall('<form[^>]*action="/cases', page.content.decode()) == []


def test_a_phase_that_has_not_started_can_be_started_once(signed_in, member, case):
    address = reverse("phase_start", args=[case.reference, Phase.STABILISATION.code])
    sent = fields(signed_in.get(case_url(case)), address)
    for _ in range(2):
        answer = signed_in.post(address, sent)
        assert (answer.status_code, answer.url) == (303, f"{case_url(case)}#p3")
    assert "Started 3 Nov 2026 by A. Rahman." in text(signed_in.get(case_url(case)))
    assert case.phases.get(phase=Phase.STABILISATION).started_by == member
    assert f'action="{address}"' not in signed_in.get(case_url(case)).content.decode()


def test_a_phase_that_does_not_exist_is_not_found(signed_in, case):
    address = reverse("phase_start", args=[case.reference, "seventh"])
    assert signed_in.post(address, {"token": uuid4().hex}).status_code == 404


def test_a_form_without_its_token_starts_nothing(signed_in, case):
    address = reverse("phase_start", args=[case.reference, "stabilisation"])
    answer = signed_in.post(address, {"token": "x" * 40})
    assert answer.status_code == 422
    assert "This form is out of date" in text(answer)


def test_a_comment_on_the_case_is_shown_with_its_author_and_time(signed_in, case):
    address = reverse("case_comment", args=[case.reference])
    sent = fields(signed_in.get(case_url(case)), address) | {"text": "Discussed today."}
    for _ in range(2):
        answer = signed_in.post(address, sent)
        assert (answer.status_code, answer.url) == (303, f"{case_url(case)}#comments")
    page = text(signed_in.get(case_url(case)))
    assert "A. Rahman, 3 Nov 14:32 Discussed today." in page
    assert Comment.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("comment", ["", "   ", "Ring 020 7946 0018", "z" * 10_001])
def test_a_comment_that_cannot_be_kept_comes_back_with_the_reason(signed_in, case, comment):
    address = reverse("case_comment", args=[case.reference])
    answer = signed_in.post(address, {"token": uuid4().hex, "text": comment})
    assert answer.status_code == 422
    assert 'href="#id_text"' in answer.content.decode()
    assert comment in answer.content.decode()
    assert not Comment.objects.exists()


def test_only_the_newest_comments_are_shown(signed_in, member, case):
    for number in range(22):
        checklists.add_comment(by=member, case=case, text=f"Comment {number}.")
    page = text(signed_in.get(case_url(case)))
    assert "Comment 21." in page
    assert "Comment 1." not in page
    assert "The newest comments are shown." in page


def test_an_observer_reads_without_controls(client, team, case):
    client.force_login(factories.observer(team))
    page = client.get(case_url(case))
    assert READ_ONLY in text(page)
    assert re.findall('<form[^>]*action="/cases', page.content.decode()) == []
    assert "Record…" not in text(page)
    for address in (
        reverse("phase_start", args=[case.reference, "stabilisation"]),
        reverse("case_comment", args=[case.reference]),
    ):
        assert client.post(address, {}).status_code == 403


def test_an_auditor_reads_every_case(client, case):
    client.force_login(factories.auditor())
    page = client.get(case_url(case))
    assert page.status_code == 200
    assert READ_ONLY in text(page)


def test_another_teams_case_does_not_exist(client, case):
    client.force_login(factories.member(factories.team()))
    assert client.get(case_url(case)).status_code == 404
    assert client.post(reverse("case_comment", args=[case.reference]), {}).status_code == 404
    assert client.post(reverse("phase_start", args=[case.reference, "pain"]), {}).status_code == 404


def test_only_a_coordinator_is_offered_hold_close_and_reopen(client, signed_in, team, case):
    assert "Close" not in text(signed_in.get(case_url(case)))
    coordinator = factories.coordinator(team)
    client.force_login(coordinator)
    assert "Put on hold Close case" in text(client.get(case_url(case)))
    cases.close_case(by=coordinator, case=case, outcome="died")
    page = text(client.get(case_url(case)))
    assert "Reopen" in page
    assert "Hold" not in page


def full_details(version):
    """An answer to every field, so that many conditional items apply."""
    first = {
        each["code"]: (each.get("choices") or [{"value": None}])[-1]["value"] for each in version.case_fields
    }
    return first | {
        "age_years": 71,
        "index_level": "T9",
        "cord_compression": "suspected",
        "immobilised": True,
    }


def as_list(version, details):
    several = {each["code"] for each in version.case_fields if each.get("multiple")}
    return {code: [value] if code in several else value for code, value in details.items()}


def test_the_page_of_the_shipped_pathway_keeps_to_14_queries_and_80_kilobytes(signed_in, member, team):
    version = factories.shipped()
    case = factories.open_case(team, version, as_list(version, full_details(version)))
    record(member, case, "record-presentation", status="blocked", reason=factories.reason(), note="n" * 5000)
    item = factories.item(case, "notify-mscc-coordinator")
    saved = send(signed_in, item, status="done", one_tap="yes").url
    signed_in.get(saved)
    with CaptureQueriesContext(connection) as queries:
        page = signed_in.get(saved)
    assert len(queries) <= 14
    assert len(page.content) <= 80 * 1024
    assert sum(section.applicable for section in progress.count(list(case.items.all())).values()) > 35


def test_neither_queries_nor_bytes_grow_with_repeats_and_comments(signed_in, member, case):
    def look():
        signed_in.get(case_url(case))
        with CaptureQueriesContext(connection) as queries:
            page = signed_in.get(case_url(case))
        return len(queries), len(page.content)

    record(member, case, "choice", response={"value": "high"})
    checklists.add_comment(by=member, case=case, text="First.")
    queries, size = look()
    for occurrence in range(2, 9):
        record(member, case, "choice", occurrence=occurrence, response={"value": "low"})
    more_queries, more_size = look()
    assert more_queries == queries
    assert abs(more_size - size) < 250


def test_queries_do_not_grow_with_the_template(signed_in, team):
    costs = []
    for count in (6, 90):
        items = [
            {"code": f"item-{n}", "phase": 1 + n % 6, "depends_on": ["item-0"] if n else []}
            for n in range(count)
        ]
        case = factories.open_case(team, factories.published(items))
        signed_in.get(case_url(case))
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(case_url(case))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_clocks_that_run_stand_in_the_bar_above_every_page_of_the_case(signed_in, member, team):
    case = factories.open_case(team, opened_at=NOW - timedelta(hours=5))
    for page in (case_url(case), item_url(factories.item(case, "text"))):
        bar = element(markup(signed_in.get(page)), "flags")
        late, running = re.findall(r'<a href="([^"]+)">[^<]*</a> ([^<]+?)</span>', bar)
        assert late == (f"{case_url(case)}#i-tick-1", "breached 1 h ago (13:32)")
        assert running == (f"{case_url(case)}#i-date-1", "due in 19 h (4 Nov 09:32)")
    record(member, case, "tick", response={"value": True})
    assert "breached" not in element(markup(signed_in.get(case_url(case))), "flags")
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    assert "due in" not in element(markup(signed_in.get(case_url(case))), "flags")
