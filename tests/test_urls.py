"""The access table: every route, every method, every role, and the status that each meets.

A route without a row fails. A row is a method to what each role meets: `READ | {"member": 403}`.
A POST sends an empty form, so that whoever may write meets 422.
"""

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from pathways.models import Case
from pathways.services import moving, template_life
from tests import factories
from tests.services.moves import items_like, newer

ROLES = ("nobody", "outsider", "editor", "auditor", "observer", "member", "coordinator")


def everyone(status):
    return dict.fromkeys(ROLES, status)


def signed_in(status, nobody=302):
    """A page that sends strangers to sign in."""
    return everyone(status) | {"nobody": nobody}


NOT_TEAM = {"outsider": 404, "editor": 404}
ONLY_GET = signed_in(405, nobody=401)
ONLY_POST = signed_in(405)
READ = signed_in(200) | NOT_TEAM
RECORD = signed_in(422, nobody=401) | NOT_TEAM | {"auditor": 403, "observer": 403}
MANAGE = RECORD | {"member": 403}

NO_VERSION = RECORD | {"member": 404, "coordinator": 404}

# Pages of templates: everybody reads, pathway editors write.
EDITS = signed_in(403) | {"editor": 200}
CHANGES = signed_in(403, nobody=401) | {"editor": 422}

OPEN = signed_in(403) | {"outsider": 200, "coordinator": 200}

ACCESS = {
    "bulk_detail": {"GET": signed_in(404), "POST": signed_in(404, nobody=401)},
    "case_bulk": {
        "GET": signed_in(403) | {"outsider": 303, "member": 303, "coordinator": 303},
        "POST": signed_in(403, nobody=401) | {"outsider": 303, "member": 303, "coordinator": 303},
    },
    "about": {"GET": everyone(200), "POST": everyone(405)},
    "audit": {"GET": signed_in(403) | {"auditor": 200}, "POST": ONLY_GET},
    "audit_export": {"GET": signed_in(403) | {"auditor": 200}, "POST": ONLY_GET},
    "audit_review": {
        "GET": signed_in(403) | {"auditor": 200},
        "POST": signed_in(403, nobody=401) | {"auditor": 422},
    },
    "case_bundle": {"GET": signed_in(403) | NOT_TEAM | {"auditor": 200}, "POST": ONLY_GET},
    "case_close": {"GET": MANAGE | {"nobody": 302, "coordinator": 200}, "POST": MANAGE},
    "case_comment": {"GET": ONLY_POST, "POST": RECORD},
    "case_compare": {"GET": READ, "POST": ONLY_GET},
    "case_detail": {"GET": READ, "POST": ONLY_GET},
    "case_detail_restore": {"GET": NO_VERSION | {"nobody": 302}, "POST": NO_VERSION},
    "case_details": {"GET": READ, "POST": RECORD},
    "case_time": {"GET": READ, "POST": ONLY_GET},
    "case_history": {"GET": READ, "POST": ONLY_GET},
    "case_hold": {"GET": MANAGE | {"nobody": 302, "coordinator": 200}, "POST": MANAGE},
    "move_detail": {"GET": EDITS, "POST": CHANGES},
    "case_item_new": {"GET": RECORD | {"nobody": 302, "member": 200, "coordinator": 200}, "POST": RECORD},
    "case_live": {"GET": signed_in(303), "POST": ONLY_GET},
    "case_list": {"GET": signed_in(200), "POST": ONLY_GET},
    "case_open": {"GET": OPEN, "POST": OPEN | {"nobody": 401, "outsider": 422, "coordinator": 422}},
    "case_reopen": {"GET": MANAGE | {"nobody": 302, "coordinator": 303}, "POST": MANAGE},
    "dashboard_first": {"GET": signed_in(302), "POST": ONLY_GET},
    "dashboard_progress": {"GET": signed_in(200), "POST": ONLY_GET},
    "dashboard_progress_csv": {"GET": signed_in(200), "POST": ONLY_GET},
    "dashboard_csv": {"GET": signed_in(200), "POST": ONLY_GET},
    "dashboard_figures": {"GET": signed_in(200), "POST": ONLY_GET},
    "dashboard_rows": {"GET": signed_in(404), "POST": ONLY_GET},
    "draft_discard": {"GET": EDITS, "POST": CHANGES},
    "draft_export": {"GET": signed_in(200), "POST": ONLY_GET},
    "draft_start": {"GET": ONLY_POST, "POST": CHANGES | {"editor": 303}},
    "gallery": {"GET": signed_in(403) | {"editor": 200, "auditor": 200}, "POST": ONLY_GET},
    "healthz": {"GET": everyone(200), "POST": everyone(405)},
    "help": {"GET": everyone(200), "POST": everyone(405)},
    "item_assign": {"GET": ONLY_POST, "POST": RECORD},
    "item_comment": {"GET": ONLY_POST, "POST": RECORD},
    "item_detail": {"GET": READ, "POST": ONLY_GET},
    "item_due": {"GET": ONLY_POST, "POST": RECORD},
    "item_restore": {"GET": NO_VERSION | {"nobody": 302}, "POST": NO_VERSION},
    "item_save": {"GET": ONLY_POST, "POST": RECORD},
    "item_switch": {"GET": ONLY_POST, "POST": RECORD},
    "item_undo": {"GET": ONLY_POST, "POST": RECORD},
    "mention_seen": {"GET": ONLY_POST, "POST": signed_in(404, nobody=401)},
    "my_work": {
        "GET": everyone(302) | {"member": 200, "coordinator": 200, "outsider": 200},
        "POST": ONLY_GET,
    },
    "phase_bulk": {"GET": RECORD | {"nobody": 302, "member": 200, "coordinator": 200}, "POST": RECORD},
    "phase_start": {"GET": ONLY_POST, "POST": RECORD},
    "preferences": {"GET": signed_in(200), "POST": signed_in(422, nobody=401)},
    "readyz": {"GET": everyone(200), "POST": everyone(405)},
    "reason_detail": {"GET": OPEN, "POST": OPEN | {"nobody": 401, "outsider": 422, "coordinator": 422}},
    "reason_list": {"GET": signed_in(200), "POST": ONLY_GET},
    "reason_new": {"GET": OPEN, "POST": OPEN | {"nobody": 401, "outsider": 422, "coordinator": 422}},
    "sign_in": {"GET": everyone(200), "POST": everyone(422)},
    "sign_out": {"GET": everyone(405), "POST": everyone(303)},
    "stay_signed_in": {"GET": ONLY_POST, "POST": signed_in(303, nobody=401)},
    "team_detail": {"GET": READ | {"auditor": 200}, "POST": MANAGE},
    "team_reassign": {
        "GET": RECORD | {"nobody": 302, "member": 404, "coordinator": 404},
        "POST": RECORD | {"member": 404, "coordinator": 404},
    },
    "template_compare": {"GET": signed_in(200), "POST": ONLY_GET},
    "template_detail": {"GET": signed_in(200), "POST": ONLY_GET},
    "template_draft": {"GET": signed_in(200), "POST": ONLY_GET},
    "template_item": {"GET": EDITS, "POST": CHANGES},
    "template_item_duplicate": {"GET": ONLY_POST, "POST": CHANGES},
    "template_item_move": {"GET": ONLY_POST, "POST": CHANGES},
    "template_item_new": {"GET": EDITS | {"editor": 303}, "POST": CHANGES},
    "template_item_put_back": {"GET": ONLY_POST, "POST": CHANGES},
    "template_item_remove": {"GET": ONLY_POST, "POST": CHANGES},
    "template_phase": {"GET": EDITS, "POST": CHANGES},
    "template_import": {"GET": EDITS, "POST": CHANGES},
    "template_import_new": {"GET": EDITS, "POST": CHANGES},
    "template_list": {"GET": signed_in(200), "POST": ONLY_GET},
    "template_move": {"GET": EDITS, "POST": CHANGES},
    "template_version": {"GET": signed_in(200), "POST": ONLY_GET},
    "template_new": {"GET": EDITS, "POST": CHANGES},
    "template_publish": {"GET": EDITS, "POST": CHANGES},
    "view_new": {"GET": signed_in(200), "POST": signed_in(422, nobody=401)},
    "view_remove": {"GET": ONLY_POST, "POST": signed_in(404, nobody=401)},
    "view_save": {"GET": ONLY_POST, "POST": signed_in(404, nobody=401)},
    "version_export": {"GET": signed_in(200), "POST": ONLY_GET},
    "template_rehearse": {"GET": signed_in(200), "POST": ONLY_GET},
    "template_vocabulary": {"GET": signed_in(200), "POST": ONLY_GET},
    "version_retire": {"GET": EDITS, "POST": CHANGES},
    "draft_entry": {"GET": EDITS, "POST": CHANGES},
    "draft_entry_move": {"GET": ONLY_POST, "POST": CHANGES},
    "draft_entry_new": {"GET": EDITS, "POST": CHANGES},
    "draft_entry_remove": {"GET": ONLY_POST, "POST": CHANGES},
}


def routes():
    return {pattern.name: pattern for entry in get_resolver().url_patterns for pattern in entry.url_patterns}


@pytest.fixture
def people():
    """A case's team with someone of each role, and those who are not of the team."""
    team = factories.team()
    return {
        "nobody": None,
        "outsider": factories.coordinator(factories.team()),
        "editor": factories.pathway_editor(),
        "auditor": factories.auditor(),
        "observer": factories.observer(team),
        "member": factories.member(team),
        "coordinator": factories.coordinator(team),
    }


def a_batch(editor, case):
    """The number of a move of the case, in which it still waits."""
    target = newer(case.template_version, items_like())
    among = Case.objects.filter(pk=case.pk)
    return moving.plan_move(by=editor, target=target, cases=among, renamed={}, name="All", reason="Newer.").pk


@pytest.fixture
def address(people):
    """address(route name) is its path, about a case of the team where the route is about one."""
    case = factories.open_case(by=people["coordinator"], team=people["coordinator"].memberships.get().team)
    about = {"reference": case.reference, "code": "tick", "occurrence": 1, "phase": "stabilisation"}
    template = case.template_version.template
    batch = a_batch(people["editor"], case)
    template_life.start_draft(by=people["editor"], template=template)
    about |= {"template": template.code, "number": 1, "pk": batch}
    about |= {"kind": "fields", "entry": "age_years", "page": "overdue", "figure": "item"}

    reason = factories.reason().code

    def path(name):
        wanted = routes()[name].pattern.converters
        about["code"] = case.team.code if name.startswith("team") else "tick"
        if name == "reason_detail":
            return reverse(name, args=[reason])
        about["form"] = "csv" if name == "audit_export" else "yaml"
        return reverse(name, kwargs={key: about[key] for key in wanted})

    return path


def met(client, person, method, path):
    """The status, with all that the request did undone again."""
    client.logout()
    if person:
        client.force_login(person)
    with transaction.atomic():
        answer = client.generic(method, path, content_type="application/x-www-form-urlencoded")
        b"".join(answer)  # a file that is streamed stays open until it is read
        transaction.set_rollback(True)
    return answer.status_code


def test_every_route_is_in_the_access_table():
    assert set(ACCESS) == set(routes())


def test_every_route_is_named_after_its_view():
    assert {name: pattern.callback.__name__ for name, pattern in routes().items()} == {
        name: name for name in routes()
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACCESS)
def test_each_role_meets_the_status_of_the_table(client, people, address, name):
    path = address(name)
    assert {
        method: {role: met(client, people[role], method, path) for role in ROLES} for method in ACCESS[name]
    } == ACCESS[name]
