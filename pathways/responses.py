"""Responses: what a checklist item asks, read from a form, judged, and shown again."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from pathways import clocks
from pathways.enums import ResponseKind
from pathways.instruments import CHOOSE_ONE, ScoreError, questions, score, short_name

TEXT_LIMIT = 10_000
CLOCK_TOLERANCE = timedelta(minutes=5)
REAL_DATA = "Demonstration data only. Remove the {}."

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?")
BARE_NUMBERS = re.compile(r"[0-9]+(?: to [0-9]+)?")

SEPARATOR = r"[ \t.\-\u2010-\u2013]{0,2}"
NHS_NUMBER = re.compile(rf"(?<![0-9])[0-9]{{3}}{SEPARATOR}[0-9]{{3}}{SEPARATOR}[0-9]{{4}}(?![0-9])")
EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w.-]{1,250}\.[a-z]{2,24}", re.IGNORECASE)
# A British number has 9 or 10 digits after its 0 or +44, and no group but the first is shorter than three:
# so a date, which is written in twos and fours, is none.
PHONE = re.compile(
    r"(?<![0-9A-Za-z.])(?<![A-Za-z]-)(?:(?:\+|00)44[ -]?(?:\(0\)[ -]?)?|\(?0)"
    r"(?=(?:[ \t.)\-\u2010-\u2013]{0,2}[0-9]){9,10}(?![0-9]))"
    rf"[1235789][0-9]{{1,4}}\)?(?:{SEPARATOR}[0-9]{{3,8}}){{1,3}}(?![0-9])"
)
POSTCODE_AREAS = """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX
    FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N
    NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF
    TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Z]{1,2})[0-9][0-9A-Z]?[ \t]{0,2}[0-9]([ABD-HJLNP-UW-Z]{2})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
# "L3 8Gy" is a dose at a level and "S1 2nd" a count, though both have the shape of a postcode.
UNITS_LIKE_POSTCODES = frozenset({"GY", "HR", "UG", "ST", "ND", "RD", "TH"})


class ResponseError(ValueError):
    """A response that cannot be taken; `errors` names each part of the form with a text for people."""

    def __init__(self, errors: dict[str, str]):
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def needs_time(within: str) -> bool:
    """A date whose target is given in hours holds a time of day."""
    return bool(within) and clocks.parse_interval(within).in_hours


def clean(value: Any) -> Any:
    """Remove, at any depth, what PostgreSQL refuses in JSON: NUL and lone surrogates."""
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, list | tuple):
        return [clean(each) for each in value]
    if isinstance(value, dict):
        return {clean(key): clean(each) for key, each in value.items()}
    return value


def _is_nhs_number(digits: str) -> bool:
    """Modulus 11 over the first nine digits, weighted 10 down to 2, gives the tenth."""
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - weighted % 11) % 11 == int(digits[9])


def _is_postcode(match: re.Match[str]) -> bool:
    area, letters = match[1].upper(), match[2].upper()
    return area in POSTCODE_AREAS.split() and letters not in UNITS_LIKE_POSTCODES


def looks_real(text: str) -> str | None:
    """Name what in a text looks like a real person's identifier; levels, doses and dates do not."""
    plain = unicodedata.normalize("NFKC", text)
    if any(_is_nhs_number(re.sub("[^0-9]", "", found)) for found in NHS_NUMBER.findall(plain)):
        return "NHS number"
    if EMAIL.search(plain):
        return "e-mail address"
    if PHONE.search(plain):
        return "phone number"
    return "postcode" if any(map(_is_postcode, POSTCODE.finditer(plain))) else None


def read_text(value: Any, limit: int = TEXT_LIMIT) -> str:
    """Tidy a text; raise ValueError, worded for people, for none, too much or a real person's identifier."""
    text = clean(value).replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else ""
    if not text:
        raise ValueError("Enter a text")
    if len(text) > limit:
        raise ValueError(f"Use at most {limit:,} characters")
    if seen := looks_real(text):
        raise ValueError(REAL_DATA.format(seen))
    return text


def read_choice(spec: dict[str, Any], value: Any) -> str | list[str]:
    """One of the spec's choices, or for `multiple` a list in the order of the choices; else ValueError."""
    offered = [choice["value"] for choice in spec["choices"]]
    if not spec.get("multiple"):
        if not isinstance(value, str) or value not in offered:
            raise ValueError(CHOOSE_ONE)
        return value
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given or not all(each in offered for each in given):
        raise ValueError("Choose one or more of the options")
    return [each for each in offered if each in given]


def show_choice(spec: dict[str, Any], value: str | list[str]) -> str:
    labels = {choice["value"]: choice["label"] for choice in spec["choices"]}
    return ", ".join(labels.get(each, each) for each in ([value] if isinstance(value, str) else value))


def _with_unit(text: str, unit: str) -> str:
    if not unit:
        return text
    return f"{text} ({unit})" if unit[0].isdigit() else f"{text} {unit}"


def _number_refusal(spec: dict[str, Any], whole: bool) -> str:
    least, most = spec.get("min"), spec.get("max")
    text = "Enter a whole number" if whole else "Enter a number"
    if least is not None and most is not None:
        text += f" between {least} and {most}"
    elif least is not None or most is not None:
        text += f" of at least {least}" if most is None else f" of at most {most}"
    return _with_unit(text, spec.get("unit", ""))


def _digits(value: Any) -> str:
    """A number arrives as text from a page and as a number from a program; text leaves out NaN and 1e400."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9:
        return repr(value)
    return value.strip().replace("\u2212", "-") if isinstance(value, str) else ""


def read_number(spec: dict[str, Any], value: Any, *, whole: bool = False) -> int | float:
    """A number in the spec's bounds, under 10⁹ with at most 6 decimals, which JSON keeps; else ValueError."""
    text = _digits(value)
    if not NUMBER.fullmatch(text):
        raise ValueError(_number_refusal(spec, whole))
    number: int | float = float(text)
    number = int(number) if number == int(number) else number
    too_low = spec.get("min") is not None and number < spec["min"]
    too_high = spec.get("max") is not None and number > spec["max"]
    if too_low or too_high or (whole and isinstance(number, float)):
        raise ValueError(_number_refusal(spec, whole))
    return number


def show_number(spec: dict[str, Any], value: float) -> str:
    """Two decimals at least where the bounds are written with decimals, as laboratories report."""
    places = 2 if any(isinstance(spec.get(bound), float) for bound in ("min", "max")) else 0
    whole, _, fraction = f"{value:.6f}".partition(".")
    fraction = fraction.rstrip("0").ljust(places, "0")
    return _with_unit(f"{whole}.{fraction}" if fraction else whole, spec.get("unit", ""))


def _attempt(part: str, reader: Callable[..., Any], *values: Any) -> Any:
    """Name the part of the form to which a refusal belongs."""
    try:
        return reader(*values)
    except ValueError as refusal:
        raise ResponseError({part: str(refusal)}) from None


def _check_date(moment: date, now: datetime) -> None:
    latest = now + CLOCK_TOLERANCE
    if moment.year < 1900:
        raise ValueError("Enter a date from 1900 on")
    if moment > (latest if isinstance(moment, datetime) else latest.astimezone(clocks.LONDON).date()):
        raise ValueError("Enter a date that is not in the future")


def _typed_date(raw: dict[str, Any], with_time: bool, now: datetime) -> date:
    day = _attempt("day", clocks.read_day, raw.get("day"), raw.get("month"), raw.get("year"))
    _attempt("day", _check_date, day, now)
    if not with_time:
        return day
    moment = _attempt("time", clocks.from_wall, day, _attempt("time", clocks.read_time, raw.get("time")))
    _attempt("time", _check_date, moment, now)
    return moment


def _iso_date(raw: dict[str, Any], with_time: bool, now: datetime) -> date:
    moment = _attempt("value", clocks.read_iso, raw["value"])
    _attempt("value", _check_date, moment, now)
    if with_time and not isinstance(moment, datetime):
        raise ResponseError({"time": clocks.REAL_TIME})
    return moment


def _read_date(raw: dict[str, Any], with_time: bool, now: datetime) -> str:
    """An item holds either always a time or never, so that its answers compare."""
    moment = (_iso_date if raw.get("value") else _typed_date)(raw, with_time, now)
    if with_time:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return (moment.astimezone(clocks.LONDON).date() if isinstance(moment, datetime) else moment).isoformat()


def _read_score(instrument: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    """A score may be saved half answered; only one without any answer is refused."""
    names = questions(instrument)
    try:
        result = score(instrument, {name: raw[name] for name in names if name in raw})
    except ScoreError as error:
        raise ResponseError(error.errors) from None
    if not result.answered:
        raise ResponseError({names[0]: "Answer at least one question"})
    return result.as_response()


def _read_value(spec: dict[str, Any], kind: ResponseKind, value: Any) -> dict[str, Any]:
    if kind == ResponseKind.NUMBER:
        return {"value": read_number(spec, value), "unit": spec.get("unit", "")}
    if kind == ResponseKind.CHOICE:
        return {"value": read_choice(spec, value)}
    if kind == ResponseKind.TEXT:
        return {"value": read_text(value)}
    if value != "yes":
        raise ValueError("Tick to confirm")
    return {"value": True}


def read(
    spec: dict[str, Any],
    raw: dict[str, Any],
    *,
    instrument: dict[str, Any] | None,
    needs_time: bool,
    now: datetime,
) -> dict[str, Any]:
    """Turn what a form sent into the response that is stored; raise ResponseError with a text per part."""
    kind, given = ResponseKind(spec["kind"]), clean(raw)
    if kind == ResponseKind.DATE:
        return {"value": _read_date(given, needs_time, now)}
    if kind == ResponseKind.SCORE:
        return _read_score(instrument or {}, given)
    return _attempt("value", _read_value, spec, kind, given.get("value"))


def is_complete(
    spec: dict[str, Any], stored: dict[str, Any] | None, instrument: dict[str, Any] | None
) -> bool:
    """Tell whether a stored response is enough for done; a score needs every answer."""
    if not stored:
        return False
    if spec["kind"] != ResponseKind.SCORE:
        value = stored.get("value")
        return value is not None and value is not False and value not in ("", [])
    try:
        return bool(instrument) and score(instrument or {}, stored.get("components", {})).complete
    except ScoreError:
        return False


def _show_date(value: str) -> str:
    moment = datetime.fromisoformat(value)
    return clocks.show_day(moment) if len(value) == 10 else clocks.show_time(moment)


def _show_score(stored: dict[str, Any], instrument: dict[str, Any]) -> str:
    """The published band follows unless its name only repeats the number, as ECOG's do."""
    name, answers, total = short_name(instrument), stored["components"], stored["total"]
    if len(answers) < len(asked := questions(instrument)):
        return f"{name} {len(answers)} of {len(asked)} answered, {total} so far"
    value = answers["grade"] if "grade" in answers else f"{total} of {instrument['max']}"
    band = stored.get("band") or ""
    return f"{name} {value}" if not band or BARE_NUMBERS.fullmatch(band) else f"{name} {value}, {band}"


def show(spec: dict[str, Any], stored: dict[str, Any] | None, instrument: dict[str, Any] | None) -> str:
    """Put a stored response into words; nothing for nothing stored."""
    if not stored:
        return ""
    kind = ResponseKind(spec["kind"])
    if kind == ResponseKind.SCORE:
        return _show_score(stored, instrument or {})
    value = stored["value"]
    if kind == ResponseKind.NUMBER:
        return show_number(spec | {"unit": stored.get("unit", "")}, value)
    if kind == ResponseKind.CHOICE:
        return show_choice(spec, value)
    if kind == ResponseKind.DATE:
        return _show_date(value)
    return value if kind == ResponseKind.TEXT else "Yes"
