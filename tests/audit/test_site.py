"""What happened beside the cases, in sentences with names: people, teams, words, templates, reviews."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from pathways.audit import timeline
from pathways.audit.recording import record_event, recording
from pathways.enums import Action, BulkKind, Role
from pathways.models import AuditEvent
from pathways.permissions import as_system
from pathways.services import bulk, checklists, duties, people, reviews, templates
from tests import factories

NOW = datetime(2026, 11, 3, 10, 14, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def newest():
    return timeline.review(AuditEvent.objects.all()).entries[0]


def changed():
    return [tuple(change) for change in newest().changes]


@pytest.fixture
def admin():
    return factories.site_admin(display_name="S. Admin")


@pytest.fixture
def team():
    return factories.team(name="Spine North")


@pytest.fixture
def okafor():
    return factories.person(display_name="Dr R. Okafor")


def test_a_new_team_is_named(admin):
    people.create_team(by=admin, code="spine-north", name="Spine North")
    assert (newest().who, newest().sentence) == ("S. Admin", "created the team Spine North")
    assert changed() == [("Code", "", "spine-north"), ("Name", "", "Spine North")]


def test_a_new_person_is_named_and_no_password_is_told(admin):
    discipline = factories.Discipline(title="Neurosurgery")
    people.create_person(
        by=admin,
        username="okafor",
        display_name="Dr R. Okafor",
        discipline=discipline,
        password="five-invented-words",
        is_auditor=True,
    )
    assert newest().sentence == "created the person Dr R. Okafor"
    assert ("User name", "", "okafor") in changed()
    assert ("Discipline", "", "Neurosurgery") in changed()
    assert ("Auditor", "", "Yes") in changed()
    assert not [each for each in changed() if "assword" in each[0] or "argon2" in each[2]]


def test_a_membership_says_who_is_what_where_and_what_they_were(admin, team, okafor):
    people.add_membership(by=admin, user=okafor, team=team, role=Role.MEMBER)
    assert newest().sentence == "made Dr R. Okafor a team member of Spine North"
    people.add_membership(by=admin, user=okafor, team=team, role=Role.OBSERVER)
    assert newest().sentence == "made Dr R. Okafor an observer of Spine North"
    assert changed() == [("Role", "Team member", "Observer")]
    people.end_membership(by=admin, membership=okafor.memberships.current().get())
    assert newest().sentence == "ended Dr R. Okafor's membership of Spine North"


def test_preferences_tell_the_old_and_the_new(okafor):
    people.set_preferences(
        by=okafor, theme="dark", density="comfortable", fold_finished=True, single_keys=False
    )
    assert newest().sentence == "changed their preferences"
    assert changed() == [("Theme", "System", "Dark"), ("Finished phases folded", "No", "Yes")]


def test_a_published_version_is_named_and_says_why():
    version = factories.published()
    assert newest().sentence == f"published version 1 of {version.template.title}"
    assert newest().reason == "First version."
    assert ("Status", "Draft", "Published") in changed()


def test_a_loaded_template_is_named():
    factories.shipped()
    loaded = timeline.review(AuditEvent.objects.filter(action=Action.LOAD_TEMPLATE)).entries[0]
    assert loaded.sentence.startswith("loaded version 1 of ")


def test_a_loaded_vocabulary_is_counted():
    people.load_disciplines(
        by=as_system(), entries=[{"code": f"d-{number}", "title": f"D {number}"} for number in range(4)]
    )
    assert [each.summary for each in newest().effects] == ["4 disciplines added"]
    people.load_disciplines(by=as_system(), entries=[{"code": "d-0", "title": "Other"}])
    assert changed() == [("Title", "D 0", "Other")]
    assert [each.summary for each in newest().effects] == ["1 discipline changed"]


def test_a_review_is_told_with_its_note():
    case, auditor = factories.open_case(), factories.auditor()
    upto = AuditEvent.objects.get(case=case)
    reviews.mark_reviewed(by=auditor, case=case, upto=upto, note="All in order.")
    assert (newest().sentence, newest().joint, newest().text) == (
        "reviewed the history",
        " of ",
        "All in order.",
    )
    reviews.mark_reviewed(by=auditor, upto=upto, note="Spring round.")
    assert newest().sentence == "reviewed the history of every team"


def test_an_export_and_a_search_say_what_for():
    auditor = factories.auditor()
    record_event(action=Action.EXPORT, by=auditor, reason="For the peer review")
    assert (newest().sentence, newest().reason) == ("exported the history", "For the peer review")
    record_event(action=Action.SEARCH, by=auditor, reason="SM-1")
    assert (newest().sentence, newest().reason) == ("searched the cases for “SM-1”", "")


def test_what_was_set_back_says_to_when(team):
    case, member = factories.open_case(team), factories.member(team)
    with time_machine.travel(NOW, tick=False):
        event = checklists.record_item(
            by=member, item=factories.item(case, "tick"), seen=1, status="in_progress"
        ).event
    item = factories.item(case, "tick")
    with transaction.atomic(), recording(by=member, action=Action.RESTORE, case=case, restores=event):
        item.note = "As it was."
        item.save()
    assert newest().sentence == f"set “{item.name}” back to how it was on 3 Nov 2026, 10:14"
    with transaction.atomic(), recording(by=member, action=Action.RESTORE, case=case, restores=event):
        case.details = {"cord_compression": "suspected"}
        case.save()
    assert newest().sentence == "set the case details back to how they were on 3 Nov 2026, 10:14"


def test_a_change_of_many_tells_of_how_many_and_what_was_left_out():
    case = factories.open_case(opened_at=NOW)
    ann, bob = factories.member(case.team), factories.member(case.team)
    items = [factories.item(case, code) for code in ("tick", "date", "choice")]
    rows = [(item, item.version) for item in items]
    done = bulk.change_many(by=ann, kind=BulkKind.COMPLETE, wanted={}, rows=rows)
    many = AuditEvent.objects.filter(action__in=[Action.CHANGE_MANY, Action.UNDO_MANY])

    def told():
        return [entry.sentence for entry in timeline.review(many).entries]

    assert told() == ["left 1 of 3 items as they were", "changed 3 items at once: mark done"]
    item = factories.item(case, "tick")
    checklists.record_item(by=bob, item=item, seen=item.version, status="in_progress", why="Too soon.")
    bulk.undo_many(by=ann, bulk=done)
    assert told()[:2] == ["could not take back 1 item", "took back a change of many items at once"]


def test_who_takes_what_is_told_by_discipline_and_name(team, okafor):
    lead = factories.coordinator(team)
    people.add_membership(by=as_system(), user=okafor, team=team, role=Role.MEMBER)
    radiology, surgery = factories.Discipline(title="Radiology"), factories.Discipline(title="Surgery")
    wanted = {radiology.pk: okafor, surgery.pk: okafor}
    duties.set_duties(by=lead, team=team, seen={}, wanted=wanted)
    assert newest().sentence == "gave Radiology to Dr R. Okafor, Surgery to Dr R. Okafor in Spine North"
    duties.set_duties(by=lead, team=team, seen={radiology.pk: 1}, wanted={radiology.pk: None})
    assert newest().sentence == "gave Radiology to nobody in Spine North"


@pytest.mark.parametrize(
    "action", [Action.CREATE_PERSON, Action.CREATE_TEAM, Action.ADD_MEMBERSHIP, Action.REVIEW]
)
def test_an_event_that_changed_nothing_is_told_all_the_same(action):
    record_event(action=action, by=factories.site_admin())
    assert newest().sentence == action.label


def test_each_entry_knows_the_template_version_of_its_time():
    case = factories.open_case(opened_at=NOW)
    member = factories.member(case.team)
    checklists.add_comment(by=member, case=case, text="On the first version.")
    template = case.template_version.template
    later = factories.draft(template=template, number=2)
    later = templates.publish_version(by=as_system(), version=later, summary="Second.")
    with time_machine.travel(NOW + timedelta(days=700)):
        with transaction.atomic(), recording(by=as_system(), action=Action.UPDATE_DETAILS, case=case):
            case.template_version = later
            case.save()
        checklists.add_comment(by=member, case=case, text="On the second version.")
    entries = timeline.review(AuditEvent.objects.filter(case=case)).entries
    assert [entry.version for entry in entries] == [2, 2, 1, 1]
    assert [entry.is_version_told for entry in entries] == [True, False, True, False]
