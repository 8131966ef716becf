"""What a probe may rely on."""

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from pathways import models
from pathways.audit import guard, reconcile


def checked(findings):
    """The last check, as if it had found so many things."""
    models.HistoryCheck.objects.create(
        at=timezone.now(), rows=120, findings=findings, text="pathways_team 7: no history" * bool(findings)
    )


def test_the_process_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")


@pytest.mark.django_db
def test_the_product_is_ready_when_every_change_is_guarded(client, django_assert_num_queries):
    with django_assert_num_queries(3):
        response = client.get("/readyz")
    assert (response.status_code, response.text) == (200, "ready\nLast history check: none yet.\n")


@pytest.mark.django_db
def test_a_check_that_found_nothing_is_told(client):
    checked(0)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert "120 rows compared, nothing wrong" in response.text


@pytest.mark.django_db
def test_a_check_that_found_something_is_told_without_its_rows(client):
    checked(0)
    checked(1)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "1 finding." in response.text
    assert "pathways_team" not in response.text


@pytest.mark.django_db
def test_only_the_last_check_counts(client):
    checked(1)
    checked(0)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_missing_trigger_is_named(client):
    name, table = min(guard.installed().items())
    with connection.cursor() as cursor:
        cursor.execute(guard.dialect().drop(name, table))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert name in response.text


@pytest.mark.django_db
def test_a_change_without_its_history_is_told(client, monkeypatch):
    monkeypatch.setattr(reconcile, "pending", lambda: 2)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "without their history: 2." in response.text


def test_a_database_that_cannot_be_reached_is_not_ready(client, monkeypatch):
    def unreachable():
        raise OperationalError("connection refused")

    monkeypatch.setattr(guard, "missing", unreachable)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "cannot be reached" in response.text
