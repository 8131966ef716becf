"""What stands above every page of a pathway template: its title, its draft, and the way to its pages."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from pathways.audit.timeline import recent_editors
from pathways.enums import VersionStatus
from pathways.models import PathwayTemplate, TemplateVersion
from pathways.permissions import Permission, may, require

ALSO_EDITING = timedelta(minutes=10)


@dataclass(frozen=True)
class Heading:
    """The template with its draft, if there is one, and its newest published version; tabs to its pages."""

    template: PathwayTemplate
    draft: TemplateVersion | None
    newest: TemplateVersion | None
    tabs: list[tuple[str, str, bool]]
    may_edit: bool

    @property
    def base(self):
        """The address of the template."""
        return reverse("template_detail", args=[self.template.code])


def heading(user, template, here):
    """`here` is the tab that the page stands under: outline, changes, versions or cases; two queries."""
    versions = template.versions.select_related("based_on", "published_by").order_by("number")
    known = [each for each in versions if each.status != VersionStatus.RETIRED]
    draft = next((each for each in known if each.status == VersionStatus.DRAFT), None)
    newest = next((each for each in reversed(known) if each.status == VersionStatus.PUBLISHED), None)
    may_edit = may(user, Permission.EDIT_TEMPLATES)
    return Heading(template, draft, newest, _tabs(template, draft, newest, here, may_edit), may_edit)


def _tabs(template, draft, newest, here, may_edit):
    base = reverse("template_detail", args=[template.code])
    outline = "draft/" if draft and may_edit else f"v{newest.number}/" if newest else "draft/"
    tabs = [("versions", "Versions", ""), ("outline", "Outline", outline), ("changes", "Changes", "compare/")]
    tabs += [("cases", "Move cases", "move-cases/")] * may_edit
    return [(words, base + path, code == here) for code, words, path in tabs]


def visible_template(user, code):
    """The template with this code, or 404; every active person may read templates."""
    require(user, Permission.VIEW_TEMPLATES)
    return get_object_or_404(PathwayTemplate, code=code)


def draft_of(template):
    """Its draft, or 404."""
    draft = template.versions.filter(status=VersionStatus.DRAFT).select_related("based_on").first()
    if draft is None:
        raise Http404
    draft.template = template
    return draft


def version_of(template, number):
    """Its version with this number, drafts among them, or 404."""
    version = get_object_or_404(template.versions.select_related("based_on", "published_by"), number=number)
    version.template = template
    return version


def also_editing(user, draft):
    """Who else changed the draft in the last ten minutes, as a sentence; one query."""
    names = recent_editors(draft, since=timezone.now() - ALSO_EDITING, but=user)
    if not names:
        return ""
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"{listed} {'is' if len(names) == 1 else 'are'} also editing."
