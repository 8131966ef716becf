"""What is changed after it was sealed is found, and ordinary work never looks changed."""

import json
from uuid import UUID

import pytest
from django.db import connection, transaction

from pathways import models
from pathways.audit import guard, seal, verify
from pathways.audit.recording import record_event
from pathways.audit.verify import Verification
from pathways.enums import Action, Source
from pathways.models import AuditEvent, Seal
from tests import factories

from .sealing import EVENTS, ITEMS, newest, rows, said, seal_and_anchor, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed_case():
    """A sealed and anchored history from which somebody has taken the triggers away."""
    case = work()
    seal_and_anchor()
    connection.check_constraints()
    guard.drop_triggers()
    return case


def edit_a_row(case):
    rows(newest(case)).update(note="Never said.")
    return f"{ITEMS} row {newest(case).pk} was changed"


def delete_a_row(case):
    row = newest(case)
    rows(row).delete()
    return f"event {row.audit_event_id.hex}: {ITEMS} row {row.pk} is gone"


def insert_a_row(case):
    row = newest(case)
    row.pk, row.version = None, row.version + 9
    row.save(force_insert=True)
    return f"event {row.audit_event_id.hex}: {ITEMS} row {row.pk} was added"


def reorder_the_links(case):
    last = seal.last_link().sequence
    for old, new in ((last, last + 10), (last - 1, last), (last + 10, last - 1)):
        Seal.objects.filter(sequence=old).update(sequence=new)
    return "it does not follow from the link before it"


def swap_two_rows(case):
    """Each of two rows becomes what the other's event did."""
    one, other = newest(case), newest(case, "date")
    assert one.audit_event_id != other.audit_event_id
    rows(one).update(audit_event=other.audit_event_id)
    rows(other).update(audit_event=one.audit_event_id)
    return f"{ITEMS} row {one.pk} was added"


def cut_the_tail(case):
    last = seal.last_link().sequence
    cut(sequence__gt=last - 2)
    return f"the chain ends here: links {last - 1} to {last} are missing"


def cut_the_middle(case):
    last = seal.last_link().sequence
    cut(sequence=last - 1)
    return f"link {last - 1} is missing before it"


def cut(**where):
    """Links and their events, which changed nothing else."""
    links = Seal.objects.filter(**where)
    events = list(links.values_list("event_id", flat=True))
    links.delete()
    AuditEvent.objects.filter(pk__in=events).delete()


def change_the_actor(case):
    event = newest(case).audit_event
    rows(event).update(actor=models.User.objects.exclude(pk=event.actor_id).first())
    return f"{EVENTS} row {event.pk.hex} was changed"


def rewrite_the_chain(case):
    edit_a_row(case)
    Seal.objects.all().delete()
    seal.seal_all()
    return "is of another chain: it was rewritten"


TAMPERINGS = [
    edit_a_row,
    delete_a_row,
    insert_a_row,
    reorder_the_links,
    swap_two_rows,
    cut_the_tail,
    cut_the_middle,
    change_the_actor,
    rewrite_the_chain,
]
NEED_AN_ANCHOR = {cut_the_tail, rewrite_the_chain}

each_tampering = pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda act: act.__name__)


@each_tampering
def test_tampering_is_found_and_named(tamper, sealed_case):
    expected = tamper(sealed_case)
    assert any(expected in each for each in said()), said()


@each_tampering
def test_without_an_anchor_a_cut_tail_and_a_rewritten_chain_look_whole(tamper, sealed_case, anchors):
    tamper(sealed_case)
    anchors.unlink()
    found = Verification().run()
    assert bool(found.findings) is (tamper not in NEED_AN_ANCHOR)
    assert found.notes == [verify.NO_ANCHORS]


def test_the_first_broken_link_comes_first(sealed_case):
    first, last = Seal.objects.earliest("sequence"), seal.last_link()
    for each in (last, first):
        Seal.objects.filter(pk=each.pk).update(digest="0" * 64)
    assert Verification().run().findings[0].sequence == first.sequence


def test_a_wrong_key_is_found_and_does_not_fill_the_screen(settings, monkeypatch):
    monkeypatch.setattr(verify, "ENOUGH", 3)
    work()
    seal_and_anchor()
    settings.SEAL_KEY = "another"
    found = Verification().run()
    assert found.findings == [(n, "it does not follow from the link before it") for n in (1, 2, 3)]
    assert found.notes == ["Stopped at link 3: that is enough."]


def test_a_row_without_its_event_is_found(sealed_case):
    row = newest(sealed_case)
    nowhere = {"pk": None, "version": row.version + 1, "audit_event_id": UUID(int=7)}
    for name, value in nowhere.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    assert said() == [f"{ITEMS} row {row.pk} belongs to no audit event"]
    rows(row).delete()


def test_seals_changed_to_hide_a_change_are_found(sealed_case):
    link = Seal.objects.get(event=newest(sealed_case).audit_event_id)
    Seal.objects.filter(pk=link.pk).update(marks="{}")
    assert said() == [f"event {link.event_id.hex}: the list of its rows was changed in the seal"]
    Seal.objects.filter(pk=link.pk).update(marks="nothing of ours", digest="0" * 64)
    assert f"event {link.event_id.hex}: {ITEMS} row {newest(sealed_case).pk} was added" in said()


def test_ordinary_work_never_looks_changed(anchors):
    for _ in range(2):
        work()
        with transaction.atomic():
            teams = [factories.team(), factories.team()]
            record_event(by=factories.member(teams[0]), action=Action.SIGN_IN)
        assert seal_and_anchor() > 10
    found = Verification().run()
    assert (found.findings, found.notes, found.open()) == ([], [], (0, None))
    assert found.links == AuditEvent.objects.count() == Seal.objects.count()
    assert seal.seal_all() == 0
    assert len(anchors.read_text().splitlines()) == 2


def test_what_is_not_sealed_yet_is_told_with_its_oldest():
    work()
    seal_and_anchor()
    late = record_event(action=Action.SIGN_IN_FAILED, source=Source.SIGN_IN)
    record_event(action=Action.SIGN_IN_FAILED, source=Source.SIGN_IN)
    found = Verification().run()
    assert (found.findings, found.open()) == ([], (2, late.at))


def test_a_torn_last_line_is_tolerated_and_named(anchors):
    work()
    seal_and_anchor()
    with anchors.open("a") as file:
        file.write('{"sequence": 3, "cha')
    torn = Verification().run()
    assert (torn.findings, len(torn.notes)) == ([], 1)
    assert "Line 2 of the anchors cannot be read (the last one, torn" in torn.notes[0]
    work()
    seal_and_anchor()
    healed = Verification().run()
    assert (healed.findings, healed.notes) == ([], ["Line 2 of the anchors cannot be read."])
    assert len(healed.anchors.by_sequence) == 2


def test_an_anchor_of_an_older_chain_is_an_alarm(anchors):
    work()
    seal_and_anchor()
    last = seal.last_link()
    line = {"sequence": last.sequence, "chain": "0" * 64, "at": "2026-11-03T10:14:00.000000Z", "added": 1}
    with anchors.open("a") as file:
        file.write(json.dumps(line) + "\n")
    assert said() == ["the anchor of 2026-11-03T10:14:00.000000Z is of another chain: it was rewritten"]
