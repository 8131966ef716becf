"""What tests of the case and item pages share: a team, a member who is signed in, a clock that stands.

Imports stay inside: pytest reads this file before Django is ready.
"""

import io
import logging
from datetime import timedelta

import pytest
import time_machine


@pytest.fixture
def clock():
    from tests.views.desk import NOW

    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def team():
    from tests import factories

    return factories.team(name="Rowan team")


@pytest.fixture
def version():
    from tests import factories

    return factories.published()


@pytest.fixture
def case(team, version):
    """Opened five hours before the clock's time."""
    from tests import factories
    from tests.views.desk import NOW

    return factories.open_case(team, version, opened_at=NOW - timedelta(hours=5))


@pytest.fixture
def member(team):
    from tests import factories

    return factories.member(team, username="rahman", display_name="A. Rahman")


@pytest.fixture
def signed_in(client, member):
    client.force_login(member)
    return client


@pytest.fixture
def coordinator(team, client):
    """Signed in, too."""
    from tests import factories

    person = factories.coordinator(team)
    client.force_login(person)
    return person


@pytest.fixture
def auditor(client):
    """Signed in, too."""
    from tests import factories

    person = factories.auditor(display_name="I. Varga")
    client.force_login(person)
    return person


@pytest.fixture
def log(caplog):
    """Everything that the product would write to its log at its most talkative, as it would write it."""
    written = io.StringIO()
    (handler,) = (each for each in logging.getLogger().handlers if each.name == "stderr")
    before = handler.setStream(written)
    for name in (None, "django"):
        caplog.set_level(logging.DEBUG, logger=name)
    yield written
    handler.setStream(before)
