"""Pages for what goes wrong outside a view."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError

from pathways.views import errors
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_page_that_is_not_there_says_so_in_plain_words(client):
    client.force_login(factories.person())
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "<h1>Page not found</h1>" in response.text


def test_every_page_carries_the_banner_even_the_missing_one(client):
    banner = "Demonstration only. All cases are invented. Not for use in the care of any person."
    for path in ("/nowhere/", "/sign-in/", "/about/"):
        assert banner in client.get(path).text


def test_a_request_that_cannot_be_read_gets_a_page(rf):
    assert_page(errors.bad_request(rf.get("/"), SuspiciousOperation()), 400)


def test_a_host_name_that_is_not_ours_gets_a_page(client):
    response = client.get("/about/", headers={"host": "example.invalid"})
    assert_page(response, 400)


def test_a_body_too_large_to_read_gets_a_page(client):
    assert_page(client.post("/sign-in/", {"username": "x" * 1_000_000}), 413)


def test_a_refusal_of_the_framework_gets_a_page(rf):
    assert_page(errors.permission_denied(rf.get("/"), PermissionDenied()), 403)


def test_a_fault_of_ours_needs_neither_database_nor_other_files(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Sorry, there is a problem with the service" in response.text
    assert "Not for use in the care of any person." in response.text
    assert "/static/" not in response.text


def assert_page(response, status):
    assert response.status_code == status
    assert response.text.count("<h1>") == 1


def test_a_database_that_is_busy_before_any_view_runs_asks_to_try_again(client, monkeypatch):
    client.force_login(factories.person())
    client.raise_request_exception = False

    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr("pathways.http._end_of", busy)
    response = client.get("/about/")
    assert response.status_code == 503
    assert response.headers["Retry-After"]
