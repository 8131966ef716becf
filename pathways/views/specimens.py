"""A case that exists in memory alone, shown by the templates of the real pages."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from itertools import count
from uuid import uuid4

from django.conf import settings
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.text import slugify

from pathways import responses
from pathways.enums import NEEDS_REASON, SETTLED, ItemStatus, Phase, Requirement, ResponseKind, Role
from pathways.forms.items import needs_time
from pathways.interop.template_files import read_vocabulary
from pathways.models import (
    Case,
    ChecklistItem,
    Discipline,
    PathwayTemplate,
    ReasonCode,
    Team,
    TemplateItem,
    TemplateVersion,
    User,
)
from pathways.views.item_forms import hidden_csrf
from pathways.views.rows import Rows, fresh_token

# No case can have this reference, because a template's prefix has two letters at least: what is sent from a
# specimen is answered with "not found".
REFERENCE = "X-1"
TICK = {"kind": ResponseKind.TICK}
DETAILS = {"age_years": 68, "sex": "male", "primary_site": "prostate", "index_level": "T8"}
FIELDS = [*DETAILS, "spine_regions", "immobilised"]

LIVE = re.compile(r'\s(?:hx-[\w-]+="[^"]*"|data-(?:autofocus|guard|unsaved)\b)')
OWN_ADDRESS = re.compile(r'(<form\b[^>]*?)\saction="\?[^"]*"')
NO_ADDRESS = re.compile(r"<form\b(?![^>]*\saction=)")
NAMES_IDS = re.compile(r'(?<=\s)(id|for|aria-labelledby|aria-describedby)="([^"]*)"')
LABELLED = re.compile(r'(<(?:nav|form|div)\b[^>]*\saria-label="[^"]*)"')
HEADED = re.compile(r'(<section\b[^>]*\saria-labelledby="[^"]*)"')


def person(number, name, role=Role.MEMBER):
    """Somebody of the team."""
    found = User(pk=-number, username=slugify(name.split()[-1]), display_name=name)
    found.roles_by_team = {TEAM.pk: role}
    return found


TEAM = Team(pk=-1, code="rowan", name="Rowan team")
YOU = person(1, "Dr A. Rahman")
COLLEAGUE = person(2, "Dr J. Lindqvist")
NURSE = person(3, "P. Adeyemi")
OBSERVER = person(4, "C. Moreau", Role.OBSERVER)
DISCIPLINE = Discipline(pk=-1, code="radiology", title="Radiology")


@cache
def vocabulary():
    """The instruments, case fields and reasons of the fixtures; read once by each process, in 0.5 s."""
    return read_vocabulary(settings.BASE_DIR / "fixtures")


@cache
def template_version():
    fields = {each.code: each.stored() for each in vocabulary().case_fields}
    return TemplateVersion(
        pk=-1,
        number=3,
        template=PathwayTemplate(pk=-1, code="specimen", title="Specimen pathway"),
        case_fields=[fields[code] for code in FIELDS],
        instruments=[each.stored() for each in vocabulary().instruments],
        sources=[{"code": "ONE", "title": "A source with an address", "url": "https://www.example.org/"}],
    )


@cache
def reason_for(status):
    """The first reason that fits the status."""
    found = next(each for each in vocabulary().reason_codes if getattr(each, f"for_{status}"))
    return ReasonCode(pk=-1, **found.stored())


@dataclass(frozen=True)
class Specimen:
    """One component in one state, `within` the class of what stands around it on its page.

    Specimens of the same `mark` may point at each other's ids.
    """

    caption: str
    html: str
    within: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Question:
    """What an item asks, what is typed to answer it, and what is typed that cannot be taken."""

    name: str
    asks: dict
    answer: dict
    wrong: dict
    within: str = ""


class Sample:
    """One case at one moment; what is made of it is never saved."""

    def __init__(self, request, **fields):
        self.request, self.now = request, timezone.now()
        self.numbers = count(1)
        values = {"reference": REFERENCE, "details": DETAILS, "opened_at": self.ago(days=9)} | fields
        self.case = Case(pk=-1, team=TEAM, template_version=template_version(), **values)
        self.page = reverse("case_detail", args=[self.case.reference])
        self.shared = {"case": self.case, "csrf": hidden_csrf(request), "new_token": fresh_token}

    def ago(self, **span):
        return self.now - timedelta(**span)

    def ahead(self, **span):
        return self.now + timedelta(**span)

    def item(self, title, asks=TICK, *, requirement=Requirement.REQUIRED, within="", needs=(), **fields):
        """An item that applies; its code is made of its title, which says what it is a specimen of."""
        number = next(self.numbers)
        asked = {"requirement": requirement, "within": within, "depends_on": list(needs)}
        target = TemplateItem(pk=-number, title=title, discipline=DISCIPLINE, response=asks, **asked)
        values = {"code": slugify(title)[:60], "phase": Phase.DIAGNOSIS, "version": 2, "position": number}
        values |= {"applies_since": self.case.opened_at} | fields
        return ChecklistItem(pk=-number, case=self.case, template_item=target, **values)

    def standing(self, status):
        """What an item holds because of its status."""
        found = {"status": status}
        if status in NEEDS_REASON:
            found["reason"] = reason_for(status)
        if status in SETTLED:
            found |= {"settled_by": COLLEAGUE, "settled_at": self.ago(hours=3)}
        return found | ({"response": {"value": True}} if status == ItemStatus.DONE else {})

    def answered(self, question, title, **more):
        """An item that is done with the answer to the question."""
        done = self.standing(ItemStatus.DONE) | more
        item = self.item(title, question.asks, within=question.within, **done)
        item.response = responses.read(
            question.asks,
            question.answer,
            instrument=template_version().instrument(question.asks.get("instrument")),
            needs_time=needs_time(item),
            now=self.now,
        )
        return item

    def show(self, template, **context):
        """The template as HTML."""
        return render_to_string(template, self.shared | context, self.request)

    def listed(self, items, **known):
        return mark_safe("".join(self.rows(items, **known)))  # noqa: S308  their markup escaped them

    def rows(self, items, *, viewer=YOU, **known):
        """The rows of the items as the viewer sees them; `known` is what Rows knows of them by their id."""
        making = Rows(self.case, items, user=viewer, now=self.now, csrf=self.shared["csrf"])
        making.disciplines = {DISCIPLINE.pk: DISCIPLINE.title}
        for name, by_id in known.items():
            setattr(making, name, by_id)
        return making.listed(items)


def sent(**fields):
    """What a form sends that is open in a browser."""
    data = QueryDict(mutable=True)
    data["token"] = str(uuid4())
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def renamed(html, mark):
    """The same with `mark` before each id, and before what points at one within it."""
    named = NAMES_IDS.sub(partial(_marked, mark), html).replace('href="#', f'href="#{mark}')
    return mark_safe(named)  # noqa: S308  a template made it


def _marked(mark, match):
    return f'{match[1]}="{" ".join(mark + each for each in match[2].split())}"'


def apart(specimen, mark, caption):
    """The specimen with ids and landmarks of its own, and without what acts on the page that it is for.

    `caption` is the id of the element that holds the caption, which becomes part of the landmarks' names.
    """
    html = LIVE.sub("", specimen.html)
    nowhere = f'<form action="{reverse("case_details", args=[REFERENCE])}"'
    html = NO_ADDRESS.sub(nowhere, OWN_ADDRESS.sub(r"\1", html))
    html = HEADED.sub(rf'\1 {caption}"', renamed(html, mark))
    return mark_safe(LABELLED.sub(rf'\1: {escape(specimen.caption)}"', html))  # noqa: S308  a template made it
