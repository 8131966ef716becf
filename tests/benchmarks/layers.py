"""Where the case page's time goes, in one process: connection, database, objects, template, other Python.

DEMO=1 python -m tests.benchmarks.layers /cases/SM-7/ reads that case in the database of DATABASE_URL and
writes nothing but a session. Times are those of the quickest quarter, which a busy machine disturbs least.
"""

import os
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.db.models.query import QuerySet
from django.template.backends.django import Template
from django.test import Client, RequestFactory

from .figures import percentile
from .measure import BARE, COORDINATOR

TIMES, WARM_UP, QUICK = 40, 3, 25
CONNECTION, DATABASE, OBJECTS, TEMPLATE = "connection", "database", "rows into objects", "template"
OTHER = "view, rows of the page, middleware"
LAYERS = (CONNECTION, DATABASE, OBJECTS, TEMPLATE, OTHER)
TIMED = (
    (connection, "connect", CONNECTION),
    (connection, "_close", CONNECTION),
    (QuerySet, "_fetch_all", OBJECTS),
    (Template, "render", TEMPLATE),
)


class Clock:
    """Seconds by layer. A layer entered within another stops the outer one, so that they add up."""

    def __init__(self):
        self.spent, self.times, self.layers = Counter(), Counter(), [OTHER]
        self.since = time.perf_counter()

    @contextmanager
    def inside(self, layer):
        self.turn()
        self.times[layer] += 1
        self.layers.append(layer)
        try:
            yield
        finally:
            self.turn()
            self.layers.pop()

    def turn(self):
        now = time.perf_counter()
        self.spent[self.layers[-1]] += now - self.since
        self.since = now


def timed(clock, layer, function):
    def run(*arguments, **named):
        with clock.inside(layer):
            return function(*arguments, **named)

    return run


@contextmanager
def layers(clock):
    """Time everything that happens inside by its layer."""
    with ExitStack() as stack:
        for owner, name, layer in TIMED:
            stack.enter_context(patch.object(owner, name, timed(clock, layer, getattr(owner, name))))
        stack.enter_context(
            connection.execute_wrapper(lambda execute, *query: timed(clock, DATABASE, execute)(*query))
        )
        yield
        clock.turn()


def visit(handler, path, session):
    """One request through middleware and view to the end of the answer, as a Clock."""
    request = RequestFactory(headers={"host": "localhost"}).get(path)
    request.COOKIES[settings.SESSION_COOKIE_NAME] = session
    clock = Clock()
    with layers(clock):
        response = handler.get_response(request)
        response.close()
    if response.status_code != 200:
        raise RuntimeError(f"{path} was answered with {response.status_code}")
    return clock


def report(path, session):
    handler = WSGIHandler()
    clocks = [visit(handler, path, session) for _ in range(WARM_UP + TIMES)][WARM_UP:]
    whole = percentile([sum(clock.spent.values()) for clock in clocks], QUICK)
    print(f"\n{path} in one process: {whole * 1000:.1f} ms, {clocks[0].times[DATABASE]} statements")
    for layer in LAYERS:
        print(f"  {layer:<42}{percentile([clock.spent[layer] for clock in clocks], QUICK) * 1000:6.1f}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.benchmarks.settings")
    django.setup()
    signed_in = Client()
    signed_in.force_login(get_user_model().objects.get(username=COORDINATOR))
    for page in (BARE, sys.argv[1]):
        report(page, signed_in.cookies[settings.SESSION_COOKIE_NAME].value)
