"""The story types of the demonstration, and which case tells which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .chance import Dice
from .patient import Wanted
from .twists import TWISTS, Twist

MAIN = "spinal-metastases"
EMERGENCY = "mscc-emergency"
TEAM_SHARES = {"rowan": 0.6, "larch": 0.4}

NEVER: dict[str, Sequence[Any]] = {"group": ["never"]}
CONFIRMED: dict[str, Sequence[Any]] = {"group": ["confirmed"]}


@dataclass(frozen=True, kw_only=True)
class Story:
    """A type of story: how often it is told, what its person is like, how many days ago it began.

    The first `on_main` of its cases are on the main pathway, the others on the emergency pathway.
    """

    title: str
    weight: int
    shape: str
    days_ago: tuple[float, float]
    wanted: Wanted = field(default_factory=dict)
    on_main: int = 1_000_000


STORIES: Mapping[str, Story] = {
    "single_fraction": Story(
        title="Single fraction, settles",
        weight=26,
        shape="calm",
        days_ago=(0.3, 80),
        wanted=NEVER
        | {
            "index_region": ["thoracic"],
            "stability": ["low"],
            "plan": ["rt_only"],
            "technique": ["ebrt_single"],
            "ecog": ["0", "1", "2"],
            "survival_days": [200, 900],
        },
    ),
    "systemic_first": Story(
        title="Systemic therapy first",
        weight=13,
        shape="calm",
        days_ago=(2, 70),
        wanted=NEVER
        | {
            "primary_site": ["breast", "prostate", "myeloma"],
            "plan": ["systemic_only"],
            "stability": ["low", "mid"],
            "ecog": ["0", "1", "2"],
            "bone_agent": ["zoledronic_acid", "denosumab", "pamidronate"],
            "survival_days": [300, 2000],
        },
    ),
    "emergency_walking_kept": Story(
        title="Emergency, walking kept",
        weight=9,
        shape="emergency",
        days_ago=(0.4, 40),
        on_main=1,
        wanted=CONFIRMED
        | {
            "deficit": ["minor"],
            "ambulation": ["independent", "with_aid"],
            "plan": ["rt_only"],
            "technique": ["ebrt_single", "ebrt_short"],
            "survival_days": [150, 700],
        },
    ),
    "emergency_walking_lost": Story(
        title="Emergency, walking lost",
        weight=6,
        shape="emergency",
        days_ago=(20, 60),
        on_main=1,
        wanted=CONFIRMED
        | {
            "deficit": ["major"],
            "ambulation": ["non_ambulant"],
            "plan": ["rt_only"],
            "technique": ["ebrt_single"],
            "ecog": ["3", "4"],
            "survival_days": [12, 45],
        },
    ),
    "operated": Story(
        title="Operated and irradiated",
        weight=11,
        shape="emergency",
        days_ago=(2, 80),
        on_main=2,
        wanted=CONFIRMED
        | {
            "primary_site": ["kidney", "thyroid", "breast", "myeloma"],
            "stability": ["high"],
            "deficit": ["none", "minor"],
            "plan": ["surgery_rt"],
            "technique": ["ebrt_short", "ebrt_long", "imrt"],
            "ecog": ["0", "1", "2"],
            "survival_days": [250, 1500],
        },
    ),
    "cement": Story(
        title="Cement and radiotherapy",
        weight=7,
        shape="calm",
        days_ago=(3, 60),
        wanted=NEVER
        | {
            "stability": ["mid"],
            "collapse": [2, 3],
            "sins_pain": [3],
            "plan": ["cement_rt"],
            "technique": ["ebrt_single", "ebrt_short"],
            "ecog": ["1", "2"],
            "survival_days": [250, 1200],
        },
    ),
    "sbrt": Story(
        title="SBRT with long follow-up",
        weight=6,
        shape="calm",
        days_ago=(18, 240),
        wanted=NEVER
        | {
            "primary_site": ["kidney", "prostate", "breast", "melanoma"],
            "level_count": ["one", "two"],
            "stability": ["low"],
            "escc": ["0", "1a", "1b"],
            "plan": ["rt_only"],
            "technique": ["sbrt_single", "sbrt_multi"],
            "ecog": ["0", "1"],
            "survival_days": [800, 2500],
        },
    ),
    "suspected_later": Story(
        title="Turns suspected later",
        weight=6,
        shape="suspected_later",
        days_ago=(22, 45),
        wanted=CONFIRMED
        | {
            "deficit": ["minor"],
            "ambulation": ["with_aid", "with_help"],
            "plan": ["rt_only"],
            "technique": ["ebrt_short"],
            "survival_days": [150, 600],
        },
    ),
    "progression": Story(
        title="Progression and second course",
        weight=7,
        shape="progression",
        days_ago=(215, 330),
        wanted=NEVER
        | {
            "plan": ["rt_only"],
            "technique": ["ebrt_short", "ebrt_single"],
            "ecog": ["0", "1", "2"],
            "survival_days": [500, 1500],
        },
    ),
    "supportive": Story(
        title="Supportive from the start",
        weight=6,
        shape="supportive",
        days_ago=(9, 72),
        wanted=NEVER
        | {
            "primary_site": ["lung", "gastrointestinal"],
            "ecog": ["3", "4"],
            "plan": ["supportive"],
            "survival_days": [13, 45],
        },
    ),
    "alternative": Story(
        title="Alternative diagnosis",
        weight=3,
        shape="alternative",
        days_ago=(12, 55),
        wanted=NEVER | {"primary_status": ["past", "suspected"], "survival_days": [900, 2000]},
    ),
}


@dataclass(frozen=True)
class Telling:
    """One case to be: which story, with which twist, on which pathway and team, how long ago it began."""

    number: int
    story: str
    twist: Twist
    template: str
    team: str
    days_ago: float

    @property
    def wanted(self) -> dict[str, Any]:
        return {**STORIES[self.story].wanted, **self.twist.wanted}

    @property
    def shape(self) -> str:
        return self.twist.shape or STORIES[self.story].shape


def allot(cases: int) -> dict[str, int]:
    """How many cases tell each story: one each while there are enough, the rest by weight."""
    told = dict.fromkeys(STORIES, 0)
    total = sum(story.weight for story in STORIES.values())
    for _ in range(cases):
        due = max(told, key=lambda name: (not told[name], STORIES[name].weight / total / (told[name] + 0.5)))
        told[due] += 1
    return told


def tellings(cases: int, seed: int) -> list[Telling]:
    """Every case to be, the one that began first in front."""
    found = [
        _telling(story, place, count, seed) for story, count in allot(cases).items() for place in range(count)
    ]
    in_order = sorted(found, key=lambda each: (-each.days_ago, each.story))
    return [_numbered(each, number) for number, each in enumerate(in_order, start=1)]


def _telling(name: str, place: int, count: int, seed: int) -> Telling:
    story, dice = STORIES[name], Dice(f"telling:{seed}:{name}:{place}")
    twists = [twist for twist in TWISTS if twist.story == name]
    twist = twists[place] if place < len(twists) else Twist(story=name)
    low, high = story.days_ago
    share = ((place + dice.between(0.2, 0.8)) / count) ** 3
    return Telling(
        number=0,
        story=name,
        twist=twist,
        template=MAIN if place < story.on_main else EMERGENCY,
        team=dice.pick(TEAM_SHARES),
        days_ago=twist.days_ago or low + (high - low) * share,
    )


def _numbered(telling: Telling, number: int) -> Telling:
    return replace(telling, number=number)
