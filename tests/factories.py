"""Test data, made through the services where a service exists and as the system where none does."""

from functools import cache
from pathlib import Path

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from pathways import models
from pathways.audit.recording import create_all, recording
from pathways.enums import Action, Anchor, Basis, Phase, ReasonOrigin, Requirement, Role
from pathways.interop.template_files import read_template, read_vocabulary
from pathways.permissions import as_system
from pathways.services import cases, people, templates

FIXTURES = Path(__file__).parent.parent / "fixtures"


class Recorded(DjangoModelFactory):
    """Saves the row inside a recording of its own, as a management command would."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        row = model_class(*args, **kwargs)
        with transaction.atomic(), recording(by=as_system(), action=Action.LOAD_VOCABULARY):
            row.save()
        return row


class Discipline(Recorded):
    code = factory.Sequence("discipline-{}".format)
    title = factory.Sequence("Discipline {}".format)
    position = factory.Sequence(lambda n: n % 30_000)

    class Meta:
        model = models.Discipline


class ReasonCode(Recorded):
    code = factory.Sequence("reason-{}".format)
    label = factory.Sequence("Reason {}".format)
    origin = ReasonOrigin.SERVICE
    for_blocked = for_not_applicable = for_not_done = True
    position = 1

    class Meta:
        model = models.ReasonCode


class Team(Recorded):
    code = factory.Sequence("team-{}".format)
    name = factory.Sequence("Team {}".format)

    class Meta:
        model = models.Team


class User(Recorded):
    username = factory.Sequence("person-{}".format)
    display_name = factory.Sequence("P. Erson {}".format)

    class Meta:
        model = models.User


class Membership(Recorded):
    user = factory.SubFactory(User)
    team = factory.SubFactory(Team)
    role = Role.MEMBER
    started_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = models.Membership


class PathwayTemplate(Recorded):
    code = factory.Sequence("template-{}".format)
    reference_prefix = factory.Sequence("T{}".format)
    title = factory.Sequence("Pathway {}".format)
    condition = "A condition"

    class Meta:
        model = models.PathwayTemplate


class TemplateVersion(Recorded):
    template = factory.SubFactory(PathwayTemplate)
    number = 1
    case_fields = factory.LazyFunction(lambda: unsourced(vocabulary().case_fields))
    instruments = factory.LazyFunction(lambda: unsourced(vocabulary().instruments))

    class Meta:
        model = models.TemplateVersion


class TemplatePhase(Recorded):
    template_version = factory.SubFactory(TemplateVersion)
    phase = Phase.DIAGNOSIS
    title = "Diagnosis"
    goal = "Know what it is."

    class Meta:
        model = models.TemplatePhase


class TemplateItem(Recorded):
    template_version = factory.SubFactory(TemplateVersion)
    phase = Phase.DIAGNOSIS
    position = factory.Sequence(lambda n: n % 30_000 + 1)
    code = factory.Sequence("item-{}".format)
    title = factory.Sequence("Item {}".format)
    discipline = factory.SubFactory(Discipline)
    requirement = Requirement.REQUIRED
    response = factory.LazyFunction(lambda: {"kind": "tick"})

    class Meta:
        model = models.TemplateItem


@cache
def vocabulary():
    return read_vocabulary(FIXTURES)


@cache
def template_file(code):
    path = FIXTURES / "pathways" / f"{code}.yaml"
    return read_template(path.read_text(), file=path.name, vocabulary=vocabulary())


def unsourced(entries):
    """As a version stores them, but for the sources that it would have to store as well."""
    return [{name: value for name, value in each.stored().items() if name != "sources"} for each in entries]


def within(anchor, interval, item=""):
    return {"anchor": anchor, "anchor_item": item, "within": interval, "basis": Basis.LOCAL}


CHOICES = [{"value": "low", "label": "Low"}, {"value": "high", "label": "High"}]

SMALL = [
    {"code": "tick", "phase": 1, **within(Anchor.CASE_OPENED, "PT4H")},
    {"code": "date", "phase": 1, "response": {"kind": "date"}, **within(Anchor.CASE_OPENED, "PT24H")},
    {"code": "day", "phase": 1, "response": {"kind": "date"}, **within(Anchor.ITEM, "P7D", "date")},
    {
        "code": "number",
        "phase": 2,
        "response": {"kind": "number", "unit": "mmol/L", "min": 1.0, "max": 5.0},
        **within(Anchor.PHASE_STARTED, "P2D"),
    },
    {
        "code": "choice",
        "phase": 2,
        "response": {"kind": "choice", "choices": CHOICES},
        "repeat": "P7D",
        **within(Anchor.CASE_OPENED, "P1D"),
    },
    {
        "code": "several",
        "phase": 3,
        "response": {"kind": "choice", "multiple": True, "choices": CHOICES},
        "requirement": Requirement.CONDITIONAL,
        "applies_text": "Compression is suspected.",
        "applies_rule": {"all": [{"field": "cord_compression", "is": "suspected"}]},
        **within(Anchor.CASE_OPENED, "PT24H"),
    },
    {"code": "sins", "phase": 3, "response": {"kind": "score", "instrument": "sins"}},
    {"code": "text", "phase": 4, "response": {"kind": "text"}, "depends_on": ["sins"]},
    {"code": "extra", "phase": 5, "requirement": Requirement.OPTIONAL},
    {"code": "last", "phase": 6, **within(Anchor.PHASE_STARTED, "P28D")},
]


def draft(items=SMALL, **fields):
    """A small draft that may be published, with an item of every kind, or with the items given."""
    with transaction.atomic(), recording(by=as_system(), action=Action.LOAD_TEMPLATE):
        version = TemplateVersion(**fields)
        discipline = Discipline()
        phases = [
            TemplatePhase.build(template_version=version, phase=phase, title=phase.label, goal="A goal.")
            for phase in Phase
        ]
        rows = [
            TemplateItem.build(
                template_version=version, position=position, **({"discipline": discipline} | item)
            )
            for position, item in enumerate(items, start=1)
        ]
        create_all(models.TemplatePhase, phases)
        create_all(models.TemplateItem, rows)
    return version


def edited(row, **values):
    """The row of a draft, saved with these values."""
    for name, value in values.items():
        setattr(row, name, value)
    with transaction.atomic(), recording(by=as_system(), action=Action.EDIT_DRAFT):
        row.save()
    return row


def published(items=SMALL, prefix=None, code=None):
    """The same, published."""
    extra = {"template__reference_prefix": prefix} if prefix else {}
    extra |= {"template__code": code} if code else {}
    version = draft(items, **extra)
    return templates.publish_version(by=as_system(), version=version, summary="First version.")


def shipped(code="spinal-metastases"):
    """The shipped pathway, published."""
    words = vocabulary()
    people.load_disciplines(by=as_system(), entries=[each.stored() for each in words.disciplines])
    people.load_reason_codes(by=as_system(), entries=[each.stored() for each in words.reason_codes])
    version = templates.load_template_file(by=as_system(), file=template_file(code))
    return templates.publish_version(by=as_system(), version=version, summary="As shipped.")


def team(**kwargs):
    return Team(**kwargs)


def person(**kwargs):
    return User(**kwargs)


def member(team, role=Role.MEMBER, **kwargs):
    """Someone of the team."""
    user = User(**kwargs)
    people.add_membership(by=as_system(), user=user, team=team, role=role)
    return user


def coordinator(team, **kwargs):
    return member(team, Role.COORDINATOR, **kwargs)


def observer(team, **kwargs):
    return member(team, Role.OBSERVER, **kwargs)


def auditor(**kwargs):
    return User(is_auditor=True, **kwargs)


def pathway_editor(**kwargs):
    return User(is_pathway_editor=True, **kwargs)


def site_admin(**kwargs):
    return User(is_site_admin=True, **kwargs)


def reason(**kwargs):
    return ReasonCode(**kwargs)


def open_case(team=None, version=None, details=None, by=None, **kwargs):
    """A case of the small version, opened by a coordinator of its team."""
    team = team or Team()
    return cases.open_case(
        by=by or coordinator(team),
        template_version=version or published(),
        team=team,
        details=details or {},
        **kwargs,
    )


def item(case, code, occurrence=1):
    """The item as a view would fetch it."""
    related = ("case__team", "case__template_version", "template_item")
    return case.items.select_related(*related).get(code=code, occurrence=occurrence)
