"""Whatever two templates say, their difference is exact and can be told, and checks agree with files."""

import json

from hypothesis import HealthCheck, given, settings

from pathways.interop.difference_words import told
from pathways.interop.draft_checks import findings_of
from pathways.interop.template_difference import apply, difference
from tests.interop.generated import DISCIPLINES, templates

slow = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NEVER_MET = "No case can meet this rule, so the item would never apply"
EMPTY = "No phase has an item: add one"


@slow
@given(templates(), templates())
def test_one_template_becomes_any_other_and_every_change_is_told(old, new):
    found = difference(old, new)
    assert json.dumps(apply(old, found), sort_keys=True) == json.dumps(new, sort_keys=True)
    said = told(found, old, new, DISCIPLINES)
    lines = {line.code for _, lines in said.groups for line in lines}
    assert lines >= {change.code for change in found.of("item")}


@slow
@given(templates())
def test_what_a_file_may_hold_a_draft_may_publish(document):
    found = findings_of(document, disciplines=DISCIPLINES, was_codes={})
    errors = {each.text for each in found if each.level == "error"}
    assert errors <= {NEVER_MET, EMPTY}
