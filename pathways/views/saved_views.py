"""Keeping a list of cases under a name: a new one, another meaning, its end."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from pathways.audit.recording import record_event
from pathways.enums import Action
from pathways.forms.saved_views import QueryForm, ViewForm, query_of
from pathways.http import problem, see_other
from pathways.models import Team
from pathways.permissions import Permission, teams_where
from pathways.services import AlreadyAnswered, BadInput, ChangedElsewhere
from pathways.services.saved_views import remove_view, replace_view, save_view, views_of
from pathways.views.case_detail import refusals_of, write_token
from pathways.views.rows import fresh_token
from pathways.views.view_tabs import view_address


@require_http_methods(["GET", "HEAD", "POST"])
def view_new(request):
    """Ask for a name on GET, keep the filters of the address under it on POST."""
    teams = Team.objects.filter(pk__in=teams_where(request.user, Permission.SHARE_VIEWS))
    form = ViewForm(request.POST if request.method == "POST" else None, teams=teams)
    if not form.is_valid():
        return new_page(request, form, teams)
    try:
        view = save_view(by=request.user, token=write_token(request, form), **form.wanted())
    except AlreadyAnswered:
        return see_other("case_list")
    except BadInput as refused:
        form.refuse(refused.errors)
        return new_page(request, form, teams)
    messages.success(request, f"The view “{view.name}” was saved.")
    return see_other(view_address(view))


def new_page(request, form, teams):
    errors = form.errors_by_name() if form.is_bound else {}
    context = {
        "form": form,
        "errors": errors,
        "refusals": refusals_of(errors),
        "teams": teams,
        "query": form.data.get("query", "") if form.is_bound else query_of(request.GET),
        "token": fresh_token(),
    }
    return render(request, "pathways/view_new.html", context, status=422 if form.is_bound else 200)


@require_POST
def view_save(request, pk):
    """Let the view mean what the list shows."""
    view, form = visible_view(request.user, pk), QueryForm(request.POST)
    form.is_valid()
    act = partial(replace_view, query=form.cleaned_data.get("query", ""))
    return changed(request, view, form, act, f"The view “{view.name}” was saved.")


@require_POST
def view_remove(request, pk):
    view, form = visible_view(request.user, pk), QueryForm(request.POST)
    return changed(request, view, form, remove_view, f"The view “{view.name}” was removed.")


def changed(request, view, form, act, said):
    """Do it, and go on to the list; a refusal or a colleague's change is said on a page of its own."""
    if not form.is_valid():
        return problem(request, 422, "This was not saved", " ".join(form.errors_by_name().values()))
    seen = form.cleaned_data["version"] or 0
    try:
        view = act(by=request.user, view=view, seen=seen, token=write_token(request, form))
    except AlreadyAnswered:
        return see_other("case_list")
    except BadInput as refused:
        return problem(request, 422, "This was not saved", str(refused))
    except ChangedElsewhere as conflict:
        record_event(action=Action.CONFLICTED, by=request.user, team=view.team, reason=f"“{view.name}”")
        return problem(request, 409, "This view is another now", f"{conflict} Open the list again.")
    messages.success(request, said)
    return see_other("case_list" if view.removed_at else view_address(view))


def visible_view(user, pk):
    """One of the person's views or of their teams', or 404."""
    view = next((each for each in views_of(user) if each.pk == pk), None)
    if view is None:
        raise Http404
    return view
