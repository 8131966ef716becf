"""What an auditor sends about history that was looked through."""

from django import forms

from pathways.forms.why import optional_text
from pathways.forms.write import WriteForm
from pathways.models import AuditEvent, Case
from pathways.responses import TEXT_LIMIT

NO_EVENT = "Choose an event of the history up to which it was reviewed."
SCOPE = ("q", "since", "upto")


class ReviewForm(WriteForm):
    """Which case or period, up to which event, and what the auditor says of it. Nobody else changes these."""

    version = None  # type: ignore[assignment]  # how Django leaves out an inherited field
    q = forms.ModelChoiceField(
        Case.objects.select_related("team", "template_version"),
        to_field_name="reference",
        required=False,
        error_messages={"invalid_choice": "There is no such case."},
    )
    since = forms.DateField(required=False, error_messages={"invalid": "Write the day as 2026-11-03."})
    upto = forms.ModelChoiceField(
        AuditEvent.objects.all(), required=False, error_messages={"invalid_choice": NO_EVENT}
    )
    note = forms.CharField(error_messages={"required": "Say what you reviewed or found"})

    def clean_note(self):
        return optional_text(self.cleaned_data["note"], TEXT_LIMIT)

    def scope_errors(self):
        """What is wrong with the case, the day or the event, which an address may name too."""
        return [self.errors[name][0] for name in SCOPE if name in self.errors]

    def refusals(self):
        """Pairs of what is wrong and the id of its control, if people see one."""
        return [(texts[0], "note" if name == "note" else "") for name, texts in self.errors.items()]
