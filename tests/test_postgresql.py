"""What the product asks of PostgreSQL alone."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL alone"),
]


@given(st.datetimes(timezones=st.just(UTC)))
@example(datetime(1, 1, 1, tzinfo=UTC))
@example(datetime(2026, 11, 3, 14, 32, 0, 120000, UTC))
def test_a_moment_is_read_as_it_was_written_and_in_utc(moment):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [moment])
        (read,) = cursor.fetchone()
    assert read == moment
    assert read.tzinfo is UTC


def test_without_a_moment_there_is_none():
    with connection.cursor() as cursor:
        cursor.execute("SELECT NULL::timestamptz")
        assert cursor.fetchone() == (None,)
