"""Figures about items that were left with a reason, one query each, and the items behind each number."""

from datetime import timedelta

from django.db.models import Case, CharField, Count, F, Max, Q, Value, When

from .models import ChecklistItem

OWN = "~own"
TEMPLATE = "case__template_version__template__code"
ITEM_KEY = Case(
    When(template_item__isnull=True, then=Value(OWN)), default=F("code"), output_field=CharField()
)
# Name of a part of a filter to the column that it compares.
COLUMNS = {
    "team": "case__team__code",
    "template": TEMPLATE,
    "status": "status",
    "origin": "reason__origin",
    "reason": "reason__code",
    "phase": "phase",
    "item": "item_key",
}
# Name of a figure to the parts of a filter that tell its bars apart, and the words of a bar.
FIGURES = {
    "reason": (("reason",), (F("reason__label"), F("reason__origin"))),
    "phase": (("phase",), ()),
    "item": (("template", "item"), (Max("template_item__title"),)),
    "team": (("team",), (F("case__team__name"),)),
}


def items(user, *, now, days, **chosen):
    """Items that the person may see and that were settled with a reason in the days before now, or are
    blocked now; `chosen` narrows them by the parts in COLUMNS, of which an empty one narrows nothing.
    """
    lately = Q(settled_at__isnull=True) | Q(settled_at__gt=now - timedelta(days=days))
    rows = ChecklistItem.objects.visible_to(user).filter(
        lately, reason__isnull=False, retired_at__isnull=True
    )
    rows = rows.annotate(item_key=ITEM_KEY)
    return rows.filter(**{COLUMNS[name]: value for name, value in chosen.items() if value})


def figure(rows, name):
    """Pairs of what tells a bar apart, with its words, and its number: the greatest first; one query."""
    parts, words = FIGURES[name]
    columns = {f"by_{part}": F(COLUMNS[part]) for part in parts}
    said = {f"word_{place}": word for place, word in enumerate(words)}
    own = {key: word for key, word in said.items() if isinstance(word, F)}
    found = (
        rows.order_by()
        .values(**columns, **own)
        .annotate(number=Count("pk"), **{key: word for key, word in said.items() if key not in own})
    )
    ranked = sorted(found, key=lambda each: (-each["number"], *(str(each[key]) for key in columns)))
    return [
        ({part: each[f"by_{part}"] for part in parts}, [each[key] for key in said], each["number"])
        for each in ranked
    ]
