"""Probes for whatever watches over the process."""

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from pathways.audit import guard


@login_not_required
@require_safe
def healthz(request):
    """The process answers; asks nothing of the database."""
    return _lines(["ok"], 200)


@login_not_required
@require_safe
def readyz(request):
    """The database answers and guards every change; 503 names what is missing. Two queries."""
    try:
        missing = guard.missing()
    except OperationalError:
        return _lines(["The database cannot be reached."], 503)
    if missing:
        return _lines([f"The history guard lacks the trigger {name}." for name in missing], 503)
    return _lines(["ready"], 200)


def _lines(lines, status):
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")
