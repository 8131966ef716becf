"""Published instruments: the sum of what a person picked, beside its parts, and the published band."""

import re
from dataclasses import dataclass
from typing import Any

Instrument = dict[str, Any]

CHOOSE_ONE = "Choose one of the options"


class ScoreError(ValueError):
    """Answers that the instrument does not offer; `errors` names each with a text for people."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True)
class Score:
    """What was picked; `total` is the sum so far, for a grade its order, None while nothing is answered."""

    instrument: str
    version: int
    components: dict[str, str]
    of: int
    total: int | None
    band: str | None

    @property
    def answered(self) -> int:
        return len(self.components)

    @property
    def complete(self) -> bool:
        return self.answered == self.of

    def as_response(self) -> dict[str, Any]:
        names = ("instrument", "version", "components", "total", "band")
        return {name: getattr(self, name) for name in names}


def questions(instrument: Instrument) -> list[str]:
    """The names under which the answers of an instrument arrive, in the order they are asked."""
    if instrument["type"] == "sum":
        return [component["code"] for component in instrument["components"]]
    return ["grade" if instrument["type"] == "grade" else "value"]


def short_name(instrument: Instrument) -> str:
    """The name that people say: the code in capitals, a word of the title as the title writes it."""
    written = {word.casefold(): word for word in re.findall(r"\w+", instrument["title"])}
    return " ".join(written.get(word, word.upper()) for word in instrument["code"].split("_"))


def _points(instrument: Instrument) -> dict[str, dict[str, int]]:
    """For each question, what each answer counts."""
    if instrument["type"] == "sum":
        return {
            component["code"]: {option["value"]: option["points"] for option in component["options"]}
            for component in instrument["components"]
        }
    if instrument["type"] == "grade":
        return {"grade": {option["value"]: option["order"] for option in instrument["options"]}}
    steps = range(instrument["min"], instrument["max"] + 1, instrument.get("step", 1))
    return {"value": {str(number): number for number in steps}}


def _refusal(instrument: Instrument) -> str:
    if instrument["type"] == "scale":
        return f"Enter a whole number between {instrument['min']} and {instrument['max']}"
    return CHOOSE_ONE


def _band(instrument: Instrument, total: int) -> str | None:
    fitting = (band["label"] for band in instrument["bands"] if band["min"] <= total <= band["max"])
    return next(fitting, None)


def score(instrument: Instrument, components: dict[str, str]) -> Score:
    """Add up the answers, empty ones left out; raise ScoreError for what the instrument does not offer."""
    points = _points(instrument)
    given = {code: value for code, value in components.items() if value not in (None, "")}
    offered = {
        code: isinstance(value, str) and value in points.get(code, {}) for code, value in given.items()
    }
    if not all(offered.values()):
        raise ScoreError({code: _refusal(instrument) for code, known in offered.items() if not known})
    picked = {code: given[code] for code in points if code in given}
    total = sum(points[code][value] for code, value in picked.items()) if picked else None
    complete = len(picked) == len(points)
    band = _band(instrument, total) if complete and total is not None else None
    return Score(instrument["code"], instrument["version"], picked, len(points), total, band)
