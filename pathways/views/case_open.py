"""Opening a case: choose the pathway, describe the case, look at what will be created, create it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pathways import clocks, details, published
from pathways.audit.recording import record_event
from pathways.enums import Action, Anchor, Phase, Requirement
from pathways.forms.cases import CHANGE, SAVE, OpenCaseForm
from pathways.forms.write import WriteForm
from pathways.http import see_other
from pathways.models import Case, Discipline, RequestToken, Team, TemplateVersion
from pathways.permissions import Forbidden, Permission, teams_where
from pathways.services import AlreadyAnswered
from pathways.services.cases import new_checklist, open_case
from pathways.views.case_detail import write_token
from pathways.views.rows import fresh_token

NEWER = "A newer version of this pathway was published meanwhile. This is what it would create."


@dataclass(frozen=True)
class Planned:
    """An item that the case would have, with when it would first be due, or when it would begin to apply."""

    title: str
    discipline: str
    optional: bool
    when: str


@require_http_methods(["GET", "HEAD", "POST"])
def case_open(request):
    """Nothing is stored before the last step; until then the entries travel with the form."""
    teams = teams_to_open_in(request.user)
    if reference := opened_before(request):
        return on_to(request, reference)
    offered = on_offer()
    data = request.POST if request.method == "POST" else None
    version = chosen_version(request, offered)
    if version is None:
        return render(request, "pathways/case_open.html", {"offered": offered}, status=422 if data else 200)
    form = OpenCaseForm(data, teams=teams, case_fields=published.with_vocabulary(version).case_fields)
    if data is None or form.data.get("step") == CHANGE:
        return entry_page(request, version, form)
    if not form.is_valid():
        return entry_page(request, version, form, status=422)
    if form.cleaned_data["step"] != SAVE:
        return preview_page(request, version, form)
    if form.cleaned_data["version"] != version.number:
        return preview_page(request, version, form, warning=NEWER, status=409)
    return on_to(request, opened(request, version, form).reference)


def on_to(request, reference):
    messages.success(request, f"{reference} opened.")
    return see_other("case_detail", reference)


def opened_before(request):
    """The reference of the case that this same form opened, whatever was published since, or None."""
    form = WriteForm(request.POST)
    if not form.is_valid():
        return None
    token = write_token(request, form)
    first = RequestToken.objects.filter(token=token.value, person=request.user, digest=token.digest)
    return first.values_list("event__case__reference", flat=True).first()


def opened(request, version, form):
    """The new case, or the one that this same form opened before."""
    wanted = {"team": form.cleaned_data["team"], "details": form.details, "token": write_token(request, form)}
    try:
        return open_case(by=request.user, template_version=version, **wanted)
    except AlreadyAnswered as answered:
        return answered.event.case


def teams_to_open_in(user):
    """The teams in which the person may open cases; Forbidden where there is none."""
    allowed = teams_where(user, Permission.OPEN_CASE)
    if not allowed:
        raise Forbidden(Permission.OPEN_CASE)
    return Team.objects.filter(pk__in=allowed)


def on_offer():
    """The newest published version of each template, without its vocabulary."""
    newest = TemplateVersion.objects.newest_published().select_related("template")
    return list(newest.defer(*published.VOCABULARY))


def chosen_version(request, offered):
    """The version that the address names, the only one there is, or None; 404 for a template not on offer."""
    code = request.GET.get("template")
    if code is None:
        return offered[0] if len(offered) == 1 else None
    for version in offered:
        if version.template.code == code:
            return version
    raise Http404


def entry_page(request, version, form, status=200):
    """The form, with what was entered before."""
    context = {
        "version": version,
        "form": form,
        "groups": form.groups(),
        "refusals": form.refusals() if status == 422 else [],
        "token": fresh_token(),
    }
    return render(request, "pathways/case_open.html", context, status=status)


def preview_page(request, version, form, warning="", status=200):
    """What opening the case would create now; costs one query for the disciplines."""
    team, now = form.cleaned_data["team"], timezone.now()
    if warning:
        record_event(action=Action.CONFLICTED, by=request.user, team=team, reason="a new case")
    case = Case(template_version=version, team=team, details=form.details, opened_at=now)
    _, items = new_checklist(case, by=request.user)
    disciplines = dict(Discipline.objects.values_list("pk", "title"))
    context = {
        "version": version,
        "team": team,
        "entered": entered(version.case_fields, form.details),
        "phases": [planned_phase(phase, items, disciplines, now) for phase in Phase],
        "total": sum(item.applies_since is not None for item in items),
        "sent": form.sent(),
        "warning": warning,
        "token": fresh_token(),
    }
    return render(request, "pathways/case_open.html", context, status=status)


def entered(case_fields, given):
    """Title and value in words of every detail that was entered."""
    return [
        (each["title"], details.show(each, given[each["code"]]))
        for each in case_fields
        if each["code"] in given
    ]


def planned_phase(phase, items, disciplines, now):
    """The items of a phase: those that would apply at once, and those that may come to apply."""
    mine = [item for item in items if item.phase == phase]
    return {
        "phase": phase,
        "items": [planned(item, disciplines, first_due(item, now)) for item in mine if item.applies_since],
        "conditional": [
            planned(item, disciplines, condition(item)) for item in mine if not item.applies_since
        ],
    }


def planned(item, disciplines, when):
    template_item, taker = item.template_item, f": {item.assignee}" if item.assignee else ""
    return Planned(
        title=template_item.title,
        discipline=f"{disciplines[template_item.discipline_id]}{taker}",
        optional=template_item.requirement == Requirement.OPTIONAL,
        when=when,
    )


def first_due(item, now):
    """When the item falls due first, or what its clock waits for."""
    target = item.template_item
    if item.due_at:
        words = clocks.due_words(item.due_at, now).removeprefix("due ")
        return words[0].upper() + words[1:]
    if not target.within:
        return "No due time"
    return f"{clocks.parse_interval(target.within)} after {waits_for(item)}"


def waits_for(item):
    if item.template_item.anchor == Anchor.PHASE_STARTED:
        return f"{Phase(item.phase).label} starts"
    return "an earlier item is done"


def condition(item):
    return item.template_item.applies_text or "A person switches it on."
