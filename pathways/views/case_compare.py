"""A case at two moments side by side."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways import clocks
from pathways.audit import past
from pathways.audit.changes import counted
from pathways.http import problem
from pathways.views.answers import date_parts
from pathways.views.case_detail import visible_case
from pathways.views.case_past import with_template
from pathways.views.differences import differences
from pathways.views.identity import identity
from pathways.views.moments import compare_url, is_said, read_moment, then_url, typed_moment
from pathways.views.rows import with_people

SIDES = ("from", "to")


@require_safe
def case_compare(request, reference):
    """What differs between the moment `from` and the moment `to`, now if left out; at most 36 queries."""
    case = visible_case(request.user, reference)
    try:
        moments = read_moments(request.GET)
    except ValueError as refusal:
        return problem(request, 422, "This is not a date and time", str(refusal))
    if moments and "from" not in request.GET:
        return redirect(compare_url(case, *moments))
    states = [past.as_at(case, moment) for moment in moments]
    if None in states:
        text = f"Nothing had been recorded of {reference} by then. Choose a later time."
        return problem(request, 422, "The case was not there yet", text)
    context = {"case": case, "identity": identity(case, timezone.now()), **typed_dates(moments)}
    if states:
        context |= comparison(case, *states, with_equal="all" in request.GET)
    return render(request, "pathways/case_compare.html", context)


def read_moments(typed):
    """The earlier moment and the later one, or none where none is asked for. Raises ValueError."""
    if not is_said(typed, "from"):
        return []
    now = timezone.now()
    moments = [read_moment(typed, "from"), read_moment(typed, "to") if is_said(typed, "to") else now]
    if max(moments) > now:
        raise ValueError("That time is still to come. Choose an earlier time.")
    return sorted(moments)


def typed_dates(moments):
    """Both dates as people would type them."""
    shown = dict(zip(SIDES, moments, strict=False))
    typed = {name: typed_moment(name, at) for name, at in shown.items()}
    return {f"{name}_parts": date_parts(f"{name}_", typed.get(name, {}), with_time=True) for name in SIDES}


def comparison(case, one, other, *, with_equal):
    for then in (one, other):
        with_template(case, then)
    with_people(one.items + other.items)
    sections = differences(one, other, with_equal=with_equal)
    count = sum(fact.differs for _, parts in sections for part in parts for fact in part.facts)
    address = compare_url(case, one.moment, other.moment)
    return {
        "sections": sections,
        "summary": f"{counted(count, 'field')} differ{'s' * (count == 1)}." if count else "Nothing differs.",
        "times": [(clocks.show_time(then.moment), then_url(case, then.moment)) for then in (one, other)],
        "toggle": address if with_equal else f"{address}&all=yes",
        "with_equal": with_equal,
    }
