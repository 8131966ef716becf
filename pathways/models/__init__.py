"""What is stored: models, their constraints and their querysets."""

from .audit import AuditEvent, RequestToken, Tracked
from .cases import Case, CasePhase, ChecklistItem, Comment, PhaseProgress, ReferenceCounter
from .people import Discipline, Membership, ReasonCode, Team, User
from .templates import PathwayTemplate, TemplateItem, TemplatePhase, TemplateVersion

__all__ = [
    "AuditEvent",
    "Case",
    "CasePhase",
    "ChecklistItem",
    "Comment",
    "Discipline",
    "Membership",
    "PathwayTemplate",
    "PhaseProgress",
    "ReasonCode",
    "ReferenceCounter",
    "RequestToken",
    "Team",
    "TemplateItem",
    "TemplatePhase",
    "TemplateVersion",
    "Tracked",
    "User",
]
