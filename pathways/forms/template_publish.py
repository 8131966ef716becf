"""What people send to publish a draft, and to retire a version."""

from django import forms

from pathways.forms.templates import WordsField
from pathways.forms.write import WriteForm

OUT_OF_DATE = {"required": "This form is out of date. Reload the page."}


class SaidForm(WriteForm):
    """A form that asks for words."""

    version = None  # type: ignore[assignment]  # the digest, or the status, tells what was looked at

    def refusals(self):
        """Pairs of what is wrong and the id of its control, if people see one."""
        shown = {"summary", "reason"}
        return [
            (text, f"id_{name}" if name in shown else "")
            for name, texts in self.errors.items()
            for text in texts
        ]


class PublishForm(SaidForm):
    """Why, and the digest of what was reviewed."""

    summary = WordsField(
        max_length=1000, error_messages={"required": "Enter a summary of what this version changes"}
    )
    reviewed = forms.CharField(max_length=64, error_messages=OUT_OF_DATE)

    def wanted(self):
        """The arguments of `publish_version` that the form holds."""
        return {name: self.cleaned_data[name] for name in ("summary", "reviewed")}

    def refuse(self, errors):
        """Take over what the service refused."""
        for name, text in errors.items():
            self.add_error(name if name in self.fields else None, text)


class RetireForm(SaidForm):
    reason = WordsField(max_length=1000, error_messages={"required": "Enter a reason"})
