"""From points of the unit cube to parameter values: priors, and what must hold between parameters.

Priors are uniform and independent but for the rules of `config.consistency`: shares that add up to 1 at most,
ages that follow each other. There the values are uniform over the part of the priors in which the rule holds,
by the conditional distribution of each name given those before it (Rosenblatt 1952), so that no draw is
refused and a design keeps its shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from batiksim.config.consistency import RULES, Rule, broken
from batiksim.config.dated_values import LAST, Value
from batiksim.config.frozen_dict import FrozenDict
from batiksim.config.parameters import Parameter, load_parameters
from batiksim.errors import InputError, ParameterError, UsageError
from batiksim.i18n.texts import suggestion, text
from batiksim.runs.draws import Draw, under
from batiksim.scenario import Scenario
from batiksim.scenario.differences import ABOUT_STUDIES
from batiksim.studies.sample import uncertain
from batiksim.world.places import PEKALONGAN

Floats = NDArray[np.float64]

ALL = "all"
# Significant digits of a value, and of one that must keep a rule with others.
_DIGITS, _FINE_DIGITS = 6, 11
_GRID = 513


def chosen(parameters: str | Sequence[str], lead: Scenario) -> tuple[str, ...]:
    """The parameters that are asked for, sorted: names or patterns, with commas between, or "all".

    All are those that the shipped sample draws, of the nation also its own. Raises ParameterError for a name
    that does not exist or has no prior.
    """
    known = load_parameters()
    words = parameters.split(",") if isinstance(parameters, str) else list(parameters)
    found: set[str] = set()
    for word in (word.strip() for word in words):
        if word == ALL:
            found |= set(_usual(lead))
            continue
        fitting = [name for name in known if fnmatchcase(name, word)]
        if not fitting:
            near = suggestion(word.removesuffix(".*"), [*known, *{name.split(".")[0] for name in known}])
            raise ParameterError(text("evaluate.no_parameter", pattern=word, near=near))
        with_prior = [name for name in fitting if _range(known[name], lead) is not None]
        if not with_prior or (len(fitting) == 1 and word.startswith(ABOUT_STUDIES)):
            raise ParameterError(text("sweep.no_prior", name=word))
        found |= {name for name in with_prior if not name.startswith(ABOUT_STUDIES)}
    return tuple(sorted(found))


def _usual(lead: Scenario) -> Iterator[str]:
    yield from uncertain()
    for name, one in load_parameters().items():
        if name in lead.uncertainty or (
            lead.places != PEKALONGAN and "national" in name and one.prior is not None
        ):
            yield name


def _range(parameter: Parameter, lead: Scenario) -> tuple[Value, ...] | None:
    return lead.uncertainty.get(parameter.name, parameter.prior)


@dataclass(frozen=True)
class Space:
    """The values that can be drawn: `ranges` (low, high), or words of a choice, by name, sorted.

    `chains` are the rules that such values could break.
    """

    ranges: Mapping[str, tuple[Value, ...]]
    chains: tuple[Chain, ...]

    def values(self, points: Floats) -> list[dict[str, Value]]:
        """The values that points (draws, parameters) stand for, a mapping a draw, without those that are NaN.

        Raises UsageError where a rule leaves nothing of a prior.
        """
        known, names = load_parameters(), list(self.ranges)
        columns = {
            name: _column(known[name], self.ranges[name], points[:, k]) for k, name in enumerate(names)
        }
        for chain in self.chains:
            columns |= chain.values(np.array([points[:, names.index(name)] for name in chain.ranges]))
        there = ~np.isnan(points)
        return [
            {name: columns[name][row] for k, name in enumerate(names) if there[row, k]}
            for row in range(len(points))
        ]


def _column(parameter: Parameter, ends: tuple[Value, ...], points: Floats) -> list[Value]:
    """The values of one parameter at places 0 to 1 of its prior, the lowest where a place is NaN."""
    u = np.nan_to_num(points)
    if parameter.type == "choice":
        return [ends[place] for place in np.minimum((u * len(ends)).astype(int), len(ends) - 1).tolist()]
    low, high = (float(end) for end in ends)
    if parameter.type == "integer":
        return [min(int(value), int(high)) for value in np.floor(low + u * (high - low + 1.0)).tolist()]
    return [min(max(float(f"{v:.{_DIGITS}g}"), low), high) for v in (low + u * (high - low)).tolist()]


@dataclass(frozen=True)
class Chain:
    """A rule, the ranges of those of its names that are drawn, in its order, and what the scenarios say of
    each of its names, (lowest, highest), for draws that leave it alone.
    """

    rule: Rule
    ranges: Mapping[str, tuple[float, float]]
    said: Mapping[str, tuple[float, float]]

    def values(self, points: Floats) -> dict[str, list[Value]]:
        """The values of its names at places (names, draws) of the cube, one list a name."""
        found, there = np.zeros_like(points), ~np.isnan(points)
        for pattern in np.unique(there, axis=1).T:
            rows = np.flatnonzero((there == pattern[:, None]).all(axis=0))
            drawn = [name for name, is_there in zip(self.ranges, pattern.tolist(), strict=True) if is_there]
            if drawn:
                places = np.ix_(pattern, rows)
                found[places] = self._conditional(drawn, points[places])
        written: list[list[Value]] = [
            [float(f"{value:.{_FINE_DIGITS}g}") for value in column] for column in found.tolist()
        ]
        return dict(zip(self.ranges, written, strict=True))

    def _conditional(self, drawn: list[str], points: Floats) -> Floats:
        """Values (names, draws): each name by its distribution given those before it.

        All that counts of those is the `state`, their sum or the last of them; `volumes` are how much is left
        for the names to come, by state.
        """
        ends, room = [self._cut(name, drawn) for name in drawn], self._room(drawn)
        ascending = self.rule.most is None
        states = np.linspace(*self._states(ends), _GRID)

        def limits(state: Floats, low: float, high: float) -> tuple[Floats, Floats]:
            least = np.clip(state, low, high) if ascending else np.full_like(state, low)
            most = np.full_like(state, high) if ascending else np.clip(room - state, low, high)
            return least, np.where((state > high) if ascending else (room - state < low), least, most)

        def weighed(state: Floats, low: float, high: float, volume: Floats) -> tuple[Floats, Floats]:
            """Values of the next name, (grid, states), and how much there is up to each of them."""
            least, most = limits(state, low, high)
            x = np.linspace(0.0, 1.0, _GRID)[:, None] * (most - least) + least
            weight = np.interp(x if ascending else x + state, states, volume)
            steps = (weight[1:] + weight[:-1]) / 2.0 * np.diff(x, axis=0)
            return x, np.vstack([np.zeros(state.size), np.cumsum(steps, axis=0)])

        volumes = [np.ones(_GRID)]
        for low, high in reversed(ends):
            volumes.insert(0, weighed(states, low, high, volumes[0])[1][-1])
        found, state = np.empty_like(points), np.full(points.shape[1], states[0] if ascending else 0.0)
        for k, (low, high) in enumerate(ends):
            x, below = weighed(state, low, high, volumes[k + 1])
            if (below[-1] <= 0.0).any():
                raise UsageError(
                    text("sweep.no_room", rule=self.rule.written(self.rule.names), name=drawn[k])
                )
            wanted = points[k] * below[-1]
            found[k] = [np.interp(wanted[j], below[:, j], x[:, j]) for j in range(wanted.size)]
            state = found[k] if ascending else state + found[k]
        return found

    def _room(self, drawn: list[str]) -> float:
        """What a sum of drawn names can be at most."""
        others = [self.said[name][1] for name in self.rule.names if name not in drawn]
        return (self.rule.most or 0.0) - sum(others)

    def _cut(self, name: str, drawn: list[str]) -> tuple[float, float]:
        """The range of a name, between those before and after it that the draw leaves alone."""
        low, high = self.ranges[name]
        if self.rule.most is None:
            place = self.rule.names.index(name)
            low = max([low, *(self.said[one][1] for one in self.rule.names[:place] if one not in drawn)])
            high = min(
                [high, *(self.said[one][0] for one in self.rule.names[place + 1 :] if one not in drawn)]
            )
        return low, high

    def _states(self, ends: Sequence[tuple[float, float]]) -> tuple[float, float]:
        if self.rule.most is None:
            return min(low for low, _ in ends), max(high for _, high in ends)
        return 0.0, max(sum(high for _, high in ends), 1e-9)


def space_of(names: Sequence[str], scenarios: Sequence[Scenario]) -> Space:
    """The space of some parameters under the scenarios, the first of which may state priors of its own."""
    known, lead = load_parameters(), scenarios[0]
    ranges: dict[str, tuple[Value, ...]] = {}
    for name in names:
        ends = _range(known[name], lead)
        assert ends is not None
        ranges[name] = ends
    chains = [chain for rule in RULES if (chain := _chain(rule, ranges, scenarios)) is not None]
    seen: set[str] = set()
    for chain in chains:
        if twice := seen & set(chain.ranges):
            raise UsageError(text("sweep.two_rules", name=min(twice)))
        seen |= set(chain.ranges)
    return Space(FrozenDict(ranges), tuple(chains))


def _chain(
    rule: Rule, ranges: Mapping[str, tuple[Value, ...]], scenarios: Sequence[Scenario]
) -> Chain | None:
    """The rule as a chain, None where no draw can break it."""
    drawn = {name: (float(ranges[name][0]), float(ranges[name][1])) for name in rule.names if name in ranges}
    if not drawn:
        return None
    series = {
        name: np.array([one.timeline(name).series(LAST + 1) for one in scenarios]) for name in rule.names
    }
    said = {name: (float(one.min()), float(one.max())) for name, one in series.items()}
    # The worst there can be: every drawn name anywhere in its range, or as a scenario says it.
    wide = {
        name: (min(drawn[name][0], said[name][0]), max(drawn[name][1], said[name][1]))
        if name in drawn
        else one
        for name, one in said.items()
    }
    if rule.most is not None:
        safe = sum(high for _, high in wide.values()) <= rule.most
    else:
        pairs = zip(rule.names, rule.names[1:], strict=False)
        safe = all(wide[one][1] <= wide[next_one][0] for one, next_one in pairs)
    return None if safe else Chain(rule, FrozenDict(drawn), FrozenDict(said))


def refuse_contradictions(space: Space, draws: Sequence[Draw], scenarios: Sequence[Scenario]) -> None:
    """Raise UsageError where values that a scenario sets itself contradict draws that lie under it."""
    for scenario in scenarios:
        for chain in space.chains:
            if not set(chain.ranges) & set(scenario.spans):
                continue
            wrong = [draw.number for draw in draws if _contradicts(chain, draw, scenario)]
            if wrong:
                raise UsageError(
                    text(
                        "sweep.contradicts", count=len(wrong), draws=len(draws), scenario=scenario.stem,
                        rule=chain.rule.written(chain.rule.names), names=", ".join(chain.ranges),
                    )
                )  # fmt: skip


def _contradicts(chain: Chain, draw: Draw, scenario: Scenario) -> bool:
    few = Draw(
        draw.name, FrozenDict({k: v for k, v in draw.values.items() if k in chain.ranges}), 0, draw.world
    )
    try:
        case = under(scenario, few)
    except InputError:
        return True
    return case is not None and any(True for _ in broken(case.timeline, chain.ranges))
