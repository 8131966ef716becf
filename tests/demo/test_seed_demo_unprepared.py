"""`manage.py seed_demo` before the shipped content is loaded."""

import pytest
from django.core.management import CommandError, call_command

from pathways import models

pytestmark = pytest.mark.django_db


def test_without_a_published_pathway_it_says_what_to_do_and_writes_nothing():
    with pytest.raises(CommandError, match="load_content"):
        call_command("seed_demo", cases=1)
    assert not models.User.objects.exists()
