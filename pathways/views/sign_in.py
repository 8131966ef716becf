"""Signing in and out."""

from datetime import timedelta
from math import ceil

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pathways.audit.recording import record_event
from pathways.demo.people import PERSONAS
from pathways.enums import Action, Source
from pathways.http import client_address, see_other, wants_fragment
from pathways.kept import Kept, is_own, typed_text
from pathways.models import AuditEvent, User

ATTEMPTS = 10
ATTEMPTS_WITHIN = timedelta(minutes=15)
LONGEST_NAME = 60
BACKEND = "django.contrib.auth.backends.ModelBackend"
WRONG = "The user name or the password is not right"


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request):
    """A persona of the demonstration, or a user name with its password; 422 when neither fits.

    Who comes from a form that was sent too late sees it again, to save it now.
    """
    kept, name = Kept.sent_on(request.POST), attempted_name(request.POST)
    if request.method != "POST" or (kept and not name):
        return sign_in_page(request)
    if minutes := minutes_to_wait(name, client_address(request)):
        return too_many_attempts(request, minutes)
    user = chosen_persona(request.POST) or authenticate(
        request, username=name, password=request.POST.get("password", "")
    )
    if user is None:
        record_event(action=Action.SIGN_IN_FAILED, reason=name, source=Source.SIGN_IN)
        return sign_in_page(request, status=422, error=WRONG, name=name)
    login(request, user, backend=BACKEND)
    record_event(action=Action.SIGN_IN, by=user, source=Source.SIGN_IN)
    if kept:
        context = {"kept": kept, "texts": typed_text(kept.post)}
        return render(request, "pathways/kept_form.html", context)
    return see_other(next_page(request) or "my_work")


@login_not_required
@require_POST
def sign_out(request):
    """End the session and ask the browser to forget the pages it kept."""
    if request.user.is_authenticated:
        record_event(action=Action.SIGN_OUT, by=request.user, source=Source.SIGN_IN)
    logout(request)
    messages.success(request, "You are signed out.")
    response = see_other("sign_in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_POST
def stay_signed_in(request):
    """Any request keeps the session going; this one shows nothing new."""
    return HttpResponse(status=204) if wants_fragment(request) else see_other("my_work")


def sign_in_page(request, status=200, **context):
    context |= {"personas": personas(), "next": next_page(request), "kept": Kept.sent_on(request.POST)}
    return render(request, "pathways/sign_in.html", context, status=status)


def too_many_attempts(request, minutes):
    words = "1 minute" if minutes == 1 else f"{minutes} minutes"
    response = sign_in_page(request, status=429, error=f"Too many attempts. Try again in {words}")
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def next_page(request):
    """The page of this site that the person came for, or nothing."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    return path if is_own(path) else ""


def attempted_name(post):
    return (post.get("persona") or post.get("username", "")).replace("\x00", "").strip()[:LONGEST_NAME]


def personas():
    """The demonstration's people who exist in this database; none outside a demonstration."""
    if not settings.DEMO:
        return []
    names = [persona.username for persona in PERSONAS]
    present = set(User.objects.filter(username__in=names, is_active=True).values_list("username", flat=True))
    return [persona for persona in PERSONAS if persona.username in present]


def chosen_persona(post):
    if not settings.DEMO or post.get("persona") not in {persona.username for persona in PERSONAS}:
        return None
    return User.objects.filter(username=post["persona"], is_active=True).first()


def minutes_to_wait(name, address):
    """Until the tenth latest failure of this name from this address is a quarter of an hour old."""
    failures = AuditEvent.objects.filter(
        action=Action.SIGN_IN_FAILED, address=address, reason=name, at__gt=timezone.now() - ATTEMPTS_WITHIN
    )
    times = failures.order_by("-at").values_list("at", flat=True)[:ATTEMPTS]
    if len(times) < ATTEMPTS:
        return 0
    return ceil((times[ATTEMPTS - 1] + ATTEMPTS_WITHIN - timezone.now()).total_seconds() / 60)
