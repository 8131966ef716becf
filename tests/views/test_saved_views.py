"""Lists of cases kept under a name, for oneself or shared by a team."""

from uuid import uuid4

import pytest

from pathways.audit import timeline
from pathways.models import AuditEvent, SavedView
from tests import factories
from tests.views.desk import element, markup, text

pytestmark = pytest.mark.django_db
PAIN = "view=open&phase=pain"


@pytest.fixture
def other(team):
    return factories.member(team, display_name="J. Lindqvist")


def send(client, path="new/", **data):
    return client.post(f"/cases/views/{path}", {"token": uuid4().hex} | data)


def keep(client, name="Pain", query=PAIN, **more):
    answer = send(client, name=name, query=query, **more)
    assert answer.status_code == 303
    return SavedView.objects.get(name=name, removed_at=None)


def tabs(page):
    return element(markup(page), "results").split('aria-label="Saved views"')[1:]


def test_the_filters_of_the_list_are_kept_under_a_name_and_found_again(signed_in):
    page = signed_in.get(f"/cases/?{PAIN}")
    assert 'href="/cases/views/new/?view=open&amp;phase=pain"' in markup(page)
    assert "Save this view" in text(signed_in.get(f"/cases/views/new/?{PAIN}"))
    view = keep(signed_in)
    shown = signed_in.get(f"/cases/?{PAIN}&saved={view.pk}")
    assert f'id="saved-{view.pk}" href="/cases/?{PAIN.replace("&", "&amp;")}&amp;saved={view.pk}"' in markup(
        shown
    )
    assert 'aria-current="page">Pain' in tabs(shown)[0]
    assert "Modified" not in text(shown)


def test_a_plain_view_offers_nothing_to_save(signed_in):
    for address in ("/cases/", "/cases/?view=open"):
        assert "Save this view" not in text(signed_in.get(address))


def test_other_filters_show_as_modified_and_can_be_saved_kept_apart_or_reset(signed_in):
    view = keep(signed_in)
    page = signed_in.get(f"/cases/?view=open&phase=pain&state=blocked&saved={view.pk}")
    assert "Modified" in text(page)
    assert "Save as new" in text(page)
    assert f'id="saved-reset" href="/cases/?{PAIN.replace("&", "&amp;")}&amp;saved={view.pk}"' in markup(page)
    answer = send(
        signed_in, f"{view.pk}/save/", version=view.version, query="view=open&state=blocked&phase=pain"
    )
    view.refresh_from_db()
    assert (answer.status_code, view.query) == (303, "view=open&phase=pain&state=blocked")
    assert answer.url.endswith(f"&saved={view.pk}")
    assert "Modified" not in text(signed_in.get(answer.url))


def test_the_order_of_the_address_and_what_is_no_filter_make_no_other_view(signed_in):
    view = keep(signed_in, query="page=3&phase=pain&nonsense=1&view=open&saved=9")
    assert view.query == PAIN


def test_a_view_is_ones_own_unless_a_team_shares_it(client, team, member, other):
    client.force_login(member)
    own, shared = keep(client), keep(client, "Blocked", "state=blocked", team=team.code)
    client.force_login(other)
    page = text(client.get("/cases/"))
    assert "Blocked Rowan team" in page
    assert send(client, f"{own.pk}/remove/", version=own.version).status_code == 404
    assert send(client, f"{shared.pk}/remove/", version=shared.version).status_code == 303
    assert SavedView.objects.filter(removed_at=None).get() == own
    client.force_login(factories.member(factories.team()))
    assert "Blocked" not in tabs(client.get("/cases/"))
    assert send(client, name="Theirs", query=PAIN, team=team.code).status_code == 422


def test_an_observer_keeps_views_but_shares_and_changes_none_of_the_team(client, team, member):
    client.force_login(member)
    shared = keep(client, team=team.code)
    client.force_login(factories.observer(team))
    keep(client, "Mine")
    page = client.get(f"/cases/?{PAIN}&saved={shared.pk}")
    assert "Remove" not in text(page)
    assert send(client, f"{shared.pk}/remove/", version=shared.version).status_code == 403


@pytest.mark.parametrize(
    ("name", "query", "why"),
    [
        ("", PAIN, "Enter a name"),
        ("x" * 61, PAIN, "Use at most 60 characters"),
        ("Ring 07700 900123", PAIN, "Demonstration data only"),
        ("pain", PAIN, "There is a view of this name already"),
        ("Long", "q=" + "x" * 600, "at most 500"),
    ],
)
def test_a_view_that_cannot_be_kept_says_why_and_hands_the_name_back(signed_in, name, query, why):
    keep(signed_in)
    answer = send(signed_in, name=name, query=query)
    assert answer.status_code == 422
    assert why in text(answer)
    assert f'value="{name}"' in answer.text
    assert SavedView.objects.count() == 1


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(client, team, member, other):
    client.force_login(member)
    view = keep(client, team=team.code)
    client.force_login(other)
    send(client, f"{view.pk}/save/", version=view.version, query="view=closed")
    client.force_login(member)
    answer = send(client, f"{view.pk}/save/", version=view.version, query="view=mine")
    assert answer.status_code == 409
    assert "J. Lindqvist changed this" in text(answer)
    view.refresh_from_db()
    assert view.query == "view=closed"
    assert AuditEvent.objects.filter(action="conflicted").count() == 1


def test_a_repeated_post_saves_once_and_the_history_tells_it(signed_in, member):
    token = uuid4().hex
    for _ in range(2):
        assert send(signed_in, token=token, name="Pain", query=PAIN).status_code == 303
    event = AuditEvent.objects.get(action="save_view")
    assert timeline.review(AuditEvent.objects.filter(pk=event.pk)).entries[0].lead == "saved a view"


@pytest.mark.parametrize("saved", ["x", "0", "9" * 30, "²", "\x00"])
def test_a_view_that_is_not_there_is_no_fault(signed_in, saved):
    assert signed_in.get("/cases/", {"saved": saved, "view": "open"}).status_code in (200, 422)
