"""System checks: what must stand before the product may write."""

from django.core.checks import Tags, Warning, register  # noqa: A004  Django's own name
from django.db import DatabaseError

from .audit import guard, reconcile


@register(Tags.database)
def guard_is_complete(app_configs, databases, **kwargs):
    """Name the triggers that are missing, pending changes, and a last history check that found something.

    Runs with `check --database default` and before `migrate`, which puts missing triggers back and would not
    run behind an error: so these are warnings, and `/readyz` is what stops traffic. A few small queries.
    """
    if not databases or not guard.tables_are_current():
        return []
    return [*_missing(), *_pending(), *_last_check()]


def _missing():
    hint = "Run `manage.py migrate`: it puts every trigger back."
    return [
        Warning(f"The history guard lacks the trigger {name}.", hint=hint, id="pathways.W001")
        for name in guard.missing()
    ]


def _pending():
    count = reconcile.pending()
    said = f"Changes that were committed without their history: {count}."
    hint = "`manage.py check_history` names them."
    return [Warning(said, hint=hint, id="pathways.W002")] * bool(count)


def _last_check():
    try:
        last = reconcile.last()
    except DatabaseError:  # an upgrade that has yet to make its table
        return []
    said = f"The last history check found something wrong ({last})."
    hint = "`manage.py check_history` names it, or finds that it is gone."
    return [Warning(said, hint=hint, id="pathways.W003")] * bool(last and last.findings)
