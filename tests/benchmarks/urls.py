"""The product's addresses, and the bare views that everything is measured against."""

from django.http import HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from pathways.models import Team

from .raw import save

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

SAME = {"page": ""}


def bare(request):
    """What any signed-in page costs before it does anything: middleware, session and user."""
    return HttpResponse(f"{request.user.username}\n", content_type="text/plain")


def select(request):
    """The same with one SELECT."""
    return HttpResponse(Team.objects.values_list("name", flat=True)[0], content_type="text/plain")


def same(request):
    """The page that was measured last, as a text that nobody puts together."""
    return HttpResponse(SAME["page"])


def raw(request):
    """The least that any save can be: one row and its history, in the database's own words."""
    save(int(request.POST["item"]))
    return HttpResponse()


urlpatterns = [
    *urlpatterns,
    path("bare/", bare, name="bare"),
    path("select/", select, name="select"),
    path("same/", same, name="same"),
    path("raw/", raw, name="raw"),
]
