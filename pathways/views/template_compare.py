"""Two versions of a template side by side: what was added, removed, changed and moved, safety first."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.enums import VersionStatus
from pathways.interop.difference_words import told
from pathways.interop.template_difference import difference
from pathways.interop.template_documents import document_of
from pathways.models import Discipline
from pathways.views.template_heading import heading, visible_template

DRAFT = "draft"


@require_safe
def template_compare(request, template):
    """`from` and `to` are numbers or "draft"; left out, the draft against what is published. 11 queries."""
    template = visible_template(request.user, template)
    versions = list(template.versions.order_by("-number"))
    old, new = chosen(request.GET, versions)
    top = heading(request.user, template, "changes")
    context = {"heading": top, "template": template, "old": old, "new": new}
    if old and new:
        is_draft = top.may_edit and name_of(new) == DRAFT
        context |= {
            "from_choices": choices(versions, old),
            "to_choices": choices(versions, new),
            "told": told_between(old, new),
            "links": f"{top.base}draft/items/" if is_draft else "",
        }
    return render(request, "pathways/template_compare.html", context)


def chosen(asked, versions):
    """The older and the newer version, as asked for or as they come; 404 for one that there is not."""
    by_name = {name_of(each): each for each in versions}
    newest = versions[0] if versions else None
    new = wanted(by_name, asked["to"]) if asked.get("to") else newest
    if asked.get("from"):
        return wanted(by_name, asked["from"]), new
    return before(new, versions), new


def wanted(by_name, name):
    if name not in by_name:
        raise Http404
    return by_name[name]


def before(version, versions):
    """The newest published one before it, or where there is none the newest of any status."""
    older = [each for each in versions if version and each.number < version.number]
    published = [each for each in older if each.status == VersionStatus.PUBLISHED]
    return next(iter([*published, *older]), None)


def name_of(version):
    return DRAFT if version.status == VersionStatus.DRAFT else str(version.number)


def choices(versions, selected):
    """Value, words and whether it is the one, of every version."""
    return [(name_of(each), words_of(each), each.pk == selected.pk) for each in versions]


def words_of(version):
    status = "" if version.status == VersionStatus.PUBLISHED else f", {version.get_status_display().lower()}"
    return f"v{version.number}{status}"


def told_between(old, new):
    """The difference of two versions in words; five queries."""
    documents = document_of(old), document_of(new)
    disciplines = dict(Discipline.objects.values_list("code", "title"))
    return told(difference(*documents), *documents, disciplines)
