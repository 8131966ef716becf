"""How a stored response is shown by its form, and whether what comes back is still just that."""

from datetime import date, datetime

from pathways import clocks
from pathways.enums import ResponseKind


def is_as_shown(spec, raw, stored):
    """Whether the parts that were sent are what the form shows for this response, which may be more exact."""
    return bool(stored) and _filled(raw) == _filled(typed_response(spec, stored))


def typed_response(spec, stored):
    """The parts of a stored response as people would type or pick them."""
    if not stored:
        return {}
    if spec["kind"] == ResponseKind.SCORE:
        return stored["components"]
    if spec["kind"] == ResponseKind.DATE:
        return _typed_date(stored["value"])
    if spec["kind"] == ResponseKind.NUMBER:
        return {"value": f"{stored['value']:.6f}".rstrip("0").rstrip(".")}
    return {"value": stored["value"]}


def _filled(parts):
    """What was entered, part by part, as the server keeps it: browsers send every line's end as CR LF."""
    listed = {name: value if isinstance(value, list) else [value] for name, value in parts.items()}
    found = {name: [_tidied(each) for each in values] for name, values in listed.items()}
    return {name: texts for name, texts in found.items() if any(texts)}


def _tidied(value):
    return str(value).replace("\r\n", "\n").strip()


def _typed_date(value):
    if len(value) == 10:
        day = date.fromisoformat(value)
        return {"day": day.day, "month": day.month, "year": day.year}
    local = datetime.fromisoformat(value).astimezone(clocks.LONDON)
    return {"day": local.day, "month": local.month, "year": local.year, "time": f"{local:%H:%M}"}
