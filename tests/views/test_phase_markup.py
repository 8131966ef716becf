"""The phases of a case as HTML: whatever people or templates wrote in them stays text."""

from html import escape

import pytest

from pathways.enums import Phase
from pathways.views.phase_markup import head, phases, rail
from pathways.views.sheet import PhaseSection

HOSTILE = "<img src=x onerror=\"alert('1')\"> & so on"
WRITTEN = ["goal", "started", "start_url", "bulk_url", "add_url"]


def section(**values):
    known = {
        "number": 2,
        "title": "Pain",
        "goal": "Pain is under control.",
        "state": "in_progress",
        "state_label": "In progress",
        "counted": "1 of 2 settled",
        "width": "w50",
        "started": "",
        "start_url": "",
        "bulk_url": "",
        "add_url": "",
        "is_current": False,
        "is_folded": False,
        "following": Phase.STABILISATION,
        "make_rows": list,
        "make_resting": list,
    }
    return PhaseSection(**known | values)


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_about_a_phase_stays_text(name):
    html = phases([section(**{name: HOSTILE})], "")
    assert HOSTILE not in html
    assert html.count(escape(HOSTILE)) == 1


@pytest.mark.parametrize("name", ["make_resting", "make_retired"])
def test_what_is_written_on_an_item_that_does_not_apply_stays_text(name):
    html = phases([section(**{name: lambda: [(HOSTILE, HOSTILE, HOSTILE)]})], "")
    assert HOSTILE not in html
    assert html.count(escape(HOSTILE)) == 3


def test_rows_are_placed_as_they_are_and_folded_where_all_is_settled():
    rows = {"make_rows": lambda: ['<li id="i-one"></li>']}
    assert '<ul class="items"' in phases([section(**rows)], "")
    assert "<details" not in phases([section(**rows)], "")
    folded = phases([section(**rows, is_folded=True)], "")
    assert '<summary>1 item, all settled<span class="vh"> in Pain</span></summary>' in folded
    assert '<li id="i-one"></li>' in folded
    assert "<ul" not in phases([section()], "")


def test_a_phase_that_can_start_has_a_form_of_its_own_token():
    one, other = (head(section(start_url="/start/"), "CSRF") for _ in range(2))
    assert '<form class="acts" method="post" action="/start/">' in one
    assert "CSRF<input" in one
    assert one != other
    assert "<form" not in head(section(), "CSRF")


def test_beside_a_row_each_finds_its_own_place():
    assert 'id="p2-head" hx-swap-oob="true"' in head(section(), "", beside=True)
    assert 'id="rail" aria-label="Phases" hx-swap-oob="true"' in rail([section()], beside=True)
    assert "hx-swap-oob" not in f"{head(section(), '')}{rail([section()])}"


def test_the_rail_says_which_phase_is_the_current_one():
    here, there = section(is_current=True), section(number=3, title="Stabilisation")
    assert rail([here, there]).count('aria-current="step"') == 1
    assert '<span class="vh">, In progress.</span>' in rail([here])
