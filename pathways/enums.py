"""The fixed vocabularies of the product, in the order in which people read them."""

from django.db.models import IntegerChoices, TextChoices


class Phase(IntegerChoices):
    """The six management phases of spinal metastases, numbered in their order."""

    DIAGNOSIS = 1, "Diagnosis"
    PAIN = 2, "Pain"
    STABILISATION = 3, "Stabilisation"
    TUMOUR_CONTROL = 4, "Tumour control"
    REHABILITATION = 5, "Rehabilitation"
    FOLLOW_UP = 6, "Follow-up"

    @property
    def code(self):
        """The phase as addresses and template files write it."""
        return self.name.lower()

    @classmethod
    def from_code(cls, code):
        """Raise KeyError for a code that is no phase."""
        return cls[str(code).upper()]


PHASES_STARTED_AT_OPENING = (Phase.DIAGNOSIS, Phase.PAIN, Phase.REHABILITATION)


class ItemStatus(TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    BLOCKED = "blocked", "Blocked"
    DONE = "done", "Done"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
    NOT_DONE = "not_done", "Not done"


SETTLED = (ItemStatus.DONE, ItemStatus.NOT_APPLICABLE, ItemStatus.NOT_DONE)
NEEDS_REASON = (ItemStatus.BLOCKED, ItemStatus.NOT_APPLICABLE, ItemStatus.NOT_DONE)


class Requirement(TextChoices):
    REQUIRED = "required", "Required"
    OPTIONAL = "optional", "Optional"
    CONDITIONAL = "conditional", "Conditional"


class Anchor(TextChoices):
    CASE_OPENED = "case_opened", "Case opened"
    PHASE_STARTED = "phase_started", "Phase started"
    ITEM = "item", "Another item done"


class Basis(TextChoices):
    PUBLISHED = "published", "Published"
    LOCAL = "local", "Local"


class ResponseKind(TextChoices):
    TICK = "tick", "Tick"
    DATE = "date", "Date"
    NUMBER = "number", "Number"
    CHOICE = "choice", "Choice"
    SCORE = "score", "Score"
    TEXT = "text", "Text"


class VersionStatus(TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class CaseStatus(TextChoices):
    OPEN = "open", "Open"
    ON_HOLD = "on_hold", "On hold"
    CLOSED = "closed", "Closed"


class CaseOutcome(TextChoices):
    PATHWAY_COMPLETE = "pathway_complete", "Pathway complete"
    DIED = "died", "Died"
    TRANSFERRED = "transferred", "Transferred to another service"
    ALTERNATIVE_DIAGNOSIS = "alternative_diagnosis", "Alternative diagnosis"
    WITHDRAWN = "withdrawn", "Person withdrew"
    OPENED_IN_ERROR = "opened_in_error", "Opened in error"


class Role(TextChoices):
    """What a person may do in a team."""

    COORDINATOR = "coordinator", "Coordinator"
    MEMBER = "member", "Team member"
    OBSERVER = "observer", "Observer"


class SiteRole(TextChoices):
    """What a person may do across all teams; SYSTEM is a management command."""

    PATHWAY_EDITOR = "pathway_editor", "Pathway editor"
    AUDITOR = "auditor", "Auditor"
    SITE_ADMIN = "site_admin", "Site administrator"
    SYSTEM = "system", "System"


class Theme(TextChoices):
    SYSTEM = "system", "System"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Density(TextChoices):
    COMFORTABLE = "comfortable", "Comfortable"
    COMPACT = "compact", "Compact"


class ReasonOrigin(TextChoices):
    """Where the cause of a variance lies."""

    PATIENT = "patient", "Patient"
    CLINICIAN = "clinician", "Clinician"
    SERVICE = "service", "Service"
    EXTERNAL = "external", "External"


class MoveOutcome(TextChoices):
    """What became of one case of a move; one that could not be moved may be tried again."""

    WAITING = "waiting", "Waiting"
    MOVED = "moved", "Moved"
    NOT_MOVED = "not_moved", "Not moved"
    MOVED_BACK = "moved_back", "Moved back"


class BulkKind(TextChoices):
    """What may be done to many items at once."""

    ASSIGN = "assign", "Assign"
    DUE = "due", "Set the due time"
    COMPLETE = "complete", "Mark done"
    NOT_APPLICABLE = "not_applicable", "Mark not applicable"


class PhaseState(TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    BLOCKED = "blocked", "Blocked"
    OVERDUE = "overdue", "Overdue"
    FINISHED = "finished", "Finished"


class Source(TextChoices):
    """What an audit event came through; DEMO events carry a simulated time."""

    WEB = "web", "Web"
    SIGN_IN = "sign_in", "Sign-in"
    COMMAND = "command", "Command"
    DEMO = "demo", "Demonstration data, simulated time"


class Action(TextChoices):
    """What a person did, worded as the history tells it."""

    SIGN_IN = "sign_in", "signed in"
    SIGN_IN_FAILED = "sign_in_failed", "failed to sign in"
    SIGN_OUT = "sign_out", "signed out"
    REFUSED = "refused", "was refused"
    CONFLICTED = "conflicted", "was told of another person's change"
    READ_CASE = "read_case", "looked at the case"
    SEARCH = "search", "searched the cases"
    CREATE_PERSON = "create_person", "created a person"
    CREATE_TEAM = "create_team", "created a team"
    ADD_MEMBERSHIP = "add_membership", "added a team member"
    END_MEMBERSHIP = "end_membership", "ended a membership"
    SET_PREFERENCES = "set_preferences", "changed their preferences"
    LOAD_VOCABULARY = "load_vocabulary", "loaded a vocabulary"
    LOAD_TEMPLATE = "load_template", "loaded a template file"
    PUBLISH_VERSION = "publish_version", "published a template version"
    OPEN_CASE = "open_case", "opened the case"
    UPDATE_DETAILS = "update_details", "changed the case details"
    START_PHASE = "start_phase", "started a phase"
    RECORD_ITEM = "record_item", "updated an item"
    ASSIGN_ITEM = "assign_item", "assigned an item"
    SET_DUE = "set_due", "set a due time"
    ADD_COMMENT = "add_comment", "commented"
    UNDO = "undo", "undid a change"
    HOLD_CASE = "hold_case", "put the case on hold"
    CLOSE_CASE = "close_case", "closed the case"
    REOPEN_CASE = "reopen_case", "reopened the case"
    RESTORE = "restore", "set something back to an earlier value"
    REVIEW = "review", "reviewed the history"
    EXPORT = "export", "exported the history"
    CREATE_TEMPLATE = "create_template", "created a template"
    START_DRAFT = "start_draft", "started a draft"
    EDIT_DRAFT = "edit_draft", "changed a draft"
    REPLACE_DRAFT = "replace_draft", "replaced a draft from a file"
    DISCARD_DRAFT = "discard_draft", "discarded a draft"
    RETIRE_VERSION = "retire_version", "retired a template version"
    EXPORT_TEMPLATE = "export_template", "exported a template version"
    PLAN_MOVE = "plan_move", "began to move cases to another version"
    MOVE_CASE = "move_case", "moved the case to another version"
    MOVE_BACK = "move_back", "moved the case back"
    ADD_ITEM = "add_item", "added an item to the case"
    SWITCH_ON = "switch_on", "switched on an item"
    SWITCH_OFF = "switch_off", "switched off an item"
    CHANGE_MANY = "change_many", "changed many items at once"
    UNDO_MANY = "undo_many", "undid a change of many items"
    SET_DUTY = "set_duty", "said who takes a discipline's items"
    SAVE_VIEW = "save_view", "saved a view"
    REMOVE_VIEW = "remove_view", "removed a view"
    CHANGE_REASON_CODE = "change_reason_code", "changed a reason code"
    SEE_MENTION = "see_mention", "saw a mention"
    EXPORT_FIGURE = "export_figure", "exported a figure"
