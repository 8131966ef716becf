"""Lists of a vocabulary entry as people type them: one thing a line, "value = Label | more"."""

import re
from typing import Any

from django import forms

Entry = dict[str, Any]

BAND = re.compile(r"(-?[0-9]{1,6}) to (-?[0-9]{1,6})")
POINTS = re.compile(r"-?[0-9]{1,6}")
CLOSES = "closes the case"
REMARKS = ("frankel", "karnofsky")


def lines_of(text: str) -> list[tuple[int, str]]:
    """Lines that say anything, each with its number from 1."""
    return [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def codes_of(text: str) -> list[str]:
    """Codes with commas or white space between them."""
    return [code for code in re.split(r"[,\s]+", text) if code]


def read_pair(number: int, line: str, form: str = "value = Label") -> tuple[str, str]:
    """What stands on either side of the first equals sign; ValidationError names the line."""
    value, sign, label = line.partition("=")
    if not (sign and value.strip() and label.strip()):
        raise forms.ValidationError(f"Line {number}: write {form}")
    return value.strip(), label.strip()


def read_choices(text: str) -> list[Entry]:
    pairs = [read_pair(*each) for each in lines_of(text)]
    return [{"value": value, "label": label} for value, label in pairs]


def write_choices(choices: list[Entry]) -> str:
    return "\n".join(f"{each['value']} = {each['label']}" for each in choices)


def read_bands(text: str) -> list[Entry]:
    bands = []
    for number, line in lines_of(text):
        words, _, span = line.rpartition("|")
        found = BAND.fullmatch(span.strip())
        if not found:
            raise forms.ValidationError(f"Line {number}: write code = Label | 0 to 6")
        code, label = read_pair(number, words, "code = Label | 0 to 6")
        bands.append({"code": code, "label": label, "min": int(found[1]), "max": int(found[2])})
    return bands


def write_bands(bands: list[Entry]) -> str:
    return "\n".join(f"{each['code']} = {each['label']} | {each['min']} to {each['max']}" for each in bands)


def read_components(text: str) -> list[Entry]:
    """A line for each part, and below it, each after a hyphen, its options with their points."""
    parts: list[Entry] = []
    for number, line in lines_of(text):
        if not line.startswith("-"):
            code, title = read_pair(number, line, "code = Title of the part")
            parts.append({"code": code, "title": title, "options": []})
            continue
        words, _, points = line.removeprefix("-").rpartition("|")
        if not parts or not POINTS.fullmatch(points.strip()):
            raise forms.ValidationError(f"Line {number}: write - value = Label | points, below a part")
        value, label = read_pair(number, words, "- value = Label | points")
        parts[-1]["options"].append({"value": value, "label": label, "points": int(points)})
    return parts


def write_components(parts: list[Entry]) -> str:
    lines = []
    for part in parts:
        lines.append(f"{part['code']} = {part['title']}")
        lines += [f"- {each['value']} = {each['label']} | {each['points']}" for each in part["options"]]
    return "\n".join(lines)


def read_grades(text: str) -> list[Entry]:
    """The grades in their order, each with remarks after bars: frankel: …, karnofsky: …, closes the case."""
    grades = []
    for order, (number, line) in enumerate(lines_of(text)):
        words, *remarks = (part.strip() for part in line.split(" | "))
        value, label = read_pair(number, words)
        grades.append({"value": value, "label": label, "order": order} | _remarks(number, remarks))
    return grades


def _remarks(number: int, remarks: list[str]) -> Entry:
    found: Entry = {}
    for remark in remarks:
        name, _, text = remark.partition(":")
        if remark == CLOSES:
            found["closes_case"] = True
        elif name in REMARKS and text.strip():
            found[name] = text.strip()
        else:
            raise forms.ValidationError(
                f"Line {number}: after a bar write frankel: …, karnofsky: … or {CLOSES}"
            )
    return found


def write_grades(grades: list[Entry]) -> str:
    lines = []
    for grade in grades:
        remarks = [f"{name}: {grade[name]}" for name in REMARKS if grade.get(name)]
        remarks += [CLOSES] * bool(grade.get("closes_case"))
        lines.append(" | ".join([f"{grade['value']} = {grade['label']}", *remarks]))
    return "\n".join(lines)
