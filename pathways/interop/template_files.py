"""Template files: read with their vocabularies, and turned into exactly what a template version stores."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

from pathways.interop import template_checks, vocabularies
from pathways.interop.shapes import MOST_PROBLEMS, Finding, read_shape
from pathways.interop.template_documents import VOCABULARY, Document, digest_of
from pathways.interop.template_shape import HeaderShape, ItemShape, PhaseShape, ScoreResponse, TemplateShape
from pathways.interop.vocabularies import Vocabulary, read_vocabulary
from pathways.interop.yaml_lines import Problem, TemplateFileError

__all__ = ["Problem", "TemplateFile", "TemplateFileError", "Vocabulary", "read_template", "read_vocabulary"]


@dataclass(frozen=True)
class TemplateFile:
    """A template file that passed every check, with the vocabulary it was checked against.

    Of what is in `whole` everything is stored, used or not.
    """

    content: TemplateShape
    vocabulary: Vocabulary
    whole: frozenset[str] = frozenset()

    @property
    def template(self) -> HeaderShape:
        return self.content.template

    @property
    def phases(self) -> list[PhaseShape]:
        """The six, in their order."""
        return self.content.phases

    def items(self) -> Iterator[tuple[PhaseShape, int, ItemShape]]:
        """Every item with its phase and its position in the phase, from 1."""
        for phase in self.phases:
            for position, item in enumerate(phase.items, start=1):
                yield phase, position, item

    def case_fields(self) -> list[dict[str, Any]]:
        """The case fields that the template names, in its order."""
        by_code = {field.code: field for field in self.vocabulary.case_fields}
        return [by_code[code].stored() for code in self.template.case_fields]

    def instruments(self) -> list[dict[str, Any]]:
        """The instruments that an item's response names, or all that the file itself defines."""
        responses = [item.response for _, _, item in self.items()]
        used = {each.instrument for each in responses if isinstance(each, ScoreResponse)}
        is_whole = "instruments" in self.whole
        return [each.stored() for each in self.vocabulary.instruments if is_whole or each.code in used]

    def notes(self) -> list[dict[str, Any]]:
        """The notes that the template names, in its order."""
        by_code = {note.code: note for note in self.vocabulary.notes}
        return [by_code[code].stored() for code in self.template.notes]

    def sources(self) -> list[dict[str, Any]]:
        """The sources that any item, case field, instrument or note cites, or all that the file defines."""
        citing = [*self.case_fields(), *self.instruments(), *self.notes()]
        cited = {code for each in citing for code in each.get("sources", [])}
        cited |= {code for _, _, item in self.items() for code in item.sources}
        is_whole = "sources" in self.whole
        return [each.stored() for each in self.vocabulary.sources if is_whole or each.code in cited]

    def document(self) -> Document:
        """What a version made of this file says."""
        return {
            "schema": 1,
            "template": self.template.stored(),
            "phases": [phase.stored() for phase in self.phases],
            "case_fields": self.case_fields(),
            "instruments": self.instruments(),
            "sources": self.sources(),
            "notes": self.notes(),
        }

    def digest(self) -> str:
        """The same for two files that would store the same; layout and comments change nothing."""
        return digest_of(self.document())


def read_template(
    text: str,
    *,
    file: str,
    vocabulary: Vocabulary,
    whole: frozenset[str] = frozenset(),
    code: str | None = None,
    reserved: tuple[str, ...] = (),
) -> TemplateFile:
    """Raise TemplateFileError with the first hundred problems: of shape, and when there is none, of meaning.

    What the file does not define itself is looked up in the vocabulary, and stored as a whole where `whole`
    names it. A file must be of the template with this code, if one is given, and never of a reserved one.
    """
    document, content = read_shape(text, TemplateShape, file=file)
    own = {name: getattr(content, name) for name in VOCABULARY if getattr(content, name) is not None}
    vocabulary = replace(vocabulary, **own)
    found = chain(
        code_findings(content, code, reserved),
        definition_findings(content, own, vocabulary),
        template_checks.findings(content, vocabulary),
    )
    problems = [document.problem(*finding) for finding in islice(found, MOST_PROBLEMS)]
    if problems:
        raise TemplateFileError(problems)
    return TemplateFile(content, vocabulary, whole | own.keys())


def code_findings(content: TemplateShape, code: str | None, reserved: tuple[str, ...]) -> Iterator[Finding]:
    given = content.template.code
    if code is not None and given != code:
        yield ("template", "code"), f"this is a file of '{given}', not of '{code}'"
    if given in reserved:
        yield ("template", "code"), f"no template can be called '{given}'"


def definition_findings(
    content: TemplateShape, own: dict[str, list[Any]], vocabulary: Vocabulary
) -> Iterator[Finding]:
    """What is wrong with the definitions that the file brings along."""
    sources = [source.code for source in vocabulary.sources]
    listed = {"case_fields": content.template.case_fields, "notes": content.template.notes}
    for name, entries in own.items():
        yield from vocabularies.findings(entries, name, sources)
        for number, entry in enumerate(entries):
            if name in listed and entry.code not in listed[name]:
                yield (name, number, "code"), f"'{entry.code}' is not listed in template.{name}"
