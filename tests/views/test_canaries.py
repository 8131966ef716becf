"""Nobody finds through any page, search, export, header or log what they may not see of a case.

One case says "canary" wherever a person can write. Every address of the product is asked for, so that a page
that comes later is asked too.
"""

import io
import re
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from django.urls import reverse

from pathways.permissions import as_system
from pathways.services import cases, checklists, people
from tests import factories
from tests.test_urls import routes
from tests.views.desk import record, same

pytestmark = pytest.mark.django_db

ABSENT = "ABSENT-1"
CASE_ABOUT = {"code": "text", "occurrence": 1, "phase": "pain", "form": "csv", "number": 1, "pk": 1}
CASE_ABOUT |= {"page": "completeness", "figure": "team"}
CASE_ABOUT |= {"template": "canaries", "kind": "fields", "entry": "cord_compression"}
# A pathway editor moves the cases of every team: what they need for that is the reference and the team.
SHOWN_TO_EDITORS = {"template_move": "canary team"}
WRITINGS = ["note", "reason_text", "response", "detail", "comment", "remark", "why", "assignee"]

# What more an address may ask for; REF stands for the case's reference, WORD for what its writings say.
QUERIES = {
    "audit": ["q=REF", "text=WORD", "view=table&q=REF", "item=text"],
    "audit_export": ["q=REF", "text=WORD"],
    "case_bulk": ["case=REF", "every=yes&view=open", "step=preview&kind=assign&case=REF&what=i-text"],
    "case_compare": ["from=2026-01-01T10:00", "from=2026-01-01T10:00&to=2099-01-01T10:00"],
    "case_detail": ["at=2099-01-01T10:00", "at=2026-01-01T10:00"],
    "case_detail_restore": ["field=remark&version=1"],
    "case_history": ["item=text/1", "before=2099-01-01T10:00:00.000000Z_00000000000000000000000000000000"],
    "case_list": [
        "q=REF", "view=open", "view=closed", "view=mine", "view=open&q=REF", "view=open&team=hidden",
        "view=open&assignee=ASSIGNEE", "view=open&sort=case&page=2", "view=open&q=WORD",
    ],
    "dashboard_figures": ["team=hidden", "template=canaries"],
    "dashboard_progress": ["team=hidden"],
    "dashboard_rows": ["figure=team&row=hidden&column=all"],
    "item_detail": ["part=edit", "part=menu"],
    "item_restore": ["version=1"],
    "sign_in": ["next=/cases/REF/"],
    "template_move": ["every=yes&step=preview"],
}  # fmt: skip


class Field(dict):
    stored = dict.copy


@pytest.fixture
def hidden(monkeypatch):
    """A case with a canary in every place; its reference and its people say so, too."""
    words = factories.vocabulary()
    remark = Field(code="remark", title="Remark", type="text")
    vocabulary = SimpleNamespace(case_fields=[*words.case_fields, remark], instruments=words.instruments)
    monkeypatch.setattr(factories, "vocabulary", lambda: vocabulary)
    team = factories.team(code="hidden", name="Canary team")
    lead = factories.coordinator(team, display_name="Canary lead")
    version = factories.published(prefix="CANARY", code="canaries")
    case = factories.open_case(team, version, {"remark": "canary detail"}, by=lead)
    response = {"value": "canary response"}
    record(lead, case, "text", status="in_progress", response=response, note="canary note")
    reason = factories.reason()
    record(lead, case, "tick", status="blocked", reason=reason, reason_text="canary reason_text")
    assignee = factories.member(team, display_name="canary assignee")
    item = factories.item(case, "date")
    checklists.assign_item(by=lead, item=item, seen=item.version, assignee=assignee)
    checklists.add_comment(by=lead, case=case, text="canary comment")
    checklists.add_comment(by=lead, case=case, item=factories.item(case, "tick"), text="canary remark")
    cases.hold_case(by=lead, case=case, reason="canary why")
    return case


def nobody(hidden):
    return None


def outsider(hidden):
    return factories.member(factories.open_case().team)


def other_coordinator(hidden):
    return factories.coordinator(factories.open_case().team)


def other_observer(hidden):
    return factories.observer(factories.team())


def former_member(hidden):
    """Someone whose membership of the case's team has ended."""
    person = factories.member(hidden.team, display_name="F. Ormer")
    people.end_membership(by=as_system(), membership=person.memberships.get())
    return person


def editor(hidden):
    return factories.pathway_editor()


def site_admin(hidden):
    return factories.site_admin()


def member(hidden):
    return factories.member(hidden.team, display_name="M. Ember")


def coordinator(hidden):
    return factories.coordinator(hidden.team, display_name="C. Oordinator")


def observer(hidden):
    return factories.observer(hidden.team, display_name="O. Bserver")


MAY_NOT_SEE = [nobody, outsider, other_coordinator, other_observer, former_member, editor, site_admin]
MAY_SEE = [member, coordinator, observer]


def names(roles):
    return pytest.mark.parametrize("role", roles, ids=lambda role: role.__name__)


def addresses(reference):
    """(route name, path, query) of every address, with each query that it takes."""
    for name, pattern in routes().items():
        about = {key: (CASE_ABOUT | {"reference": reference})[key] for key in pattern.pattern.converters}
        for query in ["", *QUERIES.get(name, [])]:
            yield name, reverse(name, kwargs=about), query


def get(client, path, query=""):
    """Status, and everything that went out: headers, and the body, of a zip what is in it."""
    answer = client.get(f"{path}?{query}" if query else path)
    data = answer.getvalue()
    if data.startswith(b"PK"):
        with ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    return answer.status_code, f"{dict(answer.headers)}\n{data.decode('utf-8')}"


def asked(client, person, path, query, reference, word):
    """The answer, but for what differs each time and for the words that were typed."""
    client.logout()
    if person:
        client.force_login(person)
    met, said = get(client, path, query.replace("REF", reference).replace("WORD", word))
    said = re.sub("'Content-Length': '[0-9]+'", "", same(said)).casefold()
    said = said.replace(reference.casefold(), "REF")
    return met, said.replace(word, "WORD") if "WORD" in query else said


@names(MAY_NOT_SEE)
def test_who_may_not_see_a_case_finds_no_trace_of_it_anywhere(client, hidden, log, role):
    """What names it is answered as what names nothing."""
    person, assignee = role(hidden), hidden.items.get(assignee__isnull=False).assignee_id
    hidden_ones, absent_ones = addresses(hidden.reference), addresses(ABSENT)
    for (name, path, query), (_, absent_path, _) in zip(hidden_ones, absent_ones, strict=True):
        query = query.replace("ASSIGNEE", str(assignee))
        answer = asked(client, person, path, query, hidden.reference, "canary")
        said = answer[1].replace("canary-2", "").replace("canaries", "")
        said = said.replace(SHOWN_TO_EDITORS.get(name, "canary"), "") if role is editor else said
        assert "canary" not in said, (name, query)
        if path != absent_path or re.search("REF|WORD", query):
            assert answer == asked(client, person, absent_path, query, ABSENT, "absent"), (name, query)
    assert "canary" not in log.getvalue().replace(hidden.reference, "").casefold()


@names(MAY_SEE)
@pytest.mark.parametrize("query", ["", "q=REF", "text=canary"])
def test_a_team_finds_its_case_on_its_pages_and_not_in_review_or_export(client, hidden, log, role, query):
    client.force_login(role(hidden))
    assert "canary note" in get(client, reverse("case_detail", args=[hidden.reference]))[1]
    query = query.replace("REF", hidden.reference)
    for path in ("/audit/", "/audit/export/csv/", "/audit/export/jsonl/", "/audit/review/"):
        met, said = get(client, path, query)
        assert met == 403, path
        assert not set(re.findall("canary [a-z_]+", said)) & {f"canary {each}" for each in WRITINGS}, path
    met, said = get(client, reverse("case_bundle", args=[hidden.reference]))
    assert met == 403
    assert "canary" not in said.replace(hidden.reference, "")
    assert "canary" not in log.getvalue().replace(hidden.reference, "").casefold()


SHOWN_TO_AUDITORS = [
    "/audit/export/csv/",
    "/audit/export/jsonl/",
    "/cases/CANARY-1/bundle/",
    "/cases/CANARY-1/history/",
]


@pytest.mark.parametrize("path", SHOWN_TO_AUDITORS)
def test_an_auditor_finds_every_writing_and_the_log_none(client, hidden, log, path):
    client.force_login(factories.auditor())
    said = get(client, path)[1]
    assert [each for each in WRITINGS if f"canary {each}" not in said] == []
    assert "canary" not in log.getvalue().replace(hidden.reference, "").casefold()


def test_what_an_auditor_sees_of_one_case_is_of_no_other(client, hidden):
    other = factories.open_case(version=hidden.template_version)
    client.force_login(factories.auditor())
    assert other.reference == "CANARY-2"
    for path, query in (
        ("/cases/CANARY-2/bundle/", ""),
        ("/audit/export/csv/", "q=CANARY-2"),
        ("/audit/export/jsonl/", "q=CANARY-2"),
        ("/cases/CANARY-2/history/", ""),
    ):
        met, said = get(client, path, query)
        assert met == 200
        assert "canary" not in re.sub("canary-2", "", said.casefold()), path
