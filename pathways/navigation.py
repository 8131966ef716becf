"""What base.html shows on every page: the person's sections and preferences."""

from functools import partial

from django.conf import settings
from django.urls import reverse

from pathways.enums import Density, Theme
from pathways.http import PRODUCT
from pathways.permissions import Permission, may_somewhere

UNCHOSEN = {
    "theme": Theme.SYSTEM,
    "density": Density.COMFORTABLE,
    "fold_finished": False,
    "single_keys": False,
}

# Address, label, the nouns of the pages that belong to it, and what it takes in any team or across the site.
NAVIGATION = (
    ("my_work", "My work", ("mention",), Permission.RECORD),
    ("case_list", "Cases", ("case", "item", "phase", "bulk", "view", "team"), Permission.VIEW_CASE),
    ("dashboard_progress", "Dashboards", ("dashboard",), Permission.VIEW_CASE),
    ("template_list", "Templates", ("template", "draft", "version", "move"), Permission.VIEW_TEMPLATES),
    ("reason_list", "Reasons", ("reason",), Permission.EDIT_REASONS),
    ("audit", "Audit", (), Permission.REVIEW_AUDIT),
)


def page_context(request):
    """What base.html shows on every page; what takes a look at the roles is only worked out where drawn."""
    user = getattr(request, "user", None)
    return {
        "product": PRODUCT,
        "navigation": partial(navigation, request),
        "sees_cases": partial(_sees_cases, user),
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
        **{name: getattr(user, name, unchosen) for name, unchosen in UNCHOSEN.items()},
    }


def navigation(request):
    """The sections that the person may use, each with its address and whether they are in it."""
    user = getattr(request, "user", None)
    name = getattr(request.resolver_match, "url_name", None) or ""
    return [
        {"url": reverse(url), "label": label, "current": _current(name, url, nouns)}
        for url, label, nouns, permission in NAVIGATION
        if user is not None and user.is_authenticated and may_somewhere(user, permission)
    ]


def _current(name, url, nouns):
    if name == url:
        return "page"
    return "true" if name.partition("_")[0] in nouns else ""


def _sees_cases(user):
    return user is not None and user.is_authenticated and may_somewhere(user, Permission.VIEW_CASE)
