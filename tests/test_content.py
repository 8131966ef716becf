"""The shipped pathways and vocabularies are whole, agree with each other, and keep their promises."""

import math
import re
from pathlib import Path

import pytest
import yaml

from pathways.enums import NEEDS_REASON, Basis, Phase
from pathways.interop.template_files import read_template, read_vocabulary

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
VOCABULARY = read_vocabulary(FIXTURES)


def shipped(code):
    file = f"{code}.yaml"
    return read_template((FIXTURES / "pathways" / file).read_text(), file=file, vocabulary=VOCABULARY)


MAIN = shipped("spinal-metastases")
EMERGENCY = shipped("mscc-emergency")
BOTH = pytest.mark.parametrize("pathway", [MAIN, EMERGENCY], ids=["main", "emergency"])
PARAMETERS = yaml.safe_load((FIXTURES / "demo_parameters.yaml").read_text())


def items(pathway):
    return [item for _, _, item in pathway.items()]


def codes(pathway):
    return [item.code for item in items(pathway)]


def published(pathway):
    return [item.code for item in items(pathway) if item.target and item.target.basis == Basis.PUBLISHED]


def test_every_shipped_pathway_is_one_of_the_two():
    assert {path.stem for path in (FIXTURES / "pathways").iterdir()} == {
        "spinal-metastases",
        "mscc-emergency",
    }


def test_the_content_has_its_full_size():
    assert (len(codes(MAIN)), len(codes(EMERGENCY))) == (82, 26)
    assert len(VOCABULARY.disciplines) == 21
    assert len(VOCABULARY.case_fields) == 37
    assert len(VOCABULARY.instruments) == 6
    assert len(VOCABULARY.notes) == 14


@BOTH
def test_a_pathway_has_items_in_each_of_the_six_phases(pathway):
    assert [phase.phase for phase in pathway.phases] == list(Phase)
    assert all(phase.items for phase in pathway.phases)


def test_item_codes_of_the_two_pathways_do_not_overlap():
    assert not set(codes(MAIN)) & set(codes(EMERGENCY))


def test_the_prefixes_of_the_two_pathways_differ():
    assert (MAIN.template.reference_prefix, EMERGENCY.template.reference_prefix) == ("SM", "EM")


def test_eight_targets_of_the_main_pathway_come_from_a_published_source():
    assert published(MAIN) == [
        "notify-mscc-coordinator",
        "mri-whole-spine-24h",
        "mri-whole-spine-1w",
        "mdt-noms-discussion",
        "review-immobilisation",
        "radiotherapy-within-24h",
        "surveillance-mri-early",
        "surveillance-mri-late",
    ]


def test_two_targets_of_the_emergency_pathway_come_from_a_published_source():
    assert published(EMERGENCY) == ["mscc-mri-24h", "mscc-radiotherapy-24h"]


def test_the_main_pathway_stores_the_whole_vocabulary():
    assert len(MAIN.case_fields()) == 37
    assert len(MAIN.instruments()) == 6
    assert len(MAIN.notes()) == 14
    assert len(MAIN.sources()) == len(VOCABULARY.sources)


def test_the_emergency_pathway_stores_its_part_word_for_word():
    assert len(EMERGENCY.case_fields()) == 19
    for part in ("case_fields", "instruments", "sources", "notes"):
        shared = getattr(MAIN, part)()
        assert all(entry in shared for entry in getattr(EMERGENCY, part)())


def test_only_haematology_dental_and_dietetics_own_no_item():
    owners = {item.discipline for pathway in (MAIN, EMERGENCY) for item in items(pathway)}
    idle = {discipline.code for discipline in VOCABULARY.disciplines} - owners
    assert idle == {"haematology", "dental", "dietetics"}


@BOTH
def test_every_item_has_guidance_and_a_source(pathway):
    assert all(item.guidance and item.sources for item in items(pathway))


@BOTH
def test_every_required_item_has_a_target(pathway):
    assert all(item.target for item in items(pathway) if item.requirement == "required")


def test_only_psychosocial_support_is_switched_on_by_a_person():
    conditional = [item for item in items(MAIN) + items(EMERGENCY) if item.requirement == "conditional"]
    assert [item.code for item in conditional if item.applies_when.rule is None] == ["psychosocial-support"]


def test_the_six_instruments_have_a_version():
    versions = {instrument.code: instrument.version for instrument in VOCABULARY.instruments}
    assert versions == dict.fromkeys(["sins", "escc", "asia", "ecog", "pain_nrs", "distress"], 1)


@pytest.mark.parametrize("status", NEEDS_REASON)
def test_a_status_that_needs_a_reason_offers_some_of_more_than_one_origin(status):
    fitting = [reason for reason in VOCABULARY.reason_codes if getattr(reason, f"for_{status}")]
    assert len({reason.origin for reason in fitting}) > 1
    assert fitting[-1].code == "other"


def test_the_reason_that_says_nothing_needs_text():
    assert next(reason for reason in VOCABULARY.reason_codes if reason.code == "other").needs_text


def test_the_reasons_of_the_demonstration_are_there():
    labels = {reason.code: reason.label for reason in VOCABULARY.reason_codes}
    assert labels["done-elsewhere"] == "Done elsewhere"
    assert {"not-appropriate", "declined", "too-unwell"} <= set(labels)


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_content_holds_no_address_telephone_or_health_number(path):
    text = path.read_text()
    assert "@" not in text
    assert not re.search(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b", re.sub(r"https://\S+", "", text))


def shares(tree, path=()):
    """Every innermost mapping of the parameters, by its path."""
    if not any(isinstance(value, dict) for value in tree.values()):
        yield path, tree
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from shares(value, (*path, key))


DISTRIBUTIONS = [
    "primary_site",
    "primary_status",
    "level_count",
    "lesion_type",
    "neurological_deficit",
    "asia_from_deficit",
    "ambulation_from_asia",
    "escc",
    "presentation_acuity",
    "pain_severity",
    "opioid_use",
    "stability_latent",
    "sins_components",
    "ecog",
    "local_plan",
    "rt_technique",
    "bone_agent",
    "scan_result_per_interval",
    "distress_score",
]


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_shares_of_a_distribution_add_up_to_one(name):
    for path, mapping in shares(PARAMETERS[name], (name,)):
        assert math.isclose(sum(mapping.values()), 1, abs_tol=1e-9), path


CHOICE_FIELDS = ("primary_site", "primary_status", "level_count", "pain_severity")


@pytest.mark.parametrize("name", CHOICE_FIELDS)
def test_a_distribution_draws_choices_of_its_case_field(name):
    field = next(field for field in VOCABULARY.case_fields if field.code == name)
    assert set(PARAMETERS[name]) <= {choice.value for choice in field.choices}


def test_the_chances_of_being_on_time_name_items():
    assert set(PARAMETERS["on_time"]) - {"default"} <= set(codes(MAIN))
