"""Specimens of what stands in the outline of a draft, for the gallery."""

import re

from django.utils.safestring import mark_safe

from pathways.enums import Basis, Phase, Requirement
from pathways.forms.template_items import TemplateItemForm, typed_item
from pathways.interop.draft_checks import Finding
from pathways.models import TemplateItem, TemplatePhase
from pathways.services import ChangedElsewhere
from pathways.views.draft_findings import Checks
from pathways.views.draft_item_form import conflict_html, form_html, more_html
from pathways.views.draft_markup import section
from pathways.views.draft_outline import Row, Section
from pathways.views.rows import fresh_token
from pathways.views.specimens import COLLEAGUE, DISCIPLINE, Specimen, template_version

ADDRESS = re.compile(r'\b(action|hx-post|hx-get)="[^"]*"')
RULE = {"all": [{"field": "cord_compression", "in": ["suspected", "confirmed"]}]}


def drafts(sample):
    """Their forms are sent where nothing is found, as no template is sure to have no such code."""
    for caption, html in parts(sample):
        yield Specimen(caption, mark_safe(ADDRESS.sub(rf'\1="{sample.page}save/"', html)), "outline")  # noqa: S308  ours


def parts(sample):
    yield "A phase of a draft", section(outline_section(), csrf=sample.shared["csrf"])
    yield "What the checks of a draft found", sample.show("pathways/_draft_summary.html", checks=CHECKS)
    items = [draft_item(), draft_item(pk=-2, code="another", title="Another item", sources=[])]
    yield "More for an item of a draft", more_html(sample.request, items[1], items, in_row=True)
    yield "An item of a draft", form_html(sample.request, items[0], items, in_row=True)
    yield "An item of a draft, refused", refused(sample, items)
    yield "An item of a draft that a colleague changed", conflict(sample, items)
    phase = TemplatePhase(pk=-1, phase=Phase.PAIN, title="Pain", goal="Relief first.")
    shown = {"row": phase, "at": "p-pain-", "url": "/", "back": "/", "level": "h3", "version": 1}
    typed = {
        "typed": {"title": "Pain", "goal": "Comfort."},
        "errors": {"title": "", "goal": "Say what this phase is for"},
    }
    told = ChangedElsewhere(theirs=phase, person=COLLEAGUE, at=sample.now)
    html = sample.show(
        "pathways/_draft_phase_form.html", **shown, **typed, conflict=told, token=fresh_token()
    )
    yield "A phase of a draft that a colleague changed", html


def draft_item(**values):
    given = {
        "pk": -1,
        "code": "mri-whole-spine",
        "title": "Obtain MRI",
        "phase": Phase.DIAGNOSIS,
        "position": 1,
        "version": 2,
        "discipline": DISCIPLINE,
        "requirement": Requirement.CONDITIONAL,
        "applies_text": "Compression is suspected.",
        "applies_rule": RULE,
        "anchor": "case_opened",
        "within": "PT24H",
        "basis": Basis.PUBLISHED,
        "response": {"kind": "number", "unit": "mm", "min": 1, "max": 9},
        "sources": ["ONE"],
    }
    return TemplateItem(template_version=template_version(), **(given | values))


def outline_section():
    """A row at either end, changed and not, and one that is removed."""
    rows = [outline_row(-1, "An item"), outline_row(-2, "A changed item"), outline_row(-3, "A removed item")]
    rows[0].is_first = rows[1].is_last = rows[2].is_removed = True
    rows[0].place, rows[1].place = 1, 2
    rows[1].marks, rows[2].marks = [("changed", "Changed"), ("new", "New")], [("gone", "Removed")]
    section = Section(1, "diagnosis", "Diagnosis", "Know what it is.", rows)
    section.typed, section.refused = "x" * 30, "Enter a title"
    return section


def outline_row(pk, title):
    facts = ["Date", "Due 24 hours after the case opened", "Required"]
    return Row(pk, "no-such", title, 1, 1, "Radiology", facts, [], is_removed=False)


def refused(sample, items):
    form = TemplateItemForm(typed_item(items[0]), draft=template_version())
    form.refused = {
        "title": "Enter a title",
        "clause_0_value": "Say what it is compared with",
        "code": "Enter a code",
    }
    return form_html(sample.request, items[0], items, form, in_row=True)


def conflict(sample, items):
    typed = typed_item(items[0])
    typed["title"], typed["version"] = "Obtain an MRI today", "1"
    form = TemplateItemForm(typed, draft=template_version())
    form.is_valid()
    told = ChangedElsewhere(theirs=items[0], person=COLLEAGUE, at=sample.now)
    phases = [TemplatePhase(pk=-1, phase=Phase.DIAGNOSIS, title="Diagnosis", goal="Know.")]
    return conflict_html(sample.request, items[0], items, form, told, in_row=True, phases=phases)


CHECKS = Checks(
    [(Finding("error", "item", "first", "An item", "target", "No item is called second"), "/templates/")],
    [(Finding("warning", "phase", "pain", "Pain", "", "This phase has no item"), "/templates/")],
)
