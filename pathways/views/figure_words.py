"""What stands beside the numbers of a figure: shares, intervals, spreads, and what a drawing needs."""

from datetime import timedelta
from math import sqrt

from pathways.clocks import parse_interval
from pathways.enums import Anchor, Basis, VersionStatus
from pathways.models import TemplateItem
from pathways.views.figures import Span
from pathways.views.item_about import STARTS

LIKELY = 1.96
DAY = timedelta(days=1)
PERCENT = 100


def wilson(met, of):
    """The interval in which the true share lies with 95 % confidence, as two shares (Wilson, 1927)."""
    if not of:
        return 0.0, 1.0
    share, spare = met / of, LIKELY**2 / of
    half = LIKELY * sqrt(share * (1 - share) / of + spare / (4 * of)) / (1 + spare)
    centre = (share + spare / 2) / (1 + spare)
    return max(0.0, centre - half), min(1.0, centre + half)


def met_over_eligible(scope, measure, groups):
    """Eligible, share and interval of each group; drawn from 0 to 100 %."""
    return {group.key: _rate(group.numbers["met"], group.numbers["missed"]) for group in groups}


def _rate(met, missed):
    of = met + missed
    if not of:
        return ["0", "", ""], None
    low, high = wilson(met, of)
    share, low, high = (round(PERCENT * each) for each in (met / of, low, high))
    texts = [str(of), f"{share} %", f"{low} to {high} %"]
    return texts, Span({"least": low, "median": share, "most": high}, f"{texts[1]} ({texts[2]})", of)


def share_so_far(scope, measure, groups):
    """Of all rows, those of this group and of the fuller ones before it."""
    total, so_far, found = sum(group.total for group in groups), 0, {}
    for group in groups:
        so_far += group.total
        found[group.key] = ([f"{round(PERCENT * so_far / total)} %"], None)
    return found


def share_recorded(scope, measure, groups):
    """Of all in the group, those recorded in full."""
    return {
        group.key: ([str(group.total), f"{round(PERCENT * group.numbers['all'] / group.total)} %"], None)
        for group in groups
    }


def spread(scope, measure, groups):
    """Days of the median, the middle half and all but the outer tenth; drawn from 0 to the longest."""
    found = {}
    for group in groups:
        days = {name: took / DAY for name, took in group.spread.items()}
        texts = [
            show_days(days["median"]),
            f"{show_days(days['low'])} to {show_days(days['high'])}",
            f"{show_days(days['least'])} to {show_days(days['most'])}",
        ]
        span = Span(days, f"median {texts[0]}, middle half {texts[1]}", group.total)
        found[group.key] = (texts, span)
    return found


def show_days(days):
    return f"{days:.1f}" if days < 10 else f"{days:.0f}"


def published_standards(scope):
    """Each published target in the newest version that has it: title, guidance, target in words, sources."""
    code, _, number = scope.template.partition("~")
    asked = {"template_version__template__code": code, "template_version__number": number}
    items = TemplateItem.objects.filter(
        basis=Basis.PUBLISHED, **{column: value for column, value in asked.items() if value}
    )
    items = items.exclude(template_version__status=VersionStatus.DRAFT).select_related("template_version")
    newest = {each.code: each for each in items.order_by("template_version__number")}
    titles = _titles(newest.values())
    return [
        _standard(each, titles)
        for each in sorted(
            newest.values(), key=lambda each: (each.template_version_id, each.phase, each.position)
        )
    ]


def _titles(items):
    anchors = [each.anchor_item for each in items if each.anchor_item]
    return dict(TemplateItem.objects.filter(code__in=anchors).values_list("code", "title")) if anchors else {}


def _standard(item, titles):
    start = STARTS.get(Anchor(item.anchor)) or f"“{titles.get(item.anchor_item, item.anchor_item)}” was done"
    known = {each["code"]: each for each in item.template_version.sources}
    return {
        "title": item.title,
        "guidance": item.guidance,
        "target": f"Within {parse_interval(item.within)} after {start}",
        "applies": item.applies_text,
        "sources": [known[code] for code in item.sources if code in known],
    }
