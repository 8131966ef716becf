"""The demonstration's parameters and both pathways, read from the shipped files without a database."""

from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace

import yaml

from pathways.demo.planner import plan_case
from pathways.demo.steps import Line
from pathways.demo.stories import tellings
from pathways.interop.template_files import read_template, read_vocabulary
from tests.factories import FIXTURES

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)


@cache
def parameters():
    return yaml.safe_load((FIXTURES / "demo_parameters.yaml").read_text(encoding="utf-8"))


@cache
def pathway(code):
    path = FIXTURES / "pathways" / f"{code}.yaml"
    return read_template(path.read_text(), file=path.name, vocabulary=read_vocabulary(FIXTURES))


@cache
def lines(code):
    return [
        Line.of(
            SimpleNamespace(
                **item.stored(), phase=phase.phase, discipline=SimpleNamespace(code=item.discipline)
            )
        )
        for phase, _, item in pathway(code).items()
    ]


def plans(cases=48, seed=1, now=NOW):
    told = tellings(cases, seed)
    return [plan_case(each, lines(each.template), parameters(), seed=seed, now=now) for each in told]


@cache
def shipped():
    """The forty-eight cases of the demonstration, as plans."""
    return plans()
