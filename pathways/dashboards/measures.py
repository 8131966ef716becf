"""What figures are made of: rows in groups, counted in one query, and found again behind each number."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case as If
from django.db.models import CharField, Count, F, FilteredRelation, Max, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from ..models import Case, User
from ..models.cases import of_teams_seen

OWN = "~own"
ITEM = {
    "template": F("case__template_version__template__code"),
    "item": If(
        When(template_item__isnull=True, then=Value(OWN)), default=F("code"), output_field=CharField()
    ),
}
ITEM_WORDS = (F("template_item__title"), F("case__template_version__template__reference_prefix"))
EVERY = "every"
SHARES = {"least": 5, "low": 25, "median": 50, "high": 75, "most": 95}


def narrowed_to(case="", *, team="", template="", site=""):
    """Rows whose case, a lookup such as "case__", is so; what is empty asks nothing.

    `template` may name one version, as in "spinal-metastases~2".
    """
    code, _, number = template.partition("~")
    asked = {
        "team__code": team,
        "template_version__template__code": code,
        "template_version__number": number,
        "details__primary_site": site,
    }
    return Q(**{f"{case}{column}": value for column, value in asked.items() if value})


@dataclass(frozen=True)
class Scope:
    """Whose cases a page is about, as at `now` and over the days before. What is empty narrows nothing.
    `fields` are code and title of each field that a case's details may hold, `sites` label by primary tumour.
    """

    user: User
    now: datetime
    days: int = 90
    team: str = ""
    template: str = ""
    site: str = ""
    status: str = ""
    fields: tuple = ()
    sites: dict = field(default_factory=dict)

    @property
    def since(self):
        return self.now - timedelta(days=self.days)

    @cached_property
    def cases(self):
        """All cases that the person may see and that fit, closed ones among them."""
        return self._narrowed(Case.objects.order_by(), "")

    def of_cases(self, model):
        """All rows of the model that belong to these cases; by a join, which is planned better than IN."""
        return self._narrowed(model.objects.order_by(), "case__")

    def _narrowed(self, rows, case):
        seen = of_teams_seen(rows, self.user, f"{case}team")
        return seen.filter(narrowed_to(case, team=self.team, template=self.template, site=self.site))


class Column(NamedTuple):
    """One number of each group: the rows that meet a condition; `mark` is how a drawing shows it."""

    name: str
    label: str
    condition: Q = Q()
    mark: str = ""


class Group(NamedTuple):
    """What rows have in common, the words for it, their number in each column, and the value of one of them
    at each of SHARES.
    """

    key: tuple
    words: tuple
    numbers: dict[str, int]
    spread: Any = None

    def with_more(self, words, numbers):
        """Together with a group of the same key; of two words the one that comes later."""
        said = tuple(max(pair, key=lambda word: word or "") for pair in zip(self.words, words, strict=True))
        added = {name: number + numbers[name] for name, number in self.numbers.items()}
        return self._replace(words=said, numbers=added)

    @property
    def newest(self):
        return [*self.numbers.values()][-1]

    @property
    def total(self):
        return self.numbers.get(EVERY, sum(self.numbers.values()))


@dataclass(frozen=True)
class Measure:
    """`by` gives what tells groups apart and `words` what is said of each, as expressions on the rows;
    `spread` names a value of each row whose spread is asked for, of all rows and in no column.
    """

    rows: Callable[[Scope], QuerySet]
    columns: Callable[[Scope], list[Column]]
    by: dict
    words: tuple = ()
    spread: str = ""

    def words_of(self, rows):
        """What is said of a group, read from its rows; one query, or none where nothing is."""
        said = {f"word_{place}": Max(each) for place, each in enumerate(self.words)}
        return tuple(rows.order_by().aggregate(**said).values()) if said else ()

    def behind(self, scope, key=(), column=""):
        """The rows that a number counts; those of all groups and columns where none is named.

        Raises KeyError for a column that there is not.
        """
        wanted = {each.name: each.condition for each in self.columns(scope)}[column] if column else Q()
        rows = self.rows(scope).annotate(**{f"by_{name}": each for name, each in self.by.items()})
        return rows.filter(wanted, **{f"by_{name}": value for name, value in zip(self.by, key, strict=False)})


def counted(measures, scope):
    """Name of each measure to its groups, the fullest first.

    Measures that count the same rows in the same columns are asked together, in one query.
    """
    alike: dict[tuple, dict] = {}
    found = {name: _spread(each, scope) for name, each in measures.items() if each.spread}
    for name in measures.keys() - found.keys():
        each = measures[name]
        alike.setdefault((each.rows, each.columns), {})[name] = each
    for together in alike.values():
        found |= _counted(together, scope)
    return {name: _fullest_first(groups) for name, groups in found.items()}


def _counted(measures, scope):
    of_any = next(iter(measures.values()))
    columns = of_any.columns(scope)
    numbers = {f"n_{place}": Count("pk", filter=each.condition) for place, each in enumerate(columns)}
    keys = {f"by_{part}": by for each in measures.values() for part, by in each.by.items()}
    words = {
        f"word_{name}_{place}": Max(word)
        for name, each in measures.items()
        for place, word in enumerate(each.words)
    }
    rows = of_any.rows(scope)
    found = rows.values(**keys).annotate(**words, **numbers) if keys else [rows.aggregate(**numbers)]
    names = [column.name for column in columns]
    return {
        name: _groups(name, each, found, dict(zip(names, numbers, strict=True)))
        for name, each in measures.items()
    }


def _groups(name, measure, found, columns):
    """The groups of one measure, put together from finer ones."""
    groups: dict[tuple, Group] = {}
    for each in found:
        key = tuple(each[f"by_{part}"] for part in measure.by)
        said = tuple(each[f"word_{name}_{place}"] for place in range(len(measure.words)))
        numbers = {column: each[n] for column, n in columns.items()}
        groups[key] = groups[key].with_more(said, numbers) if key in groups else Group(key, said, numbers)
    return groups.values()


def _fullest_first(groups):
    return sorted(groups, key=lambda each: (-each.total, *map(str, each.key)))


def _spread(measure, scope):
    """With the value at each share by its nearest rank: one that a row has."""
    keys = {f"by_{name}": each for name, each in measure.by.items()}
    words = {f"word_{place}": each for place, each in enumerate(measure.words)}
    rows = measure.rows(scope).annotate(**keys, **words)
    ranked = rows.annotate(
        rank=Window(RowNumber(), partition_by=[*keys], order_by=[measure.spread, "pk"]),
        of=Window(Count("pk"), partition_by=[*keys]),
    )
    wanted = Q(*(Q(rank=_rank(share, F("of"))) for share in SHARES.values()), _connector=Q.OR)
    found: dict[tuple, Group] = {}
    for *said, value, rank, of in ranked.filter(wanted).values_list(
        *keys, *words, measure.spread, "rank", "of"
    ):
        key = tuple(said[: len(keys)])
        group = found.setdefault(key, Group(key, tuple(said[len(keys) :]), {EVERY: of}, {}))
        group.spread.update({name: value for name, share in SHARES.items() if rank == _rank(share, of) // 1})
    return found.values()


def _rank(share, of):
    return (of * share + 99) / 100


def with_start(rows):
    """Rows of PhaseProgress with when each phase was `started`."""
    own = FilteredRelation("case__phases", condition=Q(case__phases__phase=F("phase")))
    return rows.annotate(own=own, started=F("own__started_at"))


def every(label):
    """The columns of a measure that counts its rows once."""
    return lambda _scope: [Column(EVERY, label)]
