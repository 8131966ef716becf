"""Pages that belong to no noun: what this product is, and how to use it."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pathways.enums import ItemStatus
from pathways.permissions import Permission, may

SHAPES = [
    (ItemStatus.NOT_STARTED, "Nobody has begun it."),
    (ItemStatus.IN_PROGRESS, "Someone has begun it."),
    (ItemStatus.BLOCKED, "It waits for something; the row says what."),
    (ItemStatus.DONE, "It was done, and its answer is recorded."),
    (ItemStatus.NOT_APPLICABLE, "This case does not need it; the row says why."),
    (ItemStatus.NOT_DONE, "It applied and will not be done; the row says why."),
]
KEYS = [
    ("Ctrl or ⌘ + K", "Find a case"),
    ("Ctrl or ⌘ + Enter", "Save the form you are in"),
    ("Esc", "Close what is open"),
]
LETTERS = [
    ("j", "Next item"),
    ("k", "Previous item"),
    ("e", "Open the item"),
    ("d", "Mark it done"),
    ("b", "Mark it blocked"),
    ("a", "Assign it to me"),
    ("g, then c", "Go to the cases"),
    ("?", "Show this list"),
]


@login_not_required
@require_safe
def about(request):
    return render(request, "pathways/about.html")


@login_not_required
@require_safe
def help(request):  # noqa: A001  a view goes by the name of its address, and nobody asks Python for help here
    shapes = [(status.value, status.label, meaning) for status, meaning in SHAPES]
    shapes.append(("overdue", "Overdue", "Its due time has passed and it is still open."))
    sees_gallery = may(request.user, Permission.SEE_GALLERY)
    context = {"shapes": shapes, "keys": KEYS, "letters": LETTERS, "sees_gallery": sees_gallery}
    return render(request, "pathways/help.html", context)
