"""The filters of the audit review, read from an address that anyone may have typed."""

from django import forms

from ..clocks import show_day
from ..enums import Action, Role, SiteRole
from .filters import Pick, TeamFilter, Words


class Day(forms.DateField):
    """A day of the London calendar."""

    is_open = True
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")

    def words(self, value):
        return show_day(value)


class AuditFilters(TeamFilter):
    """Whose events, of which kind and about what; the days are whole ones, both included."""

    q = Words(label="Case", max_length=20, required=False)
    who = Pick(label="Who", anything="Anyone")
    role = Pick(label="Role at that time", anything="Any role", choices=[*Role.choices, *SiteRole.choices])
    action = Pick(label="What", anything="Anything", choices=Action.choices)
    since = Day(label="From", required=False)
    until = Day(label="To", required=False)
    text = Words(label="Reason", max_length=80, required=False)

    field_order = ["q", "who", "role", "action", "since", "until", "text", "team"]
