"""What can be wrong with a template file whose shape is right; each check yields paths and texts."""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from pathways import rules
from pathways.enums import Phase, Requirement
from pathways.interop.shapes import Finding, doubled, unknown
from pathways.interop.template_shape import (
    ChoiceResponse,
    ItemShape,
    NumberResponse,
    ScoreResponse,
    TemplateShape,
)
from pathways.interop.vocabularies import Vocabulary
from pathways.interop.yaml_lines import FieldPath
from pathways.near import near

MOST_ITEMS = 500
OWN_ITEM_PREFIX = "own-"

PlacedItem = tuple[FieldPath, ItemShape]


def placed_items(shape: TemplateShape) -> Iterator[PlacedItem]:
    """Every item with its path."""
    for number, phase in enumerate(shape.phases):
        for position, item in enumerate(phase.items):
            yield ("phases", number, "items", position), item


def findings(shape: TemplateShape, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Everything wrong with a template as a whole and with each of its items."""
    yield from phase_findings(shape)
    yield from header_findings(shape, vocabulary)
    yield from code_findings(shape)
    yield from cycle_findings(shape)
    codes = dict.fromkeys(item.code for _, item in placed_items(shape))
    fields = [field.stored() for field in vocabulary.case_fields if field.code in shape.template.case_fields]
    for path, item in placed_items(shape):
        yield from reference_findings(path, item, codes, vocabulary)
        yield from requirement_findings(path, item)
        yield from rule_findings(path, item, fields)
        yield from response_findings(path, item, vocabulary)


def phase_findings(shape: TemplateShape) -> Iterator[Finding]:
    six = [phase.code for phase in Phase]
    if [phase.code for phase in shape.phases] != six:
        yield ("phases",), f"must be the six phases, each once and in this order: {', '.join(six)}"
    if sum(len(phase.items) for phase in shape.phases) > MOST_ITEMS:
        yield ("phases",), f"hold more than {MOST_ITEMS} items"


def header_findings(shape: TemplateShape, vocabulary: Vocabulary) -> Iterator[Finding]:
    fields, notes = ("template", "case_fields"), ("template", "notes")
    known_fields = [field.code for field in vocabulary.case_fields]
    known_notes = [note.code for note in vocabulary.notes]
    yield from doubled(fields, shape.template.case_fields)
    yield from unknown(fields, shape.template.case_fields, known_fields, "a case field")
    yield from doubled(notes, shape.template.notes)
    yield from unknown(notes, shape.template.notes, known_notes, "a note")


def code_findings(shape: TemplateShape) -> Iterator[Finding]:
    met: set[str] = set()
    for path, item in placed_items(shape):
        if item.code in met:
            yield (*path, "code"), f"'{item.code}' stands twice"
        if item.code.startswith(OWN_ITEM_PREFIX):
            yield (*path, "code"), f"'{OWN_ITEM_PREFIX}' begins the codes of items that a case adds"
        met.add(item.code)


def cycle_findings(shape: TemplateShape) -> Iterator[Finding]:
    """One circle of anchors and one of dependencies; the next shows once the first is mended."""
    placed = {item.code: (path, item) for path, item in placed_items(shape)}
    anchors = {code: [item.target.anchor_item] for code, (_, item) in placed.items() if item.target}
    depends = {code: item.depends_on for code, (_, item) in placed.items()}
    for edges, field in ((anchors, ("target", "anchor")), (depends, ("depends_on",))):
        if circle := first_circle(edges):
            yield (*placed[circle[0]][0], *field), f"waits for itself: {' → '.join(circle)}"


def first_circle(edges: dict[str, list[str]]) -> list[str]:
    """The codes along one circle, the first repeated at the end, or nothing."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def reference_findings(
    path: FieldPath, item: ItemShape, codes: Iterable[str], vocabulary: Vocabulary
) -> Iterator[Finding]:
    disciplines = [discipline.code for discipline in vocabulary.disciplines]
    anchor = item.target.anchor_item if item.target else ""
    if item.discipline not in disciplines:
        yield (
            (*path, "discipline"),
            f"'{item.discipline}' is not a discipline{near(item.discipline, disciplines)}",
        )
    if anchor and anchor not in codes:
        yield (*path, "target", "anchor"), f"'{anchor}' is not an item of this template{near(anchor, codes)}"
    yield from doubled((*path, "depends_on"), item.depends_on)
    yield from unknown((*path, "depends_on"), item.depends_on, codes, "an item of this template")
    yield from doubled((*path, "sources"), item.sources)
    yield from unknown(
        (*path, "sources"), item.sources, [source.code for source in vocabulary.sources], "a source"
    )


def requirement_findings(path: FieldPath, item: ItemShape) -> Iterator[Finding]:
    conditional = item.requirement == Requirement.CONDITIONAL
    if conditional and not item.applies_when:
        yield (*path, "applies_when"), "is missing: a conditional item says when it applies"
    if item.applies_when and item.requirement == Requirement.REQUIRED:
        yield (*path, "applies_when"), "a required item always applies: make it conditional"
    elif item.applies_when and item.applies_when.rule is not None and not conditional:
        yield (*path, "applies_when", "rule"), "only a conditional item has a rule"


def rule_findings(path: FieldPath, item: ItemShape, fields: list[dict[str, object]]) -> Iterator[Finding]:
    if item.applies_when and item.applies_when.rule is not None:
        for text in rules.problems(item.applies_when.rule, fields):
            yield (*path, "applies_when", "rule"), text


def response_findings(path: FieldPath, item: ItemShape, vocabulary: Vocabulary) -> Iterator[Finding]:
    response = item.response
    place = (*path, "response")
    if isinstance(response, NumberResponse) and response.min >= response.max:
        yield (*place, "max"), f"must be more than the minimum, {response.min}"
    if isinstance(response, ChoiceResponse):
        yield from doubled((*place, "choices"), [choice.value for choice in response.choices], "value")
    if isinstance(response, ScoreResponse):
        known = [instrument.code for instrument in vocabulary.instruments]
        if response.instrument not in known:
            hint = near(response.instrument, known)
            yield (*place, "instrument"), f"'{response.instrument}' is not an instrument{hint}"
