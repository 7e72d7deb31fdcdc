"""The plausible sample: parameter sets drawn over the priors that meet what is known, in both worlds.

The facts do not tell whether hands or orders are short (docs/reference/sample.md), so that a result is one of
the sample and not of the baseline. `python -m tools.sample` writes `data/sample.csv`, a row a draw: what is
known makes each as likely as any other. `data/core.csv` (`python -m tools.core`) holds few, about as many of
either world: for what is looked at world by world, or where each set costs too much; it gives no odds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from batiksim.config.dated_values import Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import REGIME, Parameter, load_parameters
from batiksim.data import text as data_text
from batiksim.errors import ParameterError, UsageError
from batiksim.i18n.texts import text
from batiksim.runs import atomic_files
from batiksim.runs.design import NO_SAMPLE
from batiksim.runs.draws import DRAWN, Draw
from batiksim.runs.sample_table import SampleTable, alike
from batiksim.scenario import Scenario
from batiksim.scenario.differences import ABOUT_STUDIES
from batiksim.studies.binding import BETWEEN, HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.statistics import systematic
from batiksim.world.places import PEKALONGAN

FILE, CORE_FILE = "sample.csv", "core.csv"
SHIPPED, CORE = "shipped", "core"
MEASURED_WORLDS = (HANDS_SHORT, ORDERS_SHORT, BETWEEN)
_ID, _WORLD = "id", "world"
_PARQUET = ".parquet"
_LEAST_ALIKE = 2


@dataclass(frozen=True)
class Member:
    """One draw of the sample: what it is called, its world, and its values, changes for `Scenario.but`."""

    id: str
    world: str
    values: Mapping[str, Value]

    def draw(self, number: int) -> Draw:
        """The same as a draw of a design, with its number in the column `draw`."""
        return Draw(self.id, FrozenDict(self.values), number, self.world)


@cache
def uncertain() -> Mapping[str, Parameter]:
    """Every parameter of the region that has a prior, by name: what the sample draws.

    Not those of the nation's centres, which the region has not, nor those that only sum up runs.
    """
    known = load_parameters().items()
    return FrozenDict(
        (name, one)
        for name, one in known
        if one.prior is not None and "national" not in name and not name.startswith(ABOUT_STUDIES)
    )


def usual_sample(scenarios: Sequence[Scenario], regimes: Sequence[str] | None = None) -> str:
    """The sample that a comparison is made with if nobody says: the one that ships, none where regimes are
    named, by a scenario or the caller, and none for the nation, whose parameters it does not draw.
    """
    own = regimes or any(REGIME in one.spans or one.places != PEKALONGAN for one in scenarios)
    return NO_SAMPLE if own else SHIPPED


def sample_of(which: str) -> tuple[Member, ...]:
    """The sample called `which`: the one that ships, its core, or that of a file, `.parquet` as of a sweep.

    Raises ParameterError where it does not fit the parameters, UsageError where it cannot be read.
    """
    if which == SHIPPED:
        return load_sample()
    if which == CORE:
        return load_core()
    path = atomic_files.named(which)
    with atomic_files.readable(path, text("sample.remedy")):
        if (table := read_table(which)) is not None:
            return _of_table(table)
        return read_sample(atomic_files.read(path).decode("utf-8"), path.name)


def read_table(which: str) -> SampleTable | None:
    """The draws and weights of a file like that of a sweep, None for a sample of another kind."""
    path = atomic_files.named(which)
    if path.suffix != _PARQUET:
        return None
    with atomic_files.readable(path, text("sample.remedy")):
        return SampleTable.unpack(atomic_files.read(path), path.name)


def _of_table(table: SampleTable) -> tuple[Member, ...]:
    """The draws of a table; what one leaves empty stays as the scenarios say it.

    A comparison counts each draw once: of draws with different weights it takes as many as can count alike,
    in proportion to their weights. Raises ValueError where one draw has more than half of the weight.
    """
    draws, weights = table.draws, table.weights
    if not alike(weights):
        count = int(weights.sum() / weights.max() + 1e-9)
        if count < _LEAST_ALIKE:
            raise ValueError(text("sample.weighed"))
        draws = tuple(draws[k] for k in systematic(weights, count)[0])
    return tuple(Member(draw.name, draw.world or DRAWN, draw.values) for draw in draws)


def taken(members: Sequence[Member], count: int | None = None) -> list[tuple[int, Member]]:
    """`count` members of a sample (default: all), each with its number, of each world in proportion, so that
    few say what all say. Raises UsageError where there are not so many.
    """
    if count is not None and not 1 <= count <= len(members):
        raise UsageError(text("sample.too_many", count=count, most=len(members)))
    by_world: dict[str, list[tuple[int, Member]]] = {}
    for number, member in enumerate(members, start=1):
        by_world.setdefault(member.world, []).append((number, member))
    return sorted(islice(_by_quota(list(by_world.values())), count), key=lambda one: one[0])


def _by_quota(groups: Sequence[Sequence[tuple[int, Member]]]) -> Iterator[tuple[int, Member]]:
    """All of some groups, always next of the one that is farthest behind its share (largest remainder)."""
    total, given = sum(map(len, groups)), [0] * len(groups)
    for count in range(1, total + 1):
        k = max(range(len(groups)), key=lambda one: count * len(groups[one]) / total - given[one])
        yield groups[k][given[k]]
        given[k] += 1


@cache
def load_sample() -> tuple[Member, ...]:
    """The sample that ships. Raises ParameterError where it does not fit the parameters."""
    return read_sample(data_text(FILE))


@cache
def load_core() -> tuple[Member, ...]:
    """The core that ships. Raises ParameterError where it does not fit the parameters."""
    return read_sample(data_text(CORE_FILE), CORE_FILE)


def read_sample(content: str, file: str = FILE) -> tuple[Member, ...]:
    """The draws of a table: columns id, world, and one for each parameter that is `uncertain`.

    Raises ParameterError for other columns, repeated ids, unknown worlds and values outside a prior.
    """
    lines = csv.DictReader(content.splitlines())
    names, columns = list(uncertain()), list(lines.fieldnames or ())
    if columns != [_ID, _WORLD, *names]:
        odd = sorted(set(columns).symmetric_difference({_ID, _WORLD, *names})) or ["the order of columns"]
        raise ParameterError(f"{file}: not the parameters with a prior: {', '.join(odd)}; {_REMEDY}")
    found = tuple(_member(row, file) for row in lines)
    if len({one.id for one in found}) < len(found):
        raise ParameterError(f"{file}: two draws have the same id")
    return found


_REMEDY = "draw it anew by python -m tools.sample or tools.core"


def _member(row: Mapping[str, str], file: str) -> Member:
    if row[_WORLD] not in MEASURED_WORLDS:
        raise ParameterError(f"{file}: {row[_ID]}: {row[_WORLD]!r} is none of {', '.join(MEASURED_WORLDS)}")
    values = {name: _value(one, row[name], f"{file}: {row[_ID]}") for name, one in uncertain().items()}
    return Member(row[_ID], row[_WORLD], FrozenDict(values))


def _value(parameter: Parameter, written: str, where: str) -> Value:
    """A value within its prior, of which `read_family` has seen to it that it lies in the range."""
    prior = parameter.prior
    assert prior is not None
    if parameter.type == "choice":
        if written in prior:
            return written
    else:
        try:
            value = int(written) if parameter.type == "integer" else float(written)
        except ValueError:
            value = float("nan")
        low, high = (float(end) for end in prior)
        if low <= value <= high:
            return value
    raise ParameterError(f"{where}: {parameter.name} is {written!r}, its prior {prior}; {_REMEDY}")


def write_sample(members: Iterable[Member]) -> str:
    """The table that `read_sample` reads."""
    lines = [[_ID, _WORLD, *uncertain()]]
    lines += [[one.id, one.world, *(f"{one.values[name]}" for name in uncertain())] for one in members]
    return "".join(",".join(line) + "\n" for line in lines)
