"""Who may do what: one table from roles to permissions, asked by every service."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from .enums import Role, SiteRole
from .models import User


class Permission(StrEnum):
    VIEW_CASE = "view this case"
    OPEN_CASE = "open cases"
    RECORD = "update this case"
    COMMENT = "comment on this case"
    ASSIGN = "assign items of this case"
    MANAGE_CASE = "hold, close or reopen this case"
    VIEW_TEMPLATES = "view pathway templates"
    EDIT_TEMPLATES = "edit pathway templates"
    MOVE_CASES = "move cases to another template version"
    MANAGE_TEAM = "say who takes what in this team"
    SHARE_VIEWS = "share views of this team"
    EDIT_REASONS = "edit the reason codes"
    MANAGE_PEOPLE = "manage people and teams"
    REVIEW_AUDIT = "review the audit history"
    SEE_GALLERY = "see the gallery of components"
    SET_PREFERENCES = "set their own preferences"


_LOOKS = {Permission.VIEW_CASE}
_WORKS = _LOOKS | {Permission.RECORD, Permission.COMMENT, Permission.ASSIGN, Permission.SHARE_VIEWS}
_STAFF = {Permission.SEE_GALLERY}

EVERYONES = {Permission.SET_PREFERENCES, Permission.VIEW_TEMPLATES}

GRANTS = {
    Role.COORDINATOR: _WORKS
    | {Permission.OPEN_CASE, Permission.MANAGE_CASE, Permission.MANAGE_TEAM, Permission.EDIT_REASONS},
    Role.MEMBER: _WORKS,
    Role.OBSERVER: _LOOKS,
    SiteRole.PATHWAY_EDITOR: _STAFF | {Permission.EDIT_TEMPLATES, Permission.MOVE_CASES},
    SiteRole.AUDITOR: _STAFF | _LOOKS | {Permission.REVIEW_AUDIT},
    SiteRole.SITE_ADMIN: _STAFF | {Permission.MANAGE_PEOPLE, Permission.MANAGE_TEAM, Permission.EDIT_REASONS},
    SiteRole.SYSTEM: set(Permission) - EVERYONES,
}

WHO_MAY = {
    Permission.OPEN_CASE: "A coordinator of the team can open cases.",
    Permission.RECORD: "You can view this case. To change it, ask the coordinator.",
    Permission.COMMENT: "You can view this case. To comment on it, ask the coordinator.",
    Permission.ASSIGN: "You can view this case. To assign its items, ask the coordinator.",
    Permission.MANAGE_CASE: "A coordinator of the team can hold, close and reopen cases.",
    Permission.EDIT_TEMPLATES: "A pathway editor can change templates.",
    Permission.MOVE_CASES: "A pathway editor can move cases to another version.",
    Permission.MANAGE_TEAM: "A coordinator of the team or a site administrator can say who takes what.",
    Permission.SHARE_VIEWS: "A coordinator or a member of the team can share views with it.",
    Permission.EDIT_REASONS: "A coordinator or a site administrator can edit the reason codes.",
    Permission.MANAGE_PEOPLE: "A site administrator can manage people and teams.",
    Permission.REVIEW_AUDIT: "An auditor can review the audit history.",
    Permission.SEE_GALLERY: "A pathway editor, an auditor or a site administrator can see the gallery.",
}


class Forbidden(PermissionDenied):
    """The person may not do this; the text says who may."""

    def __init__(self, permission, text=""):
        super().__init__(text or WHO_MAY.get(permission, "You do not have access to this."))
        self.permission = permission


class System:
    """The actor of management commands and of test factories; it may do everything."""

    is_active = True
    is_auditor = True
    pk = None

    def __str__(self):
        return "System"


def as_system():
    return System()


def roles(user, team=None):
    """The person's roles here, the team's first; with a team one query per person and request."""
    if isinstance(user, System):
        return [SiteRole.SYSTEM]
    if not (isinstance(user, User) and user.is_active):
        return []
    in_team = user.roles_by_team.get(getattr(team, "pk", team)) if team else None
    site = [
        (user.is_pathway_editor, SiteRole.PATHWAY_EDITOR),
        (user.is_auditor, SiteRole.AUDITOR),
        (user.is_site_admin, SiteRole.SITE_ADMIN),
    ]
    return ([Role(in_team)] if in_team else []) + [role for has, role in site if has]


def may(user, permission, team=None):
    """Whether a role of the person grants it, or every active person may; `team` is a Team or its id."""
    if permission in EVERYONES:
        return isinstance(user, User) and user.is_active
    return any(permission in GRANTS[role] for role in roles(user, team))


def may_somewhere(user, permission):
    """Whether the person may across the site, or in any team."""
    return may(user, permission) or (user.is_active and bool(teams_where(user, permission)))


def require(user, permission, team=None, *, anywhere=False):
    """Raise Forbidden unless the person may; `anywhere` lets in who may in any team."""
    if not (may_somewhere(user, permission) if anywhere else may(user, permission, team)):
        raise Forbidden(permission)


def teams_where(user, permission):
    """Ids of the teams in which the person's role grants the permission."""
    return [team for team, role in user.roles_by_team.items() if permission in GRANTS[Role(role)]]
