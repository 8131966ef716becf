"""Writes plans through the services, as the demonstration's people, at the times of the plan."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from pathways import details, responses
from pathways.audit.recording import simulated
from pathways.enums import SiteRole
from pathways.models import (
    AuditEvent,
    Case,
    ChecklistItem,
    Discipline,
    ReasonCode,
    Team,
    TemplateItem,
    TemplateVersion,
    User,
)
from pathways.permissions import as_system
from pathways.services import cases, checklists, people, undoing

from .people import STAFF, TEAMS, Persona
from .steps import Do, Line, Plan, Step


@dataclass
class Cast:
    """The rows that steps name by code, loaded once."""

    people: dict[str, User]
    teams: dict[str, Team]
    reasons: dict[str, ReasonCode]
    versions: dict[str, TemplateVersion]
    items: dict[int, TemplateItem]

    @classmethod
    def load(cls) -> "Cast":
        """The newest published version of each pathway, with every person, team and reason."""
        versions = TemplateVersion.objects.newest_published().select_related("template")
        found = {version.template.code: version for version in versions}
        return cls(
            people={user.username: user for user in User.objects.all()},
            teams={team.code: team for team in Team.objects.all()},
            reasons={reason.code: reason for reason in ReasonCode.objects.all()},
            versions=found,
            items={
                item.pk: item
                for item in TemplateItem.objects.filter(template_version__in=found.values())
                .select_related("discipline")
                .order_by("template_version", "phase", "position")
            },
        )

    def lines(self, template: str) -> list[Line]:
        version = self.versions[template]
        return [Line.of(item) for item in self.items.values() if item.template_version_id == version.pk]


@transaction.atomic
def create_staff(named: Mapping[str, str] = TEAMS, staff: Iterable[Persona] = STAFF) -> None:
    """These teams and people, those that are not there yet; nobody gets a password."""
    system, disciplines = as_system(), {each.code: each for each in Discipline.objects.all()}
    teams = {team.code: team for team in Team.objects.all()}
    for code, name in named.items():
        teams[code] = teams.get(code) or people.create_team(by=system, code=code, name=name)
    known = set(User.objects.values_list("username", flat=True))
    for persona in staff:
        if persona.username not in known:
            _create(persona, disciplines, teams)


def _create(persona: Persona, disciplines: Mapping[str, Discipline], teams: Mapping[str, Team]) -> None:
    person = people.create_person(
        by=as_system(),
        username=persona.username,
        display_name=persona.display_name,
        discipline=disciplines[persona.discipline] if persona.discipline else None,
        is_pathway_editor=SiteRole.PATHWAY_EDITOR in persona.site_roles,
        is_auditor=SiteRole.AUDITOR in persona.site_roles,
        is_site_admin=SiteRole.SITE_ADMIN in persona.site_roles,
    )
    for code, role in persona.teams.items():
        people.add_membership(by=as_system(), user=person, team=teams[code], role=role)


def write(plan: Plan, cast: Cast) -> Iterator[Step | None]:
    """Write one case in one transaction, yielding after each action; None stands for the opening."""
    with transaction.atomic():
        entry = _open(plan, cast)
        yield None
        for step in plan.steps:
            with simulated(step.at):
                entry.take(step)
            yield step


def _open(plan: Plan, cast: Cast) -> "Entry":
    version = cast.versions[plan.telling.template]
    with simulated(plan.opened):
        case = cases.open_case(
            by=cast.people[plan.opened_by],
            template_version=version,
            team=cast.teams[plan.telling.team],
            details=_stored(version, plan.details),
        )
    return Entry(case, cast)


def _stored(version: TemplateVersion, given: Mapping[str, Any]) -> dict[str, Any]:
    """The details that this version asks for, in the form that is stored."""
    return details.read(version.case_fields, dict(given))


@dataclass
class Entry:
    """One case as it is written; `last` holds the newest event of each item, for undoing."""

    case: Case
    cast: Cast
    last: dict[str, AuditEvent] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        ACTIONS[step.do](self, step, self.cast.people[step.by])

    def item(self, step: Step) -> ChecklistItem:
        """The row as a page would just have shown it; one query."""
        item = ChecklistItem.objects.get(case=self.case, code=step.code, occurrence=step.occurrence)
        item.case, item.template_item = self.case, self.cast.items[item.template_item_id or 0]
        return item

    def record(self, step: Step, by: User) -> None:
        item = self.item(step)
        recorded = checklists.record_item(
            by=by,
            item=item,
            seen=item.version,
            status=step.status,
            response=None if step.raw is None else self._response(item, step),
            note=step.note or None,
            reason=self.cast.reasons[step.reason] if step.reason else None,
            reason_text=step.text,
        )
        if recorded.event:
            self.last[step.code] = recorded.event

    def _response(self, item: ChecklistItem, step: Step) -> dict[str, Any]:
        spec = item.response_spec
        return responses.read(
            spec,
            dict(step.raw or {}),
            instrument=self.case.template_version.instrument(spec.get("instrument")),
            needs_time=responses.needs_time(self.cast.items[item.template_item_id or 0].within),
            now=step.at,
        )

    def undo(self, step: Step, by: User) -> None:
        undoing.undo_change(by=by, event=self.last.pop(step.code))

    def assign(self, step: Step, by: User) -> None:
        item = self.item(step)
        assignee = self.cast.people[step.assignee]
        checklists.assign_item(by=by, item=item, seen=item.version, assignee=assignee)

    def comment(self, step: Step, by: User) -> None:
        checklists.add_comment(by=by, case=self.case, text=step.text)

    def details(self, step: Step, by: User) -> None:
        live = Case.objects.get(pk=self.case.pk)
        wanted = _stored(self.case.template_version, {**live.details, **step.details})
        cases.update_case_details(by=by, case=self.case, seen=live.version, details=wanted)

    def start_phase(self, step: Step, by: User) -> None:
        checklists.start_phase(by=by, case=self.case, phase=step.phase)

    def hold(self, step: Step, by: User) -> None:
        cases.hold_case(by=by, case=self.case, reason=step.text)

    def close(self, step: Step, by: User) -> None:
        cases.close_case(by=by, case=self.case, outcome=step.outcome, reason=step.text)

    def reopen(self, step: Step, by: User) -> None:
        cases.reopen_case(by=by, case=self.case, reason=step.text)


ACTIONS: Mapping[Do, Callable[[Entry, Step, User], None]] = {
    Do.RECORD: Entry.record,
    Do.UNDO: Entry.undo,
    Do.ASSIGN: Entry.assign,
    Do.COMMENT: Entry.comment,
    Do.DETAILS: Entry.details,
    Do.START_PHASE: Entry.start_phase,
    Do.HOLD: Entry.hold,
    Do.CLOSE: Entry.close,
    Do.REOPEN: Entry.reopen,
}
