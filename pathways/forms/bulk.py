"""What people ask of many items at once."""

import re

from django import forms

from pathways.enums import BulkKind
from pathways.forms.due import DueForm
from pathways.forms.why import optional_text
from pathways.models import ReasonCode
from pathways.models.audit import LONGEST_REASON

FIRST = {"status": "kind"}
ROW = re.compile("([0-9]{1,18}):([0-9]{1,9})")


class BulkForm(DueForm):
    """What shall happen to the items; only what belongs to the kind is read. A preview needs no token."""

    version = None  # type: ignore[assignment]  # each row has its own
    kind = forms.ChoiceField(
        choices=BulkKind.choices,
        error_messages={"required": "Choose what to do", "invalid_choice": "Choose what to do"},
    )
    assignee = forms.CharField(required=False)
    choice = forms.CharField(required=False)
    reason = forms.ModelChoiceField(
        ReasonCode.objects.filter(is_active=True, for_not_applicable=True),
        to_field_name="code",
        required=False,
        error_messages={"invalid_choice": "Choose a reason"},
    )
    reason_text = forms.CharField(required=False)

    def __init__(self, data, *, people, is_preview=False, **kwargs):
        super().__init__(data, **kwargs)
        self.people = {person.username: person for person in people}
        self.fields["token"].required = not is_preview

    def asks(self, kind):
        return self.data.get("kind") == kind

    def clean_due(self):
        return super().clean_due() if self.asks(BulkKind.DUE) else None

    def clean_assignee(self):
        """The person, or None."""
        username = self.cleaned_data["assignee"]
        if self.asks(BulkKind.ASSIGN) and username and username not in self.people:
            raise forms.ValidationError("Choose a person of the team")
        return self.people.get(username)

    def clean_reason_text(self):
        return optional_text(self.cleaned_data["reason_text"], LONGEST_REASON)

    def clean(self):
        if self.asks(BulkKind.NOT_APPLICABLE):
            reason = self.cleaned_data.get("reason")
            if reason is None:
                self.add_error("reason", "Choose a reason")
            elif reason.needs_text and not self.cleaned_data.get("reason_text"):
                self.add_error("reason_text", "Say what the reason is")
        return self.cleaned_data

    def wanted(self):
        """What is asked of each item, as a BulkChange keeps it."""
        given = self.cleaned_data
        due, reason, assignee = given["due"], given["reason"], given["assignee"]
        return {
            BulkKind.ASSIGN: {"assignee": assignee and assignee.pk},
            BulkKind.DUE: {"due": due and due.isoformat()},
            BulkKind.COMPLETE: {"choice": given["choice"]},
            BulkKind.NOT_APPLICABLE: {"reason": reason and reason.pk, "reason_text": given["reason_text"]},
        }[BulkKind(given["kind"])]

    def rows(self):
        """Item id to the version that was looked at; what makes no sense is passed over."""
        found = [ROW.fullmatch(text) for text in self.data.getlist("row")]
        return {int(match[1]): int(match[2]) for match in found if match}

    def refusals(self):
        """Pairs of what is wrong and the id of its control; of the whole form that is the first."""
        return [(text, f"id_{FIRST.get(name, name)}") for name, text in self.errors_by_name().items()]
