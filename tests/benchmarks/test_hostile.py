"""A slice of the spoilt files that `python -m tests.benchmarks.hostile` sends by the thousand."""

import pytest

from tests.benchmarks.hostile import attack, made_draft


@pytest.mark.django_db
def test_no_spoilt_file_breaks_a_page_or_takes_a_second(client):
    draft, editor = made_draft()
    client.force_login(editor)
    statuses, (seconds, number), failed = attack(client, draft, 200, seed=2)
    assert not failed
    assert set(statuses) <= {200, 303, 413, 422}
    assert seconds < 1, f"document {number}"
