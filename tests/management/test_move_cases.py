"""`manage.py move_cases`: goes on with what waits, and may be stopped and started again."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pathways.models import Case
from pathways.services import moving
from tests import factories
from tests.services.moves import items_like, newer

pytestmark = pytest.mark.django_db


@pytest.fixture
def move():
    version = factories.published()
    for _ in range(3):
        factories.open_case(version=version)
    return moving.plan_move(
        by=factories.pathway_editor(),
        target=newer(version, items_like({"code": "new"})),
        cases=Case.objects.all(),
        renamed={},
        name="All",
        reason="Newer.",
    )


def run(**options):
    out = StringIO()
    call_command("move_cases", stdout=out, **options)
    return out.getvalue().strip()


def test_it_moves_every_case_that_waits_and_says_how_far_it_is(move, capsys):
    assert run() == "Moved 3 of 3 cases."
    assert "3 of 3 cases" in capsys.readouterr().err
    assert set(Case.objects.values_list("template_version__number", flat=True)) == {2}


def test_started_again_it_does_what_is_left(move):
    row = move.cases.select_related("case__team", "case__template_version").first()
    moving.move_case(by=move.made_by, moved=row)
    assert run(move=move.pk) == "Moved 2 of 2 cases."
    assert run() == "Moved 0 of 0 cases."


def test_a_move_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="no move 7"):
        run(move=7)
