"""Each test of the history has its own anchors."""

import pytest


@pytest.fixture(autouse=True)
def anchors(settings, tmp_path):
    settings.SEAL_ANCHORS = tmp_path / "anchors.jsonl"
    return settings.SEAL_ANCHORS
