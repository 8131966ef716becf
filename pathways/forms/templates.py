"""What people send to begin a new pathway template, and to discard a draft."""

import re

from django import forms

from pathways.forms.why import optional_text
from pathways.forms.write import WriteForm
from pathways.models import PathwayTemplate, TemplateVersion

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
PREFIX = re.compile(r"[A-Z]{2,6}")
BAD_CODE = "Use small letters and digits joined by hyphens, for example spinal-metastases"
BAD_PREFIX = "Use two to six capital letters, for example SM"
RESERVED = ("new", "import")


class WordsField(forms.CharField):
    """One line or paragraph; refuses what looks like a real person's identifier."""

    def clean(self, value):
        return optional_text(super().clean(value), self.max_length)


class NewTemplateForm(WriteForm):
    """The header of a new template, and the version that its draft starts as, if any."""

    version = None  # type: ignore[assignment]  # nobody has changed what is not there yet
    title = WordsField(max_length=200, error_messages={"required": "Enter a title"})
    condition = WordsField(max_length=200, error_messages={"required": "Enter the condition it is for"})
    summary = WordsField(max_length=1000, required=False)
    code = forms.CharField(max_length=60, error_messages={"required": "Enter a code"})
    reference_prefix = forms.CharField(max_length=6, error_messages={"required": "Enter a prefix"})
    like = forms.ModelChoiceField(
        TemplateVersion.objects.published(),
        required=False,
        error_messages={"invalid_choice": "Choose a version from the list, or nothing"},
    )

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        if not CODE.fullmatch(code) or code in RESERVED:
            raise forms.ValidationError(BAD_CODE)
        return code

    def clean_reference_prefix(self):
        prefix = self.cleaned_data["reference_prefix"].strip()
        if not PREFIX.fullmatch(prefix):
            raise forms.ValidationError(BAD_PREFIX)
        return prefix

    def refuse(self, errors):
        """Take over what the service refused."""
        for name, text in errors.items():
            self.add_error(name, text)

    def refusals(self):
        """Pairs of what is wrong and the id of its control, in the order of the page."""
        named = [(self.errors[name][0], f"id_{name}") for name in self.fields if name in self.errors]
        return [(text, "" if control == "id_token" else control) for text, control in named]

    def wanted(self):
        """The arguments of `create_template` that the form holds."""
        given = self.cleaned_data
        columns = [field.name for field in PathwayTemplate._meta.fields if field.name in given]
        return {"header": {name: given[name] for name in columns}, "like": given["like"]}


class PlainWriteForm(WriteForm):
    """A button of its own, which carries nothing but its token."""

    version = None  # type: ignore[assignment]  # the service locks and looks
