"""Setting back: a page that shows what it would do, asks why, and does it once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pathways import models
from pathways.audit import timeline
from pathways.models import AuditEvent
from pathways.services import cases, checklists
from pathways.services.risks import ONE_TAP
from pathways.views.restore_words import offer_restoring
from tests import factories
from tests.views.desk import NOW, item_url, markup, record, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHY = {"why": "Recorded in error"}
ODD = ["", "0", "99", "-1", "nonsense", "9" * 400, "1e3", "²", "1\x00"]


@pytest.fixture
def case(team):
    details = {"cord_compression": "suspected", "age_years": 60}
    return factories.open_case(team, details=details, opened_at=NOW - timedelta(days=5))


@pytest.fixture
def other(team):
    return factories.member(team, display_name="J. Lindqvist")


@pytest.fixture
def tick(case, other):
    """Begun, then done, by somebody else."""
    record(other, case, "tick", status="in_progress", note="Seen on the ward.")
    record(other, case, "tick", response={"value": True}, note="Otherwise.")
    return factories.item(case, "tick")


def of_item(item, version):
    return f"{item_url(item, 'restore')}?version={version}"


def of_details(case, **asked):
    url = reverse("case_detail_restore", args=[case.reference])
    return url + "?" + "&".join(f"{name}={value}" for name, value in asked.items())


def change(case, by, **values):
    live = models.Case.objects.select_related("team", "template_version").get(pk=case.pk)
    cases.update_case_details(by=by, case=live, seen=live.version, details=live.details | values)


def post(client, url, seen, **values):
    return client.post(url, {"token": uuid4().hex, "version": seen} | values)


def version(case):
    return models.Case.objects.get(pk=case.pk).version


def test_the_page_shows_both_states_and_who_left_the_old_one(signed_in, tick):
    page = signed_in.get(of_item(tick, 2))
    words = text(page)
    assert page.status_code == 200
    assert f"Set back “{tick.name}”" in words
    assert "To how it was on 3 Nov 2026, 14:32, as J. Lindqvist left it." in words
    for old, new in (("Done", "In progress"), ("Otherwise.", "Seen on the ward.")):
        assert f"<del>{old}</del>" in markup(page)
        assert f"<ins>{new}</ins>" in markup(page)
    assert "1 change since then, by J. Lindqvist." in words
    assert "Done by J. Lindqvist, 3 Nov 14:32" in words
    assert factories.item(tick.case, "tick").version == tick.version


def test_the_page_offers_the_reasons_that_take_one_tap_and_none_is_its_first_button(signed_in, tick):
    html = markup(signed_in.get(of_item(tick, 2)))
    assert all(f'name="why" value="{words}"' in html for words in ONE_TAP)
    form = html[html.index('<form class="form"') :]
    assert form[form.index("<button") :].startswith('<button class="btn">Set back</button>')


def test_one_tap_sets_it_back_and_says_so(signed_in, tick):
    answer = post(signed_in, of_item(tick, 2), tick.version, **WHY)
    assert (answer.status_code, answer.url) == (303, item_url(tick))
    item = factories.item(tick.case, "tick")
    assert (item.status, item.note) == ("in_progress", "Seen on the ward.")
    assert AuditEvent.objects.get(action="restore").reason == "Recorded in error"
    said = f"“{tick.name}” was set back to how it was on 3 Nov 2026, 14:32."
    assert said in text(signed_in.get(answer.url))


def test_without_a_reason_the_page_asks_again_and_keeps_what_was_typed(signed_in, tick):
    answer = post(signed_in, of_item(tick, 2), tick.version)
    assert answer.status_code == 422
    assert 'href="#why"' in markup(answer)
    assert "Say why it is set back." in text(answer)
    typed = {"why_text": "Ask someone@example.invalid"}
    answer = post(signed_in, of_item(tick, 2), tick.version, **typed)
    assert answer.status_code == 422
    assert f'value="{typed["why_text"]}"' in markup(answer)
    assert factories.item(tick.case, "tick").version == tick.version


def test_what_someone_changed_since_the_page_was_drawn_is_told_and_asked_again(signed_in, other, tick):
    seen = tick.version
    record(other, tick.case, "tick", response={"value": True}, status="in_progress", why="An error")
    answer = post(signed_in, of_item(tick, 1), seen, why_text="Not this patient.")
    assert answer.status_code == 409
    assert "J. Lindqvist changed this while you were editing." in text(answer)
    assert 'value="Not this patient."' in markup(answer)
    assert f'name="version" value="{seen + 1}"' in markup(answer)
    assert "<del>In progress</del>" in markup(answer)
    assert AuditEvent.objects.filter(action="conflicted", case=tick.case).count() == 1
    assert factories.item(tick.case, "tick").status == "in_progress"
    assert post(signed_in, of_item(tick, 1), seen + 1, **WHY).status_code == 303


def test_what_others_changed_beside_it_meanwhile_is_kept_and_told(signed_in, case, other):
    record(other, case, "tick", status="in_progress")
    record(other, case, "tick", status="in_progress", note="Family present.")
    tick = factories.item(case, "tick")
    answer = post(signed_in, of_item(tick, 1), 2, **WHY)
    assert "J. Lindqvist changed the note meanwhile; that was kept." in text(signed_in.get(answer.url))
    change(case, other, age_years=61)
    change(case, other, sex="female")
    answer = post(signed_in, of_details(case, field="age_years", version=1), 2, **WHY)
    assert "Kept what others changed meanwhile: Sex." in text(signed_in.get(answer.url))


def test_a_repeated_post_sets_back_once_and_is_answered_the_same(signed_in, tick):
    sent = {"token": uuid4().hex, "version": tick.version} | WHY
    answers = [signed_in.post(of_item(tick, 2), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].url == answers[1].url
    assert AuditEvent.objects.filter(action="restore").count() == 1


def test_a_token_does_not_stand_for_another_version(signed_in, tick):
    sent = {"token": uuid4().hex, "version": tick.version} | WHY
    signed_in.post(of_item(tick, 2), sent)
    assert signed_in.post(of_item(tick, 1), sent).status_code == 422
    assert factories.item(tick.case, "tick").status == "in_progress"


@pytest.mark.parametrize("asked", ODD)
def test_a_version_that_names_nothing_is_not_found(signed_in, case, tick, asked):
    for url in (of_item(tick, ""), of_details(case, field="age_years", version="")):
        address, _, query = url.partition("?")
        query = {"version": asked} | ({"field": "age_years"} if "field" in query else {})
        assert signed_in.get(address, query).status_code == 404
        assert post(signed_in, f"{address}?version={asked[:30]}&field=age_years", 1).status_code == 404


@pytest.mark.parametrize("field", ["", "nothing", "age_years\x00", "9" * 400])
def test_a_field_that_the_template_does_not_have_is_not_found(signed_in, case, field):
    url = reverse("case_detail_restore", args=[case.reference])
    assert signed_in.get(url, {"field": field, "version": "1"}).status_code == 404


@pytest.mark.parametrize("seen", ["0", "99", "", "-1", "nonsense", "9" * 400])
def test_a_page_that_never_was_is_out_of_date(signed_in, case, tick, other, seen):
    change(case, other, age_years=61)
    for url in (of_item(tick, 1), of_details(case, field="age_years", version=1)):
        assert post(signed_in, url, seen, **WHY).status_code == 422
    assert not AuditEvent.objects.filter(action="restore").exists()


def test_what_stands_now_is_shown_as_that_and_cannot_be_set_back(signed_in, tick):
    page = signed_in.get(of_item(tick, tick.version))
    assert "This is what stands now" in text(page)
    assert "Why this change?" not in text(page)
    assert post(signed_in, of_item(tick, tick.version), tick.version, **WHY).status_code == 422


def test_a_field_of_the_details_is_set_back_alone(signed_in, case, other):
    change(case, other, age_years=61, sex="female")
    page = signed_in.get(of_details(case, field="age_years", version=1))
    assert "Set back “Age at opening (whole years)”" in text(page)
    assert "No other item changes." in text(page)
    answer = post(signed_in, of_details(case, field="age_years", version=1), version(case), **WHY)
    assert answer.status_code == 303
    stored = models.Case.objects.get(pk=case.pk).details
    assert (stored["age_years"], stored["sex"]) == (60, "female")
    assert "Age at opening (whole years) was set back to how it was on" in text(signed_in.get(answer.url))


def test_the_page_of_a_field_tells_which_items_switch_and_that_answers_stay(signed_in, case, member, other):
    record(member, case, "several", response={"value": ["low"]})
    change(case, other, cord_compression="excluded")
    name = factories.item(case, "several").name
    words = text(signed_in.get(of_details(case, field="cord_compression", version=1)))
    assert f"1 item will begin to apply {name} (Stabilisation)" in words
    change(case, other, cord_compression="suspected")
    words = text(signed_in.get(of_details(case, field="cord_compression", version=2)))
    assert f"1 item will no longer apply {name} (Stabilisation)" in words
    assert f"1 answer will be kept all the same {name} (Stabilisation)" in words


def test_a_field_that_someone_changed_since_the_page_was_drawn_is_told(signed_in, case, member, other):
    change(case, member, age_years=61)
    change(case, other, age_years=62)
    answer = post(signed_in, of_details(case, field="age_years", version=1), 2, **WHY)
    assert answer.status_code == 409
    assert "J. Lindqvist changed this while you were editing." in text(answer)
    assert "<del>62" in markup(answer)


def test_the_page_warns_of_what_hangs_on_the_item(signed_in, case, member):
    record(member, case, "choice", status="in_progress")
    record(member, case, "choice", response={"value": "low"})
    item = factories.item(case, "choice")
    words = text(signed_in.get(of_item(item, 2)))
    assert f"1 item will no longer apply {item.name}, occurrence 2 (Pain)" in words
    assert "kept all the same" not in words
    record(member, case, "choice", status="in_progress", occurrence=2)
    words = text(signed_in.get(of_item(item, 2)))
    assert f"A next occurrence has been worked on, and stays {item.name}, occurrence 2 (Pain)" in words
    record(member, case, "choice", response={"value": "high"})
    assert "A next occurrence" not in text(signed_in.get(of_item(factories.item(case, "choice"), 3)))


def test_the_page_warns_of_due_times_that_move(signed_in, case, member):
    for day in (1, 2):
        record(member, case, "date", response={"value": f"2026-11-0{day}T10:00:00+00:00"})
    item, following = factories.item(case, "date"), factories.item(case, "day")
    words = text(signed_in.get(of_item(item, 2)))
    assert f"1 due time will move {following.name} (Diagnosis)" in words


def test_the_page_warns_that_a_phase_is_no_longer_finished(signed_in, team, member):
    case = factories.open_case(team, factories.published([{"code": "only", "phase": 1}]))
    record(member, case, "only", response={"value": True})
    words = text(signed_in.get(of_item(factories.item(case, "only"), 1)))
    assert "Diagnosis will no longer be finished" in words


def test_the_second_time_round_is_named(signed_in, case, member):
    record(member, case, "choice", response={"value": "low"})
    record(member, case, "choice", status="in_progress", occurrence=2)
    item = factories.item(case, "choice", 2)
    assert f"Set back “{item.name}, occurrence 2”" in text(signed_in.get(of_item(item, 1)))


def test_the_page_costs_the_same_however_much_was_changed_since(signed_in, case, member, other):
    def cost():
        url = of_item(factories.item(case, "choice"), 2)
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(url).status_code == 200
        return len(queries)

    record(member, case, "choice", response={"value": "low"})
    record(other, case, "choice", response={"value": "high"})
    cost()
    few = cost()
    for value in ("low", "high") * 5:
        record(other, case, "choice", response={"value": value})
    assert cost() == few <= 20


@pytest.mark.parametrize(("who", "status"), [("observer", 403), ("auditor", 403), ("stranger", 404)])
def test_only_those_who_may_record_see_the_page_or_set_back(client, team, case, tick, who, status):
    people = {
        "observer": lambda: factories.observer(team),
        "auditor": factories.auditor,
        "stranger": lambda: factories.coordinator(factories.team()),
    }
    client.force_login(people[who]())
    for url in (of_item(tick, 1), of_details(case, field="age_years", version=1)):
        assert client.get(url).status_code == status
        assert post(client, url, 1, **WHY).status_code == status


def test_nothing_of_a_closed_case_is_set_back(signed_in, team, case, tick):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    for url in (of_item(tick, 1), of_details(case, field="age_years", version=1)):
        assert signed_in.get(url).status_code == 409
        answer = post(signed_in, url, 1, why_text="Not this patient.")
        assert answer.status_code == 409
        assert "closed" in text(answer)
        assert "Not this patient." in text(answer)


def test_an_event_that_changed_one_field_leads_to_it(signed_in, case, member):
    change(case, member, age_years=61)
    event = AuditEvent.objects.get(action="update_details")
    answer = signed_in.get(of_details(case, event=event.pk))
    assert (answer.status_code, answer.url) == (302, of_details(case, field="age_years", version=2))


def test_of_an_event_that_changed_several_fields_one_is_chosen(signed_in, case, member):
    change(case, member, age_years=61, sex="female")
    event = AuditEvent.objects.get(action="update_details")
    change(case, member, age_years=62)
    html = markup(signed_in.get(of_details(case, event=event.pk)))
    assert f'href="{of_details(case, field="age_years", version=2)}"'.replace("&", "&amp;") in html
    assert "Sex: Female" in html
    assert "(stands now)" in html
    assert "field=sex" not in html


def test_of_the_opening_a_field_that_is_something_else_now_is_chosen(signed_in, case, member):
    event = AuditEvent.objects.get(action="open_case")
    assert "All of them are as they were then." in text(signed_in.get(of_details(case, event=event.pk)))
    change(case, member, age_years=61, sex="female")
    html = markup(signed_in.get(of_details(case, event=event.pk)))
    for field in ("age_years", "sex"):
        assert f'href="{of_details(case, field=field, version=1)}"'.replace("&", "&amp;") in html
    assert "cord_compression" not in html


@pytest.mark.parametrize("event", ["", "nonsense", "9" * 400, "0" * 32])
def test_an_event_that_names_nothing_is_not_found(signed_in, case, event):
    url = reverse("case_detail_restore", args=[case.reference])
    assert signed_in.get(url, {"event": event}).status_code == 404


def test_an_event_without_a_change_of_the_details_or_of_another_case_is_not_found(signed_in, team, tick):
    for event in (AuditEvent.objects.filter(action="record_item").first(), of_another(team)):
        assert signed_in.get(of_details(tick.case, event=event.pk)).status_code == 404


def of_another(team):
    case = factories.open_case(team, details={"age_years": 60})
    change(case, factories.member(team), age_years=61)
    return AuditEvent.objects.get(action="update_details", case=case)


def offered(case, user, item=None):
    """Action and address of each entry that offers to set back to it, newest first."""
    fresh = models.Case.objects.select_related("team", "template_version__template").get(pk=case.pk)
    entries = timeline.story(fresh, item=item).entries
    offer_restoring(entries, user, fresh, item)
    return [(entry.event.action, entry.restore) for entry in entries if entry.restore]


def test_the_history_offers_each_earlier_value_and_not_the_one_that_stands(case, member, tick):
    assert offered(case, member) == [("record_item", of_item(tick, 2))]
    change(case, member, age_years=61)
    change(case, member, age_years=60)
    checklists.add_comment(by=member, case=case, item=tick, text="Seen.")
    checklists.assign_item(by=member, item=tick, seen=tick.version, assignee=member)
    left_61 = models.Case.history.get(id=case.pk, version=2).audit_event_id
    details = ("update_details", of_details(case, event=left_61))
    opening = ("open_case", of_details(case, event=AuditEvent.objects.get(action="open_case").pk))
    assert sorted(offered(case, member)) == [opening, ("record_item", of_item(tick, 2)), details]


def test_a_change_of_which_one_field_still_stands_is_offered_for_the_other(case, member):
    change(case, member, age_years=61, sex="female")
    event = AuditEvent.objects.get(action="update_details")
    change(case, member, age_years=62)
    assert ("update_details", of_details(case, event=event.pk)) in offered(case, member)


def test_the_history_of_an_item_offers_to_empty_it_where_its_case_was_opened(case, member, tick):
    offers = [("open_case", of_item(tick, 1)), ("record_item", of_item(tick, 2))]
    assert sorted(offered(case, member, tick)) == offers
    assert offered(case, member, factories.item(case, "text")) == []


def test_nothing_is_offered_to_those_who_may_not_or_once_the_case_is_closed(team, case, member, tick):
    assert offered(case, factories.observer(team)) == []
    assert offered(case, factories.auditor()) == []
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    assert offered(case, member) == []


def test_every_offer_leads_to_a_page_that_sets_something_back(signed_in, case, member, tick):
    change(case, member, age_years=61)
    change(case, member, age_years=62)
    item = factories.item(case, "tick")
    post(signed_in, of_item(item, 1), item.version, **WHY)
    found = offered(case, member)
    assert {action for action, _ in found} == {"open_case", "record_item", "update_details"}
    for _, address in found:
        assert "What follows from it" in text(signed_in.get(address, follow=True))


def test_the_offers_cost_one_query_however_many_there_are(case, member):
    def cost():
        fresh = models.Case.objects.select_related("team", "template_version").get(pk=case.pk)
        entries = timeline.story(fresh).entries
        with CaptureQueriesContext(connection) as queries:
            offer_restoring(entries, member, fresh)
        return len(queries)

    record(member, case, "tick", status="in_progress")
    member.roles_by_team  # noqa: B018  read once by each request
    assert cost() == 1
    for code in ("text", "extra", "sins"):
        record(member, case, code, status="in_progress")
    assert cost() == 1
