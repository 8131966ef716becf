"""One item of a document read by itself: the columns it stands for, or what is wrong with it and where."""

from typing import Any

from pydantic import ValidationError

from pathways.enums import ResponseKind
from pathways.interop.shapes import WORDING, shown
from pathways.interop.template_documents import Document
from pathways.interop.template_shape import ItemShape


def read_item(document: Document) -> tuple[dict[str, Any], dict[str, str]]:
    """The columns but for the discipline, and path in the document to what is wrong; one of them is empty."""
    try:
        return ItemShape.model_validate(document).stored(), {}
    except ValidationError as refused:
        errors = refused.errors(include_url=False)
        return {}, {_path(each): _words(each) for each in reversed(errors)}


def _path(error: Any) -> str:
    """As response.unit: without the tag by which the kinds of response are told apart, and without places."""
    tags = set(ResponseKind.values) if error["loc"][:1] == ("response",) else set()
    return ".".join(part for part in error["loc"] if isinstance(part, str) and part not in tags)


def _words(error: Any) -> str:
    wording = WORDING.get(error["type"], error["msg"])
    text = wording.format(**{**error.get("ctx", {}), "input": shown(error["input"])})
    return text[0].upper() + text[1:]
