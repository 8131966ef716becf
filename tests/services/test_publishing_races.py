"""Two people publish, or change and publish, one draft at the same moment."""

import pytest
from django.db import transaction

from pathways.enums import Action
from pathways.interop.template_documents import digest_of, document_of
from pathways.models import AuditEvent, TemplateVersion
from pathways.services import DraftChanged, DraftGone, template_life, templates
from tests import factories
from tests.services.test_races import at_the_same_moment

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 10


@pytest.fixture
def editors():
    return factories.pathway_editor(), factories.pathway_editor()


@pytest.fixture
def draft(editors):
    return template_life.start_draft(by=editors[0], template=factories.published().template)


def publish(by, draft):
    reviewed = digest_of(document_of(draft))
    return lambda: templates.publish_version(
        by=by, version=draft, summary=f"By {by.username}.", reviewed=reviewed
    )


def test_of_two_who_publish_at_once_one_does(editors, draft):
    for _ in range(TIMES):
        before = AuditEvent.objects.filter(action=Action.PUBLISH_VERSION).count()
        came = at_the_same_moment(*(publish(each, draft) for each in editors))
        published = TemplateVersion.objects.get(pk=draft.pk)
        assert published.status == "published"
        assert AuditEvent.objects.filter(action=Action.PUBLISH_VERSION).count() == before + 1
        for each in came:
            assert isinstance(each, DraftGone) or each.summary == published.summary, each
        draft = template_life.start_draft(by=editors[0], template=draft.template)


def test_what_is_discarded_while_it_is_published_is_one_or_the_other(editors, draft):
    for _ in range(TIMES):
        discard = lambda draft=draft: template_life.discard_draft(by=editors[1], draft=draft)  # noqa: E731
        came = at_the_same_moment(publish(editors[0], draft), discard)
        is_there = TemplateVersion.objects.filter(pk=draft.pk, status="published").exists()
        assert [isinstance(each, DraftGone) for each in came] == [not is_there, is_there], came
        draft = template_life.start_draft(by=editors[0], template=draft.template)


def test_nothing_is_published_that_was_not_reviewed(editors, draft):
    """What another editor changes comes before, and is told, or after, and finds no draft."""
    for number in range(TIMES):
        item = draft.items.get(code="tick")

        def change(draft=draft, item=item, number=number):
            template_life.lock_draft(draft)
            return factories.edited(item, title=f"Changed {number}")

        was = digest_of(document_of(draft))
        came = at_the_same_moment(publish(editors[0], draft), transaction.atomic(change))
        now = TemplateVersion.objects.get(pk=draft.pk)
        if now.status == "published":
            assert (now.digest, type(came[1])) == (was, DraftGone), came
            draft = template_life.start_draft(by=editors[0], template=draft.template)
        else:
            assert isinstance(came[0], DraftChanged), came
