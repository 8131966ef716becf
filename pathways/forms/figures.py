"""The filters of the dashboards, read from an address that anyone may have typed."""

from pathways.enums import NEEDS_REASON

from .filters import Pick, TeamFilter, Words

PERIODS = {"30": "Last 30 days", "365": "Last 365 days"}
USUAL = 90
APART = [("site", "By primary tumour"), ("team", "By team")]


class NowFilter(TeamFilter):
    """Figures of today."""

    template = Pick(label="Template", anything="All templates")
    site = Pick(label="Primary tumour", anything="Any")

    field_order = ["template", "site", "team"]

    def scope(self):
        """What narrows a scope."""
        return self.cleaned_data


class PeriodFilter(NowFilter):
    """Figures of the days before now."""

    days = Pick(label="Period", anything=f"Last {USUAL} days", choices=PERIODS.items())

    field_order = ["days", "template", "site", "team"]

    def scope(self):
        return self.cleaned_data | {"days": int(self.cleaned_data["days"] or USUAL)}


class VarianceFilter(PeriodFilter):
    status = Pick(label="Status", anything="Any status", choices=[(s.value, s.label) for s in NEEDS_REASON])

    field_order = ["days", "template", "site", "status", "team"]


class SplitFilter(PeriodFilter):
    """Figures that may be told apart further."""

    split = Pick(label="Apart", anything="By phase", choices=APART)

    field_order = ["days", "split", "template", "site", "team"]


class OneTeamFilter(TeamFilter):
    """Figures of a team, the first that is offered where none is chosen."""

    template = Pick(label="Template", anything="All templates")

    field_order = ["team", "template"]

    def scope(self):
        return self.cleaned_data | {
            "team": self.cleaned_data["team"] or next(iter(self.fields["team"].offered), "")
        }


class Part(Words):
    """One of the values that tell a group apart, as the address of a figure's rows names them."""

    def __init__(self):
        super().__init__(max_length=120, required=False, strip=False)
