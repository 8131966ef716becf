"""What people send about a list of cases that they keep under a name."""

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from pathways.forms.filters import CaseFilters
from pathways.forms.items import ItemWriteForm
from pathways.forms.why import optional_text
from pathways.models.saved_views import LONGEST_NAME, LONGEST_QUERY

KEPT = [name for name in CaseFilters.base_fields if name != "saved"]


def query_of(data):
    """The filters of an address in one order, whatever else it says; two lists are one if these are."""
    return urlencode([(name, data[name]) for name in KEPT if data.get(name)])


class QueryForm(ItemWriteForm):
    """The filters that the list showed."""

    query = forms.CharField(required=False, max_length=LONGEST_QUERY)

    def clean_query(self):
        return query_of(QueryDict(self.cleaned_data["query"]))


class ViewForm(QueryForm):
    """The name of a view, and the team that it is shared with, if any."""

    name = forms.CharField(error_messages={"required": "Enter a name"})

    def __init__(self, data, *, teams):
        super().__init__(data)
        self.fields["team"] = forms.ModelChoiceField(
            teams,
            to_field_name="code",
            required=False,
            error_messages={"invalid_choice": "Choose one of your teams"},
        )

    def clean_name(self):
        return optional_text(self.cleaned_data["name"], LONGEST_NAME)

    def wanted(self):
        return {name: self.cleaned_data[name] for name in ("name", "team", "query")}
