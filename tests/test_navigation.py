"""The header offers what the person may use, and marks where they are."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import resolve

from pathways.navigation import navigation
from tests import factories

pytestmark = pytest.mark.django_db


def sections(user, path="/cases/"):
    request = RequestFactory().get(path)
    request.user, request.resolver_match = user, resolve(path)
    return navigation(request)


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        (lambda: factories.observer(factories.team()), ["Cases", "Dashboards", "Templates"]),
        (
            lambda: factories.coordinator(factories.team()),
            ["My work", "Cases", "Dashboards", "Templates", "Reasons"],
        ),
        (factories.auditor, ["Cases", "Dashboards", "Templates", "Audit"]),
        (factories.pathway_editor, ["Templates"]),
        (factories.site_admin, ["Templates", "Reasons"]),
        (AnonymousUser, []),
    ],
)
def test_the_navigation_shows_what_the_person_may_use(who, labels):
    assert [section["label"] for section in sections(who())] == labels


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        ("/audit/", ["", "", "", "page"]),
        ("/cases/", ["page", "", "", ""]),
        ("/cases/SM-1/history/", ["true", "", "", ""]),
        ("/bulk/1/", ["true", "", "", ""]),
        ("/cases/views/new/", ["true", "", "", ""]),
        ("/people/teams/rowan/", ["true", "", "", ""]),
        ("/templates/small/", ["", "", "true", ""]),
        ("/moves/1/", ["", "", "true", ""]),
    ],
)
def test_the_section_of_the_page_is_marked(path, marks):
    assert [section["current"] for section in sections(factories.auditor(), path)] == marks
