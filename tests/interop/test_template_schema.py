"""docs/template-file.schema.json says what a template file may hold, as the shapes do that read it."""

import json
import re
from pathlib import Path

import yaml

from pathways.interop.template_export import Stamp, written
from pathways.interop.template_shape import TemplateShape
from tests.interop.generated import read_back

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = DOCS / "template-file.schema.json"
TO_WRITE = "from tests.interop.test_template_schema import *; SCHEMA.write_text(current())"


def current():
    return json.dumps(TemplateShape.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def test_the_schema_in_the_docs_is_that_of_the_shapes():
    assert SCHEMA.read_text() == current(), f'to write it anew: DEMO=1 python -c "{TO_WRITE}"'


def example():
    return re.search("```yaml\n(.*?)```", (DOCS / "template-files.md").read_text(), re.DOTALL)[1]


def test_the_example_in_the_docs_is_a_whole_template():
    file = read_back(example())
    assert written(file.document(), "yaml", Stamp(1, "draft"))
    assert yaml.safe_load(example()) == file.document()
