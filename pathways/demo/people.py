"""The invented staff of the demonstration: personas to sign in as, and colleagues who only make entries."""

from dataclasses import dataclass, field

from pathways.enums import Role, SiteRole

TEAMS = {
    "rowan": "Rowan team",
    "larch": "Larch team",
}


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A member of staff; `teams` gives a role per team code, `site_roles` what counts everywhere."""

    username: str
    display_name: str
    description: str
    discipline: str | None = None
    teams: dict[str, Role] = field(default_factory=dict)
    site_roles: tuple[SiteRole, ...] = ()

    @property
    def where(self) -> str:
        """The teams in which the person has a role, in words."""
        return ", ".join(TEAMS[code] for code in self.teams) or "All teams"


PERSONAS = (
    Persona(
        username="okafor",
        display_name="Dr R. Okafor",
        description="Spinal surgeon",
        discipline="spinal-surgery",
        teams={"rowan": Role.MEMBER},
    ),
    Persona(
        username="lindqvist",
        display_name="Dr J. Lindqvist",
        description="Clinical oncologist",
        discipline="clinical-oncology",
        teams={"rowan": Role.MEMBER, "larch": Role.MEMBER},
    ),
    Persona(
        username="rahman",
        display_name="Dr A. Rahman",
        description="Radiologist",
        discipline="radiology",
        teams={"rowan": Role.MEMBER, "larch": Role.MEMBER},
    ),
    Persona(
        username="castellan",
        display_name="Dr M. Castellan",
        description="Palliative care physician",
        discipline="palliative-care",
        teams={"rowan": Role.MEMBER, "larch": Role.MEMBER},
    ),
    Persona(
        username="nakamura",
        display_name="T. Nakamura",
        description="Physiotherapist",
        discipline="physiotherapy",
        teams={"rowan": Role.MEMBER},
    ),
    Persona(
        username="adeyemi",
        display_name="P. Adeyemi",
        description="Clinical nurse specialist",
        discipline="clinical-nurse-specialist",
        teams={"rowan": Role.MEMBER},
    ),
    Persona(
        username="byrne",
        display_name="S. Byrne",
        description="MDT coordinator",
        discipline="acute-oncology-mscc-coordinator",
        teams={"rowan": Role.COORDINATOR},
    ),
    Persona(
        username="ferreira",
        display_name="L. Ferreira",
        description="MDT coordinator",
        discipline="acute-oncology-mscc-coordinator",
        teams={"larch": Role.COORDINATOR},
    ),
    Persona(
        username="osei",
        display_name="Dr K. Osei",
        description="Spinal surgeon",
        discipline="spinal-surgery",
        teams={"larch": Role.MEMBER},
    ),
    Persona(
        username="haddad",
        display_name="N. Haddad",
        description="Pathway editor",
        teams={"rowan": Role.OBSERVER},
        site_roles=(SiteRole.PATHWAY_EDITOR,),
    ),
    Persona(
        username="varga",
        display_name="E. Varga",
        description="Auditor",
        site_roles=(SiteRole.AUDITOR,),
    ),
    Persona(
        username="moreau",
        display_name="C. Moreau",
        description="Observer, looks without changing",
        teams={"rowan": Role.OBSERVER, "larch": Role.OBSERVER},
    ),
)

COLLEAGUES = (
    Persona(
        username="whitlock",
        display_name="M. Whitlock",
        description="Ward nurse",
        discipline="ward-team",
        teams={"rowan": Role.MEMBER, "larch": Role.MEMBER},
    ),
    Persona(
        username="sandoval",
        display_name="Dr I. Sandoval",
        description="Medical oncologist",
        discipline="medical-oncology",
        teams={"rowan": Role.MEMBER, "larch": Role.MEMBER},
    ),
    Persona(
        username="delacroix",
        display_name="A. Delacroix",
        description="Pharmacist",
        discipline="pharmacy",
        teams={"rowan": Role.MEMBER, "larch": Role.MEMBER},
    ),
    Persona(
        username="oduya",
        display_name="E. Oduya",
        description="Occupational therapist",
        discipline="occupational-therapy",
        teams={"rowan": Role.MEMBER, "larch": Role.MEMBER},
    ),
    Persona(
        username="hale",
        display_name="J. Hale",
        description="Clinical nurse specialist",
        discipline="clinical-nurse-specialist",
        teams={"larch": Role.MEMBER},
    ),
    Persona(
        username="petrov",
        display_name="V. Petrov",
        description="Physiotherapist",
        discipline="physiotherapy",
        teams={"larch": Role.MEMBER},
    ),
)

STAFF = PERSONAS + COLLEAGUES

STANDS_IN_FOR = {
    "haematology": "medical-oncology",
    "interventional-radiology": "radiology",
    "nuclear-medicine": "radiology",
    "pathology": "medical-oncology",
    "pain-team": "palliative-care",
    "psychology": "clinical-nurse-specialist",
    "social-work": "clinical-nurse-specialist",
    "dietetics": "clinical-nurse-specialist",
    "dental": "pharmacy",
    "primary-care": "clinical-nurse-specialist",
}


def coordinator_of(team: str) -> str:
    """The user name of the person who opens, holds and closes the team's cases."""
    return next(each.username for each in STAFF if each.teams.get(team) == Role.COORDINATOR)


def works_in(team: str, discipline: str) -> str:
    """The user name of the member who does this discipline's work in the team, else of its coordinator."""
    present = STANDS_IN_FOR.get(discipline, discipline)
    members = (each for each in STAFF if each.teams.get(team) == Role.MEMBER and each.discipline == present)
    found = next(members, None)
    return found.username if found else coordinator_of(team)
