"""A template file read for a draft, or for a new template: with what it leaves out taken from the draft."""

from typing import Any

from pydantic import ValidationError

from pathways.interop import vocabularies
from pathways.interop.shapes import ContentFile
from pathways.interop.template_documents import HEADER, VOCABULARY, Document
from pathways.interop.template_files import TemplateFile, read_template
from pathways.interop.vocabularies import Discipline, Vocabulary

SHAPES: dict[str, type[ContentFile]] = {
    "case_fields": vocabularies.CaseFieldFile,
    "instruments": vocabularies.InstrumentFile,
    "sources": vocabularies.SourceFile,
    "notes": vocabularies.NoteFile,
}


def read_for_draft(text: str, *, file: str, draft: Document, disciplines: dict[str, str]) -> TemplateFile:
    """The file as the new content of a draft. Raises TemplateFileError; `disciplines` is code to title."""
    vocabulary = vocabulary_of(draft, disciplines)
    whole = frozenset({"instruments", "sources"})
    return read_template(text, file=file, vocabulary=vocabulary, whole=whole, code=draft["template"]["code"])


def read_for_new(
    text: str, *, file: str, disciplines: dict[str, str], reserved: tuple[str, ...] = ()
) -> TemplateFile:
    """The file as a new template, which must define everything that it names. Raises TemplateFileError."""
    nothing: Document = {name: [] for name in VOCABULARY}
    return read_template(text, file=file, vocabulary=vocabulary_of(nothing, disciplines), reserved=reserved)


def under_header(file: TemplateFile, header: Document) -> Document:
    """What a draft will say when it has taken the file: its template keeps its own header."""
    kept = {name: header[name] for name in HEADER if name in header}
    lists = {name: codes for name, codes in file.template.stored().items() if name not in HEADER}
    return file.document() | {"template": kept | lists}


def vocabulary_of(document: Document, disciplines: dict[str, str]) -> Vocabulary:
    """What a document defines; a list that has errors counts for nothing, so that a file must define it."""
    known = [Discipline(code=code, title=title) for code, title in disciplines.items()]
    lists = {name: definitions(document, name) for name in VOCABULARY}
    return Vocabulary(disciplines=known, reason_codes=[], **lists)


def definitions(document: Document, name: str) -> list[Any]:
    try:
        content = SHAPES[name].model_validate({"schema": 1, name: document[name]})
    except ValidationError:
        return []
    return list(getattr(content, name))


def remarks(file: TemplateFile, header: Document | None = None) -> list[str]:
    """What a person should know of a file that is well: what of it is not taken, and what changed it.

    `header` is the one that stays.
    """
    found = []
    if header is not None:
        asked = file.template.stored()
        names = [name for name in HEADER if asked.get(name, "") != header.get(name, "")]
        found = [f"{name.replace('_', ' ').capitalize()} stays as it is." for name in names]
    version = file.content.version
    if version and version.digest != file.digest():
        found.append("The file was changed after it was exported.")
    return found
