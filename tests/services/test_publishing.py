"""Publishing a draft, once it may be, and taking a version out of use."""

from uuid import uuid4

import pytest

from pathways.audit.recording import AlreadyAnswered, Token
from pathways.enums import Action
from pathways.interop.template_documents import digest_of, document_of
from pathways.models import AuditEvent, TemplateItem, TemplateVersion
from pathways.permissions import Forbidden, as_system
from pathways.services import BadInput, DraftChanged, DraftGone, template_life, templates
from tests import factories
from tests.views.desk import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return factories.pathway_editor()


@pytest.fixture
def version():
    return factories.published()


@pytest.fixture
def draft(editor, version):
    return template_life.start_draft(by=editor, template=version.template)


def publish(by, draft, **kwargs):
    return templates.publish_version(**{"by": by, "version": draft, "summary": "Clearer."} | kwargs)


def change(draft, code="tick", **fields):
    return factories.edited(draft.items.get(code=code), **fields)


def test_publishing_is_one_action_that_says_why(editor, draft):
    change(draft, is_removed=True)
    published = publish(editor, draft, summary=" Clearer. ")
    event = AuditEvent.objects.get(action=Action.PUBLISH_VERSION, actor=editor)
    assert (published.status, published.summary, published.published_by) == ("published", "Clearer.", editor)
    assert published.published_at == event.at
    assert published.history.latest("version").audit_event == event
    gone = TemplateItem.history.get(history_type="-")
    assert (gone.code, gone.audit_event) == ("tick", event)


def test_what_was_struck_through_is_gone_and_the_rest_stays(editor, draft, version):
    change(draft, "day", is_removed=True)
    published = publish(editor, draft)
    before, after = (set(each.items.values_list("code", flat=True)) for each in (version, published))
    assert before - after == {"day"}
    assert after < before


def test_a_draft_with_errors_is_not_published(editor, draft):
    change(draft, "date", is_removed=True)
    with pytest.raises(BadInput, match="'date' is not an item of this template"):
        publish(editor, draft)
    assert TemplateVersion.objects.get(pk=draft.pk).status == "draft"


def test_warnings_stop_nothing(editor, draft):
    change(draft, repeat="P7D", anchor="", within="", basis="")
    assert publish(editor, draft).status == "published"


def test_a_published_version_knows_what_it_says(editor, draft):
    was = publish(editor, draft).digest
    again = template_life.start_draft(by=editor, template=draft.template)
    assert publish(editor, again).digest == was
    third = template_life.start_draft(by=editor, template=draft.template)
    change(third, title="Tick it")
    assert publish(editor, third).digest != was


def test_a_draft_that_changed_since_it_was_reviewed_is_not_published(editor, draft):
    reviewed = digest_of(document_of(draft))
    change(draft, title="Tick it")
    with pytest.raises(DraftChanged):
        publish(editor, draft, reviewed=reviewed)
    reviewed = digest_of(document_of(draft))
    assert publish(editor, draft, reviewed=reviewed).status == "published"


def test_a_discarded_draft_is_not_published(editor, draft):
    template_life.discard_draft(by=editor, draft=draft)
    with pytest.raises(DraftGone):
        publish(editor, draft)


def test_a_repeat_publishes_once(editor, draft):
    token = Token(uuid4(), "the same")
    publish(editor, draft, token=token)
    with pytest.raises(AlreadyAnswered):
        publish(editor, draft, token=token)


def retire(by, version, reason="Replaced."):
    return templates.retire_version(by=by, version=version, reason=reason)


def test_retiring_says_why_and_keeps_everything_else(editor, version):
    retired = retire(editor, version, " Replaced. ")
    event = AuditEvent.objects.get(action=Action.RETIRE_VERSION)
    assert (retired.status, event.reason) == ("retired", "Replaced.")
    assert (retired.summary, retired.published_at) == (version.summary, version.published_at)
    assert retired.version == version.version + 1


def test_retiring_takes_a_reason_and_a_published_version(editor, version, draft):
    with pytest.raises(BadInput, match="reason"):
        retire(editor, version, " ")
    with pytest.raises(BadInput, match="draft"):
        retire(editor, draft)


def test_a_retired_version_is_retired_once(editor, version):
    retire(editor, version)
    assert retire(editor, version).version == version.version + 1


def test_only_a_pathway_editor_retires(version):
    with pytest.raises(Forbidden):
        retire(factories.coordinator(factories.team()), version)


def test_no_case_opens_on_a_retired_version_and_those_on_it_go_on(editor, version):
    case = factories.open_case(version=version)
    retired = retire(as_system(), version)
    with pytest.raises(BadInput, match="published"):
        factories.open_case(version=retired)
    member = factories.member(case.team)
    assert record(member, case, "tick", response={"value": True}).status == "done"


def test_the_version_before_is_offered_again_once_the_newest_is_retired(editor, version, draft):
    published = publish(editor, draft)
    retire(editor, published)
    assert list(TemplateVersion.objects.newest_published()) == [version]
