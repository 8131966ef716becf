"""The front door, and the page that says what this is."""

import pytest

from pathways.enums import ItemStatus
from tests import factories

pytestmark = pytest.mark.django_db


def test_the_front_door_leads_to_the_cases(client):
    client.force_login(factories.person())
    assert client.get("/").url == "/cases/"


def test_anyone_may_read_what_this_is(client):
    page = client.get("/about/").text
    assert "it is not a medical device" in page
    assert "Never enter details of a real person." in page
    assert "seek urgent medical help" in page


def test_every_status_is_explained_beside_its_shape(client):
    page = client.get("/about/").text
    for status in ItemStatus:
        assert f'data-s="{status}">{status.label}<' in page
