"""Django's description of the one app."""

from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "pathways"
    verbose_name = "Care pathways"

    def ready(self):
        from . import checks  # noqa: F401  registers the system check
        from .audit import guard

        guard.connect(self)
