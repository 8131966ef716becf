"""Specimens of what pages of pathway templates show, for the gallery."""

from django.http import QueryDict
from django.utils.safestring import mark_safe

from pathways.enums import VersionStatus
from pathways.forms.template_vocabulary import FieldForm
from pathways.forms.templates import NewTemplateForm
from pathways.interop.difference_words import Detail, Line, Told
from pathways.interop.draft_checks import Finding
from pathways.models import PathwayTemplate, TemplateVersion
from pathways.views.draft_findings import Checks
from pathways.views.specimen_drafts import drafts
from pathways.views.specimen_moves import moves
from pathways.views.specimens import Specimen
from pathways.views.template_heading import Heading
from pathways.views.templates import version_row


def templates(sample):
    """Everything that stands on pages of pathway templates alone."""
    yield from headings(sample)
    yield from versions(sample)
    yield from drafts(sample)
    yield from findings(sample)
    yield difference(sample)
    yield entry_field(sample)
    yield refused_file(sample)
    yield from moves(sample)


def refused_file(sample):
    text = "schema: 1\ntemplate:\n  code: spinal-metastases\n  titel: Spinal metastases"
    refusals = [("Line 4, template.titel: is not a known field (did you mean 'title'?)", "id_text")]
    fields = {"token": "", "refusals": refusals, "text_shown": text}
    return Specimen("A file, refused", sample.show("pathways/_import_fields.html", **fields))


def headings(sample):
    template = PathwayTemplate(code="no-such", title="Spinal metastases")
    newest = TemplateVersion(number=7, status=VersionStatus.PUBLISHED)
    draft = TemplateVersion(number=8, based_on=newest)
    tabs = [("Versions", "/templates/no-such/", True), ("Outline", "/templates/no-such/draft/", False)]
    for title, of in (("A template with a draft", draft), ("A template without one", None)):
        heading = Heading(template, of, newest, tabs, may_edit=bool(of))
        yield Specimen(title, sample.show("pathways/_template_heading.html", heading=heading))


def versions(sample):
    """A row for each state of a version, and a field that was refused."""
    older = TemplateVersion(number=7)
    given = {"published_at": sample.now, "summary": "Adds a review by telephone.", "based_on": older}
    for status in VersionStatus:
        row = TemplateVersion(number=8, status=status, **(given if status != VersionStatus.DRAFT else {}))
        vars(row)["open_cases"] = 29
        context = {"row": version_row(row), "heading": {"may_edit": True, "base": "/templates/no-such/"}}
        html = sample.show("pathways/_version_row.html", **context)
        table = mark_safe(f'<table class="t stack"><tbody>{html}</tbody></table>')  # noqa: S308  our own markup
        yield Specimen(f"A version: {status.label}", table)
    form = NewTemplateForm(QueryDict("title="))
    field = {"field": form["title"], "label": "Title", "hint": "As people say it."}
    yield Specimen("A line of text, refused", sample.show("pathways/_text_field.html", **field))


def findings(sample):
    """What the checks of a draft say: nothing, warnings, and an error besides."""
    about = ("item", "mri", "MRI of the whole spine")
    error = Finding("error", *about, "depends_on", "'contrast' is not an item of this template"), "#checks"
    warning = (
        Finding("warning", *about, "repeat", "Has no target, so that no time round falls due"),
        "#checks",
    )
    states = {
        "nothing": Checks([], []),
        "a warning": Checks([], [warning]),
        "an error": Checks([error], [warning]),
    }
    for title, checks in states.items():
        yield Specimen(f"Checks: {title}", sample.show("pathways/_draft_checks.html", checks=checks))


def difference(sample):
    """A line for each thing that can happen to an item, and one to check."""
    due = [Detail("Due", "2 days after the case opened", "9 days after the case opened")]
    later = Line("~", "Changed", "Consent", "consent", due, "item", ["Due later: 9 days, was 2 days."])
    others = [
        Line(mark, word, f"{word} item", word.lower(), details, "item", [])
        for mark, word, details in (
            ("+", "Added", [Detail("Requirement", "", "Optional")]),
            ("\N{MINUS SIGN}", "Removed", [Detail("Requirement", "Required", "")]),
            ("\N{RIGHTWARDS ARROW}", "Moved", [Detail("Position", "4", "1")]),
        )
    ]
    told = Told([later], [("Stabilisation", [later, *others])])
    return Specimen("A difference", sample.show("pathways/_difference.html", told=told, links=""))


def entry_field(sample):
    """The list of choices of a case field, refused."""
    form = FieldForm(QueryDict("choices=low"))
    return Specimen("Lines, refused", sample.show("pathways/_entry_field.html", field=form["choices"]))
