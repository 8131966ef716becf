"""What the tests of the sealed history share: some work to seal, and what a verification finds."""

from pathways.audit import seal
from pathways.audit.recording import record_event
from pathways.audit.verify import Verification
from pathways.enums import Action
from pathways.services import checklists
from tests import factories

ITEMS = "pathways_historicalchecklistitem"
EVENTS = "pathways_auditevent"


def work():
    """A case with an assignment, a comment, a started phase and three events that changed nothing."""
    case = factories.open_case(version=factories.published(factories.SMALL[:3]))
    by = factories.member(case.team)
    item = factories.item(case, "tick")
    checklists.start_phase(by=by, case=case, phase=6)
    checklists.assign_item(by=by, item=item, seen=item.version, assignee=by)
    checklists.add_comment(by=by, case=case, text="Seen by telephone.")
    for action in (Action.SIGN_OUT, Action.SIGN_IN, Action.SIGN_OUT):
        record_event(by=by, action=action)
    return case


def seal_and_anchor():
    sealed = seal.seal_all()
    seal.anchor(sealed)
    return sealed


def said():
    return [finding.said for finding in Verification().run().findings]


def newest(case, code="tick"):
    return factories.item(case, code).history.latest("version")


def rows(row):
    """The row as a queryset, to change it behind everybody's back."""
    return type(row).objects.filter(pk=row.pk)
