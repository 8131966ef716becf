"""Files of template versions going out, and coming in by way of a comparison."""

import json
import re
from copy import deepcopy
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pathways.enums import Action
from pathways.interop.template_documents import digest_of, document_of
from pathways.interop.template_export import Stamp, written
from pathways.models import AuditEvent, PathwayTemplate
from pathways.services import templates
from pathways.services.template_files import replace_draft
from tests import factories
from tests.services.test_template_files import draft, file_of, item  # noqa: F401  a fixture
from tests.views.desk import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = factories.pathway_editor(display_name="E. Haddad")
    client.force_login(person)
    return person


@pytest.fixture
def document(draft):  # noqa: F811
    return deepcopy(document_of(draft))


def address(draft, rest="import/"):  # noqa: F811
    return f"/templates/{draft.template.code}/{rest}"


def send(client, draft, content="", rest="import/", **values):  # noqa: F811
    """Post the text, or the bytes as an upload."""
    sent = {"token": uuid4().hex} | values
    if isinstance(content, bytes):
        content = {"file": SimpleUploadedFile("a.yaml", content)}
    else:
        content = {"text": content}
    return client.post(address(draft, rest), sent | content)


def hidden(page):
    """Name to value of what the form that goes on carries, to the letter."""
    form = re.search(r'<form class="form".*?</form>', page.content.decode(), re.DOTALL)[0]
    return {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}


def yaml_of(document, form="yaml"):
    return written(document, form, Stamp(2, "draft"))


def changed(document):
    item(document, "tick")["title"] = "Tick it well"
    return yaml_of(document)


def test_a_version_goes_out_as_a_file_and_leaves_an_event(client, draft):  # noqa: F811
    person = factories.observer(factories.team())
    client.force_login(person)
    answer = client.get(address(draft, "v1/export/yaml/"))
    assert answer["Content-Type"] == "application/yaml; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{draft.template.code}-v1.yaml"'
    assert answer.content.decode().startswith(
        "schema: 1\nversion:\n  number: 1\n  status: published\n  digest: "
    )
    event = AuditEvent.objects.get(action=Action.EXPORT_TEMPLATE)
    assert (event.actor, event.reason) == (person, f"{draft.template.title} v1 as YAML")


def test_a_draft_goes_out_in_the_other_form(client, editor, draft, document):  # noqa: F811
    answer = client.get(address(draft, "draft/export/json/"))
    content = json.loads(answer.content)
    assert content.pop("version") == {"number": 2, "status": "draft", "digest": digest_of(document)}
    assert content == document


@pytest.mark.parametrize("rest", ["v1/export/csv/", "v9/export/yaml/", "draft/export/html/"])
def test_there_is_no_other_file(client, editor, draft, rest):  # noqa: F811
    assert client.get(address(draft, rest)).status_code == 404
    assert not AuditEvent.objects.filter(action=Action.EXPORT_TEMPLATE).exists()


def test_without_a_draft_a_person_is_asked_to_start_one(client, editor):
    version = factories.published()
    page = client.get(address(version))
    assert "Start a draft first" in text(page)
    assert f'action="{address(version, "draft/start/")}"' in page.text
    assert send(client, version, "schema: 1").status_code == 409


@pytest.mark.parametrize("as_upload", [True, False])
def test_a_file_is_compared_before_anything_is_replaced(client, editor, draft, document, as_upload):  # noqa: F811
    content = changed(document)
    page = send(client, draft, content.encode() if as_upload else content)
    assert page.status_code == 200
    assert "1 changed." in text(page)
    assert "Tick it well" in text(page)
    assert "The file was changed after it was exported." not in text(page)
    assert document_of(draft) != document
    sent = hidden(page)
    assert sent["seen"] == digest_of(document_of(draft))
    answer = client.post(address(draft), sent)
    assert (answer.status_code, answer["Location"]) == (303, address(draft, "draft/"))
    assert document_of(draft) == document
    assert draft.status == "draft"
    assert client.post(address(draft), sent).status_code == 303
    assert AuditEvent.objects.filter(action=Action.REPLACE_DRAFT).count() == 1


def test_a_file_that_says_the_same_offers_nothing_to_replace(client, editor, draft, document):  # noqa: F811
    page = send(client, draft, yaml_of(document, "json"))
    assert "Nothing: the draft says the same already." in text(page)
    assert "Replace the draft</button>" not in page.text


def test_what_is_not_taken_of_a_file_is_said(client, editor, draft, document):  # noqa: F811
    content = yaml_of(document).replace(f"title: {draft.template.title}", "title: Another title")
    words = text(send(client, draft, content))
    assert "Title stays as it is." in words
    assert "The file was changed after it was exported." in words
    assert "Nothing: the draft says the same already." in words


def test_errors_stand_in_words_with_their_lines_and_the_text_is_kept(client, editor, draft, document):  # noqa: F811
    content = yaml_of(document).replace("anchor: case_opened", "anchor: case_opend", 1)
    page = send(client, draft, content)
    line = content[: content.index("case_opend")].count("\n") + 1
    said = f"Line {line}, phases[0].items[0].target.anchor: 'case_opend' is not case_opened"
    assert page.status_code == 422
    assert '<a href="#id_text">Line' in page.text
    assert said in text(page)
    assert "anchor: case_opend" in page.text.partition("<textarea")[2]
    assert "Error:" in page.text.partition("</title>")[0]


def test_a_near_name_is_offered(client, editor, draft, document):  # noqa: F811
    factories.Discipline(code="surgeon")
    item(document, "text")["depends_on"] = ["sin"]
    item(document, "several")["applies_when"]["rule"] = {
        "all": [{"field": "cord_compresion", "is": "suspected"}]
    }
    item(document, "extra")["discipline"] = "surgon"
    words = text(send(client, draft, yaml_of(document).replace("title: Pain", "titel: Pain")))
    assert "phases[1].titel: is not a known field (did you mean 'title'?)" in words
    words = text(send(client, draft, yaml_of(document)))
    assert "'surgon' is not a discipline (did you mean 'surgeon'?)" in words
    assert "depends_on[0]: 'sin' is not an item of this template (did you mean 'sins'?)" in words
    assert "no case field is called cord_compresion (did you mean 'cord_compression'?)" in words


def test_a_file_of_another_template_is_refused(client, editor, draft, document):  # noqa: F811
    document["template"]["code"] = "another"
    page = send(client, draft, yaml_of(document))
    assert page.status_code == 422
    assert f"this is a file of 'another', not of '{draft.template.code}'" in text(page)


def test_of_very_many_errors_the_first_are_shown(client, editor, draft):  # noqa: F811
    page = send(client, draft, "".join(f"a{number}: 1\n" for number in range(9000)))
    assert page.status_code == 422
    assert "And 50 more" in text(page)


def test_a_draft_that_changed_meanwhile_is_compared_anew(client, editor, draft, document):  # noqa: F811
    sent = hidden(send(client, draft, changed(document)))
    other = deepcopy(document_of(draft))
    item(other, "date")["title"] = "Another date"
    person = factories.pathway_editor(display_name="O. Ther")
    replace_draft(by=person, draft=draft, file=file_of(draft, other), seen=digest_of(document_of(draft)))
    page = client.post(address(draft), sent)
    assert page.status_code == 409
    assert "O. Ther changed this while you were editing." in text(page)
    assert "Another date" in text(page)
    assert document_of(draft) == other
    assert AuditEvent.objects.filter(action=Action.CONFLICTED, actor=editor).exists()
    assert client.post(address(draft), hidden(page)).status_code == 303
    assert document_of(draft) == document


def test_a_form_sent_again_after_publishing_is_answered_as_before(client, editor, draft, document):  # noqa: F811
    sent = hidden(send(client, draft, changed(document)))
    assert client.post(address(draft), sent).status_code == 303
    templates.publish_version(by=editor, version=draft, summary="Second.")
    assert client.post(address(draft), sent).status_code == 303
    assert client.post(address(draft), sent | {"token": uuid4().hex}).status_code == 409


def hostile(document):
    """Name to content; what is bytes is uploaded."""
    good = yaml_of(document)
    many = deepcopy(document)
    tick = item(many, "tick")
    many["phases"][0]["items"] = [tick | {"code": f"tick-{number}"} for number in range(501)]
    return {
        "nothing": "",
        "blank": " \n",
        "no bytes": b"",
        "nul": good.replace("title: Diagnosis", "title: Diag\x00nosis"),
        "nul in a file": good.encode().replace(b"title", b"ti\x00tle"),
        "utf-16": good.encode("utf-16"),
        "utf-16 without its mark": good.encode("utf-16-le"),
        "latin-1": good.replace("title: Diagnosis", "title: Diagnosé").encode("latin-1"),
        "large": good + "#" * 300_000,
        "large file": b"# " * 200_000,
        "many items": yaml_of(many).encode(),
        "deep": "a: " + "[" * 12 + "]" * 12,
        "deep json": '{"a":' * 50_000,
        "aliases": "a: &a [1]\nb: *a",
        "bomb": "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]",
        "tags": "a: !!python/object/apply:os.system [ls]",
        "twice": good.replace("schema: 1", "schema: 1\nschema: 1"),
        "huge number": good.replace("schema: 1", f"schema: {'9' * 5000}"),
        "other schema": good.replace("schema: 1", "schema: 1.10"),
        "no": good.replace("title: Diagnosis", "title: [no]"),
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
        "html": "<html>" * 9000,
        "pattern": good.replace(
            "case_fields:\n-",
            "case_fields:\n- code: a\n  title: A\n  type: text\n  pattern: 'a{99999999999}'\n-",
        ),
        "list": "[" + "1," * 100_000 + "1]",
    }


def test_hostile_files_meet_a_clear_refusal(client, editor, draft, document):  # noqa: F811
    for name, content in hostile(document).items():
        for step in ({}, {"seen": digest_of(document)}):
            answer = send(client, draft, content, **step)
            assert answer.status_code in {413, 422}, name
            assert "There is a problem" in answer.text or answer.status_code == 413, name
    assert document_of(draft) == document


@pytest.mark.parametrize("value", ["nonsense", "9" * 400, "\x00", "x" * 2000])
@pytest.mark.parametrize("name", ["token", "seen"])
def test_a_form_that_makes_no_sense_replaces_nothing(client, editor, draft, document, name, value):  # noqa: F811
    before = deepcopy(document)
    answer = send(client, draft, changed(document), **{name: value})
    assert answer.status_code in {409, 422, 200}
    assert document_of(draft) == before


def begin(client, content, **values):
    return client.post("/templates/import/", {"token": uuid4().hex, "text": content} | values)


def test_a_template_begins_from_a_file(client, editor, document):
    document["template"] |= {"code": "another", "reference_prefix": "ANO"}
    token = uuid4().hex
    answers = [begin(client, yaml_of(document), token=token) for _ in range(2)]
    assert [(each.status_code, each["Location"]) for each in answers] == [(303, "/templates/another/")] * 2
    assert "was created from the file, as a draft" in text(client.get("/templates/another/"))
    assert document_of(PathwayTemplate.objects.get(code="another").versions.get()) == document


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ({"reference_prefix": "ANO"}, "Another template has this code."),
        ({"code": "another"}, "Another template has this prefix."),
        ({"code": "new", "reference_prefix": "ANO"}, "no template can be called 'new'"),
        ({"code": "import", "reference_prefix": "ANO"}, "no template can be called 'import'"),
    ],
)
def test_a_template_with_the_code_or_prefix_of_another_is_refused(client, editor, document, header, said):
    document["template"] |= header
    page = begin(client, yaml_of(document))
    assert page.status_code == 422
    assert said in text(page)
    assert PathwayTemplate.objects.count() == 1


def test_a_new_template_must_define_all_that_it_names(client, editor, document):
    document["template"] |= {"code": "another", "reference_prefix": "ANO"}
    del document["case_fields"]
    page = begin(client, yaml_of(document))
    assert page.status_code == 422
    assert "template.case_fields[0]:" in text(page)
    assert "is not a case field" in text(page)
