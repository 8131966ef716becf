"""Events join one chain, in order, whoever seals them, and never in a person's way."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from pathways import models
from pathways.audit import seal
from pathways.audit.recording import record_event, recording
from pathways.audit.verify import Verification
from pathways.enums import Action, Source
from pathways.models import AuditEvent, Seal
from pathways.permissions import as_system
from tests import factories

from .sealing import work

pytestmark = pytest.mark.django_db


def test_links_follow_the_time_of_their_events(monkeypatch):
    monkeypatch.setattr(seal, "BATCH", 2)
    work()
    seal.seal_all()
    events = [link.event for link in Seal.objects.select_related("event").order_by("sequence")]
    assert events == sorted(events, key=lambda event: (event.at, event.pk.hex))


def test_a_link_is_written_once():
    record_event(action=Action.SIGN_IN_FAILED, source=Source.SIGN_IN)
    seal.seal_all()
    for act in (lambda: Seal.objects.update(digest="0" * 64), lambda: Seal.objects.all().delete()):
        with pytest.raises(DatabaseError, match="guard"), transaction.atomic():
            act()


def in_threads(*acts):
    threads = [threading.Thread(target=act) for act in acts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


@pytest.mark.django_db(transaction=True)
def test_two_sealers_make_one_chain(monkeypatch):
    monkeypatch.setattr(seal, "BATCH", 3)
    for _ in range(40):
        record_event(action=Action.SIGN_IN_FAILED, source=Source.SIGN_IN)
    together, sealed = threading.Barrier(2), []

    def one():
        together.wait()
        try:
            sealed.append(seal.seal_all())
        finally:
            connection.close()

    in_threads(one, one)
    found = Verification().run()
    assert sum(sealed) == found.links == 40
    assert found.findings == []


@pytest.mark.django_db(transaction=True)
def test_a_sealer_waits_for_its_turn_and_starts_from_what_stands_then(monkeypatch):
    """Both have read the same open events before either of them had its turn."""
    for _ in range(6):
        record_event(action=Action.SIGN_IN_FAILED, source=Source.SIGN_IN)
    read_by_both, lines_of = threading.Barrier(2, timeout=20), seal.lines_of
    sealed = []

    def lines_together(*arguments):
        read = lines_of(*arguments)
        read_by_both.wait()
        return read

    def one():
        try:
            sealed.append(seal.seal_all())
        finally:
            connection.close()

    monkeypatch.setattr(seal, "lines_of", lines_together)
    in_threads(one, one)
    assert sorted(sealed) == [0, 6]
    assert [finding.said for finding in Verification().run().findings] == []


def wait_for_sealing():
    for each in threading.enumerate():
        if each.name == "sealing":
            each.join(timeout=20)
            assert not each.is_alive()


@pytest.fixture
def background(settings, monkeypatch):
    settings.SEAL_AFTER_SECONDS = 0.02
    monkeypatch.setattr(seal, "background", seal.Background())
    yield seal.background
    wait_for_sealing()


def change_something(by):
    with transaction.atomic(), recording(by=by, action=Action.CREATE_TEAM):
        models.Team(code=f"team-{timezone.now().timestamp()}".replace(".", "-"), name="New").save()


@pytest.mark.django_db(transaction=True)
def test_a_change_on_the_web_is_sealed_a_moment_later_by_one_thread_at_most(background, anchors):
    person = factories.person()
    for _ in range(5):
        change_something(person)
        assert [each.name for each in threading.enumerate()].count("sealing") <= 1
    wait_for_sealing()
    found = Verification().run()
    assert (found.findings, found.open()[0], found.links) == ([], 0, 6)
    assert len(anchors.read_text().splitlines()) == 1


@pytest.mark.django_db(transaction=True)
def test_after_its_first_run_it_looks_back_an_hour_only(background):
    person = factories.person()
    change_something(person)
    wait_for_sealing()
    long_ago = timezone.now() - timedelta(hours=2)
    AuditEvent(actor=person, action=Action.SIGN_IN, at=long_ago).save(force_insert=True)
    change_something(person)
    wait_for_sealing()
    assert Verification().run().open() == (1, long_ago)


@pytest.mark.django_db(transaction=True)
def test_a_failure_to_seal_is_logged_and_reaches_nobody(background, monkeypatch):
    person, logged = factories.person(), []

    def fail(since=None):
        raise DatabaseError

    monkeypatch.setattr(seal.log, "exception", logged.append)
    with monkeypatch.context() as patch:
        patch.setattr(seal, "seal_all", fail)
        change_something(person)
        wait_for_sealing()
    assert logged == ["sealing failed"]
    change_something(person)
    wait_for_sealing()
    assert Verification().run().open()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_commands_and_a_process_told_not_to_do_not_seal_by_themselves(background, settings, monkeypatch):
    asked = []
    monkeypatch.setattr(background, "soon", lambda: asked.append(True))
    change_something(as_system())
    settings.SEAL_AFTER_SECONDS = 0
    person = factories.person()
    change_something(person)
    assert asked == []
    settings.SEAL_AFTER_SECONDS = 1
    change_something(person)
    assert asked == [True]
