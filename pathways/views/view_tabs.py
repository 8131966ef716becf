"""The saved views above the list of cases, and how what is shown differs from the chosen one."""

from urllib.parse import urlencode

from django.urls import reverse

from pathways.forms.saved_views import query_of
from pathways.permissions import Permission, may
from pathways.services.saved_views import views_of
from pathways.views.rows import fresh_token


def view_address(view):
    return f"{reverse('case_list')}?{view.query}{'&' * bool(view.query)}{urlencode({'saved': view.pk})}"


def saved_views(user, taken):
    """The person's own and their teams'; one query."""
    views, query = views_of(user), query_of(taken)
    chosen = next((view for view in views if str(view.pk) == taken["saved"]), None)
    return {
        "tabs": [(view, view_address(view), view == chosen) for view in views],
        "chosen": chosen,
        "modified": chosen is not None and chosen.query != query,
        "may_change": chosen is not None
        and (chosen.team_id is None or may(user, Permission.SHARE_VIEWS, chosen.team_id)),
        "reset": chosen and view_address(chosen),
        "query": query,
        "new": f"{reverse('view_new')}?{query}" if query not in ("", f"view={taken['view']}") else "",
        "token": fresh_token(),
    }
