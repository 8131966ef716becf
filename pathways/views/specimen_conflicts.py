"""Specimens of two people's versions of one item, side by side."""

from pathways.enums import ItemStatus
from pathways.forms.items import AssignForm, ItemForm
from pathways.services import ChangedElsewhere
from pathways.views import item_forms
from pathways.views.compare import compared
from pathways.views.specimen_forms import TEXT, filled_in
from pathways.views.specimens import COLLEAGUE, NURSE, YOU, sent


def conflicts(sample):
    """Of the fields with a way to edit them, of who has the item, and of an undo that came too late."""
    item = sample.answered(TEXT, "Answered twice", note="Unsteady on stairs, walks with a frame.")
    answer = {
        "response_value": "Agreed by most.\nSeen again in a week.",
        "note": "Unsteady on stairs. Brace refitted.",
    }
    both = filled_in(sample, item, status=ItemStatus.DONE, **answer)
    given = sample.item("Assigned twice", assignee=NURSE)
    late = sample.item("Undone too late")
    found = {
        item: conflict(sample, item, both),
        given: conflict(sample, given, AssignForm(sent(assignee=YOU.username), people=[YOU])),
        late: conflict(sample, late),
    }
    return sample.listed(list(found), answers={each.pk: {"said": html} for each, html in found.items()})


def conflict(sample, item, form=None):
    editable = isinstance(form, ItemForm)
    context = item_forms.shared(sample.request, item, in_row=True)
    context["at"] += "mine-"
    context |= {
        "conflict": ChangedElsewhere(theirs=item, person=COLLEAGUE, at=sample.now),
        "saved_by": f"by {COLLEAGUE}, 3 Nov 2025, 14:32",
        "compared": compared(form, item) if form and form.is_valid() else [],
        "again": [],
        "action": f"{context['url']}save/",
        "replacing": True,
        "editable": editable,
        "level": "h3",
    }
    fields = item_forms.edit_fields(item, form, {}, context["at"]) if editable else {}
    return sample.show("pathways/_item_conflict.html", **(context | fields | {"version": item.version}))
