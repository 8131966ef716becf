"""Moving cases to another version: choose them, see what it brings each, move them, follow it, undo it."""

from time import monotonic

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pathways.audit.changes import counted
from pathways.enums import MoveOutcome
from pathways.forms.template_move import MAPPED, GoOnForm, MoveFilters, MoveForm
from pathways.http import see_other, wants_fragment
from pathways.models import Case, CaseMove, Team, TemplateItem
from pathways.permissions import Permission, require
from pathways.services import AlreadyAnswered, BadInput, Token
from pathways.services.move_plans import lines_of, renames
from pathways.services.move_preview import preview
from pathways.services.moving import move_back, move_case, plan_move, work_through
from pathways.views.move_words import planned, said
from pathways.views.rows import fresh_token
from pathways.views.template_heading import heading, visible_template

A_PAGE = 50
MOST_PREVIEWED = 1000
SECONDS_A_REQUEST = 8
ACTS = {
    "go_on": ([MoveOutcome.WAITING], move_case),
    "retry": ([MoveOutcome.NOT_MOVED], move_case),
    "back": ([MoveOutcome.MOVED], move_back),
}


@require_http_methods(["GET", "HEAD", "POST"])
def template_move(request, template):
    """Choose on GET, look with `step=preview`, move on POST as many as fit a request."""
    template = visible_template(request.user, template)
    require(request.user, Permission.MOVE_CASES)
    filters = MoveFilters(request.POST if request.method == "POST" else request.GET, template)
    if filters.target is None or (request.method != "POST" and request.GET.get("step") != "preview"):
        return choose_page(request, template, filters)
    form = MoveForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return preview_page(request, template, filters, form)
    if not form.is_valid():
        return preview_page(request, template, filters, form, status=422)
    token = Token(form.cleaned_data["token"], form.digest(request.path))
    wanted = {name: form.cleaned_data[name] for name in ("name", "reason")}
    wanted |= {"target": filters.target, "cases": filters.chosen(), "renamed": filters.renamed()}
    try:
        move = plan_move(by=request.user, token=token, **wanted)
    except AlreadyAnswered as answered:
        return see_other("move_detail", answered.event.moves.get().pk)
    except BadInput as refused:
        form.refuse(refused.errors)
        return preview_page(request, template, filters, form, status=422)
    go_on(request, move, "go_on")
    return see_other("move_detail", move.pk)


def choose_page(request, template, filters):
    """Every case that could be moved, 200 at most, and the codes that go."""
    target = filters.target
    matching = filters.matching() if target else Case.objects.none()
    found = list(matching[:201])
    context = {
        "heading": heading(request.user, template, "cases"),
        "target": target,
        "filters": filters,
        "published": [each for each in filters.versions if each.status == "published"],
        "teams": Team.objects.order_by("name"),
        "cases": found[:200],
        "total": matching.count(),
        "mapping": mapping(filters, found) if target else [],
        "moves": CaseMove.objects.filter(target__template=template).select_related("made_by", "target")[:20],
        "needs_cases": request.GET.get("step") == "preview",
    }
    return render(request, "pathways/template_move.html", context)


def mapping(filters, cases):
    """For each code that goes: its title, and the codes that come with the one that is chosen.

    What an editor renamed is chosen already; nothing else is guessed.
    """
    target, sources = filters.target, {case.template_version.pk: case.template_version for case in cases}
    lines = lines_of(target)
    known: dict[str, TemplateItem] = {}
    now: dict[str, str] = {}
    for version in sources.values():
        known |= lines_of(version)
        now |= renames(version, target)
    new = {code: line for code, line in lines.items() if code not in known}
    chosen = filters.renamed()
    return [
        {
            "name": f"{MAPPED}{code}",
            "title": line.title,
            "code": code,
            "options": [
                (each, new[each].title, chosen.get(code, now.get(code, "")) == each) for each in sorted(new)
            ],
        }
        for code, line in sorted(known.items())
        if code not in lines and new
    ]


def preview_page(request, template, filters, form, *, status=200):
    """What each case would gain and lose; of more than MOST_PREVIEWED cases the first ones."""
    total = filters.chosen().count()
    if not total and status == 200:
        return choose_page(request, template, filters)
    chosen = list(filters.chosen()[:MOST_PREVIEWED])
    plans = preview(
        by=request.user, cases=chosen, target=filters.target, renamed=filters.renamed(), at=timezone.now()
    )
    rows = [planned(case, was, plan) for (case, was), plan in with_versions(chosen, plans)]
    pages = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": heading(request.user, template, "cases"),
        "target": filters.target,
        "total": total,
        "looked_at": len(chosen),
        "summary": summary(rows),
        "pages": pages,
        "kept": filters.kept(),
        "form": form,
        "refusals": form.refusals() if form.is_bound else [],
        "token": fresh_token(),
        "asked": request.GET.urlencode() if request.method != "POST" else "",
    }
    return render(request, "pathways/template_move_preview.html", context, status=status)


def with_versions(cases, plans):
    """Each case with the version that it is on now, which its plan changes in memory, and the plan."""
    versions = [case.template_version for case in cases]
    return (((case, was), plan) for was, (case, plan) in zip(versions, plans, strict=True))


def summary(rows):
    """The totals of all rows, in words."""
    totals: dict[str, int] = {}
    for row in rows:
        for words, count in row["counts"].items():
            totals[words] = totals.get(words, 0) + count
    return [said(count, words) for words, count in totals.items() if count]


@require_http_methods(["GET", "HEAD", "POST"])
def move_detail(request, pk):
    """What became of a batch; a POST goes on with it, tries again what failed, or moves its cases back."""
    require(request.user, Permission.MOVE_CASES)
    moves = CaseMove.objects.select_related("target__template", "made_by", "event")
    move = get_object_or_404(moves, pk=pk)
    if request.method != "POST":
        return move_page(request, move)
    form = GoOnForm(request.POST)
    if not form.is_valid():
        return move_page(request, move, status=422)
    done = go_on(request, move, form.cleaned_data["act"])
    if wants_fragment(request):
        return move_page(request, move)
    messages.info(request, f"{counted(done, 'case')} worked through.")
    return see_other("move_detail", move.pk)


def go_on(request, move, act):
    """Work through the batch for SECONDS_A_REQUEST; how many cases were looked at."""
    outcomes, do = ACTS[act]
    until = monotonic() + SECONDS_A_REQUEST
    done = work_through(move, outcomes, do, by=request.user, goes_on=lambda: monotonic() < until)
    return sum(1 for _ in done)


def move_page(request, move, *, status=200):
    counts = dict(move.cases.order_by().values_list("outcome").annotate(Count("pk")))
    rows = move.cases.select_related("case", "was").order_by("outcome", "pk")
    if request.GET.get("outcome") in MoveOutcome.values:
        rows = rows.filter(outcome=request.GET["outcome"])
    pages = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "move": move,
        "heading": heading(request.user, move.target.template, "cases"),
        "counts": [(label, counts.get(value, 0), value) for value, label in MoveOutcome.choices],
        "waiting": counts.get(MoveOutcome.WAITING, 0),
        "failed": counts.get(MoveOutcome.NOT_MOVED, 0),
        "moved": counts.get(MoveOutcome.MOVED, 0),
        "total": sum(counts.values()),
        "pages": pages,
        "token": fresh_token(),
    }
    name = "pathways/_move.html" if wants_fragment(request) else "pathways/move_detail.html"
    return render(request, name, context, status=status)
