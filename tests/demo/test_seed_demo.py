"""`manage.py seed_demo`: written through the services, at simulated times, into an empty database only."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from pathways import models, progress
from pathways.audit import steps
from pathways.demo import duties
from pathways.demo.people import PERSONAS, STAFF, TEAMS
from pathways.enums import Source
from pathways.management.commands.seed_demo import moment, reference
from pathways.management.progress import Progress
from pathways.services.consequences import load_items

CASES = 3
AT = moment("2026-03-30T09:00")


@pytest.fixture(scope="module")
def twice(django_db_setup, django_db_blocker):
    """What two seedings wrote; the second stands while the module runs, and is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_content", verbosity=0, stdout=StringIO())
        with transaction.atomic():
            first = seeded_rows()
            transaction.set_rollback(True)
        yield first, seeded_rows()
        transaction.set_rollback(True)


@pytest.fixture
def seeded(twice):
    """A database with a few seeded cases, for tests that only read."""
    return models.Case.objects.select_related("team", "template_version")


def seeded_rows():
    """What a seeding writes, without the keys and times that the machine gives."""
    call_command("seed_demo", cases=CASES, seed=1, at=AT, stdout=StringIO(), stderr=StringIO())
    events = models.AuditEvent.objects.filter(source=Source.DEMO).order_by("case__reference", "at", "action")
    items = models.ChecklistItem.objects.order_by("case__reference", "code", "occurrence")
    cases = models.Case.objects.order_by("reference")
    return {
        "events": list(events.values_list("case__reference", "at", "action", "actor__username", "reason")),
        "items": list(items.values_list("code", "occurrence", "status", "response", "due_at", "note")),
        "cases": list(cases.values_list("reference", "status", "outcome", "details", "opened_at")),
        "comments": list(models.Comment.objects.order_by("written_at").values_list("written_at", "text")),
    }


def test_the_same_seed_writes_the_same(twice):
    first, second = twice
    assert first == second
    assert first["events"]


def test_it_refuses_a_database_with_cases_and_leaves_it_alone(seeded):
    before = models.AuditEvent.objects.count()
    with pytest.raises(CommandError, match="left as it is"):
        call_command("seed_demo", cases=1)
    assert models.AuditEvent.objects.count() == before


def test_the_personas_exist_over_two_teams_without_passwords(seeded):
    people = models.User.objects.all()
    assert {person.username for person in people} == {persona.username for persona in STAFF}
    assert not any(person.has_usable_password() for person in people)
    assert set(models.Team.objects.values_list("code", flat=True)) == set(TEAMS)
    assert models.Membership.objects.current().count() == sum(len(persona.teams) for persona in STAFF)


def test_every_persona_signs_in_with_the_discipline_and_roles_described(seeded):
    for persona in PERSONAS:
        person = models.User.objects.select_related("discipline").get(username=persona.username)
        assert (person.discipline.code if person.discipline else None) == persona.discipline
        assert (person.is_auditor, person.is_pathway_editor) == (
            "auditor" in persona.site_roles,
            "pathway_editor" in persona.site_roles,
        )


def test_the_recorded_progress_equals_a_recount(seeded):
    for case in seeded:
        stored = {row.phase: row for row in case.progress.all()}
        for phase, counted in progress.of_case(case, load_items(case)).items():
            assert {name: getattr(stored[phase], name) for name in vars(counted)} == vars(counted)


def test_cases_opened_since_the_teams_said_who_takes_what_are_given_out_by_it(seeded):
    assert models.Duty.objects.count() == len(TEAMS) * len(duties.TAKEN)
    assert {*models.Duty.objects.values_list("given_at", flat=True)} == {AT - duties.SINCE}
    taken = models.ChecklistItem.objects.filter(template_item__discipline__code__in=duties.TAKEN)
    untaken = taken.filter(assignee=None, case__opened_at__gte=AT - duties.SINCE)
    given = taken.filter(assignee__isnull=False, case__opened_at__gte=AT - duties.SINCE)
    assert (given.exists(), untaken.exists()) == (True, False)
    assert taken.filter(assignee=None, case__opened_at__lt=AT - duties.SINCE).exists()


def test_nothing_is_dated_before_the_opening_or_after_the_reference_moment(seeded):
    """But for the move to a later version: it comes after the first, which is as young as the database."""
    for case in seeded:
        for event in models.AuditEvent.objects.filter(case=case).exclude(action="move_case"):
            assert case.opened_at <= event.at <= AT
        for item in case.items.exclude(settled_at=None):
            assert case.opened_at <= item.settled_at <= AT


def test_every_event_of_a_case_says_that_its_time_is_simulated(seeded):
    sources = models.AuditEvent.objects.exclude(case=None).values_list("source", flat=True)
    assert set(sources) == {Source.DEMO}


def test_an_action_has_one_time_in_the_history_too(seeded):
    rows = models.ChecklistItem.history.select_related("audit_event")
    assert all(row.history_date == row.audit_event.at for row in rows)


@pytest.mark.parametrize(
    "model", [model for model in steps.TOLD if model not in steps.OF_A_CASE], ids=lambda model: model.__name__
)
def test_an_event_about_a_case_writes_only_where_its_history_looks(seeded, model):
    assert not model.history.filter(audit_event__case__isnull=False).exists()


def test_details_hold_only_what_the_pathway_asks(seeded):
    for case in seeded:
        assert set(case.details) <= {field["code"] for field in case.template_version.case_fields}


def test_a_number_of_cases_out_of_range_is_refused():
    with pytest.raises(CommandError, match="between 1 and 500"):
        call_command("seed_demo", cases=0)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 7, 1, 7, 59, tzinfo=UTC), datetime(2026, 6, 30, 8, tzinfo=UTC)),
        (datetime(2026, 7, 1, 8, 1, tzinfo=UTC), datetime(2026, 7, 1, 8, tzinfo=UTC)),
        (datetime(2026, 12, 1, 23, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)),
    ],
)
def test_the_reference_moment_is_the_last_nine_in_the_morning_in_london(now, expected):
    with time_machine.travel(now, tick=False):
        assert reference(None) == expected


def test_a_reference_moment_in_the_future_is_refused():
    with pytest.raises(CommandError, match="future"):
        reference(timezone.now() + timedelta(minutes=1))


def test_progress_draws_a_bar_on_a_terminal_and_plain_lines_elsewhere():
    terminal, file = Terminal(), StringIO()
    for stream in (terminal, file):
        progress_bar = Progress(stream, 40)
        for _ in range(40):
            progress_bar.advance()
        progress_bar.finish()
    assert terminal.getvalue().endswith("40 of 40 actions\n")
    assert "\r[" in terminal.getvalue()
    assert file.getvalue().splitlines() == [f"{done} of 40 actions" for done in (10, 20, 30, 40)]


class Terminal(StringIO):
    def isatty(self):
        return True


def test_a_second_version_was_published_and_some_open_cases_were_moved_to_it(seeded):
    move = models.CaseMove.objects.get()
    assert {row.outcome for row in move.cases.all()} == {"moved"}
    moved = move.cases.values_list("case__template_version__number", flat=True)
    assert set(moved) == {2}
    assert models.ChecklistItem.objects.filter(code="carer-assessment").exists()
    assert models.TemplateVersion.objects.get(number=3).status == "draft"
