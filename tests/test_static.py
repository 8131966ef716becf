"""The shell's files: known in origin, small, readable in both themes, and without inline code."""

import gzip
import hashlib
import re
from itertools import product
from pathlib import Path

import pytest
from django.core.management import call_command

from pathways.enums import CaseStatus, ItemStatus, Phase, PhaseState, VersionStatus

TOP = Path(__file__).parent.parent
STATIC = TOP / "pathways" / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = sorted((TOP / "templates").rglob("*.html"))
CSS = (STATIC / "pathways" / "app.css").read_text()
EVERYWHERE = [
    "vendor/htmx/2.0.11/htmx.min.js",
    "vendor/idiomorph/0.8.0/idiomorph-ext.min.js",
    "pathways/app.js",
]
# What each kind of page loads; a person may add keys.
KEYS, MOST_OF_KEYS = "pathways/keys.js", 700
SCRIPTS = {
    "cases": [*EVERYWHERE, "pathways/rows.js"],
    "a draft": [*EVERYWHERE, "pathways/editor.js"],
}

HUES = ["blue", "green", "amber", "red", "violet"]
UNMARKED = {CaseStatus.OPEN, VersionStatus.PUBLISHED}


def zipped(path):
    return len(gzip.compress(path.read_bytes(), 9))


def vendored():
    return {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VENDOR.md"
    }


def colours():
    """Token to its light and its dark colour."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS.split("[data-phase")[0])
    return {name: (light, dark) for name, light, dark in pairs}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_every_vendored_file_is_recorded_with_its_digest():
    recorded = re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", (VENDOR / "VENDOR.md").read_text())
    assert dict(recorded) == vendored()


def test_every_vendored_version_carries_its_licence():
    versions = {Path(name).parent for name in vendored()}
    assert versions
    assert all((VENDOR / version / "LICENSE").exists() for version in versions)


def test_the_style_sheet_stays_within_eight_kilobytes():
    assert zipped(STATIC / "pathways" / "app.css") <= 8 * 1024


def test_the_style_sheet_of_drafts_stays_within_one_and_a_half():
    assert zipped(STATIC / "pathways" / "editor.css") <= 1536


@pytest.mark.parametrize("page", SCRIPTS)
def test_all_scripts_of_a_page_together_stay_within_their_budget(page):
    assert sum(zipped(STATIC / name) for name in SCRIPTS[page]) <= 26 * 1024


def test_every_script_counts_somewhere():
    known = {STATIC / name for names in SCRIPTS.values() for name in names}
    assert known | {STATIC / KEYS} == set(STATIC.rglob("*.js"))
    assert zipped(STATIC / KEYS) <= MOST_OF_KEYS


def test_the_style_sheet_asks_no_other_host():
    assert set(re.findall(r"https?://[^/']+", CSS)) == {"http://www.w3.org"}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_inline_style_or_script(template):
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|hx-on|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize(
    "state", sorted({*ItemStatus, *PhaseState, *CaseStatus, *VersionStatus, "overdue"} - UNMARKED)
)
def test_every_state_has_its_own_mark(state):
    assert f"[data-s={state}]" in CSS


@pytest.mark.parametrize("phase", Phase, ids=lambda phase: phase.code)
def test_every_phase_has_a_hue_that_stands_out_in_both_themes(phase):
    light, dark = re.search(rf'\[data-phase="{phase}"\] {{ --ph: light-dark\((#\w+), (#\w+)\)', CSS).groups()
    surface = colours()["surface"]
    assert contrast(light, surface[0]) >= 3
    assert contrast(dark, surface[1]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *product(["ink", "ink-2", "link", "danger"], ["paper", "surface", "sunken"]),
        *product(HUES, ["surface"]),
        *[(hue, f"{hue}-bg") for hue in HUES],
        ("ink-2", "grey-bg"),
        ("btn-fg", "ink"),
        ("demo-fg", "demo-bg"),
    ],
)
def test_text_can_be_read_on_its_ground(text, ground, theme):
    tokens = colours()
    assert contrast(tokens[text][theme], tokens[ground][theme]) >= 4.5


@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_the_borders_of_controls_can_be_seen(ground):
    tokens = colours()
    for theme in (0, 1):
        assert contrast(tokens["ctl"][theme], tokens[ground][theme]) >= 3


def test_every_reference_between_static_files_resolves(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    assert (tmp_path / "staticfiles.json").exists()
