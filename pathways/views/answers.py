"""The controls by which people answer an item, with what they typed and what was wrong with it."""

from dataclasses import dataclass, field, replace

from pathways import instruments, responses
from pathways.enums import ResponseKind
from pathways.forms.items import PREFIX, needs_time

WHERE_GRADED = ("frankel", "karnofsky")


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    checked: bool
    points: int | None = None


@dataclass(frozen=True)
class Control:
    """One question: `look` is radio, checkbox, text, number or date; `parts` are the fields of a date."""

    name: str
    look: str
    label: str
    at: str = ""
    hint: str = ""
    error: str = ""
    value: str = ""
    unit: str = ""
    is_scale: bool = False
    options: list[Option] = field(default_factory=list)
    parts: list[tuple[str, str, str, int]] = field(default_factory=list)

    @property
    def id(self):
        return f"{self.at}{self.name}"


@dataclass(frozen=True)
class Sum:
    """How far a sum instrument is answered, for the line under its questions.

    `bands` are from, to, label and whether the whole answer falls there.
    """

    name: str
    most: int
    total: int | None
    answered: int
    asked: int
    words: str
    bands: list[tuple[int, int, str, bool]]


def controls(item, case, typed, errors, at=""):
    """The questions of the response, their ids beginning with `at`; a tick has none: done is the tick."""
    return [replace(each, at=at) for each in _controls(item, case, typed, errors)]


def _controls(item, case, typed, errors):
    spec = item.response_spec
    kind = ResponseKind(spec["kind"])
    if kind == ResponseKind.TICK:
        return []
    if kind == ResponseKind.SCORE:
        return _score(item.instrument(case.template_version), typed, errors)
    if kind == ResponseKind.DATE:
        return [_date(item, typed, errors)]
    make = {ResponseKind.NUMBER: _number, ResponseKind.CHOICE: _choice, ResponseKind.TEXT: _text}
    return [make[kind](spec, typed, errors)]


def sum_line(item, case, typed):
    """The running total of a sum instrument, or None for every other response."""
    instrument = item.instrument(case.template_version)
    if not instrument or instrument["type"] != "sum":
        return None
    names = instruments.questions(instrument)
    points = {
        component["code"]: {option["value"]: option["points"] for option in component["options"]}
        for component in instrument["components"]
    }
    picked = [points[name].get(typed.get(PREFIX + name, "")) for name in names]
    given = [each for each in picked if each is not None]
    is_whole = len(given) == len(names)
    return Sum(
        name=instruments.short_name(instrument),
        most=instrument["max"],
        total=sum(given) if given else None,
        answered=len(given),
        asked=len(names),
        words=responses.show(item.response_spec, item.response, instrument),
        bands=[
            (each["min"], each["max"], each["label"], is_whole and each["min"] <= sum(given) <= each["max"])
            for each in instrument["bands"]
        ],
    )


def first_control(item, case, typed):
    """The control to which a refusal of the whole response belongs."""
    found = controls(item, case, typed, {})
    return found[0].name if found else "status"


def _control(code, look, label, typed, errors, **more):
    name = PREFIX + code
    return Control(
        name=name, look=look, label=label, value=typed.get(name, ""), error=errors.get(name, ""), **more
    )


def _options(name, choices, typed):
    """`choices` are (value, label, points or None)."""
    picked = typed.getlist(PREFIX + name)
    return [Option(value, label, value in picked, points) for value, label, points in choices]


def _choice(spec, typed, errors):
    choices = [(each["value"], each["label"], None) for each in spec["choices"]]
    look, label = ("checkbox", "Choose all that apply") if spec.get("multiple") else ("radio", "Choose one")
    return _control("value", look, label, typed, errors, options=_options("value", choices, typed))


def _number(spec, typed, errors):
    least, most = spec.get("min"), spec.get("max")
    hint = f"Between {least} and {most}" if least is not None and most is not None else ""
    return _control("value", "number", "Value", typed, errors, hint=hint, unit=spec.get("unit", ""))


def _text(spec, typed, errors):
    return _control("value", "text", "Answer", typed, errors)


def _date(item, typed, errors):
    with_time = needs_time(item)
    wrong = [errors[PREFIX + name] for name in ("day", "time", "value") if PREFIX + name in errors]
    return Control(
        name=f"{PREFIX}day",
        look="date",
        label="When it happened",
        hint="For example 27 11 2026 and 14:32" if with_time else "For example 27 11 2026",
        error=wrong[0] if wrong else "",
        parts=date_parts(PREFIX, typed, with_time=with_time),
    )


def date_parts(prefix, typed, *, with_time):
    """Name, label, value and width of each field of a date."""
    fields = (("day", 2), ("month", 4), ("year", 4), ("time", 5))
    return [
        (prefix + name, name.capitalize(), typed.get(prefix + name, ""), width)
        for name, width in fields[: None if with_time else 3]
    ]


def _score(instrument, typed, errors):
    if instrument["type"] == "sum":
        return [_component(each, typed, errors) for each in instrument["components"]]
    if instrument["type"] == "grade":
        choices = [(each["value"], _grade(each), None) for each in instrument["options"]]
        return [_scored("grade", instrument, choices, typed, errors)]
    steps = range(instrument["min"], instrument["max"] + 1, instrument.get("step", 1))
    anchors = instrument.get("anchors", {})
    choices = [(str(each), f"{each} {anchors.get(str(each), '')}".strip(), None) for each in steps]
    return [_scored("value", instrument, choices, typed, errors, is_scale=True)]


def _component(component, typed, errors):
    choices = [(each["value"], each["label"], each["points"]) for each in component["options"]]
    options = _options(component["code"], choices, typed)
    return _control(component["code"], "radio", component["title"], typed, errors, options=options)


def _scored(code, instrument, choices, typed, errors, **more):
    about = [instrument.get("scope", ""), instrument.get("note", "").rstrip(".")]
    hint = " ".join(f"{each[0].upper()}{each[1:]}." for each in about if each)
    options = _options(code, choices, typed)
    return _control(code, "radio", instrument["title"], typed, errors, hint=hint, options=options, **more)


def _grade(option):
    other = [f"{name.capitalize()} {option[name]}" for name in WHERE_GRADED if name in option]
    return f"{option['value']}: {option['label']}" + (f" ({other[0]})" if other else "")
