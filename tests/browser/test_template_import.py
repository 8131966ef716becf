"""A file with an error is refused in words, mended, compared with the draft and taken over: three ways."""

import re

import pytest
from playwright.sync_api import expect

from pathways.interop.template_documents import document_of
from pathways.interop.template_export import Stamp, written
from pathways.permissions import as_system
from pathways.services import people, template_life
from tests.browser import world
from tests.browser.harness import axe
from tests.browser.rows import has_focus
from tests.browser.ways import WAYS

pytestmark = pytest.mark.django_db(transaction=True)

TEMPLATE = "/templates/spinal-metastases/"
TITLE = "Score pain at rest and on movement"


@pytest.fixture
def draft():
    version = world.staff().version
    editor = {"username": "haddad", "display_name": "E. Haddad", "password": world.PASSWORD}
    people.create_person(by=as_system(), is_pathway_editor=True, **editor)
    return template_life.start_draft(by=as_system(), template=version.template)


def bring(me, text):
    upload = {"name": "pathway.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    me.page.get_by_label("Choose a file").set_input_files(upload)
    me.follow(me.page.get_by_role("button", name="Compare with the draft"))


def is_refused(me, line):
    problem = me.page.get_by_role("alert")
    expect(problem).to_contain_text(f"Line {line}, ")
    expect(problem).to_contain_text("is not a known field (did you mean 'title'?)")
    if me.has_scripts:
        has_focus(me.page, "errors")
    expect(me.page.get_by_label("Or paste its text")).to_have_value(re.compile(f"titel: {TITLE}"))
    assert not me.has_scripts or axe(me.page) == []


def is_taken_over(me):
    expect(me.page.get_by_text("1 changed.")).to_be_visible()
    expect(me.page.locator("ins", has_text="Score pain well")).to_be_visible()
    assert not me.has_scripts or axe(me.page) == []
    me.follow(me.page.get_by_role("button", name="Replace the draft"))
    expect(me.page).to_have_url(re.compile(f"{TEMPLATE}draft/$"))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_file_with_an_error_is_mended_and_taken_over(in_browser, draft, way):
    text = written(document_of(draft), "yaml", Stamp(draft.number, draft.status))
    line = text[: text.index(f"title: {TITLE}")].count("\n") + 1

    def journey(page):
        me = way(page)
        me.sign_in("haddad")
        page.goto(f"{TEMPLATE}import/")
        assert not me.has_scripts or axe(me.page) == []
        bring(me, text.replace(f"title: {TITLE}", f"titel: {TITLE}"))
        is_refused(me, line)
        bring(me, text.replace(f"title: {TITLE}", "title: Score pain well"))
        is_taken_over(me)

    in_browser(journey, java_script_enabled=way.has_scripts)
    assert draft.items.filter(title="Score pain well").count() == 1
