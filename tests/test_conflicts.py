"""Each address that writes has a test of two people at the same time, or cannot have a conflict."""

import re
from pathlib import Path

import pytest

from tests.test_urls import ACCESS

HERE = Path(__file__).parent
ADDS = "It adds and changes nothing that stands."
OWN = "It is one person's alone."
DRAFT = ("services/test_drafts.py", "test_of_two_editors_of_one_field_the_second_is_told")
ENTRY = ("services/test_draft_vocabulary.py", "test_nobody_overwrites_what_another_made_of_the_same_field")
TAKEN_OUT = (
    "services/test_draft_vocabulary.py",
    "test_a_field_that_another_took_out_is_put_back_only_by_who_has_seen_that",
)
BULK = ("views/test_bulk.py", "test_what_a_colleague_changed_after_the_preview_is_left_out_with_their_name")
STATE = ("views/test_case_state.py", "test_a_case_that_was_closed_meanwhile_is_not_taken_off_hold")
MOVED = ("services/test_drafts.py", "test_a_move_that_another_editor_made_elsewhere_meanwhile_is_told")
REMOVED = ("views/test_template_draft.py", "test_what_was_removed_with_a_stale_row_is_looked_at_again")
PUBLISHED = ("services/test_publishing_races.py", "test_of_two_who_publish_at_once_one_does")
IMPORTED = ("views/test_template_files.py", "test_a_draft_that_changed_meanwhile_is_compared_anew")
BATCH = ("services/test_moving.py", "test_a_case_is_moved_once_however_often_the_batch_is_worked_through")
VIEW = ("views/test_saved_views.py", "test_what_a_colleague_changed_meanwhile_is_not_overwritten")
TOGETHER = {
    "audit_review": ADDS,
    "bulk_detail": (
        "services/test_bulk.py",
        "test_what_someone_changed_since_is_not_taken_back_and_says_who",
    ),
    "case_bulk": BULK,
    "case_close": STATE,
    "case_comment": ADDS,
    "case_detail_restore": (
        "views/test_restoring.py",
        "test_a_field_that_someone_changed_since_the_page_was_drawn_is_told",
    ),
    "case_details": ("views/test_case_details.py", "test_two_changes_of_one_field_are_shown_to_the_second"),
    "case_hold": STATE,
    "case_item_new": ADDS,
    "case_open": ("views/test_case_open.py", "test_a_version_published_meanwhile_is_looked_at_first"),
    "case_reopen": ("services/test_cases.py", "test_a_case_closed_meanwhile_is_not_reopened_by_a_stale_form"),
    "draft_discard": (
        "views/test_template_publish.py",
        "test_a_draft_that_went_meanwhile_hands_back_what_was_written",
    ),
    "draft_entry": ENTRY,
    "draft_entry_move": (
        "views/test_template_vocabulary.py",
        "test_two_editors_of_one_field_see_both_and_lose_nothing",
    ),
    "draft_entry_new": TAKEN_OUT,
    "draft_entry_remove": ENTRY,
    "draft_start": "It leads to the draft that there is.",
    "item_assign": ("views/test_item_assign.py", "test_two_who_assign_at_once_are_shown_both_choices"),
    "item_comment": ADDS,
    "item_due": ("services/test_due.py", "test_two_due_times_are_never_merged"),
    "item_restore": (
        "views/test_restoring.py",
        "test_what_someone_changed_since_the_page_was_drawn_is_told_and_asked_again",
    ),
    "item_save": ("services/test_checklists.py", "test_a_status_set_by_two_people_is_never_merged"),
    "item_switch": (
        "services/test_own_items.py",
        "test_switching_needs_a_reason_and_what_stands_already_changes_nothing",
    ),
    "item_undo": ("views/test_item_undo.py", "test_someone_elses_change_since_stands_and_is_told"),
    "mention_seen": OWN,
    "move_detail": BATCH,
    "phase_bulk": BULK,
    "phase_start": ("services/test_races.py", "test_a_phase_started_at_once_by_two_starts_once"),
    "preferences": OWN,
    "reason_detail": ("views/test_reason_codes.py", "test_two_people_at_one_reason_see_each_others_words"),
    "reason_new": ADDS,
    "stay_signed_in": OWN,
    "team_detail": ("views/test_team.py", "test_a_stale_page_is_told_who_was_first"),
    "team_reassign": BULK,
    "template_import": IMPORTED,
    "template_import_new": ADDS,
    "template_item": DRAFT,
    "template_item_duplicate": ADDS,
    "template_item_move": MOVED,
    "template_item_new": ADDS,
    "template_item_put_back": REMOVED,
    "template_item_remove": REMOVED,
    "template_move": BATCH,
    "template_new": ADDS,
    "template_phase": DRAFT,
    "template_publish": PUBLISHED,
    "version_retire": "It is retired once, by whoever comes first.",
    "view_new": ADDS,
    "view_remove": VIEW,
    "view_save": VIEW,
}
BESIDE_THE_RECORD = {"sign_in", "sign_out"}


def writes(by_person):
    return any(status not in (405, 401) for status in by_person.values())


def test_every_address_that_writes_is_here():
    writing = {name for name, methods in ACCESS.items() if writes(methods["POST"])}
    assert set(TOGETHER) == writing - BESIDE_THE_RECORD


@pytest.mark.parametrize(
    ("path", "name"), sorted({each for each in TOGETHER.values() if type(each) is tuple})
)
def test_the_test_is_there(path, name):
    assert re.search(rf"^def {name}\(", (HERE / path).read_text(), re.MULTILINE)
