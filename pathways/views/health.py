"""Probes for whatever watches over the process."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pathways.audit import guard, reconcile


@login_not_required
@require_safe
def healthz(request):
    """The process answers; asks nothing of the database."""
    return _lines(["ok"], 200)


@login_not_required
@require_safe
def readyz(request):
    """The database answers, guards every change and held together when last checked; 503 names what does not.

    Three small queries.
    """
    try:
        wrong = [f"The history guard lacks the trigger {name}." for name in guard.missing()]
        pending, last = reconcile.pending(), reconcile.last()
    except DatabaseError:
        return _lines(["The database cannot be reached, or is not migrated."], 503)
    if pending:
        wrong.append(f"Changes that were committed without their history: {pending}.")
    checked = f"Last history check: {last or 'none yet'}."
    if wrong or (last and last.findings):
        return _lines([*wrong, checked], 503)
    return _lines(["ready", checked], 200)


def _lines(lines, status):
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")
