"""A draft takes over what a file says, and what the file leaves as it is, nobody touches."""

from copy import deepcopy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pathways.enums import Action
from pathways.interop.template_difference import difference
from pathways.interop.template_documents import digest_of, document_of
from pathways.interop.template_export import Stamp, written
from pathways.interop.template_import import read_for_draft, read_for_new
from pathways.models import AuditEvent, Discipline, PathwayTemplate, TemplateItem, TemplateVersion
from pathways.permissions import Forbidden
from pathways.services import BadInput, ChangedElsewhere, DraftGone, template_life
from pathways.services.template_files import create_template_from_file, replace_draft
from pathways.services.templates import publish_version
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.pathway_editor(display_name="E. Haddad")


@pytest.fixture
def draft(editor):
    sources = [each.stored() for each in factories.vocabulary().sources]
    first = factories.draft(template__reference_prefix="GEN", sources=sources)
    publish_version(by=editor, version=first, summary="First.")
    return template_life.start_draft(by=editor, template=first.template)


def disciplines():
    return dict(Discipline.objects.values_list("code", "title"))


def file_of(draft, document, form="yaml"):
    text = written(document, form, Stamp(draft.number, draft.status))
    return read_for_draft(text, file="x", draft=document_of(draft), disciplines=disciplines())


def replace(by, draft, document, **kwargs):
    sent = {"seen": digest_of(document_of(draft)), "file": file_of(draft, document)} | kwargs
    return replace_draft(by=by, draft=draft, **sent)


def rows(draft):
    """Each row of the draft with its version, by its id."""
    kept = [draft, *draft.phases.all(), *draft.items.all()]
    return {(type(row), row.pk): row.version for row in kept}


def item(document, code):
    return next(each for phase in document["phases"] for each in phase["items"] if each["code"] == code)


@pytest.fixture
def document(draft):
    return deepcopy(document_of(draft))


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_goes_out_comes_in_without_touching_a_row(editor, draft, document, form):
    before, file = rows(draft), file_of(draft, document, form)
    assert file.document() == document
    assert not difference(document, file.document())
    after = replace(editor, draft, document, file=file)
    assert rows(TemplateVersion.objects.get(pk=after.pk)) == before
    assert not AuditEvent.objects.filter(action=Action.REPLACE_DRAFT).exists()


def test_the_shipped_pathway_goes_out_and_comes_in_as_it_is(editor):
    draft = template_life.start_draft(by=editor, template=factories.shipped().template)
    before, document = rows(draft), document_of(draft)
    replace(editor, draft, document)
    assert rows(draft) == before
    assert written(document_of(draft), "yaml", Stamp(2, "draft")) == written(
        document, "yaml", Stamp(2, "draft")
    )


def test_only_what_differs_is_changed_in_one_action(editor, draft, document):
    before = rows(draft)
    item(document, "tick")["title"] = "Tick it"
    document["phases"][1]["goal"] = "Less pain."
    replace(editor, draft, document)
    changed = {kind.__name__ for (kind, pk), version in rows(draft).items() if before[kind, pk] != version}
    assert changed == {"TemplateItem", "TemplatePhase"}
    assert sum(rows(draft).values()) == sum(before.values()) + 2
    assert document_of(draft) == document
    [event] = AuditEvent.objects.filter(action=Action.REPLACE_DRAFT)
    assert TemplateItem.history.filter(audit_event=event).count() == 1


def test_an_item_that_the_file_lacks_is_removed_as_an_editor_removes_it(editor, draft, document):
    new = {**item(document, "tick"), "code": "new", "title": "New"}
    document["phases"][3]["items"].append(new)
    replace(editor, draft, document)
    added = draft.items.get(code="new")
    assert (added.was_code, added.position, added.phase) == ("", 2, 4)
    document["phases"][3]["items"] = []
    replace(editor, draft, document)
    assert not draft.items.filter(code="new").exists()
    gone = draft.items.get(code="text")
    assert (gone.is_removed, gone.was_code) == (True, "text")
    assert document_of(draft) == document


def test_an_item_that_was_removed_comes_back_when_the_file_has_it(editor, draft, document):
    factories.edited(draft.items.get(code="tick"), is_removed=True)
    replace(editor, draft, document)
    assert not draft.items.get(code="tick").is_removed
    assert document_of(draft) == document


def test_an_item_that_the_draft_calls_otherwise_is_found_by_its_older_code(editor, draft, document):
    row = factories.edited(draft.items.get(code="tick"), code="tock")
    replace(editor, draft, document)
    found = draft.items.get(code="tick")
    assert (found.pk, found.was_code) == (row.pk, "tick")
    assert draft.items.count() == len(factories.SMALL)


def test_items_stand_in_the_order_of_the_file(editor, draft, document):
    items = document["phases"][0]["items"]
    document["phases"][1]["items"].insert(0, items.pop(0))
    items.reverse()
    replace(editor, draft, document)
    assert document_of(draft) == document


def test_a_gap_that_a_removed_item_left_moves_nothing(editor, draft):
    factories.edited(draft.items.get(code="tick"), is_removed=True)
    before = rows(draft)
    replace(editor, draft, document_of(draft))
    assert rows(draft) == before


def test_a_number_that_became_a_whole_one_is_a_change(editor, draft, document):
    item(document, "number")["response"] |= {"min": 1}
    replace(editor, draft, document)
    assert digest_of(document_of(draft)) == digest_of(document)


def test_definitions_that_the_file_lacks_stay_and_those_that_it_has_replace_them(editor, draft, document):
    before = deepcopy(document)
    del document["instruments"], document["sources"], document["case_fields"]
    document["notes"] = [{"code": "one", "title": "A note", "text": "Read it.", "sources": []}]
    document["template"]["notes"] = ["one"]
    replace(editor, draft, document)
    draft.refresh_from_db()
    assert draft.notes == [{"code": "one", "title": "A note", "text": "Read it.", "sources": []}]
    assert (draft.instruments, draft.case_fields) == (before["instruments"], before["case_fields"])
    document["case_fields"] = before["case_fields"][::-1]
    document["template"]["case_fields"] = [each["code"] for each in document["case_fields"]]
    replace(editor, draft, document)
    draft.refresh_from_db()
    assert draft.case_fields == before["case_fields"][::-1]


def test_the_header_of_the_template_stays(editor, draft, document):
    document["template"]["title"] = "Another title"
    replace(editor, draft, document)
    assert PathwayTemplate.objects.get(pk=draft.template_id).title != "Another title"


def test_a_draft_that_changed_since_it_was_compared_is_not_replaced(editor, draft, document):
    seen, other = digest_of(document), factories.pathway_editor(display_name="O. Ther")
    changed = deepcopy(document)
    item(changed, "tick")["title"] = "By another"
    replace(other, draft, changed)
    item(document, "tick")["title"] = "By me"
    with pytest.raises(ChangedElsewhere, match=r"O\. Ther changed this") as refused:
        replace(editor, draft, document, seen=seen)
    assert refused.value.person == other
    assert document_of(draft) == changed


def test_only_a_draft_is_replaced(editor, draft, document):
    publish_version(by=editor, version=draft, summary="Second.")
    with pytest.raises(DraftGone):
        replace(editor, draft, document)


def test_only_a_pathway_editor_replaces_a_draft_or_begins_a_template(draft, document):
    person = factories.coordinator(factories.team())
    with pytest.raises(Forbidden):
        replace(person, draft, document)
    with pytest.raises(Forbidden):
        create_template_from_file(by=person, file=file_of(draft, document))


def new_file(document, **header):
    document["template"] |= {"code": "another", "reference_prefix": "ANO"} | header
    text = written(document, "json", Stamp(1, "draft"))
    return read_for_new(text, file="x", disciplines=disciplines())


def test_a_new_template_says_what_its_file_says(editor, document):
    document["template"]["sources_summary"] = "From the literature."
    file = new_file(document)
    draft = create_template_from_file(by=editor, file=file)
    assert (draft.number, draft.status) == (1, "draft")
    assert document_of(TemplateVersion.objects.get(pk=draft.pk)) == file.document() == document
    assert not draft.items.exclude(was_code="").exists()
    assert AuditEvent.objects.filter(action=Action.CREATE_TEMPLATE).count() == 1


@pytest.mark.parametrize("name", ["code", "reference_prefix"])
def test_a_code_or_prefix_that_is_taken_begins_no_template(editor, draft, document, name):
    with pytest.raises(BadInput) as refused:
        create_template_from_file(by=editor, file=new_file(document, **{name: getattr(draft.template, name)}))
    assert list(refused.value.errors) == [name]
    assert PathwayTemplate.objects.count() == 1


def test_the_statements_do_not_grow_with_the_file(editor, draft, document):
    counts = []
    for number in (1, 5):
        for phase in document["phases"]:
            extra = {**item(document, "tick"), "title": f"New {number}"}
            phase["items"] += [
                extra | {"code": f"new-{phase['code']}-{n}-{number}".replace("_", "-")} for n in range(number)
            ]
        item(document, "tick")["title"] = f"Tick {number}"
        item(document, "date")["title"] = f"Date {number}"
        file = file_of(draft, document)
        with CaptureQueriesContext(connection) as queries:
            replace(editor, draft, document, file=file)
        counts.append(len(queries))
    assert counts[0] == counts[1]
