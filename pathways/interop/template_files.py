"""Template files: read with their vocabularies, and turned into exactly what a template version stores."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pathways.interop.shapes import read_shape
from pathways.interop.template_checks import findings
from pathways.interop.template_shape import HeaderShape, ItemShape, PhaseShape, ScoreResponse, TemplateShape
from pathways.interop.vocabularies import Vocabulary, read_vocabulary
from pathways.interop.yaml_lines import Problem, TemplateFileError

__all__ = ["Problem", "TemplateFile", "TemplateFileError", "Vocabulary", "read_template", "read_vocabulary"]


@dataclass(frozen=True)
class TemplateFile:
    """A template file that passed every check, with the vocabulary it was checked against."""

    content: TemplateShape
    vocabulary: Vocabulary

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
        """The instruments that an item's response names."""
        responses = [item.response for _, _, item in self.items()]
        used = {each.instrument for each in responses if isinstance(each, ScoreResponse)}
        return [each.stored() for each in self.vocabulary.instruments if each.code in used]

    def notes(self) -> list[dict[str, Any]]:
        """The notes that the template names, in its order."""
        by_code = {note.code: note for note in self.vocabulary.notes}
        return [by_code[code].stored() for code in self.template.notes]

    def sources(self) -> list[dict[str, Any]]:
        """The sources that any item, case field, instrument or note of this template cites."""
        citing = [*self.case_fields(), *self.instruments(), *self.notes()]
        cited = {code for each in citing for code in each.get("sources", [])}
        cited |= {code for _, _, item in self.items() for code in item.sources}
        return [source.stored() for source in self.vocabulary.sources if source.code in cited]

    def digest(self) -> str:
        """The same for two files that would store the same; layout and comments change nothing."""
        content = {
            "template": self.template.stored(),
            "phases": [phase.stored() for phase in self.phases],
            "case_fields": self.case_fields(),
            "instruments": self.instruments(),
            "sources": self.sources(),
            "notes": self.notes(),
        }
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def read_template(text: str, *, file: str, vocabulary: Vocabulary) -> TemplateFile:
    """Raise TemplateFileError with every problem: of shape first, and when there is none, of meaning."""
    document, content = read_shape(text, TemplateShape, file=file)
    problems = [document.problem(*finding) for finding in findings(content, vocabulary)]
    if problems:
        raise TemplateFileError(problems)
    return TemplateFile(content, vocabulary)
