"""Specimens of what was said and done about a case: comments, and a history of every kind of entry."""

from pathways.audit.changes import Change
from pathways.audit.effects import Effect
from pathways.audit.sentences import MARKED
from pathways.audit.story import Entry, Story
from pathways.enums import Action, CaseStatus, ItemStatus, Source
from pathways.models import AuditEvent
from pathways.views.entry_markup import shown, table
from pathways.views.specimens import COLLEAGUE, NURSE, YOU, Specimen

LONG = (
    "Family present, plan explained. Prefers to lie flat until the scan. Pain is worse on sitting up, eased"
    " by lying down; legs are strong, and there is no change of bladder or bowel. Seen again after the round."
)
COMMENTS = [
    (str(NURSE), "3 Nov 10:14", "Awaiting transport to scanner."),
    (str(COLLEAGUE), "3 Nov 11:02", f"{LONG}\n\nThe collar was refitted."),
]
BEGAN = [Change("A first item", "", "5 Nov 2025"), Change("A second item", "5 Nov 2025", "9 Nov 2025")]


def stories(sample):
    yield Specimen("History", sample.show("pathways/_history.html", **shown(story(sample))))
    yield Specimen("A burst, folded", sample.show("pathways/_history.html", **shown(Story(burst(sample)))))
    rows = table([*burst(sample), *story(sample).entries], of_one_case=True)
    yield Specimen("History as a table", sample.show("pathways/_changes.html", rows=rows))
    ways = [("Timeline", "", True), ("Table", "", False)]
    yield Specimen("Two ways to see it", sample.show("pathways/_view_links.html", views=ways))
    nothing = {"comments": {"shown": [], "more": False}, "may_comment": False}
    yield Specimen("No comments", sample.show("pathways/_comments.html", **nothing))


def story(sample):
    """Every status given, and all else that an entry may hold; the oldest entry is a simulated one."""
    told = [
        about("recorded the response of", changes=[Change("Value", "", "2.75 mmol/L")]),
        about("changed the response of", changes=[Change("Value", "2.50 mmol/L", "2.75 mmol/L")]),
        about("changed the note of", changes=[Change("Note", "Sits up.", "")]),
        about("changed the note of", changes=[Change("Note", LONG, f"{LONG} Stable.")]),
        about("added a note to", changes=[Change("Note", "", LONG)]),
        about("commented on", url=sample.page, text=f"{LONG}\n\nThe collar was refitted."),
        about("assigned", tail="to nobody", undone=f"Undone by {YOU}, 3 Nov 2025, 14:32"),
        {"lead": "changed the case details", "effects": [Effect("2 items began to apply", BEGAN)]},
        {"lead": "undid the start of a phase", "effects": [Effect("Pain no longer counts as started")]},
        {"lead": "put the case on hold", "status": CaseStatus.ON_HOLD, "reason": "Away for two weeks."},
        *(about(lead, tail=tail, status=status) for status, (lead, tail) in MARKED.items()),
    ]
    entries = [entry(sample.ago(hours=hours), fields) for hours, fields in enumerate(told)]
    oldest = entry(sample.ago(days=3), {"lead": "opened the case"}, source=Source.DEMO)
    return Story([*entries, oldest], older="older")


def burst(sample):
    """Three items that one person completed in one go, after the last review."""
    marked = {"tail": "done", "status": ItemStatus.DONE, "is_new": True}
    marked |= {"version": 1, "is_version_told": True, "restore": sample.page}
    items = [sample.item(f"Item {number} of a burst") for number in (1, 2, 3)]
    return [entry(sample.now, about("marked", item=item, **marked)) for item in items]


def about(lead, **fields):
    return {"lead": lead, "title": "An item", **fields}


def entry(at, fields, source=Source.WEB):
    event = AuditEvent(actor=COLLEAGUE, action=Action.RECORD_ITEM, at=at, source=source)
    return Entry(event=event, who=str(COLLEAGUE), role="team member", **fields)
