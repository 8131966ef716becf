"""System checks: what must stand before the product may write."""

from django.core.checks import Error, Tags, register

from .audit import guard


@register(Tags.database)
def guard_is_complete(app_configs, databases, **kwargs):
    """Name the triggers that are missing; runs with `check --database default` and after `migrate`."""
    if not databases or not guard.tables_are_current():
        return []
    return [
        Error(
            f"The history guard lacks the trigger {name}.",
            hint="Run `manage.py migrate`: it puts every trigger back.",
            id="pathways.E001",
        )
        for name in guard.missing()
    ]
