"""The project's URLs: all of them belong to the one app, and so do its error pages."""

from django.urls import include, path

urlpatterns = [path("", include("pathways.urls"))]

handler400 = "pathways.views.errors.bad_request"
handler403 = "pathways.views.errors.permission_denied"
handler404 = "pathways.views.errors.page_not_found"
handler500 = "pathways.views.errors.server_error"
