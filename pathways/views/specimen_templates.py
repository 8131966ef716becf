"""Specimens of what pages of pathway templates show, for the gallery."""

from pathways.enums import VersionStatus
from pathways.models import PathwayTemplate, TemplateVersion
from pathways.views.specimens import Specimen
from pathways.views.template_heading import Heading


def templates(sample):
    """Everything that stands on pages of pathway templates alone."""
    yield from headings(sample)


def headings(sample):
    template = PathwayTemplate(code="no-such", title="Spinal metastases")
    newest = TemplateVersion(number=7, status=VersionStatus.PUBLISHED)
    draft = TemplateVersion(number=8, based_on=newest)
    tabs = [("Versions", "/templates/no-such/", True), ("Outline", "/templates/no-such/draft/", False)]
    for title, of in (("A template with a draft", draft), ("A template without one", None)):
        heading = Heading(template, of, newest, tabs, may_edit=bool(of))
        yield Specimen(title, sample.show("pathways/_template_heading.html", heading=heading))
