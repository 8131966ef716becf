"""A form shows an entry and reads it back unchanged; what it cannot read it names by its line."""

from uuid import uuid4

import pytest
from django.http import QueryDict

from pathways.forms.template_vocabulary import FieldForm, InstrumentForm, NoteForm, SourceForm
from tests import factories

FORMS = {"case_fields": FieldForm, "instruments": InstrumentForm, "sources": SourceForm, "notes": NoteForm}


def bound(form, shown):
    data = QueryDict(mutable=True)
    for name, value in ({"token": uuid4().hex, "version": 1} | shown).items():
        if value is not None and value is not False and name in form.base_fields:
            data[name] = str(value)
    return form(data)


@pytest.mark.parametrize(
    ("kind", "entry"),
    [(kind, each.stored()) for kind in FORMS for each in getattr(factories.vocabulary(), kind)],
    ids=lambda each: each if isinstance(each, str) else each["code"],
)
def test_what_a_form_shows_of_an_entry_it_reads_back_unchanged(kind, entry):
    form = bound(FORMS[kind], FORMS[kind].shown_of(entry))
    assert form.is_valid(), form.errors
    assert form.entry() == entry


SUM = {"code": "x", "title": "X", "type": "sum", "scope": "All", "higher_is": "worse", "number": "1"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("bands", "low = Low", "Line 1: write code = Label | 0 to 6"),
        ("bands", "low = Low | 0 to 6\n\nhigh | 7 to 9", "Line 3: write code = Label | 0 to 6"),
        ("body", "- a = A | 1", "Line 1: write - value = Label | points, below a part"),
        ("body", "part = Part\n- a = A | many", "Line 2: write - value = Label | points, below a part"),
        ("body", "part", "Line 1: write code = Title of the part"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(name, text, said):
    form = bound(InstrumentForm, SUM | {name: text})
    assert form.errors[name] == [said]


def test_a_choice_without_its_label_is_named():
    form = bound(FieldForm, {"code": "x", "title": "X", "type": "choice", "choices": "a = A\nb"})
    assert form.errors["choices"] == ["Line 2: write value = Label"]


def test_a_remark_that_is_none_is_named():
    form = bound(InstrumentForm, SUM | {"type": "grade", "body": "a = A | shut"})
    assert form.errors["body"] == ["Line 1: after a bar write frankel: …, karnofsky: … or closes the case"]


def test_what_is_no_number_is_left_for_the_rules_to_refuse():
    form = bound(FieldForm, {"code": "x", "title": "X", "type": "number", "min": "1e400", "max": "2.50"})
    assert form.is_valid()
    assert (form.entry()["min"], form.entry()["max"]) == ("1e400", 2.5)


def test_a_form_that_does_not_say_what_it_was_rendered_from_is_out_of_date():
    form = bound(SourceForm, {"code": "X", "title": "X", "version": None})
    assert form.refusals() == [("This form is out of date. Reload the page.", "")]
