"""The filters of the variance page, read from an address that anyone may have typed."""

from pathways.enums import NEEDS_REASON, ReasonOrigin

from .filters import PHASES, Pick, TeamFilter, Words

PERIODS = {"30": "Last 30 days", "365": "Last 365 days"}
USUAL = 90


class VarianceFilter(TeamFilter):
    days = Pick(label="Period", anything="Last 90 days", choices=PERIODS.items())
    template = Pick(label="Template", anything="All templates")
    status = Pick(label="Status", anything="Any status", choices=[(s.value, s.label) for s in NEEDS_REASON])

    field_order = ["days", "template", "status", "team"]

    def chosen(self):
        """The arguments of `variance.items`."""
        given = self.cleaned_data
        return given | {"days": int(given["days"] or USUAL)}


class VarianceRowsFilter(VarianceFilter):
    """And which bar of a figure was followed."""

    origin = Pick(label="Origin", anything="Any origin", choices=ReasonOrigin.choices)
    reason = Pick(label="Reason", anything="Any reason")
    phase = Pick(label="Phase", anything="Any phase", choices=PHASES)
    item = Words(label="Item", max_length=60, required=False)

    field_order = ["days", "template", "status", "team", "origin", "reason", "phase", "item"]
