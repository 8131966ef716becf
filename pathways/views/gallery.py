"""The gallery: every component in every state, on one page for those who build and review them."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.enums import CaseStatus, ItemStatus, PhaseState, VersionStatus
from pathways.permissions import WHO_MAY, Permission, require
from pathways.views.specimen_cases import case_forms, heads, phases
from pathways.views.specimen_figures import drawings
from pathways.views.specimen_forms import forms, menus
from pathways.views.specimen_items import item_pages
from pathways.views.specimen_lists import figures, lists
from pathways.views.specimen_rows import rows
from pathways.views.specimen_stories import stories
from pathways.views.specimen_templates import templates
from pathways.views.specimens import Sample, Specimen, apart


def problems(sample):
    """What stands over the page when a request from it was not answered as it was meant."""
    for title, text, sign_in in (
        ("You do not have access to this", WHO_MAY[Permission.RECORD], False),
        ("You have been signed out", "Nothing was saved. Your text is still on this page.", True),
    ):
        yield Specimen(title, sample.show("_problem.html", title=title, text=text, sign_in=sign_in))


GROUPS = {
    "problems": ("What went wrong", problems),
    "heads": ("Who a case is about", heads),
    "phases": ("Phases", phases),
    "rows": ("Rows of a checklist", rows),
    "forms": ("What opens in a row", forms),
    "menus": ("The menu of a row", menus),
    "items": ("The page of an item", item_pages),
    "cases": ("Forms of a case", case_forms),
    "lists": ("Lists of cases", lists),
    "figures": ("Figures", figures),
    "drawings": ("Drawings of the dashboards", drawings),
    "stories": ("What was said and done", stories),
    "templates": ("Pages of a pathway template", templates),
}
SHAPED = (*ItemStatus, *PhaseState, CaseStatus.ON_HOLD)
TAGGED = (*SHAPED, CaseStatus.CLOSED, VersionStatus.DRAFT, VersionStatus.RETIRED)


@require_safe
def gallery(request):
    """Writes nothing. Some 75 queries, however much is stored: each form reads the reasons that it offers."""
    require(request.user, Permission.SEE_GALLERY)
    sample = Sample(request)
    groups = [(code, title, list(shown(code, make(sample)))) for code, (title, make) in GROUPS.items()]
    shapes, tags = ({each.value: each.label for each in marked}.items() for marked in (SHAPED, TAGGED))
    return render(request, "pathways/gallery.html", {"groups": groups, "shapes": shapes, "tags": tags})


def shown(group, specimens):
    """Each specimen with its HTML, in which no id is like that of another, and with the id of its caption."""
    for number, each in enumerate(specimens, start=1):
        caption = f"{group}-{number}"
        yield each, apart(each, f"{each.mark or caption}-", caption), caption
