"""Nothing that the reference page says is lost: each code of docs/coverage.md is in the main pathway."""

import re

import pytest

from tests.test_content import MAIN, ROOT, items

ROW = re.compile(r"\| (S\d\d) \| (.+) \| (.+) \|")
TABLE = (ROOT / "docs" / "coverage.md").read_text().splitlines()
ROWS = [match.groups() for line in TABLE if (match := ROW.fullmatch(line))]


def offered():
    """What the main pathway offers to name: items, fields, their choices, instruments, notes and phases."""
    for item in items(MAIN):
        yield item.code
        yield from (f"{item.code}={choice.value}" for choice in getattr(item.response, "choices", []))
    for field in MAIN.case_fields():
        yield field["code"]
        yield from (f"{field['code']}={choice['value']}" for choice in field.get("choices", []))
    yield from (entry["code"] for entry in MAIN.instruments() + MAIN.notes())
    yield from (f"phase:{phase.code}" for phase in MAIN.phases)


OFFERED = set(offered())


def test_the_table_holds_every_statement():
    assert [number for number, _, _ in ROWS] == [f"S{number:02}" for number in range(1, 92)]


@pytest.mark.parametrize(("number", "statement", "places"), ROWS, ids=[number for number, _, _ in ROWS])
def test_a_statement_lives_where_the_table_says(number, statement, places):
    named = re.findall(r"`([^`]+)`", places)
    assert named
    assert set(named) <= OFFERED, statement
