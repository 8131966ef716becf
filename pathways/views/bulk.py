"""Many items at once: choose them and what to do, see what it would do, do it, take it back."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from pathways.enums import BulkKind
from pathways.forms.bulk import BulkForm
from pathways.forms.write import WriteForm
from pathways.http import see_other
from pathways.models import BulkChange, ChecklistItem, ReasonCode
from pathways.services import AlreadyAnswered, BadInput
from pathways.services.bulk import MOST, change_many, plan_bulk, undo_many
from pathways.services.bulk_outcome import outcome, read
from pathways.views.answers import date_parts
from pathways.views.case_detail import write_token
from pathways.views.rows import fresh_token

ASKED = ("kind", "assignee", "due", "choice", "reason", "reason_text", "due_day", "due_month", "due_year",
         "due_time")  # fmt: skip
NOTHING = [("Select at least one item", "item")]


@dataclass
class Scope:
    """Among which items a page chooses: `items` those that match, `kept` what carries the choice on, `more`
    where to go on after these.

    `offers` are the items whose options may be picked. `whats` are the kinds of items to pick from: value,
    label and whether chosen; with `lists_items` each item has a checkbox. `nothing` is said where none was
    selected.
    """

    title: str
    back: str
    items: list
    people: list
    offers: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    whats: list = field(default_factory=list)
    kinds: list = field(default_factory=lambda: list(BulkKind))
    lists_items: bool = False
    total: int = 0
    more: str = ""
    nothing: list = field(default_factory=lambda: NOTHING)
    heading: str = "Change several"


def bulk_answer(request, scope):
    """Choose on GET, look with `step=preview`, do it on POST."""
    is_preview = request.GET.get("step") == "preview"
    if request.method != "POST" and not is_preview:
        return choose_page(request, scope, new_form(None, scope))
    if request.method != "POST":
        return preview_page(request, scope, new_form(request.GET, scope, is_preview=True))
    form = new_form(request.POST, scope)
    if not form.is_valid():
        return choose_page(request, scope, form, form.refusals())
    try:
        bulk = do(request, form)
    except AlreadyAnswered as answered:
        bulk = BulkChange.objects.get(event=answered.event)
    except BadInput as refused:
        refusals = [(text, scope.nothing[0][1]) for text in refused.errors.values()]
        return choose_page(request, scope, form, refusals)
    on = request.get_full_path() if len(form.rows()) == MOST else scope.more
    return see_other(reverse("bulk_detail", args=[bulk.pk]) + (f"?{urlencode({'on': on})}" if on else ""))


def new_form(data, scope, **more):
    return BulkForm(data, people=scope.people, now=timezone.now(), **more)


def do(request, form):
    """Change the rows that were looked at, of those that the person may see."""
    seen = form.rows()
    found = read(ChecklistItem.objects.visible_to(request.user).filter(pk__in=seen))
    items = {item.pk: item for item in found}
    return change_many(
        by=request.user,
        kind=BulkKind(form.cleaned_data["kind"]),
        wanted=form.wanted(),
        rows=[(items[pk], version) for pk, version in seen.items() if pk in items],
        token=write_token(request, form),
    )


def choose_page(request, scope, form, refusals=()):
    """With what the address asks for, so that a preview leads back to what was chosen."""
    values = form.data if form.is_bound else request.GET
    context = {
        "scope": scope,
        "values": values,
        "kinds": [(kind.value, kind.label, values.get("kind") == kind) for kind in scope.kinds],
        "assignees": [
            (each.username, str(each), values.get("assignee") == each.username) for each in scope.people
        ],
        "choices": choices(scope.offers),
        "reasons": ReasonCode.objects.filter(is_active=True, for_not_applicable=True),
        "due_parts": date_parts("due_", values, with_time=True),
        "errors": {control.removeprefix("id_"): text for text, control in refusals},
        "refusals": refusals,
        "picked": set(request.GET.getlist("item")),
        "most": MOST,
    }
    return render(request, "pathways/bulk.html", context, status=422 if refusals else 200)


def preview_page(request, scope, form):
    """What would become of each item that was picked."""
    refusals = form.refusals() if not form.is_valid() else []
    picked = set(request.GET.getlist("item"))
    items = [item for item in scope.items if not scope.lists_items or str(item.pk) in picked]
    if refusals or not items:
        return choose_page(request, scope, form, refusals or scope.nothing)
    kind = BulkKind(form.cleaned_data["kind"])
    planned = plan_bulk(by=request.user, kind=kind, wanted=form.wanted(), items=items)
    doing, skipped = ([each for each in planned if bool(each.problem) == is_so] for is_so in (False, True))
    context = {
        "scope": scope,
        "doing": doing[:MOST],
        "skipped": skipped[:MOST],
        "skips": len(skipped),
        "asked": [(name, form.data[name]) for name in ASKED if form.data.get(name)],
        "label": kind.label,
        "over": max(0, len(doing) - MOST) + scope.total - len(scope.items),
        "most": MOST,
        "again": chosen_again(request),
        "token": fresh_token(),
    }
    return render(request, "pathways/bulk_preview.html", context)


def chosen_again(request):
    """Where the same choice is made anew."""
    asked = request.GET.copy()
    asked.pop("step", None)
    return f"{request.path}?{asked.urlencode()}"


def choices(items):
    """Title and options of each item that is answered by picking one of them."""
    found = {
        item.name: item.response_spec["choices"]
        for item in items
        if item.response_spec["kind"] == "choice" and not item.response_spec.get("multiple")
    }
    return sorted(found.items())


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_detail(request, pk):
    """What became of a change of many items; a POST takes it back. Only its maker sees it."""
    bulks = BulkChange.objects.select_related("event__team", "undo")
    bulk = get_object_or_404(bulks.filter(made_by=request.user.pk), pk=pk)
    if request.method != "POST":
        return bulk_result(request, bulk)
    form = WriteForm(request.POST)
    if not form.is_valid():
        return bulk_result(request, bulk, status=422)
    try:
        undo_many(by=request.user, bulk=bulk, token=write_token(request, form))
    except AlreadyAnswered:
        messages.info(request, "This was undone before.")
    return see_other("bulk_detail", bulk.pk)


def bulk_result(request, bulk, *, status=200):
    found = outcome(bulk)
    request.searched_for = f"Items changed at once, {bulk.made_at:%Y-%m-%d %H:%M}"
    on = request.GET.get("on", "")
    back, back_words = way_back(found)
    context = {
        "back": back,
        "back_words": back_words,
        "bulk": bulk,
        "found": found,
        "on": on if on.startswith("/") and url_has_allowed_host_and_scheme(on, allowed_hosts=None) else "",
        "token": fresh_token(),
    }
    return render(request, "pathways/bulk_detail.html", context, status=status)


def way_back(found):
    """To the one case whose items these are, else to the cases: address and words."""
    references = {row[0].case.reference for _, rows in found.lists for row in rows if row[0]}
    if len(references) != 1:
        return reverse("case_list"), "the cases"
    (reference,) = references
    return reverse("case_detail", args=[reference]), reference
