"""Everything that writes. A service asks for permission first, then locks, compares, changes and records."""

from ..audit.recording import AlreadyAnswered, Token, TokenReused
from .exceptions import BadInput, CaseClosed, ChangedElsewhere, DraftChanged, DraftGone, TakenAway

__all__ = [
    "AlreadyAnswered",
    "BadInput",
    "CaseClosed",
    "ChangedElsewhere",
    "DraftChanged",
    "DraftGone",
    "TakenAway",
    "Token",
    "TokenReused",
]
