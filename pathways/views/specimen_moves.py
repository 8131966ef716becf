"""Specimens of what pages that move cases show, for the gallery."""

from datetime import timedelta
from types import SimpleNamespace

from django.core.paginator import Paginator
from django.utils.safestring import mark_safe

from pathways.enums import MoveOutcome
from pathways.views.specimens import Specimen

GROUPS = [
    ("1 item gained", ["Orthosis fitted"]),
    ("1 due time changed", ["Consent: 3 Nov 2026 → 5 Nov 2026"]),
]
WHY = "“Orthosis fitted” was worked on by Dr R. Okafor, 3 Nov 2026, 10:14."


def moves(sample):
    """A planned move of each kind, and a batch that is under way."""
    for title, row in (
        ("What a move brings a case", {"groups": GROUPS}),
        ("A case that a move leaves where it is", {"problem": "The case is closed."}),
    ):
        about = {"reference": "X-1", "team": "Rowan team", "was": 7} | row
        html = sample.show("pathways/_planned_move.html", row=about)
        table = mark_safe(f'<table class="t stack"><tbody>{html}</tbody></table>')  # noqa: S308  our own markup
        yield Specimen(title, table)
    yield Specimen("A batch of cases under way", sample.show("pathways/_move.html", **batch(sample)))


def batch(sample):
    move = SimpleNamespace(
        pk=1,
        name="November update",
        reason="The newer version asks for less.",
        target=SimpleNamespace(number=8),
        made_at=sample.now - timedelta(hours=3),
        made_by="E. Haddad",
    )
    rows = [
        SimpleNamespace(
            case=SimpleNamespace(reference=f"X-{number}"),
            was=SimpleNamespace(number=7),
            get_outcome_display=label,
            why=WHY if value == MoveOutcome.NOT_MOVED else "",
        )
        for number, (value, label) in enumerate(MoveOutcome.choices, start=1)
    ]
    return {
        "move": move,
        "counts": [(label, 1, value) for value, label in MoveOutcome.choices],
        "waiting": 1,
        "failed": 1,
        "moved": 1,
        "total": 4,
        "pages": Paginator(rows, 2).page(1),
        "token": "",
    }
