"""Percentiles, their ratios to the bare view's, and the table that shows them."""

import gzip
from math import ceil
from typing import NamedTuple

HEADINGS = ("", "p50 ms", "p95 ms", "p50 ×", "p95 ×", "target", "bytes", "gzip")
WIDTHS = (44, 8, 8, 7, 7, 13, 9, 8)


class Target(NamedTuple):
    """At most so many times the bare view's time at this percentile."""

    percent: int
    times: float

    def __str__(self):
        return f"p{self.percent} ≤ {self.times:g} ×"


def percentile(values, percent):
    """The smallest value that at least so many per cent of all values do not exceed."""
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


def headings():
    return _line(HEADINGS)


def row(name, answers, bare, target=None):
    """One line of the table; `bare` are the answers of the bare view in between. The bytes are a median."""
    times, ratios = {}, {}
    for percent in (50, 95):
        times[percent], base = (
            percentile([each.seconds for each in these], percent) for these in (answers, bare)
        )
        ratios[percent] = times[percent] / base
    page = sorted((each.text for each in answers), key=len)[len(answers) // 2].encode()
    return _line(
        (
            f"{name} ({len(answers)})",
            f"{times[50] * 1000:.1f}",
            f"{times[95] * 1000:.1f}",
            f"{ratios[50]:.1f}",
            f"{ratios[95]:.1f}",
            _verdict(target, ratios),
            str(len(page)),
            str(len(gzip.compress(page, 6))),
        )
    )


def _verdict(target, ratios):
    if target is None:
        return ""
    return f"{target}{'' if ratios[target.percent] <= target.times else ' !'}"


def _line(cells):
    first, *others = zip(cells, WIDTHS, strict=True)
    return first[0].ljust(first[1]) + "".join(text.rjust(width) for text, width in others).rstrip()
