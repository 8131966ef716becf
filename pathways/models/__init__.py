"""What is stored: models, their constraints and their querysets."""

from .audit import AuditEvent, RequestToken, Tracked
from .cases import Case, CasePhase, ChecklistItem, Comment, PhaseProgress, ReferenceCounter
from .checks import HistoryCheck
from .moves import CaseMove, MovedCase
from .people import Discipline, Membership, ReasonCode, Team, User
from .reviews import Review
from .seals import Seal
from .templates import PathwayTemplate, TemplateItem, TemplatePhase, TemplateVersion

__all__ = [
    "AuditEvent",
    "Case",
    "CaseMove",
    "CasePhase",
    "ChecklistItem",
    "Comment",
    "Discipline",
    "HistoryCheck",
    "Membership",
    "MovedCase",
    "PathwayTemplate",
    "PhaseProgress",
    "ReasonCode",
    "ReferenceCounter",
    "RequestToken",
    "Review",
    "Seal",
    "Team",
    "TemplateItem",
    "TemplatePhase",
    "TemplateVersion",
    "Tracked",
    "User",
]
