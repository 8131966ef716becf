"""Specimens of the page of one item: what is recorded, what is known about it, what was said and done."""

from pathways.enums import SETTLED, ItemStatus, Requirement
from pathways.views import item_forms
from pathways.views.entry_markup import shown
from pathways.views.item_about import about
from pathways.views.specimen_forms import PEOPLE, SCALE, SCORE
from pathways.views.specimen_stories import COMMENTS, story
from pathways.views.specimens import COLLEAGUE, NURSE, Specimen, reason_for
from pathways.views.trend import trend


def item_pages(sample):
    item = sample.answered(SCORE, "Recorded and settled", note="Prefers to lie flat.", assignee=NURSE)
    undo = {"undo": "0" * 32, "undo_words": "Marked done 14:32", "may_record": True}
    stored = about(item, sample.now)["stored"]
    yield Specimen("Recorded", part(sample, item, "_item_stored", stored=stored, **undo))
    mention = {
        "pk": 1,
        "token": "0" * 32,
        "who": COLLEAGUE,
        "when": "3 Nov 10:14",
        "case": "X-1",
        "item": None,
    }
    mentions = [mention | {"text": "@rahman, seen by telephone."}]
    yield Specimen(
        "My work", sample.show("pathways/_work_group.html", id="1", name="Overdue", count=3, rows=[])
    )
    yield Specimen("A comment that names somebody", sample.show("pathways/_mentions.html", mentions=mentions))
    switch = {"on": "yes", "question": "Why does it apply?", "button": "It applies to this case"}
    switch["text"] = ""
    errors = {"switch": "Say why"}
    yield Specimen(
        "Switched on by hand, refused", part(sample, item, "_switch_form", switch=switch, errors=errors)
    )
    stuck = sample.item("Blocked", status=ItemStatus.BLOCKED, reason=reason_for(ItemStatus.BLOCKED))
    yield Specimen("About an item that waits for others", about_open(sample, stuck), "stacked")
    said = item_forms.comment_fields(sample.case, item, None)
    said |= {"comments": {"shown": COMMENTS, "more": True}, "may_comment": True} | shown(story(sample))
    yield Specimen("Said and done", part(sample, item, "_item_story", **said), "stacked")


def about_open(sample, item):
    """Of an item with a target, needs, sources and other occurrences, which the person may plan."""
    target = item.template_item
    target.guidance, target.sources = "What this is for, in a sentence or two.", ["ONE", "TWO"]
    target.requirement, target.applies_text = Requirement.CONDITIONAL, "If cord compression is suspected."
    target.anchor, target.within, target.basis, target.repeat = "case_opened", "PT24H", "published", "P7D"
    item.due_at = item.due_given = sample.ago(hours=5)
    known = [(sample.page, "Another item", each, each.label, each in SETTLED) for each in ItemStatus]
    shown = about(item, sample.now) | {"needs": known, "earlier": [(sample.page, 1, f"Done by {COLLEAGUE}")]}
    shown["trend"] = trend([measured(sample, days) for days in (28, 21, 14, 2)], sample.case)
    planned = item_forms.due_fields(item, None) | item_forms.assign_fields(item, None) | {"people": PEOPLE}
    return part(sample, item, "_item_about", may_record=True, may_assign=True, **shown, **planned)


def measured(sample, days):
    """A pain score of so many days ago."""
    item = sample.answered(SCALE, f"Pain {days} days ago")
    item.settled_at, item.response = sample.ago(days=days), item.response | {"total": 3 + days // 7}
    return item


def part(sample, item, name, **context):
    shared = item_forms.shared(sample.request, item, in_row=False)
    return sample.show(f"pathways/{name}.html", **shared | context)
