"""The forms of a case: what they take, what they refuse, and what they carry from step to step."""

from uuid import uuid4

import pytest
from django.http import QueryDict

from pathways.forms.cases import PREFIX, CloseForm, DetailsForm, ReasonForm, as_sent
from tests import factories

FIELDS = [each.stored() for each in factories.vocabulary().case_fields]
TOO_LONG = "a" * 1001


def sent(**values):
    """What a browser sends, details by their field code."""
    data = QueryDict(mutable=True)
    data.update({"token": uuid4().hex, "version": "1", "step": "save"})
    for code, value in values.items():
        data.setlist(PREFIX + code, value if isinstance(value, list) else [value])
    return data


def details_form(**values):
    return DetailsForm(sent(**values), case_fields=FIELDS)


def reason_form(form_class, **values):
    data = QueryDict(mutable=True)
    data.update({"token": uuid4().hex, "was": "open"} | values)
    return form_class(data)


def test_only_what_was_entered_is_kept():
    form = details_form(
        age_years=" 71 ", sex="", comorbidities=["frailty", "diabetes"], immobilised="no", index_level="t9"
    )
    assert form.is_valid(), form.errors
    assert form.details == {
        "age_years": 71,
        "comorbidities": ["diabetes", "frailty"],
        "immobilised": False,
        "index_level": "T9",
    }


def test_nothing_is_required():
    form = details_form()
    assert form.is_valid()
    assert form.details == {}


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("age_years", "1e9"),
        ("age_years", "9" * 400),
        ("age_years", "-1"),
        ("age_years", ["71", "72"]),
        ("sex", "unknown"),
        ("sex", ["female", "male"]),
        ("comorbidities", ["diabetes", "gout"]),
        ("immobilised", "perhaps"),
        ("index_level", "Q9"),
        ("index_level", "T9" * 500_000),
    ],
)
def test_a_value_that_the_field_does_not_offer_is_refused_by_its_title(code, value):
    form = details_form(**{code: value})
    title = next(each["title"] for each in FIELDS if each["code"] == code)
    [(text, control)] = form.refusals()
    assert text.startswith(f"{title}: ")
    assert control == f"id_{PREFIX}{code}"


def test_nul_bytes_are_taken_out_before_anything_is_read():
    form = details_form(index_level="T\x009")
    assert form.is_valid()
    assert form.details == {"index_level": "T9"}


@pytest.mark.parametrize(
    "changes", [{"version": ""}, {"version": "9" * 30}, {"step": "delete"}, {"token": "1"}]
)
def test_a_form_without_what_the_page_put_into_it_is_out_of_date(changes):
    data = sent()
    for name, value in changes.items():
        data[name] = value
    form = DetailsForm(data, case_fields=FIELDS)
    [(text, control)] = form.refusals()
    assert "Reload" in text
    assert control == ""


def test_the_controls_show_what_is_stored():
    stored = {"age_years": 71, "sex": "male", "comorbidities": ["diabetes"], "immobilised": True}
    form = DetailsForm(case_fields=FIELDS, stored=stored)
    controls = {control.name: control for _, members in form.groups() for control in members}
    assert controls[f"{PREFIX}age_years"].value == "71"
    for code, chosen in [
        ("sex", "male"),
        ("comorbidities", "diabetes"),
        ("immobilised", "yes"),
        ("ambulation", ""),
    ]:
        options = controls[PREFIX + code].options
        assert [option.value for option in options if option.chosen] == [chosen]


def test_every_field_of_the_template_has_one_control():
    form = DetailsForm(case_fields=FIELDS)
    names = [control.name for _, members in form.groups() for control in members]
    assert sorted(names) == sorted(PREFIX + each["code"] for each in FIELDS)


def test_what_is_stored_is_sent_again_as_the_form_would_send_it():
    stored = {
        "age_years": 71,
        "comorbidities": ["diabetes", "frailty"],
        "immobilised": False,
        "index_level": "T9",
    }
    data = QueryDict(mutable=True)
    data.update({"token": uuid4().hex, "version": "1", "step": "save"})
    for name, value in as_sent(FIELDS, stored):
        data.appendlist(name, value)
    form = DetailsForm(data, case_fields=FIELDS)
    assert form.is_valid()
    assert form.details == stored


def test_every_entry_travels_on_and_nothing_of_the_form_itself():
    form = details_form(age_years="71", comorbidities=["diabetes", "frailty"], sex="")
    assert form.sent() == [
        (f"{PREFIX}age_years", "71"),
        (f"{PREFIX}comorbidities", "diabetes"),
        (f"{PREFIX}comorbidities", "frailty"),
    ]


@pytest.mark.parametrize("text", ["", "  \x00 ", TOO_LONG, "Ring her on 0161 496 0000", "ann@example.org"])
def test_a_reason_is_a_short_text_without_a_real_person(text):
    assert "reason" in reason_form(ReasonForm, reason=text).errors


def test_a_reason_is_tidied():
    form = reason_form(ReasonForm, reason="  Away\r\nuntil Monday\x00 ")
    assert form.is_valid()
    assert form.wanted() == {"was": "open", "reason": "Away\nuntil Monday"}


def test_a_case_closes_with_an_outcome_and_needs_no_reason():
    form = reason_form(CloseForm, outcome="died")
    assert form.is_valid()
    assert form.wanted() == {"was": "open", "outcome": "died", "reason": ""}


@pytest.mark.parametrize("values", [{}, {"outcome": "cured"}])
def test_a_case_does_not_close_without_a_known_outcome(values):
    assert reason_form(CloseForm, **values).errors == {"outcome": ["Choose an outcome"]}


@pytest.mark.parametrize("was", ["", "asleep", "Open"])
def test_a_change_of_state_names_the_status_that_the_person_saw(was):
    assert list(reason_form(ReasonForm, reason="Away", was=was).errors) == ["was"]
