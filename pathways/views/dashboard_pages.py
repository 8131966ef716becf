"""The dashboards by their addresses: what each asks, its filters, and its figures."""

from dataclasses import dataclass
from typing import Any

from pathways.dashboards import completeness, durations, flow, load, overdue, standards, variance, waiting
from pathways.forms.figures import NowFilter, OneTeamFilter, PeriodFilter, SplitFilter, VarianceFilter
from pathways.forms.filters import TeamFilter
from pathways.views import figure_words
from pathways.views.figures import Figure


@dataclass(frozen=True)
class Page:
    title: str
    question: str
    form: type[TeamFilter]
    measures: dict
    figures: dict[str, Figure]
    empty: str = "Nothing to count in this period."


def _by_reason(title, heading):
    return Figure(
        title,
        "Items left with a reason, the commonest first.",
        heading,
        "item",
        (),
        beside=("Share so far",),
        more=figure_words.share_so_far,
    )


def _figures(figures):
    """Each shows the measure of its own name, unless it names others."""
    return {
        name: figure if figure.measures else figure.__class__(**vars(figure) | {"measures": (name,)})
        for name, figure in figures.items()
    }


WHISKERS = "Line: median. Box: middle half. Whiskers: 5 to 95 %."
AT_WEEK_ENDS = "Cases at the end of each week, or now in the week that goes on."
BOXES: dict[str, Any] = {
    "drawing": "spans",
    "beside": ("Median days", "Middle half", "5 to 95 %"),
    "more": figure_words.spread,
}
RATES: dict[str, Any] = {
    "drawing": "spans",
    "scale": "0 to 100 %",
    "beside": ("Eligible", "Share", "95 % interval"),
    "more": figure_words.met_over_eligible,
}
PARTS: dict[str, Any] = {"beside": ("Of", "Share"), "more": figure_words.share_recorded, "adds_up": True}

PAGES = {
    "waiting": Page(
        "Where cases wait",
        "On which items do cases wait past their due time?",
        PeriodFilter,
        waiting.MEASURES,
        _figures(
            {
                "item": Figure(
                    "Cases waiting on each item",
                    AT_WEEK_ENDS,
                    "Item",
                    "item",
                    (),
                    drawing="heat",
                )
            }
        ),
        "No case waited past a due time in this period.",
    ),
    "overdue": Page(
        "Overdue",
        "Which items are past their due time now, and for how long?",
        NowFilter,
        overdue.MEASURES,
        _figures(
            {
                "item": Figure(
                    "By item", "Open items of open cases, cases on hold included.", "Item", "item", ()
                ),
                "discipline": Figure(
                    "By discipline", "The same items, by whose they are to take.", "Discipline", "item", ()
                ),
            }
        ),
        "No item is overdue.",
    ),
    "time-in-phase": Page(
        "Time in phase",
        "How long did phases take?",
        SplitFilter,
        durations.MEASURES,
        _figures(
            {
                "phase": Figure(
                    "Days from start to finish", WHISKERS, "Phase", "phase", (), in_order=True, **BOXES
                ),
                "site": Figure(
                    "Days from start to finish, by primary tumour",
                    WHISKERS,
                    "Phase and primary tumour",
                    "phase",
                    (),
                    in_order=True,
                    **BOXES,
                ),
                "team": Figure(
                    "Days from start to finish, by team",
                    WHISKERS,
                    "Phase and team",
                    "phase",
                    (),
                    in_order=True,
                    **BOXES,
                ),
            }
        ),
        "No phase was finished in this period.",
    ),
    "flow": Page(
        "Flow",
        "How many phases are under way, and do cases come faster than they go?",
        PeriodFilter,
        flow.MEASURES,
        _figures(
            {
                "phase": Figure(
                    "Phases under way in open cases",
                    AT_WEEK_ENDS,
                    "Phase",
                    "phase",
                    (),
                    drawing="columns",
                    in_order=True,
                    is_turned=True,
                ),
                "cases": Figure(
                    "Cases opened and closed",
                    "Cases in each week, the one that goes on included.",
                    "Cases",
                    "case",
                    ("opened", "closed"),
                    drawing="columns",
                    is_turned=True,
                ),
            }
        ),
        "No case was open in this period.",
    ),
    "standards": Page(
        "Standards",
        "How often were the published targets met?",
        PeriodFilter,
        standards.MEASURES,
        _figures(
            {
                "standard": Figure(
                    "Met over eligible",
                    "Items that were due in the period.",
                    "Standard",
                    "item",
                    (),
                    in_order=True,
                    **RATES,
                ),
                "month": Figure(
                    "By month",
                    "The month in which the item was due. Point: share met. Line: 95 % interval.",
                    "Standard and month",
                    "item",
                    (),
                    in_order=True,
                    **RATES,
                ),
            }
        ),
        "No item with a published target was due in this period.",
    ),
    "variance": Page(
        "Variance",
        "Which items were left with a reason, and why?",
        VarianceFilter,
        variance.MEASURES,
        _figures(
            {
                "reason": _by_reason("By reason", "Reason"),
                "origin": _by_reason("By origin", "Origin"),
                "phase": _by_reason("By phase", "Phase"),
                "item": _by_reason("By item", "Item"),
                "team": _by_reason("By team", "Team"),
            }
        ),
        "No item has a reason in this period.",
    ),
    "completeness": Page(
        "Completeness",
        "How much of what counts is recorded?",
        PeriodFilter,
        completeness.MEASURES,
        _figures(
            {
                "phase": Figure(
                    "Items, by phase",
                    "Phases of the cases opened in the period.",
                    "Phase",
                    "phase",
                    (),
                    in_order=True,
                    **PARTS,
                ),
                "team": Figure(
                    "Items, by team", "The same phases, six for each case.", "Team", "phase", (), **PARTS
                ),
                "field": Figure(
                    "Case details",
                    "Cases opened in the period that have the field.",
                    "Field",
                    "case",
                    ("recorded",),
                    drawing="",
                    is_turned=True,
                ),
            }
        ),
        "No case was opened in this period.",
    ),
    "team": Page(
        "One team",
        "What has the team on its hands today?",
        OneTeamFilter,
        load.MEASURES,
        _figures(
            {
                "discipline": Figure(
                    "Open items by discipline",
                    "Items that apply in open cases, cases on hold included.",
                    "Discipline",
                    "item",
                    (),
                ),
                "age": Figure(
                    "Age of what is under way",
                    "Phases that have started and are not finished, by days since their start.",
                    "Phase",
                    "phase",
                    (),
                    in_order=True,
                ),
            }
        ),
        "The team has no open work.",
    ),
}
