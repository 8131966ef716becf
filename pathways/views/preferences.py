"""The page on which people choose how the product looks and works for them."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from pathways.forms.preferences import PreferencesForm
from pathways.http import see_other
from pathways.services import AlreadyAnswered
from pathways.services.people import set_preferences
from pathways.views.case_detail import write_token
from pathways.views.rows import fresh_token


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    if request.method != "POST":
        return preferences_page(request, PreferencesForm.of(request.user))
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return preferences_page(request, form, status=422)
    with suppress(AlreadyAnswered):
        set_preferences(by=request.user, token=write_token(request, form), **form.wanted())
        messages.success(request, "Preferences saved.")
    return see_other("preferences")


def preferences_page(request, form, status=200):
    context = {"form": form, "token": fresh_token()}
    return render(request, "pathways/preferences.html", context, status=status)
