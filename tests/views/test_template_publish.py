"""Reviewing a draft, publishing it, and taking a version out of use."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.enums import Action
from pathways.interop.template_documents import digest_of, document_of
from pathways.models import AuditEvent
from pathways.permissions import as_system
from pathways.services import template_life, templates
from pathways.services.cases import close_case
from pathways.views.draft_findings import for_draft
from tests import factories
from tests.views.desk import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = factories.pathway_editor(display_name="E. Haddad")
    client.force_login(person)
    return person


@pytest.fixture
def version():
    return factories.published()


@pytest.fixture
def draft(editor, version):
    draft = template_life.start_draft(by=editor, template=version.template)
    factories.edited(draft.items.get(code="tick"), title="Tick it", requirement="optional")
    return draft


def address(version, rest="publish/"):
    return f"/templates/{version.template.code}/{rest}"


def reviewed(draft):
    return digest_of(document_of(draft))


def send(client, draft, **values):
    sent = {"token": uuid4().hex, "reviewed": reviewed(draft), "summary": "Clearer words."} | values
    return client.post(address(draft), sent)


def test_the_review_says_what_changes_and_what_to_check(client, draft):
    factories.edited(draft.items.get(code="extra"), is_removed=True)
    page = client.get(address(draft))
    words = text(page)
    assert "Review and publish v2" in words
    assert "Changes from v1" in words
    assert "Was required, now optional" in words
    assert '<button class="btn">Publish v2</button>' in page.text
    assert f'name="reviewed" value="{reviewed(draft)}"' in page.text


def test_the_review_counts_the_open_cases_that_stay_on_each_version(client, editor, draft):
    first = factories.open_case(version=draft.based_on)
    assert "1 open case stays on its version until you move it: 1 on v1." in text(client.get(address(draft)))
    second = templates.publish_version(by=editor, version=draft, summary="Second.")
    for _ in range(2):
        factories.open_case(version=second)
    third = template_life.start_draft(by=editor, template=draft.template)
    said = "3 open cases stay on their version until you move them: 2 on v2, 1 on v1."
    assert said in text(client.get(address(third)))
    close_case(by=as_system(), case=first, outcome="died")
    assert "2 open cases stay on their version until you move them: 2 on v2." in text(
        client.get(address(third))
    )


def test_the_first_version_is_compared_with_nothing(client, editor):
    words = text(client.get(address(factories.draft())))
    assert f"The first version It has {len(factories.SMALL)} items." in words
    assert "No case is open on this template." in words


def test_publishing_says_so_on_the_page_of_the_template(client, editor, draft):
    answer = send(client, draft)
    assert (answer.status_code, answer["Location"]) == (303, address(draft, ""))
    page = client.get(answer["Location"])
    assert "v2 is published. New cases open on it." in text(page)
    assert "Clearer words." in text(page)
    draft.refresh_from_db()
    assert (draft.status, draft.published_by) == ("published", editor)


def test_the_same_form_sent_twice_publishes_once_and_answers_alike(client, draft):
    token, digest = uuid4().hex, reviewed(draft)
    answers = [send(client, draft, token=token, reviewed=digest) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert AuditEvent.objects.filter(action=Action.PUBLISH_VERSION).count() == 2


def test_a_summary_is_required_and_what_was_sent_is_kept(client, draft):
    page = send(client, draft, summary=" ")
    assert page.status_code == 422
    assert '<a href="#id_summary">Enter a summary of what this version changes</a>' in page.text
    page = send(client, draft, summary="Ring 07700 900123.")
    assert page.status_code == 422
    assert "Ring 07700 900123." in page.text
    draft.refresh_from_db()
    assert draft.status == "draft"


@pytest.mark.parametrize("value", ["nonsense", "9" * 400, "\x00", "-1", "x" * 2000])
@pytest.mark.parametrize("name", ["token", "reviewed"])
def test_what_makes_no_sense_publishes_nothing_and_breaks_nothing(client, draft, name, value):
    answer = send(client, draft, **{name: value})
    assert answer.status_code in {409, 422}
    assert "Clearer words." in answer.text
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_draft_that_changed_meanwhile_is_shown_anew_with_what_was_written(client, editor, draft):
    digest = reviewed(draft)
    factories.edited(draft.items.get(code="date"), title="Another day")
    page = send(client, draft, reviewed=digest)
    assert page.status_code == 409
    assert "The draft changed while you were reviewing" in text(page)
    assert "Another day" in text(page)
    assert ">Clearer words.</textarea>" in page.text
    assert AuditEvent.objects.filter(action=Action.CONFLICTED, actor=editor).exists()
    assert f'name="reviewed" value="{reviewed(draft)}"' in page.text
    assert send(client, draft).status_code == 303


def test_errors_stop_publishing_and_lead_to_their_place(client, draft):
    factories.edited(draft.items.get(code="text"), depends_on=["gone"])
    page = client.get(address(draft))
    assert f'<a href="{address(draft, "draft/items/text/")}">' in page.text
    assert "Waits for: 'gone' is not an item of this template" in text(page)
    assert "v2 cannot be published yet: 1 error must be mended first." in text(page)
    assert ">Publish v2</button>" not in page.text
    answer = send(client, draft)
    assert answer.status_code == 422
    assert "This draft cannot be published." in text(answer)


def test_warnings_are_listed_and_stop_nothing(client, draft):
    factories.edited(draft.items.get(code="number"), repeat="P7D", anchor="", within="", basis="")
    page = client.get(address(draft))
    assert "Repeats: Has no target" in text(page)
    assert ">Publish v2</button>" in page.text


def test_a_template_without_a_draft_has_nothing_to_publish(client, editor, version):
    assert client.get(address(version)).status_code == 404


def test_a_draft_that_went_meanwhile_hands_back_what_was_written(client, editor, draft):
    digest = reviewed(draft)
    template_life.discard_draft(by=editor, draft=draft)
    page = send(client, draft, reviewed=digest)
    assert page.status_code == 409
    assert "Clearer words." in text(page)


def test_the_review_costs_the_same_for_more_items_cases_and_findings(client, editor, draft):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(address(draft))
        return len(queries)

    cost()
    before = cost()
    for item in draft.items.all():
        factories.edited(
            item, title=f"{item.title} now", repeat="P7D", anchor="", within="", basis="", anchor_item=""
        )
    factories.open_case(version=draft.based_on)
    assert cost() == before <= 13


def test_the_checks_of_a_draft_cost_one_query_with_its_rows_at_hand(draft):
    phases, items = list(draft.phases.all()), list(draft.items.select_related("discipline"))
    assert for_draft(draft, phases, items).words
    with CaptureQueriesContext(connection) as queries:
        for_draft(draft, phases, items)
    assert len(queries) == 1


def test_what_is_struck_through_is_not_checked_and_nobody_may_wait_for_it(draft):
    factories.edited(draft.items.get(code="sins"), is_removed=True)
    [(finding, url)] = for_draft(draft).errors
    assert (finding.code, finding.field) == ("text", "depends_on")
    assert url == address(draft, "draft/items/text/")


def test_a_discipline_has_somebody_as_long_as_one_of_its_people_is_active(draft):
    discipline = draft.items.first().discipline
    person = factories.person(discipline=discipline)
    assert not for_draft(draft).warnings
    factories.edited(person, is_active=False)
    [(finding, _)] = for_draft(draft).warnings
    assert finding.field == "discipline"


def retire(client, version, **values):
    return client.post(address(version, "v1/retire/"), {"token": uuid4().hex, **values})


def test_retiring_asks_why_and_says_what_goes_on(client, editor, version):
    factories.open_case(version=version)
    close_case(by=as_system(), case=factories.open_case(version=version), outcome="died")
    words = text(client.get(address(version, "v1/retire/")))
    assert "1 open case is on it and will go on as before." in words
    assert "It is the only published version" in words
    page = retire(client, version)
    assert page.status_code == 422
    assert '<a href="#id_reason">Enter a reason</a>' in page.text


def test_retiring_takes_the_version_off_the_page_where_cases_are_opened(client, editor, version):
    answer = retire(client, version, reason="Replaced.")
    assert (answer.status_code, answer["Location"]) == (303, address(version, ""))
    assert "v1 is retired. No case can be opened on it." in text(client.get(answer["Location"]))
    client.force_login(factories.coordinator(factories.team()))
    assert version.template.title not in text(client.get("/cases/new/"))
    assert client.get(f"/cases/new/?template={version.template.code}").status_code == 404


def test_the_same_retirement_sent_twice_is_done_once(client, editor, version):
    token = uuid4().hex
    answers = [
        client.post(address(version, "v1/retire/"), {"token": token, "reason": "Old."}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert AuditEvent.objects.filter(action=Action.RETIRE_VERSION).count() == 1


def test_a_retired_version_is_not_asked_about_again(client, editor, version):
    templates.retire_version(by=editor, version=version, reason="Replaced.")
    answer = client.get(address(version, "v1/retire/"))
    assert (answer.status_code, answer["Location"]) == (303, address(version, ""))
    assert "v1 is retired already." in text(client.get(answer["Location"]))


def test_a_draft_is_not_retired_and_an_unknown_version_is_not_found(client, draft):
    for number in (2, 3):
        assert client.get(address(draft, f"v{number}/retire/")).status_code == 404
