"""The gallery shows every component in every state, and does nothing."""

import re

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pathways.enums import (
    CaseOutcome,
    CaseStatus,
    ItemStatus,
    Phase,
    PhaseState,
    ResponseKind,
    VersionStatus,
)
from pathways.interop.template_files import TemplateFileError, read_template
from pathways.models import AuditEvent
from pathways.views.specimen_forms import QUESTIONS
from pathways.views.specimens import REFERENCE, template_version
from tests import factories

pytestmark = pytest.mark.django_db

TEMPLATES = settings.BASE_DIR / "templates"
NOT_SHOWN = {
    "pathways/_case_live.html": "puts other components one after another, and asks for them again",
    "pathways/_case_sheet.html": "puts other components one after another",
    "pathways/_case_move.html": "the frame of a whole page, with a heading of its own",
    "pathways/_draft_answer.html": "puts other components one after another, for an answer to htmx",
    "pathways/_draft_token.html": "is a hidden field",
    "pathways/_item_head.html": "the heading of a page, which has one",
    "pathways/_kept_fields.html": "is hidden fields",
    "pathways/_work_live.html": "puts other components one after another, and asks for them again",
    "pathways/_sheet_foot.html": "is seen on paper alone, at the foot of every sheet",
}
NOT_ALWAYS_THERE = {"errors.when_day", "errors.due_day"}
STATES = {
    "a row on its way": 'aria-busy="true"',
    "a row that was not saved": "Check your connection and try again.",
    "a change to take back": "Marked done",
    "what was kept of a colleague's change": "changed the note meanwhile; that was kept.",
    "a conflict": "<mark>",
    "an undo too late": "It was not undone.",
    "an overdue item": '<span class="due tag" data-s="overdue">',
    "an optional item": '<span class="tag">Optional</span>',
    "an item of nobody": "Unassigned",
    "an item of the viewer": "</span>You</span>",
    "occurrences that are folded": "2 earlier, last",
    "an item that waits": "Needs: Needed first",
    "a phase to start": "Start phase",
    "a phase to unfold": "1 item, all settled",
    "items that rest": "Does not apply now: 2 items",
    "a list without cases": "No cases match these filters.",
    "a filter left out": "Not every filter was understood",
    "a page between others": 'rel="next"',
    "a refused form": "There is a problem",
    "a half answered score": "3 of 6 answered",
    "a whole score": "Saved: SINS 11 of 18",
}


def signed_in(client):
    """An auditor, where there are reasons with words and without to choose between."""
    factories.ReasonCode()
    factories.ReasonCode(needs_text=True)
    client.force_login(factories.auditor())
    return client


@pytest.fixture
def auditor(client):
    return signed_in(client)


@pytest.fixture(scope="module")
def page(django_db_setup, django_db_blocker):
    """What the gallery adds to the shell of every page; made once for all who only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = main_of(signed_in(Client()).get("/gallery/"))
        transaction.set_rollback(True)
    return made


def main_of(response):
    text = re.sub(r"\s+", " ", response.text)
    return text.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("who", [factories.pathway_editor, factories.auditor, factories.site_admin])
def test_those_with_a_role_across_the_site_see_the_gallery_and_help_leads_to_it(client, who):
    client.force_login(who())
    assert client.get("/gallery/").status_code == 200
    assert 'href="/gallery/"' in client.get("/help/").text


def test_nobody_else_sees_the_gallery_or_the_way_to_it(client):
    assert 'href="/gallery/"' not in client.get("/help/").text
    client.force_login(factories.coordinator(factories.team()))
    assert client.get("/gallery/").status_code == 403
    assert 'href="/gallery/"' not in client.get("/help/").text


def test_every_component_is_in_the_gallery(auditor):
    """A new one needs a specimen, or a reason not to have one."""
    shown = {template.name for template in auditor.get("/gallery/").templates}
    there = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("_*.html")}
    assert there - shown == set(NOT_SHOWN)


def test_every_status_and_state_is_shown(page):
    rows = set(re.findall(r'class="item" id="[^"]+" data-s="(\w+)"', page))
    assert rows == set(ItemStatus)
    heads = set(re.findall(r'class="phase-head".*?class="tag" data-s="(\w+)"', page))
    assert heads == {*PhaseState, ItemStatus.NOT_APPLICABLE}
    bars = set(re.findall(r'<li data-phase="\d" data-s="(\w+)"', page))
    assert bars == {*PhaseState, ItemStatus.NOT_APPLICABLE}
    for each in (*CaseOutcome, *Phase, *CaseStatus, VersionStatus.DRAFT, VersionStatus.RETIRED):
        assert each.label in page, each
    for answered in {*ItemStatus, *PhaseState, CaseStatus.ON_HOLD}:
        assert f'<span class="g" data-s="{answered}">' in page


def test_every_kind_of_answer_is_asked():
    assert {question.asks["kind"] for question in QUESTIONS} == set(ResponseKind)
    asked = {question.asks.get("instrument") for question in QUESTIONS}
    types = {template_version().instrument(code)["type"] for code in asked - {None}}
    assert types == {each["type"] for each in template_version().instruments}


def test_what_stands_beside_a_status_is_shown(page):
    assert [name for name, words in STATES.items() if words not in page] == []


def test_each_form_that_can_be_refused_is_shown_refused(page):
    wrong = set(re.findall(r'id="[^"]*?-1-(\w+)-error"', page))
    answers = {"response_day", "response_value", "response_location", "response_grade"}
    assert wrong >= answers | {
        "status",
        "reason",
        "reason_text",
        "note",
        "when_day",
        "assignee",
        "due_day",
        "text",
    }


def test_no_id_comes_twice_and_every_reference_finds_its_element(page):
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    named = re.findall(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]*)"', page)
    wanted = {each for names in named for each in names.split()} | set(re.findall(r'href="#([^"]*)"', page))
    assert wanted - set(ids) == set()


class Unknown(str):
    """Stands for variables that a template asks for and nobody gave; notes their names."""

    names: set

    def __mod__(self, name):
        self.names.add(str(name))
        return ""


def test_every_variable_of_a_component_is_given(auditor, monkeypatch):
    unknown = Unknown("%s")
    unknown.names = set()
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", unknown)
    auditor.get("/gallery/")
    assert unknown.names - NOT_ALWAYS_THERE == set()


def test_what_is_sent_from_the_gallery_finds_nothing_and_leaves_nothing(auditor, page):
    before = AuditEvent.objects.count()
    forms = re.findall(r"<form\b[^>]*>", page)
    sent = {(re.search(r' action="([^"]*)"', form)[1], 'method="post"' in form) for form in forms}
    assert all(
        action.startswith((f"/cases/{REFERENCE}/", "/cases/views/", "/mentions/")) for action, _ in sent
    )
    answers = {(auditor.post if is_post else auditor.get)(action).status_code for action, is_post in sent}
    assert answers == {404}
    assert AuditEvent.objects.count() == before


def test_no_case_can_have_the_reference_of_the_specimens():
    prefix, number = REFERENCE.split("-")
    with pytest.raises(TemplateFileError, match="reference_prefix"):
        read_template(
            f"schema: 1\ntemplate: {{reference_prefix: {prefix}}}",
            file="x",
            vocabulary=factories.vocabulary(),
        )
    assert number == "1"


def test_a_specimen_neither_takes_the_focus_nor_asks_before_the_page_is_left(page):
    for live in ("hx-", "data-autofocus", "data-guard", "data-unsaved"):
        assert f" {live}" not in page


def test_the_queries_of_the_gallery_do_not_grow(auditor):
    with CaptureQueriesContext(connection) as before:
        auditor.get("/gallery/")
    for _ in range(3):
        factories.open_case()
        factories.ReasonCode()
    with CaptureQueriesContext(connection) as after:
        auditor.get("/gallery/")
    assert len(after) <= len(before)
