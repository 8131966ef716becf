"""What the form of a draft's item shows: what is stored or was typed, what to choose from, what was wrong."""

from collections import defaultdict

from django.template.loader import render_to_string
from django.urls import reverse

from pathways.clocks import UNITS
from pathways.enums import Anchor, Basis, Phase, Requirement, ResponseKind
from pathways.forms.template_items import typed_item
from pathways.forms.template_rules import JOINERS, MOST_CLAUSES, OPERATORS, chosen, fitting, read_rule
from pathways.interop.item_words import words_for
from pathways.interop.template_documents import document_from, item_document
from pathways.models import Discipline
from pathways.rules import LIST_OPERATORS, describe
from pathways.views.item_forms import hidden_csrf, sent_again
from pathways.views.rows import fresh_token

ANCHORS = (
    ("", "No due time"),
    (Anchor.CASE_OPENED, "the case opened"),
    (Anchor.PHASE_STARTED, "its phase started"),
    (Anchor.ITEM, "another item is done"),
)
BASES = ((Basis.LOCAL, "Local: our own target"), (Basis.PUBLISHED, "Published: a guideline says so"))
EMPTY_CLAUSES = 2


def shared(request, item, *, in_row):
    """What every part about the item needs."""
    draft = item.template_version
    base = reverse("template_draft", args=[draft.template.code])
    return {
        "item": item,
        "draft": draft,
        "base": base,
        "url": f"{base}items/{item.code}/",
        "back": f"{base}#i{item.pk}",
        "at": f"i{item.pk}-",
        "in_row": in_row,
        "level": "h3" if in_row else "h2",
        "sub": "h4" if in_row else "h3",
        "csrf": hidden_csrf(request),
        "token": fresh_token(),
        "errors": {},
    }


def form_html(request, item, items, form=None, *, in_row, replacing=None):
    """The whole form; one query for the disciplines."""
    context = shared(request, item, in_row=in_row) | fields(item, items, form, replacing)
    return render_to_string("pathways/_draft_item_form.html", context, request)


def fields(item, items, form=None, replacing=None):
    """`replacing` is the version that is not wanted, of a form that goes on after a conflict."""
    data = form.data if form else typed_item(item)
    draft, errors = item.template_version, form.errors_by_name() if form else {}
    picked, sources = set(data.getlist("depends_on")), set(data.getlist("sources"))
    others = [each for each in items if each.pk != item.pk and not each.is_removed]
    at = f"i{item.pk}-"
    return {
        "typed": data,
        "errors": defaultdict(str, errors),
        "refusals": [(text, at + name) for name, text in errors.items()],
        "version": data.get("version") or item.version,
        "replacing": replacing or data.get("replacing"),
        "is_unsaved": form is not None,
        "disciplines": list(Discipline.objects.order_by("position").values_list("code", "title")),
        "requirements": Requirement.choices,
        "anchors": ANCHORS,
        "bases": BASES,
        "units": [(unit, f"{word}s") for unit, word in UNITS.items()],
        "kinds": ResponseKind.choices,
        "instruments": [(each["code"], each["title"]) for each in draft.instruments],
        "anchor_items": [(each.code, each.title) for each in others],
        "groups": _by_phase(others, picked),
        "picked": len(picked),
        "sources": [(e["code"], e.get("title", e["code"]), e["code"] in sources) for e in draft.sources],
        "sourced": len(sources),
        **rule_fields(draft, data, errors),
    }


def rule_fields(draft, data, errors):
    """The rows of the rule with controls that fit, and what the rule says so far."""
    numbers = [number for number in range(MOST_CLAUSES) if data.get(f"clause_{number}_field")]
    last = max(numbers, default=-1)
    shown = range(min(last + 1 + (1 if numbers else EMPTY_CLAUSES), MOST_CLAUSES))
    rule, wrong = read_rule(data, draft.case_fields)
    return {
        "joiners": JOINERS,
        "joiner": data.get("joiner", "all"),
        "clauses": [_clause(number, draft, data, errors) for number in shown],
        "words": describe(rule, draft.case_fields) if rule and not wrong else "",
    }


def _clause(number, draft, data, errors):
    name: str = f"clause_{number}_"
    field: dict | None = next((e for e in draft.case_fields if e["code"] == data.get(f"{name}field")), None)
    fit, values = fitting(field), [each for each in data.getlist(f"{name}value") if each]
    operator = data.get(f"{name}operator")
    operator = operator if operator in fit else fit[0]
    options = _options(field, values)
    return {
        "name": name,
        "number": number + 1,
        "fields": [(each["code"], each["title"], each is field) for each in draft.case_fields],
        "operators": [(each, OPERATORS[each], each == operator) for each in fit],
        "several": bool(options) and operator in LIST_OPERATORS,
        "options": options,
        "typed": "; ".join(values),
        "error": next(
            (errors[name + part] for part in ("field", "operator", "value") if name + part in errors), ""
        ),
        "is_number": field is not None and field["type"] == "number",
    }


def _options(field, values):
    """Value, label and whether it is picked; nothing for a field that is typed."""
    if field is None or field["type"] in ("number", "text"):
        return []
    if field["type"] == "boolean":
        return [(value, value.capitalize(), value in values) for value in ("yes", "no")]
    picked = {chosen(field, part) for each in values for part in each.split(";")}
    return [(each["value"], each["label"], each["value"] in picked) for each in field["choices"]]


def _by_phase(items, picked):
    return [
        (phase.label, [(each.code, each.title, each.code in picked) for each in items if each.phase == phase])
        for phase in Phase
    ]


def more_html(request, item, items, *, in_row, errors=None):
    """What else can be done to the item than editing it."""
    peers = [each.pk for each in items if each.phase == item.phase and not each.is_removed]
    context = shared(request, item, in_row=in_row) | {
        "phases": list(item.template_version.phases.values_list("phase", "title")),
        "place": peers.index(item.pk) + 1 if item.pk in peers else len(peers) + 1,
        "errors": errors or {},
    }
    return render_to_string("pathways/_draft_more.html", context, request)


def conflict_html(request, theirs, items, form, conflict, *, in_row, phases):
    """Both versions, and three ways to go on: keep theirs, save mine instead, edit mine."""
    draft = theirs.template_version
    known = dict(Discipline.objects.values_list("code", "title"))
    words = words_for(document_from(draft, phases, items), known)
    saved, mine = words.of(item_document(theirs)), words.of(form.document)
    saved["Code"], mine["Code"] = theirs.code, form.document["code"]
    labels = [label for label in saved | mine if saved.get(label) != mine.get(label)]
    context = shared(request, theirs, in_row=in_row) | {
        "conflict": str(conflict),
        "compared": [(label, saved.get(label, "Nothing"), mine.get(label, "Nothing")) for label in labels],
        "by": str(conflict.person or "the system"),
        "again": sent_again(form),
        "seen": form.cleaned_data["version"] or 0,
        "form": render_to_string(
            "pathways/_draft_item_form.html",
            shared(request, theirs, in_row=in_row)
            | fields(theirs, items, form, replacing=theirs.version)
            | {"within_conflict": True},
            request,
        ),
    }
    return render_to_string("pathways/_draft_conflict.html", context, request)
