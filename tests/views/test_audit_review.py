"""What an auditor has looked through, and what came after."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.audit import timeline
from pathways.models import AuditEvent, Review
from pathways.services.reviews import mark_reviewed
from pathways.views.audit_review import mark_new, review_url
from tests import factories
from tests.views.desk import NOW, record, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    auditor = factories.auditor()
    client.force_login(auditor)
    return auditor


@pytest.fixture
def case(team):
    with time_machine.travel(NOW, tick=False):
        return factories.open_case(team)


def events_of(case):
    return AuditEvent.objects.filter(case=case)


def newest(case):
    return events_of(case).latest("at", "id")


def review(client, **fields):
    return client.post("/audit/review/", {"token": uuid4().hex, "note": "Complete."} | fields)


def work(member, case, *codes, after):
    for number, code in enumerate(codes):
        with time_machine.travel(NOW + after + timedelta(minutes=number), tick=False):
            record(member, case, code, "in_progress", note="Begun")


def new_ones(case):
    entries = timeline.review(events_of(case)).entries
    mark_new(entries)
    return [entry.is_new for entry in entries]


def test_the_page_says_up_to_which_event(client, auditor, case):
    page = client.get("/audit/review/", {"q": case.reference})
    assert "3 Nov 2026, 14:32" in text(page)
    assert "opened the case" in text(page)


def test_a_case_is_marked_with_a_note_and_the_page_goes_back_to_its_history(client, auditor, case):
    answer = review(client, q=case.reference, upto=newest(case).pk)
    assert (answer.status_code, answer.url) == (303, f"/audit/?q={case.reference}")
    saved = Review.objects.get()
    assert (saved.case, saved.reviewer, saved.note) == (case, auditor, "Complete.")


def test_without_a_case_it_is_a_review_of_every_team_from_a_day_on(client, auditor, case):
    upto = newest(case)
    review(client, since="2026-11-01", upto=upto.pk)
    saved = Review.objects.get()
    assert (saved.case, f"{saved.since:%Y-%m-%d %H:%M}", saved.upto) == (None, "2026-11-01 00:00", upto)


def test_sent_twice_it_is_one_review(client, auditor, case):
    fields = {"q": case.reference, "upto": newest(case).pk, "token": uuid4().hex}
    assert [review(client, **fields).status_code for _ in range(2)] == [303, 303]
    assert Review.objects.count() == 1


def test_a_review_without_a_note_comes_back_with_what_it_was_about(client, auditor, case):
    page = review(client, q=case.reference, upto=newest(case).pk, note=" ")
    assert page.status_code == 422
    assert "Say what you reviewed or found" in text(page)
    assert f'name="q" value="{case.reference}"' in page.content.decode()


@pytest.mark.parametrize("wrong", [{"q": "SM-999"}, {"q": "SM-\0"}, {"upto": "newest"}, {"since": "monday"}])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_cannot_be_reviewed_is_refused_in_words(client, auditor, wrong, method):
    page = getattr(client, method)("/audit/review/", {"token": uuid4().hex, "note": "Read."} | wrong)
    assert page.status_code == 422
    assert "cannot be marked as reviewed" in text(page)


def test_a_review_that_names_no_event_is_not_saved(client, auditor, case):
    page = review(client, q=case.reference)
    assert page.status_code == 422
    assert "Choose an event" in text(page)
    assert not Review.objects.exists()


def test_an_event_of_another_case_is_refused(client, auditor, case, team):
    page = review(client, q=case.reference, upto=newest(factories.open_case(team)).pk)
    assert page.status_code == 422
    assert "not of this case" in text(page)


def test_earlier_reviews_stand_on_the_page(client, auditor, case):
    review(client, q=case.reference, upto=newest(case).pk, note="All in order <so far>.")
    assert "All in order <so far>." in text(client.get("/audit/review/", {"q": case.reference}))


def test_nothing_is_new_before_a_first_review(member, case):
    work(member, case, "tick", after=timedelta(hours=1))
    assert not any(new_ones(case))


def test_what_came_after_a_review_of_the_case_is_new(member, case):
    mark_reviewed(by=factories.auditor(), case=case, upto=newest(case), note="Read.")
    work(member, case, "tick", "number", after=timedelta(hours=1))
    assert new_ones(case).count(True) == 2


def test_the_review_itself_is_not_new(case):
    mark_reviewed(by=factories.auditor(), case=case, upto=newest(case), note="Read.")
    assert not any(new_ones(case))


def test_a_review_of_one_case_says_nothing_of_another(member, case, team):
    other = factories.open_case(team)
    mark_reviewed(by=factories.auditor(), case=other, upto=newest(other), note="Read.")
    work(member, case, "tick", after=timedelta(hours=1))
    assert not any(new_ones(case))


def test_a_review_of_everything_covers_each_case(member, case):
    work(member, case, "tick", after=timedelta(hours=1))
    mark_reviewed(by=factories.auditor(), upto=newest(case), note="Read.")
    assert not any(new_ones(case))
    work(member, case, "number", after=timedelta(hours=2))
    assert new_ones(case)[:2].count(True) == 1


def test_what_lies_before_a_reviewed_period_stays_new(member, case):
    work(member, case, "tick", after=timedelta(hours=1))
    begun = NOW + timedelta(minutes=30)
    mark_reviewed(by=factories.auditor(), since=begun, upto=newest(case), note="Read.")
    assert new_ones(case) == [False, True]


def test_an_older_review_still_covers_what_a_later_narrower_one_leaves_out(member, case):
    work(member, case, "tick", after=timedelta(hours=1))
    auditor, first = factories.auditor(), events_of(case).earliest("at", "id")
    mark_reviewed(by=auditor, upto=newest(case), note="Read.")
    mark_reviewed(by=auditor, upto=first, note="Read again.")
    assert not any(new_ones(case)[:2])


def test_telling_what_is_new_takes_one_query(member, case):
    mark_reviewed(by=factories.auditor(), case=case, upto=newest(case), note="Read.")
    entries = timeline.review(events_of(case)).entries
    with CaptureQueriesContext(connection) as queries:
        mark_new(entries)
    assert len(queries) == 1


@pytest.mark.parametrize("name", ["who", "role", "action", "text", "team"])
def test_a_filter_that_hides_events_offers_no_review(case, name):
    entries = timeline.review(events_of(case)).entries
    assert review_url({"q": case.reference}, entries)
    assert review_url({"q": case.reference, name: "x"}, entries) == ""
