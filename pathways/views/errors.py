"""Pages for what goes wrong outside a view: no such page, a bad request, an old form, a fault of ours."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpResponseServerError
from django.template.loader import render_to_string

from pathways.http import PRODUCT, busy, problem, record_refusal


def bad_request(request, exception):
    if isinstance(exception, RequestDataTooBig):
        return problem(request, 413, "This is too long to save", "Go back, shorten the text and save again.")
    return problem(
        request, 400, "This request cannot be read", "Go back, check what you entered and try again."
    )


def permission_denied(request, exception):
    return problem(
        request, 403, "You do not have access to this", "Ask a coordinator or a site administrator."
    )


def page_not_found(request, exception):
    return problem(
        request, 404, "Page not found", "If you typed the address, check it. You may also lack access to it."
    )


def csrf_failure(request, reason=""):
    """What was typed is not shown again here: it may come from another site."""
    if request.user.is_authenticated:
        record_refusal(request, "send a form from an old page")
    return problem(
        request,
        403,
        "This page was open too long",
        "Nothing was saved. Go back, copy your text if you need it, and reload the page.",
    )


def server_error(request):
    """Needs neither the database nor another file, since either may be the fault; a busy database says so."""
    if isinstance(sys.exc_info()[1], OperationalError):
        return busy(request)
    return HttpResponseServerError(render_to_string("500.html", {"product": PRODUCT}))
