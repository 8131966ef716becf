"""A small template that is whole, and what reading it says once a piece of it is changed."""

from pathlib import Path

import pytest

from pathways.interop.template_files import TemplateFileError, read_template, read_vocabulary

SMALL = (Path(__file__).parent / "small.yaml").read_text()
FIXTURES = Path(__file__).parents[2] / "fixtures"
SHARED = read_vocabulary(FIXTURES)


def read(text):
    return read_template(text, file="small.yaml", vocabulary=SHARED)


def refusal(text):
    """Every problem that the file is refused for, a line each."""
    with pytest.raises(TemplateFileError) as refused:
        read(text)
    return str(refused.value)


def changed(old, new):
    """The small template with its one occurrence of a piece replaced."""
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)
