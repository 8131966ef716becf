"""What people send about the items that a case has beyond its pathway's rules."""

from django import forms

from pathways.forms.items import ItemWriteForm
from pathways.forms.why import optional_text
from pathways.models.audit import LONGEST_REASON
from pathways.models.cases import LONGEST_TITLE


class OwnItemForm(ItemWriteForm):
    """What is to be done in this case alone."""

    title = forms.CharField(error_messages={"required": "Say what is to be done"})

    def clean_title(self):
        return optional_text(self.cleaned_data["title"], LONGEST_TITLE)


class SwitchForm(ItemWriteForm):
    """Whether an item applies to the case, and why."""

    on = forms.ChoiceField(choices=[("yes", "Applies"), ("no", "Does not apply")])
    switch = forms.CharField(error_messages={"required": "Say why"})

    def clean_switch(self):
        return optional_text(self.cleaned_data["switch"], LONGEST_REASON)

    def wanted(self):
        return {"on": self.cleaned_data["on"] == "yes", "why": self.cleaned_data["switch"]}
