"""What the filters of lists and dashboards offer, and the words for it."""

from pathways import published
from pathways.compiled import compiled
from pathways.enums import VersionStatus
from pathways.models import TemplateVersion


def versions_in_use():
    """The versions that cases may be on, the oldest first: their id and when they were published, code and
    title of their template, and their number.
    """
    return _versions_in_use()


@compiled
def _versions_in_use():
    versions = TemplateVersion.objects.exclude(status=VersionStatus.DRAFT).order_by("number", "pk")
    return versions.values_list("pk", "published_at", "template__code", "template__title", "number")


def case_words(versions=None):
    """Labels of sex and primary tumour over all these versions; one query where none are given."""
    known = versions_in_use() if versions is None else versions
    return published.words_of(tuple(each[:2] for each in known), ("sex", "primary_site"))


def sites(versions):
    return case_words(versions)["primary_site"].items()


def templates(versions):
    """Each template, and each version of it, as `narrowed_to` reads them."""
    choices = {}
    for _, _, code, title, number in sorted(versions, key=lambda each: (each[3], each[4])):
        choices[code] = title
        choices[f"{code}~{number}"] = f"{title}, version {number}"
    return choices.items()
