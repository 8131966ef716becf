"""A rehearsal says what rules and times do together, and nothing that it cannot know."""

from datetime import timedelta

from pathways import rehearsal
from pathways.enums import Phase
from pathways.rehearsal import OPENED, range_words, rehearse

CHOICES = [{"value": each, "label": each.title()} for each in ("early", "late")]
FIELDS = [
    {"code": "stage", "title": "Stage", "type": "choice", "choices": CHOICES},
    {"code": "age", "title": "Age", "type": "number", "unit": "years", "min": 18, "max": 100},
    {"code": "weight", "title": "Weight", "type": "number", "min": 0, "max": 10_000},
    {"code": "height", "title": "Height", "type": "number", "min": 0, "max": 10_000},
    {"code": "level", "title": "Level", "type": "text", "pattern": "[TL][0-9]"},
]
EARLY = {"all": [{"field": "stage", "is": "early"}]}
LATE = {"all": [{"field": "stage", "is": "late"}]}
NEVER = {"all": [{"field": "age", "at_least": 90}, {"field": "age", "at_most": 80}]}


def item(code, within="", anchor="case_opened", rule=None, **more):
    found = {"code": code, "title": code.title(), "requirement": "conditional" if rule else "required"}
    found |= {"applies_when": {"text": "When.", "rule": rule}} if rule else {}
    found |= {"target": {"anchor": anchor, "within": within, "basis": "local"}} if within else {}
    return found | more


def document(**items):
    phases = [
        {"code": phase.code, "title": phase.label, "items": items.get(phase.code, [])} for phase in Phase
    ]
    return {"phases": phases, "case_fields": FIELDS}


def run_of(found, code):
    return next(run for run in found.runs if run.code == code)


def words(found, code):
    return range_words(run_of(found, code).due)


def test_a_rehearsal_of_the_same_document_is_always_the_same():
    tried = document(diagnosis=[item("a", "P7D", rule=EARLY), item("b", "PT4H")])
    assert rehearse(tried) == rehearse(tried)
    assert rehearse(tried, seed=2) != rehearse(tried, seed=1)


def test_a_required_item_applies_in_every_case_and_a_conditional_one_where_its_rule_holds():
    found = rehearse(document(diagnosis=[item("a"), item("b", rule=EARLY)]))
    assert run_of(found, "a").applies == found.cases == 200
    assert 0 < run_of(found, "b").applies < 200


def test_a_rule_that_can_hold_is_seen_to_hold_however_rare_it_is():
    rare = {"all": [{"field": "level", "is": "L7"}, {"field": "age", "is": 77}]}
    found = rehearse(document(diagnosis=[item("a", rule=rare), item("b", rule=EARLY)]))
    assert run_of(found, "a").applies >= 50
    assert not found.never


def test_an_item_whose_rule_no_case_meets_never_applies():
    found = rehearse(document(diagnosis=[item("a", rule=NEVER), item("b")]))
    assert [(run.code, run.can_apply) for run in found.never] == [("a", False)]


def test_a_rule_that_no_case_meets_is_named_once_and_not_with_each_that_it_excludes():
    found = rehearse(document(diagnosis=[item("a", rule=NEVER), item("b", rule=EARLY, depends_on=["a"])]))
    assert not found.ties
    assert not found.apart


def test_an_item_that_a_person_switches_on_is_not_said_never_to_apply():
    found = rehearse(document(diagnosis=[item("a") | {"requirement": "conditional"}]))
    assert run_of(found, "a").by_person
    assert not found.never


def test_a_due_time_counts_from_the_opening_in_hours_or_days():
    found = rehearse(document(diagnosis=[item("a", "PT4H"), item("b", "P7D"), item("c")]))
    assert (words(found, "a"), words(found, "b")) == ("4 hours", "7 days")
    assert run_of(found, "c").due is None


def test_an_item_that_waits_for_another_counts_from_when_that_one_was_due():
    found = rehearse(document(diagnosis=[item("b", "PT2H", "item:a"), item("a", "PT4H")]))
    assert words(found, "b") == "6 hours"


def test_a_later_phase_starts_when_the_first_of_its_items_falls_due():
    stabilisation = [item("b", "P1D", "phase_started"), item("c", "P3D", "item:b"), item("a", "P7D")]
    found = rehearse(document(stabilisation=stabilisation))
    assert [words(found, each) for each in "abc"] == ["7 days", "8 days", "11 days"]


def test_a_phase_that_nothing_starts_begins_with_the_one_before_it():
    found = rehearse(
        document(stabilisation=[item("a", "P7D")], tumour_control=[item("b", "P1D", "phase_started")])
    )
    assert words(found, "b") == "8 days"


def test_an_item_without_a_due_time_is_done_when_its_phase_starts():
    found = rehearse(document(pain=[item("a"), item("b", "PT2H", "item:a")]))
    assert words(found, "b") == "2 hours"


def test_an_item_whose_anchor_never_happens_never_falls_due():
    items = [item("a", "P1D", rule=NEVER), item("b", "P1D", "item:a"), item("c", "P1D", "item:b")]
    found = rehearse(document(diagnosis=items))
    assert [run.code for run in found.never_due] == ["b", "c"]


def test_items_that_wait_for_each_other_in_a_circle_never_fall_due():
    found = rehearse(document(diagnosis=[item("a", "P1D", "item:b"), item("b", "P1D", "item:a")]))
    assert [run.code for run in found.never_due] == ["a", "b"]


def test_a_chain_as_long_as_a_template_may_be_is_followed_to_its_end():
    items = [item(f"i{n}", "PT1H", f"item:i{n + 1}" if n < 499 else "case_opened") for n in range(500)]
    found = rehearse(document(diagnosis=items))
    assert run_of(found, "i0").due.latest - OPENED == timedelta(hours=500)


def test_rules_that_exclude_each_other_are_told_apart_by_whether_an_item_needs_the_other():
    items = [
        item("a", "P1D", rule=EARLY),
        item("b", "P1D", "item:a", rule=LATE),
        item("c", rule=LATE, depends_on=["a"]),
        item("d", rule=LATE),
    ]
    found = rehearse(document(diagnosis=items))
    assert [(tie.item, tie.needed, tie.how) for tie in found.ties] == [
        ("b", "a", "target"),
        ("c", "a", "depends_on"),
    ]
    assert found.apart == [("a", ["d"])]
    assert rehearsal.pairs(found.apart) == 1


def test_the_case_in_which_an_item_and_what_it_counts_from_both_apply_is_tried():
    rare, other = ({"all": [{"field": each, "is": 777}]} for each in ("weight", "height"))
    items = [item("a", "P1D", rule=rare), item("b", "P1D", "item:a", rule=other)]
    assert run_of(rehearse(document(diagnosis=items)), "b").due


def test_a_range_says_by_when_half_of_the_cases_have_it():
    items = [item("a", "P2D", rule=EARLY)]
    follow = [item("b", "P1D", "phase_started"), item("c", "P9D")]
    found = rehearse(document(stabilisation=items + follow))
    assert words(found, "b") in ("3 days to 10 days, half by 3 days", "3 days to 10 days, half by 10 days")
