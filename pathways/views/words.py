"""What rows and pages say of one item: its answer, its reason, who settled it, whether it is late."""

from pathways import clocks, responses
from pathways.enums import ItemStatus, Requirement, ResponseKind

LONGEST_FACT = 140


def anchor(item):
    return f"i-{item.code}-{item.occurrence}"


def applies(item):
    return item.applies_since is not None


def is_overdue(item, case, now):
    """Optional and settled items never are, nor is anything of a closed case."""
    if case.is_closed or item.is_settled or item.requirement == Requirement.OPTIONAL:
        return False
    return applies(item) and clocks.is_overdue(item.due_at, now)


def brief(moment, now):
    """A moment as a row shows it: "3 Nov 10:14", with the year when it is another."""
    day, _, time_of_day = clocks.show_time(moment).partition(", ")
    return f"{day.removesuffix(f' {now.astimezone(clocks.LONDON).year}')} {time_of_day}"


def lately(moment, now):
    """The time of day for a moment of today, else as `brief`."""
    is_today = moment.astimezone(clocks.LONDON).date() == now.astimezone(clocks.LONDON).date()
    return f"{moment.astimezone(clocks.LONDON):%H:%M}" if is_today else brief(moment, now)


def clipped(text):
    line = " ".join(text[: LONGEST_FACT * 2].split())
    return line if len(line) <= LONGEST_FACT else f"{line[:LONGEST_FACT].rstrip()} …"


def shown_response(item, case):
    return responses.show(item.response_spec, item.response, item.instrument(case.template_version))


def reason_words(item):
    """The coded reason with the text that explains it."""
    return f"{item.reason.label}: {item.reason_text}" if item.reason_text else item.reason.label


def settled_words(item, now):
    """Who settled the item, and when care happened; a date without a time of day shows none."""
    if not item.is_settled:
        return ""
    when = brief(item.settled_at, now)
    if item.status != ItemStatus.DONE:
        return f"Set by {item.settled_by}, {when}"
    if item.response_spec["kind"] == ResponseKind.DATE and len(item.response["value"]) == 10:
        when = clocks.show_day(item.settled_at)
    return f"Done by {item.settled_by}, {when}"


def did(step):
    """What a person's step did to an item, in short."""
    if step.differs("status"):
        return f"Marked {ItemStatus(step.after.status).label.lower()}"
    if step.differs("assignee_id"):
        return "Assigned"
    return "Due time set" if step.differs("due_given") else "Saved"


def waits_for(item):
    """The codes of its prerequisites; a settled item waits for nothing."""
    return item.template_item.depends_on if item.template_item_id and not item.is_settled else []


def is_met(prerequisite):
    """What does not apply or was settled in any way holds nothing up."""
    return prerequisite.is_settled or not applies(prerequisite)
