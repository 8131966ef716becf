"""Case details: the structured fields that describe a case, read from a form and shown again."""

import re
from typing import Any

from pathways.responses import clean, read_choice, read_number, read_text, show_choice, show_number

Field = dict[str, Any]

TEXT_LIMIT = 200
NOT_ENTERED = "Not entered"
YES_OR_NO = {"choices": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]}
EXAMPLES = {"index_level": "T9"}

GROUPS: list[tuple[str, list[str]]] = [
    (
        "Person",
        ["age_years", "sex", "care_setting", "usual_activity", "comorbidities", "genetic_predisposition"],
    ),
    (
        "Cancer",
        [
            "presentation_acuity",
            "primary_site",
            "primary_status",
            "histology_status",
            "visceral_metastases",
            "extraspinal_bone_metastases",
            "hypercalcaemia",
        ],
    ),
    (
        "Spine",
        [
            "spine_regions",
            "index_level",
            "level_count",
            "lesion_type",
            "pedicle_involvement",
            "spinal_stability",
            "spinal_deformity",
            "pathological_fracture",
            "immobilised",
        ],
    ),
    ("Cord and nerves", ["cord_compression", "neurological_deficit", "ambulation"]),
    (
        "Pain and medicines",
        ["pain_severity", "pain_pattern", "opioid_use", "bone_agent", "steroid_course"],
    ),
    (
        "Treatment plan",
        ["surgery_plan", "radiotherapy_plan", "local_treatment", "systemic_therapy", "treatment_intent"],
    ),
    ("Course", ["disease_course", "followup_stage"]),
]


class DetailsError(ValueError):
    """Case details that cannot be taken; `errors` names each field with a text for people."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def grouped(fields: list[Field]) -> list[tuple[str, list[Field]]]:
    """A template's own fields in the order of the form; those that no group knows come last, as Other."""
    by_code = {field["code"]: field for field in fields}
    groups = [(title, [by_code.pop(code) for code in codes if code in by_code]) for title, codes in GROUPS]
    return [(title, members) for title, members in [*groups, ("Other", list(by_code.values()))] if members]


def _read_pattern(field: Field, value: Any) -> str:
    """Take "t9" for "T9" where only that fits the field's pattern."""
    text, pattern = read_text(value, TEXT_LIMIT), field.get("pattern", "(?s).*")
    for written in (text, text.upper()):
        if re.fullmatch(pattern, written):
            return written
    example = EXAMPLES.get(field["code"])
    raise ValueError(
        f"Enter one value, for example {example}" if example else "Enter a value of the expected form"
    )


def _read_value(field: Field, value: Any) -> Any:
    """Raise ValueError with a text for people; an age is counted in whole years."""
    if field["type"] == "number":
        return read_number(field, value, whole=field.get("unit") == "years")
    if field["type"] == "choice":
        return read_choice(field, value)
    if field["type"] == "boolean":
        return value if isinstance(value, bool) else read_choice(YES_OR_NO, value) == "yes"
    return _read_pattern(field, value)


def _entered(value: Any) -> Any:
    """What is left when white space and the empty answers of a list are taken away."""
    if isinstance(value, str):
        return value.strip()
    return [each for each in value if each != ""] if isinstance(value, list) else value


def read(fields: list[Field], raw: dict[str, Any]) -> dict[str, Any]:
    """The values that were entered, by field; raise DetailsError with a text for each wrong one."""
    details: dict[str, Any] = {}
    errors: dict[str, str] = {}
    given = {code: _entered(value) for code, value in clean(raw).items()}
    for field in fields:
        value = given.get(field["code"])
        if value in (None, "", []):
            continue
        try:
            details[field["code"]] = _read_value(field, value)
        except ValueError as refusal:
            errors[field["code"]] = str(refusal)
    if errors:
        raise DetailsError(errors)
    return details


def show(field: Field, value: Any) -> str:
    if value in (None, "", []):
        return NOT_ENTERED
    if field["type"] == "number":
        return show_number(field, value)
    if field["type"] == "choice":
        return show_choice(field, value)
    if field["type"] == "boolean":
        return "Yes" if value else "No"
    return str(value)


def changes(fields: list[Field], old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Title, old text and new text of each field that differs, in the template's order."""
    return [
        (field["title"], show(field, old.get(field["code"])), show(field, new.get(field["code"])))
        for field in fields
        if old.get(field["code"]) != new.get(field["code"])
    ]
