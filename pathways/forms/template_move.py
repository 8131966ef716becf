"""Which cases an address asks to be moved where, and what a person sends to move them."""

import re
from typing import Any

from django import forms
from django.http import QueryDict

from pathways.enums import CaseStatus
from pathways.forms.why import optional_text
from pathways.forms.write import WriteForm
from pathways.models import Case, Team, TemplateVersion
from pathways.models.audit import LONGEST_REASON

MAPPED = "map-"
MOST_CHOSEN = 1000
REFERENCE = re.compile("[A-Z][A-Z0-9]{0,5}-[1-9][0-9]{0,8}")
STATUSES = [(CaseStatus.OPEN.value, "Not on hold"), (CaseStatus.ON_HOLD.value, "On hold")]


class MoveFilters(forms.Form):
    """What is not understood counts as not asked: the page shows what was."""

    data: QueryDict
    to = forms.ModelChoiceField(TemplateVersion.objects.none(), to_field_name="number", required=False)
    since = forms.ModelChoiceField(TemplateVersion.objects.none(), to_field_name="number", required=False)
    team = forms.ModelChoiceField(Team.objects.all(), to_field_name="code", required=False)
    status = forms.ChoiceField(choices=STATUSES, required=False)

    def __init__(self, data, template):
        super().__init__(data)
        versions = template.versions.select_related("template").order_by("-number")
        self.versions = list(versions)
        fields: dict[str, Any] = self.fields
        fields["to"].queryset = versions.published()
        fields["since"].queryset = versions
        self.template = template
        self.full_clean()

    @property
    def target(self):
        """The version that is asked for, or the newest published one, or None."""
        newest = next((each for each in self.versions if each.status == "published"), None)
        return self.cleaned_data.get("to") or newest

    def matching(self):
        """Cases on other versions that may be moved there, by reference."""
        found = Case.objects.open().filter(template_version__template=self.template)
        found = found.exclude(template_version=self.target)
        for name, column in (("since", "template_version"), ("team", "team"), ("status", "status")):
            if value := self.cleaned_data.get(name):
                found = found.filter(**{column: value})
        return found.select_related("template_version__template", "team").order_by("pk")

    def chosen(self):
        """Those of the matching cases that were picked, or all of them where all were asked for."""
        if self.data.get("every") == "yes":
            return self.matching()
        picked = [text for text in self.data.getlist("case") if REFERENCE.fullmatch(text)]
        return self.matching().filter(reference__in=picked[:MOST_CHOSEN])

    def renamed(self):
        """Code to code, as far as both are filled."""
        mapped = {name: self.data[name] for name in self.data if name.startswith(MAPPED)}
        return {name.removeprefix(MAPPED): code for name, code in mapped.items() if code}

    def kept(self):
        """Pairs of name and value that carry the selection on to the next page."""
        return [
            (name, value)
            for name, values in self.data.lists()
            for value in values
            if name in ("to", "since", "team", "status", "case", "every") or name.startswith(MAPPED)
        ]


class MoveForm(WriteForm):
    """The name of the batch and the reason of every move in it."""

    version = None  # type: ignore[assignment]  # each case is looked at again when its turn comes
    name = forms.CharField(max_length=120, error_messages={"required": "Enter a name for the move"})
    reason = forms.CharField(error_messages={"required": "Enter a reason"})

    def clean_name(self):
        return optional_text(self.cleaned_data["name"], 120)

    def clean_reason(self):
        return optional_text(self.cleaned_data["reason"], LONGEST_REASON)

    def refuse(self, errors):
        """Take over what the service refused."""
        for name, text in errors.items():
            self.add_error(name if name in self.fields else None, text)

    def refusals(self):
        """Pairs of what is wrong and the id of its control, if people see one."""
        return [
            (texts[0], f"id_{name}" if name in ("name", "reason") else "")
            for name, texts in self.errors.items()
        ]


class GoOnForm(WriteForm):
    """A button of a batch: to go on, to try again, or to move back."""

    version = None  # type: ignore[assignment]  # each case is looked at again when its turn comes
    act = forms.ChoiceField(choices=[(each, each) for each in ("go_on", "retry", "back")])
