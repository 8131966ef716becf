"""Each mistake in a template file is told with its line, its field and what is wrong."""

import pytest

from pathways.interop.template_files import TemplateFileError
from tests.interop.small import changed, read, refusal

LOOK, ASK, GRADE, MEASURE = (f"phases[0].items[{number}]" for number in range(4))
PAIN = "- {code: pain, title: Pain, goal: Ease it., items: []}\n"


def told(old, new):
    """The one problem of the small template after a change, without the file's name."""
    return refusal(changed(old, new)).removeprefix("small.yaml, ")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "discipline: radiology",
            "discipline: radiologist",
            f"line 17, {LOOK}.discipline: 'radiologist' is not a discipline",
        ),
        ("age_years", "age", "line 7, template.case_fields[1]: 'age' is not a case field"),
        ("age_years", "cord_compression", "line 7, template.case_fields[1]: 'cord_compression' stands twice"),
        ("[note-age]", "[note-agee]", "line 8, template.notes[0]: 'note-agee' is not a note"),
        (
            "sources: [NG234]",
            "sources: [NG234, NG999]",
            f"line 22, {LOOK}.sources[1]: 'NG999' is not a source",
        ),
    ],
)
def test_what_a_template_names_is_in_the_vocabularies(old, new, problem):
    assert told(old, new).startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    title: Look\n", "", f"line 14, {LOOK}.title: is missing"),
        ("guidance: Look", "guidence: Look", f"line 16, {LOOK}.guidence: is not a known field"),
        (
            "title: Look\n",
            "title: 12\n",
            f"line 15, {LOOK}.title: must be text (a number, true or false needs quotes)",
        ),
        ("title: Look\n", "title: ''\n", f"line 15, {LOOK}.title: is empty"),
        (
            "title: Look\n",
            "title: " + "x" * 201 + "\n",
            f"line 15, {LOOK}.title: is longer than 200 characters",
        ),
        (
            "guidance: Look well.",
            "guidance: " + "x" * 1001,
            f"line 16, {LOOK}.guidance: is longer than 1000 characters",
        ),
        (
            "requirement: optional",
            "requirement: sometimes",
            f"line 42, {GRADE}.requirement: 'sometimes' is not one of 'required'",
        ),
        ("schema: 1", "schema: 2", "line 1, schema: '2' is not one of 1"),
    ],
)
def test_a_field_has_its_name_type_and_length(old, new, problem):
    assert told(old, new).startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("- code: look", "- code: " + "x" * 61, f"line 14, {LOOK}.code: is longer than 60 characters"),
        (
            "- code: look",
            "- code: Look_Here",
            f"line 14, {LOOK}.code: 'Look_Here' is not a code of small letters and digits",
        ),
        ("- code: grade", "- code: look", f"line 39, {GRADE}.code: 'look' stands twice"),
        (
            "- code: grade",
            "- code: own-1",
            f"line 39, {GRADE}.code: 'own-' begins the codes of items that a case adds",
        ),
        (
            "reference_prefix: SX",
            "reference_prefix: sx-1",
            "line 4, template.reference_prefix: 'sx-1' does not fit the pattern ^[A-Z]{2,6}$",
        ),
    ],
)
def test_a_code_is_short_plain_and_stands_once(old, new, problem):
    assert told(old, new).startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            PAIN,
            "",
            "line 9, phases: must be the six phases, each once and in this order: diagnosis, pain",
        ),
        (
            "- {code: pain,",
            "- {code: diagnosis,",
            "line 9, phases: must be the six phases, each once and in this order: diagnosis, pain",
        ),
        ("- {code: pain,", "- {code: pains,", "line 49, phases[1].code: 'pains' is not a phase"),
        ("Ease it., items: []", "Ease it.", "line 49, phases[1].items: is missing"),
    ],
)
def test_the_phases_are_the_six(old, new, problem):
    assert told(old, new).startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "requirement: conditional",
            "requirement: required",
            f"line 27, {ASK}.applies_when: a required item always applies: make it conditional",
        ),
        (
            "requirement: conditional",
            "requirement: optional",
            f"line 29, {ASK}.applies_when.rule: only a conditional item has a rule",
        ),
        (
            "requirement: optional",
            "requirement: conditional",
            f"line 39, {GRADE}.applies_when: is missing: a conditional item says when it applies",
        ),
        ("      text: Compression is suspected.\n", "", f"line 27, {ASK}.applies_when.text: is missing"),
    ],
)
def test_a_condition_belongs_to_a_conditional_item(old, new, problem):
    assert told(old, new).startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "field: cord_compression",
            "field: compression",
            f"line 29, {ASK}.applies_when.rule: Clause 1: no case field is called compression",
        ),
        (
            "field: cord_compression",
            "field: pain_severity",
            f"line 29, {ASK}.applies_when.rule: Clause 1: no case field is called pain_severity",
        ),
        (
            "is: suspected",
            "is: perhaps",
            f"line 29, {ASK}.applies_when.rule: Clause 1: cord_compression has no choice perhaps",
        ),
        (
            "is: suspected",
            "equals: suspected",
            f"line 29, {ASK}.applies_when.rule: Clause 1: equals is no comparison",
        ),
        (
            "is: suspected",
            "at_least: 3",
            f"line 29, {ASK}.applies_when.rule: Clause 1: at_least needs a number field",
        ),
        (
            "field: cord_compression",
            "field: local_treatment",
            f"line 29, {ASK}.applies_when.rule: Clause 1: local_treatment holds several choices",
        ),
        (
            "        all:",
            "        both:",
            f"line 29, {ASK}.applies_when.rule: Start the rule with one of all, any",
        ),
    ],
)
def test_a_rule_reads_the_case_fields_of_the_template(old, new, problem):
    assert told(old, new).startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "anchor: case_opened",
            "anchor: admission",
            f"line 19, {LOOK}.target.anchor: 'admission' is not case_opened",
        ),
        ("'item:look'", "'item:lok'", f"line 32, {ASK}.target.anchor: 'lok' is not an item of this template"),
        (
            "within: PT4H",
            "within: 4 hours",
            f"line 19, {LOOK}.target.within: '4 hours' is no",
        ),
        ("PT4H, basis: local", "PT4H", f"line 19, {LOOK}.target.basis: is missing"),
        (
            "PT4H, basis: local",
            "PT4H, basis: guess",
            f"line 19, {LOOK}.target.basis: 'guess' is not one of 'published' or 'local'",
        ),
        (
            "repeat: P7D",
            "repeat: weekly",
            f"line 20, {LOOK}.repeat: 'weekly' is no",
        ),
    ],
)
def test_a_target_names_an_anchor_an_interval_and_a_basis(old, new, problem):
    assert told(old, new).startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("'item:look'", "'item:ask'", f"line 32, {ASK}.target.anchor: waits for itself: ask → ask"),
        (
            "depends_on: [look]",
            "depends_on: [looking]",
            f"line 38, {ASK}.depends_on[0]: 'looking' is not an item of this template",
        ),
        (
            "depends_on: [look]",
            "depends_on: [look, look]",
            f"line 38, {ASK}.depends_on[1]: 'look' stands twice",
        ),
        (
            "depends_on: [look]",
            "depends_on: [ask]",
            f"line 38, {ASK}.depends_on: waits for itself: ask → ask",
        ),
    ],
)
def test_an_item_waits_for_other_items_of_its_template(old, new, problem):
    assert told(old, new).startswith(problem)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "response: {kind: date}",
            "response: {kind: day}",
            f"line 21, {LOOK}.response.kind: 'day' is not one of 'tick', 'date'",
        ),
        ("response: {kind: date}", "response: {}", f"line 21, {LOOK}.response.kind: is missing"),
        (
            "response: {kind: date}",
            "response: {kind: date, unit: days}",
            f"line 21, {LOOK}.response.unit: is not a known field",
        ),
        ("value: bad", "value: good", f"line 37, {ASK}.response.choices[1].value: 'good' stands twice"),
        ("      - {value: bad, label: Bad}\n", "", f"line 35, {ASK}.response.choices: needs at least 2"),
        (
            "value: bad",
            "value: 2",
            f"line 37, {ASK}.response.choices[1].value: must be text (a number, true or false needs quotes)",
        ),
        (
            "kind: choice\n",
            "kind: choice\n      multiple: maybe\n",
            f"line 35, {ASK}.response.multiple: must be true or false",
        ),
        (
            "instrument: asia",
            "instrument: nurick",
            f"line 43, {GRADE}.response.instrument: 'nurick' is not an instrument",
        ),
        (
            "min: 1.0, max: 5",
            "min: 5, max: 5",
            f"line 48, {MEASURE}.response.max: must be more than the minimum, 5",
        ),
        ("min: 1.0, max: 5", "min: low, max: 5", f"line 48, {MEASURE}.response.min: must be a number"),
    ],
)
def test_a_response_has_the_options_of_its_kind(old, new, problem):
    assert told(old, new).startswith(problem)


def test_a_circle_of_dependencies_is_named():
    text = changed("title: Look\n", "title: Look\n    depends_on: [ask]\n")
    assert "waits for itself: " in refusal(text)


def test_every_problem_is_told_at_once_in_the_order_of_the_lines():
    text = changed("discipline: radiology", "discipline: surgon").replace("asia", "nurick")
    assert refusal(text).splitlines() == [
        f"small.yaml, line 17, {LOOK}.discipline: 'surgon' is not a discipline",
        f"small.yaml, line 43, {GRADE}.response.instrument: 'nurick' is not an instrument",
    ]


def test_a_problem_can_be_taken_apart():
    with pytest.raises(TemplateFileError) as refused:
        read(changed("discipline: radiology", "discipline: surgon"))
    [problem] = refused.value.problems
    assert problem == ("small.yaml", 17, f"{LOOK}.discipline", "'surgon' is not a discipline")


def test_a_template_holds_at_most_500_items():
    item = "{{code: n{}, title: N, discipline: radiology, requirement: optional, response: {{kind: tick}}}}"
    many = ", ".join(item.format(number) for number in range(497))
    problem = told("goal: Ease it., items: []", f"goal: Ease it., items: [{many}]")
    assert problem == "line 9, phases: hold more than 500 items"
