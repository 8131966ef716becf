"""Specimens of a case as a whole: who it is about, its phases, and the forms that change it."""

from collections import Counter
from functools import partial
from types import SimpleNamespace

from django.utils.html import format_html

from pathways import details
from pathways.audit.past import Past
from pathways.enums import CaseOutcome, CaseStatus, ItemStatus, Phase, PhaseState
from pathways.forms.cases import PREFIX, DetailsForm, ReasonForm
from pathways.services import ChangedElsewhere
from pathways.views import phase_markup
from pathways.views.case_open import NEWER, entered, planned_phase
from pathways.views.case_past import past_banner
from pathways.views.case_state import REOPENING
from pathways.views.identity import identity
from pathways.views.rows import fresh_token
from pathways.views.sheet import PhaseSection
from pathways.views.specimens import (
    COLLEAGUE,
    DETAILS,
    DISCIPLINE,
    TEAM,
    Sample,
    Specimen,
    sent,
    template_version,
)

PHASES = (
    (PhaseState.NOT_STARTED, "0 of 6 settled", "w0"),
    (PhaseState.IN_PROGRESS, "3 of 6 settled", "w50"),
    (PhaseState.BLOCKED, "2 of 6 settled, 1 blocked", "w30"),
    (PhaseState.OVERDUE, "4 of 6 settled, 1 overdue, 1 blocked, 3 repeats overdue", "w65"),
    (PhaseState.FINISHED, "6 of 6 settled", "w100"),
    (ItemStatus.NOT_APPLICABLE, "No items apply", "w0"),
)
WRONG = {
    "age_years": "300",
    "sex": ["male", "female"],
    "index_level": "L9",
    "spine_regions": ["everywhere"],
    "immobilised": ["perhaps"],
}


def heads(sample):
    """The bar of a case in each of its states, with nothing entered, and with flags."""
    stuck = sample.item("Blocked", status=ItemStatus.BLOCKED)
    late = sample.item("Overdue", due_at=sample.ago(days=1))
    closed = {"status": CaseStatus.CLOSED, "closed_at": sample.now, "outcome": CaseOutcome.PATHWAY_COMPLETE}
    for caption, items, fields in (
        ("Open, with an overdue and a blocked item", [stuck, late], {}),
        ("On hold", [], {"status": CaseStatus.ON_HOLD}),
        ("Closed", [], closed),
        ("Nothing entered", [], {"details": {}}),
    ):
        case = Sample(sample.request, **fields).case
        bar = sample.show("pathways/_identity.html", identity=identity(case, sample.now, items))
        yield Specimen(f"Identity bar. {caption}", bar)
    entry = SimpleNamespace(time="14:32", who="J. Lindqvist", lead="marked", title="Consent", tail="done")
    entries = [("", entry), ("", SimpleNamespace(**vars(entry) | {"title": ""}))]
    told = {"said": "2 changes by J. Lindqvist since you opened this page", "entries": entries}
    yield Specimen("What others changed meanwhile", sample.show("pathways/_news.html", news=told))
    then = Past(sample.ago(days=2), case, [], [], Counter(), sample.ago(days=4), sample.ago(days=1))
    banner = sample.show("pathways/_past.html", past=past_banner(sample.case, then))
    yield Specimen("The case at an earlier time", banner)


def phases(sample):
    """A phase in each state, and the rail that leads to them."""
    sections = [section(sample, phase, *each) for phase, each in zip(Phase, PHASES, strict=True)]
    yield Specimen("Rail", phase_markup.rail(sections), mark="phases")
    yield Specimen("Phases", phase_markup.phases(sections, sample.shared["csrf"]), mark="phases")


def section(sample, phase, state, counted, width):
    """One that is not started can be, one in progress is the current one, and a finished one is folded."""
    begun, folded = state == PhaseState.IN_PROGRESS, state == PhaseState.FINISHED
    done = sample.standing(ItemStatus.DONE) if folded else {}
    items = [sample.item(f"An item of {phase.label}", phase=phase, **done)] if begun or folded else []
    resting = [(sample.page, "An item that rests", "If surgery is planned."), (sample.page, "Another", "")]
    can_start = state == PhaseState.NOT_STARTED
    return PhaseSection(
        number=phase.value,
        title=phase.label,
        goal="What this phase is for, in one sentence that says what the team wants to reach.",
        state=state,
        state_label=state.label if state in PhaseState else "Nothing applies",
        counted=counted,
        width=width,
        started="" if can_start else f"Started 3 Nov 2025 by {COLLEAGUE}.",
        start_url=f"{sample.page}phases/{phase.code}/start/" if can_start else "",
        bulk_url=f"{sample.page}phases/{phase.code}/bulk/",
        add_url=f"{sample.page}phases/{phase.code}/items/new/",
        is_current=begun,
        is_folded=folded,
        following=Phase(phase + 1) if phase < max(Phase) else None,
        make_rows=partial(sample.rows, items),
        make_resting=lambda: resting * begun,
    )


def case_forms(sample):
    fields, stored = (
        template_version().case_fields,
        DETAILS | {"spine_regions": ["thoracic"], "immobilised": True},
    )
    yield Specimen("Details", details_form(sample, DetailsForm(case_fields=fields, stored=stored)))
    wrong = {f"{PREFIX}{code}": value for code, value in WRONG.items()}
    form = DetailsForm(sent(version="1", step="review", **wrong), case_fields=fields)
    form.full_clean()
    refusals = sample.show("pathways/_refusals.html", refusals=form.refusals())
    yield Specimen("Error summary", refusals, mark="details-refused")
    yield Specimen("Details, refused", details_form(sample, form), mark="details-refused")
    yield from reviews(sample, fields, stored)
    yield preview(sample, fields)
    yield from moves(sample)


def details_form(sample, form):
    return in_form(sample.show("pathways/_detail_fields.html", groups=form.groups()), "stacked")


def in_form(html, look):
    return format_html('<form class="{}" method="post">{}</form>', look, html)


def reviews(sample, fields, stored):
    items = [sample.item("An item", phase=Phase.PAIN), sample.item("Another item", phase=Phase.STABILISATION)]
    changed = details.changes(fields, stored, {"age_years": 71, "sex": "male"})
    context = {"version": 1, "token": fresh_token(), "sent": [("details-age_years", "71")]}
    for caption, more in (
        ("Review of changed details", {"changes": changed, "on": items, "off": items[:1]}),
        ("Review, nothing switched", {"changes": changed[:1], "on": [], "off": []}),
        ("Review, nothing changed", {"changes": [], "on": [], "off": []}),
    ):
        yield Specimen(caption, sample.show("pathways/_details_review.html", **context, **more))


def preview(sample, fields):
    """What a new case would hold, after a newer version was published meanwhile."""
    items = [sample.item("Applies", phase=Phase.DIAGNOSIS, due_at=sample.ahead(hours=4))]
    items += [sample.item("May come to apply", phase=Phase.DIAGNOSIS, applies_since=None)]
    context = {
        "version": template_version(),
        "team": TEAM,
        "entered": entered(fields, DETAILS),
        "phases": [planned_phase(Phase.DIAGNOSIS, items, {DISCIPLINE.pk: DISCIPLINE.title}, sample.now)],
        "total": 1,
        "sent": [],
        "warning": NEWER,
        "token": fresh_token(),
    }
    return Specimen("Preview of a new case", sample.show("pathways/_case_preview.html", **context))


def moves(sample):
    """Hold, close and reopen ask alike; what somebody else did meanwhile comes first."""
    form = ReasonForm(sent(reason="", was="open"))
    asked = {"label": "Why is it on hold?", "button": "Put on hold", "token": fresh_token(), "was": "open"}
    for caption, taps in (("Hold, refused", ()), ("Reopening, with reasons that take one tap", REOPENING)):
        html = sample.show("pathways/_case_state.html", form=form, taps=taps, **asked)
        yield Specimen(caption, in_form(html, "form"))
    context = {
        "conflict": ChangedElsewhere(theirs=sample.case, person=COLLEAGUE, at=sample.now),
        "changed_at": "3 Nov 2025, 14:32",
        "identity": identity(sample.case, sample.now, []),
        "possible": False,
        "form": ReasonForm(sent(reason="Away for two weeks.", was="open")),
    }
    yield Specimen("Changed elsewhere", sample.show("pathways/_case_changed.html", **context))
