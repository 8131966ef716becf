"""The product's addresses, and the bare view that everything is measured against."""

from django.http import HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def bare(request):
    """What any signed-in page costs before it does anything: middleware, session and user."""
    return HttpResponse(f"{request.user.username}\n", content_type="text/plain")


urlpatterns = [*urlpatterns, path("bare/", bare, name="bare")]
