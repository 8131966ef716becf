"""The details of a case: looked at, reviewed, saved, and shown to both when two people change the same."""

import re
from uuid import uuid4

import pytest

from pathways.models import AuditEvent
from pathways.services import cases
from tests import factories
from tests.views.desk import text

BEFORE = {"age_years": 71, "cord_compression": "not_suspected", "pain_severity": "mild"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(team, client):
    person = factories.member(team, display_name="Dr A. Rahman")
    client.force_login(person)
    return person


@pytest.fixture
def other(team):
    return factories.member(team, display_name="Dr J. Lindqvist")


@pytest.fixture
def case(team):
    return factories.open_case(team, details=BEFORE)


@pytest.fixture
def send(client, case):
    """send("save", pain_severity="severe") posts the form with the fields as they were, but for these."""

    def post(step, version=1, token=None, **changes):
        values = {f"details-{code}": value for code, value in (BEFORE | changes).items()}
        data = {"token": token or uuid4().hex, "version": version, "step": step}
        return client.post(url(case), data | values)

    return post


def url(case):
    return f"/cases/{case.reference}/details/"


def markup(response):
    """The page with every run of white space as one space."""
    return re.sub(r"\s+", " ", response.content.decode())


def hidden(response, button):
    """Name to values of the form with this button."""
    forms = re.findall(r"<form.*?</form>", markup(response))
    form = next(each for each in forms if f">{button}<" in each)
    found = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return found


def saved_meanwhile(case, by, **changes):
    cases.update_case_details(by=by, case=case, seen=1, details=BEFORE | changes)


def stored(case):
    case.refresh_from_db()
    return case.details


def test_the_form_shows_what_is_stored(client, member, case):
    html = markup(client.get(url(case)))
    assert 'name="details-age_years" value="71"' in html
    assert '<option value="mild" selected>' in html


def test_observers_read_the_values_and_get_no_form(client, case, team):
    client.force_login(factories.observer(team))
    page = client.get(url(case))
    assert "You can view this case. To change it, ask the coordinator." in text(page)
    assert "Pain severity (team summary) Mild" in text(page)
    assert "details-age_years" not in markup(page)


@pytest.mark.parametrize("step", ["review", "save", "change"])
def test_an_observer_cannot_send_the_form_all_the_same(client, case, team, send, step):
    client.force_login(factories.observer(team))
    assert send(step, pain_severity="severe").status_code == 403
    assert stored(case) == BEFORE


def test_other_teams_do_not_find_the_case(client, case):
    client.force_login(factories.coordinator(factories.team()))
    assert client.get(url(case)).status_code == 404


def test_the_review_shows_what_changes_and_saves_nothing(member, case, send):
    page = send("review", cord_compression="suspected", pain_severity="")
    words = text(page)
    assert "Spinal cord or cauda equina compression Not suspected Suspected" in words
    assert "Pain severity (team summary) Mild Not entered" in words
    assert "1 item will begin to apply" in words
    assert stored(case) == BEFORE


def test_the_review_shows_what_is_switched_off(member, case, send, other):
    saved_meanwhile(case, other, cord_compression="suspected")
    words = text(send("review", version=2, cord_compression="excluded"))
    assert "1 item will no longer apply" in words


def test_a_review_of_nothing_says_so(member, case, send):
    assert "Nothing is different from what is saved." in text(send("review"))


def test_going_back_from_the_review_keeps_what_was_entered(client, member, case, send):
    page = send("review", pain_severity="severe")
    again = client.post(url(case), hidden(page, "Back to change the details"))
    assert again.status_code == 200
    assert '<option value="severe" selected>' in markup(again)


def test_saving_leads_to_the_case_and_says_so(client, member, case, send):
    page = send("review", pain_severity="severe", age_years="")
    answer = client.post(url(case), hidden(page, "Save"))
    assert (answer.status_code, answer.url) == (303, f"/cases/{case.reference}/")
    assert stored(case) == {"cord_compression": "not_suspected", "pain_severity": "severe"}
    assert "Case details saved." in text(client.get(answer.url))


def test_what_someone_else_changed_meanwhile_is_kept_and_said(client, member, case, send, other):
    saved_meanwhile(case, other, pain_severity="severe")
    answer = send("save", age_years="72")
    assert answer.status_code == 303
    assert stored(case) == BEFORE | {"age_years": 72, "pain_severity": "severe"}
    said = "Kept what others changed meanwhile: Pain severity (team summary)."
    assert said in text(client.get(answer.url))


def test_the_review_of_a_stale_form_does_not_count_what_others_changed(member, case, send, other):
    saved_meanwhile(case, other, pain_severity="severe")
    words = text(send("review", age_years="72"))
    assert "71 years 72 years" in words
    assert "Pain severity" not in words


@pytest.fixture
def conflict(case, send, member, other):
    """Both changed the pain; the person also the age, and the other the sex."""
    saved_meanwhile(case, other, pain_severity="severe", sex="female")
    return send("save", pain_severity="moderate", age_years="72")


def test_two_changes_of_one_field_are_shown_to_the_second(case, conflict, member):
    words = text(conflict)
    assert conflict.status_code == 409
    assert "Dr J. Lindqvist changed this while you were editing" in words
    assert "Nothing you wrote has been lost." in words
    assert "Pain severity (team summary) Mild Severe Moderate" in words
    assert "Age at opening (whole years) 71 years 72 years" in words
    assert stored(case) == BEFORE | {"pain_severity": "severe", "sex": "female"}
    told = AuditEvent.objects.filter(action="conflicted", actor=member, case=case)
    assert told.count() == 1


def test_keeping_theirs_saves_the_rest_of_mine(client, case, conflict):
    assert client.post(url(case), hidden(conflict, "Keep theirs, save the rest")).status_code == 303
    assert stored(case) == BEFORE | {"pain_severity": "severe", "sex": "female", "age_years": 72}


def test_saving_mine_instead_touches_nothing_that_only_they_changed(client, case, conflict):
    assert client.post(url(case), hidden(conflict, "Save mine instead")).status_code == 303
    assert stored(case) == BEFORE | {"pain_severity": "moderate", "sex": "female", "age_years": 72}


def test_editing_mine_opens_the_form_with_my_values(client, case, conflict):
    page = client.post(url(case), hidden(conflict, "Edit mine"))
    html = markup(page)
    assert '<option value="moderate" selected>' in html
    assert 'name="details-age_years" value="72"' in html
    assert 'name="version" value="2"' in html


def test_with_nothing_else_of_mine_keeping_theirs_is_a_link(case, member, other, send):
    saved_meanwhile(case, other, pain_severity="severe")
    assert ">Keep theirs</a>" in markup(send("save", pain_severity="moderate"))


def test_the_same_answer_of_two_people_is_no_conflict(case, member, other, send):
    saved_meanwhile(case, other, pain_severity="severe")
    assert send("save", pain_severity="severe").status_code == 303


def test_the_same_form_sent_twice_is_answered_the_same_and_saved_once(case, member, send):
    token = uuid4().hex
    first = send("save", token=token, pain_severity="severe")
    again = send("save", token=token, pain_severity="severe")
    assert (again.status_code, again.url) == (first.status_code, first.url)
    case.refresh_from_db()
    assert case.version == 2


@pytest.mark.parametrize("step", ["review", "save"])
def test_a_closed_case_takes_nothing_and_hands_the_entries_back(client, case, member, send, team, step):
    cases.close_case(by=factories.coordinator(team), case=case, outcome="died")
    answer = send(step, version=2, pain_severity="severe")
    assert answer.status_code == 409
    assert "is closed" in text(answer)
    assert "severe" in text(answer)
    assert stored(case) == BEFORE
    page = client.get(url(case))
    assert "Nothing can be changed until a coordinator reopens it." in text(page)
    assert "details-age_years" not in markup(page)


@pytest.mark.parametrize("step", ["review", "save"])
@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "2147483647"])
def test_a_version_that_the_case_never_had_is_out_of_date(case, member, send, step, version):
    answer = send(step, version=version, pain_severity="severe")
    assert answer.status_code == 422
    assert "This page is out of date. Reload it and try again." in text(answer)
    assert '<option value="severe" selected>' in markup(answer)
    assert stored(case) == BEFORE


@pytest.mark.parametrize(
    ("code", "value"),
    [("age_years", "200"), ("sex", ["male", "female"]), ("index_level", "Q" * 1000)],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_saved(case, member, send, code, value):
    answer = send("save", **{code: value})
    assert answer.status_code == 422
    assert "<title>Error: " in markup(answer)
    assert f'href="#id_details-{code}"' in markup(answer)
    assert stored(case) == BEFORE


def test_a_nul_byte_is_nothing(case, member, send):
    assert send("save", index_level="\x00").status_code == 303
    assert stored(case) == BEFORE


def test_text_of_a_real_person_is_refused(case, member, send):
    assert send("save", index_level="ann@example.org").status_code == 422
