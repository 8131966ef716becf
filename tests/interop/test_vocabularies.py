"""The vocabularies are taken together or refused with the file, the line and the field of every problem."""

import shutil

import pytest

from pathways.interop.template_files import TemplateFileError, read_vocabulary
from tests.interop.small import FIXTURES, SHARED


@pytest.fixture
def folder(tmp_path):
    for file in FIXTURES.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def refusal(folder):
    with pytest.raises(TemplateFileError) as refused:
        read_vocabulary(folder)
    return str(refused.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        (
            "disciplines",
            "code: radiology",
            "code: pathology",
            "disciplines[8].code: 'pathology' stands twice",
        ),
        ("disciplines", "title: Dietetics", "name: Dietetics", "disciplines[17].title: is missing"),
        (
            "sources",
            "url: https://www.nice.org.uk/guidance/ng89",
            "url: ftp://x",
            "sources[16].url: 'ftp://x'",
        ),
        (
            "guidance_notes",
            "[medtigo, EMBOL]",
            "[medtigo, EMBO]",
            "notes[5].sources[1]: 'EMBO' is not a source",
        ),
        ("reason_codes", "origin: external", "origin: fate", ".origin: 'fate' is not one of 'patient'"),
        ("reason_codes", "  for_not_applicable: true\n- code: dec", "- code: dec", "is a reason for nothing"),
        ("case_fields", "max: 105", "max: 0", "case_fields[0].max: must be more than the minimum, 0"),
        (
            "case_fields",
            "{value: male,",
            "{value: female,",
            "case_fields[1].choices[1].value: 'female' stands",
        ),
        (
            "case_fields",
            "pattern: ^(C",
            "pattern: ^((C",
            "case_fields[11].pattern: is not a regular expression",
        ),
        (
            "case_fields",
            "type: boolean",
            "type: maybe",
            "case_fields[29].type: 'maybe' is not one of 'number'",
        ),
        (
            "instruments",
            "points: 4",
            "points: 5",
            "instruments[0].max: the points add up to 0 to 19, not 0 to 18",
        ),
        (
            "instruments",
            "value: mobile",
            "value: rigid",
            ".components[0].options[3].value: 'rigid' stands twice",
        ),
        ("instruments", "value: 1b", "value: 1a", "instruments[1].options[2].value: '1a' stands twice"),
        (
            "instruments",
            "order: 5}\n",
            "order: 6}\n",
            "instruments[1].options[5].order: the grades are numbered",
        ),
        (
            "instruments",
            "min: 13",
            "min: 14",
            "instruments[0].bands[2].min: the bands leave a gap or overlap",
        ),
        (
            "instruments",
            "max: 6\n  - code: potent",
            "max: 8\n  - code: potent",
            "bands[1].min: the bands leave",
        ),
        ("instruments", "step: 1", "step: 0", ".step: Input should be greater than or equal to 1"),
    ],
)
def test_each_mistake_is_told_with_its_field(folder, file, old, new, problem):
    path = folder / f"{file}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    told = refusal(folder)
    assert told.startswith(f"{file}.yaml, line ")
    assert problem in told


def test_bands_reach_the_highest_number(folder):
    path = folder / "instruments.yaml"
    path.write_text(path.read_text().replace("min: 7\n    max: 10", "min: 7\n    max: 9"))
    assert "bands[3].max: the bands end at 9, not at 10" in refusal(folder)


def test_a_problem_stands_at_its_line(folder):
    path = folder / "disciplines.yaml"
    path.write_text(path.read_text() + "- code: Extra\n  title: Extra\n")
    line = path.read_text().split("\n").index("- code: Extra") + 1
    assert refusal(folder).startswith(f"disciplines.yaml, line {line}, disciplines[21].code: 'Extra' is not")


def test_the_problems_of_all_files_are_told_together(folder):
    (folder / "disciplines.yaml").unlink()
    (folder / "reason_codes.yaml").write_bytes(b"\xff\xfe")
    assert refusal(folder).splitlines() == [
        "disciplines.yaml, line 1: is missing",
        "reason_codes.yaml, line 1: is not UTF-8 text",
    ]


def test_lost_sources_are_told_once(folder):
    (folder / "sources.yaml").unlink()
    assert refusal(folder) == "sources.yaml, line 1: is missing"


def test_a_reason_is_stored_with_the_flags_it_does_not_have():
    duplicate = next(reason for reason in SHARED.reason_codes if reason.code == "duplicate")
    assert duplicate.stored() == {
        "code": "duplicate",
        "label": "Covered by another item",
        "origin": "clinician",
        "for_not_applicable": True,
        "for_not_done": False,
        "for_blocked": False,
        "needs_text": False,
    }
