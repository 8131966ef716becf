"""A small world for browser tests: two teams' worth of people with passwords, and cases in every state."""

from types import SimpleNamespace

from pathways import models
from pathways.enums import Role
from pathways.permissions import as_system
from pathways.services import cases, checklists, people
from tests import factories

PASSWORD = "correct horse battery"
DETAILS = {
    "age_years": 68,
    "sex": "male",
    "primary_site": "prostate",
    "index_level": "T8",
    "cord_compression": "suspected",
    "pain_severity": "severe",
    "opioid_use": "strong",
}


def staff():
    """The shipped pathway and a team to work with it."""
    version = factories.shipped()
    team = people.create_team(by=as_system(), code="rowan", name="Rowan team")
    lead, nurse, _ = (
        person(team, username, name, role)
        for username, name, role in (
            ("byrne", "S. Byrne", Role.COORDINATOR),
            ("adeyemi", "P. Adeyemi", Role.MEMBER),
            ("moreau", "C. Moreau", Role.OBSERVER),
        )
    )
    return SimpleNamespace(version=version, team=team, lead=lead, nurse=nurse)


def build():
    """Commit the world and say what is in it; plain values, so that a journey needs no database."""
    made = staff()
    opening = {"by": made.lead, "template_version": made.version, "team": made.team}
    case = cases.open_case(details=DETAILS, **opening)
    closed = cases.open_case(details={}, **opening)
    cases.close_case(by=made.lead, case=closed, outcome="died", reason="Family told.")
    held = cases.open_case(details={}, **opening)
    cases.hold_case(by=made.lead, case=held, reason="Away for two weeks.")
    work(case, made.nurse, made.lead)
    return SimpleNamespace(
        case=f"/cases/{case.reference}/",
        closed=f"/cases/{closed.reference}/",
        held=f"/cases/{held.reference}/",
    )


def person(team, username, name, role, discipline=None):
    made = people.create_person(
        by=as_system(), username=username, display_name=name, password=PASSWORD, discipline=discipline
    )
    people.add_membership(by=as_system(), user=made, team=team, role=role)
    return made


def work(case, by, lead):
    """Leave an item in each status, one repeated, one commented, one assigned."""
    blocked = models.ReasonCode.objects.get(code="awaiting-transport")
    declined = models.ReasonCode.objects.get(code="declined")
    answers = (
        ("pain-score", {"status": "done", "response": {"components": {"value": "7"}}}),
        ("spinal-examination", {"status": "done", "response": {"value": "tender_only"}}),
        ("mri-whole-spine-24h", {"status": "blocked", "reason": blocked}),
        ("distress-screen", {"status": "not_done", "reason": declined}),
        ("analgesic-plan", {"status": "in_progress", "note": "Family present, plan explained."}),
        ("quality-of-life", {"status": "not_applicable", "reason": declined}),
    )
    for code, values in answers:
        item = factories.item(case, code)
        checklists.record_item(by=by, item=item, seen=item.version, **values)
    item = factories.item(case, "sins-assessment")
    checklists.add_comment(by=by, case=case, item=item, text="Awaiting transport to scanner.")
    checklists.add_comment(by=lead, case=case, text="@adeyemi, is the scanner free?")
    for code in ("sins-assessment", "notify-mscc-coordinator", "mri-whole-spine-24h"):
        item = factories.item(case, code)
        checklists.assign_item(by=by, item=item, seen=item.version, assignee=by)


def sign_in(page, username):
    page.goto("/sign-in/")
    page.get_by_role("textbox", name="User name").fill(username)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)
