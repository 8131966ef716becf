"""Where the row of an item stands: on the page of its case, or in a person's work beside rows of others."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html

from pathways.views.words import anchor

FIELD = "place"


@dataclass(frozen=True)
class Place:
    """`name` goes with everything that is sent from a row, so that the answer is a row of the same place."""

    name: str

    @property
    def is_work(self):
        return self.name == "work"

    @property
    def query(self):
        """What the addresses of a row's parts end in."""
        return f"?{FIELD}={self.name}" if self.name else ""

    @property
    def hidden(self):
        """The field of every form in the row."""
        field = '<input type="hidden" name="{}" value="{}">'
        return format_html(field, FIELD, self.name) if self.name else ""

    def anchor(self, item, case=None):
        """The id of the row; among those of several cases it begins with the case's reference."""
        return f"{(case or item.case).reference}-{anchor(item)}" if self.is_work else anchor(item)

    def url(self, item):
        """The row, where the person came from; in their work it is shown again whatever became of it."""
        if self.is_work:
            return f"{reverse('my_work')}?row={item.pk}#{self.anchor(item)}"
        return f"{reverse('case_detail', args=[item.case.reference])}#{anchor(item)}"


CASE, WORK = Place(""), Place("work")


def place_of(request):
    """The place that a request about an item came from."""
    sent = request.POST if request.method == "POST" else request.GET
    return WORK if sent.get(FIELD) == WORK.name else CASE
