"""A row of every tracked model, another like it, and what tells whether a refusal left anything behind."""

from copy import copy
from itertools import count

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from pathways import models
from pathways.audit import guard
from pathways.audit.recording import recording
from pathways.enums import Action, BulkKind
from pathways.permissions import as_system
from pathways.services import checklists, reviews
from tests import factories

TRACKED = guard.tracked_models()
KEPT_UNCHANGED = [model for model in TRACKED if hasattr(model, "APPEND_ONLY")]
THE_GUARD = r"guard: |audit_pending|audit_event_id|FOREIGN KEY constraint failed|violates foreign key"
FREE_IDS = count(5_000_000)

each_model = pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.__name__)


def a_case():
    """The smallest that there is: what the guard refuses does not depend on how long a checklist is."""
    return factories.open_case(version=factories.published(factories.SMALL[:1]))


def a_comment():
    case = a_case()
    return checklists.add_comment(by=factories.member(case.team), case=case, text="Seen by telephone.")


def a_review():
    case = a_case()
    return reviews.mark_reviewed(
        by=factories.auditor(),
        case=case,
        upto=models.AuditEvent.objects.filter(case=case).latest("at"),
        note="Read.",
    )


@transaction.atomic
def a_move():
    person, target = factories.pathway_editor(), factories.published(factories.SMALL[:1])
    with recording(by=person, action=Action.PLAN_MOVE, reason="Newer.") as event:
        move = models.CaseMove(
            name="To the newer one", target=target, reason="Newer.", made_by=person, made_at=event.at
        )
        move.event = event
        move.save()
    return move


@transaction.atomic
def a_moved_case():
    move, case = a_move(), a_case()
    with recording(by=move.made_by, action=Action.PLAN_MOVE):
        row = models.MovedCase(move=move, case=case, was=case.template_version)
        row.save()
    return row


@transaction.atomic
def a_mention():
    comment = a_comment()
    with recording(by=comment.author, action=Action.ADD_COMMENT, case=comment.case):
        row = models.Mention(comment=comment, person=comment.author)
        row.save()
    return row


@transaction.atomic
def a_duty():
    team, discipline = factories.Team(), factories.Discipline()
    with recording(by=as_system(), action=Action.SET_DUTY, team=team) as event:
        row = models.Duty(team=team, discipline=discipline, person=factories.person(), given_at=event.at)
        row.save()
    return row


@transaction.atomic
def a_saved_view(**values):
    person = factories.person()
    with recording(by=person, action=Action.SAVE_VIEW):
        row = models.SavedView(**{"name": "Pain", "owner": person, "query": "phase=pain"} | values)
        row.save()
    return row


@transaction.atomic
def a_bulk_change():
    person = factories.person()
    with recording(by=person, action=Action.CHANGE_MANY) as event:
        row = models.BulkChange(kind=BulkKind.COMPLETE, made_by=person, made_at=event.at)
        row.event = event
        row.save()
    return row


MAKE = {
    models.Discipline: factories.Discipline,
    models.User: factories.User,
    models.Team: factories.Team,
    models.Membership: factories.Membership,
    models.ReasonCode: factories.ReasonCode,
    models.PathwayTemplate: factories.PathwayTemplate,
    models.TemplateVersion: factories.TemplateVersion,
    models.TemplatePhase: factories.TemplatePhase,
    models.TemplateItem: factories.TemplateItem,
    models.Case: a_case,
    models.CasePhase: lambda: a_case().phases.first(),
    models.ChecklistItem: lambda: a_case().items.first(),
    models.Comment: a_comment,
    models.Review: a_review,
    models.CaseMove: a_move,
    models.MovedCase: a_moved_case,
    models.Mention: a_mention,
    models.Duty: a_duty,
    models.SavedView: a_saved_view,
    models.BulkChange: a_bulk_change,
}

UNLIKE = {
    models.Discipline: lambda row: {"code": "another"},
    models.User: lambda row: {"username": "another"},
    models.Team: lambda row: {"code": "another"},
    models.Membership: lambda row: {"user_id": factories.User().pk},
    models.ReasonCode: lambda row: {"code": "another"},
    models.PathwayTemplate: lambda row: {"code": "another", "reference_prefix": "ANY"},
    models.TemplateVersion: lambda row: {"template_id": factories.PathwayTemplate().pk},
    models.TemplatePhase: lambda row: {"phase": row.phase + 1},
    models.TemplateItem: lambda row: {"code": "another"},
    models.Case: lambda row: {"reference": "ANY-1"},
    models.CasePhase: lambda row: {"case_id": a_bare_case(row.case)},
    models.ChecklistItem: lambda row: {"occurrence": row.occurrence + 1},
    models.Comment: lambda row: {},
    models.Review: lambda row: {},
    models.CaseMove: lambda row: {},
    models.MovedCase: lambda row: {"case_id": a_bare_case(row.case)},
    models.Mention: lambda row: {"person_id": factories.User().pk},
    models.Duty: lambda row: {"team_id": factories.Team().pk},
    models.SavedView: lambda row: {"name": "Another"},
    models.BulkChange: lambda row: {},
}


def a_bare_case(like):
    case = changed(copy(like), pk=None, reference=f"ANY-{next(FREE_IDS)}", version=0)
    case._state = models.Case()._state
    as_recorded(case.save)()
    return case.pk


def changed(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    return row


def another(row):
    """A new row that every other rule of the database would take: with its own id, at version 1."""
    fresh = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
    return changed(fresh, pk=next(FREE_IDS), version=1, **UNLIKE[type(row)](row))


def column(model):
    """A column that may take any short text, or else a time."""
    names = {
        "Case": "reference",
        "ChecklistItem": "note",
        "CasePhase": "started_at",
        "Membership": "started_at",
        "Mention": "seen_at",
        "Duty": "given_at",
        "BulkChange": "made_at",
    }
    texts = {
        "Comment": "text",
        "Review": "note",
        "User": "display_name",
        "Team": "name",
        "CaseMove": "name",
        "SavedView": "name",
        "MovedCase": "why",
        "ReasonCode": "label",
    }
    return (names | texts).get(model.__name__) or ("summary" if model is models.TemplateVersion else "title")


def other_value(model):
    return timezone.now() if column(model).endswith("_at") else "Changed"


def set_other(row):
    setattr(row, column(type(row)), other_value(type(row)))
    return row


def refused(act):
    """Run it as one transaction of its own and expect the guard to refuse, at the latest at COMMIT.

    In a test that never commits, looking at the deferred key takes the place of COMMIT; before the act too,
    as PostgreSQL does not truncate a table whose keys it has yet to look at.
    """
    in_a_test = bool(connection.in_atomic_block)

    @transaction.atomic
    def commit():
        act()
        if in_a_test:
            connection.check_constraints(["audit_pending"])

    if in_a_test:
        connection.check_constraints(["audit_pending"])
    with pytest.raises(DatabaseError, match=THE_GUARD):
        commit()


def as_recorded(act):
    """The act in a recording, in a transaction."""

    @transaction.atomic
    def run():
        with recording(by=as_system(), action=Action.LOAD_VOCABULARY):
            act()

    return run


def history_of(row):
    return type(row).history.filter(id=row.pk)


def state(row):
    """The row with its history, and the size of everything that an attempt could add to."""
    model = type(row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM audit_pending")
        pending = cursor.fetchone()[0]
    return {
        "row": model.objects.filter(pk=row.pk).values().get(),
        "history": list(history_of(row).order_by("history_id").values()),
        "rows": model.objects.count(),
        "histories": model.history.count(),
        "events": models.AuditEvent.objects.count(),
        "pending": pending,
    }
