"""What is stored: models, their constraints and their querysets."""

from .audit import AuditEvent, RequestToken, Tracked
from .bulk import BulkChange
from .cases import Case, ChecklistItem, ReferenceCounter
from .checks import HistoryCheck
from .comments import Comment, Mention
from .moves import CaseMove, MovedCase
from .people import Discipline, Duty, Membership, ReasonCode, Team, User
from .phases import CasePhase, PhaseProgress
from .reviews import Review
from .saved_views import SavedView
from .seals import Seal
from .templates import PathwayTemplate, TemplateItem, TemplatePhase, TemplateVersion

__all__ = [
    "AuditEvent",
    "BulkChange",
    "Case",
    "CaseMove",
    "CasePhase",
    "ChecklistItem",
    "Comment",
    "Discipline",
    "Duty",
    "HistoryCheck",
    "Membership",
    "Mention",
    "MovedCase",
    "PathwayTemplate",
    "PhaseProgress",
    "ReasonCode",
    "ReferenceCounter",
    "RequestToken",
    "Review",
    "SavedView",
    "Seal",
    "Team",
    "TemplateItem",
    "TemplatePhase",
    "TemplateVersion",
    "Tracked",
    "User",
]
