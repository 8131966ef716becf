"""What published versions hold, read once by each process: the database lets none of it change.

Keyed by when the version was published, so that nothing of a draft is ever remembered. Treat it as read-only.
"""

from functools import lru_cache

from .models import ChecklistItem, TemplateItem, TemplatePhase, TemplateVersion

VOCABULARY = ("case_fields", "instruments", "sources", "notes")
_TEMPLATE_ITEM = ChecklistItem._meta.get_field("template_item")
UNREAD = tuple(f"template_version__{name}" for name in VOCABULARY)


def items_of(version):
    """Template item by id."""
    return _items(version.pk, version.published_at)


def item_of(item_id, version_id, published_at):
    """One of a case on that version; it may be from an earlier one."""
    return _items(version_id, published_at).get(item_id) or template_item(item_id)


def attach(items, *versions):
    """Give items of cases on these versions their template items; one may be from an earlier version."""
    known = {pk: item for version in versions for pk, item in items_of(version).items()}
    for item in items:
        if pk := item.template_item_id:
            _TEMPLATE_ITEM.set_cached_value(item, known.get(pk) or template_item(pk))
    return items


def goals_of(version):
    """Phase to its goal."""
    return _goals(version.pk, version.published_at)


def with_vocabulary(version):
    """The version, fetched without UNREAD, with its case fields, instruments, sources and notes."""
    for name, value in _vocabulary(version.pk, version.published_at).items():
        setattr(version, name, value)
    return version


@lru_cache(maxsize=4096)
def template_item(item_id):
    """A template item of any published version, for what a case kept from the version it came from."""
    return TemplateItem.objects.select_related("template_version").get(pk=item_id)


@lru_cache(maxsize=64)
def _items(version_id, published_at):
    return TemplateItem.objects.filter(template_version=version_id).in_bulk()


@lru_cache(maxsize=64)
def _goals(version_id, published_at):
    return dict(TemplatePhase.objects.filter(template_version=version_id).values_list("phase", "goal"))


@lru_cache(maxsize=64)
def _vocabulary(version_id, published_at):
    return TemplateVersion.objects.values(*VOCABULARY).get(pk=version_id)


@lru_cache(maxsize=4)
def words_of(versions, fields):
    """Field to value to label, over `versions` as (id, published at); the later of two labels counts."""
    words: dict[str, dict[str, str]] = {field: {} for field in fields}
    for version_id, published_at in versions:
        for field in _vocabulary(version_id, published_at)["case_fields"]:
            if field["code"] in words:
                words[field["code"]] |= {each["value"]: each["label"] for each in field.get("choices", [])}
    return words


def titles_of(versions):
    """Code and title of every field that cases of these versions may hold; the latest title counts."""
    fields = [each for version in versions for each in _vocabulary(*version)["case_fields"]]
    return tuple({each["code"]: each["title"] for each in fields}.items())


def forget():
    """Empty the memory; only a test needs to, whose rolled-back rows give their ids back."""
    for remembered in (template_item, _items, _goals, _vocabulary, words_of):
        remembered.cache_clear()
