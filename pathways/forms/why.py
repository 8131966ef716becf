"""Text that people may leave out, and why they change what was recorded: one tap, words, or both."""

from django import forms

from pathways import responses
from pathways.models.audit import LONGEST_REASON


def optional_text(text, limit):
    """The tidied text, or nothing; refuses too much, and what looks like a real person's identifier."""
    if not text.strip():
        return ""
    try:
        return responses.read_text(text, limit)
    except ValueError as refusal:
        raise forms.ValidationError(str(refusal)) from None


class WithWhy(forms.Form):
    """`why` comes from a button, `why_text` was typed."""

    why = forms.CharField(required=False)
    why_text = forms.CharField(required=False)

    def clean_why(self):
        return optional_text(self.cleaned_data["why"], LONGEST_REASON)

    def clean_why_text(self):
        return optional_text(self.cleaned_data["why_text"], LONGEST_REASON)

    def said_why(self):
        """Both as one text, for a valid form."""
        return _joined(self.cleaned_data)

    def typed_why(self):
        """Both as they were sent, so that a refused form loses neither."""
        return _joined(self.data)


def _joined(values):
    return ": ".join(text for name in ("why", "why_text") if (text := values.get(name, "").strip()))
