"""How a calibration is carried out: waves, sets that pass by simulation, worlds, checks."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from batiksim.calendar import month_index, month_name
from batiksim.config.dated_values import Value
from batiksim.errors import RunError
from batiksim.i18n.texts import text
from batiksim.runs.tally import Round
from batiksim.scenario import Scenario
from batiksim.studies.binding import HANDS_SHORT, ORDERS_SHORT
from batiksim.studies.calibration.evidence import Evidence
from batiksim.studies.calibration.runs import CHECKS, FACTS, LEVERS, WORLD, Ask, Book, Team, pooled
from batiksim.studies.calibration.waves import (
    Drawn,
    Screen,
    fake_sets,
    first_wave,
    luck_of,
    next_wave,
    screen,
)
from batiksim.studies.sampling.space import ALL, Space, chosen, space_of
from batiksim.studies.sensitivity.emulator import LEAST_SETS
from batiksim.studies.statistics import systematic
from batiksim.studies.validation.facts import Fact

Floats = NDArray[np.float64]
Told = Callable[[Round], None]

# Sets of each wave with a second run, from which luck is known, at the small scale and at the large one.
LUCK_SETS, LUCK_SETS_LARGE = 20, 10
WORLD_SEEDS, WORLD_SCALE = 2, 0.1
_TWO = (HANDS_SHORT, ORDERS_SHORT)
# A search for more sets of a rare world looks at so many more than are kept, at most.
_MORE = 2


@dataclass(frozen=True)
class Asked:
    """What a calibration is asked for; `evidence` is fitted, `checks` are only scored."""

    draws: int
    waves: int
    fake: int
    keep: int
    worlds: int
    seeds: int
    scale: float
    cut: float
    evidence: Evidence
    checks: tuple[Fact, ...]
    world_scale: float = WORLD_SCALE

    @cached_property
    def space(self) -> Space:
        """All priors of the region."""
        base = Scenario.default()
        return space_of(chosen(ALL, base), [base])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The parameters that are drawn."""
        return tuple(self.space.ranges)

    @cached_property
    def small(self) -> NDArray[np.bool_]:
        """Which facts may be read at the small scale."""
        return np.array([fact.least_scale <= self.scale + 1e-12 for fact in self.evidence.facts], dtype=bool)

    @cached_property
    def large_scale(self) -> float:
        """The scale at which every fact may be read."""
        return max(fact.least_scale for fact in self.evidence.facts)

    @cached_property
    def until(self) -> str:
        """The end of the year of the last fact that is fitted."""
        return _year_end(self.evidence.facts)

    def places(self, values: Sequence[Mapping[str, Value]]) -> Floats:
        """Where values lie in their priors, 0 to 1 (sets, parameters)."""
        low = np.array([float(ends[0]) for ends in self.space.ranges.values()])
        high = np.array([float(ends[-1]) for ends in self.space.ranges.values()])
        found = np.array([[float(one[name]) for name in self.names] for one in values])
        return np.asarray((found - low) / (high - low))


def _year_end(facts: Sequence[Fact]) -> str:
    return month_name(max(month_index(fact.month) for fact in facts) // 12 * 12 + 11)


@dataclass(frozen=True)
class Sets:
    """Sets of one wave (or the fakes): numbers, points of the cube, values, and readings (sets, facts), NaN
    where a fact was not read; `failed` could not be run.
    """

    wave: int
    numbers: NDArray[np.int64]
    points: Floats
    values: list[dict[str, Value]]
    readings: Floats
    failed: NDArray[np.bool_]

    def rows(self, which: NDArray[np.bool_]) -> Sets:
        """Some of them."""
        values = [one for one, there in zip(self.values, which.tolist(), strict=True) if there]
        return Sets(
            self.wave, self.numbers[which], self.points[which], values, self.readings[which],
            self.failed[which],
        )  # fmt: skip


def joined(some: Sequence[Sets]) -> Sets:
    """Several as one."""
    parts = [
        np.concatenate([getattr(one, key) for one in some])
        for key in ("numbers", "points", "readings", "failed")
    ]
    values = [value for one in some for value in one.values]
    return Sets(some[0].wave, parts[0], parts[1], values, parts[2], parts[3])


@dataclass(frozen=True)
class Wave:
    """A wave: how it was drawn, its sets, the screen made of it and of those before, None after the last."""

    drawn: Drawn
    sets: Sets
    screen: Screen | None = None


@dataclass
class Process:
    """Carries a calibration out, round by round; everything it knows comes from the lines of the book."""

    asked: Asked
    book: Book
    team: Team
    begins: Told
    pairs_small: list[Floats] = field(default_factory=list)
    pairs_large: list[Floats] = field(default_factory=list)
    jobs: int = 1
    pace: float | None = None  # seconds of one process for a month of everybody, once it is known

    @property
    def luck(self) -> Floats:
        """The variance of luck in each fact, at the scale it is read at."""
        evidence, found = self.asked.evidence, np.zeros(len(self.asked.evidence.facts))
        for which, pairs in ((self.asked.small, self.pairs_small), (~self.asked.small, self.pairs_large)):
            if pairs:
                found[which] = luck_of(np.array(pairs))
        assert len(found) == len(evidence.facts)
        return found

    # --- runs

    def seed(self, number: int, k: int) -> int:
        """Each set has seeds of its own."""
        return 1 + (number - 1) * max(self.asked.seeds, 2) + k

    def ask(self, number: int, values: Mapping[str, Value], k: int, large: bool) -> Ask:
        """A run of a set for the facts of a scale."""
        asked = self.asked
        wanted = ~asked.small if large else asked.small
        facts = [fact for fact, there in zip(asked.evidence.facts, wanted.tolist(), strict=True) if there]
        scale, until = asked.scale, asked.until
        if large:  # checks of such places are read beside, and used for nothing
            scale = asked.large_scale
            facts += [one for one in asked.checks if self.read_large(one)]
        return Ask(FACTS, number, self.seed(number, k), scale, values, tuple(facts), until)

    def read_large(self, check: Fact) -> bool:
        """Whether a check is read in the runs at the large scale."""
        asked = self.asked
        return (
            asked.scale < check.least_scale <= asked.large_scale
            and month_index(check.month) <= month_index(asked.until)
            and check.statistic != "drop_vs_twin"
        )

    def run(self, what: str, asks: Sequence[Ask]) -> None:
        """Carry out a round."""
        left = [ask for ask in asks if ask.key not in self.book.rows]
        seconds = None if self.pace is None else self.pace * sum(ask.work for ask in left) / self.jobs
        self.begins(Round(what, len(asks), len(left), seconds))
        self.team.carry_out(asks, self.book)

    def _read(self, sets: Sets, some: Sequence[int], large: bool, label: str, luck: int) -> None:
        """Run some sets and put the means over their seeds into `readings`; `luck` of them a second time."""
        asked, seeds = self.asked, self.asked.seeds
        often = {k: range(max(seeds, 2) if place < luck else seeds) for place, k in enumerate(some)}
        asks = {
            (k, s): self.ask(int(sets.numbers[k]), sets.values[k], s, large)
            for k, all_ in often.items()
            for s in all_
        }
        self.run(label, list(asks.values()))
        wanted = ~asked.small if large else asked.small
        names = [name for name, there in zip(asked.evidence.names, wanted.tolist(), strict=True) if there]
        pairs = self.pairs_large if large else self.pairs_small
        for k, all_ in often.items():
            found = [self.book.read(asks[k, s]) for s in all_]
            rows = [[one[name] for name in names] for one in found if one is not None]
            if len(rows) < len(found):
                sets.failed[k] = True
                continue
            values = np.array(rows)
            sets.readings[k, wanted] = values[:seeds].mean(axis=0)
            if len(values) > 1 and luck:
                pairs.append(values[:2])

    # --- rounds

    def pilot(self) -> None:
        """Run two sets at every scale, from which it is known how long a run takes."""
        points = first_wave(self.asked.draws, len(self.asked.names))[:2]
        values = self.asked.space.values(points)
        larges = [False] + [True] * bool((~self.asked.small).any())
        asks = [self.ask(k + 1, one, 0, large) for k, one in enumerate(values) for large in larges]
        self.run("pilot", asks)
        rows = [self.book.rows[ask.key] for ask in asks]
        # The first run of a process compiles or loads: the quickest tells.
        self.pace = min(row["seconds"] / ask.work for row, ask in zip(rows, asks, strict=True))

    def expected(self) -> tuple[int, float]:
        """About how many runs there are, and how many seconds they take."""
        pace = self.pace or 0.0
        asked = self.asked
        one = {large: self.ask(1, {}, 0, large).work * pace for large in (False, True)}
        small = (asked.draws * asked.waves + asked.fake) * asked.seeds + LUCK_SETS * asked.waves
        large = 0
        if (~asked.small).any():
            later = (asked.waves - 1) * min(_MORE * asked.keep, asked.draws)
            large = (asked.draws + asked.fake + later) * asked.seeds + LUCK_SETS_LARGE * asked.waves
        world = Ask(WORLD, 1, 1, asked.world_scale, {}).work * pace
        check = Ask(CHECKS, 1, 1, asked.scale, {}, until=self.checks_until).work * pace
        seconds = small * one[False] + large * one[True] + asked.keep * (WORLD_SEEDS * world + check)
        return small + large + asked.keep * (WORLD_SEEDS + 1), seconds / self.jobs

    def begin(self, wave: int, points: Floats, first: int) -> Sets:
        """Sets at points, nothing read yet."""
        numbers = np.arange(first, first + len(points))
        readings = np.full((len(points), len(self.asked.evidence.facts)), np.nan)
        values = self.asked.space.values(points)
        return Sets(wave, numbers, points, values, readings, np.zeros(len(points), dtype=bool))

    def waves(self) -> tuple[list[Wave], Sets]:
        """All waves, and the fakes: further points of the priors, which nothing else looks at."""
        asked, width = self.asked, len(self.asked.names)
        fakes = self.begin(0, fake_sets(asked.fake, width), asked.waves * asked.draws + 1)
        drawn = Drawn(first_wave(asked.draws, width), asked.draws, 1.0, math.inf)
        done: list[Wave] = []
        for wave in range(asked.waves):
            if wave:
                screens = [one.screen for one in done if one.screen is not None]
                drawn = next_wave(wave, asked.draws, width, screens, asked.cut)
            sets = self.begin(wave, drawn.points, wave * asked.draws + 1)
            self._read(sets, range(asked.draws), False, f"wave-{wave + 1}", LUCK_SETS)
            if (~asked.small).any():
                some = list(range(asked.draws)) if not wave else self._passing(sets)
                self._read(sets, some, True, f"large-{wave + 1}", LUCK_SETS_LARGE)
            done.append(Wave(drawn, sets))
            if wave + 1 < asked.waves:
                done[-1] = Wave(drawn, sets, self._screen(done))
        if len(fakes.numbers):
            every = range(len(fakes.numbers))
            self._read(fakes, every, False, "fake", 0)
            if (~asked.small).any():
                self._read(fakes, every, True, "fake-large", 0)
        return done, fakes

    def _passing(self, sets: Sets) -> list[int]:
        """The first sets that pass at the small scale: those worth a run of everybody; where few do, the
        least implausible, of which an emulator can still learn.
        """
        small = self.asked.small
        worst = self.implausibility(sets.readings)[:, small].max(axis=1)
        some = np.flatnonzero(worst <= self.asked.cut)[: _MORE * self.asked.keep]
        if some.size < LEAST_SETS:
            some = np.argsort(worst, kind="stable")[:LEAST_SETS]
        return sorted(int(k) for k in some if not sets.failed[k])

    def _screen(self, done: Sequence[Wave]) -> Screen:
        """What all waves so far rule out: emulators of the sets that those before did not."""
        every = joined([one.sets for one in done])
        inside = self.inside(done[:-1], every.points, self.asked.cut)
        readings = every.readings.copy()
        enough = (~np.isnan(readings[inside])).sum(axis=0) >= LEAST_SETS
        readings[np.ix_(~inside, enough)] = np.nan
        return screen(every.points, readings, self.asked.evidence, self.luck, self.asked.cut)

    @staticmethod
    def inside(done: Sequence[Wave], points: Floats, cut: float) -> NDArray[np.bool_]:
        """Which points no screen of these waves rules out."""
        there = np.ones(len(points), dtype=bool)
        for one in done:
            if one.screen is not None:
                there &= one.screen.implausibility(points) <= cut
        return there

    def implausibility(self, readings: Floats) -> Floats:
        """I of what was simulated, (sets, facts); inf where it was not read."""
        return self.asked.evidence.implausibility(readings, self.luck)

    def plausible(self, done: Sequence[Wave]) -> Sets:
        """All sets that pass every fact by their own runs, of the space in which the last wave was drawn.

        There all of them, of whatever wave, are spread evenly, so that none counts more than another; those
        of the last wave come first.
        """
        every = joined([one.sets for one in done[::-1]])
        passes = (self.implausibility(every.readings) <= self.asked.cut).all(axis=1) & ~every.failed
        passes &= self.inside(done, every.points, max(done[-1].drawn.cut, self.asked.cut))
        return every.rows(passes)

    # --- what the sets that pass are

    def worlds(self, sets: Sets) -> list[tuple[str, dict[str, float]]]:
        """The world of each set, by the reach of either side's lever."""
        asks = [
            [
                Ask(WORLD, int(number), self.seed(int(number), k), self.asked.world_scale, values)
                for k in range(WORLD_SEEDS)
            ]
            for number, values in zip(sets.numbers, sets.values, strict=True)
        ]
        self.run("worlds", [one for some in asks for one in some])
        gains = []
        for some in asks:
            found = [one for one in map(self.book.read, some) if one is not None]
            if len(found) < len(some):
                raise RunError(text("calibrate.world_failed", error=self._error(some)))
            gains.append({name: np.array([one[name] for one in found]) for name in LEVERS})
        return pooled(gains)

    def _error(self, some: Sequence[Ask]) -> str:
        return next(
            (self.book.rows[one.key]["error"] for one in some if self.book.rows[one.key]["error"]), ""
        )

    def kept(
        self, plausible: Sets, weights: Floats
    ) -> tuple[Sets, list[tuple[str, dict[str, float]]], Floats]:
        """The sets that are kept of those that pass, their worlds, and what each counts.

        They are chosen in proportion to their weights. Where a world has too few, further sets of it take
        the place of others, and each world counts as much as it does among all whose world was measured.
        """
        asked = self.asked
        chosen, counts = systematic(weights, asked.keep)
        found = dict(zip(chosen, self.worlds(plausible.rows(_mask(chosen, weights.size))), strict=True))
        names = {k: world for k, (world, _) in found.items()}
        short = [one for one in _TWO if list(names.values()).count(one) < asked.worlds]
        if short and weights.size > len(chosen):
            others = [k for k in np.argsort(-weights, kind="stable").tolist() if k not in found]
            further = sorted(others[: _MORE * asked.keep])
            more = self.worlds(plausible.rows(_mask(further, weights.size)))
            found |= dict(zip(further, more, strict=True))
            names |= {k: world for k, (world, _) in zip(further, more, strict=True)}
            count = dict(zip(chosen, counts.tolist(), strict=True))
            chosen = _with_worlds(chosen, further, names, asked.worlds)
            own = np.array([count.get(k, float(counts.min())) for k in chosen])
            counts = _as_measured([names[k] for k in chosen], own, names, weights)
        return plausible.rows(_mask(chosen, weights.size)), [found[k] for k in chosen], counts

    @property
    def checks_until(self) -> str:
        """The last month of the runs for checks."""
        facts = self._checks_small()
        return _year_end(facts) if facts else self.asked.until

    def _checks_small(self) -> tuple[Fact, ...]:
        return tuple(one for one in self.asked.checks if one.least_scale <= self.asked.scale + 1e-12)

    def check(self, sets: Sets) -> dict[str, Floats]:
        """Readings of checks by kept sets, (sets,) each; those that no run can read are left out."""
        facts, found = self._checks_small(), dict[str, Floats]()
        if facts:
            asks = [
                Ask(CHECKS, int(n), self.seed(int(n), 0), self.asked.scale, values, facts, self.checks_until)
                for n, values in zip(sets.numbers, sets.values, strict=True)
            ]
            self.run("checks", asks)
            read = [self.book.read(one) or {} for one in asks]
            found |= {fact.name: np.array([one.get(fact.name, np.nan) for one in read]) for fact in facts}
        larges = [fact for fact in self.asked.checks if self.read_large(fact)]
        if larges:
            asks = [
                self.ask(int(n), values, 0, True) for n, values in zip(sets.numbers, sets.values, strict=True)
            ]
            read = [self.book.read(one) or {} for one in asks]
            found |= {fact.name: np.array([one.get(fact.name, np.nan) for one in read]) for fact in larges}
        return found


def _mask(chosen: Sequence[int], size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, dtype=bool)
    mask[list(chosen)] = True
    return mask


def _with_worlds(
    chosen: Sequence[int], further: Sequence[int], names: Mapping[int, str], least: int
) -> list[int]:
    """The chosen positions, with sets of a rare world among `further` in place of the last of the others."""
    found = list(chosen)
    for world in _TWO:
        rare = [k for k in further if names[k] == world and k not in found]
        while sum(names[k] == world for k in found) < least and rare:
            counts = Counter(names[k] for k in found)
            most = max(counts, key=lambda one: (counts[one], one))
            found.remove(max(k for k in found if names[k] == most))
            found.append(rare.pop(0))
    return sorted(found)


def _as_measured(worlds: Sequence[str], own: Floats, names: Mapping[int, str], weights: Floats) -> Floats:
    """What each set counts, (sets,), so that its world counts as among all that were measured."""
    whole, here = defaultdict[str, float](float), defaultdict[str, float](float)
    for k, world in names.items():
        whole[world] += float(weights[k])
    for world, count in zip(worlds, own.tolist(), strict=True):
        here[world] += count
    found = own * np.array([whole[world] / here[world] for world in worlds])
    return np.asarray(found / found.sum())
