"""What a draft's items draw on may change, but not from under them, and not over what another has done."""

import pytest

from pathways.models import AuditEvent
from pathways.permissions import Forbidden
from pathways.services import BadInput, ChangedElsewhere, DraftGone, template_life
from pathways.services.draft_vocabulary import move_entry, remove_entry, save_entry
from tests import factories

pytestmark = pytest.mark.django_db

LEVEL = {"code": "level", "title": "Level", "type": "choice", "choices": factories.CHOICES}


@pytest.fixture
def editor():
    return factories.pathway_editor()


@pytest.fixture
def draft(editor):
    return template_life.start_draft(by=editor, template=factories.published().template)


def entry_of(draft, kind, code):
    draft.refresh_from_db()
    return next((each for each in getattr(draft, kind) if each["code"] == code), None)


def save(by, draft, entry, code="", kind="case_fields", seen=None):
    seen = draft.version if seen is None else seen
    return save_entry(by=by, draft=draft, kind=kind, entry=entry, code=code, seen=seen)


def refused(by, draft, entry, code="", kind="case_fields"):
    with pytest.raises(BadInput) as caught:
        save(by, draft, entry, code, kind)
    return caught.value.errors


def test_only_a_pathway_editor_changes_a_draft(draft):
    with pytest.raises(Forbidden):
        save(factories.person(), draft, LEVEL)


def test_a_new_field_stands_at_the_end_and_leaves_one_event(editor, draft):
    before = AuditEvent.objects.count()
    save(editor, draft, LEVEL)
    draft.refresh_from_db()
    assert draft.case_fields[-1] == LEVEL
    assert AuditEvent.objects.count() == before + 1


def test_an_entry_that_stays_as_it_is_leaves_no_new_version(editor, draft):
    save(editor, draft, LEVEL)
    draft.refresh_from_db()
    before = draft.version
    save(editor, draft, LEVEL, "level")
    draft.refresh_from_db()
    assert draft.version == before


def test_an_entry_is_judged_by_the_rules_of_files(editor, draft):
    assert refused(editor, draft, LEVEL | {"choices": []}) == {"choices": "needs at least 2"}
    one = {"value": "low", "label": "Low"}
    assert refused(editor, draft, LEVEL | {"choices": [one, one]}) == {
        "choices": "Line 2: 'low' stands twice"
    }
    assert "joined by underscores" in refused(editor, draft, LEVEL | {"code": "A b"})["code"]
    assert refused(editor, draft, LEVEL | {"type": "number", "min": 2})["choices"]
    assert "is not a source of this draft" in refused(editor, draft, LEVEL | {"sources": ["X"]})["sources"]


def test_two_entries_of_a_kind_never_share_a_code(editor, draft):
    assert refused(editor, draft, LEVEL | {"code": "age_years"}) == {
        "code": "Another case field has this code. Choose another."
    }


def test_a_field_that_a_rule_uses_cannot_be_taken_out(editor, draft):
    item = factories.edited(draft.items.get(code="several"), title="Steroids")
    with pytest.raises(BadInput, match="It cannot be taken out while it is used by “Steroids”"):
        remove_entry(by=editor, draft=draft, kind="case_fields", code="cord_compression", seen=draft.version)
    factories.edited(item, is_removed=True)
    remove_entry(by=editor, draft=draft, kind="case_fields", code="cord_compression", seen=draft.version)
    assert entry_of(draft, "case_fields", "cord_compression") is None


def test_a_field_that_a_rule_uses_keeps_its_code(editor, draft):
    field = entry_of(draft, "case_fields", "cord_compression")
    errors = refused(editor, draft, field | {"code": "compression"}, "cord_compression")
    assert "cannot have another code" in errors["code"]
    other = entry_of(draft, "case_fields", "sex")
    save(editor, draft, other | {"code": "sex_at_birth"}, "sex")
    assert entry_of(draft, "case_fields", "sex_at_birth")


def test_a_choice_that_a_rule_names_cannot_vanish(editor, draft):
    field = entry_of(draft, "case_fields", "cord_compression")
    kept = [each for each in field["choices"] if each["value"] != "suspected"]
    errors = refused(editor, draft, field | {"choices": kept}, "cord_compression")
    assert "has no choice suspected" in errors["code"]
    others = [each for each in field["choices"] if each["value"] in ("suspected", "excluded")]
    save(editor, draft, field | {"choices": others}, "cord_compression")


@pytest.mark.parametrize("change", [{"multiple": True}, {"type": "text", "choices": None}])
def test_a_field_keeps_its_type_under_a_rule(editor, draft, change):
    factories.edited(
        draft.items.get(code="several"), applies_rule={"all": [{"field": "age_years", "at_least": 70}]}
    )
    field = {"code": "age_years", "title": "Age", "type": "choice", "choices": factories.CHOICES} | change
    wanted = {name: value for name, value in field.items() if value is not None}
    assert "would not hold together" in refused(editor, draft, wanted, "age_years")["code"]


def test_an_instrument_that_an_item_uses_cannot_be_taken_out(editor, draft):
    with pytest.raises(BadInput, match="used by"):
        remove_entry(by=editor, draft=draft, kind="instruments", code="sins", seen=draft.version)
    remove_entry(by=editor, draft=draft, kind="instruments", code="distress", seen=draft.version)
    assert entry_of(draft, "instruments", "distress") is None


def test_a_source_that_anything_cites_cannot_be_taken_out(editor, draft):
    save(editor, draft, {"code": "NG234", "title": "A guideline"}, kind="sources")
    draft.refresh_from_db()
    save(editor, draft, LEVEL | {"sources": ["NG234"]})
    draft.refresh_from_db()
    with pytest.raises(BadInput, match="used by “Level”"):
        remove_entry(by=editor, draft=draft, kind="sources", code="NG234", seen=draft.version)


def test_two_people_who_change_different_fields_both_keep_their_change(editor, draft):
    seen, sex, age = (draft.version, *(entry_of(draft, "case_fields", each) for each in ("sex", "age_years")))
    save(factories.pathway_editor(), draft, sex | {"title": "Theirs"}, "sex", seen=seen)
    save(editor, draft, age | {"title": "Mine"}, "age_years", seen=seen)
    titles = [entry_of(draft, "case_fields", each)["title"] for each in ("sex", "age_years")]
    assert titles == ["Theirs", "Mine"]


def test_nobody_overwrites_what_another_made_of_the_same_field(editor, draft):
    seen, sex = draft.version, entry_of(draft, "case_fields", "sex")
    other = factories.pathway_editor()
    save(other, draft, sex | {"title": "Theirs"}, "sex", seen=seen)
    with pytest.raises(ChangedElsewhere) as caught:
        save(editor, draft, sex | {"title": "Mine"}, "sex", seen=seen)
    assert caught.value.person == other
    with pytest.raises(ChangedElsewhere):
        remove_entry(by=editor, draft=draft, kind="case_fields", code="sex", seen=seen)
    assert entry_of(draft, "case_fields", "sex")["title"] == "Theirs"


def test_what_a_person_changed_in_another_window_they_may_change_again(editor, draft):
    seen, sex = draft.version, entry_of(draft, "case_fields", "sex")
    save(editor, draft, sex | {"title": "First"}, "sex", seen=seen)
    save(editor, draft, sex | {"title": "Second"}, "sex", seen=seen)
    assert entry_of(draft, "case_fields", "sex")["title"] == "Second"


def test_a_field_that_another_took_out_is_put_back_only_by_who_has_seen_that(editor, draft):
    seen, sex = draft.version, entry_of(draft, "case_fields", "sex")
    remove_entry(by=factories.pathway_editor(), draft=draft, kind="case_fields", code="sex", seen=seen)
    with pytest.raises(ChangedElsewhere):
        save(editor, draft, sex | {"title": "Mine"}, "sex", seen=seen)
    draft.refresh_from_db()
    save(editor, draft, sex | {"title": "Mine"}, "sex")
    assert entry_of(draft, "case_fields", "sex")["title"] == "Mine"


def test_an_entry_moves_by_one_place_and_stops_at_the_ends(editor, draft):
    def codes():
        draft.refresh_from_db()
        return [each["code"] for each in draft.case_fields]

    first, second, *rest = codes()
    move_entry(by=editor, draft=draft, kind="case_fields", code=second, step=-1)
    assert codes() == [second, first, *rest]
    move_entry(by=editor, draft=draft, kind="case_fields", code=second, step=-1)
    move_entry(by=editor, draft=draft, kind="case_fields", code="gone", step=1)
    assert codes() == [second, first, *rest]
    move_entry(by=editor, draft=draft, kind="case_fields", code=second, step=1)
    assert codes() == [first, second, *rest]


def test_a_draft_that_is_gone_takes_no_entry(editor, draft):
    template_life.discard_draft(by=editor, draft=draft)
    with pytest.raises(DraftGone):
        save(editor, draft, LEVEL, seen=1)
