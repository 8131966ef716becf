"""Where HTTP meets the product: fragments, sessions, addresses, and exceptions answered as pages."""

import time
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError
from django.http import HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget
from django_htmx.middleware import HtmxDetails

from pathways.audit import access
from pathways.audit.recording import TokenReused, coming_from, record_event
from pathways.enums import Action
from pathways.kept import Kept, typed_text
from pathways.models import Case
from pathways.permissions import Forbidden
from pathways.services import DraftGone, TakenAway

PRODUCT = "Sixfold"

ENDED_IDLE = "You were signed out after 30 minutes without activity. Anything you saved is safe."
ENDED_AT_LIMIT = "You were signed out 12 hours after you signed in. Anything you saved is safe."
SECONDS_BETWEEN_SEEN = 60
SECONDS_UNTIL_RETRY = 5
SHOWN = {200, 409, 422}
NOT_FOUND = 404


def wants_fragment(request):
    """Whether to answer with a part of the page: htmx asks, for a swap and not for a whole page.

    A request refused before the middleware has seen it, for its host name say, gets a page.
    """
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return bool(htmx and not htmx.boosted and not htmx.history_restore_request)


def in_background(request):
    """Whether the page asks by itself, which is no sign of a person."""
    return request.headers.get("X-Background") == "1"


def see_other(to, *args, **kwargs):
    """303 to a URL name, path or object, so that reloading the next page does not repeat the POST."""
    response = HttpResponseRedirect(resolve_url(to, *args, **kwargs))
    response.status_code = 303
    return response


def client_address(request):
    """The address that reached us, or that our own proxy names; None where there is none (a socket)."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2]
    try:
        return str(ip_address(address.strip()))
    except ValueError:
        return None


def problem(request, status, title, text, **context):
    """An error as a whole page, or as the note that a fragment request puts under the heading."""
    context |= {"status": status, "title": title, "text": text}
    if not wants_fragment(request):
        return render(request, "problem.html", context, status=status)
    response = render(request, "_problem.html", context, status=status)
    return reswap(retarget(response, "#flash"), "innerHTML")


class SignInRequired(LoginRequiredMiddleware):
    """Sends people to sign in, except away from a page that still holds what they wrote."""

    def handle_no_permission(self, request, view_func):
        if request.method == "POST" or (request.htmx and in_background(request)):
            return problem(
                request,
                401,
                "You have been signed out",
                "Nothing was saved. Your text is still on this page. Sign in in a new tab, then save again."
                if wants_fragment(request)
                else "Nothing was saved. Sign in from here, and you can save it then.",
                sign_in=True,
                texts=typed_text(request.POST),
                kept=Kept.of(request),
            )
        if request.htmx:
            return HttpResponseClientRedirect(f"{reverse('sign_in')}?{urlencode({'next': _page(request)})}")
        return super().handle_no_permission(request, view_func)


def _page(request):
    """The page on which htmx runs; the address of a fragment leads nowhere."""
    parts = urlsplit(request.htmx.current_url or "/")
    return parts.path + (f"?{parts.query}" if parts.query else "")


def no_store(get_response):
    """Keep pages out of every cache, and page and fragment apart."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
        return response

    return middleware


def recorded_source(get_response):
    """Put the client's address on every audit event of the request."""

    def middleware(request):
        with coming_from(client_address(request)):
            return get_response(request)

    return middleware


def recorded_looks(get_response):
    """Leave an event of who looked at what, written when the server closes the answer, after it went out."""

    def middleware(request):
        response = get_response(request)
        if look := _look(request, response.status_code):
            address, close = client_address(request), response.close

            def record_then_close():
                with coming_from(address):
                    look()
                close()

            response.close = record_then_close
        return response

    return middleware


def _look(request, status):
    """What to record of the answer, or None: of a case that was shown or not found, or of a search.

    A page of a case has its reference in the address; the list of cases says what was `searched_for`.
    """
    reference = request.resolver_match and request.resolver_match.kwargs.get("reference")
    if reference and status in SHOWN:
        return partial(access.read_case, by=request.user, reference=reference)
    if reference and status == NOT_FOUND:
        asked = f"{request.method} {request.path}"
        return partial(access.not_found, by=request.user, reference=reference, asked=asked)
    if words := getattr(request, "searched_for", ""):
        return partial(access.searched, by=request.user, words=words)
    return None


def session_limits(get_response):
    """End a session that idled, or that has lasted as long as any may."""

    def middleware(request):
        if request.user.is_authenticated:
            ended = _end_of(request.session, time.time(), is_seen=not in_background(request))
            if ended:
                logout(request)
                messages.info(request, ended)
        return get_response(request)

    return middleware


def _end_of(session, now, is_seen):
    """Why the session is over, or None; the last-seen time costs a write at most once a minute."""
    seen = session.get("seen", now)
    if now - session.setdefault("began", now) > settings.SESSION_ABSOLUTE_SECONDS:
        return ENDED_AT_LIMIT
    if now - seen > settings.SESSION_IDLE_SECONDS:
        return ENDED_IDLE
    if is_seen and ("seen" not in session or now - seen >= SECONDS_BETWEEN_SEEN):
        session["seen"] = now
    return None


def plain_answers(get_response):
    """Answer what a service refuses with a page that says what happened."""

    def middleware(request):
        return get_response(request)

    middleware.process_exception = answer_for  # type: ignore[attr-defined]  # where Django looks for it
    return middleware


def answer_for(request, exception):
    """The page for an exception of a view; None leaves it to Django's handlers."""
    if isinstance(exception, Forbidden):
        record_refusal(request, exception.permission)
        return problem(request, 403, "You do not have access to this", str(exception))
    if isinstance(exception, TokenReused):
        return problem(
            request,
            422,
            "This form was already sent",
            "It was sent before with other content. Open the page again and make the change there.",
            texts=typed_text(request.POST),
        )
    if isinstance(exception, TakenAway):
        record_event(action=Action.CONFLICTED, by=request.user, case=_case_of(request), reason="an item")
        return problem(
            request, 409, "This item is no longer there", str(exception), texts=typed_text(request.POST)
        )
    if isinstance(exception, DraftGone):
        record_event(action=Action.CONFLICTED, by=request.user, reason="a draft")
        return problem(
            request, 409, "This draft is no longer there", str(exception), texts=typed_text(request.POST)
        )
    if isinstance(exception, OperationalError):
        return busy(request)
    return None


def record_refusal(request, what):
    """Leave the refused attempt in the audit, after the service's own transaction was rolled back."""
    record_event(
        action=Action.REFUSED,
        by=request.user,
        case=_case_of(request),
        reason=f"{what}: {request.method} {request.path}"[:1000],
    )


def _case_of(request):
    """The case that the address names, or None."""
    reference = request.resolver_match.kwargs.get("reference")
    return Case.objects.select_related("team").filter(reference=reference).first() if reference else None


def busy(request):
    """503 with a button that sends the same form again; the page needs no database."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        "product": PRODUCT,
        "action": request.get_full_path(),
        "sent": [(name, value) for name, value in sent if name not in {"csrfmiddlewaretoken", "password"}],
        "posted": request.method == "POST",
    }
    response = render(request, "503.html", context, status=503)
    response.headers["Retry-After"] = str(SECONDS_UNTIL_RETRY)
    return response
