"""Specimens of what opens in a row: each of its forms, empty, filled and refused, and its menu."""

from pathways import instruments
from pathways.enums import NEEDS_REASON, ItemStatus, ResponseKind
from pathways.forms.due import DueForm
from pathways.forms.items import AssignForm, CommentForm, ItemForm
from pathways.views import item_forms
from pathways.views.entry_markup import shown
from pathways.views.item_row import PARTS
from pathways.views.specimen_stories import COMMENTS, LONG, story
from pathways.views.specimens import (
    COLLEAGUE,
    NURSE,
    TICK,
    YOU,
    Question,
    Specimen,
    renamed,
    sent,
    template_version,
)

CHOICES = [
    {"value": "low", "label": "Low"},
    {"value": "middle", "label": "Somewhere in the middle, with a label that is as long as labels become"},
    {"value": "high", "label": "High"},
]
DAY, NO_DAY = {"day": "3", "month": "11", "year": "2025"}, {"day": "31", "month": "2", "year": "2026"}
SINS = {
    "location": "junctional",
    "pain": "mechanical",
    "bone_lesion": "lytic",
    "alignment": "normal",
    "vertebral_collapse": "over_half",
    "posterolateral": "none",
}
BEGUN = dict(list(SINS.items())[:3])

DATE = {"kind": ResponseKind.DATE}
TIMED = Question("Date and time", DATE, DAY | {"time": "14:32"}, DAY | {"time": "25:00"}, "PT24H")
BOUNDS = {"unit": "mmol/L", "min": 1.0, "max": 5.0}
NUMBER = Question("Number", {"kind": ResponseKind.NUMBER, **BOUNDS}, {"value": "2.75"}, {"value": "27"})
CHOICE = Question("Choice", {"kind": ResponseKind.CHOICE, "choices": CHOICES}, {"value": "high"}, {})
MULTIPLE = Question("Multiple choice", CHOICE.asks | {"multiple": True}, {"value": ["low", "high"]}, {})
TEXT = Question("Text", {"kind": ResponseKind.TEXT}, {"value": "Agreed by all.\nSeen again in a week."}, {})
SCORE = Question("Score", {"kind": ResponseKind.SCORE, "instrument": "sins"}, SINS, BEGUN)
GRADE = Question("Grade", {"kind": ResponseKind.SCORE, "instrument": "escc"}, {"grade": "2"}, {})
SCALE = Question("Scale", {"kind": ResponseKind.SCORE, "instrument": "pain_nrs"}, {"value": "7"}, {})
QUESTIONS = [
    Question("Tick", TICK, {"value": "yes"}, {}),
    Question("Date", DATE, DAY, NO_DAY),
    *(TIMED, NUMBER, CHOICE, MULTIPLE, TEXT, SCORE, GRADE, SCALE),
]
PEOPLE = [(person.username, str(person), person is NURSE) for person in (YOU, COLLEAGUE, NURSE)]


def forms(sample):
    yield Specimen("All fields, empty", opened(sample, empty(sample)), "items")
    yield Specimen("All fields, filled", opened(sample, filled(sample)), "items")
    yield Specimen("All fields, refused", opened(sample, refused(sample)), "items")
    yield Specimen("Other parts of a row", opened(sample, others(sample)), "items")
    yield Specimen("Other parts of a row, refused", opened(sample, others_refused(sample)), "items")
    texts = [("Note", "Unsteady on stairs."), ("Reason text", LONG)]
    yield Specimen("What could not be saved", sample.show("pathways/_kept_text.html", texts=texts))


def menus(sample):
    """The menu, which opens over a row."""
    items = (
        sample.item("Of a tick"),
        sample.item("Of a choice", CHOICE.asks, **sample.standing(ItemStatus.BLOCKED)),
        sample.item("Of a score", SCORE.asks),
        sample.item("Of a settled item", **sample.standing(ItemStatus.DONE)),
    )
    template, _, fields = PARTS["menu"]
    for item in items:
        context = item_forms.shared(sample.request, item, in_row=True)
        context |= fields(sample.request, item, None, {})
        yield Specimen(item.name, sample.show(template, **context), "pop")


def opened(sample, parts):
    """The rows of pairs of an item and what is open in it."""
    parts = dict(parts)
    answers = {item.pk: {"panel": renamed(html, f"{item.code}-")} for item, html in parts.items()}
    return sample.listed(list(parts), answers=answers)


def panel(sample, item, part, form=None, **instead):
    """A part that a row opens, with what a refused form held; what would be read from storage is given."""
    template, _, fields = PARTS[part]
    context = item_forms.shared(sample.request, item, form, in_row=True)
    context |= {"part": template} | fields(sample.request, item, form, context["errors"]) | instead
    return sample.show("pathways/_item_panel.html", **context)


def empty(sample):
    for each in QUESTIONS:
        item = sample.item(f"{each.name}, empty", each.asks, within=each.within)
        yield item, panel(sample, item, "edit")


def filled(sample):
    """Done; a score of which only some questions are answered; and blocked, for a reason with words."""
    for each in QUESTIONS:
        item = sample.answered(each, f"{each.name}, answered")
        yield item, panel(sample, item, "edit")
    begun = sample.item("Score, half answered", SCORE.asks, status=ItemStatus.IN_PROGRESS)
    begun.response = instruments.score(template_version().instrument("sins"), BEGUN).as_response()
    stuck = sample.item("Blocked, with a note", note=LONG, **sample.standing(ItemStatus.BLOCKED))
    stuck.reason_text = "Seen again on Thursday."
    for item in (begun, stuck):
        yield item, panel(sample, item, "edit")


def refused(sample):
    """Marked done with what is no answer; then everything else that can be wrong with the fields."""
    for each in QUESTIONS[1:]:
        answer = {f"response_{name}": value for name, value in each.wrong.items()}
        item = sample.item(f"{each.name}, refused", each.asks, within=each.within)
        form = filled_in(sample, item, status="done", **answer)
        if form.is_valid():
            form.refuse({"response": "Enter the response before marking this done."})
        yield item, panel(sample, item, "edit", form)
    item = sample.item("Status, note and time, refused")
    when = {f"when_{name}": value for name, value in NO_DAY.items()}
    note = {"note": "Write to someone@example.invalid"}
    form = filled_in(sample, item, status=["blocked", "done"], **note, **when)
    yield item, panel(sample, item, "edit", form)
    item = sample.item("Reason, refused")
    form = filled_in(sample, item, status="blocked")
    form.refuse({"reason": "Choose a reason."})
    yield item, panel(sample, item, "edit", form)


def others(sample):
    for status in NEEDS_REASON:
        item = sample.item(f"Why it is {status.label.lower()}")
        yield item, panel(sample, item, "reason", filled_in(sample, item, status=status, one_tap="yes"))
    given = {"due_given": sample.ahead(days=2), "due_at": sample.ahead(days=2)}
    for item, part, instead in (
        (sample.item("Assigning"), "assign", {"people": PEOPLE}),
        (sample.item("Due"), "due", {}),
        (sample.item("Due, set by hand", **given), "due", {}),
        (sample.item("Comments, none yet"), "comment", {}),
        (sample.item("Comments, some"), "comment", {"comments": {"shown": COMMENTS, "more": True}}),
        (sample.item("Changes"), "history", shown(story(sample))),
    ):
        yield item, panel(sample, item, part, **instead)


def others_refused(sample):
    for part, tapped in (("why", {"one_tap": "yes"}), ("edit", {})):
        item = sample.answered(QUESTIONS[0], f"A risky change in the part {part}, refused")
        form = filled_in(sample, item, status="in_progress", **tapped)
        form.full_clean()
        form.refuse({"why": "Say why: this takes back what was settled."})
        yield item, panel(sample, item, part, form)
    item = sample.item("Reason without its words, refused")
    form = filled_in(sample, item, status="blocked", one_tap="yes")
    form.refuse({"reason_text": "Say what the reason is."})
    yield item, panel(sample, item, "reason", form)
    item = sample.item("Assigning, refused")
    yield item, panel(sample, item, "assign", AssignForm(sent(assignee="gone"), people=[]), people=PEOPLE)
    item = sample.item("Due, refused")
    day = {f"due_{name}": value for name, value in NO_DAY.items()}
    yield item, panel(sample, item, "due", DueForm(sent(**day), now=sample.now))
    item = sample.item("Comment, refused")
    yield item, panel(sample, item, "comment", CommentForm(sent(text="")))


def filled_in(sample, item, **fields):
    """The form as it comes from a browser; one of a single tap holds no note."""
    note = {} if "one_tap" in fields else {"note": ""}
    return ItemForm(sent(**note | fields), item=item, now=sample.now)
