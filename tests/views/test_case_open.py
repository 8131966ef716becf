"""Opening a case: the pathway, the details, what will be created, and the one case that comes of it."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from pathways.models import AuditEvent, Case
from pathways.permissions import as_system
from pathways.services import people, templates
from tests import factories
from tests.views.desk import markup, text

URL = "/cases/new/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return factories.published(prefix="SM")


def entries(team, step, **details):
    """What the form sends; details by field code."""
    values = {f"details-{code}": value for code, value in details.items()}
    return {"token": uuid4().hex, "version": "1", "step": step, "team": team.pk} | values


def hidden(response, step):
    """Name to values of the form of this step."""
    forms = re.findall(r"<form.*?</form>", markup(response))
    form = next(each for each in forms if f'name="step" value="{step}"' in each)
    found = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def test_with_one_pathway_the_form_comes_first(client, coordinator, version):
    page = client.get(URL)
    assert page.status_code == 200
    assert 'name="details-age_years"' in markup(page)


def test_with_several_pathways_a_person_chooses_which(client, coordinator, version):
    other = factories.published()
    page = client.get(URL)
    assert version.template.title in text(page)
    assert other.template.title in text(page)
    assert "details-age_years" not in markup(page)
    assert other.template.title in text(client.get(URL, {"template": other.template.code}))


def test_without_a_published_pathway_the_page_says_so(client, coordinator):
    assert "No pathway is published yet" in text(client.get(URL))


def test_a_pathway_that_is_not_on_offer_is_not_found(client, coordinator, version):
    assert client.get(URL, {"template": "no\x00ne"}).status_code == 404


def test_only_coordinators_open_cases(client, version, team):
    for person in (factories.member(team), factories.observer(team), factories.auditor()):
        client.force_login(person)
        answer = client.get(URL)
        assert answer.status_code == 403
        assert "A coordinator of the team can open cases." in text(answer)


def test_only_their_own_teams_are_offered(client, coordinator, version, team):
    foreign = factories.team(name="Larch team")
    people.add_membership(by=as_system(), user=coordinator, team=foreign, role="member")
    assert "Larch team" not in text(client.get(URL))
    answer = client.post(URL, entries(foreign, "save"))
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_the_preview_stores_nothing_and_shows_what_would_be_created(client, coordinator, version, team):
    page = client.post(URL, entries(team, "review", cord_compression="not_suspected"))
    assert page.status_code == 200
    assert not Case.objects.exists()
    words = text(page)
    assert all(each.title in words for each in version.items.all())
    assert "In 4 h" in words
    assert "9 items will apply at once" in words
    assert "Compression is suspected." in words
    assert "Spinal cord or cauda equina compression Not suspected" in words


def test_an_item_whose_clock_waits_says_for_what(client, coordinator, version, team):
    words = text(client.post(URL, entries(team, "review")))
    assert "7 days after an earlier item is done" in words
    assert "28 days after Follow-up starts" in words


def test_a_condition_that_holds_already_is_no_condition_any_more(client, coordinator, version, team):
    words = text(client.post(URL, entries(team, "review", cord_compression="suspected")))
    assert "10 items will apply at once" in words
    assert "Compression is suspected." not in words


def test_going_back_keeps_what_was_entered(client, coordinator, version, team):
    preview = client.post(URL, entries(team, "review", age_years="71", comorbidities=["diabetes", "frailty"]))
    page = client.post(URL, hidden(preview, "change"))
    html = markup(page)
    assert page.status_code == 200
    assert 'name="details-age_years" value="71"' in html
    assert len(re.findall(r'name="details-comorbidities" value="(?:diabetes|frailty)" checked', html)) == 2
    assert f'value="{team.pk}" selected' in html


def test_creating_opens_the_case_and_leads_to_it(client, coordinator, version, team):
    preview = client.post(URL, entries(team, "review", age_years="71", comorbidities=["diabetes"]))
    answer = client.post(URL, hidden(preview, "save"))
    assert answer.status_code == 303
    assert answer.url == reverse("case_detail", args=["SM-1"])
    case = Case.objects.get(reference="SM-1")
    assert case.details == {"age_years": 71, "comorbidities": ["diabetes"]}
    assert (case.team, case.items.count()) == (team, 10)
    assert "SM-1 opened." in text(client.get(answer.url))


def test_the_same_form_sent_twice_opens_one_case(client, coordinator, version, team):
    data = entries(team, "save")
    first, again = client.post(URL, data), client.post(URL, data)
    assert (first.status_code, first.url) == (again.status_code, again.url) == (303, "/cases/SM-1/")
    assert Case.objects.count() == 1


def test_a_repeat_is_answered_as_the_first_although_a_newer_version_was_published_meanwhile(
    client, coordinator, version, team
):
    data = entries(team, "save")
    first = client.post(URL, data)
    newer = factories.draft(template=version.template, number=2)
    templates.publish_version(by=as_system(), version=newer, summary="Second version.")
    again = client.post(URL, data)
    assert (first.status_code, first.url) == (again.status_code, again.url) == (303, "/cases/SM-1/")
    assert Case.objects.count() == 1


def test_another_persons_token_opens_no_way_to_their_case(client, coordinator, version, team):
    data = entries(team, "save")
    client.post(URL, data)
    client.force_login(factories.coordinator(team))
    assert client.post(URL, data).status_code == 422


def test_the_same_token_with_other_entries_opens_nothing(client, coordinator, version, team):
    data = entries(team, "save")
    client.post(URL, data)
    answer = client.post(URL, data | {"details-age_years": "71"})
    assert answer.status_code == 422
    assert Case.objects.count() == 1


def test_a_version_published_meanwhile_is_looked_at_first(client, coordinator, version, team):
    answer = client.post(URL, entries(team, "save") | {"version": "7"})
    assert answer.status_code == 409
    assert "A newer version of this pathway was published meanwhile" in text(answer)
    assert AuditEvent.objects.get(action="conflicted").team == team
    assert not Case.objects.exists()
    assert client.post(URL, hidden(answer, "save")).status_code == 303


@pytest.mark.parametrize(
    ("code", "value", "wrong"),
    [
        ("age_years", "200", "Enter a whole number between 0 and 105 years"),
        ("age_years", "9" * 5000, "Enter a whole number between 0 and 105 years"),
        ("sex", ["male", "female"], "Choose one of the options"),
        ("index_level", "30 February", "Enter one value, for example T9"),
        ("comorbidities", "gout", "Choose one or more of the options"),
    ],
)
@pytest.mark.parametrize("step", ["review", "save"])
def test_what_cannot_be_taken_is_named_and_kept(client, coordinator, version, team, code, value, wrong, step):
    answer = client.post(URL, entries(team, step, **{code: value}))
    html = markup(answer)
    assert answer.status_code == 422
    assert "<title>Error: " in html
    assert "There is a problem" in html
    assert wrong in html
    assert f'href="#id_details-{code}"' in html
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"team": ""},
        {"team": "9" * 40},
        {"team": "\x00"},
        {"team": ["1", "2"]},
        {"step": "delete"},
        {"token": "x"},
        {"version": "9" * 40},
        {"version": ""},
    ],
)
def test_a_form_that_no_page_has_sent_opens_nothing(client, coordinator, version, team, changes):
    assert client.post(URL, entries(team, "save") | changes).status_code == 422
    assert not Case.objects.exists()


def test_a_body_of_a_megabyte_is_refused(client, coordinator, version, team):
    answer = client.post(URL, entries(team, "save", index_level="T" * 1_000_000))
    assert answer.status_code in (400, 413, 422)
    assert not Case.objects.exists()


def test_the_opening_is_told_with_its_opener(client, coordinator, version, team):
    client.post(URL, entries(team, "save"))
    event = AuditEvent.objects.get(case__reference="SM-1")
    assert (event.actor, event.action, event.role) == (coordinator, "open_case", "coordinator")
