"""The checks of a draft as pages list them: what was found, and the address of its place."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from pathways import published
from pathways.interop.draft_checks import Finding, findings_of
from pathways.interop.template_documents import document_from
from pathways.models import Discipline, User

PLACES = {
    "item": "items/{}/",
    "phase": "phases/{}/",
    "case_field": "fields/{}/",
    "instrument": "instruments/{}/",
    "source": "sources/",
    "note": "notes/",
}


@dataclass(frozen=True)
class Checks:
    """Pairs of what was found and where, errors apart from warnings."""

    errors: list[tuple[Finding, str]]
    warnings: list[tuple[Finding, str]]

    def __bool__(self) -> bool:
        return bool(self.errors or self.warnings)

    @property
    def words(self) -> str:
        """As "2 errors, 3 warnings"; nothing where all is well."""
        counts = ((len(self.errors), "error"), (len(self.warnings), "warning"))
        return ", ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)


def for_draft(draft, phases=None, items=None):
    """The checks of a draft, from its rows as the page has them (items with their disciplines) or read here.

    One query with both, three without; those of the version it is based on are remembered.
    """
    phases = list(draft.phases.all()) if phases is None else phases
    if items is None:
        items = list(draft.items.select_related("discipline"))
    kept = [item for item in items if not item.is_removed]
    return checked(draft, kept, document_from(draft, phases, kept), *known_disciplines())


def checked(draft, items, document, disciplines, unstaffed):
    """The same of a document that was made of the items already."""
    found = findings_of(
        document,
        disciplines=disciplines,
        was_codes={item.code: item.was_code for item in items},
        published_codes=codes_before(draft),
        unstaffed=unstaffed,
    )
    placed = [(each, place_of(draft.template.code, each)) for each in found]
    return Checks(
        [pair for pair in placed if pair[0].level == "error"],
        [pair for pair in placed if pair[0].level == "warning"],
    )


def known_disciplines():
    """Code to title of each, and the codes of those that nobody active belongs to; one query."""
    staff = User.objects.filter(discipline=OuterRef("pk"), is_active=True)
    rows = Discipline.objects.annotate(is_staffed=Exists(staff)).values_list("code", "title", "is_staffed")
    found = list(rows)
    titles = {code: title for code, title, _ in found}
    return titles, frozenset(code for code, _, is_staffed in found if not is_staffed)


def codes_before(draft):
    """The codes of the version that the draft is based on."""
    before = published.items_of(draft.based_on).values() if draft.based_on_id else ()
    return frozenset(item.code for item in before)


def place_of(template, finding):
    """Where an editor mends it."""
    return (
        reverse("template_detail", args=[template])
        + "draft/"
        + PLACES.get(finding.part, "").format(finding.code)
    )
