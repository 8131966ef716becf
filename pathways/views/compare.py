"""Two people's versions of one item side by side, in words, with what differs marked."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join

from pathways import clocks
from pathways.forms.due import DueForm
from pathways.forms.items import AssignForm
from pathways.views.words import reason_words, shown_response

MOST_WORDS = 2000


def compared(form, item):
    """Label, what is saved now and what was sent, for each field that either of them fills."""
    if isinstance(form, AssignForm):
        pairs = [("Assigned to", str(item.assignee or "Nobody"), str(form.wanted()["assignee"] or "Nobody"))]
    elif isinstance(form, DueForm):
        pairs = [("Due", _due(item.due_at), _due(form.wanted()["due"]))]
    else:
        pairs = _recorded_twice(form, item)
    return [(label, *marked(theirs, mine)) for label, theirs, mine in pairs if theirs or mine]


def marked(theirs, mine):
    """Both texts as HTML, the words that only one of them holds marked; long texts are marked as a whole."""
    one, other = (re.findall(r"\s+|\S+", text) for text in (theirs, mine))
    if len(one) + len(other) > MOST_WORDS:
        return format_html("<mark>{}</mark>", theirs), format_html("<mark>{}</mark>", mine)
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return (
        _with_marks((one[start:end], tag) for tag, start, end, _, _ in steps),
        _with_marks((other[start:end], tag) for tag, _, _, start, end in steps),
    )


def _with_marks(parts):
    """The words in their order, those that are not equal within <mark>."""
    texts = [("".join(words), tag) for words, tag in parts if words]
    return format_html_join(
        "", "{}", ((text if tag == "equal" else format_html("<mark>{}</mark>", text),) for text, tag in texts)
    )


def _due(moment):
    return clocks.show_time(moment) if moment else "As the pathway says"


def _recorded_twice(form, item):
    """What is recorded now beside what it would be with the form saved; fields that no one tap sent stay."""
    sent = type(item)(template_item=item.template_item, response=item.response, note=item.note)
    sent.status, sent.reason, sent.reason_text = (
        form.cleaned_data[name] for name in ("status", "reason", "reason_text")
    )
    sent.response = item.response if form.response is None else form.response
    sent.note = form.cleaned_data["note"] if "note" in form.data else item.note
    both = [_recorded(each, item.case) for each in (item, sent)]
    return [(label, theirs, mine) for (label, theirs), (_, mine) in zip(*both, strict=True)]


def _recorded(item, case):
    return [
        ("Status", item.get_status_display()),
        ("Recorded", shown_response(item, case)),
        ("Reason", reason_words(item) if item.reason else ""),
        ("Note", item.note),
    ]
