"""Pages that belong to no noun: the front door, and what this product is."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pathways.enums import ItemStatus

SHAPES = [
    (ItemStatus.NOT_STARTED, "Nobody has begun it."),
    (ItemStatus.IN_PROGRESS, "Someone has begun it."),
    (ItemStatus.BLOCKED, "It waits for something; the row says what."),
    (ItemStatus.DONE, "It was done, and its answer is recorded."),
    (ItemStatus.NOT_APPLICABLE, "This case does not need it; the row says why."),
    (ItemStatus.NOT_DONE, "It applied and will not be done; the row says why."),
]


@require_safe
def home(request):
    return redirect("case_list")


@login_not_required
@require_safe
def about(request):
    shapes = [(status.value, status.label, meaning) for status, meaning in SHAPES]
    shapes.append(("overdue", "Overdue", "Its target time has passed and it is still open."))
    return render(request, "pathways/about.html", {"shapes": shapes})
