"""Trying a version on invented cases before real ones meet it."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.audit.changes import counted
from pathways.enums import Phase, VersionStatus
from pathways.interop.template_documents import document_of
from pathways.rehearsal import pairs, range_words, rehearse
from pathways.views.template_heading import draft_of, heading, version_of, visible_template

LONGEST_NUMBER = 5
TIED = {
    "target": "its time counts from an item that never applies in the same case",
    "depends_on": "it waits for an item that never applies in the same case",
}


@require_safe
def template_rehearse(request, template):
    """The draft, or the version that ?version= names; five queries and no writing."""
    template = visible_template(request.user, template)
    version = chosen(template, request.GET.get("version", ""))
    document = document_of(version)
    found = rehearse(document)
    titles = {run.code: run.title for run in found.runs}
    context = {
        "heading": heading(request.user, template, "outline"),
        "version": version,
        "found": found,
        "is_draft": version.status == VersionStatus.DRAFT,
        "never": [(run, why_never(run)) for run in found.never],
        "ties": [(tie.item, titles[tie.item], titles[tie.needed], TIED[tie.how]) for tie in found.ties],
        "apart": [(titles[one], [titles[each] for each in others]) for one, others in found.apart],
        "pairs": counted(pairs(found.apart), "pair"),
        "phases": [(phase, rows(phase, found)) for phase in Phase],
    }
    return render(request, "pathways/template_rehearse.html", context)


def chosen(template, number):
    """The version with this number as people typed it, the draft for none; or 404."""
    if not number:
        return draft_of(template)
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        raise Http404
    return version_of(template, int(number))


def why_never(run):
    return "no case can meet its rule" if not run.can_apply else "none of these cases met its rule"


def rows(phase, found):
    """What the table of a phase says of each of its items."""
    return [row(run, found.cases) for run in found.runs if run.phase == phase.code]


def row(run, cases):
    return {
        "run": run,
        "width": f"w{run.applies * 20 // cases * 5}",
        "due": range_words(run.due) if run.due else "",
        "note": note(run),
    }


def note(run):
    if run.by_person:
        return "A person switches it on, so it is not rehearsed"
    if not run.applies:
        return why_never(run).capitalize()
    if run.never_due:
        return "Never fell due: what its time counts from did not happen"
    if run.due and run.due.cases < run.applies:
        return f"Fell due in {run.due.cases} of the {run.applies}"
    return ""
