"""What a probe may rely on."""

import pytest
from django.db import OperationalError, connection

from pathways.audit import guard


def test_the_process_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")


@pytest.mark.django_db
def test_the_product_is_ready_when_every_change_is_guarded(client):
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_missing_trigger_is_named(client):
    name, table = min(guard.installed().items())
    with connection.cursor() as cursor:
        cursor.execute(guard.dialect().drop(name, table))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert name in response.text


def test_a_database_that_cannot_be_reached_is_not_ready(client, monkeypatch):
    def unreachable():
        raise OperationalError("connection refused")

    monkeypatch.setattr(guard, "missing", unreachable)
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (503, "The database cannot be reached.\n")
